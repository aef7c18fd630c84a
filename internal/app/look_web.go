package app

import (
	"net/http"

	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// How the program looks and listens is kept in the browser: it depends on the
// machine and its light, and is known before anybody is.
const (
	themeCookie = "tessuto_theme"
	keysCookie  = "tessuto_keys"
	keysOff     = "off"
)

// lookRoutes let a reader choose the theme and turn the keys off.
func (a *App) lookRoutes() []web.Route {
	return []web.Route{{Method: "POST", Pattern: "/account/look", Permission: policy.Home, Handler: a.postLook}}
}

func (a *App) postLook(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	theme, keys := f.Text("theme"), ""
	if theme != ui.Light && theme != ui.Dark {
		theme = ""
	}
	if !f.Bool("keys") {
		keys = keysOff
	}
	keepLook(w, r, themeCookie, theme)
	keepLook(w, r, keysCookie, keys)
	return web.Go(w, r, "/account", "me.look.kept")
}

// keepLook makes the browser remember a choice; an empty one is forgotten.
func keepLook(w http.ResponseWriter, r *http.Request, name, value string) {
	c := &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: 365 * 24 * 3600,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// look reads what the browser remembers; the page takes no theme but the two.
func look(r *http.Request, s *ui.Shell) {
	if c, err := r.Cookie(themeCookie); err == nil {
		s.Theme = c.Value
	}
	c, err := r.Cookie(keysCookie)
	s.Keys = s.SignedIn && (err != nil || c.Value != keysOff)
}

func keysValue(on bool) []string {
	if on {
		return []string{"on"}
	}
	return nil
}
