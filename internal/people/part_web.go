package people

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// partView is the form of one part of a person, with what was typed in it.
type partView struct {
	Person
	part     Part
	born     string // the date of birth as it was typed
	theirs   *Saved // what somebody else saved meanwhile
	problems map[string]string
}

func (m *Module) getPart(w http.ResponseWriter, r *http.Request) error {
	p, err := m.Person(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	part := Part(r.PathValue("part"))
	if !slices.Contains(Parts, part) {
		return errs.Missing()
	}
	return web.Show(w, r, http.StatusOK, partPage(partView{Person: *p, part: part, born: p.bornText()}))
}

func (m *Module) postPart(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	part := Part(r.PathValue("part"))
	if !slices.Contains(Parts, part) {
		return errs.Missing()
	}
	p := Person{ID: r.PathValue("id"), Version: f.Version()}
	p.readPart(part, f)
	if err = f.Problem.Err(); err == nil {
		err = m.SavePerson(ctx, p, part)
	}
	if web.Fixable(err) {
		v := partView{Person: p, part: part, born: f.Text("birth_date"), problems: web.Problems(ctx, err)}
		if v.theirs = errs.TheirsOf[Saved](err); v.theirs != nil {
			// Sending the form again replaces what they saved, knowingly.
			v.Version = v.theirs.Version
		}
		return web.Show(w, r, web.Status(err), partPage(v))
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/people/"+p.ID+"#"+string(part), "person.saved")
}

// readPart reads the fields of one part.
func (p *Person) readPart(part Part, f *web.Form) {
	switch part {
	case Names:
		p.GivenName, p.FamilyName, p.FamilyFirst = f.Text("given_name"), f.Text("family_name"), f.Bool("family_first")
		p.GivenOriginal, p.FamilyOriginal = f.Text("given_original"), f.Text("family_original")
	case Civil:
		p.readCivil(f)
	case Tongues:
		for i := range maxTongues {
			if code := f.Text(tongueField(i, "language")); code != "" && !slices.Contains(p.Languages, code) {
				p.Languages = append(p.Languages, code)
				p.Skills = append(p.Skills, Skill{code, f.Text(tongueField(i, "level")), f.Text(tongueField(i, "literacy"))})
			}
		}
		p.WritesIn = f.Text("writes_in")
	case Reaches:
		p.Phone, p.SafeNote, p.Channel = f.Text("phone"), f.Text("safe_note"), f.Text("channel")
		for i := range maxReaches {
			reach := Reach{f.Text(ReachField(i, "kind")), f.Text(ReachField(i, "value")), f.Text(ReachField(i, "safe")), f.Text(ReachField(i, "note"))}
			if reach.Value+reach.Note != "" {
				p.Reaches = append(p.Reaches, reach)
			}
		}
	case Home:
		p.Address = readAddress(f)
	}
}

func (p *Person) readCivil(f *web.Form) {
	p.Sex, p.BirthCertain = f.Text("sex"), f.Bool("birth_certain")
	p.BirthCountry, p.BirthTown = f.Text("birth_country"), f.Text("birth_town")
	iso, birth, err := ParseBirth(f.Text("birth_date"))
	if err == nil {
		p.BirthDate, p.Birth = iso, birth
	}
	for i := range maxPapers {
		if code := f.Text(citizenField(i)); code != "" && !slices.Contains(p.Citizenships, code) {
			p.Citizenships = append(p.Citizenships, code)
		}
	}
}

func readAddress(f *web.Form) Address {
	return Address{Street: f.Text("street"), PostCode: f.Text("post_code"), Town: f.Text("town"), Note: f.Text("address_note")}
}

// citizenField names the field of the nth citizenship; the first counts in
// figures.
func citizenField(i int) string { return "citizenships" + after(i) }

// tongueField names a field of the nth language.
func tongueField(i int, what string) string {
	if what == "language" {
		return "languages" + after(i)
	}
	return what + strconv.Itoa(i)
}

// after numbers the fields of a list from the second on: problems with the list
// are told at the first.
func after(i int) string {
	if i == 0 {
		return ""
	}
	return strconv.Itoa(i)
}

// ReachField names a field of the nth further way to reach somebody.
func ReachField(i int, what string) string { return "reach" + strconv.Itoa(i) + "." + what }

// bornText is the date of birth as a form takes it.
func (p *Person) bornText() string {
	switch p.Birth.Precision {
	case ByDay:
		return p.BirthDate[8:] + "/" + p.BirthDate[5:7] + "/" + p.BirthDate[:4]
	case ByMonth:
		return p.BirthDate[5:] + "/" + p.BirthDate[:4]
	}
	return p.BirthDate
}

// at is the nth of a list, or nothing: forms offer more rows than there are.
func at[T any](list []T, i int) (one T) {
	if i < len(list) {
		one = list[i]
	}
	return one
}

// rowsOf is how many rows a form offers for a list: those there are and one more,
// at least some, at most all that can be kept.
func rowsOf(have, least, most int) int { return min(most, max(least, have+1)) }

// order lists the fields of a part as its form shows them.
func (v partView) order() []string {
	return map[Part][]string{
		Names:   {"given_name", "family_name", "given_original", "family_original"},
		Civil:   {"birth_date", "birth_country", "birth_town", "sex", "citizenships"},
		Tongues: {"languages", "writes_in"},
		Reaches: {"phone", "safe_note", ReachField(0, "value"), ReachField(1, "value"), "channel"},
		Home:    {"street", "post_code", "town", "address_note"},
	}[v.part]
}

// historyView is what was changed of a person.
type historyView struct {
	*Person
	changes []Change
}

func (m *Module) getHistory(w http.ResponseWriter, r *http.Request) error {
	p, changes, err := m.History(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, historyPage(historyView{p, changes}))
}

func (m *Module) postRestore(w http.ResponseWriter, r *http.Request) error {
	version, err := strconv.Atoi(r.PathValue("version"))
	if err != nil {
		return errs.Missing()
	}
	id := r.PathValue("id")
	if err := m.RestorePerson(r.Context(), id, version); err != nil {
		return err
	}
	return web.Go(w, r, "/people/"+id+"/history", "person.restored")
}

// partWord names parts of a person in a sentence.
func partWord(ctx context.Context, parts []Part) string {
	out := ""
	for i, part := range parts {
		if i > 0 {
			out += " · "
		}
		out += i18n.T(ctx, "person.part."+string(part))
	}
	return out
}

// keyed options of the forms.
func levelOptions(ctx context.Context) []ui.Option {
	return none(ctx, ui.Options(ctx, "person.level.", Levels))
}

func literacyOptions(ctx context.Context) []ui.Option {
	return none(ctx, ui.Options(ctx, "person.literacy.", Literacies))
}

func safeOptions(ctx context.Context) []ui.Option {
	return none(ctx, ui.Options(ctx, "person.safe.", SafeWords))
}

func none(ctx context.Context, list []ui.Option) []ui.Option {
	return append([]ui.Option{{Label: i18n.T(ctx, "person.choose")}}, list...)
}
