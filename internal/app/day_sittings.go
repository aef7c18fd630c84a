package app

import (
	"context"

	"tessuto/internal/cases"
)

// daySittings are the sittings to come to which the actor is asked.
func (a *App) daySittings(ctx context.Context, lines int) (day, error) {
	return a.daySitting(ctx, cases.SittingsComing, lines)
}

// daySittingMinutes are those that are over and have no confirmed minutes.
func (a *App) daySittingMinutes(ctx context.Context, lines int) (day, error) {
	return a.daySitting(ctx, cases.SittingsWaiting, lines)
}

func (a *App) daySitting(ctx context.Context, show cases.SittingShow, lines int) (day, error) {
	list, err := a.Cases.Sittings(ctx, show)
	return headlined(list, "/sittings?show="+string(show), lines, func(s *cases.Sitting) (string, string, string) { return s.Headline(ctx) }), err
}

// dayMobile are the requests to the mobile team that wait for the actor.
func (a *App) dayMobile(ctx context.Context, lines int) (day, error) {
	list, err := a.Cases.MobileRequests(ctx, cases.MobileWaiting)
	return headlined(list, "/mobile-team?show="+string(cases.MobileWaiting), lines, func(r *cases.MobileRequest) (string, string, string) { return r.Headline(ctx) }), err
}
