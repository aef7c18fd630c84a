package app

import (
	"context"
	"net/http"

	"tessuto/internal/people"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// familyRoutes are the pages on the families that the reader follows.
func (a *App) familyRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/permits", Permission: policy.PermitWork, Handler: a.getPermits},
		{Method: "GET", Pattern: "/coming-of-age", Permission: policy.CaseRead, Handler: a.getGrown},
	}
}

// persons lists who lives in the families that the reader follows.
type persons func(context.Context) ([]string, error)

// expiring are the permits that end soon, of the persons whose case the actor
// works on.
func (a *App) expiring(ctx context.Context, followed persons) ([]people.Waiting, error) {
	ids, err := followed(ctx)
	if err != nil {
		return nil, err
	}
	return a.People.Expiring(ctx, ids)
}

func (a *App) getPermits(w http.ResponseWriter, r *http.Request) error {
	list, err := a.expiring(r.Context(), a.Cases.Followed)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, people.ExpiringPage(list))
}

// dayPermits are the permits to renew.
func (a *App) dayPermits(followed persons) func(context.Context, int) (day, error) {
	return func(ctx context.Context, lines int) (d day, err error) {
		list, err := a.expiring(ctx, followed)
		d = day{count: len(list), href: "/permits"}
		for _, p := range list[:min(len(list), lines)] {
			d.lines = append(d.lines, ui.Line{Title: people.NameOf(ctx, p.Person), Href: "/people/" + p.PersonID + "#permits",
				Note: i18n.T(ctx, "home.permits.until", "Date", i18n.Date(ctx, p.Expires.Time()))})
		}
		return d, err
	}
}

// grown are those who come of age, of the persons whose case the actor works on.
func (a *App) grown(ctx context.Context, followed persons) ([]people.Grown, error) {
	ids, err := followed(ctx)
	if err != nil {
		return nil, err
	}
	return a.People.ComingOfAge(ctx, ids)
}

func (a *App) getGrown(w http.ResponseWriter, r *http.Request) error {
	list, err := a.grown(r.Context(), a.Cases.Followed)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, people.GrownPage(list))
}

// dayGrown are those who come of age.
func (a *App) dayGrown(followed persons) func(context.Context, int) (day, error) {
	return func(ctx context.Context, lines int) (d day, err error) {
		list, err := a.grown(ctx, followed)
		d = day{count: len(list), href: "/coming-of-age"}
		for _, g := range list[:min(len(list), lines)] {
			d.lines = append(d.lines, ui.Line{Title: people.NameOf(ctx, g.Person), Href: "/people/" + g.ID,
				Note: i18n.T(ctx, "home.grown.on", "Date", i18n.Date(ctx, g.On.Time()))})
		}
		return d, err
	}
}
