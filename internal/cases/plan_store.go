package cases

import (
	"context"

	"tessuto/internal/platform/db"
)

const planColumns = `p.id, p.case_id, p.signed_on, p.missing_reason, p.review_on, p.saved_by, p.saved_at, p.version`

func (p *Plan) fields() []any {
	return []any{&p.ID, &p.CaseID, &p.SignedOn, &p.MissingReason, &p.ReviewOn, &p.SavedBy, &p.SavedAt, &p.Version}
}

func planOf(ctx context.Context, tx *db.Tx, network, caseID string) (p Plan, err error) {
	err = tx.Get(ctx, `select `+planColumns+` from plan p
		where p.network_id = $1 and p.case_id = $2`, []any{network, caseID}, p.fields()...)
	return p, err
}

func upsertPlan(ctx context.Context, tx *db.Tx, network string, p *Plan, by string) error {
	return tx.Exec(ctx, `
		insert into plan (network_id, id, case_id, saved_by, saved_at, version)
		values ($1, $2, $3, $4, $5, 1)
		on conflict (network_id, id) do update set saved_by = $4, saved_at = $5, version = plan.version + 1`,
		network, p.ID, p.CaseID, by, tx.Now)
}

func deletePlanParts(ctx context.Context, tx *db.Tx, network, plan string) error {
	err := tx.Exec(ctx, `
		delete from plan_action where network_id = $1 and objective_id in (
			select id from plan_objective where network_id = $1 and plan_id = $2)`, network, plan)
	if err != nil {
		return err
	}
	return tx.Exec(ctx, `delete from plan_objective where network_id = $1 and plan_id = $2`, network, plan)
}

func insertObjective(ctx context.Context, tx *db.Tx, network, plan string, position int, o *Objective, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into plan_objective (network_id, id, plan_id, position, sealed) values ($1, $2, $3, $4, $5)`,
		network, o.ID, plan, position, sealed)
}

func insertAction(ctx context.Context, tx *db.Tx, network, objective string, position int, a *Action, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into plan_action (network_id, id, objective_id, position, account_id, due_on, done_on, sealed)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		network, a.ID, objective, position, a.AccountID, a.DueOn, a.DoneOn, sealed)
}

type objectiveRow struct {
	Objective
	sealed []byte
}

func objectivesOf(ctx context.Context, tx *db.Tx, network, plan string) ([]objectiveRow, error) {
	return db.List(ctx, tx, `
		select id, outcome, outcome_on, sealed from plan_objective
		where network_id = $1 and plan_id = $2 order by position`, []any{network, plan},
		func(o *objectiveRow) []any { return []any{&o.ID, &o.Outcome, &o.OutcomeOn, &o.sealed} })
}

type actionRow struct {
	Action
	objective string
	sealed    []byte
}

func actionsOf(ctx context.Context, tx *db.Tx, network, plan string) ([]actionRow, error) {
	return db.List(ctx, tx, `
		select t.id, t.objective_id, t.account_id, t.due_on, t.done_on, t.sealed
		from plan_action t
		join plan_objective o on o.network_id = t.network_id and o.id = t.objective_id
		where t.network_id = $1 and o.plan_id = $2 order by o.position, t.position`, []any{network, plan},
		func(t *actionRow) []any {
			return []any{&t.ID, &t.objective, &t.AccountID, &t.DueOn, &t.DoneOn, &t.sealed}
		})
}

func signPlan(ctx context.Context, tx *db.Tx, network string, p *Plan) error {
	err := tx.ExecOne(ctx, `
		update plan set signed_on = $4, missing_reason = $5, review_on = $6, version = version + 1
		where network_id = $1 and id = $2 and version = $3 and signed_on is null`,
		network, p.ID, p.Version, p.SignedOn, p.MissingReason, p.ReviewOn)
	if err != nil {
		return err
	}
	for _, person := range p.Signers {
		if err := tx.Exec(ctx, `
			insert into plan_signature (network_id, plan_id, person_id) values ($1, $2, $3)`,
			network, p.ID, person); err != nil {
			return err
		}
	}
	return nil
}

func signersOf(ctx context.Context, tx *db.Tx, network, plan string) ([]string, error) {
	return db.Column[string](ctx, tx, `
		select person_id from plan_signature where network_id = $1 and plan_id = $2 order by person_id`, network, plan)
}

func setActionDone(ctx context.Context, tx *db.Tx, network, plan, action string, on db.Date) error {
	return tx.ExecOne(ctx, `
		update plan_action set done_on = $4
		where network_id = $1 and id = $3 and objective_id in (
			select id from plan_objective where network_id = $1 and plan_id = $2)`, network, plan, action, on)
}

func setOutcome(ctx context.Context, tx *db.Tx, network, plan string, o *Objective) error {
	return tx.ExecOne(ctx, `
		update plan_objective set outcome = $4, outcome_on = $5
		where network_id = $1 and plan_id = $2 and id = $3`, network, plan, o.ID, o.Outcome, o.OutcomeOn)
}

func setReviewDate(ctx context.Context, tx *db.Tx, network, plan string, on db.Date) error {
	return tx.ExecOne(ctx, `update plan set review_on = $3 where network_id = $1 and id = $2`, network, plan, on)
}
