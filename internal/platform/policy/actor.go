package policy

import (
	"context"
	"slices"
	"strings"

	"tessuto/internal/platform/errs"
)

// Actor is who asks: somebody of the staff, in one membership of one network at a
// time; or a person of the register, who reads their own file and nothing else.
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
	// PersonID is the person of the register who reads their own file. Such an actor
	// has no account, no role and no organisation, so that no grant reaches them.
	PersonID string
}

type key struct{}

// With returns ctx with the actor in it.
func With(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, key{}, a) }

// From returns the actor of ctx; the zero Actor when nobody is signed in.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(key{}).(Actor)
	return a
}

// SignedIn tells whether the actor is somebody of the staff.
func (a Actor) SignedIn() bool { return a.AccountID != "" }

// May tells whether the actor's role carries the permission. A person carries one:
// their own file.
func (a Actor) May(p Permission) bool {
	return p == Public || p == OwnFile && a.PersonID != "" || a.SignedIn() && a.Role.Holds(p)
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

// Own returns the actor of ctx if it is a person who reads their own file, and
// SignIn otherwise. What it opens is the file of its PersonID: no address and no
// form says another.
func Own(ctx context.Context) (Actor, error) {
	a := From(ctx)
	if !a.May(OwnFile) {
		return a, errs.New(errs.SignIn, "own.enter_again")
	}
	return a, nil
}
