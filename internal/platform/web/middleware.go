package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
)

const (
	// SessionCookie holds the session token.
	SessionCookie = "tessuto_session"
	// OwnCookie holds the token of a person who reads their own page.
	OwnCookie      = "tessuto_own"
	languageCookie = "tessuto_language"
	noticeCookie   = "tessuto_notice"
)

// policyHeader lets the page load what this program serves, and nothing else.
const policyHeader = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"

// Identify finds who is asking.
type Identify interface {
	BySession(ctx context.Context, token string) (policy.Actor, string, error)
	ByToken(ctx context.Context, token string) (policy.Actor, error)
	ByOwn(ctx context.Context, token string) (policy.Actor, error)
}

// Refuse answers with an error, as whoever asks reads it.
type Refuse func(err error) http.Handler

// Refused answers with an error page.
func Refused(err error) http.Handler {
	return Handle(func(http.ResponseWriter, *http.Request) error { return err })
}

// Middleware wraps the whole program. Who asks is known before anything is
// refused, so that a refusal is in their language.
func Middleware(who Identify, refuse Refuse, next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(refuse(errs.New(errs.Forbidden, "error.cross_site")))
	return headers(recovered(refuse, identified(who, refuse, recovered(refuse, guard.Handler(next)))))
}

func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policyHeader)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		h.Add("Vary", "HX-Request, Cookie, Accept-Language")
		next.ServeHTTP(w, r)
	})
}

// identified gives the request an id, an actor and a language.
func identified(who Identify, refuse Refuse, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := db.NewID()
		ctx := audit.WithRequest(r.Context(), id)
		note(ctx).id = id
		actor, lang, err := identify(ctx, who, r)
		if err != nil && errs.CodeOf(err) != errs.SignIn {
			slog.ErrorContext(ctx, "identify", "err", err)
			ctx = i18n.With(ctx, language(r, ""))
			refuse(errs.New(errs.CodeOf(err), "error."+string(errs.CodeOf(err)))).ServeHTTP(w, r.WithContext(ctx))
			return
		}
		note(ctx).account = actor.AccountID
		ctx = i18n.With(policy.With(ctx, actor), language(r, lang))
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func identify(ctx context.Context, who Identify, r *http.Request) (policy.Actor, string, error) {
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		actor, err := who.ByToken(ctx, bearer)
		return actor, "", err
	}
	if OwnPath(r.URL.Path) != "" { // whoever of the staff shares the machine is nobody there
		c, err := r.Cookie(OwnCookie)
		if err != nil {
			return policy.Actor{}, "", nil
		}
		actor, err := who.ByOwn(ctx, c.Value)
		return actor, "", err
	}
	c, err := r.Cookie(SessionCookie)
	if err != nil || strings.HasPrefix(r.URL.Path, "/assets/") {
		return policy.Actor{}, "", nil
	}
	return who.BySession(ctx, c.Value)
}

// language is the one in the address of a public page or a person's own, else the one the person
// chose, else the browser's.
func language(r *http.Request, account string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if slices.Contains(i18n.People, first) {
		return first
	}
	if account != "" {
		return account
	}
	if c, err := r.Cookie(languageCookie); err == nil && c.Value != "" {
		return i18n.Match(c.Value, i18n.Staff)
	}
	return i18n.Match(r.Header.Get("Accept-Language"), i18n.Staff)
}

// OwnPath returns the address at which a person's own pages begin, in the language
// of a path that is one of them, and else nothing.
func OwnPath(path string) string {
	parts := strings.SplitN(path, "/", 4)
	if len(parts) < 3 || parts[2] != "me" || !slices.Contains(i18n.People, parts[1]) {
		return ""
	}
	return "/" + parts[1] + "/me"
}

// InLanguage returns the request in a language, unless the browser was told to
// keep one.
func InLanguage(r *http.Request, lang string) *http.Request {
	if c, err := r.Cookie(languageCookie); err == nil && c.Value != "" {
		return r
	}
	return r.WithContext(i18n.With(r.Context(), lang))
}

// KeepLanguage makes the browser remember a language.
func KeepLanguage(w http.ResponseWriter, r *http.Request, lang string) {
	http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: lang, Path: "/", MaxAge: 365 * 24 * 3600,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: Secure(r)})
}

// TakeNotice returns the key of the notice that Go left, once, and the path of
// the inverse act that GoUndo left with it, or empty.
func TakeNotice(w http.ResponseWriter, r *http.Request) (key, undo string) {
	c, err := r.Cookie(noticeCookie)
	if err != nil || c.Value == "" {
		return "", ""
	}
	http.SetCookie(w, &http.Cookie{Name: noticeCookie, Path: "/", MaxAge: -1})
	first, second, _ := strings.Cut(c.Value, "&")
	key, err = url.QueryUnescape(first)
	if err != nil || !i18n.Exists("it", key) {
		return "", ""
	}
	if undo, err = url.QueryUnescape(second); err != nil || !ui.Inside(undo) {
		return key, ""
	}
	return key, undo
}

// recovered turns a panic into an error in the log and a refusal in words.
func recovered(refuse Refuse, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == http.ErrAbortHandler {
				panic(p)
			}
			if p != nil {
				slog.ErrorContext(r.Context(), "panic", "what", fmt.Sprint(p), "stack", string(debug.Stack()))
				refuse(errs.New(errs.Internal, "error.internal")).ServeHTTP(w, r)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// Back returns a path inside this program to return to, or home.
func Back(path string) string {
	if ui.Inside(path) {
		return path
	}
	return "/home"
}
