package people

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// Routes lists the pages of the register.
func (m *Module) Routes() []web.Route {
	return append([]web.Route{
		{Method: "GET", Pattern: "/people", Permission: policy.PersonRead, Handler: m.getPeople},
		{Method: "GET", Pattern: "/people/matches", Permission: policy.PersonRead, Handler: m.getMatches},
		{Method: "POST", Pattern: "/people/ask", Permission: policy.PersonRegister, Handler: m.postAsk},
		{Method: "GET", Pattern: "/people/{id}", Permission: policy.PersonRead, Record: policy.Person, Handler: m.getPerson},
		{Method: "GET", Pattern: "/people/{id}/edit/{part}", Permission: policy.PersonRegister, Record: policy.Person, Handler: m.getPart},
		{Method: "POST", Pattern: "/people/{id}/edit/{part}", Permission: policy.PersonRegister, Record: policy.Person, Handler: m.postPart},
		{Method: "GET", Pattern: "/people/{id}/history", Permission: policy.PersonRead, Record: policy.Person, Handler: m.getHistory},
		{Method: "POST", Pattern: "/people/{id}/history/{version}", Permission: policy.PersonRegister, Record: policy.Person, Handler: m.postRestore},
		{Method: "GET", Pattern: "/people/{id}/identifiers/new", Permission: policy.PersonRegister, Record: policy.Person, Handler: m.getIdentifier},
		{Method: "POST", Pattern: "/people/{id}/identifiers", Permission: policy.PersonRegister, Record: policy.Person, Handler: m.postIdentifier},
		{Method: "POST", Pattern: "/people/{id}/identifiers/{entry}/end", Permission: policy.PersonRegister, Record: policy.Person, Handler: m.postIdentifierEnd},
		{Method: "GET", Pattern: "/people/{id}/permits/new", Permission: policy.PermitWork, Record: policy.Person, Handler: m.getNewPermit},
		{Method: "POST", Pattern: "/people/{id}/permits", Permission: policy.PermitWork, Record: policy.Person, Handler: m.postPermit},
		{Method: "GET", Pattern: "/people/{id}/permits/{entry}/edit", Permission: policy.PermitWork, Record: policy.Person, Handler: m.getPermit},
		{Method: "POST", Pattern: "/people/{id}/permits/{entry}/edit", Permission: policy.PermitWork, Record: policy.Person, Handler: m.postPermit},
		{Method: "GET", Pattern: "/people/{id}/guarded/new", Permission: policy.PersonRegister, Record: policy.Person, Handler: m.getGuarded},
		{Method: "POST", Pattern: "/people/{id}/guarded", Permission: policy.PersonRegister, Record: policy.Person, Handler: m.postGuarded},
		{Method: "POST", Pattern: "/people/{id}/guarded/{entry}/end", Permission: policy.PersonRegister, Record: policy.Person, Handler: m.postGuardedEnd},
		{Method: "POST", Pattern: "/people/{id}/show", Permission: policy.PersonRegister, Record: policy.Person, Handler: m.postShowTo},
		{Method: "POST", Pattern: "/people/{id}/reopen", Permission: policy.PersonRegister, Record: policy.Person, Handler: m.postReopen},
		{Method: "GET", Pattern: "/people/{id}/care/new", Permission: policy.PersonRegister, Record: policy.Person, Handler: m.getCare},
		{Method: "POST", Pattern: "/people/{id}/care", Permission: policy.PersonRegister, Record: policy.Person, Handler: m.postCare},
	}, slices.Concat(m.householdRoutes(), m.duplicateRoutes(), m.rightsRoutes())...)
}

// pageSize is how many persons a page of the register shows.
const pageSize = 50

// peopleView is the register as it is shown: what a search found, or a page of
// everybody who is open to the reader.
type peopleView struct {
	Found
	query string
	page  []Person
	total int
	next  string // the person after whom the next page begins
	today db.Date
}

// nextPage is the address of the next page, or empty.
func (v peopleView) nextPage() string {
	if v.next == "" {
		return ""
	}
	return "/people?after=" + v.next
}

// exportPath is where what the page shows goes out: everybody, or what was found.
func (v peopleView) exportPath() string {
	if v.query == "" {
		return "/people/export"
	}
	return "/people/export?" + url.Values{"q": {v.query}}.Encode()
}

func (m *Module) getPeople(w http.ResponseWriter, r *http.Request) (err error) {
	ctx, q := r.Context(), r.URL.Query()
	v := peopleView{query: strings.TrimSpace(q.Get("q")), today: db.DateOf(m.db.Now())}
	if v.query != "" {
		v.Found, err = m.Search(ctx, v.query)
	} else {
		v.page, v.next, v.total, err = m.List(ctx, q.Get("after"), pageSize)
	}
	if err != nil {
		return err
	}
	if web.Fragment(r) {
		return web.Show(w, r, http.StatusOK, peopleList(v))
	}
	return web.Show(w, r, http.StatusOK, peoplePage(v))
}

// personView is one person as the page shows them, with what was refused of its
// forms.
type personView struct {
	*Profile
	standing Standing
	others   map[string]string // colleagues to whom somebody protected can be shown, by account
	today    db.Date
	problems map[string]string
	with     []string // colleagues who were ticked
	entry    string   // the number whose last day was refused; empty when the colleagues were
	ended    db.Date  // that day
}

