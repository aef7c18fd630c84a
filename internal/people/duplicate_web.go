package people

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"tessuto/internal/linkage"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// duplicateRoutes lists the pages on who is in the register twice.
func (m *Module) duplicateRoutes() []web.Route {
	of := func(method, pattern string, h web.Handler) web.Route {
		return web.Route{Method: method, Pattern: pattern, Permission: policy.PersonMerge, Handler: h}
	}
	return []web.Route{
		of("GET", "/duplicates", m.getDuplicates),
		of("POST", "/duplicates", m.postScan),
		of("GET", "/duplicates/{id}", m.getDuplicate),
		{Method: "GET", Pattern: "/people/{id}/twins", Permission: policy.PersonMerge, Record: policy.Person, Handler: m.getTwins},
		{Method: "POST", Pattern: "/people/{id}/twins", Permission: policy.PersonMerge, Record: policy.Person, Handler: m.postTwin},
		of("POST", "/duplicates/{id}/merge", m.postMerge),
		of("POST", "/duplicates/{id}/undo", m.postPair(m.UndoMerge, "duplicate.undone")),
		of("POST", "/duplicates/{id}/different", m.postPair(m.Differ, "duplicate.different")),
		of("POST", "/duplicates/{id}/later", m.postPair(m.PutOff, "duplicate.later")),
		of("POST", "/duplicates/{id}/again", m.postPair(m.AskAgain, "duplicate.again")),
	}
}

type duplicatesView struct {
	state PairState
	list  []Pair
	total int
}

func (m *Module) getDuplicates(w http.ResponseWriter, r *http.Request) (err error) {
	v := duplicatesView{state: PairOpen}
	for _, s := range pairStates {
		if r.URL.Query().Get("state") == string(s) {
			v.state = s
		}
	}
	if v.list, v.total, err = m.Duplicates(r.Context(), v.state); err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, duplicatesPage(v))
}

func (m *Module) postScan(w http.ResponseWriter, r *http.Request) error {
	if _, err := web.ParseForm(w, r); err != nil {
		return err
	}
	if _, err := m.StartScan(r.Context()); err != nil {
		return err
	}
	return web.Go(w, r, "/jobs", "duplicate.scan_begun")
}

// pairView compares two entries. Form is what was chosen, when it comes back.
type pairView struct {
	Pair
	keep     string
	home     string
	parts    []string
	problems map[string]string
	today    db.Date
}

func (m *Module) pairView(ctx context.Context, id string) (v pairView, err error) {
	v.Pair, err = m.Duplicate(ctx, id)
	v.keep, v.today = v.A.ID, db.DateOf(m.db.Now())
	if len(v.Homes) > 0 {
		v.home = slices.MaxFunc(v.Homes, func(a, b HomeChoice) int { return cmp.Compare(len(a.With), len(b.With)) }).ID
	}
	return v, err
}

func (m *Module) getDuplicate(w http.ResponseWriter, r *http.Request) error {
	v, err := m.pairView(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, pairPage(v))
}

func (m *Module) postMerge(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	var parts []Part
	for _, p := range form.All("parts") {
		parts = append(parts, Part(p))
	}
	err = m.MergePair(r.Context(), id, form.Text("keep"), parts, form.Text("home"))
	if err == nil {
		return web.Go(w, r, "/duplicates/"+id, "duplicate.merged_now")
	}
	if !web.Fixable(err) {
		return err
	}
	v, again := m.pairView(r.Context(), id)
	if again != nil {
		return again
	}
	v.keep, v.home, v.parts, v.problems = form.Text("keep"), form.Text("home"), form.All("parts"), web.Problems(r.Context(), err)
	return web.Show(w, r, web.Status(err), pairPage(v))
}

// postPair is a button that says one thing of a pair. What is decided leaves the
// list; who takes something back stays with the pair.
func (m *Module) postPair(act func(context.Context, string) error, notice string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if _, err := web.ParseForm(w, r); err != nil {
			return err
		}
		if err := act(r.Context(), r.PathValue("id")); err != nil {
			return err
		}
		return web.Go(w, r, "/duplicates/"+r.PathValue("id"), notice)
	}
}

// differing are the parts in which two entries are not alike: what can be taken
// from the other.
func (v pairView) differing(ctx context.Context) (out []ui.Option) {
	for _, part := range Parts {
		if !v.A.same(part, &v.B) {
			out = append(out, ui.Option{Value: string(part), Label: i18n.T(ctx, "person.part."+string(part))})
		}
	}
	return out
}

// entries are the two to choose from.
func (v pairView) entries(ctx context.Context) (out []ui.Option) {
	for i, p := range []Person{v.A, v.B} {
		out = append(out, ui.Option{Value: p.ID, Label: i18n.T(ctx, keepKey(i)),
			Hint: NameOf(ctx, p) + " · " + p.birthText(ctx)})
	}
	return out
}

// dwellings are the households to choose from; a child may live in all of them.
func (v pairView) dwellings(ctx context.Context) (out []ui.Option) {
	for _, h := range v.Homes {
		o := ui.Option{Value: h.ID, Label: i18n.T(ctx, "duplicate.home_second"), Hint: i18n.T(ctx, "duplicate.home_alone")}
		if h.First {
			o.Label = i18n.T(ctx, "duplicate.home_first")
		}
		if len(h.With) > 0 {
			o.Hint = i18n.T(ctx, "duplicate.home_with", "Who", names(ctx, h.With, NameOf))
		}
		if h.CaseID != "" {
			o.Hint += " · " + i18n.T(ctx, "duplicate.home_case")
		}
		out = append(out, o)
	}
	if !v.A.AdultOn(v.today) && !v.B.AdultOn(v.today) {
		out = append(out, ui.Option{Value: EveryHome, Label: i18n.T(ctx, "duplicate.home_all"), Hint: i18n.T(ctx, "duplicate.home_all_hint")})
	}
	return out
}

