package people

import (
	"context"
	"net/url"

	"tessuto/internal/platform/exchange"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/table"
)

// exportedAtOnce is how many persons are opened together.
const exportedAtOnce = 200

// PersonExport lets out those whom the actor may see, or whom a search finds, with
// what tells them apart and no more: no contacts, no numbers, no notes.
func (m *Module) PersonExport() exchange.Export {
	return exchange.Export{What: "people", At: "/people", Permission: policy.PersonExchange, Kept: true,
		Columns: []exchange.Column{{Key: "person.family_name", Kind: table.Text}, {Key: "person.given_name", Kind: table.Text},
			{Key: "person.birth_date", Kind: table.Text}, {Key: "person.sex", Kind: table.Text},
			{Key: "person.citizenship", Kind: table.Text}, {Key: "person.languages", Kind: table.Text}},
		Filter: func(ctx context.Context, q url.Values) []table.Line {
			if q.Get("q") == "" {
				return nil
			}
			return []table.Line{{Label: i18n.T(ctx, "person.search"), Value: q.Get("q")}}
		},
		Rows: m.exportRows}
}

func (m *Module) exportRows(ctx context.Context, q url.Values, row func(...any) error) error {
	one := func(p Person) error {
		return row(p.FamilyName, p.GivenName, p.BirthDate, SexWord(ctx, p.Sex), names(ctx, p.Citizenships, CountryName), names(ctx, p.Languages, LanguageName))
	}
	if text := q.Get("q"); text != "" {
		found, err := m.Search(ctx, text)
		for _, h := range found.Hits {
			if err := one(h.Person); err != nil {
				return err
			}
		}
		return err
	}
	for after := ""; ; {
		page, next, _, err := m.List(ctx, after, exportedAtOnce)
		if err != nil {
			return err
		}
		for _, p := range page {
			if err := one(p); err != nil {
				return err
			}
		}
		if after = next; next == "" {
			return nil
		}
	}
}
