package programme

import (
	"context"
	"slices"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Eligibility says that some people can be counted for a programme over some
// days, or that it was not verified. Nothing finer is kept, and no reason
// (safeguards, 6): they are served all the same. Until something is said, work is
// counted.
type Eligibility struct {
	Programme string // its code
	Persons   []string
	Household string  // when it is said of the whole family; else empty
	From, To  db.Date // days of service, both included; To is empty when open
	Met       bool
}

// Said is one thing that was said of a subject.
type Said struct {
	SubjectID string
	Programme string
	From, To  db.Date
	Met       bool
	By        string // account
	At        time.Time
}

func (s *Said) covers(on db.Date) bool { return s.From <= on && (s.To == "" || on <= s.To) }

// Check reports what is wrong with it.
func (e *Eligibility) Check(today db.Date) error {
	c := errs.Check{}
	c.That(len(e.Persons) > 0, "persons", "eligibility.persons_missing")
	c.That(e.From != "" && e.From.Within(today, 10, 0), "from", "eligibility.from_wrong")
	c.That(e.To == "" || e.To >= e.From, "to", "error.field_before")
	return c.Err()
}

// Judged lists the programmes whose requirements the actor may speak of beside
// work that belongs to one programme, or to none (empty): those of the actor's own
// organisation. A very restricted one is there only beside its own work: its name
// beside other work would tell why these people are met (safeguards, 4).
func (m *Module) Judged(ctx context.Context, tx *db.Tx, work string) ([]Programme, error) {
	list, own, err := m.own(ctx, tx)
	return slices.DeleteFunc(list, func(p Programme) bool {
		return p.Organisation(own) == nil || p.Code != work && policy.Class(p.Confidentiality) == policy.VeryRestricted
	}), err
}

// SetEligibility writes down who can be counted, and lets their work count
// accordingly from now on: figures as they were known before stay. It is for the
// area that has checked that these people are open to the actor, and that names
// the programme its work with them belongs to; it returns how many facts moved.
// A programme that is not Judged there is NotFound.
func (m *Module) SetEligibility(ctx context.Context, tx *db.Tx, work string, e Eligibility) (moved int, err error) {
	actor := policy.From(ctx)
	judged, err := m.Judged(ctx, tx, work)
	if err != nil {
		return 0, err
	}
	if !slices.ContainsFunc(judged, func(p Programme) bool { return p.Code == e.Programme }) {
		return 0, errs.Missing()
	}
	subjects := slices.Clone(e.Persons)
	for _, id := range e.Persons {
		if err := insertEligibility(ctx, tx, actor, ledger.Person, id, e); err != nil {
			return 0, err
		}
	}
	if e.Household != "" {
		subjects = append(subjects, e.Household)
		if err := insertEligibility(ctx, tx, actor, ledger.Household, e.Household, e); err != nil {
			return 0, err
		}
	}
	return m.ledger.Recharge(ctx, tx, actor.Network, e.Programme, subjects)
}

// Eligibilities lists what was said of some people or households, the last first.
func (m *Module) Eligibilities(ctx context.Context, tx *db.Tx, subjects []string) ([]Said, error) {
	all, err := saidOf(ctx, tx, policy.From(ctx).Network, subjects)
	slices.Reverse(all)
	return all, err
}

// Charge tells of each fact whether it counts for its programme: of what was said
// of its subject for the day of service, the last thing holds. App fills the
// ledger's slot with it.
func (m *Module) Charge(ctx context.Context, tx *db.Tx, network string, facts []ledger.Fact) ([]bool, error) {
	subjects := make([]string, len(facts))
	for i, f := range facts {
		subjects[i] = f.SubjectID
	}
	slices.Sort(subjects)
	all, err := saidOf(ctx, tx, network, slices.Compact(subjects))
	bySubject := map[string][]Said{}
	for _, s := range all {
		bySubject[s.SubjectID] = append(bySubject[s.SubjectID], s)
	}
	counts := make([]bool, len(facts))
	for i, f := range facts {
		counts[i] = true
		for _, s := range bySubject[f.SubjectID] {
			if s.Programme == f.Programme && s.covers(f.Date) {
				counts[i] = s.Met
			}
		}
	}
	return counts, err
}
