package app

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/ui"
)

// dayTasks are the actor's own tasks that ask for attention by a week from now.
func (a *App) dayTasks(ctx context.Context, lines int) (d day, err error) {
	list, err := a.Tasks.Soon(ctx)
	d = day{count: len(list), href: "/tasks?soon=1"}
	today := db.DateOf(a.DB.Now())
	for i := range list[:min(len(list), lines)] {
		d.lines = append(d.lines, list[i].Line(ctx, today, "/home"))
	}
	return d, err
}

// dayJobs are the actor's jobs that are not over, or failed.
func (a *App) dayJobs(ctx context.Context, lines int) (d day, err error) {
	list, err := a.Jobs.Own(ctx)
	list = openJobs(list)
	d = day{count: len(list), href: "/jobs?open=1"}
	for _, j := range list[:min(len(list), lines)] {
		d.lines = append(d.lines, ui.Line{Title: jobTitle(ctx, j), Href: "/jobs?open=1#job-" + j.ID, Note: jobWhen(ctx, j),
			Badge: i18n.T(ctx, "job.state."+string(j.State)), BadgeKind: jobBadges[j.State]})
	}
	return d, err
}

// dayApprovals are the plans that wait for the actor's approval.
func (a *App) dayApprovals(ctx context.Context, lines int) (d day, err error) {
	list, err := a.Cases.PlansToApprove(ctx)
	d = day{count: len(list), href: "/cases/approvals"}
	for i := range list[:min(len(list), lines)] {
		d.lines = append(d.lines, ui.Line{Title: list[i].Name(ctx), Href: "/cases/" + list[i].ID + "/approval", Note: i18n.T(ctx, "home.approvals.by", "Who", list[i].AskedBy)})
	}
	return d, err
}
