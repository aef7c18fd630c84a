package network

import (
	"context"
	"net/url"
	"strings"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/exchange"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/table"
)

// OrganisationImport writes bodies from a table: those whose name or tax code is
// in the directory stay as they are.
func (m *Module) OrganisationImport() exchange.Import {
	return exchange.Import{What: "organisations", At: "/organisations", Permission: policy.OrganisationManage, Same: "organisation.same",
		Begin: m.beginOrganisations, Fields: []exchange.Field{
			{Name: "name", Key: "organisation.name", Required: true, Synonyms: []string{"ente", "denominazione", "ragione sociale", "organisation"}},
			{Name: "kind", Key: "organisation.kind", Required: true, Synonyms: []string{"tipo", "tipologia", "natura giuridica", "type"}},
			{Name: "territory", Key: "organisation.territory", Synonyms: []string{"comune", "ambito", "zona", "codice istat"}},
			{Name: "tax_code", Key: "organisation.tax_code", Synonyms: []string{"cf", "partita iva", "vat number"}},
			{Name: "ipa_code", Key: "organisation.ipa_code", Synonyms: []string{"ipa"}},
			{Name: "address", Key: "organisation.address", Synonyms: []string{"sede", "via"}},
			{Name: "email", Key: "organisation.email", Synonyms: []string{"mail", "posta elettronica", "pec"}},
			{Name: "phone", Key: "organisation.phone", Synonyms: []string{"tel", "centralino"}},
			{Name: "website", Key: "organisation.website", Synonyms: []string{"sito web", "url"}},
			{Name: "from", Key: "organisation.from", Synonyms: []string{"dal", "since"}},
			{Name: "to", Key: "organisation.to", Synonyms: []string{"al", "until"}},
		}}
}

func (m *Module) beginOrganisations(ctx context.Context, tx *db.Tx) (exchange.Work, error) {
	all, err := m.Organisations(ctx, tx)
	if err != nil {
		return exchange.Work{}, err
	}
	known, byTaxCode := map[string]bool{}, map[string]string{}
	note := func(o Organisation) {
		if o.TaxCode != "" {
			byTaxCode[o.TaxCode] = strings.ToLower(o.Name)
		}
	}
	for _, o := range all {
		known[strings.ToLower(o.Name)] = true
		note(o)
	}
	places, err := m.placesByName(ctx, tx)
	return exchange.Work{Known: known, Row: func(_ context.Context, r *exchange.Row) (string, func(context.Context) error) {
		o := organisationOf(r, places)
		key := strings.ToLower(o.Name)
		if same := byTaxCode[o.TaxCode]; same != "" {
			key = same
		} else if r.Problem.Err() == nil {
			note(o)
		}
		return key, func(ctx context.Context) error {
			_, err := m.AddOrganisation(ctx, o, crypto.Sending{})
			return err
		}
	}}, err
}

func organisationOf(r *exchange.Row, places map[string][]string) Organisation {
	o := Organisation{Name: r.Text("name"), Kind: exchange.Code(r, "kind", "organisation.kind.", OrganisationKinds),
		TaxCode: strings.ReplaceAll(r.Text("tax_code"), " ", ""), IPACode: r.Text("ipa_code"), Address: r.Text("address"),
		Email: r.Text("email"), Phone: r.Text("phone"), Website: r.Text("website"), From: r.Date("from"), To: r.Date("to")}
	if place := strings.ToLower(r.Text("territory")); place != "" {
		found := places[place]
		r.Problem.That(len(found) > 0, "territory", "organisation.territory.unknown")
		r.Problem.That(len(found) < 2, "territory", "organisation.territory.many")
		if len(found) == 1 {
			o.TerritoryID = found[0]
		}
	}
	for field, problem := range errs.FieldsOf(o.Check()) {
		r.Problem.That(false, field, problem)
	}
	return o
}

// placesByName finds the territories of today by name, by ISTAT code, and by name
// with kind, as the forms show them. A name that two have finds both.
func (m *Module) placesByName(ctx context.Context, tx *db.Tx) (map[string][]string, error) {
	list, err := m.Territories(ctx, tx, tx.Today())
	out := map[string][]string{}
	for _, t := range list {
		names := []string{t.Name, t.Name + " (" + i18n.T(ctx, "territory.kind."+t.Kind) + ")"}
		if t.ISTAT != "" {
			names = append(names, t.ISTAT)
		}
		for _, name := range names {
			name = strings.ToLower(name)
			out[name] = append(out[name], t.ID)
		}
	}
	return out, err
}

// OrganisationExport lets the directory out, as it is filtered. All of it is
// public.
func (m *Module) OrganisationExport() exchange.Export {
	return exchange.Export{What: "organisations", At: "/organisations", Permission: policy.OrganisationManage,
		Columns: []exchange.Column{
			{Key: "organisation.name", Kind: table.Text}, {Key: "organisation.kind", Kind: table.Text},
			{Key: "organisation.territory", Kind: table.Text}, {Key: "organisation.tax_code", Kind: table.Text},
			{Key: "organisation.ipa_code", Kind: table.Text}, {Key: "organisation.address", Kind: table.Text},
			{Key: "organisation.email", Kind: table.Text}, {Key: "organisation.phone", Kind: table.Text},
			{Key: "organisation.website", Kind: table.Text}, {Key: "organisation.from", Kind: table.Date}, {Key: "organisation.to", Kind: table.Date}},
		Filter: m.directoryFilter,
		Rows: func(ctx context.Context, q url.Values, row func(...any) error) error {
			d, err := m.Directory(ctx, filterOf(q))
			for _, o := range d.Organisations {
				if err := row(o.Name, kindWord(ctx, o.Kind), d.Names[o.TerritoryID], o.TaxCode, o.IPACode, o.Address,
					o.Email, o.Phone, o.Website, o.From, o.To); err != nil {
					return err
				}
			}
			return err
		}}
}

// directoryFilter says in words what the list is limited to.
func (m *Module) directoryFilter(ctx context.Context, q url.Values) (out []table.Line) {
	f := filterOf(q)
	line := func(key, value string) {
		if value != "" {
			out = append(out, table.Line{Label: i18n.T(ctx, key), Value: value})
		}
	}
	line("organisation.filter", f.Query)
	if f.Kind != "" {
		line("organisation.kind", kindWord(ctx, f.Kind))
	}
	d, err := m.Directory(ctx, f)
	if err != nil {
		return out // Rows says what is wrong
	}
	line("organisation.territory", d.Names[f.TerritoryID])
	for _, t := range d.Programmes {
		if t.Code == f.Programme {
			line("organisation.programme", t.Name)
		}
	}
	return out
}

// filterOf reads what the address of the directory limits it to.
func filterOf(q url.Values) Filter {
	return Filter{Query: q.Get("q"), Kind: q.Get("kind"), TerritoryID: q.Get("territory"), Programme: q.Get("programme")}
}

// export leads to the table of what the directory shows.
func (f Filter) export() string {
	q := url.Values{}
	for name, value := range map[string]string{"q": f.Query, "kind": f.Kind, "territory": f.TerritoryID, "programme": f.Programme} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if len(q) == 0 {
		return "/organisations/export"
	}
	return "/organisations/export?" + q.Encode()
}
