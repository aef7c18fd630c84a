package ledger

import (
	"context"

	"tessuto/internal/platform/db"
)

// Charged returns facts as they count: those of people who were not eligible on
// the day of service keep where they belong in For, and count for no programme.
func (l *Ledger) Charged(ctx context.Context, tx *db.Tx, network string, facts []Fact) ([]Fact, error) {
	if l.Charge == nil {
		return facts, nil
	}
	var asked []Fact
	var at []int
	for i, f := range facts {
		m, _ := l.measures.Find(f.Measure)
		if f.Programme != "" && f.SubjectID != "" && (m.Subject == Person || m.Subject == Household) {
			asked, at = append(asked, f), append(at, i)
		}
	}
	if len(asked) == 0 {
		return facts, nil
	}
	counts, err := l.Charge(ctx, tx, network, asked)
	if err != nil {
		return nil, err
	}
	out := append([]Fact(nil), facts...)
	for n, i := range at {
		if !counts[n] {
			out[i].For, out[i].Place = out[i].Place, Place{}
		}
	}
	return out, nil
}

// Recharge posts anew what belongs to a programme and counts otherwise than it
// did, after something was said of who is eligible. It returns how many facts
// moved: what was known before stays as it was known.
func (l *Ledger) Recharge(ctx context.Context, tx *db.Tx, network, programme string, subjects []string) (moved int, err error) {
	standing, err := standingFor(ctx, tx, network, programme, subjects)
	if err != nil {
		return 0, err
	}
	asked := make([]Fact, len(standing))
	for i, f := range standing {
		asked[i] = f.Fact
		if f.For.Programme != "" {
			asked[i].Place, asked[i].For = f.For, Place{}
		}
	}
	now, err := l.Charged(ctx, tx, network, asked)
	if err != nil {
		return 0, err
	}
	for i, was := range standing {
		if now[i] == was.Fact {
			continue
		}
		moved++
		opposite := was.Fact
		opposite.Quantity = -opposite.Quantity
		if err := l.insert(ctx, tx, network, was.subject, opposite, was.ID); err != nil {
			return moved, err
		}
		if err := l.insert(ctx, tx, network, was.subject, now[i], ""); err != nil {
			return moved, err
		}
	}
	return moved, nil
}
