package app

import (
	"context"

	"tessuto/internal/governance"
)

// dayMeetings are the meetings to come of the bodies in which the actor works.
func (a *App) dayMeetings(ctx context.Context, lines int) (day, error) {
	return a.dayGoverning(ctx, governance.Coming, lines)
}

// dayMinutes are those that are over and have no confirmed minutes.
func (a *App) dayMinutes(ctx context.Context, lines int) (day, error) {
	return a.dayGoverning(ctx, governance.Waiting, lines)
}

func (a *App) dayGoverning(ctx context.Context, s governance.Show, lines int) (day, error) {
	list, err := a.Governance.Mine(ctx, s)
	return headlined(list, "/meetings?show="+string(s), lines, func(mt *governance.Meeting) (string, string, string) { return mt.Headline(ctx) }), err
}
