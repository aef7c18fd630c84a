package cases

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

type caseRow struct {
	Case
	sealed []byte
}

const caseColumns = `c.id, c.household_id, c.org_id, c.manager_id, c.programme, c.activity, c.stage, c.opened_on,
	c.analysed_on, c.charged_on, c.analysis_outcome, c.closed_on, c.closing_reason, c.reopens,
	c.version, c.number_year, c.number, c.sealed`

func (r *caseRow) fields() []any {
	return []any{&r.ID, &r.HouseholdID, &r.OrgID, &r.ManagerID, &r.Programme, &r.Activity, &r.Stage, &r.OpenedOn,
		&r.AnalysedOn, &r.ChargedOn, &r.AnalysisOutcome, &r.ClosedOn, &r.ClosingReason, &r.Reopens, &r.Version, &r.Number.Year, &r.Number.Serial, &r.sealed}
}

func insertCase(ctx context.Context, tx *db.Tx, network string, c *Case, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into case_file (network_id, id, household_id, org_id, manager_id, programme, activity, stage,
			opened_on, reopens, sealed, version, created_at, number_year, number)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12, $13, $14)`,
		network, c.ID, c.HouseholdID, c.OrgID, c.ManagerID, c.Programme, c.Activity, c.Stage, c.OpenedOn, c.Reopens, sealed, tx.Now,
		c.Number.Year, c.Number.Serial)
}

// updateCase writes what moves a case on. A case that somebody else moved since
// it was read is a Conflict.
func updateCase(ctx context.Context, tx *db.Tx, network string, c *Case) error {
	n, err := tx.ExecN(ctx, `
		update case_file set stage = $4, analysed_on = $5, charged_on = $6, analysis_outcome = $7, closed_on = $8,
			closing_reason = $9, manager_id = $10, version = version + 1
		where network_id = $1 and id = $2 and version = $3`,
		network, c.ID, c.Version, c.Stage, c.AnalysedOn, c.ChargedOn, c.AnalysisOutcome, c.ClosedOn, c.ClosingReason, c.ManagerID)
	if err == nil && n == 0 {
		return errs.New(errs.Conflict, "error.version")
	}
	c.Version++
	return err
}

// scope is Actor.Scope for all cases, and Actor.ScopeFew for named ones.
type scope func(*db.Build, *db.Tx, policy.Kind, policy.Section, string) *db.Build

func scopedCases(tx *db.Tx, a policy.Actor, within scope, what string) *db.Build {
	b := db.NewBuild(`select `+what+` from case_file c where c.network_id = ? and`, a.Network)
	return within(b, tx, policy.Case, policy.Overview, "c.id")
}

func caseByID(ctx context.Context, tx *db.Tx, a policy.Actor, id string) (r caseRow, err error) {
	b := scopedCases(tx, a, a.ScopeFew, caseColumns).Add("and c.id = ?", id)
	err = tx.Get(ctx, b.SQL(), b.Args(), r.fields()...)
	return r, err
}

func casesOf(ctx context.Context, tx *db.Tx, a policy.Actor, closed bool, limit int) (rows []caseRow, total int, err error) {
	open := "and c.closed_on is null"
	if closed {
		open = ""
	}
	count := followed(scopedCases(tx, a, a.Scope, "count(*)"), a).Add(open)
	if err := tx.Get(ctx, count.SQL(), count.Args(), &total); err != nil {
		return nil, 0, err
	}
	b := followed(scopedCases(tx, a, a.Scope, caseColumns), a).Add(open+" order by c.id desc limit ?", limit)
	rows, err = db.List(ctx, tx, b.SQL(), b.Args(), (*caseRow).fields)
	return rows, total, err
}

// householdsFollowed are those of the open cases that casesOf lists.
func householdsFollowed(ctx context.Context, tx *db.Tx, a policy.Actor, limit int) ([]string, error) {
	b := followed(scopedCases(tx, a, a.Scope, "c.household_id"), a).Add("and c.closed_on is null order by c.id desc limit ?", limit)
	return db.Column[string](ctx, tx, b.SQL(), b.Args()...)
}

func caseOfHousehold(ctx context.Context, tx *db.Tx, a policy.Actor, household string) (id string, err error) {
	b := scopedCases(tx, a, a.ScopeFew, "c.id").Add("and c.household_id = ? and c.closed_on is null order by c.id limit 1", household)
	err = tx.Get(ctx, b.SQL(), b.Args(), &id)
	if errs.CodeOf(err) == errs.NotFound {
		return "", nil
	}
	return id, err
}

// openCaseOf finds the open case of a body on a household, whoever works on it.
func openCaseOf(ctx context.Context, tx *db.Tx, network, household, org string) (id string, err error) {
	err = tx.Get(ctx, `
		select id from case_file
		where network_id = $1 and household_id = $2 and org_id = $3 and closed_on is null`,
		[]any{network, household, org}, &id)
	return id, err
}

func insertCasePerson(ctx context.Context, tx *db.Tx, network, caseID, person string, since db.Date) error {
	return tx.Exec(ctx, `
		insert into case_person (network_id, case_id, person_id, since) values ($1, $2, $3, $4)
		on conflict do nothing`, network, caseID, person, since)
}

type casePerson struct {
	person string
	since  db.Date
}

func casePersons(ctx context.Context, tx *db.Tx, network, caseID string) ([]casePerson, error) {
	return db.List(ctx, tx, `
		select person_id, since from case_person where network_id = $1 and case_id = $2 order by person_id`,
		[]any{network, caseID}, func(p *casePerson) []any { return []any{&p.person, &p.since} })
}

// chargedCases reads the open cases that have taken a household on, whoever
// works on them.
func chargedCases(ctx context.Context, tx *db.Tx, network, household string) ([]caseRow, error) {
	return db.List(ctx, tx, `select `+caseColumns+` from case_file c
		where c.network_id = $1 and c.household_id = $2 and c.charged_on is not null and c.closed_on is null order by c.id`,
		[]any{network, household}, (*caseRow).fields)
}

// allCases reads every case of a network, for verify.
func allCases(ctx context.Context, tx *db.Tx, network string) ([]caseRow, error) {
	return db.List(ctx, tx, `select `+caseColumns+` from case_file c where c.network_id = $1 order by c.id`,
		[]any{network}, (*caseRow).fields)
}

// householdsOf are the households of cases that are open to the actor, by case.
func householdsOf(ctx context.Context, tx *db.Tx, a policy.Actor, ids []string) (map[string]string, error) {
	b := db.NewBuild(`select c.id, c.household_id from case_file c where c.network_id = ? and`, a.Network)
	b.In("c.id", ids).Add("and")
	a.ScopeFew(b, tx, policy.Case, policy.Any, "c.id")
	type row struct{ id, household string }
	rows, err := db.List(ctx, tx, b.SQL(), b.Args(), func(r *row) []any { return []any{&r.id, &r.household} })
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.id] = r.household
	}
	return out, err
}
