package network

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// Routes lists the pages of the area: the accounts of those who work here, and
// the network itself. They show no person in care.
func (m *Module) Routes() []web.Route {
	routes := []web.Route{
		{Method: "GET", Pattern: "/accounts", Handler: m.getAccounts},
		{Method: "GET", Pattern: "/accounts/new", Handler: m.getNewAccount},
		{Method: "POST", Pattern: "/accounts", Handler: m.postAccount},
		{Method: "GET", Pattern: "/accounts/{id}", Handler: m.getAccount},
		{Method: "POST", Pattern: "/accounts/{id}/close", Handler: m.setActive(false, "account.closed")},
		{Method: "POST", Pattern: "/accounts/{id}/reopen", Handler: m.setActive(true, "account.reopened")},
		{Method: "POST", Pattern: "/accounts/{id}/link", Handler: m.postLink},
		{Method: "POST", Pattern: "/accounts/{id}/link/drop", Handler: m.postDropLink},
		{Method: "GET", Pattern: "/accounts/{id}/places/new", Handler: m.getNewPlace},
		{Method: "POST", Pattern: "/accounts/{id}/places", Handler: m.postPlace},
		{Method: "GET", Pattern: "/accounts/{id}/places/{place}", Handler: m.getPlace},
		{Method: "POST", Pattern: "/accounts/{id}/places/{place}", Handler: m.postPlaceChange},
		{Method: "POST", Pattern: "/accounts/{id}/places/{place}/end", Handler: m.postPlaceEnd},
		{Method: "POST", Pattern: "/accounts/{id}/places/{place}/resume", Handler: m.postPlaceResume},
	}
	for i := range routes {
		routes[i].Permission = policy.Account
	}
	return append(m.directoryRoutes(), routes...)
}

// accountsView is the list of accounts as it is shown.
type accountsView struct {
	query    string
	accounts []colleague
}

func (m *Module) getAccounts(w http.ResponseWriter, r *http.Request) error {
	v := accountsView{query: strings.TrimSpace(r.URL.Query().Get("q"))}
	var err error
	if v.accounts, err = m.accounts(r.Context(), v.query); err != nil {
		return err
	}
	if web.Fragment(r) {
		return web.Show(w, r, http.StatusOK, accountList(v))
	}
	return web.Show(w, r, http.StatusOK, accountsPage(v))
}

// accounts lists the colleagues that answer to every word of query, by name.
func (m *Module) accounts(ctx context.Context, query string) (out []colleague, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = m.colleagues(ctx, tx)
		return err
	})
	words := strings.Fields(strings.ToLower(query))
	out = slices.DeleteFunc(out, func(c colleague) bool { return !c.answers(ctx, words) })
	byName := collate.New(language.Make(i18n.Lang(ctx)))
	slices.SortStableFunc(out, func(a, b colleague) int { return byName.CompareString(a.Name, b.Name) })
	return out, err
}

func (m *Module) getAccount(w http.ResponseWriter, r *http.Request) error {
	c, err := m.colleague(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, accountPage(c))
}

// setActive returns the handler that closes or reopens an account.
func (m *Module) setActive(active bool, notice string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := m.SetActive(r.Context(), r.PathValue("id"), active); err != nil {
			return err
		}
		return web.Go(w, r, "/accounts/"+r.PathValue("id"), notice)
	}
}
