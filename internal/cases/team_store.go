package cases

import (
	"context"

	"tessuto/internal/platform/db"
)

const teamColumns = `id, account_id, org_id, mandate, profession, valid_from, valid_to, lapsed, handover`

func (t *TeamMember) fields() []any {
	return []any{&t.ID, &t.AccountID, &t.OrgID, &t.Mandate, &t.Profession, &t.From, &t.To, &t.Lapsed, &t.sealed}
}

func insertTeamMember(ctx context.Context, tx *db.Tx, network, caseID string, t TeamMember) error {
	return tx.Exec(ctx, `
		insert into case_team (network_id, id, case_id, account_id, org_id, mandate, profession, valid_from)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		network, t.ID, caseID, t.AccountID, t.OrgID, t.Mandate, t.Profession, t.From)
}

func teamMemberByID(ctx context.Context, tx *db.Tx, network, caseID, id string) (t TeamMember, err error) {
	err = tx.Get(ctx, `select `+teamColumns+` from case_team
		where network_id = $1 and case_id = $2 and id = $3 and valid_to is null`, []any{network, caseID, id}, t.fields()...)
	return t, err
}

func teamOf(ctx context.Context, tx *db.Tx, network, caseID string) ([]TeamMember, error) {
	return db.List(ctx, tx, `select `+teamColumns+` from case_team
		where network_id = $1 and case_id = $2 order by id`, []any{network, caseID}, (*TeamMember).fields)
}

func endTeamMember(ctx context.Context, tx *db.Tx, network, id string) error {
	return tx.ExecOne(ctx, `update case_team set valid_to = $3 where network_id = $1 and id = $2 and valid_to is null`,
		network, id, tx.Today())
}

// lapseTeamMember ends a mandate that comes back if the case is reopened.
func lapseTeamMember(ctx context.Context, tx *db.Tx, network, id string) error {
	return tx.ExecOne(ctx, `update case_team set valid_to = $3, lapsed = true where network_id = $1 and id = $2 and valid_to is null`,
		network, id, tx.Today())
}

// lapsing is a mandate that ends by itself, with its case.
type lapsing struct {
	caseRow
	TeamMember
}

// lapsingMandates reads the mandates, of other bodies than the one that leads, in cases
// that were closed by a day.
func lapsingMandates(ctx context.Context, tx *db.Tx, network string, by db.Date) ([]lapsing, error) {
	return db.List(ctx, tx, `select `+caseColumns+`, t.id, t.account_id, t.org_id from case_file c
		join case_team t on t.network_id = c.network_id and t.case_id = c.id and t.valid_to is null and t.org_id <> c.org_id
		where c.network_id = $1 and c.closed_on <= $2 order by t.id`, []any{network, by}, func(l *lapsing) []any {
		return append(l.caseRow.fields(), &l.TeamMember.ID, &l.AccountID, &l.TeamMember.OrgID)
	})
}

func returnTeamMember(ctx context.Context, tx *db.Tx, network, id string) error {
	return tx.ExecOne(ctx, `update case_team set valid_to = null where network_id = $1 and id = $2 and valid_to = $3`,
		network, id, tx.Today())
}

// otherMandates counts the other cases of a household that somebody may read by a
// mandate, closed ones too, or by a referral.
func otherMandates(ctx context.Context, tx *db.Tx, network string, c *Case, account string) (n int, err error) {
	err = tx.Get(ctx, `
		select count(*) from case_file f
		where f.network_id = $1 and f.household_id = $3 and f.id <> $4 and (
			exists (select 1 from case_team t
				where t.network_id = $1 and t.case_id = f.id and t.account_id = $2 and t.valid_to is null) or
			exists (select 1 from referral r
				where r.network_id = $1 and r.case_id = f.id and r.operator_id = $2 and r.state = $5))`,
		[]any{network, account, c.HouseholdID, c.ID, ReferralAccepted}, &n)
	return n, err
}
