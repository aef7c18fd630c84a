package cases

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// Cases lists the newest cases open to the actor, as many as limit, and how
// many there are in all; open ones only, unless closed is set. The households
// come with the names that the actor may see.
func (m *Module) Cases(ctx context.Context, closed bool, limit int) (list []File, total int, err error) {
	actor := policy.From(ctx)
	list, err = m.readCases(ctx, func(tx *db.Tx) (rows []caseRow, err error) {
		rows, total, err = casesOf(ctx, tx, actor, closed, limit)
		return rows, err
	})
	return list, total, err
}

// readCases reads cases with their households, and logs whose names were read.
func (m *Module) readCases(ctx context.Context, which func(*db.Tx) ([]caseRow, error)) (list []File, err error) {
	var read []string
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := which(tx)
		if err != nil {
			return err
		}
		list, read, err = m.households(ctx, tx, rows)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, m.audit.Read(ctx, policy.Person, policy.Identity, read...)
}

// OfHousehold returns the id of the actor's open case on a household, or empty.
func (m *Module) OfHousehold(ctx context.Context, householdID string) (id string, err error) {
	actor := policy.From(ctx)
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		id, err = caseOfHousehold(ctx, tx, actor, householdID)
		return err
	})
	return id, err
}

func (m *Module) placeOptions(ctx context.Context, tx *db.Tx, f *File) error {
	choices, err := m.programmes.Choices(ctx, tx)
	for _, c := range choices {
		f.PlaceOptions = append(f.PlaceOptions, option(ctx, c))
	}
	return err
}

// PlaceOptions lists the activities that a case can belong to.
func (m *Module) PlaceOptions(ctx context.Context) ([]PlaceOption, error) {
	f := &File{}
	err := m.db.Read(ctx, func(tx *db.Tx) error { return m.placeOptions(ctx, tx, f) })
	return f.PlaceOptions, err
}
