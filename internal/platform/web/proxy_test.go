package web_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"tessuto/internal/platform/web"
)

var proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd00::/8")}

// behind answers from which address a request is taken to come, and whether over
// TLS.
func behind(peer string, header http.Header) (from string, secure bool) {
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr, r.Header = peer, header
	web.Behind(proxies, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		from, secure = r.RemoteAddr, web.Secure(r)
	})).ServeHTTP(httptest.NewRecorder(), r)
	return from, secure
}

func TestBehindProxies(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		peer string
		sent []string
		want string
	}{
		{"127.0.0.1:80", nil, "127.0.0.1:0"},
		{"127.0.0.1:80", []string{"198.51.100.7"}, "198.51.100.7:0"},
		{"10.1.2.3:80", []string{"198.51.100.7"}, "198.51.100.7:0"},
		{"[::ffff:10.1.2.3]:80", []string{"198.51.100.7"}, "198.51.100.7:0"},
		{"[fd00::1]:80", []string{"[2001:db8::1]:99"}, "[2001:db8::1]:0"},
		{"127.0.0.1:80", []string{"2001:db8::1"}, "[2001:db8::1]:0"},
		// What a client writes stands to the left of what proxies write.
		{"127.0.0.1:80", []string{"203.0.113.1, 198.51.100.7"}, "198.51.100.7:0"},
		{"127.0.0.1:80", []string{"127.0.0.1, 198.51.100.7"}, "198.51.100.7:0"},
		{"127.0.0.1:80", []string{"203.0.113.1", "198.51.100.7, 10.1.9.9"}, "198.51.100.7:0"},
		{"127.0.0.1:80", []string{"198.51.100.7:4711,10.1.9.9"}, "198.51.100.7:0"},
		{"127.0.0.1:80", []string{"10.1.0.5, 10.1.9.9"}, "10.1.0.5:0"},
		{"127.0.0.1:80", []string{"rubbish, 10.1.9.9"}, "10.1.9.9:0"},
		{"127.0.0.1:80", []string{"198.51.100.7, unknown"}, "127.0.0.1:0"},
		{"127.0.0.1:80", []string{"198.51.100.7,"}, "127.0.0.1:0"},
		// Nobody else speaks for another.
		{"198.51.100.1:80", []string{"203.0.113.1"}, "198.51.100.1:80"},
		{"10.2.0.1:80", []string{"127.0.0.1"}, "10.2.0.1:80"},
		{"@", []string{"203.0.113.1"}, "@"},
	} {
		if got, _ := behind(c.peer, http.Header{"X-Forwarded-For": c.sent}); got != c.want {
			t.Errorf("%s says %q: %s, want %s", c.peer, c.sent, got, c.want)
		}
	}
}

func TestTLSAtTheProxy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		peer, proto string
		want        bool
	}{
		{"127.0.0.1:80", "https", true}, {"127.0.0.1:80", "HTTPS", true}, {"127.0.0.1:80", "http", false}, {"127.0.0.1:80", "", false},
		{"127.0.0.1:80", "https, http", false}, {"127.0.0.1:80", "http, https", true}, {"198.51.100.1:80", "https", false},
	} {
		if _, got := behind(c.peer, http.Header{"X-Forwarded-Proto": {c.proto}}); got != c.want {
			t.Errorf("%s says %q: %v", c.peer, c.proto, got)
		}
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.TLS = &tls.ConnectionState{}
	if !web.Secure(r) {
		t.Error("our own TLS is none")
	}
}

// Cookies go over TLS alone where TLS ends at the proxy.
func TestCookiesBehindTLS(t *testing.T) {
	t.Parallel()
	for proto, want := range map[string]bool{"https": true, "http": false} {
		r := httptest.NewRequest("POST", "/", nil)
		r.RemoteAddr = "127.0.0.1:1"
		r.Header.Set("X-Forwarded-Proto", proto)
		w := httptest.NewRecorder()
		web.Behind(proxies, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			web.KeepLanguage(w, r, "en")
			_ = web.Go(w, r, "/home", "error.busy")
		})).ServeHTTP(w, r)
		cookies := w.Result().Cookies()
		if len(cookies) != 2 || slices.ContainsFunc(cookies, func(c *http.Cookie) bool { return c.Secure != want }) {
			t.Errorf("%s: %v", proto, cookies)
		}
	}
}

// Whatever a client puts to the left of what the proxy writes, it is counted
// under its own address.
func FuzzForwardedFor(f *testing.F) {
	for _, s := range []string{"", "127.0.0.1", "::1, 10.1.2.3", ",,", "[::1]:x", "1.2.3.4\x00", strings.Repeat("9,", 50)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, left string) {
		const own = "198.51.100.7"
		if got, _ := behind("127.0.0.1:80", http.Header{"X-Forwarded-For": {left, own}}); got != own+":0" {
			t.Errorf("%q: %s", left, got)
		}
		if got, _ := behind(own+":9", http.Header{"X-Forwarded-For": {left}, "X-Forwarded-Proto": {left}}); got != own+":9" {
			t.Errorf("%q, without a proxy: %s", left, got)
		}
		got, _ := behind("127.0.0.1:80", http.Header{"X-Forwarded-For": {left}})
		if _, err := netip.ParseAddrPort(got); err != nil {
			t.Errorf("%q: %s", left, got)
		}
	})
}
