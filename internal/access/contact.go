package access

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"tessuto/internal/ledger"
	"tessuto/internal/people"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Contact is one time that somebody came, called or wrote.
type Contact struct {
	ID          string
	DeskID      string
	DeskName    string
	OrgID       string
	AccountID   string
	On          db.Date
	Channel     string
	Language    string // spoken; BCP 47
	Requests    []string
	Outcome     string
	Minutes     int
	PersonID    string // empty when saved without a name
	HouseholdID string
	Said        ledger.Dimensions // of who was not named, if said
	Words
}

// Words is what is sealed of a contact.
type Words struct {
	Asked    string `json:"asked,omitempty"`
	Answered string `json:"answered,omitempty"`
}

// The code lists of what a contact can be about, come by, and end with.
const (
	RequestList = "contact_request"
	ChannelList = "contact_channel"
	OutcomeList = "contact_outcome"
)

// NewContact is a contact as the desk writes it down. The person is one found
// in the register, or newcomers, or nobody.
type NewContact struct {
	Contact
	Newcomers []people.Newcomer
	Ask       bool           // refuse newcomers whom the desk may know already
	Sent      crypto.Sending // the same sending counts once

	AskElsewhere bool // ask other services that know them to get in touch
}

// check reports what is wrong with the contact and with the newcomers at once.
func (n *NewContact) check(ctx context.Context, today db.Date) error {
	c := errs.Check{}
	maps.Copy(c, errs.FieldsOf(n.Check(ctx, today)))
	if len(n.Newcomers) > 0 {
		maps.Copy(c, errs.FieldsOf(people.CheckNewcomers(ctx, n.Newcomers, today)))
	}
	return c.Err()
}

// maxTold is how long what was asked, and what was answered, may be.
const maxTold = 4000

// Check reports what is wrong with a contact; its codes must hold on its day. One that was kept on paper may be
// up to five years old.
func (c *Contact) Check(ctx context.Context, today db.Date) error {
	k := errs.Check{}
	k.That(len(c.Requests) > 0 || c.Asked != "", "requests", "contact.request_missing")
	for _, r := range c.Requests {
		k.That(codelist.Valid(ctx, RequestList, r, c.On), "requests", "error.field_choice")
	}
	k.That(codelist.Valid(ctx, OutcomeList, c.Outcome, c.On), "outcome", "contact.outcome_missing")
	k.That(codelist.Valid(ctx, ChannelList, c.Channel, c.On), "channel", "error.field_choice")
	k.That(c.Language == "" || slices.Contains(people.Languages, c.Language), "language", "error.field_choice")
	k.That(c.Minutes >= 0 && c.Minutes <= 24*60, "minutes", "contact.minutes_wrong")
	k.That(c.On.Within(today, 5, 0), "on", "contact.date_wrong")
	k.That(errs.Fits(c.Asked, maxTold), "asked", "error.field_long")
	k.That(errs.Fits(c.Answered, maxTold), "answered", "error.field_long")
	k.That(c.Said.Sex == "" || slices.Contains(people.Sexes, c.Said.Sex), "said_sex", "error.field_choice")
	k.That(c.Said.AgeClass == "" || slices.Contains(ledger.AgeClasses, c.Said.AgeClass), "said_age", "error.field_choice")
	k.That(c.Said.Citizenship == "" || people.Citizenship(c.Said.Citizenship), "said_citizenship", "error.field_choice")
	return k.Err()
}

// mode is how the contact reached people, for the ledger.
func (c *Contact) mode() ledger.Mode {
	switch c.Channel {
	case "in_person":
		return ledger.InPerson
	case "territory":
		return ledger.OnTerritory
	}
	return ledger.Remote
}

// facts are what a contact counts for, where its desk works.
func (c *Contact) facts(d Desk, dims ledger.Dimensions) []ledger.Fact {
	base := ledger.Fact{Date: c.On, SubjectID: c.PersonID, Place: d.Place, OrgID: c.OrgID, TerritoryID: d.TerritoryID,
		Mode: c.mode(), Source: ledger.Source{Kind: string(policy.Contact), ID: c.ID}, Dimensions: dims}
	one, minutes := base, base
	one.Measure, one.Quantity = "access.contact", 1
	minutes.Measure, minutes.Quantity = "access.contact_minutes", int64(c.Minutes)
	if c.Minutes == 0 {
		return []ledger.Fact{one}
	}
	return []ledger.Fact{one, minutes}
}

// SaveContact writes a contact down, registers whom it names for the first
// time, and posts what it counts for. It returns the contact's id; the same
// form sent twice returns the first.
func (m *Module) SaveContact(ctx context.Context, n NewContact) (string, error) {
	actor, err := policy.Check(ctx, policy.ContactRecord)
	if err != nil {
		return "", err
	}
	if err := n.check(ctx, db.DateOf(m.db.Now())); err != nil {
		return "", err
	}
	n.ID, n.OrgID, n.AccountID = db.NewID(), actor.OrgID, actor.AccountID
	newcomers, key, err := m.prepare(ctx, actor, &n)
	if err != nil {
		return "", err
	}
	id := n.ID
	err = m.db.Write(ctx, func(tx *db.Tx) (err error) {
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, n.ID); err != nil || id != n.ID {
			return err
		}
		return m.saveContact(ctx, tx, actor, &n, newcomers, key)
	})
	return id, err
}

