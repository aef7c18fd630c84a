package app

import (
	"context"

	"tessuto/internal/cases"
	"tessuto/internal/platform/ui"
)

// daySittings are the sittings to come to which the actor is asked.
func (a *App) daySittings(ctx context.Context, lines int) (day, error) {
	return a.daySitting(ctx, cases.SittingsComing, lines)
}

// daySittingMinutes are those that are over and have no confirmed minutes.
func (a *App) daySittingMinutes(ctx context.Context, lines int) (day, error) {
	return a.daySitting(ctx, cases.SittingsWaiting, lines)
}

func (a *App) daySitting(ctx context.Context, show cases.SittingShow, lines int) (d day, err error) {
	list, err := a.Cases.Sittings(ctx, show)
	d = day{count: len(list), href: "/sittings?show=" + string(show)}
	for i := range list[:min(len(list), lines)] {
		title, note, href := list[i].Headline(ctx)
		d.lines = append(d.lines, ui.Line{Title: title, Note: note, Href: href})
	}
	return d, err
}
