package cases

import (
	"context"

	"tessuto/internal/platform/db"
)

type planRow struct {
	Plan
	returned []byte
}

const planColumns = `p.id, p.case_id, p.edition, p.subject_id, p.signed_on, p.replaced_on, p.missing_reason, p.review_on, p.proposed_to,
	p.proposed_by, p.proposed_at, p.approved_by, p.approved_at, p.returned, p.saved_by, p.saved_at, p.version`

func (r *planRow) fields() []any {
	return []any{&r.ID, &r.CaseID, &r.Edition, &r.SubjectID, &r.SignedOn, &r.ReplacedOn, &r.MissingReason, &r.ReviewOn, &r.Approval.ToID,
		&r.Approval.AskedBy, &r.Approval.AskedAt, &r.Approval.By, &r.Approval.At, &r.returned, &r.SavedBy, &r.SavedAt, &r.Version}
}

// plansOf reads every edition of the plan of a case, the first first.
func plansOf(ctx context.Context, tx *db.Tx, network, caseID string) ([]planRow, error) {
	return db.List(ctx, tx, `select `+planColumns+` from plan p
		where p.network_id = $1 and p.case_id = $2 order by p.edition`, []any{network, caseID}, (*planRow).fields)
}

// upsertPlan writes a draft: what was approved of the text before does not hold.
func upsertPlan(ctx context.Context, tx *db.Tx, network string, p *Plan, by string) error {
	return tx.Exec(ctx, `
		insert into plan (network_id, id, case_id, edition, subject_id, saved_by, saved_at, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (network_id, id) do update set subject_id = $5, saved_by = $6, saved_at = $7, version = $8,
			proposed_to = '', proposed_by = '', proposed_at = null, approved_by = '', approved_at = null`,
		network, p.ID, p.CaseID, p.Edition, p.SubjectID, by, tx.Now, p.Version)
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

type objectiveRow struct {
	Objective
	plan         string
	sealed, more []byte
}

func insertObjective(ctx context.Context, tx *db.Tx, network, plan string, position int, o objectiveRow) error {
	return tx.Exec(ctx, `
		insert into plan_objective (network_id, id, plan_id, position, sealed, more, root) values ($1, $2, $3, $4, $5, $6, $7)`,
		network, o.ID, plan, position, o.sealed, o.more, o.Root)
}

func objectivesOf(ctx context.Context, tx *db.Tx, network string, plans []string) ([]objectiveRow, error) {
	b := db.NewBuild(`select id, plan_id, root, outcome, outcome_on, sealed, more from plan_objective where network_id = ? and`, network)
	b.In("plan_id", plans).Add("order by plan_id, position")
	return db.List(ctx, tx, b.SQL(), b.Args(),
		func(o *objectiveRow) []any {
			return []any{&o.ID, &o.plan, &o.Root, &o.Outcome, &o.OutcomeOn, &o.sealed, &o.more}
		})
}

type actionRow struct {
	Action
	objective    string
	sealed, more []byte
}

func insertAction(ctx context.Context, tx *db.Tx, network, objective string, position int, a actionRow) error {
	return tx.Exec(ctx, `
		insert into plan_action (network_id, id, objective_id, position, account_id, due_on, sealed, more, root, fund)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		network, a.ID, objective, position, a.AccountID, a.DueOn, a.sealed, a.more, a.Root, a.Fund)
}

func actionsOf(ctx context.Context, tx *db.Tx, network string, plans []string) ([]actionRow, error) {
	b := db.NewBuild(`select t.id, t.objective_id, t.root, t.account_id, t.fund, t.due_on, t.done_on, t.sealed, t.more
		from plan_action t
		join plan_objective o on o.network_id = t.network_id and o.id = t.objective_id
		where t.network_id = ? and`, network)
	b.In("o.plan_id", plans).Add("order by o.plan_id, o.position, t.position")
	return db.List(ctx, tx, b.SQL(), b.Args(),
		func(t *actionRow) []any {
			return []any{&t.ID, &t.objective, &t.Root, &t.AccountID, &t.Fund, &t.DueOn, &t.DoneOn, &t.sealed, &t.more}
		})
}

// bringIntoForce writes from when a draft holds. Who was late is a NotFound.
func bringIntoForce(ctx context.Context, tx *db.Tx, network string, p *Plan) error {
	return tx.ExecOne(ctx, `
		update plan set signed_on = $4, missing_reason = $5, review_on = $6
		where network_id = $1 and id = $2 and version = $3 and signed_on is null`,
		network, p.ID, p.Version, p.SignedOn, p.MissingReason, p.ReviewOn)
}

// replacePlan writes that the next edition came into force.
func replacePlan(ctx context.Context, tx *db.Tx, network, plan string, on db.Date) error {
	return tx.ExecOne(ctx, `update plan set replaced_on = $3, review_on = null where network_id = $1 and id = $2`, network, plan, on)
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
