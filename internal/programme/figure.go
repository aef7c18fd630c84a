package programme

import (
	"context"
	"slices"

	"tessuto/internal/disclosure"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/audit"
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
	Breakdown   map[ledger.Dimension][]Part
}

// Part is one row of a breakdown; an empty Value is "not stated".
type Part struct {
	Value string
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
// records gets figures that point at nobody: small ones hidden, only the
// breakdowns that the pack declares, and no past day of their choice.
func (m *Module) Figures(ctx context.Context, code string, v View) (figures []Figure, err error) {
	actor, err := policy.Check(ctx, policy.ProgrammeRead)
	if err != nil {
		return nil, err
	}
	if v.AsOf != "" && !actor.May(policy.FiguresInFull) {
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
		i, err := p.indicator(indicator)
		if err != nil {
			return err
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

func (p Programme) indicator(code string) (*PackIndicator, error) {
	i := slices.IndexFunc(p.Indicators, func(i PackIndicator) bool { return i.Code == code })
	if i < 0 {
		return nil, errs.Missing()
	}
	return &p.Indicators[i], nil
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
	f.Actual = disclosure.One(n, threshold(ctx, p, i.Unit))
	return f, m.breakdowns(ctx, tx, p, &f, q, n, v.By)
}

// breakdowns adds the parts by each dimension asked for. A part that would
// tell a small one is hidden with it, and the total too when it must be.
func (m *Module) breakdowns(ctx context.Context, tx *db.Tx, p Programme, f *Figure, q ledger.Question, n int64, by []ledger.Dimension) error {
	full := policy.From(ctx).May(policy.FiguresInFull)
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
		total, cells := disclosure.Table(n, counts, threshold(ctx, p, f.Unit))
		if total.Hidden {
			f.Actual = total
		}
		rows := make([]Part, len(parts))
		for i, part := range parts {
			rows[i] = Part{part.Value, cells[i]}
		}
		if f.Breakdown == nil {
			f.Breakdown = map[ledger.Dimension][]Part{}
		}
		f.Breakdown[d] = rows
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
	switch {
	case numerator.Hidden || denominator.Hidden:
		f.Actual = disclosure.Cell{Hidden: true}
	case below > 0:
		f.Actual = disclosure.Show((200*above + below) / (2 * below)) // per cent, rounded
	}
	return nil
}

// threshold is 1, which hides nothing, for who has a right to the records and
// for what never points at a family: operators, organisations, events, minutes.
func threshold(ctx context.Context, p Programme, u ledger.Unit) int64 {
	if policy.From(ctx).May(policy.FiguresInFull) || u != ledger.Persons && u != ledger.Households && u != ledger.Citizens {
		return 1
	}
	return disclosure.Threshold(disclosure.Class(p.Confidentiality), false)
}

func question(network string, p Programme, i PackIndicator, asOf db.Date) ledger.Question {
	return ledger.Question{Network: network, Programme: p.Code, Measure: i.Measure, Unit: i.Unit,
		Activities: i.Activities, Mode: ledger.Mode(i.Mode), AsOf: asOf}
}

// Record is one thing behind a figure, as far as it may be shown: who or what,
// under a pseudonym of this programme; where the work was done; and the way to
// its source, for who may open it.
type Record struct {
	ledger.Record
	Pseudonym string
	OrgName   string
	Territory string
	Href      string
}

// maxRecords is how many records one answer carries at most.
const maxRecords = 500

// Records returns the things behind a figure, in pages: as many in all as the
// figure says. NotFound for who may read figures only. Each page is logged.
func (m *Module) Records(ctx context.Context, code, indicator, after string, limit int) (records []Record, err error) {
	actor := policy.From(ctx)
	if !actor.May(policy.RecordsRead) {
		return nil, errs.Missing()
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		p, err := programmeByCode(ctx, tx, actor.Network, code)
		if err != nil {
			return err
		}
		i, err := p.indicator(indicator)
		if err != nil || i.FeedsFrom != "" {
			return err
		}
		q := question(actor.Network, p, *i, "")
		if i.Unit == ledger.Ratio {
			q.Measure, q.Unit, q.Activities, q.Mode = i.Numerator.Measure, i.Numerator.Unit, i.Numerator.Activities, ledger.Mode(i.Numerator.Mode)
		}
		found, err := m.ledger.Records(ctx, tx, q, after, min(max(limit, 1), maxRecords))
		if err != nil {
			return err
		}
		records, err = m.present(ctx, tx, p, found)
		return err
	})
	if err != nil {
		return nil, err
	}
	return records, m.db.Write(ctx, func(tx *db.Tx) error {
		return m.audit.Record(ctx, tx, audit.Entry{Act: "records.read", Kind: "indicator", ID: code + "/" + indicator})
	})
}

func (m *Module) present(ctx context.Context, tx *db.Tx, p Programme, found []ledger.Record) ([]Record, error) {
	names, err := m.network.Names(ctx, tx)
	if err != nil {
		return nil, err
	}
	out := make([]Record, len(found))
	for i, r := range found {
		out[i] = Record{Record: r, OrgName: names[r.OrgID], Territory: names[r.TerritoryID]}
		if out[i].Href, err = m.Source(ctx, tx, r.Source); err != nil {
			return nil, err
		}
		if r.SubjectID == "" {
			continue
		}
		mac, err := m.keys.MAC(ctx, policy.From(ctx).Network, "pseudonym", p.Code, r.SubjectID)
		if err != nil {
			return nil, err
		}
		out[i].Pseudonym = pseudonym(mac)
	}
	return out, nil
}

// pseudonym makes of a MAC a code that people can read out: the same person has
// the same one in a programme, and another in the next.
func pseudonym(mac []byte) string {
	const letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
	out := make([]byte, 0, 9)
	for i, b := range mac[:8] {
		if i == 4 {
			out = append(out, '-')
		}
		out = append(out, letters[int(b)%len(letters)])
	}
	return string(out)
}
