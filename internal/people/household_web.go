package people

import (
	"context"
	"errors"
	"net/http"

	"github.com/a-h/templ"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// NewcomerForm is what was typed of somebody new, as it was typed.
type NewcomerForm struct {
	GivenName, FamilyName, Sex, BirthDate, Relation string
	// These are asked of the first person only.
	Citizenship, Language, OtherLanguage, Phone, SafeNote  string
	GivenOriginal, FamilyOriginal, BirthCountry, BirthTown string
}

// moreRows is how many empty rows for members a form offers at once, and
// maxRows how many it reads.
const (
	moreRows = 3
	maxRows  = 30
)

// ReadNewcomer reads the nth person of a form, from the fields that MemberField
// names.
func ReadNewcomer(f *web.Form, n int) NewcomerForm {
	text := func(field string) string { return f.Text(MemberField(n, field)) }
	return NewcomerForm{GivenName: text("given_name"), FamilyName: text("family_name"), Sex: text("sex"),
		BirthDate: text("birth_date"), Relation: text("relation"), Citizenship: text("citizenships"),
		Language: text("languages"), OtherLanguage: text("languages_more"), Phone: text("phone"), SafeNote: text("safe_note"),
		GivenOriginal: text("given_original"), FamilyOriginal: text("family_original"), BirthCountry: text("birth_country"), BirthTown: text("birth_town")}
}

// ReadNewcomers reads the people of a form from the given one on. Rows in which
// nothing was typed are left out.
func ReadNewcomers(f *web.Form, from int) (rows []NewcomerForm) {
	for n := from; n < maxRows; n++ {
		if row := ReadNewcomer(f, n); !row.blank() {
			rows = append(rows, row)
		}
	}
	return rows
}

// blank tells whether nothing was typed in a row; the relation and the sex alone
// speak of nobody.
func (n NewcomerForm) blank() bool {
	n.Sex, n.Relation = "", ""
	return n == NewcomerForm{}
}

// Named tells whether a row has a name.
func (n NewcomerForm) Named() bool { return n.GivenName != "" || n.FamilyName != "" }

// Newcomer turns what was typed into a person about to be registered; a family
// name that was left out is the given one. What cannot be read is left for the
// rules to refuse.
func (n NewcomerForm) Newcomer(familyName string) Newcomer {
	if n.Named() && n.FamilyName == "" {
		n.FamilyName = familyName
	}
	out := Newcomer{Relation: n.Relation, Person: Person{Sex: n.Sex, Citizenships: given(n.Citizenship),
		Languages: given(n.Language, n.OtherLanguage),
		Private: Private{GivenName: n.GivenName, FamilyName: n.FamilyName, Phone: n.Phone, SafeNote: n.SafeNote, GivenOriginal: n.GivenOriginal,
			FamilyOriginal: n.FamilyOriginal, BirthCountry: n.BirthCountry, BirthTown: n.BirthTown}}}
	iso, birth, err := ParseBirth(n.BirthDate)
	if err == nil {
		out.BirthDate, out.Birth = iso, birth
	}
	return out
}

// Newcomers turns the rows of a form into people about to be registered.
func Newcomers(rows []NewcomerForm, familyName string) (out []Newcomer) {
	for _, n := range rows {
		out = append(out, n.Newcomer(familyName))
	}
	return out
}

func given(codes ...string) (out []string) {
	for _, c := range codes {
		if c != "" && (len(out) == 0 || out[0] != c) {
			out = append(out, c)
		}
	}
	return out
}

// Rows returns the typed rows and empty ones after them: at least as many as a
// family usually needs, and some more when they were asked for.
func Rows(typed []NewcomerForm, more bool) []NewcomerForm {
	empty := max(0, moreRows-len(typed))
	if more {
		empty = moreRows
	}
	out := append([]NewcomerForm{}, typed...)
	for range empty {
		out = append(out, NewcomerForm{Relation: Child})
	}
	return out
}

// NewcomerFields lists the fields of rows in the order in which a form shows
// them, for its summary of problems.
func NewcomerFields(rows, from int) (out []string) {
	for n := from; n < from+rows; n++ {
		for _, f := range []string{"given_name", "family_name", "birth_date", "sex", "relation",
			"citizenships", "languages", "phone", "safe_note", "given_original", "family_original", "birth_country", "birth_town"} {
			out = append(out, MemberField(n, f))
		}
	}
	return out
}

// MemberRows are the rows of a form for the members of a household.
type MemberRows struct {
	Rows     []NewcomerForm
	From     int // the number of the first row
	Fresh    int // the row that was just added, or -1
	Problems map[string]string
}

// lookUp makes a field ask, while one types, whether the person is known.
func lookUp() templ.Attributes {
	return templ.Attributes{"hx-get": "/people/matches", "hx-target": "#matches", "hx-trigger": "input changed delay:300ms",
		"hx-include": "#f-given_name, #f-family_name, #f-phone, #f-birth_date, #f-given_original, #f-family_original, #matches input", "hx-sync": "#matches:queue last"}
}

// householdView is a household as the page shows it.
type householdView struct {
	*Household
	openCase string // the id of the open case that the reader may open, or empty
	today    db.Date
}

func (m *Module) getHousehold(w http.ResponseWriter, r *http.Request) error {
	h, err := m.Household(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := householdView{Household: h, today: db.DateOf(m.db.Now())}
	err = m.db.Read(r.Context(), func(tx *db.Tx) error {
		v.openCase, err = m.OpenCase(r.Context(), tx, h.ID)
		return err
	})
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, householdPage(v))
}

// WasSaved tells whether a form was refused because it was saved before, with
// other content: it comes back with a fresh key, so that it can be saved again.
func WasSaved(err error) bool {
	var e *errs.Error
	return errors.As(err, &e) && e.Key == "error.once_other"
}

// membersView is the form that adds people to a household.
type membersView struct {
	*Household
	once        string
	savedBefore bool // the form was saved once, with other people
	MemberRows
}

func (m *Module) getNewMembers(w http.ResponseWriter, r *http.Request) error {
	h, err := m.Household(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := membersView{Household: h, once: db.NewID(), MemberRows: MemberRows{Rows: Rows(nil, false), Fresh: -1}}
	return web.Show(w, r, http.StatusOK, membersPage(v))
}

func (m *Module) postMembers(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	h, err := m.Household(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	typed := ReadNewcomers(f, 0)
	v := membersView{Household: h, once: f.Once(), MemberRows: MemberRows{Rows: Rows(typed, false), Fresh: -1}}
	if f.Text("save") == "more" {
		v.Rows, v.Fresh = Rows(typed, true), len(typed)
		return web.Show(w, r, http.StatusOK, membersPage(v))
	}
	err = m.AddMembers(ctx, h.ID, Newcomers(typed, h.Reference().FamilyName), f.Sent())
	if web.Fixable(err) {
		v.Problems = web.Problems(ctx, err)
		if WasSaved(err) {
			v.once, v.savedBefore, v.Problems = db.NewID(), true, nil
		}
		return web.Show(w, r, web.Status(err), membersPage(v))
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/households/"+h.ID, "household.members_added")
}

// nameField is the field for the given name of a row; the first of the rows that
// were just added takes the cursor.
func (r MemberRows) nameField(ctx context.Context, i int) ui.Field {
	f := r.filled(ctx, i, "given_name", r.Rows[i].GivenName, "")
	if i == r.Fresh {
		f.Attrs = templ.Attributes{"autofocus": true}
	}
	return f
}

// more tells whether something stands in the folded part of the first person, or
// has to be mended there.
func (n NewcomerForm) more(problems map[string]string) bool {
	return n.GivenOriginal+n.FamilyOriginal+n.BirthCountry+n.BirthTown+problems["given_original"]+problems["family_original"]+
		problems["birth_country"]+problems["birth_town"] != ""
}

// rowMax is how long the texts of a row may be.
var rowMax = map[string]int{"given_name": maxName, "family_name": maxName, "birth_date": maxBirth}

// field is a field of a row, without its value.
func (r MemberRows) field(ctx context.Context, i int, name string) ui.Field {
	full := MemberField(r.From+i, name)
	return ui.Field{Name: full, Label: i18n.T(ctx, "person."+name), Error: r.Problems[full], Autocomplete: "off", Max: rowMax[name]}
}

// filled is a field of a row with its value and, when it needs one, a hint.
func (r MemberRows) filled(ctx context.Context, i int, name, value, hint string) ui.Field {
	f := r.field(ctx, i, name)
	f.Value = value
	if hint != "" {
		f.Hint = i18n.T(ctx, hint)
	}
	return f
}
