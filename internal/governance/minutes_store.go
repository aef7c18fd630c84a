package governance

import (
	"context"

	"tessuto/internal/platform/db"
)

type minutesRow struct {
	Minutes
	id     string
	sealed []byte
}

func (r *minutesRow) fields() []any {
	return []any{&r.id, &r.Number, &r.sealed, &r.Correction, &r.By, &r.At}
}

func insertMinutes(ctx context.Context, tx *db.Tx, network, meeting string, r minutesRow) error {
	return tx.Exec(ctx, `
		insert into meeting_minutes (network_id, id, meeting_id, number, sealed, correction, saved_by, saved_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		network, r.id, meeting, r.Number, r.sealed, r.Correction, r.By, tx.Now)
}

func minutesOf(ctx context.Context, tx *db.Tx, network, meeting string) ([]minutesRow, error) {
	return db.List(ctx, tx, `
		select id, number, sealed, correction, saved_by, saved_at from meeting_minutes
		where network_id = $1 and meeting_id = $2 order by number`, []any{network, meeting}, (*minutesRow).fields)
}

type decisionRow struct {
	Decided
	accountID, orgID string
	sealed           []byte
}

func (r *decisionRow) fields() []any {
	return []any{&r.ID, &r.MeetingID, &r.Number, &r.accountID, &r.orgID, &r.Due, &r.TaskID, &r.sealed}
}

func insertDecision(ctx context.Context, tx *db.Tx, network string, mt *Meeting, d *Decision, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into decision (network_id, id, meeting_id, body_id, number, account_id, org_id, due_on, task_id, sealed)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		network, d.ID, mt.ID, mt.BodyID, d.Number, d.account(), d.org(), d.Due, d.TaskID, sealed)
}

func decisionsOf(ctx context.Context, tx *db.Tx, network, body, meeting string) ([]decisionRow, error) {
	b := db.NewBuild(`select id, meeting_id, number, account_id, org_id, due_on, task_id, sealed from decision
		where network_id = ? and body_id = ?`, network, body)
	if meeting != "" {
		b.Add("and meeting_id = ?", meeting)
	}
	b.Add("order by meeting_id desc, number limit 200")
	return db.List(ctx, tx, b.SQL(), b.Args(), (*decisionRow).fields)
}
