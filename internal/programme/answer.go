package programme

import (
	"context"
	"slices"
	"strings"

	"tessuto/internal/disclosure"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// answers is what an actor may know of the figures of one programme. It is made
// anew for each request, in the transaction that reads them.
type answers struct {
	m      *Module
	ctx    context.Context
	tx     *db.Tx
	p      Programme
	v      View
	full   bool                    // the actor has a right to the records behind them
	public bool                    // anybody reads
	counts map[string]tally        // by key of the count
	plans  map[string][]Plan       // of its activities; nil until asked for
	names  map[string]string       // of organisations and territories; nil until asked for
	said   map[string]*Declaration // by indicator; nil until asked for
}

// tally is a count of the programme, and what of it may leave.
type tally struct {
	n int64
	disclosure.Cell
	held string // the indicator that holds it, if any
}

func (m *Module) answersOf(ctx context.Context, tx *db.Tx, p Programme, v View) *answers {
	return &answers{m: m, ctx: ctx, tx: tx, p: p, v: v, full: policy.From(ctx).MayIn(policy.FiguresInFull, p.Code)}
}

func (a *answers) figure(i PackIndicator) (Figure, error) {
	f := Figure{PackIndicator: i, Fed: i.Fed()}
	counts := i.Counts()
	f.Untold = slices.ContainsFunc(counts, a.m.veryRestricted)
	switch {
	case f.Declared:
		return f, a.declared(&f)
	case !f.Fed:
		return f, nil
	case i.Unit == ledger.Ratio:
		return f, a.ratio(&f, counts[0], counts[1])
	}
	c, err := a.count(counts[0])
	if err != nil {
		return f, err
	}
	f.Actual, f.Held, f.Least, f.Known = c.Cell, c.held, a.least(counts[0]), a.question(counts[0]).AsOf
	return f, a.breakdowns(&f, counts[0], c)
}

func (a *answers) ratio(f *Figure, above, below PackCount) error {
	numerator, err := a.count(above)
	if err != nil {
		return err
	}
	denominator, err := a.count(below)
	if err != nil {
		return err
	}
	f.Numerator, f.Denominator = numerator.Cell, denominator.Cell
	f.Least, f.Known = max(a.least(above), a.least(below)), a.question(above).AsOf
	switch {
	case numerator.Hidden() || denominator.Hidden():
	case denominator.n == 0:
		f.Actual = disclosure.Show(0)
	default:
		f.Actual = disclosure.Show(perCent(numerator.n, denominator.n))
	}
	if a.inFull(above) && a.inFull(below) && slices.Contains(a.v.By, ledger.ByMonth) {
		f.Shares, err = a.shares(above, below)
	}
	return err
}

// perCent is the share of a part, rounded to whole per cent.
func perCent(n, total int64) int64 { return (200*n + total) / (2 * total) }

// shares are what a ratio was at the end of each month, by the dates of service.
func (a *answers) shares(above, below PackCount) (out []Part, err error) {
	at := map[string]*[2]int64{} // by month: what came new, above and below
	var parts []Part
	for i, c := range []PackCount{above, below} {
		cells, err := a.m.ledger.Cells(a.ctx, a.tx, a.question(c), ledger.ByMonth)
		if err != nil {
			return nil, err
		}
		for _, p := range ledger.Margin(cells, 0) {
			if at[p.Value] == nil {
				at[p.Value] = &[2]int64{}
				parts = append(parts, none(p.Value))
			}
			at[p.Value][i] = p.Count
		}
	}
	slices.SortFunc(parts, func(p, q Part) int { return strings.Compare(p.Value, q.Value) })
	var n, total int64
	for _, p := range months(parts) {
		if came := at[p.Value]; came != nil {
			n, total = n+came[0], total+came[1]
		}
		if total > 0 {
			out = append(out, Part{Value: p.Value, Cell: disclosure.Show(perCent(n, total))})
		}
	}
	return out, nil
}

// breakdowns adds the parts by each dimension asked for. A part that would
// tell a small one is hidden with it. The total is told on other pages too, so
// where hiding parts is not enough the breakdown has no rows: their number
// alone would tell what they hold.
func (a *answers) breakdowns(f *Figure, c PackCount, total tally) (err error) {
	if len(a.v.By) == 0 {
		return nil
	}
	if a.names == nil {
		if a.names, err = a.m.network.Names(a.ctx, a.tx); err != nil {
			return err
		}
	}
	f.Breakdown = map[ledger.Dimension][]Part{}
	if err := a.crosses(f, c, total); err != nil {
		return err
	}
	var by []ledger.Dimension
	for _, d := range a.v.By {
		if _, summed := f.Breakdown[d]; !summed && a.mayBreak(f, d) {
			by = append(by, d)
		}
	}
	if len(by) == 0 {
		return nil
	}
	cells, err := a.m.ledger.Cells(a.ctx, a.tx, a.question(c), by...) // one look for all of them
	for i, d := range by {
		f.Breakdown[d] = a.parts(ledger.Margin(cells, i), total, d, f.Least)
	}
	return err
}

// mayBreak tells whether the actor is told a figure in parts of a dimension.
func (a *answers) mayBreak(f *Figure, d ledger.Dimension) bool {
	return a.inFull(f.Counts()[0]) || f.Held == "" && !a.p.besidePeople(f.Counts()[0]) && (d == ledger.ByMonth || slices.Contains(f.By, string(d)))
}

func (a *answers) parts(parts []ledger.Part, total tally, d ledger.Dimension, least int64) []Part {
	counts := make([]int64, len(parts))
	for i, part := range parts {
		counts[i] = part.Count
	}
	told, cells := disclosure.Table(total.n, counts, least)
	out := []Part{}
	if total.Hidden() || told.Hidden() {
		return out
	}
	for i, part := range parts {
		out = append(out, Part{part.Value, a.name(d, part.Value), cells[i]})
	}
	return out
}

// name says what a code of a dimension stands for, where no word of ours does.
func (a *answers) name(d ledger.Dimension, value string) string {
	if n := a.p.Node(value); d == ledger.ByActivity && n != nil {
		return n.Code + " " + say(a.ctx, n.Title)
	}
	return a.names[value]
}

// count answers one count. Those of people hang together: what one may know of
// the first depends on the others, so they are counted at once.
func (a *answers) count(c PackCount) (tally, error) {
	if beside := a.p.besidePeople(c); a.inFull(c) || !guarded(c.Unit) && !beside {
		n, err := a.m.ledger.Count(a.ctx, a.tx, a.question(c))
		return tally{n: n, Cell: disclosure.Show(n)}, err
	}
	if a.counts == nil {
		if err := a.countPeople(); err != nil {
			return tally{}, err
		}
	}
	if guarded(c.Unit) {
		return a.counts[c.key()], nil
	}
	return a.countBeside(c)
}

// countBeside answers what is counted of the same work as people are: contacts,
// beside the persons met in them. There are no more persons than contacts, and no
// fewer than the bodies that met them: where the persons are hidden, so is this.
func (a *answers) countBeside(c PackCount) (tally, error) {
	n, err := a.m.ledger.Count(a.ctx, a.tx, a.question(c))
	told := disclosure.Show(n)
	for _, other := range a.p.people() {
		if other.Measure == c.Measure && a.counts[other.key()].Hidden() {
			told = disclosure.Cell{}
		}
	}
	return tally{n: n, Cell: told}, err
}

// countPeople counts everything of people that the programme declares, and
// protects together what counts the same thing on parts of the same work, and what
// a ratio tells as a share of another.
func (a *answers) countPeople() error {
	a.counts = map[string]tally{}
	counts := a.p.people()
	figures := make([]disclosure.Nested, len(counts))
	for i, c := range counts {
		n, err := a.m.ledger.Count(a.ctx, a.tx, a.question(c.PackCount))
		if err != nil {
			return err
		}
		figures[i] = disclosure.Nested{Count: n, In: c.in, Of: c.of}
	}
	for i, cell := range a.nest(figures) {
		a.counts[counts[i].key()] = tally{n: figures[i].Count, Cell: cell, held: teller(counts, i)}
	}
	return nil
}

// question is what a count asks of the ledger. Who has no right to the records
// asks of people as they were known when the last month ended: from one day to the
// next a figure would tell who came. So does everybody of what is very restricted.
func (a *answers) question(c PackCount) ledger.Question {
	q := c.question(policy.From(a.ctx).Network, a.p.Code, a.v.AsOf)
	if !a.inFull(c) && (guarded(c.Unit) || a.m.veryRestricted(c)) {
		q.AsOf = lastMonthEnd(a.tx)
	}
	return q
}

func lastMonthEnd(tx *db.Tx) db.Date {
	now := tx.Now.In(i18n.Rome)
	return db.DateOf(now.AddDate(0, 0, -now.Day()))
}

// least is 1, which hides nothing, for who has a right to the programme and
// for what never points at a family.
func (a *answers) least(c PackCount) int64 {
	if a.inFull(c) || !guarded(c.Unit) {
		return 1
	}
	return a.threshold()
}

// threshold is the smallest number of people that is shown to who has no right to the
// records.
func (a *answers) threshold() int64 {
	return disclosure.Threshold(disclosure.Class(a.p.Confidentiality), a.public)
}

// inFull tells whether the actor is given a count as it is. What is very restricted is
// given so to nobody, whatever they may read.
func (a *answers) inFull(c PackCount) bool { return a.full && !a.m.veryRestricted(c) }

// veryRestricted tells whether a count is of what must stay untold.
func (m *Module) veryRestricted(c PackCount) bool {
	measure, _ := m.ledger.Measures().Find(c.Measure)
	return measure.VeryRestricted
}
