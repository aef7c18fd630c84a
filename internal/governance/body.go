package governance

import (
	"context"
	"encoding/json"
	"slices"

	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/programme"
)

// Kinds are those of bodies that meet here. An assessment unit or a team meets on
// families, and does it in the area of cases.
var Kinds = []string{"steering_committee", "coordination_table", "technical_table", "working_table", "focus_group", "lab", "other"}

// Body is a group that governs a programme or advises on it.
type Body struct {
	ID        string
	Programme string
	Code      string // of the pack; of one made by hand, its id
	Kind      string
	Title     programme.Text
	Activity  string // of the logframe, under which its meetings count; or empty
	OrgID     string // that answers for it
	Seats     []Seat
	Assumed   bool // the source does not name it

	OrgName string // for showing
	Full    bool   // the actor reads what it says, and works in it
}

// Seat is a rule of composition: so many from an organisation, under a title.
type Seat struct {
	Key    string         `json:"key"`
	Title  programme.Text `json:"title"`
	Number int            `json:"number,omitempty"` // 0: the source does not say how many
	OrgID  string         `json:"org,omitempty"`    // that sends it; empty: any, or none
}

// place is the activity under which the body's meetings count.
func (b *Body) place() ledger.Place {
	return ledger.Place{Programme: b.Programme, Activity: b.Activity}
}

// seat returns the seat of a key, or nil.
func (b *Body) seat(key string) *Seat {
	i := slices.IndexFunc(b.Seats, func(s Seat) bool { return s.Key == key })
	if i < 0 {
		return nil
	}
	return &b.Seats[i]
}

// found writes a body and opens it to who coordinates the programme.
func (m *Module) found(ctx context.Context, tx *db.Tx, net string, b *Body) error {
	seats, err := json.Marshal(b.Seats)
	if err != nil {
		return err
	}
	if err := insertBody(ctx, tx, net, b, string(seats)); err != nil {
		return err
	}
	return policy.Grant(ctx, tx, net, policy.Body, b.ID, policy.ToProgramme(b.Programme), b.terms(b.OrgID), policy.Whole)
}

// terms open the body to somebody of an organisation: whoever sits in it owns its
// papers too.
func (b *Body) terms(org string) policy.Terms {
	return policy.Terms{Owner: org, Purpose: policy.Governing, Basis: policy.InstitutionalTask}
}

// NewBody is a body made by hand.
type NewBody struct {
	Programme string
	Kind      string
	Title     string
	Activity  string
	OrgID     string
	Sent      crypto.Sending
}

const maxTitle = 200

// AddBody makes a body of a programme that the actor coordinates: of any other it
// is NotFound. The same form sent twice makes one.
func (m *Module) AddBody(ctx context.Context, n NewBody) (id string, err error) {
	actor := policy.From(ctx)
	if !actor.MayIn(policy.BodyManage, n.Programme) {
		return "", errs.Missing()
	}
	b := Body{ID: db.NewID(), Programme: n.Programme, Kind: n.Kind, Title: programme.Text{It: n.Title, En: n.Title}, Activity: n.Activity, OrgID: n.OrgID}
	b.Code = b.ID
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, b.ID); err != nil || id != b.ID {
			return err
		}
		if err := m.checkBody(ctx, tx, &b); err != nil {
			return err
		}
		if err := m.record(ctx, tx, "body.add", policy.Body, b.ID); err != nil {
			return err
		}
		return m.found(ctx, tx, actor.Network, &b)
	})
	return id, err
}

func (m *Module) checkBody(ctx context.Context, tx *db.Tx, b *Body) error {
	activities, err := m.activities(ctx, tx, b.Programme)
	if err != nil {
		return err
	}
	partners, err := m.partners(ctx, tx, b.Programme)
	c := errs.Check{}
	c.That(b.Title.It != "", "title", "error.field_required")
	c.That(errs.Fits(b.Title.It, maxTitle), "title", "error.field_long")
	c.That(slices.Contains(Kinds, b.Kind), "kind", "error.field_choice")
	c.That(b.Activity == "" || slices.ContainsFunc(activities, func(a programme.Choice) bool { return a.Activity == b.Activity }), "activity", "error.field_choice")
	c.That(slices.ContainsFunc(partners, func(p network.Partnership) bool { return p.OrgID == b.OrgID }), "org", "error.field_choice")
	if err == nil {
		err = c.Err()
	}
	return err
}

// activities lists those of a programme.
func (m *Module) activities(ctx context.Context, tx *db.Tx, code string) ([]programme.Choice, error) {
	all, err := m.programmes.Choices(ctx, tx)
	return slices.DeleteFunc(all, func(c programme.Choice) bool { return c.Programme != code }), err
}

// partners lists the organisations that are partners of a programme today, each
// once.
func (m *Module) partners(ctx context.Context, tx *db.Tx, code string) (out []network.Partnership, err error) {
	all, err := m.network.Partners(ctx, tx, code)
	for _, p := range all {
		there := slices.ContainsFunc(out, func(o network.Partnership) bool { return o.OrgID == p.OrgID })
		if p.Current(tx.Today()) && !there {
			out = append(out, p)
		}
	}
	return out, err
}

// visible lists the bodies that the actor may know of, of one programme or of
// all: those they work in, and those of programmes in which their organisation is
// a partner or which they cover.
func (m *Module) visible(ctx context.Context, tx *db.Tx, code string) (out []Body, err error) {
	actor := policy.From(ctx)
	if !actor.May(policy.GovernanceRead) {
		return nil, errs.Missing()
	}
	all, err := bodiesOf(ctx, tx, actor.Network, code)
	if err != nil {
		return nil, err
	}
	full, err := fullBodies(ctx, tx, actor)
	if err != nil {
		return nil, err
	}
	mine, err := m.network.WorksIn(ctx, tx, actor.OrgID, tx.Today())
	if err != nil {
		return nil, err
	}
	names, err := m.network.Names(ctx, tx)
	for _, b := range all {
		b.Full, b.OrgName = slices.Contains(full, b.ID), names[b.OrgID]
		if b.Full || slices.Contains(mine, b.Programme) || actor.Covers(b.Programme) {
			out = append(out, b)
		}
	}
	return out, err
}

// body returns one that the actor may know of, or NotFound.
func (m *Module) body(ctx context.Context, tx *db.Tx, id string) (Body, error) {
	list, err := m.visible(ctx, tx, "")
	if err != nil {
		return Body{}, err
	}
	i := slices.IndexFunc(list, func(b Body) bool { return b.ID == id })
	if i < 0 {
		return Body{}, errs.Missing()
	}
	return list[i], nil
}

// working returns a body in which the actor works, to change what it does; one
// that they only know of is Forbidden.
func (m *Module) working(ctx context.Context, tx *db.Tx, id string) (Body, error) {
	b, err := m.body(ctx, tx, id)
	if err == nil && !b.Full {
		err = errs.New(errs.Forbidden, "error.forbidden")
	}
	return b, err
}
