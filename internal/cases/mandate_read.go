package cases

import (
	"context"
	"slices"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// bodyMandates are those of a case that the reader may know of, with names: all for the
// body that leads, and for another its own and those of which it was to be told.
func (m *Module) bodyMandates(ctx context.Context, tx *db.Tx, f *File) ([]BodyMandate, error) {
	actor := policy.From(ctx)
	held, err := mandatesOfCase(ctx, tx, actor.Network, f.ID)
	held = slices.DeleteFunc(held, func(d BodyMandate) bool { return !d.knownTo(actor.OrgID, &f.Case) })
	if err != nil || len(held) == 0 {
		return nil, err
	}
	orgs, err := m.network.Names(ctx, tx)
	if err != nil {
		return nil, err
	}
	names, err := m.network.StaffNames(ctx, tx)
	for i := range held {
		d := &held[i]
		d.OrgName = orgs[d.OrgID]
		for n := range d.Workers {
			d.Workers[n].Name = names[d.Workers[n].AccountID]
		}
	}
	return held, err
}

func (d *BodyMandate) knownTo(org string, c *Case) bool {
	return d.Told || org == d.OrgID || org == c.OrgID
}

// hides tells whether the people of a body in the team are no sign for another: all its
// mandates that hold are told to nobody else.
func hides(held []BodyMandate, org, reader string, c *Case) bool {
	some := false
	for _, d := range held {
		if d.OrgID == org && d.To == "" {
			if d.knownTo(reader, c) {
				return false
			}
			some = true
		}
	}
	return some
}
