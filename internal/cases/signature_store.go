package cases

import (
	"context"

	"tessuto/internal/platform/db"
)

type signatureRow struct {
	AdultSignature
	sealed []byte
}

func upsertSignature(ctx context.Context, tx *db.Tx, network string, s AdultSignature, by string, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into plan_signature (network_id, plan_id, person_id, version, way, signed_on, file_id, sealed, recorded_by, recorded_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		on conflict (network_id, plan_id, person_id, version) do update set way = $5, signed_on = $6, file_id = $7, sealed = $8,
			recorded_by = $9, recorded_at = $10`,
		network, s.PlanID, s.PersonID, s.Version, s.Way, s.On, s.FileID, sealed, by, tx.Now)
}

func signaturesOf(ctx context.Context, tx *db.Tx, network string, plans []string) ([]signatureRow, error) {
	b := db.NewBuild(`select plan_id, person_id, version, way, signed_on, file_id, sealed from plan_signature where network_id = ? and`, network)
	b.In("plan_id", plans).Add("order by plan_id, recorded_at, person_id")
	return db.List(ctx, tx, b.SQL(), b.Args(), func(s *signatureRow) []any {
		return []any{&s.PlanID, &s.PersonID, &s.Version, &s.Way, &s.On, &s.FileID, &s.sealed}
	})
}

type voiceRow struct {
	Voice
	sealed []byte
}

func insertVoice(ctx context.Context, tx *db.Tx, network string, v Voice, by string, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into plan_voice (network_id, id, plan_id, person_id, sealed, recorded_by, recorded_at) values ($1, $2, $3, $4, $5, $6, $7)`,
		network, v.ID, v.PlanID, v.PersonID, sealed, by, tx.Now)
}

// voicesOf reads what minors have said of plans, the last first.
func voicesOf(ctx context.Context, tx *db.Tx, network string, plans []string) ([]voiceRow, error) {
	b := db.NewBuild(`select id, plan_id, person_id, recorded_by, recorded_at, sealed from plan_voice where network_id = ? and`, network)
	b.In("plan_id", plans).Add("order by plan_id, id desc")
	return db.List(ctx, tx, b.SQL(), b.Args(), func(v *voiceRow) []any {
		return []any{&v.ID, &v.PlanID, &v.PersonID, &v.By, &v.At, &v.sealed}
	})
}
