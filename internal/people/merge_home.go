package people

import (
	"context"
	"slices"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// EveryHome stands for every household of two entries: a child of separated
// parents lives in two.
const EveryHome = "all"

// HomeChoice is a household in which one of two entries lives, for who says in
// which of them the person does.
type HomeChoice struct {
	ID     string
	First  bool     // of the first entry, or of both
	With   []Person // who else lives there, of those open to the actor
	CaseID string   // the open case of the actor's body on it, or empty
}

// homes are the households in which two entries live, when it must be asked which
// of them is the person's: each lives in one in which the other does not, and
// somebody else lives there too, or works with them.
func (m *Module) homes(ctx context.Context, tx *db.Tx, a, b string) (out []HomeChoice, err error) {
	stays, err := staysOf(ctx, tx, policy.From(ctx), []string{a, b})
	if err != nil {
		return nil, err
	}
	ofA, ofB := homesIn(stays, a), homesIn(stays, b)
	if within(ofA, ofB) || within(ofB, ofA) {
		return nil, nil
	}
	all := homesIn(stays, a, b)
	found, err := m.HouseholdsIn(ctx, tx, all)
	if err != nil {
		return nil, err
	}
	matters := false
	for _, id := range all {
		h := HomeChoice{ID: id, First: slices.Contains(ofA, id)}
		for _, mb := range found[id].Members {
			if mb.PersonID != a && mb.PersonID != b {
				h.With = append(h.With, mb.Person)
			}
		}
		if h.CaseID, err = m.OpenCase(ctx, tx, id); err != nil {
			return nil, err
		}
		matters = matters || len(h.With) > 0 || h.CaseID != ""
		out = append(out, h)
	}
	if !matters {
		return nil, nil
	}
	return out, nil
}

// homesIn are the households of some entries, each once.
func homesIn(stays []stay, entries ...string) (out []string) {
	for _, s := range stays {
		if slices.Contains(entries, s.person) && !slices.Contains(out, s.household) {
			out = append(out, s.household)
		}
	}
	return out
}

// within tells whether every one of some stands among others.
func within(some, others []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(others, s) })
}

// settleHome lets the kept entry of a merge live where it was said, and the other
// nowhere: nobody lives there twice.
func (m *Module) settleHome(ctx context.Context, tx *db.Tx, mg *Merge) error {
	actor := policy.From(ctx)
	stays, err := staysOf(ctx, tx, actor, []string{mg.Kept, mg.Gone})
	if err != nil {
		return err
	}
	homes, has := mg.homes(stays), homesIn(stays, mg.Kept)
	if !within(homes, homesIn(stays, mg.Kept, mg.Gone)) {
		return errs.Check{"home": "error.field_choice"}.Err()
	}
	for _, s := range stays {
		chosen := slices.Contains(homes, s.household)
		if s.person == mg.Kept && chosen {
			continue
		}
		if err := endStay(ctx, tx, actor.Network, s.id); err != nil {
			return err
		}
		mg.left = append(mg.left, s.id)
		if chosen && !slices.Contains(has, s.household) {
			if err := insertMember(ctx, tx, actor.Network, s.household, mg.Kept, s.relation, tx.Today()); err != nil {
				return err
			}
		}
	}
	return nil
}

// homes are the households in which the kept entry of a merge lives from now on.
func (mg *Merge) homes(stays []stay) []string {
	kept, gone := homesIn(stays, mg.Kept), homesIn(stays, mg.Gone)
	switch {
	case mg.home == EveryHome:
		return homesIn(stays, mg.Kept, mg.Gone)
	case mg.home != "":
		return []string{mg.home}
	case within(kept, gone):
		return gone
	}
	return kept
}
