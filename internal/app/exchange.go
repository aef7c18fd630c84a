package app

import (
	"context"
	"net/url"
	"strings"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/exchange"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/table"
)

// addExchanges opens the ways in and out for tables.
func (a *App) addExchanges() {
	a.Exchange = exchange.New(a.DB, a.Keys, a.Audit, a.Files, a.Jobs)
	a.Exchange.Names = func(ctx context.Context) (names map[string]string, err error) {
		err = a.DB.Read(ctx, func(tx *db.Tx) error {
			names, err = a.Network.StaffNames(ctx, tx)
			return err
		})
		return names, err
	}
	a.Exchange.AddImport(a.Network.OperatorImport())
	a.Exchange.AddExport(a.Network.OperatorExport())
	a.Exchange.AddImport(a.Network.OrganisationImport())
	a.Exchange.AddExport(a.Network.OrganisationExport())
	a.Exchange.AddImport(a.People.PersonImport())
	a.Exchange.AddExport(a.People.PersonExport())
	a.Exchange.AddExport(a.auditExport())
}

// auditExport lets the audit out as the auditor sees it: who did what, never
// what was said.
func (a *App) auditExport() exchange.Export {
	return exchange.Export{What: "audit", At: "/audit", Permission: policy.AuditRead,
		Columns: []exchange.Column{{Key: "audit.when", Kind: table.Moment}, {Key: "audit.who", Kind: table.Text},
			{Key: "audit.org", Kind: table.Text}, {Key: "audit.role", Kind: table.Text}, {Key: "audit.acts", Kind: table.Text},
			{Key: "audit.record", Kind: table.Text}, {Key: "audit.code", Kind: table.Text}},
		Filter: a.auditFilter, Rows: a.auditRows}
}

// auditFilter says what the list of the audit is limited to.
func (a *App) auditFilter(ctx context.Context, q url.Values) (out []table.Line) {
	line := func(key, value string) {
		if value != "" {
			out = append(out, table.Line{Label: i18n.T(ctx, key), Value: value})
		}
	}
	line("audit.from", q.Get("from"))
	line("audit.to", q.Get("to"))
	if act := q.Get("act"); act != "" {
		line("audit.acts", actWord(ctx, act))
	}
	_, record, _ := strings.Cut(q.Get("record"), "/")
	line("audit.record", record)
	if who := q.Get("who"); who != "" {
		names, err := a.Exchange.Names(ctx)
		if err != nil || names[who] == "" {
			names = map[string]string{who: i18n.T(ctx, "audit.nobody")}
		}
		line("audit.who", names[who])
	}
	return out
}

// auditAtOnce is how many entries are read at a time.
const auditAtOnce = 500

func (a *App) auditRows(ctx context.Context, values url.Values, row func(...any) error) error {
	values.Del("before")
	v, q, err := auditAsked(ctx, values)
	if err == nil && len(v.problems) > 0 {
		err = errs.Missing() // an address made by hand: no page leads to it
	}
	if err == nil {
		err = a.auditPeople(ctx, &v)
	}
	if err != nil {
		return err
	}
	for {
		lines, _, err := a.Audit.Lines(ctx, q, auditAtOnce)
		if err != nil {
			return err
		}
		for _, l := range lines {
			role := ""
			if l.Role != "" {
				role = i18n.T(ctx, "role."+string(l.Role))
			}
			if err := row(l.At, v.whose(ctx, l), v.orgs[l.Org], role, actWord(ctx, l.Act), recordWord(ctx, l), l.Record); err != nil {
				return err
			}
		}
		if len(lines) < auditAtOnce {
			return nil
		}
		last := lines[len(lines)-1]
		q.Before = audit.Place{At: last.At, ID: last.ID}
	}
}
