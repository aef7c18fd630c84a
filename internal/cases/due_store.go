package cases

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

type dueRow struct {
	caseRow
	on db.Date
}

// dueCases reads and counts the open cases of the actor's teams whose day has come: both
// at once, since finding the day of a case is most of the work.
func dueCases(ctx context.Context, tx *db.Tx, a policy.Actor, due Due, limit int) (rows []dueRow, total int, err error) {
	b := dueBuild(tx, a, due).Add("where c.due_on <= ? order by c.due_on, c.id limit ?", tx.Today().AddDays(dues[due].within), limit)
	rows, err = db.List(ctx, tx, b.SQL(), b.Args(), func(r *dueRow) []any { return append(r.fields(), &r.on, &total) })
	return rows, total, err
}

// dueBuild selects from the open cases of the actor's teams, each with its day.
func dueBuild(tx *db.Tx, a policy.Actor, due Due) *db.Build {
	b := dayOf(db.NewBuild("select "+caseColumns+", c.due_on, count(*) over () from (select c.*,"), tx, a, due)
	b.Add("as due_on from case_file c where c.network_id = ? and c.closed_on is null and", a.Network)
	a.Scope(b, tx, policy.Case, dues[due].section, "c.id")
	return b.Add(`and exists (select 1 from case_team t
		where t.network_id = c.network_id and t.case_id = c.id and t.account_id = ? and t.valid_to is null)) c`, a.AccountID)
}

// dayOf adds the day of a case as text, which both engines give alike; null when it
// has none. Of entries of the diary only those tell that the actor may read.
func dayOf(b *db.Build, tx *db.Tx, a policy.Actor, due Due) *db.Build {
	switch due {
	case DueReview:
		return b.Add(`(select min(cast(p.review_on as text)) from plan p
			where p.network_id = c.network_id and p.case_id = c.id and p.signed_on is not null and p.replaced_on is null)`)
	case DueLeaving:
		return b.Add(`(select cast(r.exit_on as text) from case_reception r
			where r.network_id = c.network_id and r.case_id = c.id and (r.handed_on is null or r.exit_on >= ?))`, tx.Today())
	}
	return b.Add(`case when c.stage = ? then null else (select max(d.day) from (
		select cast(s.since as text) as day from case_stage s where s.network_id = c.network_id and s.case_id = c.id
		union all select cast(i.held_on as text) from intervention i where i.network_id = c.network_id and i.case_id = c.id and i.void_reason = ''
		union all select cast(e.happened_on as text) from diary_entry e where e.network_id = c.network_id and e.case_id = c.id
			and (e.readers = ? or e.readers = ? and e.org_id = ? or e.readers = ? and (e.account_id = ? or c.manager_id = ?))
		union all select cast(m.held_on as text) from assessment m where m.network_id = c.network_id and m.case_id = c.id
		union all select cast(p.signed_on as text) from plan p where p.network_id = c.network_id and p.case_id = c.id
		union all select cast(v.held_on as text) from plan p join plan_review v on v.network_id = p.network_id and v.plan_id = p.id
			where p.network_id = c.network_id and p.case_id = c.id
		union all select substr(cast(g.starts_at as text), 1, 10) from sitting g
			where g.network_id = c.network_id and g.case_id = c.id and g.cancel_reason = '' and g.starts_at <= ?
		union all select cast(r.sent_on as text) from referral r where r.network_id = c.network_id and r.case_id = c.id) d) end`,
		Suspended, TeamReads, BodyReads, a.OrgID, AuthorReads, a.AccountID, a.AccountID, tx.Now)
}
