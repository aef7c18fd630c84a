package people

import (
	"context"
	"maps"
	"slices"
	"time"

	"tessuto/internal/network"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Standing is what may be done with what is kept of a person.
type Standing string

// The standings.
const (
	InUse      Standing = ""           // as for everybody
	Restricted Standing = "restricted" // only kept (GDPR, 18): see CheckUse
	Erased     Standing = "erased"     // the key is destroyed: nothing can be read, or written
)

// CheckUse refuses, with a Conflict, work on persons whose data are only kept, or
// who were erased, under any of their entries. What their rights and their safety need does not ask it: an
// urgent intervention is always possible.
func (m *Module) CheckUse(ctx context.Context, tx *db.Tx, personIDs ...string) error {
	standings, err := m.standings(ctx, tx, personIDs)
	for _, s := range standings {
		return errs.New(errs.Conflict, "rights.standing."+string(s))
	}
	return err
}

// standings are those of persons, of whom they were merged into, and of what was
// merged into these, where they are not in use.
func (m *Module) standings(ctx context.Context, tx *db.Tx, personIDs []string) (map[string]Standing, error) {
	network := policy.From(ctx).Network
	roots, err := rootsOf(ctx, tx, network, personIDs)
	if err != nil {
		return nil, err
	}
	all := slices.AppendSeq(slices.Clone(personIDs), maps.Values(roots))
	under, err := mergedInto(ctx, tx, network, all)
	if err != nil {
		return nil, err
	}
	return standingsOf(ctx, tx, network, append(all, under...))
}

// gravest is the standing of one person, under any of their entries.
func (m *Module) gravest(ctx context.Context, tx *db.Tx, personID string) (s Standing, err error) {
	found, err := m.standings(ctx, tx, []string{personID})
	for _, one := range found {
		if s != Erased {
			s = one
		}
	}
	return s, err
}

// CheckHousehold refuses, with a Conflict, work on a household when the data of
// somebody who lives there are only kept: it would be about them too. Who was
// erased keeps no help from the others.
func (m *Module) CheckHousehold(ctx context.Context, tx *db.Tx, householdID string) error {
	ids, err := m.MemberIDs(ctx, tx, policy.From(ctx).Network, householdID)
	if err != nil {
		return err
	}
	standings, err := m.standings(ctx, tx, ids)
	for _, s := range standings {
		if s == Restricted {
			return errs.New(errs.Conflict, "rights.standing.member")
		}
	}
	return err
}

// Standing says what may be done with what is kept of a person who is open to
// the actor.
func (m *Module) Standing(ctx context.Context, personID string) (s Standing, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		s, err = m.gravest(ctx, tx, personID)
		return err
	})
	return s, err
}

// right is an act on the rights of a person who is open to the actor: once for
// each sending, with its entry in the audit. It returns the id of what was made.
func (m *Module) right(ctx context.Context, personID, act string, sent crypto.Sending, do func(tx *db.Tx, actor policy.Actor, id string) error) (id string, err error) {
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		if err := policy.CanRead(ctx, tx, policy.Person, personID, policy.Identity); err != nil {
			return err
		}
		actor, err := policy.Check(ctx, policy.PersonRights)
		if err != nil {
			return err
		}
		fresh := db.NewID()
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, sent, fresh); err != nil || id != fresh {
			return err
		}
		standings, err := standingsOf(ctx, tx, actor.Network, []string{personID})
		if err == nil && standings[personID] == Erased {
			err = errs.New(errs.Conflict, "rights.standing.erased")
		}
		if err != nil {
			return err
		}
		if err := do(tx, actor, id); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: act, Kind: policy.Person, ID: personID})
	})
	return id, err
}

// Share is that a person's entry is open to an organisation, and on what basis.
type Share struct {
	OrgName string
	Basis   policy.Basis
	Purpose policy.Purpose
	Since   time.Time
	Own     bool // the body that registered the person
}

// RightsFile is what the page of a person's rights shows.
type RightsFile struct {
	Person   Person
	Standing Standing
	Notices  []Notice
	Consents []Consent
	Shares   []Share
	Requests []Request
	Accesses []Access
	Orgs     []Named // who can be named as recipient of a consent
}

// Named is an organisation by its id.
type Named struct{ ID, Name string }

// Rights returns what is known of the rights of a person who is open to the
// actor, and logs that it was read.
func (m *Module) Rights(ctx context.Context, personID string) (*RightsFile, error) {
	p, err := m.Person(ctx, personID)
	if err != nil {
		return nil, err
	}
	actor, err := policy.Check(ctx, policy.PersonRights)
	if err != nil {
		return nil, err
	}
	f := &RightsFile{Person: *p}
	err = m.db.Read(ctx, func(tx *db.Tx) error { return m.rights(ctx, tx, actor, f) })
	if err == nil {
		f.Requests, err = m.openRequests(ctx, actor.Network, f.Requests)
	}
	return f, err
}

func (m *Module) rights(ctx context.Context, tx *db.Tx, actor policy.Actor, f *RightsFile) (err error) {
	id := f.Person.ID
	if f.Standing, err = m.gravest(ctx, tx, id); err != nil {
		return err
	}
	if f.Notices, err = noticesOf(ctx, tx, actor.Network, id); err != nil {
		return err
	}
	if f.Consents, err = consentsOf(ctx, tx, actor.Network, id); err != nil {
		return err
	}
	if f.Requests, err = requestsOf(ctx, tx, actor.Network, id); err != nil {
		return err
	}
	if f.Accesses, err = accessesOf(ctx, tx, actor.Network, id); err != nil {
		return err
	}
	if f.Shares, err = m.shares(ctx, tx, actor, id); err != nil {
		return err
	}
	return m.nameAll(ctx, tx, f)
}

