package cases

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// What paths of care and prevention groups share: they tell nobody whom they are of,
// and are open to who is named to them and to nobody else (safeguards, 4).

// untold is somebody as the ledger may know them, and as a key seals them.
type untold struct {
	name, code string
	subject    string // a digest that leads to nobody; the same for the same person, or for the same code in a body
	ledger.Dimensions
}

// untold says who a person of the register is on a day, or who gives a code to a body.
func (m *Module) untold(ctx context.Context, tx *db.Tx, org, person, code string, on db.Date) (w untold, err error) {
	network := policy.From(ctx).Network
	parts := []string{"code", org, strings.ToUpper(strings.Join(strings.Fields(code), ""))}
	w.code = code
	if person != "" {
		if err := m.people.CheckUse(ctx, tx, person); err != nil {
			return w, err
		}
		cards, err := m.people.Cards(ctx, tx, []string{person})
		if err != nil {
			return w, err
		}
		w.name, w.code = people.NameOf(ctx, cards[person]), ""
		if w.Dimensions, err = m.people.Dimensions(ctx, tx, network, person, on); err != nil {
			return w, err
		}
		parts = []string{"person", person}
	}
	mac, err := m.keys.MAC(ctx, network, "health", parts...)
	w.subject = hex.EncodeToString(mac[:16])
	return w, err
}

// untoldEnvelope is what the key of such a record seals: whose it is, and its words,
// which are sealed once more when it is a person of the register: without both keys
// nobody reads them, and they go with the person's.
type untoldEnvelope struct {
	Person string `json:"person,omitempty"`
	Words  []byte `json:"words"`
}

func (m *Module) sealUntold(ctx context.Context, own *crypto.Key, person, place string, more any) ([]byte, error) {
	words, err := json.Marshal(more)
	if err != nil {
		return nil, err
	}
	if person != "" {
		theirs, err := m.keys.GetOne(ctx, policy.From(ctx).Network, person)
		if err != nil {
			return nil, err
		}
		words = theirs.Seal(words, place)
	}
	plain, err := json.Marshal(untoldEnvelope{person, words})
	if err != nil {
		return nil, err
	}
	return own.Seal(plain, place), nil
}

func openEnvelope(own *crypto.Key, sealed []byte, place string) (e untoldEnvelope, err error) {
	plain, err := own.Open(sealed, place)
	if err == nil {
		err = json.Unmarshal(plain, &e)
	}
	return e, err
}

// open reads the words. Those of a person who was erased are gone.
func (e untoldEnvelope) open(theirs *crypto.Key, place string, more any) (gone bool, err error) {
	words := e.Words
	if e.Person != "" {
		if theirs == nil {
			return true, nil
		}
		if words, err = theirs.Open(words, place); err != nil {
			return false, err
		}
	}
	return false, json.Unmarshal(words, more)
}

// healthSection is what an agreement between two bodies must cover, up to class C4, for
// somebody of the other to be named: such a record is of the kind of what a diary holds.
const healthSection = policy.Diary

// circle is who is named to a record, one by one.
type circle struct {
	kind  policy.Kind
	id    string
	orgID string // whose record it is
}

func (c circle) terms() policy.Terms {
	return policy.Terms{Owner: c.orgID, Purpose: policy.CaseWork, Basis: policy.InstitutionalTask, Class: policy.VeryRestricted}
}

// HealthMember is somebody who is named to a path of care or a prevention group.
type HealthMember struct {
	AccountID string
	Name      string
	OrgName   string
	Closed    bool // they do not see it today: no agreement between the bodies covers it, or they have left
}

// healthRoles are the roles that can be named.
var healthRoles = slices.DeleteFunc(slices.Clone(policy.Roles), func(r policy.Role) bool { return !r.Holds(policy.HealthWork) })

// named are those who are named to a record, by name.
func (m *Module) named(ctx context.Context, tx *db.Tx, c circle) (out []HealthMember, err error) {
	to, err := policy.Grantees(ctx, tx, policy.From(ctx).Network, c.kind, c.id)
	if err != nil {
		return nil, err
	}
	all, err := m.network.Operators(ctx, tx, healthRoles...)
	if err != nil {
		return nil, err
	}
	names, err := m.network.StaffNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, g := range to {
		member := HealthMember{AccountID: g.ID, Name: names[g.ID], Closed: true}
		for _, op := range all {
			if op.AccountID != g.ID || !op.Active {
				continue
			}
			if ok, err := policy.MayShare(ctx, tx, policy.From(ctx).Network, op.OrgID, c.terms(), healthSection); err != nil {
				return nil, err
			} else if member.OrgName = op.OrgName; ok {
				member.Closed = false
			}
		}
		out = append(out, member)
	}
	slices.SortFunc(out, func(a, b HealthMember) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// nameable lists who can be named to a record and is not yet: who does such work in the
// body whose record it is, or in one with which an agreement covers it.
func (m *Module) nameable(ctx context.Context, c circle, in []HealthMember) (out []network.Operator, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		all, err := m.network.Operators(ctx, tx, healthRoles...)
		if err != nil {
			return err
		}
		may := map[string]bool{}
		for _, op := range all {
			if !op.Active || slices.ContainsFunc(in, func(h HealthMember) bool { return h.AccountID == op.AccountID }) {
				continue
			}
			if _, asked := may[op.OrgID]; !asked {
				if may[op.OrgID], err = policy.MayShare(ctx, tx, policy.From(ctx).Network, op.OrgID, c.terms(), healthSection); err != nil {
					return err
				}
			}
			if may[op.OrgID] {
				out = append(out, op)
			}
		}
		return nil
	})
	return out, err
}

// name opens a record to somebody by name. Said twice it changes nothing.
func (m *Module) name(ctx context.Context, tx *db.Tx, c circle, account string) error {
	op, err := m.network.Operator(ctx, tx, account, healthRoles...)
	if errs.CodeOf(err) == errs.NotFound || err == nil && !op.Active {
		return errs.Check{"account": "error.field_choice"}.Err()
	}
	if err != nil {
		return err
	}
	if err := m.network.CheckSharing(ctx, tx, c.terms(), op.OrgID, healthSection); err != nil {
		return err
	}
	return policy.Grant(ctx, tx, policy.From(ctx).Network, c.kind, c.id, policy.ToAccount(account), c.terms(), healthSection)
}

// unname closes a record to somebody who was named to it. The last one is a Conflict:
// nobody would find it again.
func (m *Module) unname(ctx context.Context, tx *db.Tx, c circle, account string) error {
	members, err := m.named(ctx, tx, c)
	if err != nil {
		return err
	}
	left := 0
	for _, h := range members {
		if h.AccountID != account && !h.Closed {
			left++
		}
	}
	switch {
	case !slices.ContainsFunc(members, func(h HealthMember) bool { return h.AccountID == account }):
		return errs.Missing()
	case left == 0:
		return errs.New(errs.Conflict, "health.last_member")
	}
	return policy.Revoke(ctx, tx, policy.From(ctx).Network, c.kind, c.id, policy.ToAccount(account))
}
