package network

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// Routes lists the pages of the area: the accounts of those who work here, and
// the network itself. They show no person in care.
func (m *Module) Routes() []web.Route {
	return append(m.directoryRoutes(), []web.Route{
		{Method: "GET", Pattern: "/accounts", Permission: policy.Account, Handler: m.getAccounts},
		{Method: "GET", Pattern: "/accounts/new", Permission: policy.Account, Handler: m.getNewAccount},
		{Method: "POST", Pattern: "/accounts", Permission: policy.Account, Handler: m.postAccount},
		{Method: "GET", Pattern: "/accounts/{id}", Permission: policy.Account, Handler: m.getAccount},
		{Method: "POST", Pattern: "/accounts/{id}/close", Permission: policy.Account, Handler: m.setActive(false, "account.closed")},
		{Method: "POST", Pattern: "/accounts/{id}/reopen", Permission: policy.Account, Handler: m.setActive(true, "account.reopened")},
	}...)
}

// accountsView is the list of accounts as it is shown.
type accountsView struct {
	query    string
	accounts []Operator
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

// accounts lists the operators that answer to every word of query, by name.
func (m *Module) accounts(ctx context.Context, query string) (out []Operator, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = m.Operators(ctx, tx)
		return err
	})
	words := strings.Fields(strings.ToLower(query))
	out = slices.DeleteFunc(out, func(o Operator) bool { return !o.answers(ctx, words) })
	byName := collate.New(language.Make(i18n.Lang(ctx)))
	slices.SortStableFunc(out, func(a, b Operator) int { return byName.CompareString(a.Name, b.Name) })
	return out, err
}

// answers tells whether every word is in what the list shows of an operator.
func (o Operator) answers(ctx context.Context, words []string) bool {
	shown := strings.ToLower(strings.Join([]string{o.Name, o.Email, o.OrgName,
		roleWord(ctx, o.Role), professionWord(ctx, o.Profession), stateWord(ctx, o.Active)}, "\n"))
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(shown, w) })
}

func (m *Module) getAccount(w http.ResponseWriter, r *http.Request) error {
	var o Operator
	err := m.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		o, err = m.Operator(r.Context(), tx, r.PathValue("id"))
		return err
	})
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, accountPage(o))
}

// newAccountView is the form for an account, with what was written in it.
type newAccountView struct {
	NewOperator
	orgs     []Organisation
	problems map[string]string
}

func (m *Module) getNewAccount(w http.ResponseWriter, r *http.Request) error {
	return m.showNewAccount(w, r, http.StatusOK, newAccountView{})
}

func (m *Module) postAccount(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := NewOperator{Name: f.Text("name"), Email: f.Text("email"), Password: f.Values.Get("password"),
		OrgID: f.Text("org"), Role: policy.Role(f.Text("role")), Profession: f.Text("profession"),
		Programmes: f.Text("programmes")}
	if _, err = m.Hire(r.Context(), n); web.Fixable(err) {
		return m.showNewAccount(w, r, web.Status(err), newAccountView{NewOperator: n, problems: accountProblems(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/accounts", "account.opened")
}

func (m *Module) showNewAccount(w http.ResponseWriter, r *http.Request, status int, v newAccountView) error {
	err := m.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		v.orgs, err = m.Organisations(r.Context(), tx)
		return err
	})
	if err != nil {
		return err
	}
	byName := collate.New(language.Make(i18n.Lang(r.Context())))
	slices.SortStableFunc(v.orgs, func(a, b Organisation) int { return byName.CompareString(a.Name, b.Name) })
	return web.Show(w, r, status, newAccountPage(v))
}

// accountProblems says what is wrong with a new account. The only thing that
// two accounts cannot share is the address; whatever else concerns no single
// field leads to the first.
func accountProblems(ctx context.Context, err error) map[string]string {
	problems := web.Problems(ctx, err)
	if errs.CodeOf(err) == errs.Conflict {
		return map[string]string{"email": i18n.T(ctx, "account.email_taken")}
	}
	if all, ok := problems[""]; ok {
		return map[string]string{"name": all}
	}
	return problems
}

// summary are the problems with the field that each is about: above the form,
// "an answer is needed" says nothing alone.
func (v newAccountView) summary(ctx context.Context) map[string]string {
	out := make(map[string]string, len(v.problems))
	for field, problem := range v.problems {
		out[field] = i18n.T(ctx, "account.problem", "Field", i18n.T(ctx, "account."+field), "Problem", problem)
	}
	return out
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

func (v newAccountView) orgOptions(ctx context.Context) []ui.Option {
	out := []ui.Option{{Label: i18n.T(ctx, "account.choose")}}
	for _, o := range v.orgs {
		out = append(out, ui.Option{Value: o.ID, Label: o.Name})
	}
	return out
}

func roleOptions(ctx context.Context) []ui.Option {
	out := []ui.Option{{Label: i18n.T(ctx, "account.choose")}}
	for _, r := range policy.Roles {
		out = append(out, ui.Option{Value: string(r), Label: roleWord(ctx, r)})
	}
	return out
}

func professionOptions(ctx context.Context) []ui.Option {
	out := []ui.Option{{Label: i18n.T(ctx, "account.profession.none")}}
	for _, p := range Professions {
		out = append(out, ui.Option{Value: p, Label: professionWord(ctx, p)})
	}
	return out
}

func roleWord(ctx context.Context, r policy.Role) string { return i18n.T(ctx, "role."+string(r)) }

// professionWord is empty for who has no profession written down.
func professionWord(ctx context.Context, code string) string {
	if code == "" {
		return ""
	}
	return i18n.T(ctx, "profession."+code)
}

func stateWord(ctx context.Context, active bool) string {
	if active {
		return i18n.T(ctx, "account.state.active")
	}
	return i18n.T(ctx, "account.state.closed")
}
