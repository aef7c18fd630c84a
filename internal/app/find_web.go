package app

import (
	"context"
	"net/http"
	"strings"

	"tessuto/internal/people"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// findRoutes are the search over everything, and the list of keys.
func (a *App) findRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/find", Permission: policy.Home, Handler: a.getFind},
		{Method: "GET", Pattern: "/keys", Permission: policy.Home, Handler: a.getKeys},
	}
}

// finder looks for what an actor may see of one kind of thing. Areas add theirs
// to finders; each asks a use case, which keeps the scope and logs the reading.
type finder struct {
	key        string // message of the heading
	permission policy.Permission
	find       func(ctx context.Context, text string) ([]ui.Found, error)
}

func (a *App) finders() []finder {
	return []finder{{"find.people", policy.PersonRead, a.findPeople}}
}

// leastSought is how much must be typed before records are looked for, in
// letters: less would find, and log, whoever comes first.
const leastSought = 3

// mostFound is how much of each kind is shown.
const mostFound = 6

// shorten cuts what is sought to as much as the fields take, and tells whether it
// did: an address can say more.
func shorten(text string) (string, bool) {
	if runes := []rune(text); len(runes) > ui.MaxSought {
		return string(runes[:ui.MaxSought]), true
	}
	return text, false
}

// find gathers what text may mean to an actor: what can be begun, where one can
// go, and the records that are open to them.
func (a *App) find(ctx context.Context, text string) ([]ui.FoundGroup, error) {
	actor := policy.From(ctx)
	var out []ui.FoundGroup
	add := func(key string, list []ui.Found) {
		if len(list) > 0 {
			out = append(out, ui.FoundGroup{Label: i18n.T(ctx, key), Found: list[:min(len(list), mostFound)]})
		}
	}
	if len([]rune(strings.TrimSpace(text))) >= leastSought {
		for _, f := range a.finders() {
			if !actor.May(f.permission) {
				continue
			}
			list, err := f.find(ctx, text)
			if err != nil {
				return nil, err
			}
			add(f.key, list)
		}
	}
	add("find.commands", foundCommands(ctx, actor, text))
	add("find.places", foundPlaces(ctx, actor, text))
	return out, nil
}

func foundCommands(ctx context.Context, actor policy.Actor, text string) (out []ui.Found) {
	for _, c := range commands {
		if title := i18n.T(ctx, c.key); actor.May(c.permission) && says(title, text) {
			out = append(out, ui.Found{Title: title, Href: c.href, Icon: c.icon})
		}
	}
	return out
}

func foundPlaces(ctx context.Context, actor policy.Actor, text string) (out []ui.Found) {
	for _, p := range places {
		if title := i18n.T(ctx, p.key); actor.May(p.permission) && says(title, text) {
			out = append(out, ui.Found{Title: title, Href: p.href, Icon: p.icon})
		}
	}
	return out
}

// says tells whether every word of text begins a word of title.
func says(title, text string) bool {
	words := strings.Fields(strings.ToLower(title))
	for _, sought := range strings.Fields(strings.ToLower(text)) {
		found := false
		for _, w := range words {
			found = found || strings.HasPrefix(strings.TrimLeft(w, "(«"), sought)
		}
		if !found {
			return false
		}
	}
	return true
}

// findPeople looks for persons as the register does, and for the actor's open
// case on their household.
func (a *App) findPeople(ctx context.Context, text string) (out []ui.Found, err error) {
	found, err := a.People.Search(ctx, text)
	if err != nil {
		return nil, err
	}
	mayCase := policy.From(ctx).May(policy.CaseRead)
	for _, h := range found.Hits[:min(len(found.Hits), mostFound)] {
		out = append(out, ui.Found{Title: people.NameOf(ctx, h.Person), Note: h.Apart(ctx), Href: "/people/" + h.ID, Icon: "user"})
		if !mayCase || h.HouseholdID == "" {
			continue
		}
		id, err := a.Cases.OfHousehold(ctx, h.HouseholdID)
		if err != nil {
			return nil, err
		}
		if id != "" {
			out = append(out, ui.Found{Title: people.NameOf(ctx, h.Person), Note: i18n.T(ctx, "find.case"), Href: "/cases/" + id, Icon: "folder"})
		}
	}
	return out, nil
}

func (a *App) getFind(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	text, cut := shorten(q.Get("q"))
	found, err := a.find(r.Context(), text)
	if err != nil {
		return err
	}
	switch {
	case q.Get("as") == "options":
		return web.Show(w, r, http.StatusOK, ui.FoundOptions(found))
	case web.Fragment(r):
		return web.Show(w, r, http.StatusOK, foundPart(cut, found))
	}
	return web.Show(w, r, http.StatusOK, findPage(text, cut, found))
}

func (a *App) getKeys(w http.ResponseWriter, r *http.Request) error {
	return web.Show(w, r, http.StatusOK, keysPage())
}