func keepKey(i int) string {
	if i == 0 {
		return "duplicate.keep_first"
	}
	return "duplicate.keep_second"
}

// comparison is what stands in the two entries of one thing, and what it is compared
// by.
type comparison struct {
	label, first, second string
	fields               []linkage.Field
}

// rows puts what stands in the two side by side.
func (v pairView) rows(ctx context.Context) (out []comparison) {
	add := func(key string, value func(Person) string, fields ...linkage.Field) {
		if a, b := value(v.A), value(v.B); a != "" || b != "" {
			out = append(out, comparison{i18n.T(ctx, key), orUnknown(ctx, a), orUnknown(ctx, b), fields})
		}
	}
	add("person.given_name", func(p Person) string { return p.GivenName }, linkage.GivenName)
	add("person.family_name", func(p Person) string { return p.FamilyName }, linkage.FamilyName)
	add("person.original", func(p Person) string { return p.Original() })
	add("person.birth_date", func(p Person) string { return p.birthText(ctx) }, linkage.BirthDate)
	add("person.sex", func(p Person) string { return SexWord(ctx, p.Sex) }, linkage.Sex)
	add("person.citizenship", func(p Person) string { return names(ctx, p.Citizenships, CountryName) }, linkage.Citizenship)
	add("person.languages", func(p Person) string { return names(ctx, p.Languages, LanguageName) })
	add("person.phone", func(p Person) string { return strings.Join(p.Phones(), ", ") }, linkage.Phone)
	add("person.address", func(p Person) string { return p.Address.Text() }, linkage.Comune, linkage.Address)
	return out
}

func orUnknown(ctx context.Context, text string) string {
	if text == "" {
		return i18n.T(ctx, "ui.unknown")
	}
	return text
}

// How many bits say much, and how many little: two bits are four times as likely
// of one person as of two.
const (
	muchSaid   = 4
	littleSaid = 1
)

// verdictOf says in words what fields say together, and how it is marked.
func verdictOf(bits float64) (key, kind string) {
	switch {
	case bits >= muchSaid:
		return "duplicate.much_for", ui.Success
	case bits >= littleSaid:
		return "duplicate.for", ui.Success
	case bits <= -muchSaid:
		return "duplicate.much_against", ui.Danger
	case bits <= -littleSaid:
		return "duplicate.against", ui.Warning
	}
	return "duplicate.neutral", ui.Neutral
}

// bits is what some fields say of the pair together, and whether they say anything.
func (p Pair) bits(of []linkage.Field) (sum float64, said bool) {
	for _, f := range p.Fields {
		if slices.Contains(of, f.Field) {
			sum, said = sum+f.Bits, true
		}
	}
	return sum, said
}

// because names the fields that speak most for one person.
func (p Pair) because(ctx context.Context) string {
	var out []string
	for _, f := range p.Fields {
		if f.Bits >= littleSaid {
			out = append(out, i18n.T(ctx, fieldWords[f.Field]))
		}
	}
	return strings.Join(out, ", ")
}

// likely says how likely it is that two are one person: never quite certain.
func likely(ctx context.Context, probability float64) string {
	if probability == byHand {
		return i18n.T(ctx, "duplicate.by_hand")
	}
	return i18n.T(ctx, "duplicate.percent", "N", min(99, int(probability*100)))
}

// fieldWords are the words for what two entries are compared by.
var fieldWords = map[linkage.Field]string{
	linkage.GivenName: "person.given_name", linkage.FamilyName: "person.family_name", linkage.NameOrder: "duplicate.name_order",
	linkage.BirthDate: "person.birth_date", linkage.Sex: "person.sex", linkage.Citizenship: "person.citizenship", linkage.Phone: "person.phone",
	linkage.Identification: "duplicate.identifier", linkage.Comune: "duplicate.comune", linkage.Address: "person.address",
}

// oneLine is who an entry is of, in a line.
func oneLine(ctx context.Context, p Person) string {
	line := NameOf(ctx, p)
	if born := p.birthText(ctx); born != "" {
		line += " · " + born
	}
	return line
}

// twinsView asks who else in the register a person is.
type twinsView struct {
	Found
	person Person
	query  string
	today  db.Date
}

func (m *Module) getTwins(w http.ResponseWriter, r *http.Request) error {
	p, err := m.Person(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := twinsView{person: *p, query: strings.TrimSpace(r.URL.Query().Get("q")), today: db.DateOf(m.db.Now())}
	if v.query == "" {
		v.Found, err = m.SearchFor(r.Context(), p)
	} else {
		v.Found, err = m.Search(r.Context(), v.query)
	}
	v.Hits = slices.DeleteFunc(v.Hits, func(h Hit) bool { return h.ID == p.ID })
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, twinsPage(v))
}

func (m *Module) postTwin(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	pair, err := m.Suspect(r.Context(), r.PathValue("id"), form.Text("other"))
	if err != nil {
		return err
	}
	return web.Go(w, r, "/duplicates/"+pair, "duplicate.to_compare")
}
