package people

import (
	"context"
	"slices"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// How long before somebody comes of age, and for how long after, who follows the
// family is reminded, in days.
const (
	ageNotice  = 60
	ageKnown   = 30
	adultYears = 18
)

// OfAge returns the day on which a person comes of age, when that is soon or was
// just now: they sign for themselves from then on, and who follows the family asks
// them how to go on. Nothing changes by itself. Of who is known by the month it is
// the first of it; of others it is not known.
func (p *Person) OfAge(today db.Date) (db.Date, bool) {
	if p.Birth.Month == 0 {
		return "", false
	}
	born := p.BirthDate
	if len(born) == len("2008-05") {
		born += "-01"
	}
	day, err := db.ParseDate(born)
	if err != nil || day == "" {
		return "", false
	}
	on := db.DateOf(day.Time().AddDate(adultYears, 0, 0))
	return on, on >= today.AddDays(-ageKnown) && on <= today.AddDays(ageNotice)
}

// Grown is somebody who comes of age, and when.
type Grown struct {
	Person
	On db.Date
}

// ComingOfAge lists, of the persons who are open to the actor, those who come of
// age soon or just have, and logs whom it names.
func (m *Module) ComingOfAge(ctx context.Context, persons []string) (out []Grown, err error) {
	actor, err := policy.Check(ctx, policy.PersonRead)
	if err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		young, err := turning(ctx, tx, actor.Network, persons)
		if err != nil {
			return err
		}
		found, err := m.opened(ctx, tx, young)
		for _, p := range found {
			if on, soon := p.OfAge(tx.Today()); soon {
				out = append(out, Grown{p, on})
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b Grown) int {
		return slices.Compare([]string{string(a.On), a.ID}, []string{string(b.On), b.ID})
	})
	read := make([]string, len(out))
	for i, g := range out {
		read[i] = g.ID
	}
	return out, m.audit.Read(ctx, policy.Person, policy.Identity, read...)
}
