package policy

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

func deleteGates(ctx context.Context, tx *db.Tx, network, agreement string) error {
	return tx.Exec(ctx, `delete from sharing_gate where network_id = $1 and agreement_id = $2`, network, agreement)
}

func insertGates(ctx context.Context, tx *db.Tx, network, agreement string, gates []Gate) error {
	rows := make([][]any, len(gates))
	for i, g := range gates {
		rows[i] = []any{network, g.To, g.From, g.Purpose, g.Section, agreement, g.Class, g.Since, g.Until}
	}
	return tx.InsertMany(ctx, `insert into sharing_gate (network_id, to_org, from_org, purpose, section, agreement_id, class, valid_from, valid_to)`, rows)
}

func gateOpen(ctx context.Context, tx *db.Tx, network, to string, t Terms, s Section) (bool, error) {
	var one int
	err := tx.Get(ctx, `select 1 from sharing_gate
		where network_id = $1 and to_org = $2 and from_org = $3 and purpose = $4 and section = $5 and class >= $6
		  and valid_from <= $7 and (valid_to is null or valid_to >= $7)
		limit 1`, []any{network, to, t.Owner, t.Purpose, s, t.class(s), tx.Today()}, &one)
	if errs.CodeOf(err) == errs.NotFound {
		return false, nil
	}
	return err == nil, err
}

func openedToProtect(ctx context.Context, tx *db.Tx, network string) ([]Unagreed, error) {
	return db.List(ctx, tx, `
		select owner_org, grantee_id, count(distinct subject_id) from access_grant
		where network_id = $1 and basis = $2 and subject_kind = $3 and grantee_kind = 'account' and valid_to is null
		group by owner_org, grantee_id order by owner_org, grantee_id`, []any{network, ChildProtection, Case},
		func(u *Unagreed) []any { return []any{&u.Owner, &u.AccountID, &u.Records} })
}
