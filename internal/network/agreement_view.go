package network

import (
	"context"
	"slices"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/storage"
)

// Agreements lists the agreements of the actor's network: first those that will
// soon be over, then those in force, then the others, each the newest first.
func (m *Module) Agreements(ctx context.Context) (list []Agreement, today db.Date, err error) {
	actor, err := policy.Check(ctx, policy.AgreementRead)
	if err != nil {
		return nil, "", err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		today = tx.Today()
		if list, err = agreementsOf(ctx, tx, actor.Network); err != nil {
			return err
		}
		names, err := m.Names(ctx, tx)
		nameParties(list, names)
		return err
	})
	order := []AgreementState{Expiring, InForce, ToCome, Draft, Expired, Ended}
	slices.SortStableFunc(list, func(a, b Agreement) int {
		return slices.Index(order, a.State(today)) - slices.Index(order, b.State(today))
	})
	return list, today, err
}

// EndingSoon lists the agreements of which the actor, who looks after them, is
// warned: those over within WarnDays, the soonest first.
func (m *Module) EndingSoon(ctx context.Context) ([]Agreement, db.Date, error) {
	list, today, err := m.Agreements(ctx)
	list = slices.DeleteFunc(list, func(a Agreement) bool { return a.State(today) != Expiring })
	slices.SortStableFunc(list, func(a, b Agreement) int {
		switch {
		case a.Last() < b.Last():
			return -1
		case a.Last() > b.Last():
			return 1
		}
		return 0
	})
	return list, today, err
}

// Signed is an agreement with what its page shows.
type Signed struct {
	Agreement
	Today     db.Date
	Titles    []Title
	Documents []storage.File
}

// Agreement returns an agreement of the actor's network, or NotFound.
func (m *Module) Agreement(ctx context.Context, id string) (s Signed, err error) {
	actor, err := policy.Check(ctx, policy.AgreementRead)
	if err != nil {
		return s, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		s.Today = tx.Today()
		if s.Agreement, err = agreementByID(ctx, tx, actor.Network, id); err != nil {
			return err
		}
		names, err := m.Names(ctx, tx)
		if err != nil {
			return err
		}
		nameParties([]Agreement{s.Agreement}, names)
		if s.Documents, err = m.files.Of(ctx, tx, agreementKind, id); err != nil {
			return err
		}
		s.Titles, err = m.titles(ctx, tx)
		return err
	})
	return s, err
}

// Unagreed is how many cases of a body are open to somebody of another without
// an agreement, to protect a minor.
type Unagreed struct {
	Owner, Other string // names of the bodies
	Cases        int
}

// WithoutAgreement lists what is open to protect a minor, for who watches over
// the data: the DPO.
func (m *Module) WithoutAgreement(ctx context.Context) (out []Unagreed, err error) {
	if _, err := policy.Check(ctx, policy.AuditRead); err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		open, err := policy.OpenedToProtect(ctx, tx)
		if err != nil || len(open) == 0 {
			return err
		}
		names, err := m.Names(ctx, tx)
		if err != nil {
			return err
		}
		staff, err := m.Operators(ctx, tx)
		org := map[string]string{}
		for _, op := range staff {
			org[op.AccountID] = op.OrgName
		}
		for _, u := range open {
			out = append(out, Unagreed{names[u.Owner], org[u.AccountID], u.Records})
		}
		return err
	})
	return out, err
}
