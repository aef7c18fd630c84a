package governance

import (
	"context"
	"slices"

	"tessuto/internal/network"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Member is somebody who sits in a body, from a day and maybe to a day. Without
// an account it is somebody from outside, such as an expert, whose name is sealed
// under a key of their own.
type Member struct {
	ID        string
	AccountID string
	OrgID     string
	Seat      string
	Task      string
	From, To  db.Date // To is the first day on which they are a member no more

	Name       string // empty for who may not read it, or when the key is gone
	OrgName    string
	Profession string
}

// Tasks are what a member does in a body beside sitting in it.
var Tasks = []string{"member", "chair", "secretary"}

// on tells whether somebody is a member on a day.
func (mb *Member) on(day db.Date) bool { return mb.From <= day && (mb.To == "" || mb.To > day) }

// Filled is a seat and who has it. Missing is how many it lacks, Over how many
// are too many.
type Filled struct {
	Seat
	Members       []Member
	Missing, Over int
}

// composition says who has which seat on a day. A seat of which the source says
// no number needs one at least; who comes from another organisation than the one
// that sends it does not fill it.
func composition(seats []Seat, members []Member, day db.Date) []Filled {
	out := make([]Filled, len(seats))
	for i, s := range seats {
		out[i].Seat = s
		for _, mb := range members {
			if mb.Seat == s.Key && mb.on(day) && (s.OrgID == "" || s.OrgID == mb.OrgID) {
				out[i].Members = append(out[i].Members, mb)
			}
		}
		have := len(out[i].Members)
		out[i].Missing = max(0, max(1, s.Number)-have)
		if s.Number > 0 {
			out[i].Over = max(0, have-s.Number)
		}
	}
	return out
}

// composed tells whether every seat has who it asks for.
func composed(list []Filled) bool {
	return !slices.ContainsFunc(list, func(f Filled) bool { return f.Missing+f.Over > 0 })
}

// NewMember is what adding one asks for: an operator of the network, or the name
// of somebody from outside.
type NewMember struct {
	AccountID string
	Name      string
	OrgID     string // of somebody from outside; of an operator it is known
	Seat      string
	Task      string
	From      db.Date
	Sent      crypto.Sending
}

// check reports what is wrong with it.
func (n *NewMember) check(b *Body, today db.Date) error {
	c := errs.Check{}
	c.That(n.AccountID != "" || n.Name != "", "account", "body.member_missing")
	c.That(n.AccountID == "" || n.Name == "", "name", "body.member_twice")
	c.That(errs.Fits(n.Name, maxTitle), "name", "error.field_long")
	c.That(n.Seat == "" || b.seat(n.Seat) != nil, "seat", "error.field_choice")
	c.That(slices.Contains(Tasks, n.Task), "task", "error.field_choice")
	c.That(n.From != "" && n.From.Within(today, 10, 0), "from", "body.from_wrong")
	return c.Err()
}

// AddMember lets somebody sit in a body of a programme that the actor
// coordinates. An operator works in the body at once; one who does already is a
// Conflict, and one of an authority is refused: authorities sit as guests. Who
// comes from another organisation than the seat's is refused too.
func (m *Module) AddMember(ctx context.Context, bodyID string, n NewMember) error {
	actor, id := policy.From(ctx), db.NewID()
	key, err := m.memberKey(ctx, bodyID, id, n)
	if err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		b, err := m.managed(ctx, tx, bodyID)
		if err != nil {
			return err
		}
		if err := n.check(&b, tx.Today()); err != nil {
			return err
		}
		first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, id)
		if err != nil || first != id {
			return err
		}
		mb := Member{ID: id, AccountID: n.AccountID, OrgID: n.OrgID, Seat: n.Seat, Task: n.Task, From: n.From, Name: n.Name}
		if err := m.join(ctx, tx, &b, &mb, key); err != nil {
			return err
		}
		return m.record(ctx, tx, "body.member_add", policy.Body, b.ID)
	})
}

// memberKey makes the key of somebody from outside, for who may add them: a key
// cannot be made inside the transaction, and stays when that is refused.
func (m *Module) memberKey(ctx context.Context, bodyID, id string, n NewMember) (key *crypto.Key, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		b, err := m.managed(ctx, tx, bodyID)
		if err != nil {
			return err
		}
		return n.check(&b, tx.Today())
	})
	if err != nil || n.AccountID != "" {
		return nil, err
	}
	return m.keys.CreateOne(ctx, policy.From(ctx).Network, id)
}

// managed returns a body of a programme that the actor coordinates; one that they
// only know of is Forbidden.
func (m *Module) managed(ctx context.Context, tx *db.Tx, id string) (Body, error) {
	b, err := m.body(ctx, tx, id)
	if err == nil && !policy.From(ctx).MayIn(policy.BodyManage, b.Programme) {
		err = errs.New(errs.Forbidden, "error.forbidden")
	}
	return b, err
}

