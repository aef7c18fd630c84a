package people

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Guarded is what of a person only those see who are named to it: an address that
// must be protected, the code with which somebody without papers is cared for.
// It is a record of its own (class C4), so that the page of the person, searches,
// counts and warnings are the same whether there is one or not (safeguards, 4 to
// 6): who is not named to it writes another, and is not told.
type Guarded struct {
	ID       string      `json:"-"`
	PersonID string      `json:"-"`
	Kind     GuardedKind `json:"kind"`
	Address  Address     `json:"address,omitzero"`
	Code     string      `json:"code,omitempty"`
	From     db.Date     `json:"from,omitempty"`
	To       db.Date     `json:"to,omitempty"`
	By       string      `json:"-"` // who wrote it, by name
	At       time.Time   `json:"-"`
	Readers  []string    `json:"-"` // names of those who see it
}

// GuardedKind says what a guarded record holds.
type GuardedKind string

// The kinds.
const (
	ProtectedAddress GuardedKind = "address"
	GuardedSTP       GuardedKind = GuardedKind(STP)
	GuardedENI       GuardedKind = GuardedKind(ENI)
)

// GuardedKinds lists them in the order of the form.
var GuardedKinds = []GuardedKind{ProtectedAddress, GuardedSTP, GuardedENI}

func (g *Guarded) check() error {
	c := errs.Check{}
	c.That(slices.Contains(GuardedKinds, g.Kind), "kind", "error.field_choice")
	if g.Kind == ProtectedAddress {
		c.That(g.Address.Text() != "", "street", "guarded.address_missing")
		g.Address.check(c)
	} else {
		c.That(guardedCode(g.Kind, g.Code), "code", "guarded.code_wrong")
	}
	c.That(g.From == "" || g.To == "" || g.From <= g.To, "to", "identifier.ends_before")
	return c.Err()
}

// guardedCode tells whether a code has the form that its kind has: its three
// letters and thirteen digits.
func guardedCode(kind GuardedKind, code string) bool {
	code = foldCode(code)
	want := map[GuardedKind]string{GuardedSTP: "STP", GuardedENI: "ENI"}[kind]
	return len(code) == 16 && want != "" && code[:3] == want && shapeOf(code[3:]) == "DDDDDDDDDDDDD"
}

// NewGuarded is a guarded record about to be written. With is whom it is shown to
// beside who writes it: colleagues of the same body.
type NewGuarded struct {
	Guarded
	With []string // accounts
	Sent crypto.Sending
}

// AddGuarded writes a guarded record of a person who is open to the actor, and
// opens it to the actor and to those they name. An address that is protected
// stands nowhere else from then on: not on the page, not in what was kept of
// earlier states.
func (m *Module) AddGuarded(ctx context.Context, n NewGuarded) error {
	actor, err := policy.Check(ctx, policy.PersonRegister)
	if err != nil {
		return err
	}
	if err := n.check(); err != nil {
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
		_, key, err := m.keyed(ctx, tx, actor.Network, n.PersonID)
		if err != nil {
			return err
		}
		return m.addGuarded(ctx, tx, &n, key)
	})
}

func (m *Module) addGuarded(ctx context.Context, tx *db.Tx, n *NewGuarded, key *crypto.Key) error {
	actor := policy.From(ctx)
	var mac []byte
	if n.Kind == ProtectedAddress {
		if err := m.forgetAddresses(ctx, tx, n.PersonID); err != nil {
			return err
		}
	} else {
		var err error
		if mac, err = m.codeMAC(ctx, actor.Network, Scheme(n.Kind), n.Code); err != nil {
			return err
		}
	}
	sealed, err := n.seal(key)
	if err != nil {
		return err
	}
	if err := insertGuarded(ctx, tx, actor.Network, &n.Guarded, mac, sealed); err != nil {
		return err
	}
	colleagues, err := m.colleagues(ctx, tx)
	if err != nil {
		return err
	}
	terms := policy.Terms{Owner: actor.OrgID, Purpose: policy.CaseWork, Basis: policy.InstitutionalTask, Class: policy.VeryRestricted}
	for _, account := range append([]string{actor.AccountID}, n.With...) {
		if colleagues[account] == "" {
			return errs.Check{"with": "error.field_choice"}.Err()
		}
		if err := policy.Grant(ctx, tx, actor.Network, policy.Guarded, n.ID, policy.ToAccount(account), terms, policy.Whole); err != nil {
			return err
		}
	}
	return m.audit.Record(ctx, tx, audit.Entry{Act: "guarded.add", Kind: policy.Guarded, ID: n.ID})
}

