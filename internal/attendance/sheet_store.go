package attendance

import (
	"context"

	"tessuto/internal/platform/db"
)

type lineRow struct {
	Line
	sealed []byte
}

func (r *lineRow) fields() []any {
	return []any{&r.ID, &r.Kind, &r.Subject.ID, &r.OrgID, &r.Profession, &r.sealed}
}

type markRow struct {
	id, line string
	Marked
	sealed []byte
}

func (k *markRow) fields() []any {
	return []any{&k.id, &k.line, &k.Number, &k.State, &k.Mode, &k.Minutes, &k.sealed, &k.By, &k.At}
}

func insertLine(ctx context.Context, tx *db.Tx, network, session string, r lineRow) error {
	return tx.Exec(ctx, `
		insert into presence (network_id, id, session_id, subject_kind, subject_id, org_id, profession, sealed)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		network, r.ID, session, r.Kind, r.Subject.ID, r.OrgID, r.Profession, r.sealed)
}

func insertMark(ctx context.Context, tx *db.Tx, network string, k markRow) error {
	return tx.Exec(ctx, `
		insert into presence_mark (network_id, id, presence_id, number, state, mode, minutes, sealed, saved_by, saved_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		network, k.id, k.line, k.Number, k.State, k.Mode, k.Minutes, k.sealed, k.By, tx.Now)
}

func linesOf(ctx context.Context, tx *db.Tx, network, session string) ([]lineRow, error) {
	return db.List(ctx, tx, `
		select id, subject_kind, subject_id, org_id, profession, sealed from presence
		where network_id = $1 and session_id = $2 order by id`, []any{network, session}, (*lineRow).fields)
}

func marksOf(ctx context.Context, tx *db.Tx, network, session string) ([]markRow, error) {
	return db.List(ctx, tx, `
		select k.id, k.presence_id, k.number, k.state, k.mode, k.minutes, k.sealed, k.saved_by, k.saved_at
		from presence_mark k
		join presence p on p.network_id = k.network_id and p.id = k.presence_id
		where p.network_id = $1 and p.session_id = $2 order by k.presence_id, k.number`,
		[]any{network, session}, (*markRow).fields)
}
