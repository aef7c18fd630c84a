package people

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Permit is a residence permit, or the way to one. The desk never asks for it;
// who works with a family writes it down to renew it in time (safeguards, 6).
type Permit struct {
	ID       string      `json:"-"`
	PersonID string      `json:"-"`
	Reason   string      `json:"reason,omitempty"` // code of PermitList
	State    PermitState `json:"state"`
	Number   string      `json:"number,omitempty"`
	Office   string      `json:"office,omitempty"`  // Questura that gave it
	Receipt  string      `json:"receipt,omitempty"` // number of the receipt of a request
	Issued   db.Date     `json:"issued,omitempty"`
	Expires  db.Date     `json:"expires,omitempty"` // the last day; empty with Lasting, or when unknown
	Lasting  bool        `json:"lasting,omitempty"` // it has no end
	Version  int         `json:"-"`
	SavedBy  string      `json:"-"` // name
}

// PermitList is the code list of reasons, under their groups.
const PermitList = "permit_reason"

// PermitState says how far a permit is.
type PermitState string

// The states.
const (
	Requested PermitState = "requested" // the kit was sent, or the day at the office is fixed
	Receipted PermitState = "receipt"   // there is a receipt, which holds meanwhile
	InForce   PermitState = "in_force"
	Renewing  PermitState = "renewal" // asked for again; the old one holds with the receipt
	Ended     PermitState = "ended"   // another came in its place, or it was given back
	Expired   PermitState = "expired" // its last day is over: said by the date, never by hand
)

// PermitStates lists those that are said by hand, in the order of the form.
var PermitStates = []PermitState{Requested, Receipted, InForce, Renewing, Ended}

// permitNotice is how long before its last day a permit asks to be renewed, in
// days.
const permitNotice = 60

// Stands says how far a permit is on a day: one that was in force and whose last
// day is over has expired. With a renewal that was asked for the old one still holds.
func (p *Permit) Stands(today db.Date) PermitState {
	if p.State == InForce && !p.Lasting && p.Expires != "" && p.Expires < today {
		return Expired
	}
	return p.State
}

// Due tells whether a permit asks to be renewed: it is in force and ends within
// sixty days. What is over asks for nothing here: nobody is listed for that.
func (p *Permit) Due(today db.Date) bool {
	return p.State == InForce && !p.Lasting && p.Expires >= today && p.Expires <= today.AddDays(permitNotice)
}

func (p *Permit) check(ctx context.Context) error {
	c := errs.Check{}
	c.That(p.Reason == "" || codelist.Valid(ctx, PermitList, p.Reason, ""), "reason", "error.field_choice")
	c.That(slices.Contains(PermitStates, p.State), "state", "error.field_choice")
	c.That(!p.Lasting || p.Expires == "", "expires", "permit.lasting_expires")
	c.That(p.Issued == "" || p.Expires == "" || p.Issued <= p.Expires, "expires", "identifier.ends_before")
	for field, text := range map[string]string{"number": p.Number, "receipt": p.Receipt} {
		c.That(errs.Fits(text, maxCode), field, "error.field_long")
	}
	c.That(errs.Fits(p.Office, maxTown), "office", "error.field_long")
	return c.Err()
}

// AddPermit writes down a permit of a person who is open to the actor.
func (m *Module) AddPermit(ctx context.Context, p Permit, sent crypto.Sending) error {
	p.ID, p.Version = db.NewID(), 0
	return m.writePermit(ctx, &p, "person.permit_add", func(tx *db.Tx, key *crypto.Key) error {
		actor := policy.From(ctx)
		first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, sent, p.ID)
		if err != nil || first != p.ID {
			p.ID = first
			return err
		}
		sealed, err := p.seal(key)
		if err != nil {
			return err
		}
		return insertPermit(ctx, tx, actor.Network, &p, sealed)
	})
}

// SavePermit changes a permit. When somebody has changed it since the version the
// form was filled from, nothing is saved and an errs.Stale carries what they wrote.
func (m *Module) SavePermit(ctx context.Context, p Permit) error {
	return m.writePermit(ctx, &p, "person.permit_change", func(tx *db.Tx, _ *crypto.Key) error {
		var now Permit
		key, err := m.underEntry(ctx, tx, p.PersonID, func(entry string, key *crypto.Key) (bool, error) {
			list, err := m.permits(ctx, tx, entry, key)
			at := slices.IndexFunc(list, func(one Permit) bool { return one.ID == p.ID })
			if at >= 0 {
				now = list[at]
			}
			return at >= 0, err
		})
		if err != nil {
			return err
		}
		if now.Version != p.Version {
			return errs.Changed(now)
		}
		sealed, err := p.seal(key)
		if err != nil {
			return err
		}
		return updatePermit(ctx, tx, policy.From(ctx).Network, &p, sealed)
	})
}

