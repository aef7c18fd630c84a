package policy

import (
	"context"
	"slices"
	"strings"

	"tessuto/internal/platform/errs"
)

// Actor is who asks: a person, in one membership of one network at a time.
type Actor struct {
	AccountID    string
	Name         string
	Email        string
	Network      string
	MembershipID string
	OrgID        string
	OrgName      string
	OrgKind      string
	Role         Role
	// Programmes are the codes, with spaces between, of those for which rights
	// per programme hold; empty is none.
	Programmes string
	Places     int // how many memberships one can choose from today
}

type key struct{}

// With returns ctx with the actor in it.
func With(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, key{}, a) }

// From returns the actor of ctx; the zero Actor when nobody is signed in.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(key{}).(Actor)
	return a
}

// SignedIn tells whether the actor is somebody.
func (a Actor) SignedIn() bool { return a.AccountID != "" }

// May tells whether the actor's role carries the permission.
func (a Actor) May(p Permission) bool {
	return p == Public || a.SignedIn() && a.Role.Holds(p)
}

// Covers tells whether the actor's rights per programme hold for that one.
func (a Actor) Covers(programme string) bool {
	return slices.Contains(strings.Fields(a.Programmes), programme)
}

// MayIn tells whether the actor holds a permission that is given programme by
// programme: RecordsRead and FiguresInFull are (design, idea 4).
func (a Actor) MayIn(p Permission, programme string) bool { return a.May(p) && a.Covers(programme) }

// Check returns the actor of ctx if the role carries the permission, and
// SignIn or Forbidden otherwise. Use cases call it after they have loaded the
// record in scope, so that what one may not read is NotFound first.
func Check(ctx context.Context, p Permission) (Actor, error) {
	a := From(ctx)
	switch {
	case !a.SignedIn():
		return a, errs.New(errs.SignIn, "error.sign_in")
	case !a.May(p):
		return a, errs.New(errs.Forbidden, "error.forbidden")
	}
	return a, nil
}