// nameAll writes the names of organisations and colleagues beside their ids.
func (m *Module) nameAll(ctx context.Context, tx *db.Tx, f *RightsFile) error {
	orgs, err := m.network.Names(ctx, tx)
	if err != nil {
		return err
	}
	staff, err := m.network.StaffNames(ctx, tx)
	if err != nil {
		return err
	}
	for i := range f.Notices {
		n := &f.Notices[i]
		n.OrgName, n.ByName = orgs[n.orgID], staff[n.by]
	}
	for i := range f.Consents {
		c := &f.Consents[i]
		c.Recipient, c.ByName = orgs[c.RecipientID], staff[c.by]
	}
	for i := range f.Requests {
		f.Requests[i].ByName, f.Requests[i].AnsweredBy = staff[f.Requests[i].by], staff[f.Requests[i].answeredBy]
	}
	for i := range f.Accesses {
		f.Accesses[i].ByName = staff[f.Accesses[i].by]
	}
	all, err := m.network.Organisations(ctx, tx)
	for _, o := range all {
		f.Orgs = append(f.Orgs, Named{o.ID, o.Name})
	}
	return err
}

// shares are the bodies to which a person's entry is open today, each once. A
// body that works on anything very restricted of theirs stands there for itself
// alone: elsewhere it gives no signal (safeguards, 4). The body that registered
// them always does: nobody reads the entry but through it.
func (m *Module) shares(ctx context.Context, tx *db.Tx, actor policy.Actor, personID string) (out []Share, err error) {
	grants, err := policy.Shares(ctx, tx, actor.Network, policy.Person, personID)
	if err != nil {
		return nil, err
	}
	hidden, err := m.silent(ctx, tx, actor.Network, personID)
	if err != nil {
		return nil, err
	}
	orgs, err := m.network.Names(ctx, tx)
	if err != nil {
		return nil, err
	}
	staff, err := m.network.Operators(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, g := range grants {
		org := g.To.ID
		if i := slices.IndexFunc(staff, func(o network.Operator) bool { return o.AccountID == g.To.ID }); i >= 0 {
			org = staff[i].OrgID
		}
		s := Share{OrgName: orgs[org], Basis: g.Basis, Purpose: g.Purpose, Since: g.Since, Own: org == g.Owner}
		known := slices.ContainsFunc(out, func(o Share) bool { return o.OrgName == s.OrgName && o.Basis == s.Basis })
		if s.OrgName == "" || known || hidden[org] && !s.Own && org != actor.OrgID {
			continue
		}
		out = append(out, s)
	}
	return out, nil
}

// silent are the organisations that must not be seen to work with a person: those
// that own, or were given, something very restricted that speaks of them, and
// those of a kind that does.
func (m *Module) silent(ctx context.Context, tx *db.Tx, network, personID string) (map[string]bool, error) {
	records, err := m.recordsOf(ctx, tx, network, personID)
	if err != nil {
		return nil, err
	}
	grantees, err := policy.VeryRestrictedTo(ctx, tx, network, records)
	if err != nil {
		return nil, err
	}
	staff, err := m.network.Operators(ctx, tx)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, g := range grantees {
		out[g.ID] = true
		for _, o := range staff {
			if o.AccountID == g.ID {
				out[o.OrgID] = true
			}
		}
	}
	orgs, err := m.network.Organisations(ctx, tx)
	for _, o := range orgs {
		if slices.Contains(policy.DiscreetKinds, o.Kind) {
			out[o.ID] = true
		}
	}
	return out, err
}

// HouseholdsOf returns the households in which a person lives or lived, open to
// the actor or not: for what must know every record of a person, such as an
// erasure.
func (m *Module) HouseholdsOf(ctx context.Context, tx *db.Tx, network, personID string) ([]string, error) {
	return allHouseholdsOf(ctx, tx, network, personID)
}

// HomeOf returns the household in which a person lives today, open to the actor or
// not; empty when there is none. The caller shows nothing of it.
func (m *Module) HomeOf(ctx context.Context, tx *db.Tx, network, personID string) (string, error) {
	standing, err := rootOf(ctx, tx, network, personID)
	if err != nil {
		return "", err
	}
	return homeOf(ctx, tx, network, standing)
}

// recordsOf are all records that speak of a person, under any of their entries,
// whoever they are open to.
func (m *Module) recordsOf(ctx context.Context, tx *db.Tx, network, personID string) (out []policy.Record, err error) {
	entries, err := entriesOf(ctx, tx, network, personID)
	if err != nil {
		return nil, err
	}
	for _, id := range entries {
		out = append(out, policy.Record{Kind: policy.Person, ID: id})
		homes, err := m.HouseholdsOf(ctx, tx, network, id)
		if err != nil {
			return nil, err
		}
		for _, home := range homes {
			out = append(out, policy.Record{Kind: policy.Household, ID: home})
		}
		for _, list := range m.Files {
			more, err := list(ctx, tx, network, id)
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
		}
	}
	return out, nil
}
