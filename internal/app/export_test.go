package app

import "tessuto/internal/platform/policy"

// Offer is a place or a command, for tests.
type Offer struct {
	Href, Letter string
	Permission   policy.Permission
}

// Offered lists what the navigation and the commands offer.
func Offered() (out []Offer) {
	for _, p := range places {
		out = append(out, Offer{p.href, p.letter, p.permission})
	}
	for _, c := range commands {
		out = append(out, Offer{c.href, "", c.permission})
	}
	return out
}
