package cases

import (
	"context"

	"tessuto/internal/platform/db"
)

const transferColumns = `t.network_id, t.id, t.case_id, t.basis, t.language, t.sealed, t.file, t.made_by, t.created_at, t.expires_at, t.taken_at, t.confirmed_at, t.withdrawn_at`

func (t *Transfer) fields() []any {
	return []any{&t.network, &t.ID, &t.CaseID, &t.Basis, &t.Language, &t.sealed, &t.file, &t.MadeBy, &t.Made, &t.Expires, &t.Taken, &t.Confirmed, &t.Withdrawn}
}

func insertTransfer(ctx context.Context, tx *db.Tx, t *Transfer, hash []byte) error {
	err := tx.Exec(ctx, `
		insert into case_transfer (network_id, id, case_id, basis, language, sealed, file, made_by, created_at, expires_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		t.network, t.ID, t.CaseID, t.Basis, t.Language, t.sealed, t.file, t.MadeBy, t.Made, t.Expires)
	if err != nil {
		return err
	}
	return tx.Exec(ctx, `insert into case_transfer_link (token_hash, network_id, transfer_id) values ($1, $2, $3)`, hash, t.network, t.ID)
}

func transfersOf(ctx context.Context, tx *db.Tx, network, caseID string) ([]Transfer, error) {
	return db.List(ctx, tx, `select `+transferColumns+` from case_transfer t where t.network_id = $1 and t.case_id = $2 order by t.id desc`,
		[]any{network, caseID}, (*Transfer).fields)
}

func transferBy(ctx context.Context, tx *db.Tx, hash []byte) (t Transfer, err error) {
	err = tx.Get(ctx, `select `+transferColumns+` from case_transfer_link l
		join case_transfer t on t.network_id = l.network_id and t.id = l.transfer_id where l.token_hash = $1`, []any{hash}, t.fields()...)
	return t, err
}

// takeTransfer ends what a link leads to; of two who take it at once, one meets NotFound.
func takeTransfer(ctx context.Context, tx *db.Tx, t *Transfer) error {
	return tx.ExecOne(ctx, `update case_transfer set taken_at = $3, file = null where network_id = $1 and id = $2 and taken_at is null and withdrawn_at is null`,
		t.network, t.ID, tx.Now)
}

func confirmTransfer(ctx context.Context, tx *db.Tx, t *Transfer, by string) error {
	return tx.ExecOne(ctx, `update case_transfer set confirmed_at = $3, confirmed_by = $4 where network_id = $1 and id = $2 and confirmed_at is null`,
		t.network, t.ID, tx.Now, by)
}

func withdrawTransfer(ctx context.Context, tx *db.Tx, t *Transfer) error {
	return tx.ExecOne(ctx, `update case_transfer set withdrawn_at = $3, file = null where network_id = $1 and id = $2 and taken_at is null and withdrawn_at is null`,
		t.network, t.ID, tx.Now)
}

// forgetTransfers drops the files that nobody took in time.
func forgetTransfers(ctx context.Context, tx *db.Tx, network string) (int64, error) {
	n, err := tx.ExecN(ctx, `update case_transfer set file = null where network_id = $1 and file is not null and expires_at <= $2`, network, tx.Now)
	return int64(n), err
}
