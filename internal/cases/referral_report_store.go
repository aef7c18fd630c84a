package cases

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

const reportLinkColumns = `network_id, id, org_id, sender, language, made_by, created_at, expires_at, ended_at`

func (l *ReportLink) fields() []any {
	return []any{&l.network, &l.ID, &l.OrgID, &l.Sender, &l.Language, &l.by, &l.Made, &l.Expires, &l.Ended}
}

func insertReportLink(ctx context.Context, tx *db.Tx, l *ReportLink, hash []byte) error {
	return tx.Exec(ctx, `insert into report_link (address_digest, `+reportLinkColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		hash, l.network, l.ID, l.OrgID, l.Sender, l.Language, l.by, l.Made, l.Expires, l.Ended)
}

func reportLinkBy(ctx context.Context, tx *db.Tx, hash []byte) (l ReportLink, err error) {
	err = tx.Get(ctx, `select `+reportLinkColumns+` from report_link where address_digest = $1`, []any{hash}, l.fields()...)
	return l, err
}

func reportLinksOf(ctx context.Context, tx *db.Tx, a policy.Actor) ([]ReportLink, error) {
	return db.List(ctx, tx, `select `+reportLinkColumns+` from report_link where network_id = $1 and org_id = $2 order by id desc`,
		[]any{a.Network, a.OrgID}, (*ReportLink).fields)
}

func endReportLink(ctx context.Context, tx *db.Tx, a policy.Actor, id string) error {
	n, err := tx.ExecN(ctx, `update report_link set ended_at = $4 where network_id = $1 and org_id = $2 and id = $3 and ended_at is null`,
		a.Network, a.OrgID, id, tx.Now)
	if err == nil && n == 0 {
		return errs.Missing()
	}
	return err
}

// reportColumns leave the name of who reported to the link.
const reportColumns = `r.id, l.sender, r.number, r.urgency, r.state, r.refusal, r.case_id, r.answered_on, r.created_at, r.sealed, r.answer`

func (r *Report) fields() []any {
	return []any{&r.ID, &r.Sender, &r.Number, &r.Urgency, &r.State, &r.Refusal, &r.CaseID, &r.AnsweredOn, &r.At, &r.sealed, &r.answer}
}

func insertReport(ctx context.Context, tx *db.Tx, l *ReportLink, r *Report, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into report (network_id, id, link_id, org_id, number, urgency, state, sealed, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, l.network, r.ID, l.ID, l.OrgID, r.Number, r.Urgency, r.State, sealed, tx.Now)
}

func receiptOf(ctx context.Context, tx *db.Tx, network, id string) (number string, err error) {
	err = tx.Get(ctx, `select number from report where network_id = $1 and id = $2`, []any{network, id}, &number)
	return number, err
}

func countReports(ctx context.Context, tx *db.Tx, network, link string, since time.Time) (n int, err error) {
	err = tx.Get(ctx, `select count(*) from report where network_id = $1 and link_id = $2 and created_at > $3`, []any{network, link, since}, &n)
	return n, err
}

func scopedReports(tx *db.Tx, a policy.Actor, within scope, what string) *db.Build {
	b := db.NewBuild(`select `+what+` from report r join report_link l on l.network_id = r.network_id and l.id = r.link_id
		where r.network_id = ? and`, a.Network)
	return within(b, tx, policy.Report, policy.Whole, "r.id")
}

func reportInScope(ctx context.Context, tx *db.Tx, a policy.Actor, id string) (r Report, err error) {
	b := scopedReports(tx, a, a.ScopeFew, reportColumns).Add("and r.id = ?", id)
	err = tx.Get(ctx, b.SQL(), b.Args(), r.fields()...)
	return r, err
}

func reportsOf(ctx context.Context, tx *db.Tx, a policy.Actor, all bool, limit int) (list []Report, total int, err error) {
	of := func(what string) *db.Build {
		b := scopedReports(tx, a, a.Scope, what)
		if !all {
			b.Add("and r.state = ?", ReportNew)
		}
		return b
	}
	count := of("count(*)")
	if err := tx.Get(ctx, count.SQL(), count.Args(), &total); err != nil {
		return nil, 0, err
	}
	b := of(reportColumns).Add("order by r.id desc limit ?", limit)
	list, err = db.List(ctx, tx, b.SQL(), b.Args(), (*Report).fields)
	return list, total, err
}

// updateReport writes what became of a report. One that somebody else has dealt with
// since it was read is a Conflict.
func updateReport(ctx context.Context, tx *db.Tx, a policy.Actor, r *Report) error {
	n, err := tx.ExecN(ctx, `
		update report set state = $3, refusal = $4, case_id = $5, answer = $6, answered_by = $7, answered_on = $8
		where network_id = $1 and id = $2 and state = $9`,
		a.Network, r.ID, r.State, r.Refusal, r.CaseID, r.answer, a.AccountID, tx.Today(), ReportNew)
	if err == nil && n == 0 {
		return errs.New(errs.Conflict, "intake.answered_already")
	}
	return err
}

// claimReport leaves a report to the actor, who is about to open a case from it, or is a
// Conflict when somebody else is.
func claimReport(ctx context.Context, tx *db.Tx, a policy.Actor, id string) error {
	n, err := tx.ExecN(ctx, `
		update report set answered_by = $3 where network_id = $1 and id = $2 and state = $4 and answered_by in ('', $3)`,
		a.Network, id, a.AccountID, ReportNew)
	if err == nil && n == 0 {
		return errs.New(errs.Conflict, "intake.answered_already")
	}
	return err
}