// prepare makes the keys that the contact needs, before its transaction.
func (m *Module) prepare(ctx context.Context, actor policy.Actor, n *NewContact) (*people.Sealed, *crypto.Key, error) {
	if len(n.Newcomers) > 0 {
		s, err := m.people.Prepare(ctx, n.Newcomers)
		if err != nil {
			return nil, nil, err
		}
		n.PersonID, n.HouseholdID = s.Reference(), s.ID
		key, err := m.keys.GetOne(ctx, actor.Network, n.PersonID)
		return s, key, err
	}
	if n.PersonID != "" {
		key, err := m.keys.GetOne(ctx, actor.Network, n.PersonID)
		if err == crypto.ErrDestroyed {
			err = errs.Missing()
		}
		return nil, key, err
	}
	key, err := m.keys.CreateOne(ctx, actor.Network, n.ID)
	return nil, key, err
}

func (m *Module) saveContact(ctx context.Context, tx *db.Tx, actor policy.Actor, n *NewContact, s *people.Sealed, key *crypto.Key) error {
	desk, err := deskByID(ctx, tx, actor.Network, actor.OrgID, n.DeskID)
	if errs.CodeOf(err) == errs.NotFound {
		return errs.Check{"desk": "contact.desk_missing"}.Err()
	}
	if err != nil {
		return err
	}
	switch {
	case s != nil:
		err = m.register(ctx, tx, s, desk, n)
	case n.PersonID != "":
		n.HouseholdID, err = m.people.CheckVisible(ctx, tx, n.PersonID)
	}
	if err != nil {
		return err
	}
	dims, err := m.dimensions(ctx, tx, actor.Network, &n.Contact)
	if err != nil {
		return err
	}
	sealed, err := n.seal(key)
	if err != nil {
		return err
	}
	if err := insertContact(ctx, tx, actor.Network, &n.Contact, sealed); err != nil {
		return err
	}
	return m.afterContact(ctx, tx, actor, &n.Contact, desk, dims)
}

// register writes newcomers, unless the desk may know them and was to be asked.
func (m *Module) register(ctx context.Context, tx *db.Tx, s *people.Sealed, desk Desk, n *NewContact) error {
	class, err := m.programmes.Class(ctx, tx, desk.Programme)
	if err != nil {
		return err
	}
	s.Restrict(class)
	if n.Ask {
		if err := m.people.CheckNew(ctx, tx, s); err != nil {
			return err
		}
	}
	if n.AskElsewhere {
		if err := m.people.AskFor(ctx, tx, s); err != nil {
			return err
		}
	}
	return m.people.Register(ctx, tx, s)
}

// afterContact opens the contact to the organisation, logs it and counts it.
func (m *Module) afterContact(ctx context.Context, tx *db.Tx, actor policy.Actor, c *Contact, d Desk, dims ledger.Dimensions) error {
	to, err := m.readers(ctx, tx, c.PersonID)
	if err != nil {
		return err
	}
	for _, g := range to {
		err := policy.Grant(ctx, tx, actor.Network, policy.Contact, c.ID, g,
			policy.Terms{Owner: actor.OrgID, Purpose: policy.DeskWork, Basis: policy.InstitutionalTask, Class: actor.Class()}, policy.Whole)
		if err != nil {
			return err
		}
	}
	if err := m.audit.Record(ctx, tx, audit.Entry{Act: "contact.record", Kind: policy.Contact, ID: c.ID}); err != nil {
		return err
	}
	return m.ledger.Post(ctx, tx, actor.Network, c.facts(d, dims)...)
}

// dimensions are the person's, or what somebody without a name has said.
func (m *Module) dimensions(ctx context.Context, tx *db.Tx, network string, c *Contact) (ledger.Dimensions, error) {
	if c.PersonID == "" {
		return c.Said, nil
	}
	return m.people.Dimensions(ctx, tx, network, c.PersonID, c.On)
}

func (c *Contact) place() string { return "contact/" + c.ID }

// owner is whose key seals the contact.
func (c *Contact) owner() string {
	if c.PersonID != "" {
		return c.PersonID
	}
	return c.ID
}

func (c *Contact) seal(key *crypto.Key) ([]byte, error) {
	plain, err := json.Marshal(c.Words)
	if err != nil {
		return nil, err
	}
	return key.Seal(plain, c.place()), nil
}

func (c *Contact) open(key *crypto.Key, sealed []byte) error {
	plain, err := key.Open(sealed, c.place())
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, &c.Words)
}

// Contact returns one contact, and logs that the actor read it. NotFound when
// it is not open to the actor.
func (m *Module) Contact(ctx context.Context, id string) (*Contact, error) {
	actor := policy.From(ctx)
	var row contactRow
	err := m.db.Read(ctx, func(tx *db.Tx) (err error) {
		row, err = contactByID(ctx, tx, actor, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	key, err := m.keys.GetOne(ctx, actor.Network, row.owner())
	if err == nil {
		err = row.open(key, row.sealed)
	}
	if err != nil && err != crypto.ErrDestroyed {
		return nil, err
	}
	return &row.Contact, m.audit.Read(ctx, policy.Contact, policy.Whole, id)
}

// Contacts lists the newest contacts open to the actor, without what was said,
// and how many there are in all. Before is the id of the last one seen.
func (m *Module) Contacts(ctx context.Context, before string, limit int) (page []Contact, total int, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		page, total, err = contactsOf(ctx, tx, policy.From(ctx), before, limit)
		return err
	})
	return page, total, err
}
