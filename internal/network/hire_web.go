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
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// newAccountView is the form for an account, with what was written in it.
type newAccountView struct {
	NewOperator
	orgs     []Organisation
	problems map[string]string
}

func (m *Module) getNewAccount(w http.ResponseWriter, r *http.Request) error {
	return m.showNewAccount(w, r, http.StatusOK, newAccountView{NewOperator: NewOperator{Language: i18n.Staff[0]}})
}

// postAccount opens an account and answers to whom the link went that invites, or
// with the link: it is shown here and nowhere again.
func (m *Module) postAccount(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := NewOperator{Name: f.Text("name"), Email: f.Text("email"), Language: f.Text("language"),
		OrgID: f.Text("org"), Role: policy.Role(f.Text("role")), Profession: f.Text("profession"),
		Programmes: f.Text("programmes"), Sent: f.Sent()}
	l, err := m.Hire(r.Context(), n)
	if web.Fixable(err) {
		return m.showNewAccount(w, r, web.Status(err), newAccountView{NewOperator: n, problems: accountProblems(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return m.showLink(w, r, l)
}

func (m *Module) showNewAccount(w http.ResponseWriter, r *http.Request, status int, v newAccountView) (err error) {
	if v.orgs, err = m.orgsByName(r.Context()); err != nil {
		return err
	}
	return web.Show(w, r, status, newAccountPage(v))
}

// orgsByName lists the organisations of the actor's network in the order in which
// they are read.
func (m *Module) orgsByName(ctx context.Context) (orgs []Organisation, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) (err error) {
		orgs, err = m.Organisations(ctx, tx)
		return err
	})
	byName := collate.New(language.Make(i18n.Lang(ctx)))
	slices.SortStableFunc(orgs, func(a, b Organisation) int { return byName.CompareString(a.Name, b.Name) })
	return orgs, err
}

// accountProblems says what is wrong with a new account. Whatever concerns no
// single field leads to the first.
func accountProblems(ctx context.Context, err error) map[string]string {
	problems := web.Problems(ctx, err)
	if all, ok := problems[""]; ok {
		return map[string]string{"name": all}
	}
	return problems
}

// named are the problems with the field that each is about: above the form, "an
// answer is needed" says nothing alone.
func named(ctx context.Context, problems map[string]string) map[string]string {
	out := make(map[string]string, len(problems))
	for field, problem := range problems {
		if out[field] = problem; field != "" {
			out[field] = i18n.T(ctx, "account.problem", "Field", i18n.T(ctx, "account."+field), "Problem", problem)
		}
	}
	return out
}

// postLink makes a link, and mails or shows it.
func (m *Module) postLink(w http.ResponseWriter, r *http.Request) error {
	l, err := m.SendLink(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return m.showLink(w, r, l)
}

func (m *Module) showLink(w http.ResponseWriter, r *http.Request, l Link) error {
	if l.Again {
		return web.Show(w, r, http.StatusOK, againPage(l))
	}
	if l.Mailed {
		return web.Show(w, r, http.StatusOK, mailedPage(l))
	}
	address := m.mail.Link(LinkPath + l.Token)
	if strings.HasPrefix(address, "/") { // nobody said where this installation is: who reads this came here
		address = web.Origin(r) + address
	}
	return web.Show(w, r, http.StatusOK, linkPage(l, address))
}

// LinkPath is where a link leads, before its token. The page is app's.
const LinkPath = "/invitation/"

func (m *Module) postDropLink(w http.ResponseWriter, r *http.Request) error {
	if err := m.DropLink(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	return web.Go(w, r, "/accounts/"+r.PathValue("id"), "account.link.dropped")
}

func orgOptions(ctx context.Context, orgs []Organisation) []ui.Option {
	out := []ui.Option{{Label: i18n.T(ctx, "account.choose")}}
	for _, o := range orgs {
		out = append(out, ui.Option{Value: o.ID, Label: o.Name})
	}
	return out
}

func languageOptions() (out []ui.Option) {
	for _, l := range i18n.Staff {
		out = append(out, ui.Option{Value: l, Label: ui.LangName(l)})
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
