package app

import (
	"context"

	"tessuto/internal/governance"
	"tessuto/internal/platform/ui"
)

// dayMeetings are the meetings to come of the bodies in which the actor works.
func (a *App) dayMeetings(ctx context.Context, lines int) (day, error) {
	return a.dayGoverning(ctx, governance.Coming, lines)
}

// dayMinutes are those that are over and have no confirmed minutes.
func (a *App) dayMinutes(ctx context.Context, lines int) (day, error) {
	return a.dayGoverning(ctx, governance.Waiting, lines)
}

func (a *App) dayGoverning(ctx context.Context, s governance.Show, lines int) (d day, err error) {
	list, err := a.Governance.Mine(ctx, s)
	d = day{count: len(list), href: "/meetings?show=" + string(s)}
	for i := range list[:min(len(list), lines)] {
		title, note, href := list[i].Headline(ctx)
		d.lines = append(d.lines, ui.Line{Title: title, Note: note, Href: href})
	}
	return d, err
}
