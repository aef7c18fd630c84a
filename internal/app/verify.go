package app

import (
	"context"
	"fmt"
	"sort"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// Report is what verify found.
type Report struct {
	Networks int
	Facts    int      // that stand in the ledger
	Audit    int      // rows read
	Problems []string // empty when everything holds
}

// Verify recomputes every fact from the records and holds the ledger against
// it, and reads every audit row against its MAC.
func (a *App) Verify(ctx context.Context) (r Report, err error) {
	var ids []string
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		all, err := a.Network.Networks(ctx, tx)
		for _, n := range all {
			ids = append(ids, n.ID)
		}
		return err
	})
	if err != nil {
		return r, err
	}
	for _, id := range ids {
		r.Networks++
		if err := a.verifyLedger(ctx, id, &r); err != nil {
			return r, err
		}
		count, damaged, err := a.Audit.Verify(ctx, id)
		if err != nil {
			return r, err
		}
		r.Audit += count
		for _, row := range damaged {
			r.Problems = append(r.Problems, "audit row "+row+" is not as it was written")
		}
	}
	return r, nil
}

// verifyLedger compares as multisets: what the records say and what stands.
func (a *App) verifyLedger(ctx context.Context, network string, r *Report) error {
	ctx = policy.With(ctx, policy.Actor{Network: network})
	return a.DB.Read(ctx, func(tx *db.Tx) error {
		standing, err := ledger.AllStanding(ctx, tx, network)
		if err != nil {
			return err
		}
		diff := map[ledger.Fact]int{}
		for _, f := range standing {
			diff[f.Fact]--
		}
		for _, facts := range []func(context.Context, *db.Tx, string) ([]ledger.Fact, error){a.Access.Facts, a.Cases.Facts} {
			found, err := facts(ctx, tx, network)
			if err != nil {
				return err
			}
			for _, f := range found {
				diff[f]++
			}
		}
		r.Facts += len(standing)
		r.Problems = append(r.Problems, differences(diff)...)
		return nil
	})
}

func differences(diff map[ledger.Fact]int) (out []string) {
	for f, n := range diff {
		what := fmt.Sprintf("%s on %s from %s %s", f.Measure, f.Date, f.Source.Kind, f.Source.ID)
		switch {
		case n > 0:
			out = append(out, "the ledger lacks "+what)
		case n < 0:
			out = append(out, "no record stands behind "+what)
		}
	}
	sort.Strings(out)
	return out
}
