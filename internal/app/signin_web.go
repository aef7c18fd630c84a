package app

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// DemoAccount is an account that the demo offers at the sign-in. RoleKey is the
// message key of its role: "role.desk_operator".
type DemoAccount struct{ Email, Name, RoleKey string }

// demoGroups puts the accounts of the demo, by what is before the @, where one
// looks for them. Those that are in no group come last.
var demoGroups = []demoGroup{
	{key: "signin.demo.people", logins: []string{"sportello", "assistente", "psicologo", "mediatore", "emt", "partner"}},
	{key: "signin.demo.programme", logins: []string{"capofila", "regione", "valutatore", "formatore"}},
	{key: "signin.demo.house", logins: []string{"dpo", "admin"}},
}

type demoGroup struct {
	key      string
	logins   []string
	accounts []DemoAccount
}

// signInView is the sign-in page as it is shown.
type signInView struct {
	email, to string
	again     *sending // what to send again after the sign-in, if anything
	problems  map[string]string
	later     bool // say that too many tries make one wait, whatever was wrong
	mails     bool // letters leave: a new password can be asked for
	demo      []demoGroup
}

// lead is the key of the sentence under the title.
func (v signInView) lead() string {
	if v.again != nil {
		return "signin.expired"
	}
	return "signin.lead"
}

func (p *public) getSignIn(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	to := web.Back(query.Get("to"))
	if policy.From(r.Context()).SignedIn() {
		return web.Go(w, r, to, "")
	}
	if lang := query.Get("lang"); slices.Contains(i18n.Staff, lang) {
		web.KeepLanguage(w, r, lang)
		return web.Go(w, r, "/sign-in?to="+url.QueryEscape(to), "")
	}
	return web.Show(w, r, http.StatusOK, signInPage(p.signIn(to)))
}

// signIn is the page before anything was written in it.
func (p *public) signIn(to string) signInView {
	v := signInView{to: to, mails: p.mail.Ready()}
	if p.auth.Demo() {
		v.demo = grouped(p.demo)
	}
	return v
}

// postSignIn opens a session. The cookie ends with the browser: desks share
// their machines.
func (p *public) postSignIn(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseFormOf(w, r, maxSignIn)
	if err != nil {
		return err
	}
	to, again := web.Back(f.Text("to")), sendingIn(f)
	ctx := auth.WithAddress(r.Context(), r.RemoteAddr)
	token, err := p.auth.SignIn(ctx, f.Text("email"), f.Values.Get("password"))
	if web.Fixable(err) {
		v := p.signIn(to)
		if again != nil {
			v = signInView{to: to, again: again, mails: p.mail.Ready()}
		}
		v.email, v.problems, v.later = f.Text("email"), refusedAt(r.Context(), "email", err), errs.CodeOf(err) == errs.Invalid
		return web.Show(w, r, web.Status(err), signInPage(v))
	}
	if err != nil {
		return err
	}
	http.SetCookie(w, sessionCookie(r, token))
	if again != nil {
		return p.offer(w, r, token, again)
	}
	return web.Go(w, r, to, "")
}

// postSignOut closes the session, if there is one still, and leads to the start.
func (p *public) postSignOut(w http.ResponseWriter, r *http.Request) error {
	if c, err := r.Cookie(web.SessionCookie); err == nil {
		if err := p.auth.SignOut(r.Context(), c.Value); err != nil {
			return err
		}
	}
	gone := sessionCookie(r, "")
	gone.MaxAge = -1
	http.SetCookie(w, gone)
	return web.Go(w, r, "/"+i18n.Lang(r.Context())+"/", "")
}

// postLanguage keeps the language in which staff pages are read: in the
// browser, and with the account of who is signed in.
func (p *public) postLanguage(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	lang := f.Text("lang")
	if !slices.Contains(i18n.Staff, lang) {
		return errs.New(errs.Invalid, "error.field_choice")
	}
	if policy.From(r.Context()).SignedIn() {
		if err := p.auth.SetLanguage(r.Context(), lang); err != nil {
			return err
		}
	}
	web.KeepLanguage(w, r, lang)
	return web.Go(w, r, web.Back(f.Text("back")), "")
}

func sessionCookie(r *http.Request, token string) *http.Cookie {
	return &http.Cookie{Name: web.SessionCookie, Value: token, Path: "/", HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Secure: web.Secure(r)}
}

// refusedAt returns the problems of err for the summary above a form. What
// concerns no single field leads to the given one, where mending begins.
func refusedAt(ctx context.Context, field string, err error) map[string]string {
	problems := web.Problems(ctx, err)
	if all, ok := problems[""]; ok {
		delete(problems, "")
		problems[field] = all
	}
	return problems
}

// login is what stands before the @ of an address.
func (a DemoAccount) login() string {
	name, _, _ := strings.Cut(a.Email, "@")
	return name
}

// grouped puts accounts in their groups, in the order of the groups.
func grouped(accounts []DemoAccount) []demoGroup {
	out := slices.Clone(demoGroups)
	rest := demoGroup{key: "signin.demo.other"}
	for i := range out {
		for _, login := range out[i].logins {
			at := slices.IndexFunc(accounts, func(a DemoAccount) bool { return a.login() == login })
			if at >= 0 {
				out[i].accounts = append(out[i].accounts, accounts[at])
			}
		}
	}
	for _, a := range accounts {
		if !slices.ContainsFunc(out, func(g demoGroup) bool { return slices.Contains(g.logins, a.login()) }) {
			rest.accounts = append(rest.accounts, a)
		}
	}
	return slices.DeleteFunc(append(out, rest), func(g demoGroup) bool { return len(g.accounts) == 0 })
}
