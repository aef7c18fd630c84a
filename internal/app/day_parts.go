package app

import (
	"context"
	"strings"
	"time"

	"tessuto/internal/access"
	"tessuto/internal/cases"
	"tessuto/internal/governance"
	"tessuto/internal/people"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
)

// dayParts lists what may wait for somebody, in the order of the page. An area
// adds its line here.
func (a *App) dayParts() []dayPart {
	followed := once(a.Cases.Followed)
	sittings := listedIn(func(ctx context.Context) ([]cases.Sitting, error) {
		return a.Cases.Sittings(ctx, cases.SittingShows...)
	}, (*cases.Sitting).In, a.DB.Now())
	meetings := listedIn(func(ctx context.Context) ([]governance.Meeting, error) {
		return a.Governance.Mine(ctx, governance.Shows...)
	}, (*governance.Meeting).In, a.DB.Now())
	return []dayPart{
		{key: "home.today", icon: "calendar", permission: policy.AppointmentRead, load: a.dayToday},
		{key: "home.hours", icon: "clock", permission: policy.AppointmentConfirm, load: a.dayHours},
		{key: "home.tasks", icon: "check-circle", permission: policy.Home, load: a.dayTasks},
		{key: "home.referrals", icon: "link", permission: policy.ReferralAnswer, quiet: true, load: a.dayReferrals},
		{key: "home.referrals_late", icon: "warning-circle", permission: policy.CaseTeam, quiet: true, load: a.dayReferralsLate},
		{key: "home.reports", icon: "hearing", permission: policy.CaseOpen, quiet: true, load: a.dayReports},
		{key: "home.cases", icon: "folder", permission: policy.CaseRead, first: []policy.Role{policy.Psychologist, policy.Educator, policy.MobileTeam}, load: a.dayCases},
		{key: "home.approvals", icon: "check-circle", permission: policy.PlanApprove, quiet: true, load: a.dayApprovals},
		{key: "home.reviews", icon: "calendar", permission: cases.DueReview.Permission(), quiet: true, load: a.dayDue(cases.DueReview)},
		{key: "home.leaving", icon: "people", permission: cases.DueLeaving.Permission(), quiet: true, load: a.dayDue(cases.DueLeaving)},
		{key: "home.still", icon: "clock", permission: cases.DueWork.Permission(), quiet: true, load: a.dayDue(cases.DueWork)},
		{key: "home.permits", icon: "warning-circle", permission: policy.PermitWork, quiet: true, load: a.dayPermits(followed)},
		{key: "home.grown", icon: "people", permission: policy.CaseRead, quiet: true, load: a.dayGrown(followed)},
		{key: "home.unagreed", icon: "warning-circle", permission: policy.AuditRead, first: []policy.Role{policy.DPO}, load: a.dayUnagreed},
		{key: "home.agreements", icon: "link", permission: policy.AgreementRead, load: a.dayAgreements},
		{key: "home.mobile", icon: "map-marker", permission: policy.MobileRead, first: []policy.Role{policy.MobileTeam}, quiet: true, load: headlined(a.Cases.MobileRequests, cases.MobileWaiting, "/mobile-team", (*cases.MobileRequest).Headline)},
		{key: "home.sittings", icon: "people", permission: policy.CaseRead, quiet: true, load: headlined(sittings, cases.SittingsComing, "/sittings", (*cases.Sitting).Headline)},
		{key: "home.sitting_minutes", icon: "pencil", permission: policy.CaseRead, quiet: true, load: headlined(sittings, cases.SittingsWaiting, "/sittings", (*cases.Sitting).Headline)},
		{key: "home.meetings", icon: "people", permission: policy.MeetingWork, quiet: true, load: headlined(meetings, governance.Coming, "/meetings", (*governance.Meeting).Headline)},
		{key: "home.minutes", icon: "pencil", permission: policy.MeetingWork, quiet: true, load: headlined(meetings, governance.Waiting, "/meetings", (*governance.Meeting).Headline)},
		{key: "home.week", icon: "calendar", permission: policy.AppointmentRead, load: a.dayWeek},
		{key: "home.jobs", icon: "refresh", permission: policy.Home, quiet: true, load: a.dayJobs},
	}
}

