package cases

import (
	"context"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// Names names those of the cases that are open to the actor by the reference
// person, as far as the actor may know, and says whose identity was read: the
// caller logs it. App hands it to kits that list what is beside a case.
func (m *Module) Names(ctx context.Context, tx *db.Tx, ids []string) (map[string]string, []audit.Entry, error) {
	rows, err := householdsOf(ctx, tx, policy.From(ctx), ids)
	if err != nil {
		return nil, nil, err
	}
	all := make([]string, 0, len(rows))
	for _, household := range rows {
		all = append(all, household)
	}
	households, err := m.people.HouseholdsIn(ctx, tx, all)
	if err != nil {
		return nil, nil, err
	}
	names, read := map[string]string{}, []audit.Entry{}
	for id, household := range rows {
		if h := households[household]; h != nil && h.Reference().Name() != "" {
			names[id] = h.Reference().Name()
			read = append(read, audit.Entry{Act: "read", Kind: policy.Person, ID: h.Reference().ID, Section: policy.Identity})
		}
	}
	return names, read, nil
}