// EndGuarded takes a guarded record away: what it said is no more true.
func (m *Module) EndGuarded(ctx context.Context, person, id string) error {
	actor, err := policy.Check(ctx, policy.PersonRegister)
	if err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		if err := policy.CanRead(ctx, tx, policy.Guarded, id, policy.Whole); err != nil {
			return err
		}
		entries, err := entriesOf(ctx, tx, actor.Network, person)
		if err != nil {
			return err
		}
		if err := deleteGuarded(ctx, tx, actor.Network, entries, id); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "guarded.end", Kind: policy.Guarded, ID: id})
	})
}

// guarded opens those records of a person that the actor is named to.
func (m *Module) guarded(ctx context.Context, tx *db.Tx, person string, key *crypto.Key) (out []Guarded, err error) {
	actor := policy.From(ctx)
	rows, err := guardedOf(ctx, tx, actor, person)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	names, err := m.network.StaffNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		plain, err := key.Open(r.sealed, r.place())
		if err == nil {
			err = json.Unmarshal(plain, &r.Guarded)
		}
		if err != nil {
			return nil, err
		}
		r.By = names[r.By]
		to, err := policy.Grantees(ctx, tx, actor.Network, policy.Guarded, r.ID)
		if err != nil {
			return nil, err
		}
		for _, g := range to {
			r.Readers = append(r.Readers, names[g.ID])
		}
		slices.Sort(r.Readers)
		out = append(out, r.Guarded)
	}
	return out, nil
}

// guardedHolders are the persons whose guarded code this is, of the records that
// the actor is named to. Both lists are asked for, whatever the code looks like.
func (m *Module) guardedHolders(ctx context.Context, tx *db.Tx, code string) ([]string, error) {
	actor := policy.From(ctx)
	var macs [][]byte
	for _, scheme := range []Scheme{STP, ENI} {
		mac, err := m.codeMAC(ctx, actor.Network, scheme, code)
		if err != nil {
			return nil, err
		}
		macs = append(macs, mac)
	}
	return guardedHolders(ctx, tx, actor, macs[0], macs[1])
}

// forgetAddresses takes the address of a person off each of their entries: one that
// was merged would bring it back when the merge is undone.
func (m *Module) forgetAddresses(ctx context.Context, tx *db.Tx, person string) error {
	network := policy.From(ctx).Network
	entries, err := entriesOf(ctx, tx, network, person)
	for _, entry := range entries {
		var key *crypto.Key
		if key, err = m.keys.GetOne(ctx, network, entry); err == nil {
			err = m.forgetAddress(ctx, tx, entry, key)
		} else if err == crypto.ErrDestroyed {
			err = nil // nothing of it can be read
		}
		if err != nil {
			return err
		}
	}
	return err
}

// forgetAddress takes the address off an entry, and off what was kept of its
// earlier states.
func (m *Module) forgetAddress(ctx context.Context, tx *db.Tx, person string, key *crypto.Key) error {
	network := policy.From(ctx).Network
	now, err := rowByID(ctx, tx, network, person)
	if err == nil {
		err = now.open(key, now.sealed)
	}
	if err != nil {
		return err
	}
	if now.Address != (Address{}) {
		now.Address, now.Comune = Address{}, ""
		sealed, err := now.seal(key)
		if err != nil {
			return err
		}
		if err := hideAddress(ctx, tx, network, person, sealed); err != nil {
			return err
		}
	}
	rows, err := versionsOf(ctx, tx, network, person)
	for i := range rows {
		if err := m.forgetEarlier(ctx, tx, &rows[i], key); err != nil {
			return err
		}
	}
	return err
}

func (m *Module) forgetEarlier(ctx context.Context, tx *db.Tx, r *versionRow, key *crypto.Key) error {
	if err := r.unseal(key); err != nil || r.Address == (Address{}) {
		return err
	}
	r.Address, r.Comune = Address{}, ""
	plain, err := json.Marshal(r.Private)
	if err != nil {
		return err
	}
	return resealVersion(ctx, tx, policy.From(ctx).Network, r, key.Seal(plain, versionPlace(r.ID, r.Version)))
}

// readers are the roles that open persons.
var readers = slices.DeleteFunc(slices.Clone(policy.Roles), func(r policy.Role) bool { return !r.Holds(policy.PersonRead) })

// colleagues are who works in the actor's body, by account, and may open persons.
func (m *Module) colleagues(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	actor := policy.From(ctx)
	all, err := m.network.Operators(ctx, tx, readers...)
	out := map[string]string{}
	for _, op := range all {
		if op.Active && op.OrgID == actor.OrgID {
			out[op.AccountID] = op.Name
		}
	}
	return out, err
}

func (g *Guarded) place() string { return "guarded/" + g.ID }

func (g *Guarded) seal(key *crypto.Key) ([]byte, error) {
	plain, err := json.Marshal(g)
	if err != nil {
		return nil, err
	}
	return key.Seal(plain, g.place()), nil
}
