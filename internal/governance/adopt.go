package governance

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/internal/programme"
)

// Adopt makes the bodies that a pack declares, of the kinds that meet, in the
// transaction that loads it; those that are there already become as it says. One
// that a pack no longer names stays: it belongs to who sits in it.
func (m *Module) Adopt(ctx context.Context, tx *db.Tx, net string, p *programme.Pack) error {
	there, err := bodiesOf(ctx, tx, net, p.Code)
	if err != nil {
		return err
	}
	for _, declared := range p.Bodies {
		if !slices.Contains(Kinds, declared.Kind) {
			continue
		}
		b, err := m.declared(ctx, tx, net, p, declared)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(there, func(o Body) bool { return o.Code == b.Code }); i < 0 {
			err = m.found(ctx, tx, net, &b)
		} else {
			err = m.renew(ctx, tx, net, &there[i], &b)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// AdoptAll makes the bodies of the programmes that were loaded before there were
// bodies: those of which a network has none. The program calls it once it has
// brought a database up to date.
func (m *Module) AdoptAll(ctx context.Context, tx *db.Tx, net string) error {
	all, err := m.programmes.Packs(ctx, tx, net)
	if err != nil {
		return err
	}
	for _, p := range all {
		there, err := bodiesOf(ctx, tx, net, p.Code)
		if err == nil && len(there) == 0 {
			err = m.Adopt(ctx, tx, net, p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// declared is a body as a pack says that it is.
func (m *Module) declared(ctx context.Context, tx *db.Tx, net string, p *programme.Pack, d programme.PackBody) (b Body, err error) {
	b = Body{ID: db.NewID(), Programme: p.Code, Code: d.Code, Kind: d.Kind, Title: d.Title, Assumed: d.Assumed}
	if n := p.Node(d.Node); n != nil && n.Kind == programme.NodeActivity {
		b.Activity = n.Code
	}
	referent := d.Referent
	if referent == "" {
		referent = p.Lead().Code
	}
	if b.OrgID, err = m.network.OrganisationID(ctx, tx, net, referent); err == nil {
		b.Seats, err = m.seatsOf(ctx, tx, net, d.Members)
	}
	return b, err
}

func (m *Module) seatsOf(ctx context.Context, tx *db.Tx, net string, declared []programme.PackMember) (seats []Seat, err error) {
	for i, d := range declared {
		s := Seat{Key: strconv.Itoa(i + 1), Title: d.Title, Number: d.Number}
		if d.Organisation != "" {
			if s.OrgID, err = m.network.OrganisationID(ctx, tx, net, d.Organisation); err != nil {
				return nil, err
			}
		}
		seats = append(seats, s)
	}
	return seats, nil
}

// renew makes a body what a pack now says of it. Its members and its meetings stay;
// what those count for moves to where the body counts now.
func (m *Module) renew(ctx context.Context, tx *db.Tx, net string, was, b *Body) error {
	b.ID, b.Seats = was.ID, keepSeats(was.Seats, b.Seats)
	moves := b.Activity != was.Activity || b.OrgID != was.OrgID
	if !moves && b.Kind == was.Kind && b.Title == was.Title && b.Assumed == was.Assumed && slices.Equal(b.Seats, was.Seats) {
		return nil
	}
	seats, err := json.Marshal(b.Seats)
	if err != nil {
		return err
	}
	if err := updateBody(ctx, tx, net, b, string(seats)); err != nil || !moves {
		return err
	}
	to := policy.ToProgramme(b.Programme)
	if err := policy.Revoke(ctx, tx, net, policy.Body, b.ID, to); err != nil {
		return err
	}
	if err := policy.Grant(ctx, tx, net, policy.Body, b.ID, to, b.terms(b.OrgID), policy.Whole); err != nil {
		return err
	}
	return m.recount(ctx, tx, net, b)
}

// keepSeats gives the seats of a rule the keys that they had, by which members have
// them: a seat is the one of the same title and organisation, or else that of the
// same organisation in the same place. Any other is new.
func keepSeats(was, now []Seat) []Seat {
	last, free := 0, slices.Clone(was)
	for _, s := range was {
		n, _ := strconv.Atoi(s.Key)
		last = max(last, n)
	}
	out := slices.Clone(now)
	take := func(i int, fits func(old int) bool) {
		for old := range free {
			if out[i].Key == "" && free[old].Key != "" && free[old].OrgID == out[i].OrgID && fits(old) {
				out[i].Key, free[old].Key = free[old].Key, ""
			}
		}
	}
	for i := range out {
		out[i].Key = ""
		take(i, func(old int) bool { return free[old].Title == out[i].Title })
	}
	for i := range out {
		if take(i, func(old int) bool { return old == i }); out[i].Key == "" {
			last++
			out[i].Key = strconv.Itoa(last)
		}
	}
	return out
}

// recount posts anew what the meetings of a body count for.
func (m *Module) recount(ctx context.Context, tx *db.Tx, net string, b *Body) error {
	held, err := heldMeetings(ctx, tx, net)
	if err != nil {
		return err
	}
	for _, mt := range held {
		if mt.BodyID != b.ID {
			continue
		}
		facts, err := m.factsOf(ctx, tx, net, b, &mt.Meeting)
		if err != nil {
			return err
		}
		if err := m.takeBack(ctx, tx, net, facts); err != nil {
			return err
		}
		if err := m.ledger.Post(ctx, tx, net, facts...); err != nil {
			return err
		}
	}
	return nil
}
