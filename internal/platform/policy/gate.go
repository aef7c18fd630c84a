package policy

import (
	"context"
	"slices"
	"time"

	"tessuto/internal/platform/db"
)

// Purpose is what a record is opened for. An agreement between two bodies names
// the purposes that it covers.
type Purpose string

// The purposes.
const (
	CaseWork  Purpose = "case_work" // the family is taken on, together
	DeskWork  Purpose = "desk"      // it was heard at a desk
	Mediation Purpose = "mediation" // a mediator comes to an appointment
)

// Governing is what the papers of a body are opened for. Whoever sits in it owns
// them too, so that it asks for no agreement.
const Governing Purpose = "governing"

// Purposes lists those that an agreement can cover.
var Purposes = []Purpose{CaseWork, DeskWork, Mediation}

// Class says how careful one must be with data on people (design, decision 3).
// Classes compare as text.
type Class string

// The classes of data on people.
const (
	Personal       Class = "C2"
	Special        Class = "C3" // special categories
	VeryRestricted Class = "C4" // mental health, addiction, violence, trafficking, protected addresses
)

// Classes lists them, from the least.
var Classes = []Class{Personal, Special, VeryRestricted}

// special are the sections that may hold special categories of data: those in
// which one writes freely about health, family and belonging.
var special = Open{AreaPersonal: true, AreaNetworks: true, Plan: true, Diary: true}

// ClassOf returns the class of a section by itself.
func ClassOf(s Section) Class {
	if special[s] {
		return Special
	}
	return Personal
}

// DiscreetKinds are the kinds of organisations to which one goes for a need that
// their name alone tells of: that somebody is known there is itself C4, and gives
// no signal to anybody else (safeguards, 4).
var DiscreetKinds = []string{"antiviolence_centre", "addiction_service", "mental_health_service"}

// Class returns the class that every record of the actor's organisation has,
// whatever its sections say, or none.
func (a Actor) Class() Class {
	if slices.Contains(DiscreetKinds, a.OrgKind) {
		return VeryRestricted
	}
	return ""
}

// Terms are those on which a record is opened. Class is that of the record when
// it is more than its sections say, such as in a programme on addiction.
type Terms struct {
	Owner   string // the organisation whose record it is: it shares it
	Purpose Purpose
	Basis   Basis
	Class   Class
	Until   *time.Time // when it closes by itself; nil stands until it is revoked
}

// class returns the class of a section under these terms.
func (t Terms) class(s Section) Class { return max(t.Class, ClassOf(s)) }

// Gate is what an agreement holds open from one organisation to another: a
// section, for a purpose, up to a class, on the days from Since to Until, both
// included; without Until it has no end.
type Gate struct {
	From, To     string
	Purpose      Purpose
	Section      Section
	Class        Class
	Since, Until db.Date
}

// SetGates replaces what an agreement holds open; none closes it. Only the area
// that keeps the agreements calls it.
func SetGates(ctx context.Context, tx *db.Tx, network, agreement string, gates []Gate) error {
	if err := deleteGates(ctx, tx, network, agreement); err != nil {
		return err
	}
	return insertGates(ctx, tx, network, agreement, gates)
}

// MayShare tells whether every one of the sections, opened on these terms,
// reaches another organisation today. An organisation shares with itself; child protection and a life in danger
// wait for nobody (safeguards, 1 and 10).
func MayShare(ctx context.Context, tx *db.Tx, network, to string, t Terms, sections ...Section) (bool, error) {
	if t.Owner == to || t.Basis == ChildProtection || t.Basis == VitalInterest {
		return true, nil
	}
	for _, s := range sections {
		open, err := gateOpen(ctx, tx, network, to, t, s)
		if err != nil || !open {
			return false, err
		}
	}
	return true, nil
}

// Unagreed is how many records one organisation has open to an account without
// an agreement, to protect a minor.
type Unagreed struct {
	Owner, AccountID string
	Records          int
}

// OpenedToProtect lists what is open today on the ground of child protection,
// for who watches over data: bodies and numbers, never records.
func OpenedToProtect(ctx context.Context, tx *db.Tx) ([]Unagreed, error) {
	return openedToProtect(ctx, tx, From(ctx).Network)
}
