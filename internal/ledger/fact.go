package ledger

import (
	"context"
	"fmt"

	"tessuto/internal/platform/db"
)

// Mode is how work reached people.
type Mode string

// The modes.
const (
	InPerson    Mode = "in_person"
	OnTerritory Mode = "territory"
	Remote      Mode = "remote"
)

// Source is the record a fact comes from.
type Source struct {
	Kind string
	ID   string
}

// Dimensions are what was true of the subject on the date of service. Empty is
// "not stated".
type Dimensions struct {
	Sex         string // M, F, X
	AgeClass    string // see AgeClasses
	Citizenship string // ISO 3166-1 alpha-3
	Profession  string
}

// Place is the activity of the logframe that the work belongs to. Both are
// empty for work that no programme pays: people are served all the same.
type Place struct {
	Programme string
	Activity  string
}

// Fact is one thing that happened and counts. Facts are never changed: Reverse
// posts their opposite.
type Fact struct {
	Measure   string
	Date      db.Date // of service
	SubjectID string  // empty when nobody was named
	Place
	For         Place // where it belongs, when it counts nowhere because of Charge
	OrgID       string
	TerritoryID string
	Mode        Mode
	Quantity    int64 // 1, or minutes
	Source      Source
	Dimensions
}

// Ledger posts facts and answers questions about them.
type Ledger struct {
	db       *db.DB
	measures Catalogue
	memory   memory

	// Charge tells of each fact of a person or a household whether it counts for
	// the programme it belongs to. Nil: all do.
	Charge func(ctx context.Context, tx *db.Tx, network string, facts []Fact) ([]bool, error)

	// MAC is filled by app: of the parts of a fact, under a key of the network. Nil:
	// facts carry none.
	MAC func(ctx context.Context, network string, parts ...string) ([]byte, error)
}

// New returns the ledger of a database for the measures that areas declare.
func New(d *db.DB, measures Catalogue) *Ledger { return &Ledger{db: d, measures: measures} }

// Measures returns everything that can be counted.
func (l *Ledger) Measures() Catalogue { return l.measures }

// Post adds facts in the transaction of the use case that made them true. What
// does not count for its programme is posted all the same, without it.
func (l *Ledger) Post(ctx context.Context, tx *db.Tx, network string, facts ...Fact) error {
	facts, err := l.Charged(ctx, tx, network, facts)
	if err != nil {
		return err
	}
	for _, f := range facts {
		m, ok := l.measures.Find(f.Measure)
		if !ok {
			return fmt.Errorf("no area declares the measure %q", f.Measure)
		}
		if f.Quantity == 0 {
			continue
		}
		if err := l.insert(ctx, tx, network, m.Subject, f, ""); err != nil {
			return err
		}
	}
	return nil
}

// Reverse posts the opposite of every fact of a source that still stands.
func (l *Ledger) Reverse(ctx context.Context, tx *db.Tx, network string, s Source) error {
	standing, err := standingOf(ctx, tx, network, s)
	if err != nil {
		return err
	}
	for _, f := range standing {
		f.Quantity = -f.Quantity
		if err := l.insert(ctx, tx, network, f.subject, f.Fact, f.ID); err != nil {
			return err
		}
	}
	return nil
}

// AgeClasses lists the classes of age; they nest in under 18, 18 to 60 and over
// 60, which the fund asks for.
var AgeClasses = []string{"0-5", "6-10", "11-13", "14-17", "18-29", "30-44", "45-60", "61+"}

// AgeClass returns the class of age on a day of somebody born in a year and
// month (0 when only the year is known: then mid-year is taken). The day of
// birth is sealed, so a birthday counts from the first of its month.
func AgeClass(year, month int, on db.Date) string {
	if year == 0 || on == "" {
		return ""
	}
	if month == 0 {
		month = 7
	}
	t := on.Time()
	age := t.Year() - year
	if int(t.Month()) < month {
		age--
	}
	for i, top := range []int{5, 10, 13, 17, 29, 44, 60} {
		if age <= top {
			return AgeClasses[i]
		}
	}
	return AgeClasses[len(AgeClasses)-1]
}
