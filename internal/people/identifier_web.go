package people

import (
	"context"
	"net/http"
	"strings"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// identifierView is the form of a new number, with what was typed in it.
type identifierView struct {
	NewIdentifier
	once     string
	repaired string // the codice fiscale that was meant, it seems
	problems map[string]string
}

func (m *Module) getIdentifier(w http.ResponseWriter, r *http.Request) error {
	v := identifierView{once: db.NewID()}
	v.PersonID, v.Scheme = r.PathValue("id"), TaxCodeScheme
	return web.Show(w, r, http.StatusOK, identifierPage(v))
}

func (m *Module) postIdentifier(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := NewIdentifier{Known: f.Bool("known"), Sent: f.Sent(), Identifier: Identifier{PersonID: r.PathValue("id"), Scheme: Scheme(f.Text("scheme")),
		Value: f.Text("value"), Country: f.Text("country"), From: f.Date("from"), To: f.Date("to")}}
	if err = f.Problem.Err(); err == nil {
		err = m.AddIdentifier(ctx, n)
	}
	if web.Fixable(err) {
		v := identifierView{NewIdentifier: n, once: f.Once(), problems: web.Problems(ctx, err)}
		if n.Scheme == TaxCodeScheme || n.Scheme == ProvisionalTax {
			v.repaired = RepairTaxCode(n.Value)
		}
		if WasSaved(err) {
			v.once = db.NewID()
		}
		return web.Show(w, r, web.Status(err), identifierPage(v))
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/people/"+n.PersonID+"#identifiers", "identifier.added")
}

func (m *Module) postIdentifierEnd(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id, entry := r.PathValue("id"), r.PathValue("entry")
	last := f.Date("to")
	if err = f.Problem.Err(); err == nil {
		err = m.EndIdentifier(r.Context(), id, entry, last)
	}
	if web.Fixable(err) {
		v := personView{entry: entry, ended: last, problems: web.Problems(r.Context(), err)}
		return m.showPerson(w, r, web.Status(err), v)
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/people/"+id+"#identifiers", "identifier.ended")
}

// differsWord names what a codice fiscale says otherwise.
func differsWord(ctx context.Context, keys []string) string {
	out := make([]string, len(keys))
	for i, key := range keys {
		out[i] = i18n.T(ctx, key)
	}
	return strings.Join(out, ", ")
}

// span writes from when to when something holds.
func span(ctx context.Context, from, to db.Date) string {
	day := func(d db.Date) string { return i18n.Date(ctx, d.Time()) }
	switch {
	case from != "" && to != "":
		return i18n.T(ctx, "person.span", "From", day(from), "To", day(to))
	case from != "":
		return i18n.T(ctx, "person.since", "From", day(from))
	case to != "":
		return i18n.T(ctx, "person.until", "To", day(to))
	}
	return ""
}

// statusKind colours where a number stands.
func statusKind(status string) string {
	if status == "valid" {
		return ui.Success
	}
	return ui.Neutral
}

// identifierMore is what is known of a number beside its value.
func identifierMore(ctx context.Context, i Identifier) string {
	text := span(ctx, i.From, i.To)
	if i.Country == "" {
		return text
	}
	if text != "" {
		text = " · " + text
	}
	return CountryName(ctx, i.Country) + text
}
