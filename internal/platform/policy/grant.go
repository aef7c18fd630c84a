package policy

import (
	"context"
	"fmt"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

// Basis is why a record is open to somebody (safeguards, 1).
type Basis string

// The grounds on which a record is shared.
const (
	InstitutionalTask Basis = "institutional_task" // GDPR 6(1)(e), 9(2)(g); Codice privacy 2-sexies
	ChildProtection   Basis = "child_protection"
	VitalInterest     Basis = "vital_interest" // GDPR 6(1)(d), 9(2)(c): somebody's life; it waits for no agreement either
	Consent           Basis = "consent"        // optional activities only
)

// Grantee is an organisation, one account, or those whose rights hold for a
// programme.
type Grantee struct {
	Kind string // "org", "account" or "programme"
	ID   string
}

// ToOrg opens a record to an organisation.
func ToOrg(id string) Grantee { return Grantee{"org", id} }

// ToAccount opens a record to one person.
func ToAccount(id string) Grantee { return Grantee{"account", id} }

// ToProgramme opens a record to whoever covers a programme, see Actor.Covers: who
// coordinates it, of whichever organisation. It passes no gate, so nothing that
// speaks of people in care is opened so.
func ToProgramme(code string) Grantee { return Grantee{"programme", code} }

// Grant opens sections of a record to a grantee from today on. To the owner and
// those who work there it is open; to another organisation it is while an
// agreement holds the gate open, which is asked at every reading. Terms without
// an owner are an error of ours.
func Grant(ctx context.Context, tx *db.Tx, network string, kind Kind, id string, to Grantee, t Terms, sections ...Section) error {
	if t.Owner == "" || t.Purpose == "" || t.Basis == "" {
		return fmt.Errorf("%s %s: a grant needs owner, purpose and basis: %+v", kind, id, t)
	}
	for _, s := range sections {
		if err := insertGrant(ctx, tx, network, kind, id, grantRow{to, s, t}); err != nil {
			return err
		}
	}
	return nil
}

// GrantMany is Grant of the same section of many records.
func GrantMany(ctx context.Context, tx *db.Tx, network string, kind Kind, ids []string, to Grantee, t Terms, s Section) error {
	if t.Owner == "" || t.Purpose == "" || t.Basis == "" {
		return fmt.Errorf("%d %s: a grant needs owner, purpose and basis: %+v", len(ids), kind, t)
	}
	return insertGrants(ctx, tx, network, kind, ids, grantRow{to, s, t})
}

// Forget takes away every grant of records that are taken away themselves.
func Forget(ctx context.Context, tx *db.Tx, network string, kind Kind, ids []string) error {
	return deleteGrants(ctx, tx, network, kind, ids)
}

// Revoke ends what Grant opened: the grantee sees nothing of the record from
// this instant on.
func Revoke(ctx context.Context, tx *db.Tx, network string, kind Kind, id string, to Grantee) error {
	return endGrants(ctx, tx, network, kind, id, to)
}

// RevokeTimed ends what Grant opened until a time, and leaves what stands.
func RevokeTimed(ctx context.Context, tx *db.Tx, network string, kind Kind, id string, to Grantee) error {
	return endTimed(ctx, tx, network, kind, id, to)
}

// Inherit copies the open grants of one record to another, with their terms: a
// new member of a household is open to whoever works with the household.
func Inherit(ctx context.Context, tx *db.Tx, network string, from Kind, fromID string, to Kind, toID string) error {
	return copyGrants(ctx, tx, network, from, fromID, to, toID)
}

// Authority is the kind of organisation that sits at tables and opens no record.
const Authority = "authority"

// sees tells whether the actor can be given records of the kind at all. Public
// authorities sit at tables and see aggregates, whatever their role says
// (safeguards, 7).
func (a Actor) sees(kind Kind) bool {
	return a.May(reading[kind]) && a.OrgKind != Authority && a.OrgID != ""
}

// throughOrg tells whether what is open to the organisation is open to the
// actor too. Mediators see the appointment they were asked for, never the file
// of the people there (safeguards, 13): only what was opened to their account.
func (a Actor) throughOrg() bool { return a.Role != Mediator }

// Scope adds to a query the condition that the record whose id stands in
// column is open to the actor, in that section or in any. It is the only scope
// there is: pages, lists, counts, search, exports and the API use it.
//
// It begins with what is open to the actor, which is little of all there is: it is
// for queries that go through all records of a kind. ScopeFew says the same.
func (a Actor) Scope(b *db.Build, tx *db.Tx, kind Kind, section Section, column string) *db.Build {
	if !a.sees(kind) {
		return b.Add("1 = 0")
	}
	b.Add(column+` in (
		select g.subject_id from access_grant g where g.network_id = ? and g.subject_kind = ?`, a.Network, kind)
	return scopeCondition(b, a, tx, section)
}

// ScopeFew is Scope for queries that name their records, by id or by what has few:
// it looks each of them up.
func (a Actor) ScopeFew(b *db.Build, tx *db.Tx, kind Kind, section Section, column string) *db.Build {
	if !a.sees(kind) {
		return b.Add("1 = 0")
	}
	b.Add(`exists (
		select 1 from access_grant g where g.network_id = ? and g.subject_kind = ? and g.subject_id = `+column, a.Network, kind)
	return scopeCondition(b, a, tx, section)
}

// CanRead returns nil if the record is open to the actor, and NotFound if not.
func CanRead(ctx context.Context, tx *db.Tx, kind Kind, id string, section Section) error {
	a := From(ctx)
	ok, err := inScope(ctx, tx, a, kind, id, section)
	if err == nil && !ok {
		return errs.Missing()
	}
	return err
}

// Readable returns those of the records that are open to the actor in whatever
// section, with one question for all.
func Readable(ctx context.Context, tx *db.Tx, kind Kind, ids []string) ([]string, error) {
	a := From(ctx)
	if !a.sees(kind) {
		return nil, nil
	}
	return readableOf(ctx, tx, a, kind, ids)
}

// Sections returns the sections of a record that are open to the actor.
func Sections(ctx context.Context, tx *db.Tx, kind Kind, id string) (Open, error) {
	a := From(ctx)
	if !a.sees(kind) {
		return Open{}, nil
	}
	found, err := openSections(ctx, tx, a, kind, id)
	open := Open{}
	for _, s := range found {
		open[s] = true
	}
	return open, err
}

// Open is a set of sections.
type Open map[Section]bool

// Require returns NotFound unless the section is open.
func (o Open) Require(s Section) error {
	if !o[s] {
		return errs.Missing()
	}
	return nil
}