func (m *Module) getPerson(w http.ResponseWriter, r *http.Request) error {
	return m.showPerson(w, r, http.StatusOK, personView{})
}

func (m *Module) showPerson(w http.ResponseWriter, r *http.Request, code int, v personView) (err error) {
	if v.Profile, err = m.Profile(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	if v.ID != r.PathValue("id") { // it was merged into another
		http.Redirect(w, r, "/people/"+v.ID, http.StatusSeeOther)
		return nil
	}
	v.today = db.DateOf(m.db.Now())
	if v.standing, err = m.Standing(r.Context(), v.ID); err != nil {
		return err
	}
	if len(v.Keepers) > 0 {
		if v.others, err = m.otherColleagues(r.Context(), v.Keepers); err != nil {
			return err
		}
	}
	return web.Show(w, r, code, personPage(v))
}

// postAsk asks other services to get in touch about who was searched for.
func (m *Module) postAsk(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	if err := m.AskContact(r.Context(), form.Text("q")); err != nil {
		return err
	}
	return web.Go(w, r, "/people", "search.asked")
}

// Age returns the age in whole years on a day, and false when the date of birth
// is known by the year only, or not at all.
func (p *Person) Age(on db.Date) (int, bool) {
	if p.Birth.Year == 0 || p.Birth.Month == 0 {
		return 0, false
	}
	t := on.Time()
	age := t.Year() - p.Birth.Year
	birthday := on[5:7] // the month is enough when the day is not known
	born := twoDigits(p.Birth.Month)
	if len(p.BirthDate) == len(on) {
		birthday, born = on[5:], p.BirthDate[5:]
	}
	if string(birthday) < born {
		age--
	}
	return age, age >= 0
}

func itoa(n int) string { return strconv.Itoa(n) }

func twoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// AgeText says how old a person is, or the year of birth, or that neither is
// known.
func AgeText(ctx context.Context, p Person, on db.Date) string {
	age, ok := p.Age(on)
	switch {
	case ok && age == 0:
		return i18n.T(ctx, "person.age_baby")
	case ok:
		return i18n.N(ctx, "person.age", age)
	case p.Birth.Year > 0:
		return i18n.T(ctx, "person.born_in", "Year", strconv.Itoa(p.Birth.Year))
	}
	return i18n.T(ctx, "person.age_unknown")
}

// birthText writes the date of birth as precisely as it is known.
func (p *Person) birthText(ctx context.Context) string {
	switch p.Birth.Precision {
	case ByDay:
		return i18n.Date(ctx, db.Date(p.BirthDate).Time())
	case ByMonth:
		return i18n.T(ctx, "month."+strconv.Itoa(p.Birth.Month)) + " " + strconv.Itoa(p.Birth.Year)
	case ByYear:
		return strconv.Itoa(p.Birth.Year)
	}
	return ""
}

// SexWord says what was declared of the sex: not to say it is an answer, and
// nothing stated is none.
func SexWord(ctx context.Context, sex string) string {
	return i18n.T(ctx, "person.sex."+cmp.Or(sex, "none"))
}

// RelationWord says how a member of a household is related to its reference
// person.
func RelationWord(ctx context.Context, relation string) string {
	if relation == "" {
		relation = "99"
	}
	return codelist.Word(ctx, RelationList, relation)
}

// names writes a list of codes by the names the reader knows.
func names[T any](ctx context.Context, codes []T, name func(context.Context, T) string) string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = name(ctx, c)
	}
	return i18n.List(ctx, out)
}

// SexOptions are the answers to "sex", the one that says nothing first.
func SexOptions(ctx context.Context) []ui.Option {
	out := options(ctx, Sexes, SexWord)
	out[0].Label = SexWord(ctx, "")
	return out
}

// CountryOptions are the countries by the reader's names, none first.
func CountryOptions(ctx context.Context) []ui.Option {
	return options(ctx, tongueOf(ctx).order.countries, CountryName)
}

// CitizenshipOptions are the countries by the reader's names, and having none.
func CitizenshipOptions(ctx context.Context) []ui.Option {
	return append(CountryOptions(ctx), ui.Option{Value: Stateless, Label: CountryName(ctx, Stateless)})
}

// LanguageOptions are the languages by the reader's names, none first.
func LanguageOptions(ctx context.Context) []ui.Option {
	return options(ctx, tongueOf(ctx).order.languages, LanguageName)
}

func options(ctx context.Context, codes []string, name func(context.Context, string) string) []ui.Option {
	out := []ui.Option{{Label: i18n.T(ctx, "person.choose")}}
	for _, c := range codes {
		out = append(out, ui.Option{Value: c, Label: name(ctx, c)})
	}
	return out
}

// relationOptions are what a further member of a household can be.
func relationOptions(ctx context.Context) []ui.Option {
	return slices.DeleteFunc(allRelations(ctx, ""), func(o ui.Option) bool { return o.Value == ReferencePerson })
}

// allRelations are what a member can be, also the reference person.
func allRelations(ctx context.Context, has string) []ui.Option {
	return codelist.Options(ctx, RelationList, "", has)
}
