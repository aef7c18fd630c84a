package people

import (
	"context"
	"slices"
	"strconv"

	"tessuto/internal/linkage"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Household is the people who live together, on a day.
type Household struct {
	ID      string
	Members []Member
	Past    []Event // what happened in it, the last first; on its own page only
}

// Member is a person in a household. A person who is not open to the actor is
// not in the list, and leaves no gap.
type Member struct {
	PersonID string
	Relation string // ANPR's table of relations; see RelationList
	From     db.Date
	Person   Person
}

// Reference returns the reference person, or the first member.
func (h *Household) Reference() Person {
	for _, m := range h.Members {
		if m.Relation == ReferencePerson {
			return m.Person
		}
	}
	if len(h.Members) > 0 {
		return h.Members[0].Person
	}
	return Person{}
}

// LoneParent tells whether one adult lives there with children: derived, never
// asked.
func (h *Household) LoneParent(today db.Date) bool {
	adults, children := 0, 0
	for _, m := range h.Members {
		switch {
		case m.Person.AdultOn(today):
			adults++
		case m.Relation == Child:
			children++
		}
	}
	return adults == 1 && children > 0
}

// Newcomer is a person about to be registered, with their place in the
// household.
type Newcomer struct {
	Person
	Relation string
}

// Sealed is a household that is ready to be written: checked, with the keys
// made and the names sealed.
type Sealed struct {
	ID      string
	org     string
	people  []Newcomer
	blobs   [][]byte
	tokens  [][]int64
	digests [][][]byte
	network string
	class   policy.Class
}

// Restrict raises the class of what is registered: where it was met, that it is
// there at all may have to stay untold.
func (s *Sealed) Restrict(class policy.Class) { s.class = max(s.class, class) }

// Reference returns the id of the reference person.
func (s *Sealed) Reference() string { return s.people[0].ID }

// IDs are those of the newcomers, in their order.
func (s *Sealed) IDs() []string {
	out := make([]string, len(s.people))
	for i := range s.people {
		out[i] = s.people[i].ID
	}
	return out
}

// Prepare checks newcomers, makes their keys and seals what identifies them.
// The first is the reference person. It is called before the transaction that
// registers them; the field problems of the nth newcomer after the first carry
// "member<n>." before the field.
func (m *Module) Prepare(ctx context.Context, newcomers []Newcomer) (*Sealed, error) {
	actor, err := policy.Check(ctx, policy.PersonRegister)
	if err != nil {
		return nil, err
	}
	if err := CheckNewcomers(ctx, newcomers, db.DateOf(m.db.Now())); err != nil {
		return nil, err
	}
	s := &Sealed{ID: db.NewID(), org: actor.OrgID, people: newcomers, network: actor.Network, class: actor.Class()}
	owners := make([]string, len(newcomers))
	for i := range newcomers {
		owners[i] = db.NewID()
		newcomers[i].ID, newcomers[i].OrgID = owners[i], actor.OrgID
		newcomers[i].settle()
	}
	keys, err := m.keys.Create(ctx, actor.Network, owners...)
	if err != nil {
		return nil, err
	}
	for _, n := range newcomers {
		if err := m.sealOne(ctx, s, n, nil, keys[n.ID]); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (m *Module) sealOne(ctx context.Context, s *Sealed, n Newcomer, numbers []linkage.Identifier, key *crypto.Key) error {
	blob, err := n.seal(key)
	if err != nil {
		return err
	}
	tokens, err := m.tokens(ctx, s.network, &n.Person)
	if err != nil {
		return err
	}
	digests, err := m.digests(ctx, s.network, n.ID, n.proofs(numbers))
	s.blobs, s.tokens, s.digests = append(s.blobs, blob), append(s.tokens, tokens), append(s.digests, digests)
	return err
}

// CheckNewcomers reports what is wrong with people who are about to be
// registered together.
func CheckNewcomers(ctx context.Context, newcomers []Newcomer, today db.Date) error {
	c := errs.Check{}
	c.That(len(newcomers) > 0, "given_name", "person.name_missing")
	for i, n := range newcomers {
		c.That(!ahead(n.BirthDate, today), MemberField(i, "birth_date"), "person.birth_ahead")
		for field, key := range errs.FieldsOf(n.Check(ctx)) {
			c.That(false, MemberField(i, field), key)
		}
		c.That(n.Relation == "" || codelist.Valid(ctx, RelationList, n.Relation, today) && (i == 0 || n.Relation != ReferencePerson),
			MemberField(i, "relation"), "error.field_choice")
	}
	return c.Err()
}

// MemberField is the form field of the nth newcomer; the reference person is 0
// and has no prefix.
func MemberField(n int, field string) string {
	if n == 0 {
		return field
	}
	return "member" + strconv.Itoa(n) + "." + field
}

// Register writes a prepared household in the transaction of the caller and
// opens it to the organisation that registers.
func (m *Module) Register(ctx context.Context, tx *db.Tx, s *Sealed) error {
	if err := insertHousehold(ctx, tx, s); err != nil {
		return err
	}
	if err := policy.Grant(ctx, tx, s.network, policy.Household, s.ID, policy.ToOrg(s.org),
		policy.Terms{Owner: s.org, Purpose: policy.CaseWork, Basis: policy.InstitutionalTask, Class: s.class}, policy.Identity); err != nil {
		return err
	}
	return m.registerAll(ctx, tx, s)
}

func (m *Module) registerOne(ctx context.Context, tx *db.Tx, s *Sealed, i int) error {
	p := &s.people[i]
	if err := insertPerson(ctx, tx, s.network, &p.Person, s.blobs[i]); err != nil {
		return err
	}
	if err := letFind(ctx, tx, s.network, []findable{{p.ID, s.tokens[i]}}); err != nil {
		return err
	}
	if err := insertMember(ctx, tx, s.network, s.ID, p.ID, p.Relation, tx.Today()); err != nil {
		return err
	}
	if err := policy.Inherit(ctx, tx, s.network, policy.Household, s.ID, policy.Person, p.ID); err != nil {
		return err
	}
	told, err := toldOf(ctx, tx, s.network, []string{p.ID})
	if err == nil && len(told) > 0 {
		err = insertDigests(ctx, tx, s.network, p.ID, s.digests[i])
	}
	if err != nil {
		return err
	}
	if err := m.record(ctx, tx, "person.register", p.ID); err != nil {
		return err
	}
	return m.joined(ctx, tx, s.ID, p.ID)
}

// joined tells the areas above that somebody lives in a household from now on.
func (m *Module) joined(ctx context.Context, tx *db.Tx, householdID, personID string) error {
	for _, tell := range m.OnJoin {
		if err := tell(ctx, tx, householdID, personID); err != nil {
			return err
		}
	}
	return nil
}

// Enrol registers a household by itself, not from a contact, and returns the
// ids of its reference person and of the household.
func (m *Module) Enrol(ctx context.Context, newcomers []Newcomer, sent crypto.Sending) (personID, householdID string, err error) {
	return m.enrol(ctx, newcomers, sent, func(*db.Tx, *Sealed) error { return nil })
}

// EnrolUnknown is Enrol that refuses, with a Conflict that says whom, when the
// register may have the reference person already.
func (m *Module) EnrolUnknown(ctx context.Context, newcomers []Newcomer, sent crypto.Sending) (personID, householdID string, err error) {
	var f Found
	personID, householdID, err = m.enrol(ctx, newcomers, sent, func(tx *db.Tx, s *Sealed) error {
		if f, err = m.similar(ctx, tx, &s.people[0].Person); err != nil || len(f.Hits) == 0 && !f.Elsewhere {
			return err
		}
		return &known{errs.New(errs.Conflict, "person.maybe_known"), f.items(ctx)}
	})
	if err != nil && len(f.Hits) > 0 {
		if logged := m.audit.Read(ctx, policy.Person, policy.Identity, hitIDs(f.Hits)...); logged != nil {
			return "", "", logged
		}
	}
	return personID, householdID, err
}

func (m *Module) enrol(ctx context.Context, newcomers []Newcomer, sent crypto.Sending, check func(*db.Tx, *Sealed) error) (personID, householdID string, err error) {
	s, err := m.Prepare(ctx, newcomers)
	if err != nil {
		return "", "", err
	}
	err = m.db.Write(ctx, func(tx *db.Tx) (err error) {
		personID, err = m.keys.Once(ctx, tx, s.network, policy.From(ctx).AccountID, sent, s.Reference())
		if err != nil {
			return err
		}
		if personID != s.Reference() {
			householdID, err = m.CheckVisible(ctx, tx, personID)
			return err
		}
		if err := check(tx, s); err != nil {
			return err
		}
		householdID = s.ID
		return m.Register(ctx, tx, s)
	})
	return personID, householdID, err
}

// AddMembers registers newcomers into a household that the actor can see; they
// are open to whoever works with it.
func (m *Module) AddMembers(ctx context.Context, householdID string, newcomers []Newcomer, sent crypto.Sending) error {
	s, err := m.Prepare(ctx, newcomers)
	if err != nil {
		return err
	}
	s.ID = householdID
	return m.db.Write(ctx, func(tx *db.Tx) error {
		if err := policy.CanRead(ctx, tx, policy.Household, householdID, policy.Identity); err != nil {
			return err
		}
		first, err := m.keys.Once(ctx, tx, s.network, policy.From(ctx).AccountID, sent, s.Reference())
		if err != nil || first != s.Reference() {
			return err
		}
		return m.registerAll(ctx, tx, s)
	})
}

// RegisterInto writes prepared newcomers into a household that the actor can see, in the
// transaction of the caller.
func (m *Module) RegisterInto(ctx context.Context, tx *db.Tx, householdID string, s *Sealed) error {
	if err := policy.CanRead(ctx, tx, policy.Household, householdID, policy.Identity); err != nil {
		return err
	}
	s.ID = householdID
	return m.registerAll(ctx, tx, s)
}

func (m *Module) registerAll(ctx context.Context, tx *db.Tx, s *Sealed) error {
	for i := range s.people {
		if err := m.registerOne(ctx, tx, s, i); err != nil {
			return err
		}
	}
	return nil
}

// Household returns a household with the members of today that are open to the
// actor, and logs that they were read.
func (m *Module) Household(ctx context.Context, id string) (*Household, error) {
	var h *Household
	err := m.db.Read(ctx, func(tx *db.Tx) (err error) {
		if h, err = m.HouseholdIn(ctx, tx, id); err != nil {
			return err
		}
		h.Past, err = m.timeline(ctx, tx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, mb := range h.Members {
		ids = append(ids, mb.PersonID)
	}
	for _, e := range h.Past {
		if !slices.Contains(ids, e.Person.ID) {
			ids = append(ids, e.Person.ID)
		}
	}
	return h, m.audit.Read(ctx, policy.Person, policy.Identity, ids...)
}

// HouseholdIn reads a household in the transaction of an upper area, which logs
// the page it is for. NotFound when it is not open to the actor.
func (m *Module) HouseholdIn(ctx context.Context, tx *db.Tx, id string) (*Household, error) {
	found, err := m.HouseholdsIn(ctx, tx, []string{id})
	if err != nil || found[id] != nil {
		return found[id], err
	}
	return &Household{ID: id}, policy.CanRead(ctx, tx, policy.Household, id, policy.Identity) // nobody lives there any more
}

// HouseholdsIn reads those of the households that are open to the actor, by id,
// with as many queries for one as for a page of them.
func (m *Module) HouseholdsIn(ctx context.Context, tx *db.Tx, ids []string) (map[string]*Household, error) {
	places, err := membersInScope(ctx, tx, policy.From(ctx), ids)
	if err != nil {
		return nil, err
	}
	persons := make([]string, len(places))
	for i, p := range places {
		persons[i] = p.PersonID
	}
	cards, err := m.Cards(ctx, tx, persons)
	found := map[string]*Household{}
	for _, p := range places {
		h := found[p.household]
		if h == nil {
			h = &Household{ID: p.household}
			found[p.household] = h
		}
		if card, ok := cards[p.PersonID]; ok {
			p.Person = card
			h.Members = append(h.Members, p.Member)
		}
	}
	return found, err
}

// Home returns the id of the household in which a person who is open to the
// actor lives today, or empty.
func (m *Module) Home(ctx context.Context, personID string) (id string, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		if err := policy.CanRead(ctx, tx, policy.Person, personID, policy.Identity); err != nil {
			return err
		}
		id, err = m.HouseholdOf(ctx, tx, personID)
		return err
	})
	return id, err
}

// HouseholdOf returns the id of the household a person lives in today, or empty
// when there is none that is open to the actor. The caller has the person in scope.
func (m *Module) HouseholdOf(ctx context.Context, tx *db.Tx, personID string) (string, error) {
	actor := policy.From(ctx)
	standing, err := rootOf(ctx, tx, actor.Network, personID)
	if err != nil {
		return "", err
	}
	return householdOf(ctx, tx, actor, standing)
}
