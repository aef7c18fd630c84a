package cases

import (
	"context"

	"tessuto/internal/platform/db"
)

const stepColumns = `id, case_id, stage, since, reason, account_id`

func (s *Step) fields() []any {
	return []any{&s.ID, &s.CaseID, &s.Stage, &s.Since, &s.Reason, &s.Who}
}

func insertStep(ctx context.Context, tx *db.Tx, network string, s Step, by string) error {
	return tx.Exec(ctx, `
		insert into case_stage (network_id, id, case_id, stage, since, reason, account_id, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`, network, s.ID, s.CaseID, s.Stage, s.Since, s.Reason, by, tx.Now)
}

// stepsOf reads the stages to which a case came, the first first.
func stepsOf(ctx context.Context, tx *db.Tx, network, caseID string) ([]Step, error) {
	return db.List(ctx, tx, `select `+stepColumns+` from case_stage where network_id = $1 and case_id = $2 order by id`,
		[]any{network, caseID}, (*Step).fields)
}

// allSteps reads them of every case of a network, for verify.
func allSteps(ctx context.Context, tx *db.Tx, network string) ([]Step, error) {
	return db.List(ctx, tx, `select `+stepColumns+` from case_stage where network_id = $1 order by id`, []any{network}, (*Step).fields)
}

// goneOnWith finds the case that goes on from a closed one; empty when none does.
func goneOnWith(ctx context.Context, tx *db.Tx, network, caseID string) (string, error) {
	ids, err := db.Column[string](ctx, tx, `select id from case_file where network_id = $1 and reopens = $2 order by id desc limit 1`, network, caseID)
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}
