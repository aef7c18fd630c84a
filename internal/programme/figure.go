package programme

import (
	"context"
	"tessuto/internal/disclosure"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Figure is what an indicator says now, as far as the actor may know it.
type Figure struct {
	PackIndicator
	Fed         bool // some area posts what it counts
	Actual      disclosure.Cell
	Numerator   disclosure.Cell // of a ratio, whose Actual is per cent
	Denominator disclosure.Cell
	Least       int64        // 1, or the smallest figure that this actor is shown
	Known       db.Date      // the end of the day that the figure is of; empty means now
	Held        string       // the indicator that holds this one, which alone is told in parts
	Untold      bool         // very restricted: small for everybody, and no record stands behind it for anybody
	Said        *Declaration // of a declared one: the value and who answers for it; nil when there is none yet
	Breakdown   map[ledger.Dimension][]Part
	Course      Course // beside the time of the programme
	Crosses     []Cross
	Shares      []Part // of a ratio: per cent at the end of each month, for who may read the records
}

// none is a part of which there is nothing.
func none(value string) Part { return Part{Value: value, Cell: disclosure.Show(0)} }

// Part is one row of a breakdown; an empty Value is "not stated". Name is the
// name of an organisation or a territory.
type Part struct {
	Value string
	Name  string
	disclosure.Cell
}

// State says in a word where a figure stands.
type State string

// The states; each has a sentence in the catalogue under "figure.state.".
const (
	NotFed   State = "not_fed"   // no area posts it yet
	Unsaid   State = "unsaid"    // to be declared, and nobody has
	Hidden   State = "hidden"    // too few to be shown to this actor
	NoTarget State = "no_target" // the source gives none
	NotBegun State = "not_begun" // nothing yet
	Underway State = "underway"  // some of the target
	Reached  State = "reached"   // the target or more
)

// State compares the figure with its target.
func (f *Figure) State() State {
	switch {
	case f.Declared && f.Said == nil:
		return Unsaid
	case !f.Fed && !f.Declared:
		return NotFed
	case f.Actual.Hidden():
		return Hidden
	case f.Target == 0:
		return NoTarget
	}
	switch n, _ := f.Actual.Number(); {
	case n == 0:
		return NotBegun
	case n < int64(f.Target):
		return Underway
	}
	return Reached
}

// Missing is how many the target of a figure that is shown still needs.
func (f *Figure) Missing() int64 {
	n, _ := f.Actual.Number()
	return max(0, int64(f.Target)-n)
}

// View is how figures are asked for. AsOf asks what was known by the end of a
// day; By asks for breakdowns beside each figure.
type View struct {
	AsOf db.Date
	By   []ledger.Dimension
}

// Figures answers every indicator of a programme. Who has no right to the
// records in this programme gets figures that point at nobody: small ones hidden,
// only the breakdowns that the pack declares, those of people as they were known
// when the last month ended, and no past day of their choice.
func (m *Module) Figures(ctx context.Context, code string, v View) (figures []Figure, err error) {
	actor, err := policy.Check(ctx, policy.ProgrammeRead)
	if err != nil {
		return nil, err
	}
	if err := m.allowed(actor, code, v.AsOf); err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		p, err := programmeByCode(ctx, tx, actor.Network, code)
		if err != nil {
			return err
		}
		a := m.answersOf(ctx, tx, p, v)
		for _, i := range p.Indicators {
			f, err := a.figure(i)
			if err != nil {
				return err
			}
			if f.Course, err = a.course(&f); err != nil {
				return err
			}
			figures = append(figures, f)
		}
		return nil
	})
	return figures, err
}

// allowed refuses a day of one's choice to who has no right to the records, and to
// everybody one that has yet to come.
func (m *Module) allowed(actor policy.Actor, code string, asOf db.Date) error {
	if asOf != "" && !actor.MayIn(policy.FiguresInFull, code) {
		return errs.New(errs.Forbidden, "figure.as_of_forbidden")
	}
	c := errs.Check{}
	c.That(asOf <= db.DateOf(m.db.Now()), "as_of", "figure.as_of.future")
	return c.Err()
}

// Figure answers one indicator as it was known on a day, or is now when that is
// empty, with the breakdowns its pack declares and month by month.
func (m *Module) Figure(ctx context.Context, code, indicator string, asOf db.Date) (p Programme, f Figure, err error) {
	actor, err := policy.Check(ctx, policy.ProgrammeRead)
	if err != nil {
		return p, f, err
	}
	v := View{AsOf: asOf, By: []ledger.Dimension{ledger.ByMonth}}
	if err := m.allowed(actor, code, asOf); err != nil {
		return p, f, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		if p, err = programmeByCode(ctx, tx, actor.Network, code); err != nil {
			return err
		}
		i := p.Indicator(indicator)
		if i == nil {
			return errs.Missing()
		}
		for _, by := range i.By {
			v.By = append(v.By, ledger.Dimension(by))
		}
		a := m.answersOf(ctx, tx, p, v)
		if f, err = a.figure(*i); err != nil {
			return err
		}
		f.Course, err = a.course(&f)
		return err
	})
	return p, f, err
}
