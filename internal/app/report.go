package app

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode"

	"tessuto/internal/linkage"
	"tessuto/internal/people"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// report is a copy of what is kept of a person (GDPR, 15), as far as it is open to
// who prepares it. Other persons stand in it without a name.
type report struct {
	Made  time.Time    `json:"made"`
	By    string       `json:"by"` // the body that gives it
	Parts []reportPart `json:"parts"`

	id     string
	lang   string          // of the person, where there are words for it
	others map[string]bool // words of the names of others, folded
}

// reportPart is a kind of record; its word is "report.part." and the name.
type reportPart struct {
	Name    string         `json:"part"`
	Records []reportRecord `json:"records"`
}

// reportRecord is what a record says, in order.
type reportRecord []reportLine

// reportLine is a value under its name; its word is "report." and the name.
type reportLine struct{ Name, Value string }

// MarshalJSON writes a record as an object.
func (r reportRecord) MarshalJSON() ([]byte, error) {
	out := map[string]string{}
	for _, l := range r {
		out[l.Name] = l.Value
	}
	return json.Marshal(out)
}

// add puts a record into a part, without the lines that say nothing.
func (r *report) add(part string, lines ...reportLine) {
	var said reportRecord
	for _, l := range lines {
		if l.Value != "" {
			said = append(said, l)
		}
	}
	if n := len(r.Parts); n == 0 || r.Parts[n-1].Name != part {
		r.Parts = append(r.Parts, reportPart{Name: part})
	}
	if last := &r.Parts[len(r.Parts)-1]; len(said) > 0 {
		last.Records = append(last.Records, said)
	}
}

// blank stands where the name of somebody else stood.
const blank = "▇▇▇"

// words is a text without the names of others. A story can point at somebody
// without a name: who hands the report over reads it first.
func (r *report) words(text string) string {
	var out, word strings.Builder
	end := func() {
		if w := word.String(); w != "" && r.others[folded(w)] {
			out.WriteString(blank)
		} else {
			out.WriteString(w)
		}
		word.Reset()
	}
	for _, c := range text {
		if unicode.IsLetter(c) || unicode.IsMark(c) {
			word.WriteRune(c)
			continue
		}
		end()
		out.WriteRune(c)
	}
	end()
	return out.String()
}

// shortName is how long a word of a name is at least: shorter ones stand in every
// text.
const shortName = 3

// hide lets the words of a name be left out, but for those of the person's own.
func (r *report) hide(own people.Person, name string) {
	mine := linkage.Parts(own.Name())
	for _, w := range linkage.Words(name) {
		if len(w.Text) >= shortName && !w.Particle && !slices.Contains(mine, w.Text) {
			r.others[w.Text] = true
		}
	}
}

// folded is a word in any script and with any marks as names are compared.
func folded(word string) string { return strings.Join(linkage.Parts(word), " ") }

// languageOf is the language that a person reads, where the words of a report
// exist in it, and else Italian.
func languageOf(p people.Person) string {
	for _, l := range append([]string{p.WritesIn}, p.Languages...) {
		if l != "" && slices.Contains(i18n.People, l) && i18n.Exists(l, "report.title") {
			return l
		}
	}
	return "it"
}

// report gathers what is kept of a person who is open to the actor, and logs it.
func (a *App) report(ctx context.Context, personID string) (*report, error) {
	f, err := a.People.Rights(ctx, personID)
	if err != nil {
		return nil, err
	}
	profile, err := a.People.Profile(ctx, personID)
	if err != nil {
		return nil, err
	}
	r := &report{Made: a.DB.Now(), By: policy.From(ctx).OrgName, id: profile.ID, lang: languageOf(profile.Person), others: map[string]bool{}}
	var records []policy.Record
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		contacts, err := a.Access.FilesOf(ctx, tx, policy.From(ctx).Network, profile.ID)
		if err != nil {
			return err
		}
		cases, err := a.Cases.FilesOf(ctx, tx, policy.From(ctx).Network, profile.ID)
		records = append(contacts, cases...)
		if err != nil {
			return err
		}
		staff, err := a.Network.StaffNames(ctx, tx)
		for _, name := range staff {
			r.hide(profile.Person, name)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	r.identity(ctx, profile)
	if err := a.reportHome(ctx, r, profile); err != nil {
		return nil, err
	}
	r.rights(ctx, f)
	for _, kind := range []policy.Kind{policy.Contact, policy.Appointment, policy.Case} {
		for _, rec := range records {
			if rec.Kind != kind {
				continue
			}
			if err := a.reportRecord(ctx, r, rec); err != nil && errs.CodeOf(err) != errs.NotFound {
				return nil, err // what is not open to the actor is not theirs to give
			}
		}
	}
	return r, a.Audit.Append(ctx, audit.Entry{Act: "rights.report", Kind: policy.Person, ID: profile.ID})
}

// reportRecord adds one record, as far as it is open to the actor.
func (a *App) reportRecord(ctx context.Context, r *report, rec policy.Record) error {
	switch rec.Kind {
	case policy.Contact:
		c, err := a.Access.Contact(ctx, rec.ID)
		if err == nil {
			r.contact(ctx, c)
		}
		return err
	case policy.Appointment:
		ap, err := a.Access.Appointment(ctx, rec.ID)
		if err == nil {
			r.appointment(ctx, ap)
		}
		return err
	}
	c, err := a.Cases.File(ctx, rec.ID)
	if err == nil {
		r.file(ctx, c)
	}
	return err
}

// reportHome adds who lives with the person, as relations alone, and hides their
// names from what follows.
func (a *App) reportHome(ctx context.Context, r *report, p *people.Profile) error {
	if p.Household == "" {
		return nil
	}
	h, err := a.People.Household(ctx, p.Household)
	if err != nil {
		return err
	}
	for _, m := range h.Members {
		r.hide(p.Person, m.Person.Name())
	}
	for _, m := range h.Members {
		who := blank
		if m.PersonID == p.ID {
			who = p.Name()
		}
		r.add("household", reportLine{"who", who}, reportLine{"relation", people.RelationWord(ctx, m.Relation)})
	}
	return nil
}
