package mail

import (
	"context"
	"maps"
	"strings"
	"time"

	"tessuto/internal/platform/i18n"
)

// letter is a message in words.
type letter struct {
	id       string
	at       time.Time
	to, name string
	network  string // how the network is called; may be empty
	lang     string
	subject  string
	greeting string
	body     []string // paragraphs
	link     string   // an address, or empty
	label    string   // what the link leads to
	why      string
	home     string // where the installation is
	html     string
}

// compose finds the words in the recipient's language.
func (m *Mail) compose(ctx context.Context, msg Message) (*letter, error) {
	network, err := m.NetworkName(ctx, msg.Network)
	if err != nil {
		return nil, err
	}
	ctx = i18n.With(ctx, msg.Lang)
	args := maps.Clone(msg.Args)
	if args == nil {
		args = map[string]any{}
	}
	args["Network"] = network
	l := &letter{to: msg.To, name: msg.Name, network: oneLine(network), lang: i18n.Lang(ctx), home: m.url,
		subject: oneLine(i18n.M(ctx, msg.Key+".subject", args)), greeting: i18n.T(ctx, "mail.greeting"),
		body: strings.Split(i18n.M(ctx, msg.Key+".body", args), "\n\n"), why: i18n.M(ctx, msg.Key+".why", args)}
	if msg.Name != "" {
		l.greeting = i18n.T(ctx, "mail.greeting.name", "Name", msg.Name)
	}
	if msg.Link != "" {
		l.link, l.label = m.Link(msg.Link), i18n.M(ctx, msg.Key+".link", args)
	}
	var html strings.Builder
	err = l.page(i18n.Dir(ctx)).Render(ctx, &html)
	l.html = html.String()
	return l, err
}

// text is the letter without any dress.
func (l *letter) text() string {
	parts := append([]string{l.greeting}, l.body...)
	if l.link != "" {
		parts = append(parts, l.label+":\n"+l.link)
	}
	return strings.Join(append(parts, "-- \n"+l.sender()+"\n"+l.why), "\n\n") + "\n"
}

// sender says who writes, and where that is.
func (l *letter) sender() string {
	if l.network == "" {
		return "Tessuto, " + l.home
	}
	return l.network + ", " + l.home
}
