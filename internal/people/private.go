package people

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/errs"
)

// Private is what is sealed under the key of the person. What was sealed before a
// field was there opens without it.
type Private struct {
	GivenName  string `json:"given_name"`
	FamilyName string `json:"family_name"`
	// As the person writes it, in their own script.
	GivenOriginal  string `json:"given_original,omitempty"`
	FamilyOriginal string `json:"family_original,omitempty"`
	FamilyFirst    bool   `json:"family_first,omitempty"` // how they say their name

	BirthDate    string `json:"birth_date,omitempty"`    // as precise as it is known
	BirthCertain bool   `json:"birth_certain,omitempty"` // a 1 January that is the true day
	BirthCountry string `json:"birth_country,omitempty"` // ISO 3166-1 alpha-3
	BirthTown    string `json:"birth_town,omitempty"`    // as it is said
	BirthComune  string `json:"birth_comune,omitempty"`  // Belfiore code, when the town is a comune of Italy

	Skills []Skill `json:"skills,omitempty"` // in the languages of the person

	Phone    string  `json:"phone,omitempty"`     // the first to call
	SafeNote string  `json:"safe_note,omitempty"` // Contatto sicuro: when and how to reach
	Reaches  []Reach `json:"reaches,omitempty"`   // other ways to reach
	Channel  string  `json:"channel,omitempty"`   // the one they prefer
	WritesIn string  `json:"writes_in,omitempty"` // language for messages to them, BCP 47
	Address  Address `json:"address,omitzero"`
}

// Skill is how well somebody knows a language that they speak.
type Skill struct {
	Language string `json:"language"` // BCP 47
	Level    string `json:"level,omitempty"`
	Literacy string `json:"literacy,omitempty"`
}

// Levels are those of the common European framework, and the language one grew
// up with. Literacies say whether somebody reads it, and writes it.
var (
	Levels     = []string{"A1", "A2", "B1", "B2", "C1", "C2", "native"}
	Literacies = []string{"full", "reads", "none"}
)

// Reach is a further way to reach somebody. Safe is what they said of it: whether
// nobody else reads or hears what is said there.
type Reach struct {
	Kind  string `json:"kind"` // phone, email
	Value string `json:"value"`
	Safe  string `json:"safe,omitempty"` // yes, no; empty: nobody asked
	Note  string `json:"note,omitempty"`
}

// The kinds of a Reach, and what can be said of it.
var (
	ReachKinds = []string{"phone", "email"}
	SafeWords  = []string{"yes", "no"}
)

// ChannelList is the code list of the channels by which somebody can be reached:
// that of the contacts at a desk.
const ChannelList = "contact_channel"

// Address is where somebody lives. One that must be protected is not here but in
// a Guarded record.
type Address struct {
	Street   string `json:"street,omitempty"`
	PostCode string `json:"post_code,omitempty"`
	Town     string `json:"town,omitempty"`
	Comune   string `json:"comune,omitempty"` // Belfiore code, when the town is a comune
	Note     string `json:"note,omitempty"`   // whose house it is, what is written at the door
}

// Text is the address on one line.
func (a Address) Text() string {
	var out []string
	for _, part := range []string{a.Street, strings.TrimSpace(a.PostCode + " " + a.Town), a.Note} {
		if part != "" {
			out = append(out, part)
		}
	}
	return strings.Join(out, ", ")
}

// Name is how the person is called, in the order in which they say it.
func (p Private) Name() string { return inOrder(p.FamilyFirst, p.GivenName, p.FamilyName) }

// Original is the name in its own script, or empty.
func (p Private) Original() string { return inOrder(p.FamilyFirst, p.GivenOriginal, p.FamilyOriginal) }

func inOrder(familyFirst bool, given, family string) string {
	if familyFirst {
		given, family = family, given
	}
	return strings.TrimSpace(given + " " + family)
}

// Phones are all the numbers of a person, the first to call first.
func (p Private) Phones() (out []string) {
	if p.Phone != "" {
		out = append(out, p.Phone)
	}
	for _, r := range p.Reaches {
		if r.Kind == "phone" {
			out = append(out, r.Value)
		}
	}
	return out
}

// Sexes are the values a form offers; empty is "not stated".
var Sexes = []string{"F", "M", "X"}

// How long what is typed of a person may be, in characters, and how much of it
// there may be.
const (
	maxName    = 200
	maxPhone   = 40
	maxNote    = 500
	maxBirth   = 20
	maxTown    = 100
	maxReaches = 10
	maxTongues = 10
	maxPapers  = 5 // citizenships
)

