package app

import (
	"context"
	"fmt"
	"sort"

	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Report is what verify found.
type Report struct {
	Networks int
	Facts    int      // that stand in the ledger
	Audit    int      // rows read
	Unsealed int      // of them
	Heads    []Head   // what the trees were when last sealed
	Files    int      // documents whose content is there
	Problems []string // empty when everything holds
}

// Head is that of the audit tree of a network: who keeps it elsewhere can tell
// later whether the tree still begins with it.
type Head struct {
	Network string
	audit.Head
}

// Verify recomputes every fact from the records and holds the ledger against
// it, reads every audit row against its MAC and its place in the tree, and looks
// whether the content of every document is where it should be.
func (a *App) Verify(ctx context.Context) (r Report, err error) {
	ids, err := a.networks(ctx)
	if err != nil {
		return r, err
	}
	for _, id := range ids {
		r.Networks++
		if err := a.verifyLedger(ctx, id, &r); err != nil {
			return r, err
		}
		if err := a.verifyFiles(ctx, id, &r); err != nil {
			return r, err
		}
		v, err := a.Audit.Verify(ctx, id)
		if err != nil {
			return r, err
		}
		r.Audit, r.Unsealed = r.Audit+v.Rows, r.Unsealed+v.Unsealed
		r.Heads = append(r.Heads, Head{id, v.Head})
		for _, d := range v.Damage {
			what := d.What + ", network " + id
			if d.Row != "" {
				what = "audit row " + d.Row + " " + d.What
			}
			r.Problems = append(r.Problems, what)
		}
	}
	return r, nil
}

func (a *App) verifyFiles(ctx context.Context, network string, r *Report) error {
	missing, all, err := a.Files.Missing(ctx, network)
	r.Files += all - len(missing)
	for _, id := range missing {
		r.Problems = append(r.Problems, "the content of file "+id+" is not there, network "+network)
	}
	return err
}

// networks lists the ids of all networks.
func (a *App) networks(ctx context.Context) (ids []string, err error) {
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		all, err := network.Networks(ctx, tx)
		for _, n := range all {
			ids = append(ids, n.ID)
		}
		return err
	})
	return ids, err
}

// verifyLedger looks whether every fact is as it was posted, compares as multisets
// what the records say and what stands, and looks whether each merge leads somewhere.
// The comparison leaves the territory out: a fact keeps where its organisation worked
// on the day of posting, and the records do not.
func (a *App) verifyLedger(ctx context.Context, network string, r *Report) error {
	ctx = policy.With(ctx, policy.Actor{Network: network})
	return a.DB.Read(ctx, func(tx *db.Tx) error {
		standing, err := ledger.AllStanding(ctx, tx, network)
		if err != nil {
			return err
		}
		altered, err := a.Ledger.Altered(ctx, tx, network)
		if err != nil {
			return err
		}
		r.Problems = append(r.Problems, altered...)
		diff := map[ledger.Fact]int{}
		for _, f := range standing {
			f.TerritoryID = ""
			diff[f.Fact]--
		}
		for _, facts := range []func(context.Context, *db.Tx, string) ([]ledger.Fact, error){a.Access.Facts, a.Governance.Facts, a.Cases.Facts} {
			found, err := facts(ctx, tx, network)
			if err != nil {
				return err
			}
			if found, err = a.Ledger.Charged(ctx, tx, network, found); err != nil {
				return err
			}
			for _, f := range found {
				f.TerritoryID = ""
				diff[f]++
			}
		}
		if err := a.sameAsThen(ctx, tx, network, diff); err != nil {
			return err
		}
		r.Facts += len(standing)
		r.Problems = append(r.Problems, differences(diff)...)
		merges, err := ledger.CheckAliases(ctx, tx, network)
		r.Problems = append(r.Problems, merges...)
		return err
	})
}

// sameAsThen settles the facts of persons of whom something was changed since: a
// fact keeps what was known when it was posted, the record says what is known now.
func (a *App) sameAsThen(ctx context.Context, tx *db.Tx, network string, diff map[ledger.Fact]int) error {
	for f, lacking := range diff {
		if lacking <= 0 || f.SubjectID == "" {
			continue
		}
		held, err := a.People.Held(ctx, tx, network, f.SubjectID, f.Date)
		if errs.CodeOf(err) == errs.NotFound {
			continue // an operator, or a subject that no record knows
		}
		if err != nil {
			return err
		}
		for _, d := range held {
			then := f
			then.Dimensions = d
			if n := min(diff[f], -diff[then]); n > 0 {
				diff[f], diff[then] = diff[f]-n, diff[then]+n
			}
		}
	}
	return nil
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
