package people

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"
	"time"
	"unicode"

	"tessuto/internal/linkage"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Hit is somebody who may be the person looked for, and why.
type Hit struct {
	Person
	HouseholdID string
	Members     int     // how many live in the household, of those open to the actor
	Score       float64 // 0 to 1
	Reasons     []linkage.Reason
}

// Found is what a search says: who may be meant, of those open to the actor, and
// whether another service of the network knows such a person for certain. Which
// one, and who, it does not say.
type Found struct {
	Hits      []Hit
	Elsewhere bool
}

const (
	maxHits     = 10
	closeEnough = 0.82 // likeness under which a hit would only distract
	veryClose   = 0.93 // above it somebody must say whether it is the same person
	noDoubt     = 0.97 // above it nobody else is looked for with other letters
	shortPhone  = 6    // digits; fewer are no phone
)

// sought is somebody who is looked for: what is known of them, and what may be the
// number on a paper of theirs.
type sought struct {
	linkage.Identity
	codes []string
}

// Search finds persons by name, in any spelling, script and order, by date or
// year of birth, phone or number on a paper.
func (m *Module) Search(ctx context.Context, text string) (Found, error) {
	id, codes := typed(text)
	return m.search(ctx, id, codes)
}

// SearchFor finds who may be the person that is about to be registered.
func (m *Module) SearchFor(ctx context.Context, p *Person) (Found, error) {
	return m.search(ctx, p.identity(), nil)
}

func (m *Module) search(ctx context.Context, id linkage.Identity, codes []string) (f Found, err error) {
	if _, err := policy.Check(ctx, policy.PersonRead); err != nil {
		return f, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		f, err = m.find(ctx, tx, sought{id, codes})
		return err
	})
	if err != nil {
		return f, err
	}
	return f, m.audit.Read(ctx, policy.Person, policy.Identity, hitIDs(f.Hits)...)
}

func hitIDs(hits []Hit) []string {
	ids := make([]string, len(hits))
	for i, h := range hits {
		ids[i] = h.ID
	}
	return ids
}

// typed reads what somebody typed to look for a person: words of a name, a date
// or a year of birth, a phone, a number on a paper, in any order.
func typed(text string) (id linkage.Identity, codes []string) {
	var name, digits, mixed []string
	for _, field := range strings.Fields(text) {
		_, b, err := ParseBirth(field)
		letters, figures := strings.ContainsFunc(field, unicode.IsLetter), strings.ContainsFunc(field, unicode.IsDigit)
		switch {
		case err == nil && b.valid():
			id.Birth = linkage.Birth{Year: b.Year, Month: b.Month, Day: typedDay(field)}
		case letters && figures:
			mixed = append(mixed, field)
		case figures:
			digits = append(digits, field)
		default:
			name = append(name, field)
		}
	}
	id.Given = linkage.Words(strings.Join(name, " "))
	if phone := foldPhone(strings.Join(digits, "")); phone != "" {
		id.Phones = []string{phone}
	}
	if len(digits)+len(mixed) == 0 { // a name, and when somebody was born: no number
		return id, nil
	}
	return id, append([]string{text, strings.Join(digits, "")}, mixed...)
}

// typedDay is the day of a date as it was typed, 0 when it says none.
func typedDay(date string) int {
	iso, _, _ := ParseBirth(date)
	if t, err := time.Parse(time.DateOnly, iso); err == nil {
		return t.Day()
	}
	return 0
}

// identity is what a person is compared by.
func (p *Person) identity() linkage.Identity {
	id := linkage.Named(p.GivenName, p.FamilyName, p.Original())
	id.Birth, id.Sex, id.Citizenships = p.born(), p.Sex, p.Citizenships
	for _, phone := range p.Phones() {
		if phone = foldPhone(phone); phone != "" {
			id.Phones = append(id.Phones, phone)
		}
	}
	return id
}

// born is the date of birth as far as it is known.
func (p *Person) born() linkage.Birth {
	b := linkage.Birth{Year: p.Birth.Year, Month: p.Birth.Month}
	if p.Birth.Precision == ByDay {
		b.Day = typedDay(p.BirthDate)
	}
	return b
}

