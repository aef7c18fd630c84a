package programme

import (
	"cmp"
	"context"
	"slices"
	"time"

	"tessuto/internal/disclosure"
	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// RegionPart is a network of the region, with those of its programmes that are
// counted and those that are too restricted.
type RegionPart struct {
	network.Network
	Programmes, Left []Programme
}

// Region is how many persons the networks of the installation have met, each counted
// once as far as they are linked (collegati).
type Region struct {
	Networks []RegionPart
	Told     bool    // there is an answer that points at nobody
	Least    int64   // the smallest number that is shown
	Known    db.Date // the end of the day that the numbers are of
	Linked   time.Time
	Overlap  ledger.Overlap // programmes are networks, by id
}

// Several tells whether there is anything to link.
func (r *Region) Several() bool { return len(r.Networks) > 1 }

// Region answers how many persons were met by the networks of the region, and how
// many by more than one. It tells nobody's name, which of them it was, nor a number
// from which a small one could be worked out, and what was known when the last month
// ended.
func (m *Module) Region(ctx context.Context) (r Region, err error) {
	if _, err := policy.Check(ctx, policy.RegionRead); err != nil {
		return r, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		if err := r.read(ctx, tx); err != nil || !r.Several() {
			return err
		}
		programmes := map[string][]string{}
		for _, n := range r.Networks {
			programmes[n.ID] = nil
			for _, p := range n.Programmes {
				programmes[n.ID] = append(programmes[n.ID], p.Code)
			}
		}
		r.Known = lastMonthEnd(tx)
		found, err := m.ledger.Region(ctx, tx, r.Known, programmes)
		r.Linked = found.Linked
		if r.Told = r.tellable(found.Overlap); r.Told {
			r.Overlap = found.Overlap
		}
		return err
	})
	return r, err
}

// read lists the networks with their programmes.
func (r *Region) read(ctx context.Context, tx *db.Tx) error {
	all, err := network.Networks(ctx, tx)
	if err != nil {
		return err
	}
	slices.SortFunc(all, func(a, b network.Network) int { return cmp.Compare(a.Name, b.Name) })
	for _, n := range all {
		part := RegionPart{Network: n}
		programmes, err := programmesOf(ctx, tx, n.ID)
		if err != nil {
			return err
		}
		for _, p := range programmes {
			if class := disclosure.Class(p.Confidentiality); class == disclosure.C4 {
				part.Left = append(part.Left, p)
			} else {
				part.Programmes = append(part.Programmes, p)
				r.Least = max(r.Least, disclosure.Threshold(class, false))
			}
		}
		r.Networks = append(r.Networks, part)
	}
	return nil
}

// tellable tells whether what is shown points at nobody: the totals as of programmes
// held beside each other, what each network has met, and what all others have met
// that it has not, which is the difference to the total.
func (r *Region) tellable(o ledger.Overlap) bool {
	for _, n := range r.Networks {
		in := o.In(n.ID)
		if disclosure.One(in, r.Least).Hidden() || disclosure.One(o.Total()-in, r.Least).Hidden() {
			return false
		}
	}
	return tellable(o, r.Least)
}
