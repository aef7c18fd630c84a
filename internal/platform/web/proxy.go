package web

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

type httpsKey struct{}

// Behind lets a program that stands behind proxies see who asks, and how: what
// comes from an address in trusted may say for whom it speaks. From then on
// r.RemoteAddr is the client's address, and Secure knows of TLS that ended at
// the proxy. From anybody else X-Forwarded-For and X-Forwarded-Proto are only
// what a client wrote, and say nothing.
func Behind(trusted []netip.Prefix, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if peer, ok := addrOf(r.RemoteAddr); ok && within(trusted, peer) {
			r = r.Clone(r.Context())
			r.RemoteAddr = netip.AddrPortFrom(client(trusted, peer, r.Header.Values("X-Forwarded-For")), 0).String()
			r = r.WithContext(context.WithValue(r.Context(), httpsKey{}, last(r.Header.Values("X-Forwarded-Proto")) == "https"))
		}
		next.ServeHTTP(w, r)
	})
}

// Secure tells whether the browser speaks TLS, to us or to a proxy before us: a
// cookie is then sent over nothing else.
func Secure(r *http.Request) bool {
	https, _ := r.Context().Value(httpsKey{}).(bool)
	return https || r.TLS != nil
}

// Origin is how the browser names this program: what an absolute address begins
// with. The client says the host, so it goes only into what that client reads.
func Origin(r *http.Request) string {
	if Secure(r) {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// client is the right-most address that no trusted proxy has: each proxy writes
// to the right whom it answers, and what stands further to the left the client
// may have made up. An entry that is no address ends the search at the proxy
// that passed it on.
func client(trusted []netip.Prefix, peer netip.Addr, forwarded []string) netip.Addr {
	hops := strings.Split(strings.Join(forwarded, ","), ",")
	for _, hop := range slices.Backward(hops) {
		addr, ok := addrOf(strings.TrimSpace(hop))
		if !ok {
			return peer
		}
		if peer = addr; !within(trusted, addr) {
			return addr
		}
	}
	return peer
}

// addrOf reads an address with or without a port.
func addrOf(text string) (netip.Addr, bool) {
	if at, err := netip.ParseAddrPort(text); err == nil {
		return at.Addr().Unmap().WithZone(""), true
	}
	addr, err := netip.ParseAddr(strings.Trim(text, "[]"))
	return addr.Unmap().WithZone(""), err == nil
}

func within(trusted []netip.Prefix, addr netip.Addr) bool {
	return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(addr) })
}

func last(values []string) string {
	all := strings.Split(strings.Join(values, ","), ",")
	return strings.ToLower(strings.TrimSpace(all[len(all)-1]))
}
