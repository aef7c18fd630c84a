package app

import (
	"net/http"

	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/web"
)

// forgottenView is the page of who forgot the password, as it is shown.
type forgottenView struct {
	ready    bool // mail can leave
	email    string
	problems map[string]string
}

func (p *public) getForgotten(w http.ResponseWriter, r *http.Request) error {
	return web.Show(w, r, http.StatusOK, forgottenPage(forgottenView{ready: p.mail.Ready()}))
}

// postForgotten answers alike whatever the address is, and however often it was
// asked.
func (p *public) postForgotten(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	v := forgottenView{ready: p.mail.Ready(), email: f.Text("email")}
	if !v.ready {
		return web.Show(w, r, http.StatusOK, forgottenPage(v))
	}
	err = p.ask(auth.WithAddress(r.Context(), r.RemoteAddr), v.email)
	if web.Fixable(err) {
		v.problems = refusedAt(r.Context(), "email", err)
		return web.Show(w, r, web.Status(err), forgottenPage(v))
	}
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, askedPage(v.email))
}
