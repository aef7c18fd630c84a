package programme

import (
	"cmp"
	"context"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// Pace says how far a figure is beside the time that has gone by. It is about a
// programme and never about who works in it (safeguards, 13).
type Pace string

// The paces; each has a word in the catalogue under "pace.".
const (
	NoPace  Pace = ""        // no period, no target, or no number to tell
	Early   Pace = "early"   // too little time has gone by
	OnTrack Pace = "onto"    // as much as the time would let one expect, or more
	Behind  Pace = "behind"  // a little less
	Late    Pace = "late"    // much less
	Overrun Pace = "overrun" // the time is over
)

// The limits, in per cent, in this one place; the page says them.
const (
	paceEarly = 10 // of the time: before, nothing is said
	paceOnto  = 90 // of what the time would let one expect
	paceLate  = 70 // below this share of it
)

// Course is how much of its time and of its target a figure has behind it, in
// per cent.
type Course struct {
	Pace
	Time, Share int
	From, To    db.Date
}

// courseOf compares a figure with its time on a day. There is no judgement without
// a period with two ends and a target, on a ratio, which is no heap that grows, and
// once the target is reached.
func courseOf(f *Figure, from, to, on db.Date) Course {
	n, told := f.Actual.Number()
	if !f.Fed || !told || f.Target == 0 || f.Unit == ledger.Ratio || n >= int64(f.Target) || from == "" || to == "" || on < from {
		return Course{}
	}
	c := Course{From: from, To: to, Share: int(100 * n / int64(f.Target))}
	c.Time = min(100, percentOf(daysBetween(from, on)+1, daysBetween(from, to)+1))
	switch {
	case on > to:
		c.Time, c.Pace = 100, Overrun
	case c.Time < paceEarly:
		c.Pace = Early
	case 100*c.Share >= paceOnto*c.Time:
		c.Pace = OnTrack
	case 100*c.Share >= paceLate*c.Time:
		c.Pace = Behind
	default:
		c.Pace = Late
	}
	return c
}

// course holds a figure against its time, on the day that the figure is of: the
// days that the schedule gives its activities or, without them, those of the
// programme.
func (a *answers) course(f *Figure) (Course, error) {
	from, to, err := a.daysOf(f.Activities)
	if p := a.p.Period; p != nil && (from == "" || to == "") {
		from, to = db.Date(p.From), db.Date(p.To)
	}
	return courseOf(f, from, to, cmp.Or(f.Known, a.tx.Today())), err
}

// daysOf are the first and the last day of some activities, when the schedule gives
// both of each.
func (a *answers) daysOf(activities []string) (from, to db.Date, err error) {
	if a.plans == nil {
		if a.plans, err = plansOf(a.ctx, a.tx, policy.From(a.ctx).Network, a.p.Code); err != nil {
			return "", "", err
		}
	}
	for _, code := range activities {
		var p Plan
		if written := a.plans[code]; len(written) > 0 {
			p = written[0]
		} else if n := a.p.Node(code); n != nil {
			p = Plan{From: db.Date(n.From), To: db.Date(n.To)}
		}
		if p.From == "" || p.To == "" {
			return "", "", nil
		}
		if from == "" || p.From < from {
			from = p.From
		}
		to = max(to, p.To)
	}
	return from, to, nil
}

func percentOf(part, whole int) int { return 100 * part / max(1, whole) }

func daysBetween(a, b db.Date) int { return int(b.Time().Sub(a.Time()).Hours() / 24) }

// fractions are the words for a share, each up to its per cent.
var fractions = []struct {
	upTo int
	name string
}{{4, "none"}, {17, "tenth"}, {29, "quarter"}, {41, "third"}, {58, "half"}, {70, "two_thirds"}, {82, "three_quarters"}, {99, "almost"}}

func fraction(share int) string {
	for _, f := range fractions {
		if share <= f.upTo {
			return f.name
		}
	}
	return "all"
}

// paceText says it in a sentence: A metà del tempo, un terzo dell'obiettivo: in
// ritardo.
func paceText(ctx context.Context, c Course) string {
	switch c.Pace {
	case NoPace:
		return ""
	case Early:
		return i18n.T(ctx, "pace.early")
	}
	return i18n.T(ctx, "pace.sentence", "Time", i18n.T(ctx, "pace.time."+fraction(c.Time)), "Share", i18n.T(ctx, "pace.share."+fraction(c.Share)),
		"Pace", i18n.T(ctx, "pace."+string(c.Pace)))
}

// paceRule says from where on it is late.
func paceRule(ctx context.Context, c Course) string {
	return i18n.T(ctx, "pace.rule", "From", i18n.Date(ctx, c.From.Time()), "To", i18n.Date(ctx, c.To.Time()),
		"Onto", paceOnto, "Late", paceLate, "Early", paceEarly)
}
