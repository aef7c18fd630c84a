package people

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Scheme says what a number is a number of.
type Scheme string

// The schemes.
const (
	TaxCodeScheme  Scheme = "it_cf"
	ProvisionalTax Scheme = "it_cf_num"
	PermitNumber   Scheme = "permit"
	Passport       Scheme = "passport"
	IDCard         Scheme = "id_card"
	STP            Scheme = "stp"
	ENI            Scheme = "eni"
)

// Schemes are those that stand on the page of a person. STP and ENI say how
// somebody stays: they are kept in Guarded records only (safeguards, 6).
var Schemes = []Scheme{TaxCodeScheme, ProvisionalTax, PermitNumber, Passport, IDCard}

// Identifier is a number by which an office knows a person. One may have several
// of a kind over time: a provisional codice fiscale and then a definitive one.
type Identifier struct {
	ID       string  `json:"-"`
	PersonID string  `json:"-"`
	Scheme   Scheme  `json:"scheme"`
	Value    string  `json:"value"`
	Country  string  `json:"country,omitempty"` // that gave a passport, ISO 3166-1 alpha-3
	From     db.Date `json:"from,omitempty"`
	To       db.Date `json:"to,omitempty"` // the last day on which it holds
	// Replaced says that another came in its place.
	Replaced bool `json:"replaced,omitempty"`
}

// Status says where a number stands on a day.
func (i Identifier) Status(today db.Date) string {
	switch {
	case i.Replaced:
		return "replaced"
	case i.To != "" && i.To < today:
		return "expired"
	case i.Scheme == ProvisionalTax:
		return "provisional"
	}
	return "valid"
}

// maxCode is how long a number may be, in characters.
const maxCode = 40

// check reports what is wrong with a number. A codice fiscale must be one; what
// it says of a person is never held against it.
func (i *Identifier) check() error {
	c := errs.Check{}
	c.That(slices.Contains(Schemes, i.Scheme), "scheme", "error.field_choice")
	c.That(foldCode(i.Value) != "", "value", "identifier.missing")
	c.That(errs.Fits(i.Value, maxCode), "value", "error.field_long")
	c.That(i.Country == "" || slices.Contains(Countries, i.Country), "country", "error.field_choice")
	c.That(i.From == "" || i.To == "" || i.From <= i.To, "to", "identifier.ends_before")
	if t, err := ParseTaxCode(i.Value); i.Scheme == TaxCodeScheme || i.Scheme == ProvisionalTax {
		c.That(err == nil && t.Provisional() == (i.Scheme == ProvisionalTax), "value", "identifier."+string(i.Scheme))
	}
	return c.Err()
}

// NewIdentifier is a number about to be written. Known says that somebody else
// open to the actor has it, and it is right so.
type NewIdentifier struct {
	Identifier
	Known bool
	Sent  crypto.Sending
}

// AddIdentifier writes a number of a person who is open to the actor; a codice
// fiscale takes the place of the provisional one. The same number twice is
// refused, and so is one that somebody else open to the actor has, unless Known.
func (m *Module) AddIdentifier(ctx context.Context, n NewIdentifier) error {
	actor, err := policy.Check(ctx, policy.PersonRegister)
	if err != nil {
		return err
	}
	if n.Scheme == TaxCodeScheme || n.Scheme == ProvisionalTax {
		n.Value = foldCode(n.Value)
	}
	if err := n.check(); err != nil {
		return err
	}
	mac, err := m.codeMAC(ctx, actor.Network, n.Scheme, n.Value)
	if err != nil {
		return err
	}
	n.ID = db.NewID()
	return m.db.Write(ctx, func(tx *db.Tx) error {
		if err := policy.CanRead(ctx, tx, policy.Person, n.PersonID, policy.Identity); err != nil {
			return err
		}
		first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, n.ID)
		if err != nil || first != n.ID {
			return err
		}
		if err := m.checkFree(ctx, tx, &n, mac); err != nil {
			return err
		}
		return m.addIdentifier(ctx, tx, n.Identifier, mac)
	})
}

// checkFree refuses a number that the person has, or that somebody else has as
// far as the actor sees.
func (m *Module) checkFree(ctx context.Context, tx *db.Tx, n *NewIdentifier, mac []byte) error {
	have, err := holdersOf(ctx, tx, policy.From(ctx), mac)
	if err != nil {
		return err
	}
	c := errs.Check{}
	c.That(!slices.Contains(have, n.PersonID), "value", "identifier.twice")
	c.That(n.Known || len(have) == 0, "value", "identifier.known")
	return c.Err()
}

func (m *Module) addIdentifier(ctx context.Context, tx *db.Tx, i Identifier, mac []byte) error {
	network := policy.From(ctx).Network
	if err := m.CheckUse(ctx, tx, i.PersonID); err != nil {
		return err
	}
	_, key, err := m.keyed(ctx, tx, network, i.PersonID)
	if err != nil {
		return err
	}
	if i.Scheme == TaxCodeScheme {
		if err := m.replaceProvisional(ctx, tx, i.PersonID, key); err != nil {
			return err
		}
	}
	sealed, err := i.seal(key)
	if err != nil {
		return err
	}
	if err := insertIdentifier(ctx, tx, network, &i, mac, sealed); err != nil {
		return err
	}
	if err := m.compareAgain(ctx, tx, i.PersonID); err != nil {
		return err
	}
	return m.record(ctx, tx, "person.identifier_add", i.PersonID)
}