// dayToday are the appointments of today that the actor booked or mediates.
func (a *App) dayToday(ctx context.Context, lines int) (d day, err error) {
	now := a.DB.Now()
	q := access.Agenda{From: db.DateOf(now), To: db.DateOf(now), Mine: true, Limit: lines}
	list, total, err := a.Access.Agenda(ctx, q)
	d = day{count: total, href: q.Path()}
	for _, ap := range list {
		end := ap.StartsAt.Add(time.Duration(ap.Minutes) * time.Minute)
		d.stops = append(d.stops, ui.Stop{Hour: ap.StartsAt.In(i18n.Rome).Format("15:04"), Title: ap.Who, Href: "/appointments/" + ap.ID,
			Note: appointmentNote(ctx, ap), Past: end.Before(now)})
	}
	return d, err
}

// dayWeek are the appointments of the seven days after today.
func (a *App) dayWeek(ctx context.Context, lines int) (d day, err error) {
	today := db.DateOf(a.DB.Now())
	q := access.Agenda{From: today.AddDays(1), To: today.AddDays(7), Mine: true, Limit: lines}
	list, total, err := a.Access.Agenda(ctx, q)
	d = day{count: total, href: q.Path()}
	for _, ap := range list {
		at := ap.StartsAt.In(i18n.Rome)
		d.lines = append(d.lines, ui.Line{Title: ap.Who, Href: "/appointments/" + ap.ID,
			Note: i18n.Weekday(ctx, at) + ", " + at.Format("15:04")})
	}
	return d, err
}

// appointmentNote says where one meets and in which language.
func appointmentNote(ctx context.Context, ap access.Appointment) string {
	parts := []string{ap.Where}
	if ap.Language != "" {
		parts = append(parts, people.LanguageName(ctx, ap.Language))
	}
	return strings.Join(parts, " · ")
}

// dayHours are the hours of the past that wait for the mediator's word.
func (a *App) dayHours(ctx context.Context, lines int) (d day, err error) {
	list, err := a.Access.Unconfirmed(ctx, db.DateOf(a.DB.Now()))
	d = day{count: len(list), href: "/appointments#waiting"}
	for _, ap := range list[:min(len(list), lines)] {
		d.lines = append(d.lines, ui.Line{Title: ap.Who, Href: "/appointments/" + ap.ID, Note: i18n.DateTime(ctx, ap.StartsAt)})
	}
	return d, err
}

// dayCases are the open cases of the actor's teams.
func (a *App) dayCases(ctx context.Context, lines int) (d day, err error) {
	list, total, err := a.Cases.Cases(ctx, false, lines)
	d = day{count: total, href: "/cases"}
	for _, f := range list {
		d.lines = append(d.lines, ui.Line{Title: f.Name(ctx), Href: "/cases/" + f.ID, Badge: i18n.T(ctx, "stage."+string(f.Stage)), BadgeKind: ui.Info,
			Note: i18n.T(ctx, "home.case.since", "Date", i18n.Date(ctx, f.OpenedOn.Time()))})
	}
	return d, err
}

// dayDue are the cases of the actor's teams that are due something.
func (a *App) dayDue(due cases.Due) func(context.Context, int) (day, error) {
	return func(ctx context.Context, lines int) (d day, err error) {
		list, total, err := a.Cases.CasesDue(ctx, due, lines)
		d = day{count: total, href: cases.DuePath(due)}
		for i := range list {
			var l ui.Line
			l.Title, l.Note, l.Href = list[i].Headline(ctx, due)
			d.lines = append(d.lines, l)
		}
		return d, err
	}
}