// find looks among those to whom most of what was typed leads, whoever they are open
// to. While nobody found is very like, it goes on: among those to whom it leads with
// letters wrong; then, when few of all these were open to the actor, among those who
// are and to whom less leads.
func (m *Module) find(ctx context.Context, tx *db.Tx, s sought) (f Found, err error) {
	look := looking{Module: m, tx: tx, sought: s}
	for _, text := range s.codes {
		holders, err := m.HoldersOf(ctx, tx, text)
		if err != nil {
			return f, err
		}
		look.coded = append(look.coded, holders...)
	}
	for _, step := range []struct {
		look   func(context.Context) ([]string, error)
		enough float64 // whoever is so like ends the search
	}{{look.asTyped, noDoubt}, {look.more, veryClose}, {look.mistyped, veryClose}, {look.inScope, 1}} {
		ids, err := step.look(ctx)
		if err == nil {
			err = look.open(ctx, ids)
		}
		if err != nil {
			return f, err
		}
		if len(look.hits) > 0 && look.hits[0].Score >= step.enough {
			break
		}
	}
	f.Hits = look.hits[:min(len(look.hits), maxHits)]
	if f.Elsewhere, err = m.elsewhere(ctx, tx, s, look.strangers()); err != nil {
		return f, err
	}
	return f, m.housed(ctx, tx, f.Hits)
}

// CheckNew refuses a prepared household whose reference person is so like
// somebody open to the actor that the desk has to say whether it is them. It
// names nobody: a search shows them, and logs that it did.
func (m *Module) CheckNew(ctx context.Context, tx *db.Tx, s *Sealed) error {
	f, err := m.similar(ctx, tx, &s.people[0].Person)
	if err == nil && len(f.Hits) > 0 {
		err = errs.Check{"person_id": "person.maybe_known"}.Err()
	}
	return err
}

// similar finds those who are so like a person about to be registered that
// somebody must say whether it is them.
func (m *Module) similar(ctx context.Context, tx *db.Tx, p *Person) (Found, error) {
	f, err := m.find(ctx, tx, sought{Identity: p.identity()})
	f.Hits = slices.DeleteFunc(f.Hits, func(h Hit) bool { return h.Score < veryClose })
	return f, err
}

func (s sought) against(p *Person) linkage.Match {
	kept := p.identity()
	return s.Match(&kept)
}

// housed writes beside each hit the household and how many live in it.
func (m *Module) housed(ctx context.Context, tx *db.Tx, hits []Hit) error {
	homes, err := homesOf(ctx, tx, policy.From(ctx), hitIDs(hits))
	for i, h := range hits {
		hits[i].HouseholdID, hits[i].Members = homes[h.ID].household, homes[h.ID].members
	}
	return err
}

// CheckVisible returns the household of a person the actor has chosen from a
// search, empty when none is open to the actor; NotFound when the person is not
// open to the actor, and a Conflict when their data are only kept.
func (m *Module) CheckVisible(ctx context.Context, tx *db.Tx, personID string) (householdID string, err error) {
	if err := policy.CanRead(ctx, tx, policy.Person, personID, policy.Identity); err != nil {
		return "", err
	}
	if err := m.CheckUse(ctx, tx, personID); err != nil {
		return "", err
	}
	return m.HouseholdOf(ctx, tx, personID)
}

// tokens are what a person is found by.
func (m *Module) tokens(ctx context.Context, network string, p *Person) ([]int64, error) {
	id := p.identity()
	return m.macs(ctx, network, id.Tokens())
}

// macs are the keyed digests of words. Eight bytes of each are kept: two words out of
// millions have the same once in millions of networks.
func (m *Module) macs(ctx context.Context, network string, words []string) ([]int64, error) {
	out := make([]int64, len(words))
	for i, w := range words {
		mac, err := m.keys.MAC(ctx, network, "search", w)
		if err != nil {
			return nil, err
		}
		out[i] = int64(binary.BigEndian.Uint64(mac))
	}
	return out, nil
}

// foldPhone keeps the last nine digits: with and without the country's prefix
// it is the same number. Too few digits are no phone.
func foldPhone(text string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
	if len(digits) < shortPhone {
		return ""
	}
	return digits[max(0, len(digits)-9):]
}