// writePermit checks what every change of a permit needs, and logs it.
func (m *Module) writePermit(ctx context.Context, p *Permit, act string, write func(*db.Tx, *crypto.Key) error) error {
	actor, err := policy.Check(ctx, policy.PermitWork)
	if err != nil {
		return err
	}
	if err := p.check(ctx); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		if err := policy.CanRead(ctx, tx, policy.Person, p.PersonID, policy.Identity); err != nil {
			return err
		}
		if err := m.CheckUse(ctx, tx, p.PersonID); err != nil {
			return err
		}
		_, key, err := m.keyed(ctx, tx, actor.Network, p.PersonID)
		if err != nil {
			return err
		}
		if err := write(tx, key); err != nil {
			return err
		}
		return m.record(ctx, tx, act, p.PersonID)
	})
}

// permits opens the permits of a person, the newest first.
func (m *Module) permits(ctx context.Context, tx *db.Tx, person string, key *crypto.Key) (out []Permit, err error) {
	rows, err := permitsOf(ctx, tx, policy.From(ctx).Network, []string{person})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	names, err := m.network.StaffNames(ctx, tx)
	for _, r := range rows {
		if err := r.unseal(key); err != nil {
			return nil, err
		}
		r.SavedBy = names[r.SavedBy]
		out = append(out, r.Permit)
	}
	return out, err
}

// Waiting is a permit that asks to be renewed, and whose it is.
type Waiting struct {
	Permit
	Person Person
}

// Expiring lists, of those of the persons who are open to the actor, the permits
// that end within sixty days, the first to end first; and logs whom it names.
func (m *Module) Expiring(ctx context.Context, persons []string) (out []Waiting, err error) {
	actor, err := policy.Check(ctx, policy.PermitWork)
	if err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		roots, err := rootsOf(ctx, tx, actor.Network, persons)
		if err != nil {
			return err
		}
		rows, err := permitsOf(ctx, tx, actor.Network, slices.AppendSeq(slices.Clone(persons), maps.Values(roots)))
		if err != nil || len(rows) == 0 {
			return err
		}
		out, err = m.waiting(ctx, tx, rows)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b Waiting) int {
		return slices.Compare([]string{string(a.Expires), a.ID}, []string{string(b.Expires), b.ID})
	})
	read := make([]audit.Entry, len(out))
	for i, w := range out {
		read[i] = audit.Entry{Act: "read", Kind: policy.Person, ID: w.PersonID, Section: policy.Identity}
	}
	return out, m.audit.Append(ctx, read...)
}

func (m *Module) waiting(ctx context.Context, tx *db.Tx, rows []permitRow) (out []Waiting, err error) {
	owners := make([]string, len(rows))
	for i, r := range rows {
		owners[i] = r.PersonID
	}
	keys, err := m.keys.Get(ctx, policy.From(ctx).Network, owners...)
	if err != nil {
		return nil, err
	}
	var due []string
	for _, r := range rows {
		if err := r.unseal(keys[r.PersonID]); err == crypto.ErrDestroyed {
			continue
		} else if err != nil {
			return nil, err
		}
		if r.Due(tx.Today()) {
			out, due = append(out, Waiting{Permit: r.Permit}), append(due, r.PersonID)
		}
	}
	cards, err := m.Cards(ctx, tx, due)
	out = slices.DeleteFunc(out, func(w Waiting) bool { _, open := cards[w.PersonID]; return !open })
	for i := range out {
		out[i].Person = cards[out[i].PersonID]
	}
	return out, err
}

func (p *Permit) place() string { return "permit/" + p.ID }

func (p *Permit) seal(key *crypto.Key) ([]byte, error) {
	plain, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	return key.Seal(plain, p.place()), nil
}

func (r *permitRow) unseal(key *crypto.Key) error {
	plain, err := key.Open(r.sealed, r.place())
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, &r.Permit)
}
