package network

import (
	"context"
	"strings"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/exchange"
	"tessuto/internal/platform/policy"
)

// OperatorImport opens accounts from a table: those whose address has one stay
// as they are.
func (m *Module) OperatorImport() exchange.Import {
	return exchange.Import{What: "operators", At: "/accounts", Permission: policy.Account, Same: "account.same", Begin: m.beginOperators, Fields: []exchange.Field{
		{Name: "name", Key: "account.name", Required: true, Synonyms: []string{"nominativo", "operatore", "full name"}},
		{Name: "email", Key: "account.email", Required: true, Synonyms: []string{"e-mail", "mail", "posta elettronica", "address"}},
		{Name: "org", Key: "account.org", Required: true, Synonyms: []string{"organizzazione", "organisation", "ente di appartenenza", "codice ente"}},
		{Name: "role", Key: "account.role", Required: true, Synonyms: []string{"ruolo in tessuto", "profilo"}},
		{Name: "profession", Key: "account.profession", Synonyms: []string{"qualifica", "figura professionale"}},
		{Name: "programmes", Key: "account.programmes", Synonyms: []string{"programma", "programme", "progetti"}},
	}}
}

func (m *Module) beginOperators(ctx context.Context, tx *db.Tx) (exchange.Work, error) {
	orgs, err := m.Organisations(ctx, tx)
	if err != nil {
		return exchange.Work{}, err
	}
	named := make(map[string]string, 2*len(orgs)) // ids by name and by code
	for _, o := range orgs {
		named[strings.ToLower(o.Name)] = o.ID
		named[strings.ToLower(o.Code)] = o.ID
	}
	all, err := m.Operators(ctx, tx)
	known := make(map[string]bool, len(all))
	for _, o := range all {
		known[strings.ToLower(o.Email)] = true
	}
	return exchange.Work{Known: known, Row: func(ctx context.Context, r *exchange.Row) (string, func(context.Context) error) {
		n := NewOperator{Name: r.Text("name"), Email: strings.ToLower(r.Text("email")), OrgID: named[strings.ToLower(r.Text("org"))],
			Role:       exchange.Code(r, "role", "role.", policy.Roles),
			Profession: exchange.Code(r, "profession", "profession.", Professions),
			Programmes: strings.Join(strings.Fields(strings.ToLower(r.Text("programmes"))), " ")}
		r.Problem.That(n.OrgID != "", "org", "account.org.unknown")
		for field, problem := range errs.FieldsOf(n.Check()) {
			r.Problem.That(false, field, problem)
		}
		return n.Email, func(ctx context.Context) error { return m.take(ctx, n) }
	}}, err
}

// take hires who a row speaks of. Where mail cannot leave nobody would see the
// link: the account waits to be invited, from its own page. An address in use is
// that of an account in another network, which nobody here sees.
func (m *Module) take(ctx context.Context, n NewOperator) error {
	if m.mail.Ready() {
		_, err := m.Hire(ctx, n)
		return err
	}
	actor, err := policy.Check(ctx, policy.Account)
	if err != nil {
		return err
	}
	return taken(m.db.Write(ctx, func(tx *db.Tx) error { return m.hire(ctx, tx, actor.Network, "", n.account(), n) }))
}
