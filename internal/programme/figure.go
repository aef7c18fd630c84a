package programme

import (
	"context"
	"slices"

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
	Least       int64 // 1, or the smallest figure that this actor is shown
	Breakdown   map[ledger.Dimension][]Part
}

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
	Hidden   State = "hidden"    // too few to be shown to this actor
	NoTarget State = "no_target" // the source gives none
	NotBegun State = "not_begun" // nothing yet
	Underway State = "underway"  // some of the target
	Reached  State = "reached"   // the target or more
)

// State compares the figure with its target.
func (f *Figure) State() State {
	switch {
	case !f.Fed:
		return NotFed
	case f.Actual.Hidden:
		return Hidden
	case f.Target == 0:
		return NoTarget
	case f.Actual.Value == 0:
		return NotBegun
	case f.Actual.Value < int64(f.Target):
		return Underway
	}
	return Reached
}

// Missing is how many the target still needs.
func (f *Figure) Missing() int64 { return max(0, int64(f.Target)-f.Actual.Value) }

// View is how figures are asked for. AsOf asks what was known by the end of a
// day; By asks for breakdowns beside each figure.
type View struct {
	AsOf db.Date
	By   []ledger.Dimension
}

// Figures answers every indicator of a programme. Who has no right to the
// records in this programme gets figures that point at nobody: small ones hidden, only the
// breakdowns that the pack declares, and no past day of their choice.
func (m *Module) Figures(ctx context.Context, code string, v View) (figures []Figure, err error) {
	actor, err := policy.Check(ctx, policy.ProgrammeRead)
	if err != nil {
		return nil, err
	}
	if v.AsOf != "" && !actor.MayIn(policy.FiguresInFull, code) {
		return nil, errs.New(errs.Forbidden, "figure.as_of_forbidden")
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		p, err := programmeByCode(ctx, tx, actor.Network, code)
		if err != nil {
			return err
		}
		for _, i := range p.Indicators {
			f, err := m.figure(ctx, tx, p, i, v)
			if err != nil {
				return err
			}
			figures = append(figures, f)
		}
		return nil
	})
	return figures, err
}

// Figure answers one indicator, with the breakdowns its pack declares.
func (m *Module) Figure(ctx context.Context, code, indicator string) (p Programme, f Figure, err error) {
	actor, err := policy.Check(ctx, policy.ProgrammeRead)
	if err != nil {
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
		v := View{}
		for _, by := range i.By {
			v.By = append(v.By, ledger.Dimension(by))
		}
		f, err = m.figure(ctx, tx, p, *i, v)
		return err
	})
	return p, f, err
}

func (m *Module) figure(ctx context.Context, tx *db.Tx, p Programme, i PackIndicator, v View) (Figure, error) {
	f := Figure{PackIndicator: i, Fed: i.FeedsFrom == ""}
	switch {
	case !f.Fed:
		return f, nil
	case i.Unit == ledger.Ratio:
		return f, m.ratio(ctx, tx, p, &f, v)
	}
	q := question(policy.From(ctx).Network, p, i, v.AsOf)
	n, err := m.ledger.Count(ctx, tx, q)
	if err != nil {
		return f, err
	}
	f.Least = threshold(ctx, p, i.Unit)
	f.Actual = disclosure.One(n, f.Least)
	return f, m.breakdowns(ctx, tx, &f, q, n, v.By)
}

// breakdowns adds the parts by each dimension asked for. A part that would
// tell a small one is hidden with it. The total is told on other pages too, so
// where hiding parts is not enough the breakdown has no rows: their number
// alone would tell what they hold.
func (m *Module) breakdowns(ctx context.Context, tx *db.Tx, f *Figure, q ledger.Question, n int64, by []ledger.Dimension) error {
	if len(by) == 0 {
		return nil
	}
	full := policy.From(ctx).MayIn(policy.FiguresInFull, q.Programme)
	names, err := m.network.Names(ctx, tx)
	if err != nil {
		return err
	}
	f.Breakdown = map[ledger.Dimension][]Part{}
	for _, d := range by {
		if !full && !slices.Contains(f.By, string(d)) {
			continue
		}
		parts, err := m.ledger.Break(ctx, tx, q, d)
		if err != nil {
			return err
		}
		counts := make([]int64, len(parts))
		for i, part := range parts {
			counts[i] = part.Count
		}
		total, cells := disclosure.Table(n, counts, f.Least)
		f.Breakdown[d] = []Part{}
		for i, part := range parts {
			if !total.Hidden {
				f.Breakdown[d] = append(f.Breakdown[d], Part{part.Value, names[part.Value], cells[i]})
			}
		}
	}
	return nil
}

func (m *Module) ratio(ctx context.Context, tx *db.Tx, p Programme, f *Figure, v View) error {
	part := func(c *PackCount) (int64, disclosure.Cell, error) {
		n, err := m.ledger.Count(ctx, tx, ledger.Question{Network: policy.From(ctx).Network, Programme: p.Code,
			Measure: c.Measure, Unit: c.Unit, Activities: c.Activities, Mode: ledger.Mode(c.Mode), AsOf: v.AsOf})
		return n, disclosure.One(n, threshold(ctx, p, c.Unit)), err
	}
	above, numerator, err := part(f.PackIndicator.Numerator)
	if err != nil {
		return err
	}
	below, denominator, err := part(f.PackIndicator.Denominator)
	if err != nil {
		return err
	}
	f.Numerator, f.Denominator = numerator, denominator
	f.Least = max(threshold(ctx, p, f.PackIndicator.Numerator.Unit), threshold(ctx, p, f.PackIndicator.Denominator.Unit))
	switch {
	case numerator.Hidden || denominator.Hidden:
		f.Actual = disclosure.Cell{Hidden: true}
	case below > 0:
		f.Actual = disclosure.Show((200*above + below) / (2 * below)) // per cent, rounded
	}
	return nil
}

// threshold is 1, which hides nothing, for who has a right to the programme and
// for what never points at a family: operators, organisations, events, minutes.
func threshold(ctx context.Context, p Programme, u ledger.Unit) int64 {
	if policy.From(ctx).MayIn(policy.FiguresInFull, p.Code) || u != ledger.Persons && u != ledger.Households && u != ledger.Citizens {
		return 1
	}
	return disclosure.Threshold(disclosure.Class(p.Confidentiality), false)
}

func question(network string, p Programme, i PackIndicator, asOf db.Date) ledger.Question {
	return ledger.Question{Network: network, Programme: p.Code, Measure: i.Measure, Unit: i.Unit,
		Activities: i.Activities, Mode: ledger.Mode(i.Mode), AsOf: asOf}
}