// replaceProvisional marks the provisional codes of a person as replaced.
func (m *Module) replaceProvisional(ctx context.Context, tx *db.Tx, person string, key *crypto.Key) error {
	list, err := m.identifiers(ctx, tx, person, key)
	for _, i := range list {
		if i.Scheme == ProvisionalTax && !i.Replaced {
			i.Replaced = true
			if err := m.updateIdentifier(ctx, tx, &i, key); err != nil {
				return err
			}
		}
	}
	return err
}

func (m *Module) updateIdentifier(ctx context.Context, tx *db.Tx, i *Identifier, key *crypto.Key) error {
	sealed, err := i.seal(key)
	if err != nil {
		return err
	}
	return resealIdentifier(ctx, tx, policy.From(ctx).Network, i, sealed)
}

// EndIdentifier says that a number of a person holds no more, from a day that is
// over. It stays, and the person is still found by it.
func (m *Module) EndIdentifier(ctx context.Context, person, id string, last db.Date) error {
	if _, err := policy.Check(ctx, policy.PersonRegister); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		if err := policy.CanRead(ctx, tx, policy.Person, person, policy.Identity); err != nil {
			return err
		}
		var i Identifier
		key, err := m.underEntry(ctx, tx, person, func(entry string, key *crypto.Key) (bool, error) {
			list, err := m.identifiers(ctx, tx, entry, key)
			at := slices.IndexFunc(list, func(i Identifier) bool { return i.ID == id })
			if at >= 0 {
				i = list[at]
			}
			return at >= 0, err
		})
		if err != nil {
			return err
		}
		c := errs.Check{}
		c.That(last != "" && last <= tx.Today() && last >= i.From, "to", "identifier.end_wrong")
		if err := c.Err(); err != nil {
			return err
		}
		i.To = last
		if err := m.updateIdentifier(ctx, tx, &i, key); err != nil {
			return err
		}
		return m.record(ctx, tx, "person.identifier_end", person)
	})
}

// identifiers opens the numbers of a person, oldest first.
func (m *Module) identifiers(ctx context.Context, tx *db.Tx, person string, key *crypto.Key) (out []Identifier, err error) {
	rows, err := identifiersOf(ctx, tx, policy.From(ctx).Network, person)
	for _, r := range rows {
		if err := r.unseal(key); err != nil {
			return nil, err
		}
		out = append(out, r.Identifier)
	}
	return out, err
}

func (i *Identifier) place() string { return "identifier/" + i.ID }

func (i *Identifier) seal(key *crypto.Key) ([]byte, error) {
	plain, err := json.Marshal(i)
	if err != nil {
		return nil, err
	}
	return key.Seal(plain, i.place()), nil
}

func (i *identifierRow) unseal(key *crypto.Key) error {
	plain, err := key.Open(i.sealed, i.place())
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, &i.Identifier)
}

// codeMAC is what a number is known by: the same for the same number of a kind in
// a network, and nothing without the network's key.
func (m *Module) codeMAC(ctx context.Context, network string, scheme Scheme, value string) ([]byte, error) {
	return m.keys.MAC(ctx, network, "identifier", string(scheme), foldCode(value))
}

// shortestCode is how long a number must be to be looked for, in characters.
const shortestCode = 5

// HoldersOf are the persons open to the actor who have a number, whatever it is a
// number of; those of a guarded code only when the actor is named to it. What can
// be no number is nobody's.
func (m *Module) HoldersOf(ctx context.Context, tx *db.Tx, text string) ([]string, error) {
	actor := policy.From(ctx)
	macs, err := m.codeMACs(ctx, actor.Network, text)
	if err != nil || len(macs) == 0 {
		return nil, err
	}
	open, err := holdersOf(ctx, tx, actor, macs...)
	if err != nil {
		return nil, err
	}
	guarded, err := m.guardedHolders(ctx, tx, foldCode(text))
	return append(open, guarded...), err
}

// codeMACs are the MACs of a number, one for each thing that it may be a number
// of; none of what can be no number.
func (m *Module) codeMACs(ctx context.Context, network, text string) (macs [][]byte, err error) {
	code := foldCode(text)
	if len(code) < shortestCode || len(code) > maxCode || !strings.ContainsAny(code, "0123456789") {
		return nil, nil
	}
	for _, scheme := range Schemes {
		mac, err := m.codeMAC(ctx, network, scheme, code)
		if err != nil {
			return nil, err
		}
		macs = append(macs, mac)
	}
	return macs, nil
}

// identifierRow is a number as it is kept.
type identifierRow struct {
	Identifier
	sealed []byte
}
