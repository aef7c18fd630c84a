package cases

import (
	"slices"

	"tessuto/internal/platform/policy"
)

// Instrument is a way of assessing a family or a person: domains, and the levels at
// which each can stand. It is data, of an edition that never changes: what changes its
// words is a new edition, and only assessments of one edition are compared.
type Instrument struct {
	Code          string             `json:"code"`
	Edition       string             `json:"edition"`
	Title         Wording            `json:"title"`
	Lead          Wording            `json:"lead,omitempty"`
	Licence       string             `json:"licence"`
	Holder        string             `json:"holder"` // who holds the rights to its words
	AppliesTo     []SubjectKind      `json:"applies_to"`
	Better        string             `json:"better"`         // higher or lower: which levels are better
	NotApplicable bool               `json:"not_applicable"` // level 0 says that a domain does not apply
	Autonomy      bool               `json:"autonomy"`       // its changes count in the measures of autonomy
	Least         int                `json:"least"`          // in how many domains something must be said to close
	Levels        []InstrumentLevel  `json:"levels"`
	Evidence      EvidenceRule       `json:"evidence"`
	Domains       []InstrumentDomain `json:"domains"`
	OrgID         string             `json:"-"` // of the body that loaded it; empty when it ships with the product
}

// Wording is a text by language: Italian always, others where there are any.
type Wording map[string]string

// In returns the text in a language, or in Italian.
func (w Wording) In(lang string) string {
	if text := w[lang]; text != "" {
		return text
	}
	return w["it"]
}

// InstrumentLevel is a level in a word or two.
type InstrumentLevel struct {
	Value int     `json:"value"`
	Title Wording `json:"title"`
}

// EvidenceRule says when a level needs a note of what it rests on: at some levels
// always, and after a change of Jump levels or more since the last time. Jump 0 asks
// for none.
type EvidenceRule struct {
	Levels []int `json:"levels"`
	Jump   int   `json:"jump"`
}

// InstrumentDomain is a part of life that is looked at. Who of a team sees it says its
// section, one of policy.Areas.
type InstrumentDomain struct {
	Code    string         `json:"code"`
	Section policy.Section `json:"section"`
	Title   Wording        `json:"title"`
	Hint    Wording        `json:"hint,omitempty"`
	Levels  []DomainLevel  `json:"levels,omitempty"`
}

// DomainLevel is what a level looks like in one domain.
type DomainLevel struct {
	Value int     `json:"value"`
	Text  Wording `json:"text"`
}

// SubjectKind is whom an instrument assesses.
type SubjectKind string

// The kinds of subject: the family, an adult of it, a minor of it.
const (
	OfHousehold SubjectKind = "household"
	OfPerson    SubjectKind = "person"
	OfChild     SubjectKind = "child"
)

// SixAreas is the code of the preliminary analysis (D.Lgs. 147/2017, art. 5). A case
// has one, and its outcome takes the family on; else it is an instrument as others are.
const SixAreas = "six_areas"

// NotScored is the level of a domain that nobody has looked at.
const NotScored = -1

func (in *Instrument) preliminary() bool { return in.Code == SixAreas }

// key tells editions apart.
func (in *Instrument) key() string { return in.Code + "/" + in.Edition }

func (in *Instrument) domain(code string) *InstrumentDomain {
	for i := range in.Domains {
		if in.Domains[i].Code == code {
			return &in.Domains[i]
		}
	}
	return nil
}

// Has tells whether a level can be given.
func (in *Instrument) Has(level int) bool {
	return in.NotApplicable && level == 0 ||
		slices.ContainsFunc(in.Levels, func(l InstrumentLevel) bool { return l.Value == level })
}

// Counts tells whether a level says where somebody stands: neither that nobody has
// looked, nor that the domain does not apply.
func (in *Instrument) Counts(level int) bool {
	return in.Has(level) && !(in.NotApplicable && level == 0)
}

// NeedsEvidence tells whether a level must say what it rests on, after the level of
// the last time (NotScored when there was none).
func (in *Instrument) NeedsEvidence(level, last int) bool {
	if !in.Counts(level) {
		return false
	}
	jumps := in.Evidence.Jump > 0 && in.Counts(last) && max(level-last, last-level) >= in.Evidence.Jump
	return jumps || slices.Contains(in.Evidence.Levels, level)
}

// Change is by how many levels a domain is better than before, below zero when it is
// worse. It is known only where both levels count.
func (in *Instrument) Change(before, after int) (by int, known bool) {
	if !in.Counts(before) || !in.Counts(after) {
		return 0, false
	}
	if in.Better == "lower" {
		return before - after, true
	}
	return after - before, true
}

// improvedIn lists in what a subject stands better than before: "all" for the whole,
// and the sections. A whole is better when more of its domains are better than worse,
// of those that count both times: no sum of levels stands for a family, and a great
// step in one domain hides no fall in two. The personal section is never told by
// itself: health, distress and addiction leave the sealed record in no figure.
func (in *Instrument) improvedIn(before, after map[string]int) (out []string) {
	balance := map[policy.Section]int{}
	whole := 0
	for _, d := range in.Domains {
		by, known := in.Change(levelIn(before, d.Code), levelIn(after, d.Code))
		if !known || by == 0 {
			continue
		}
		step := 1
		if by < 0 {
			step = -1
		}
		balance[d.Section] += step
		whole += step
	}
	if whole > 0 {
		out = append(out, wholeSubject)
	}
	for _, s := range policy.Areas {
		if s != policy.AreaPersonal && balance[s] > 0 {
			out = append(out, string(s))
		}
	}
	return out
}

// wholeSubject is what improvedIn calls the subject as a whole.
const wholeSubject = "all"

func levelIn(levels map[string]int, domain string) int {
	if level, ok := levels[domain]; ok {
		return level
	}
	return NotScored
}
