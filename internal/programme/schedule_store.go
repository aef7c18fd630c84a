package programme

import (
	"context"

	"tessuto/internal/platform/db"
)

func (p *Plan) fields() []any {
	return []any{&p.Activity, &p.Version, &p.From, &p.To, &p.OrgID, &p.Mode, &p.State, &p.Reason, &p.Since, &p.Until, &p.ChangedAt}
}

// plansOf are the versions of the plans of a programme by activity, the newest
// first.
func plansOf(ctx context.Context, tx *db.Tx, network, programme string) (map[string][]Plan, error) {
	rows, err := db.List(ctx, tx, `
		select activity, version, starts_on, ends_on, org_id, mode, state, reason, since, until, changed_at
		from activity_plan where network_id = $1 and programme = $2 order by version desc`, []any{network, programme}, (*Plan).fields)
	out := map[string][]Plan{}
	for _, p := range rows {
		out[p.Activity] = append(out[p.Activity], p)
	}
	return out, err
}

func insertPlan(ctx context.Context, tx *db.Tx, network, programme string, p Plan) error {
	return tx.Exec(ctx, `
		insert into activity_plan (network_id, id, programme, activity, version, starts_on, ends_on, org_id, mode, state, reason,
			since, until, changed_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		network, db.NewID(), programme, p.Activity, p.Version, p.From, p.To, p.OrgID, p.Mode, p.State, p.Reason, p.Since, p.Until, tx.Now)
}
