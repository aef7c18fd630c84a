package access

import (
	"context"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Desk is a place where people are received. Its work belongs to an activity of
// a programme, or to none.
type Desk struct {
	ID          string
	OrgID       string
	Name        string
	TerritoryID string
	ledger.Place
}

// Desks lists the desks of the actor's organisation.
func (m *Module) Desks(ctx context.Context) (desks []Desk, err error) {
	actor, err := policy.Check(ctx, policy.ContactRecord)
	if err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		desks, err = desksOf(ctx, tx, actor.Network, actor.OrgID)
		return err
	})
	return desks, err
}

// OpenDesk adds a desk to an organisation. The demo and the set-up call it; a
// page for it comes with the directory of services.
func (m *Module) OpenDesk(ctx context.Context, tx *db.Tx, network string, d Desk) (string, error) {
	if d.Name == "" || d.OrgID == "" {
		return "", errs.New(errs.Invalid, "error.field_required")
	}
	d.ID = db.NewID()
	return d.ID, insertDesk(ctx, tx, network, d)
}
