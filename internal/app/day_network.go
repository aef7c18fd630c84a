package app

import (
	"context"

	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/ui"
)

// dayAgreements are the agreements that are soon over: after that bodies see each
// other's records no more.
func (a *App) dayAgreements(ctx context.Context, lines int) (d day, err error) {
	list, _, err := a.Network.EndingSoon(ctx)
	d = day{count: len(list), href: "/agreements?soon=1"}
	for _, g := range list[:min(len(list), lines)] {
		d.lines = append(d.lines, ui.Line{Title: g.Title, Href: "/agreements/" + g.ID,
			Note: i18n.T(ctx, "home.agreements.until", "Date", i18n.Date(ctx, g.Last().Time()))})
	}
	return d, err
}

// dayUnagreed are the bodies that see cases without an agreement, to protect a
// minor.
func (a *App) dayUnagreed(ctx context.Context, lines int) (d day, err error) {
	list, err := a.Network.WithoutAgreement(ctx)
	d = day{count: len(list), href: "/agreements#without"}
	for _, u := range list[:min(len(list), lines)] {
		d.lines = append(d.lines, ui.Line{Title: u.Other, Href: "/agreements#without", Note: i18n.T(ctx, "home.unagreed.of", "Owner", u.Owner)})
	}
	return d, err
}
