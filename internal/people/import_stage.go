package people

import (
	"context"

	"tessuto/internal/linkage"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/exchange"
	"tessuto/internal/platform/policy"
)

// staged is somebody about to be written under an import.
type staged struct {
	*Sealed
	identifier *Identifier
	mac        []byte
	sealed     []byte // of the identifier
}

// stage registers the people of some rows without opening them to anybody: until
// showStaged nobody sees them.
func (m *Module) stage(ctx context.Context, importID string, rows []*exchange.Row) error {
	actor, err := policy.Check(ctx, policy.PersonExchange)
	if err != nil {
		return err
	}
	today, owners, list := db.DateOf(m.db.Now()), make([]string, len(rows)), make([]incoming, len(rows))
	for i, r := range rows {
		owners[i], list[i] = db.NewID(), incomingOf(ctx, r, today)
		list[i].ID, list[i].OrgID = owners[i], actor.OrgID
		list[i].settle()
	}
	keys, err := m.keys.Create(ctx, actor.Network, owners...)
	if err != nil {
		return err
	}
	ready := make([]staged, len(rows))
	for i := range list {
		if ready[i], err = m.ready(ctx, actor, list[i], keys[list[i].ID]); err != nil {
			return err
		}
	}
	return m.db.Write(ctx, func(tx *db.Tx) error { return insertStaged(ctx, tx, importID, ready) })
}

// ready seals somebody and what they are found by.
func (m *Module) ready(ctx context.Context, actor policy.Actor, in incoming, key *crypto.Key) (s staged, err error) {
	n := Newcomer{Person: in.Person, Relation: ReferencePerson}
	s.Sealed = &Sealed{ID: db.NewID(), org: actor.OrgID, people: []Newcomer{n}, network: actor.Network, class: actor.Class()}
	var numbers []linkage.Identifier
	if in.code != "" {
		s.identifier = &Identifier{ID: db.NewID(), PersonID: in.ID, Scheme: TaxCodeScheme, Value: in.code}
		if t, err := ParseTaxCode(in.code); err == nil && t.Provisional() {
			s.identifier.Scheme = ProvisionalTax
		}
		numbers = []linkage.Identifier{{Scheme: string(s.identifier.Scheme), Value: in.code}}
	}
	if err := m.sealOne(ctx, s.Sealed, n, numbers, key); err != nil || s.identifier == nil {
		return s, err
	}
	if s.mac, err = m.codeMAC(ctx, actor.Network, s.identifier.Scheme, in.code); err != nil {
		return s, err
	}
	s.sealed, err = s.identifier.seal(key)
	return s, err
}

// showStaged opens everybody who came in with a table to the organisation of who
// brought it.
func (m *Module) showStaged(ctx context.Context, tx *db.Tx, importID string) error {
	actor, err := policy.Check(ctx, policy.PersonExchange)
	if err != nil {
		return err
	}
	all, err := importedAfter(ctx, tx, actor.Network, importID, "", 0)
	if err != nil {
		return err
	}
	persons, households := apart(all)
	terms := policy.Terms{Owner: actor.OrgID, Purpose: policy.CaseWork, Basis: policy.InstitutionalTask, Class: actor.Class()}
	if err := policy.GrantMany(ctx, tx, actor.Network, policy.Household, households, policy.ToOrg(actor.OrgID), terms, policy.Identity); err != nil {
		return err
	}
	return policy.GrantMany(ctx, tx, actor.Network, policy.Person, persons, policy.ToOrg(actor.OrgID), terms, policy.Identity)
}

// imported is a person who came in with a table, and the household made for them.
type imported struct{ person, household string }

func apart(list []imported) (persons, households []string) {
	for _, i := range list {
		persons, households = append(persons, i.person), append(households, i.household)
	}
	return persons, households
}

// takenAtOnce is how many persons are taken out together.
const takenAtOnce = 500

// takeOut takes out who came in with a table, seen or not, with their keys; it
// returns how many stay, because somebody has worked with them since. The kit has
// asked whether the actor may; what was killed it takes out in nobody's name.
func (m *Module) takeOut(ctx context.Context, importID string, step func(done int)) (left int, err error) {
	actor := policy.From(ctx)
	for after, done := "", 0; ; {
		var page, gone []imported
		err := m.db.Write(ctx, func(tx *db.Tx) error {
			gone = nil
			if page, err = importedAfter(ctx, tx, actor.Network, importID, after, takenAtOnce); err != nil || len(page) == 0 {
				return err
			}
			used, err := m.used(ctx, tx, actor.Network, page)
			for _, i := range page {
				if !used[i.person] && !used[i.household] {
					gone = append(gone, i)
				}
			}
			if err != nil || len(gone) == 0 {
				return err
			}
			return m.forgetImported(ctx, tx, actor.Network, gone)
		})
		if err != nil || len(page) == 0 {
			return left, err
		}
		persons, _ := apart(gone)
		if err := m.keys.DestroyAll(ctx, actor.Network, persons); err != nil {
			return left, err
		}
		after, left, done = page[len(page)-1].person, left+len(page)-len(gone), done+len(page)
		step(done)
	}
}

// TakeBack takes out persons who were registered with something that is taken back, and the
// household that was made for them, of those with whom nobody has worked. It returns who
// went: the caller destroys their keys when the transaction stands.
func (m *Module) TakeBack(ctx context.Context, tx *db.Tx, persons []string, household string) ([]string, error) {
	network, page := policy.From(ctx).Network, make([]imported, len(persons))
	for i, id := range persons {
		page[i] = imported{person: id, household: household}
	}
	used, err := m.used(ctx, tx, network, page)
	if err != nil || len(page) == 0 {
		return nil, err
	}
	for _, i := range page {
		if used[i.person] || used[i.household] {
			return nil, nil // they lived together: all stay, or none
		}
	}
	return persons, m.forgetImported(ctx, tx, network, page)
}

func (m *Module) forgetImported(ctx context.Context, tx *db.Tx, network string, gone []imported) error {
	persons, households := apart(gone)
	if err := policy.Forget(ctx, tx, network, policy.Person, persons); err != nil {
		return err
	}
	if err := policy.Forget(ctx, tx, network, policy.Household, households); err != nil {
		return err
	}
	if err := m.ledger.Unlink(ctx, tx, network, persons); err != nil {
		return err
	}
	return deleteImported(ctx, tx, network, persons, households)
}

// used are those persons and households with whom somebody has worked, by id.
func (m *Module) used(ctx context.Context, tx *db.Tx, network string, page []imported) (map[string]bool, error) {
	persons, households := apart(page)
	out := map[string]bool{}
	for _, of := range append([]Uses{usedHere}, m.OnUse...) {
		found, err := of(ctx, tx, network, persons, households)
		if err != nil {
			return nil, err
		}
		for _, id := range found {
			out[id] = true
		}
	}
	return out, nil
}

// Uses says with whom of some persons, or with which of some households, an area
// has worked.
type Uses func(ctx context.Context, tx *db.Tx, network string, persons, households []string) ([]string, error)