func (m *Module) join(ctx context.Context, tx *db.Tx, b *Body, mb *Member, key *crypto.Key) error {
	net := policy.From(ctx).Network
	if mb.AccountID == "" {
		if err := m.fits(ctx, tx, b, mb); err != nil {
			return err
		}
		return insertMember(ctx, tx, net, b.ID, mb, key.Seal([]byte(mb.Name), "body_member/"+mb.ID))
	}
	op, err := m.sits(ctx, tx, mb.AccountID)
	if err != nil {
		return err
	}
	there, err := membersOf(ctx, tx, net, b.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(there, func(o memberRow) bool { return o.AccountID == mb.AccountID && o.on(tx.Today()) }) {
		return errs.New(errs.Conflict, "body.member_there")
	}
	if mb.OrgID = op.OrgID; mb.OrgID == "" {
		return errs.Missing()
	}
	if err := m.fits(ctx, tx, b, mb); err != nil {
		return err
	}
	if err := insertMember(ctx, tx, net, b.ID, mb, nil); err != nil {
		return err
	}
	return policy.Grant(ctx, tx, net, policy.Body, b.ID, policy.ToAccount(mb.AccountID), b.terms(op.OrgID), policy.Whole)
}

// fits refuses who comes from another organisation than the one that the seat is
// for, and an organisation that is none.
func (m *Module) fits(ctx context.Context, tx *db.Tx, b *Body, mb *Member) error {
	if mb.OrgID != "" {
		if _, _, err := m.network.Organisation(ctx, tx, policy.From(ctx).Network, mb.OrgID); err != nil {
			return errs.Check{"org": "error.field_choice"}.Err()
		}
	}
	if s := b.seat(mb.Seat); s != nil && s.OrgID != "" && s.OrgID != mb.OrgID {
		return errs.Check{"seat": "body.seat_other"}.Err()
	}
	return nil
}

// sits returns an operator who may sit in a body or at a meeting by their
// account: one who works today, and not for an authority.
func (m *Module) sits(ctx context.Context, tx *db.Tx, account string) (network.Operator, error) {
	op, err := m.network.Operator(ctx, tx, account)
	if errs.CodeOf(err) == errs.NotFound || err == nil && !op.Active {
		return op, errs.Check{"account": "error.field_choice"}.Err()
	}
	if err != nil {
		return op, err
	}
	_, kind, err := m.network.Organisation(ctx, tx, policy.From(ctx).Network, op.OrgID)
	if err == nil && kind == policy.Authority {
		err = errs.Check{"account": "body.member_authority"}.Err()
	}
	return op, err
}

// EndMember ends a membership today: from now on the member reads what the body
// says no more. What they did stays.
func (m *Module) EndMember(ctx context.Context, bodyID, memberID string) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		b, err := m.managed(ctx, tx, bodyID)
		if err != nil {
			return err
		}
		net := policy.From(ctx).Network
		there, err := membersOf(ctx, tx, net, b.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(there, func(o memberRow) bool { return o.ID == memberID })
		if i < 0 {
			return errs.Missing()
		}
		if there[i].To != "" {
			return nil // ended already
		}
		if err := endMember(ctx, tx, net, memberID); err != nil {
			return err
		}
		if err := m.record(ctx, tx, "body.member_end", policy.Body, b.ID); err != nil || there[i].AccountID == "" {
			return err
		}
		return policy.Revoke(ctx, tx, net, policy.Body, b.ID, policy.ToAccount(there[i].AccountID))
	})
}

// members returns who sits or sat in a body, named. The names of who has no
// account are opened only to who works in it.
func (m *Module) members(ctx context.Context, tx *db.Tx, b *Body) ([]Member, error) {
	rows, err := membersOf(ctx, tx, policy.From(ctx).Network, b.ID)
	if err != nil {
		return nil, err
	}
	staff, err := m.network.Operators(ctx, tx)
	if err != nil {
		return nil, err
	}
	orgs, err := m.network.Names(ctx, tx)
	if err != nil {
		return nil, err
	}
	var outside []string
	for _, r := range rows {
		if r.AccountID == "" && b.Full {
			outside = append(outside, r.ID)
		}
	}
	keys, err := m.reading(ctx, outside...)
	out := make([]Member, len(rows))
	for i, r := range rows {
		r.OrgName = orgs[r.OrgID]
		if n := slices.IndexFunc(staff, func(o network.Operator) bool { return o.AccountID == r.AccountID }); n >= 0 {
			r.Name, r.Profession = staff[n].Name, staff[n].Profession
		}
		if key := keys[r.ID]; key != nil {
			plain, err := key.Open(r.sealed, "body_member/"+r.ID)
			if err != nil {
				return nil, err
			}
			r.Name = string(plain)
		}
		out[i] = r.Member
	}
	return out, err
}
