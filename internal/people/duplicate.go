package people

import (
	"context"
	"time"

	"tessuto/internal/linkage"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Pair is two entries of the register that may be of one person.
type Pair struct {
	ID          string
	A, B        Person
	Probability float64 // 0 to 1
	Fields      []linkage.FieldWeight
	State       PairState
	Later       db.Date // not before
	By          string  // name of who decided
	At          *time.Time
	Merge       *Merge       // when they were merged
	Homes       []HomeChoice // where they may live, when each lives elsewhere; on the pair's own page only
}

// PairState says what somebody said of a pair.
type PairState string

// The states. Different is for good: the pair is not asked about again.
const (
	PairOpen      PairState = "open"
	PairLater     PairState = "later"
	PairDifferent PairState = "different"
	PairMerged    PairState = "merged"
)

// pairStates lists them in the order of the page.
var pairStates = []PairState{PairOpen, PairLater, PairMerged, PairDifferent}

// putOff is how long a pair that somebody leaves for later stays away, in days.
const putOff = 14

// maxPairs is how many pairs a page shows.
const maxPairs = 50

// Duplicates lists pairs in a state, the most likely first, and how many there
// are: those of which both are open to the actor, and no others. A pair that was
// put off is open again when its day has come.
func (m *Module) Duplicates(ctx context.Context, s PairState) (list []Pair, total int, err error) {
	actor, err := policy.Check(ctx, policy.PersonMerge)
	if err != nil {
		return nil, 0, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		rows, n, err := pairsInScope(ctx, tx, actor, s, maxPairs)
		if err != nil {
			return err
		}
		total = n
		list, err = m.filled(ctx, tx, rows)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	return list, total, m.readPairs(ctx, list...)
}

// Duplicate returns one pair; NotFound unless both are open to the actor.
func (m *Module) Duplicate(ctx context.Context, id string) (p Pair, err error) {
	actor, err := policy.Check(ctx, policy.PersonMerge)
	if err != nil {
		return p, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		row, err := pairInScope(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		list, err := m.filled(ctx, tx, []pairRow{row})
		if err != nil {
			return err
		}
		p = list[0]
		if p.State == PairMerged {
			p.Merge, err = m.standingMerge(ctx, tx, id)
			return err
		}
		p.Homes, err = m.homes(ctx, tx, row.a, row.b)
		return err
	})
	if err != nil {
		return p, err
	}
	return p, m.readPairs(ctx, p)
}

// filled opens both persons of each pair, each as it was written by itself, and
// names who decided.
func (m *Module) filled(ctx context.Context, tx *db.Tx, rows []pairRow) (out []Pair, err error) {
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.a, r.b)
	}
	entries, err := m.entries(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	names, err := m.network.StaffNames(ctx, tx)
	for _, r := range rows {
		p := r.Pair
		p.A, p.B, p.By = entries[r.a], entries[r.b], names[r.By]
		out = append(out, p)
	}
	return out, err
}

func (m *Module) readPairs(ctx context.Context, list ...Pair) error {
	var read []audit.Entry
	for _, p := range list {
		for _, id := range []string{p.A.ID, p.B.ID} {
			read = append(read, audit.Entry{Act: "read", Kind: policy.Person, ID: id, Section: policy.Identity})
		}
		for _, h := range p.Homes {
			for _, with := range h.With {
				read = append(read, audit.Entry{Act: "read", Kind: policy.Person, ID: with.ID, Section: policy.Identity})
			}
		}
	}
	return m.audit.Append(ctx, read...)
}

// Differ says that two are not the same person: they are not asked about again.
func (m *Module) Differ(ctx context.Context, id string) error {
	return m.sayOfPair(ctx, id, PairDifferent, "person.differ", "")
}

// PutOff leaves a pair for later: it is open again after two weeks.
func (m *Module) PutOff(ctx context.Context, id string) error {
	return m.sayOfPair(ctx, id, PairLater, "person.put_off", db.DateOf(m.db.Now()).AddDays(putOff))
}

// AskAgain takes back that two are different, or were left for later.
func (m *Module) AskAgain(ctx context.Context, id string) error {
	return m.sayOfPair(ctx, id, PairOpen, "person.ask_again", "")
}

func (m *Module) sayOfPair(ctx context.Context, id string, s PairState, act string, later db.Date) error {
	actor, err := policy.Check(ctx, policy.PersonMerge)
	if err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		row, err := pairInScope(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if row.State == PairMerged {
			return errs.New(errs.Conflict, "duplicate.merged")
		}
		if err := setPair(ctx, tx, actor, id, s, later); err != nil {
			return err
		}
		for _, person := range []string{row.a, row.b} {
			if err := m.record(ctx, tx, act, person); err != nil {
				return err
			}
		}
		return nil
	})
}

// Suspect says that two entries open to the actor may be of one person, and
// returns the pair to compare. A pair that was decided stays as it was decided.
func (m *Module) Suspect(ctx context.Context, person, other string) (pair string, err error) {
	actor, err := policy.Check(ctx, policy.PersonMerge)
	if err != nil {
		return "", err
	}
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		entries, err := m.entries(ctx, tx, []string{person, other})
		if err != nil {
			return err
		}
		if len(entries) < 2 || entries[person].MergedInto != "" || entries[other].MergedInto != "" {
			return errs.Missing()
		}
		set := linkage.NewSet()
		for _, id := range []string{person, other} {
			p := entries[id]
			record := p.record()
			set.Add(&record)
		}
		fields := linkage.Explain(set, linkage.ModelFor(set, set.Blocks(), seed), 0, 1)
		if err := upsertPair(ctx, tx, actor.Network, person, other, byHand, fields); err != nil {
			return err
		}
		if pair, err = pairOf(ctx, tx, actor.Network, person, other); err != nil {
			return err
		}
		return m.record(ctx, tx, "person.suspect", person)
	})
	return pair, err
}

// byHand is the probability of what somebody says, and no search has worked out.
const byHand = 0
