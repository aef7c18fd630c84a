package cases

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// memberOf is the mandate that somebody has in a team today.
func memberOf(ctx context.Context, tx *db.Tx, network, caseID, account string) (t TeamMember, err error) {
	err = tx.Get(ctx, `select `+teamColumns+` from case_team
		where network_id = $1 and case_id = $2 and account_id = $3 and valid_to is null`, []any{network, caseID, account}, t.fields()...)
	return t, err
}

func setNote(ctx context.Context, tx *db.Tx, network, id string, sealed []byte) error {
	return tx.ExecOne(ctx, `update case_team set handover = $3 where network_id = $1 and id = $2`, network, id, sealed)
}

// answeredBy are the open cases of the actor's body for which they answer.
func answeredBy(ctx context.Context, tx *db.Tx, a policy.Actor, limit int) ([]caseRow, error) {
	b := scopedCases(tx, a, a.Scope, caseColumns).Add("and c.closed_on is null and c.manager_id = ? and c.org_id = ?", a.AccountID, a.OrgID)
	b.Add("order by c.id desc limit ?", limit)
	return db.List(ctx, tx, b.SQL(), b.Args(), (*caseRow).fields)
}
