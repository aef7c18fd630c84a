package programme

import (
	"context"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

func insertEligibility(ctx context.Context, tx *db.Tx, by policy.Actor, kind ledger.SubjectKind, id string, e Eligibility) error {
	return tx.Exec(ctx, `
		insert into eligibility (network_id, id, subject_kind, subject_id, programme, valid_from, valid_to, met, recorded_by, recorded_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		by.Network, db.NewID(), kind, id, e.Programme, e.From, e.To, e.Met, by.AccountID, tx.Now)
}

// manySubjects is how many are asked for by name; of more, all is read.
const manySubjects = 200

// saidOf returns what was said of some subjects, in the order in which it was said.
func saidOf(ctx context.Context, tx *db.Tx, network string, subjects []string) ([]Said, error) {
	b := db.NewBuild(`select subject_id, programme, valid_from, valid_to, met, recorded_by, recorded_at from eligibility
		where network_id = ?`, network)
	if len(subjects) <= manySubjects {
		b.Add("and").In("subject_id", subjects)
	}
	b.Add("order by recorded_at, id")
	return db.List(ctx, tx, b.SQL(), b.Args(), func(s *Said) []any {
		return []any{&s.SubjectID, &s.Programme, &s.From, &s.To, &s.Met, &s.By, &s.At}
	})
}
