package network

import (
	"context"
	"net/url"

	"tessuto/internal/platform/exchange"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/table"
)

// OperatorExport lets the list of accounts out, as it is filtered.
func (m *Module) OperatorExport() exchange.Export {
	return exchange.Export{What: "operators", At: "/accounts", Permission: policy.Account,
		Columns: []exchange.Column{
			{Key: "account.name", Kind: table.Text}, {Key: "account.email", Kind: table.Text}, {Key: "account.org", Kind: table.Text},
			{Key: "account.role", Kind: table.Text}, {Key: "account.profession", Kind: table.Text},
			{Key: "account.programmes", Kind: table.Text}, {Key: "account.state", Kind: table.Text}, {Key: "account.since", Kind: table.Date}},
		Filter: func(ctx context.Context, q url.Values) []table.Line {
			if q.Get("q") == "" {
				return nil
			}
			return []table.Line{{Label: i18n.T(ctx, "account.filter"), Value: q.Get("q")}}
		},
		Rows: func(ctx context.Context, q url.Values, row func(...any) error) error {
			all, err := m.accounts(ctx, q.Get("q"))
			for _, c := range all {
				for _, p := range c.shown() { // a line for each place of work
					if err := row(c.Name, c.Email, p.OrgName, roleWord(ctx, p.Role), professionWord(ctx, p.Profession), p.Programmes,
						c.stateWord(ctx), p.From); err != nil {
						return err
					}
				}
			}
			return err
		}}
}

// exportPath leads to the table of what the list shows.
func exportPath(query string) string {
	if query == "" {
		return "/accounts/export"
	}
	return "/accounts/export?" + url.Values{"q": {query}}.Encode()
}
