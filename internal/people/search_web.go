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

// AskField is the box of a form by which other services are asked to get in touch.
const AskField = "ask_contact"

// Someone is the answer "it is not them: it is a new person".
const Someone = "new"

// MatchView asks whether the desk knows a person already.
type MatchView struct {
	Found
	Asked   bool   // enough was typed to look for somebody
	Chosen  string // the id of a person, Someone, or nothing yet
	Contact bool   // other services are to be asked to get in touch
	Problem string
	Today   db.Date
}

func (m *Module) getMatches(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	n := NewcomerForm{GivenName: q.Get("given_name"), FamilyName: q.Get("family_name"), Phone: q.Get("phone"), BirthDate: q.Get("birth_date"),
		GivenOriginal: q.Get("given_original"), FamilyOriginal: q.Get("family_original")}
	v, err := m.Matches(r.Context(), n, q.Get("person_id"))
	if err != nil {
		return err
	}
	v.Contact = q.Get(AskField) != ""
	return web.Show(w, r, http.StatusOK, matches(v))
}

// Matches looks for those who may be the person that was typed. What was chosen
// stays chosen while it is among the answers.
func (m *Module) Matches(ctx context.Context, n NewcomerForm, chosen string) (MatchView, error) {
	text := n.GivenName + n.FamilyName + n.Phone + n.GivenOriginal + n.FamilyOriginal
	v := MatchView{Asked: len([]rune(text)) > 1, Today: db.DateOf(m.db.Now())}
	if !v.Asked {
		return v, nil
	}
	var err error
	v.Found, err = m.SearchFor(ctx, &Newcomers([]NewcomerForm{n}, "")[0].Person)
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

// MatchOptions are the answers to whether somebody is one of those found, or a new person.
func MatchOptions(ctx context.Context, f Found, today db.Date) []ui.Option {
	return MatchView{Found: f, Today: today}.options(ctx)
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
	return strings.Join(append(parts, h.why(ctx)), " · ")
}

// why says why somebody was found.
func (h Hit) why(ctx context.Context) string {
	words := make([]string, len(h.Reasons))
	for i, r := range h.Reasons {
		words[i] = i18n.T(ctx, "search.why."+string(r))
	}
	return strings.Join(words, ", ")
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

// asked is what the box by which others are asked to get in touch holds.
func (v MatchView) asked() []string {
	if v.Contact {
		return []string{"yes"}
	}
	return nil
}
