package network

import (
	"context"
	"slices"

	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Operator is a person who works in the network.
type Operator struct {
	AccountID  string
	Name       string
	Email      string
	OrgID      string
	OrgName    string
	Role       policy.Role
	Profession string
	Programmes string // codes with spaces between
	Active     bool   // the account is open, and the membership holds today
}

// Professions are those that the six programmes name, as codes.
var Professions = []string{"social_worker", "educator", "psychologist", "mediator", "legal_operator", "anthropologist",
	"intercultural_facilitator", "health_operator", "desk_operator", "administrative", "trainer", "coordinator"}

// Operators lists who works or worked in the actor's network, each once: names
// and places of work of staff, which colleagues may know. Roles limit the list
// when given.
func (m *Module) Operators(ctx context.Context, tx *db.Tx, roles ...policy.Role) ([]Operator, error) {
	names, err := m.Names(ctx, tx)
	if err != nil {
		return nil, err
	}
	members, err := m.auth.Members(ctx, tx, policy.From(ctx).Network)
	var out []Operator
	for _, mb := range onePlace(members, policy.From(ctx), tx.Today(), roles) {
		out = append(out, operator(mb, names, tx.Today()))
	}
	return out, err
}

// Operator returns one who works or worked in the actor's network, in one of the
// roles when some are given, or NotFound.
func (m *Module) Operator(ctx context.Context, tx *db.Tx, accountID string, roles ...policy.Role) (Operator, error) {
	all, err := m.Operators(ctx, tx, roles...)
	if err != nil {
		return Operator{}, err
	}
	i := slices.IndexFunc(all, func(o Operator) bool { return o.AccountID == accountID })
	if i < 0 {
		return Operator{}, errs.Missing()
	}
	return all[i], nil
}

// onePlace leaves one membership of each person: of the actor the one they work
// in, of others the first that holds, or else the last. Those of one person stand
// together.
func onePlace(members []auth.Member, actor policy.Actor, today db.Date, roles []policy.Role) (out []auth.Member) {
	rank := func(mb auth.Member) int {
		switch {
		case mb.Membership.ID == actor.MembershipID:
			return 2
		case mb.Holds(today):
			return 1
		}
		return 0
	}
	for _, mb := range members {
		if len(roles) > 0 && !slices.Contains(roles, mb.Role) {
			continue
		}
		last := len(out) - 1
		switch {
		case last < 0 || out[last].AccountID != mb.AccountID:
			out = append(out, mb)
		case rank(mb) > rank(out[last]) || rank(out[last]) == 0:
			out[last] = mb
		}
	}
	return out
}

func operator(mb auth.Member, names map[string]string, today db.Date) Operator {
	return Operator{AccountID: mb.AccountID, Name: mb.Name, Email: mb.Email, OrgID: mb.OrgID,
		OrgName: names[mb.OrgID], Role: mb.Role, Profession: mb.Profession, Programmes: mb.Programmes, Active: mb.Active && mb.Holds(today)}
}

// StaffNames returns the names of those who work or worked in the actor's
// network, by account.
func (m *Module) StaffNames(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	members, err := m.auth.Members(ctx, tx, policy.From(ctx).Network)
	names := make(map[string]string, len(members))
	for _, mb := range members {
		names[mb.AccountID] = mb.Name
	}
	return names, err
}
