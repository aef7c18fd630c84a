package people

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// Someone is the answer "it is not them: it is a new person".
const Someone = "new"

// MatchView asks whether the desk knows a person already.
type MatchView struct {
	Asked   bool // enough was typed to look for somebody
	Hits    []Hit
	Chosen  string // the id of a person, Someone, or nothing yet
	Problem string
	Today   db.Date
}

func (m *Module) getMatches(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	n := NewcomerForm{GivenName: q.Get("given_name"), FamilyName: q.Get("family_name"), Phone: q.Get("phone")}
	v, err := m.Matches(r.Context(), n, q.Get("person_id"))
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, matches(v))
}

// Matches looks for those who may be the person that was typed. What was chosen
// stays chosen while it is among the answers.
func (m *Module) Matches(ctx context.Context, n NewcomerForm, chosen string) (MatchView, error) {
	text := strings.Join(strings.Fields(n.GivenName+" "+n.FamilyName+" "+n.Phone), " ")
	v := MatchView{Asked: len([]rune(text)) > 1, Today: db.DateOf(m.db.Now())}
	if !v.Asked {
		return v, nil
	}
	var err error
	v.Hits, err = m.Search(ctx, text)
	known := slices.ContainsFunc(v.Hits, func(h Hit) bool { return h.ID == chosen })
	if known || chosen == Someone && len(v.Hits) > 0 {
		v.Chosen = chosen
	}
	return v, err
}

// matchOptions are the answers: it is one of those found, or a new person.
func (v MatchView) options(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, h := range v.Hits {
		out = append(out, ui.Option{Value: h.ID, Hint: h.apart(ctx, v.Today),
			Label: i18n.T(ctx, "person.match.yes", "Name", isolate(NameOf(ctx, h.Person)))})
	}
	return append(out, ui.Option{Value: Someone, Label: i18n.T(ctx, "person.match.no")})
}

// apart is what tells a hit from others of the same name.
func (h Hit) apart(ctx context.Context, today db.Date) string {
	var parts []string
	if born := h.birthText(ctx); born != "" {
		parts = append(parts, i18n.T(ctx, "person.born", "Date", born))
	}
	if _, ok := h.Age(today); ok || h.Birth.Year == 0 {
		parts = append(parts, AgeText(ctx, h.Person, today))
	}
	if len(h.Citizenships) > 0 {
		parts = append(parts, names(ctx, h.Citizenships, CountryName))
	}
	if h.Members > 0 {
		parts = append(parts, i18n.N(ctx, "person.match.home", h.Members))
	}
	return strings.Join(append(parts, i18n.T(ctx, h.Why)), " · ")
}

// foundWord says how many were found; as many as a search shows are the first
// of more.
func foundWord(ctx context.Context, hits []Hit) string {
	if len(hits) == maxHits {
		return i18n.T(ctx, "person.search.first", "N", maxHits)
	}
	return i18n.N(ctx, "person.search.found", len(hits))
}

// Apart is what tells a hit from others of the same name, in a word: when they
// were born and where they are from.
func (h Hit) Apart(ctx context.Context) string {
	var parts []string
	if born := h.birthText(ctx); born != "" {
		parts = append(parts, born)
	}
	if len(h.Citizenships) > 0 {
		parts = append(parts, names(ctx, h.Citizenships, CountryName))
	}
	return strings.Join(parts, " · ")
}

// membersText says how many live in the household of a hit.
func (h Hit) membersText(ctx context.Context) string {
	if h.Members == 0 {
		return ""
	}
	return i18n.N(ctx, "person.list.total", h.Members)
}

// isolate keeps a name in a plain sentence apart from the direction of the text
// round it, as <bdi> does in markup.
func isolate(name string) string { return "\u2068" + name + "\u2069" }
