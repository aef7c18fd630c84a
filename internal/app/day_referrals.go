package app

import (
	"context"

	"tessuto/internal/cases"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/ui"
)

// dayReferrals are those that wait for an answer of the actor's body.
func (a *App) dayReferrals(ctx context.Context, lines int) (day, error) {
	return a.referralDay(ctx, cases.ReferralsToAnswer, lines, func(r *cases.Referral) string { return "/referrals/" + r.ID })
}

// dayReferralsLate are those of the actor's teams that nobody has answered in time.
func (a *App) dayReferralsLate(ctx context.Context, lines int) (day, error) {
	return a.referralDay(ctx, cases.ReferralsLate, lines, func(r *cases.Referral) string { return "/cases/" + r.CaseID + "/referrals/" + r.ID })
}

func (a *App) referralDay(ctx context.Context, show string, lines int, href func(*cases.Referral) string) (d day, err error) {
	list, total, err := a.Cases.Referrals(ctx, show, lines)
	d = day{count: total, href: "/referrals?show=" + show}
	today := db.DateOf(a.DB.Now())
	for i := range list {
		r := &list[i]
		line := ui.Line{Title: r.Family(ctx), Href: href(r), Badge: codelist.Word(ctx, cases.ReferralReasonList, r.Reason), BadgeKind: ui.Info,
			Note: i18n.T(ctx, "home.referral.by", "Date", i18n.Date(ctx, r.ReplyBy.Time()))}
		if r.Late(today) {
			line.BadgeKind = ui.Danger
		}
		d.lines = append(d.lines, line)
	}
	return d, err
}

// dayReports are the reports of services without an account that wait.
func (a *App) dayReports(ctx context.Context, lines int) (d day, err error) {
	list, total, err := a.Cases.Reports(ctx, false, lines)
	d = day{count: total, href: "/reports"}
	for _, r := range list {
		d.lines = append(d.lines, ui.Line{Title: r.GivenName + " " + r.FamilyName, Href: "/reports/" + r.ID, Note: r.Sender,
			Badge: i18n.T(ctx, "intake.urgency."+r.Urgency), BadgeKind: ui.Info})
	}
	return d, err
}
