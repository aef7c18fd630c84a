package auth

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// Membership says where and as what a person works.
type Membership struct {
	ID         string
	Network    string
	AccountID  string
	OrgID      string
	Role       policy.Role
	Profession string
	Programmes string     // codes with spaces between: see policy.Actor
	From, To   db.Date    // both days included; no To is until further notice
	EndedAt    *time.Time // the instant at which it was ended, if it is over at once
	Version    int
}

// Holds tells whether one works there on a day.
func (m Membership) Holds(day db.Date) bool {
	return m.EndedAt == nil && m.From <= day && (m.To == "" || m.To >= day)
}

// Overlaps tells whether two memberships are the same work on one day. One that
// was ended leaves its last day to the next.
func (m Membership) Overlaps(o Membership) bool {
	return m.OrgID == o.OrgID && m.Role == o.Role && m.begins(o) && o.begins(m)
}

// begins tells whether m begins before o is over.
func (m Membership) begins(o Membership) bool {
	return o.To == "" || m.From < o.To || m.From == o.To && o.EndedAt == nil
}

// AddMembership lets an account work in an organisation.
func (a *Auth) AddMembership(ctx context.Context, tx *db.Tx, m Membership) error {
	return insertMembership(ctx, tx, m)
}

// SaveMembership writes what can change of a membership: profession, programmes
// and its end. One that somebody else changed since m was read is a Conflict.
func (a *Auth) SaveMembership(ctx context.Context, tx *db.Tx, m Membership) error {
	return updateMembership(ctx, tx, m)
}

// Memberships lists where a person works and worked in a network, the first
// begun first.
func (a *Auth) Memberships(ctx context.Context, tx *db.Tx, network, accountID string) ([]Membership, error) {
	return membershipsOf(ctx, tx, network, accountID)
}

// Places lists the memberships that hold today, of all networks: what a person
// can work as.
func (a *Auth) Places(ctx context.Context, tx *db.Tx, accountID string) ([]Membership, error) {
	return placesOf(ctx, tx, accountID)
}

// WorkAs makes the session of token work in one of the memberships of its
// account that hold today; any other is NotFound.
func (a *Auth) WorkAs(ctx context.Context, tx *db.Tx, token, accountID, network, membershipID string) error {
	w := work{network, membershipID}
	if _, _, err := actorOnlyIn(ctx, tx, accountID, w); err != nil {
		return err
	}
	return setWork(ctx, tx, hashToken(token), w)
}

// HasOther tells whether somebody else than the account has a role in a network
// on a day, and can sign in.
func (a *Auth) HasOther(ctx context.Context, tx *db.Tx, network string, role policy.Role, accountID string, day db.Date) (bool, error) {
	n, err := countOthers(ctx, tx, network, role, accountID, day)
	return n > 0, err
}

// Member is a person and one place where they work.
type Member struct {
	Account
	Membership
}

// Members lists who works and worked in a network: each membership, by e-mail
// address.
func (a *Auth) Members(ctx context.Context, tx *db.Tx, network string) ([]Member, error) {
	return db.Keep(tx, "auth.members "+network, func() ([]Member, error) { return membersOf(ctx, tx, network) })
}

// InNetwork returns an account that works or worked in a network, or NotFound.
func (a *Auth) InNetwork(ctx context.Context, tx *db.Tx, network, accountID string) (Account, error) {
	return accountInNetwork(ctx, tx, network, accountID)
}
