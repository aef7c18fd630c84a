package app

import (
	"encoding/base64"
	"mime"
	"net/http"
	"net/url"
	"slices"

	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// maxSignIn is how much a sign-in may send: a whole form in base64, and the
// fields of its own.
const maxSignIn = web.MaxForm/3*4 + 1<<16

// sending is a form that arrived when the session was over. The pages of the
// sign-in carry it in hidden fields and the server keeps nothing of it, so that
// an hour of writing is not lost. It is never logged.
type sending struct {
	path string // where it was sent, inside this program
	body string // as the browser wrote it
}

// kept answers the form of somebody whose session is over with a sign-in that
// carries the form.
func kept(h web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		err := h(w, r)
		if errs.CodeOf(err) != errs.SignIn || policy.From(r.Context()).SignedIn() || !resendable(r) {
			return err
		}
		f, unread := web.ParseForm(w, r)
		if unread != nil {
			return err
		}
		again := &sending{path: web.Back(r.URL.RequestURI()), body: f.Values.Encode()}
		return web.Show(w, r, web.Status(err), signInPage(signInView{to: "/home", again: again}))
	}
}

// resendable tells whether a request is a plain form, sent by a page.
func resendable(r *http.Request) bool {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return r.Method == http.MethodPost && kind == "application/x-www-form-urlencoded" && !web.Fragment(r)
}

// sendingIn reads the form that a sign-in carried, if it carried one.
func sendingIn(f *web.Form) *sending {
	body, err := base64.RawURLEncoding.DecodeString(f.Values.Get("again"))
	if err != nil || len(body) == 0 {
		return nil
	}
	return &sending{path: web.Back(f.Text("again_path")), body: string(body)}
}

// encoded is the form as one hidden field.
func (s *sending) encoded() string { return base64.RawURLEncoding.EncodeToString([]byte(s.body)) }

// hidden are the fields of the form, each as often as it was sent.
func (s *sending) hidden() (out [][2]string) {
	values, err := url.ParseQuery(s.body)
	if err != nil {
		return nil
	}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, v := range values[name] {
			out = append(out, [2]string{name, v})
		}
	}
	return out
}

// offer shows one button that sends the form again, and who sends it: on a
// shared machine that may be another person.
func (p *public) offer(w http.ResponseWriter, r *http.Request, token string, again *sending) error {
	actor, _, err := p.auth.BySession(r.Context(), token)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, resendPage(actor.Name, again))
}
