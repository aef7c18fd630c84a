package cases

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// writersOf are the accounts that wrote something of a plan.
func writersOf(ctx context.Context, tx *db.Tx, network, plan string) ([]string, error) {
	return db.Column[string](ctx, tx, `select distinct saved_by from plan_version where network_id = $1 and plan_id = $2 order by 1`, network, plan)
}

func setProposed(ctx context.Context, tx *db.Tx, network, plan, to, by string) error {
	return tx.ExecOne(ctx, `
		update plan set proposed_to = $3, proposed_by = $4, proposed_at = $5, returned = null
		where network_id = $1 and id = $2 and signed_on is null`, network, plan, to, by, tx.Now)
}

func setApproved(ctx context.Context, tx *db.Tx, network, plan, by string) error {
	return tx.ExecOne(ctx, `
		update plan set approved_by = $3, approved_at = $4 where network_id = $1 and id = $2 and signed_on is null`, network, plan, by, tx.Now)
}

func setReturned(ctx context.Context, tx *db.Tx, network, plan string, why []byte) error {
	return tx.ExecOne(ctx, `
		update plan set proposed_to = '', proposed_by = '', proposed_at = null, returned = $3
		where network_id = $1 and id = $2 and signed_on is null`, network, plan, why)
}

// followed leaves out the cases of which the actor is only asked to approve the plan.
func followed(b *db.Build, a policy.Actor) *db.Build {
	return b.Add(`and (not exists (select 1 from plan p where p.network_id = c.network_id and p.case_id = c.id and p.proposed_to = ?
			and p.approved_at is null and p.signed_on is null)
		or exists (select 1 from case_team t where t.network_id = c.network_id and t.case_id = c.id and t.account_id = ? and t.valid_to is null))`,
		a.AccountID, a.AccountID)
}

type proposedRow struct {
	caseRow
	by string
	at time.Time
}

// proposedTo reads the open cases whose plan the actor is asked to approve.
func proposedTo(ctx context.Context, tx *db.Tx, a policy.Actor) ([]proposedRow, error) {
	b := db.NewBuild(`select `+caseColumns+`, p.proposed_by, p.proposed_at from plan p
		join case_file c on c.network_id = p.network_id and c.id = p.case_id
		where p.network_id = ? and p.proposed_to = ? and p.proposed_to <> '' and p.approved_at is null and p.signed_on is null and c.closed_on is null and`, a.Network, a.AccountID)
	a.ScopeFew(b, tx, policy.Case, policy.Plan, "c.id").Add("order by p.proposed_at, p.id")
	return db.List(ctx, tx, b.SQL(), b.Args(), func(r *proposedRow) []any { return append(r.fields(), &r.by, &r.at) })
}