// Check reports what is wrong with a person. Only some name is needed: everything
// else may be unknown.
func (p *Person) Check(ctx context.Context) error {
	c := errs.Check{}
	c.That(p.Name() != "", "given_name", "person.name_missing")
	for field, text := range map[string]string{"given_name": p.GivenName, "family_name": p.FamilyName,
		"given_original": p.GivenOriginal, "family_original": p.FamilyOriginal} {
		c.That(errs.Fits(text, maxName), field, "error.field_long")
	}
	p.checkCivil(c)
	p.checkTongues(c)
	p.checkReaches(c)
	c.That(p.Channel == "" || codelist.Valid(ctx, ChannelList, p.Channel, ""), "channel", "error.field_choice")
	p.Address.check(c)
	return c.Err()
}

func (p *Person) checkCivil(c errs.Check) {
	c.That(p.Sex == "" || slices.Contains(Sexes, p.Sex), "sex", "error.field_choice")
	c.That(!p.Birth.past(), "birth_date", "person.birth_past")
	c.That(p.Birth.valid(), "birth_date", "person.birth_unreadable")
	c.That(p.BirthCountry == "" || slices.Contains(Countries, p.BirthCountry), "birth_country", "error.field_choice")
	c.That(errs.Fits(p.BirthTown, maxTown), "birth_town", "error.field_long")
	c.That(len(p.Citizenships) <= maxPapers, "citizenships", "error.field_choice")
	for i, code := range p.Citizenships {
		c.That(Citizenship(code) && slices.Index(p.Citizenships, code) == i, "citizenships", "error.field_choice")
		c.That(code != Stateless || len(p.Citizenships) == 1, "citizenships", "person.stateless_alone")
	}
}

func (p *Person) checkTongues(c errs.Check) {
	c.That(len(p.Languages) <= maxTongues, "languages", "error.field_choice")
	for i, code := range p.Languages {
		c.That(slices.Contains(Languages, code) && slices.Index(p.Languages, code) == i, "languages", "error.field_choice")
	}
	for _, s := range p.Skills {
		c.That(slices.Contains(p.Languages, s.Language), "languages", "error.field_choice")
		c.That(s.Level == "" || slices.Contains(Levels, s.Level), "languages", "error.field_choice")
		c.That(s.Literacy == "" || slices.Contains(Literacies, s.Literacy), "languages", "error.field_choice")
	}
}

// email is what has an at sign between two parts without spaces: whether anybody
// reads there, no rule can tell.
var email = regexp.MustCompile(`^[^\s@]+@[^\s@]+\.[^\s@]+$`)

func (p *Person) checkReaches(c errs.Check) {
	c.That(errs.Fits(p.Phone, maxPhone), "phone", "error.field_long")
	c.That(errs.Fits(p.SafeNote, maxNote), "safe_note", "error.field_long")
	c.That(p.WritesIn == "" || slices.Contains(Languages, p.WritesIn), "writes_in", "error.field_choice")
	c.That(len(p.Reaches) <= maxReaches, "reaches", "error.field_choice")
	for i, r := range p.Reaches {
		field := ReachField(i, "value")
		c.That(slices.Contains(ReachKinds, r.Kind), ReachField(i, "kind"), "error.field_choice")
		c.That(r.Value != "", field, "person.reach_missing")
		c.That(r.Kind != "email" || r.Value == "" || email.MatchString(r.Value), field, "person.reach_email")
		c.That(errs.Fits(r.Value, maxName) && errs.Fits(r.Note, maxNote), field, "error.field_long")
		c.That(r.Safe == "" || slices.Contains(SafeWords, r.Safe), ReachField(i, "safe"), "error.field_choice")
	}
}

func (a Address) check(c errs.Check) {
	for field, text := range map[string]string{"street": a.Street, "post_code": a.PostCode, "town": a.Town} {
		c.That(errs.Fits(text, maxName), field, "error.field_long")
	}
	c.That(errs.Fits(a.Note, maxNote), "address_note", "error.field_long")
}

// settle fills in what follows from what was written: the comune of a town, the
// country of a comune.
func (p *Person) settle() {
	p.BirthComune, p.Address.Comune, p.Comune = "", "", ""
	if p.BirthCountry == "" || p.BirthCountry == "ITA" {
		if c, ok := FindComune(p.BirthTown); ok {
			p.BirthComune, p.BirthCountry, p.BirthTown = c.Belfiore, "ITA", c.Label()
		}
	}
	if c, ok := FindComune(p.Address.Town); ok {
		p.Address.Comune, p.Address.Town, p.Comune = c.Belfiore, c.Label(), c.Istat
	}
	p.Skills = slices.DeleteFunc(p.Skills, func(s Skill) bool { return s.Level == "" && s.Literacy == "" })
}

// skill is how well the person knows a language, as far as it was said.
func (p *Person) skill(language string) Skill {
	for _, s := range p.Skills {
		if s.Language == language {
			return s
		}
	}
	return Skill{Language: language}
}
