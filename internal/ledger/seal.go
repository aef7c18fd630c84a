package ledger

import (
	"context"
	"crypto/hmac"
	"fmt"
	"strconv"
	"time"

	"tessuto/internal/platform/db"
)

// posted is a fact or a reversal as it is kept, with the MAC of all that it says:
// whoever changes it in the database without the keystore is found out.
type posted struct {
	StandingFact
	at       time.Time
	reverses string
	mac      []byte // nil: posted before facts had one
}

// insert posts a fact, or the reversal of one.
func (l *Ledger) insert(ctx context.Context, tx *db.Tx, network string, subject SubjectKind, f Fact, reverses string) (err error) {
	p := &posted{StandingFact{db.NewID(), subject, f}, tx.Now, reverses, nil}
	if l.MAC != nil {
		if p.mac, err = l.macOf(ctx, network, p); err != nil {
			return err
		}
	}
	return insertFact(ctx, tx, network, p)
}

func (l *Ledger) macOf(ctx context.Context, network string, p *posted) ([]byte, error) {
	mac, err := l.MAC(ctx, network, p.ID, strconv.FormatInt(p.at.UnixMicro(), 10), p.reverses, p.Measure, string(p.Date), string(p.subject), p.SubjectID,
		p.Programme, p.Activity, p.For.Programme, p.For.Activity, p.OrgID, p.TerritoryID, string(p.Mode), strconv.FormatInt(p.Quantity, 10),
		p.Source.Kind, p.Source.ID, p.Sex, p.AgeClass, p.Citizenship, p.Profession)
	if err != nil {
		return nil, err
	}
	return mac[:16], nil
}

// readAtOnce is how many facts are held against their MACs at a time.
const readAtOnce = 2000

// Altered says which facts of a network are not as they were posted. Those that were
// posted before facts had a MAC come before all others.
func (l *Ledger) Altered(ctx context.Context, tx *db.Tx, network string) (out []string, err error) {
	for after, sealed := "", false; ; {
		page, err := postedAfter(ctx, tx, network, after, readAtOnce)
		if err != nil || len(page) == 0 {
			return out, err
		}
		for i := range page {
			p := &page[i]
			sealed = sealed || p.mac != nil
			if !sealed {
				continue
			}
			want, err := l.macOf(ctx, network, p)
			if err != nil {
				return nil, err
			}
			if !hmac.Equal(want, p.mac) {
				out = append(out, fmt.Sprintf("fact %s is not as it was posted: %s on %s from %s %s", p.ID, p.Measure, p.Date, p.Source.Kind, p.Source.ID))
			}
		}
		after = page[len(page)-1].ID
	}
}
