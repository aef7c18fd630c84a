package cases

import (
	"context"
	"slices"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// bodyMandates are those of a case that the reader may know of, with names: all for the
// body that leads, and for another its own and those of which it was to be told.
func (m *Module) bodyMandates(ctx context.Context, tx *db.Tx, f *File) ([]BodyMandate, error) {
	actor := policy.From(ctx)
	held, err := mandatesOfCase(ctx, tx, actor.Network, f.ID)
	held = slices.DeleteFunc(held, func(d BodyMandate) bool { return !d.knownTo(actor.OrgID, &f.Case) })
	if err != nil || len(held) == 0 {
		return nil, err
	}
	orgs, err := m.network.Names(ctx, tx)
	if err != nil {
		return nil, err
	}
	names, err := m.network.StaffNames(ctx, tx)
	for i := range held {
		d := &held[i]
		d.OrgName = orgs[d.OrgID]
		for n := range d.Workers {
			d.Workers[n].Name = names[d.Workers[n].AccountID]
		}
	}
	return held, err
}

func (d *BodyMandate) knownTo(org string, c *Case) bool {
	return d.Told || org == d.OrgID || org == c.OrgID
}

// unseen tells of which bodies beside the reader is to know nothing: none of their
// mandates was ever told to them, and they are in the team by one of these or no more.
func unseen(held []BodyMandate, team []TeamMember, reader string, c *Case) map[string]bool {
	out := map[string]bool{}
	for _, d := range held {
		in := slices.ContainsFunc(team, func(t TeamMember) bool { return t.OrgID == d.OrgID && t.To == "" })
		out[d.OrgID] = out[d.OrgID] || d.To == "" || !in
	}
	for _, d := range held {
		if d.knownTo(reader, c) {
			out[d.OrgID] = false
		}
	}
	return out
}

// authors are who wrote what in a case, as the reader may know them.
type authors struct {
	names  map[string]string // by account
	bodies map[string]bool   // of which the reader is to know nothing
	hidden map[string]bool   // and their people, by account
	word   string            // in place of a name
}

// authors reads how what stands in a case is signed: who works for a body of which the
// reader is to know nothing writes as a service of the network.
func (m *Module) authors(ctx context.Context, tx *db.Tx, c *Case) (s authors, err error) {
	actor := policy.From(ctx)
	if s.names, err = m.network.StaffNames(ctx, tx); err != nil {
		return s, err
	}
	held, err := mandatesOfCase(ctx, tx, actor.Network, c.ID)
	if err != nil || len(held) == 0 {
		return s, err
	}
	team, err := teamOf(ctx, tx, actor.Network, c.ID)
	s.bodies, s.hidden, s.word = unseen(held, team, actor.OrgID, c), map[string]bool{}, i18n.T(ctx, "mandate.somebody")
	for _, t := range team {
		s.hidden[t.AccountID] = s.hidden[t.AccountID] || s.bodies[t.OrgID]
	}
	return s, err
}

// of is the name of who wrote something.
func (s *authors) of(account string) string {
	if s.hidden[account] {
		return s.word
	}
	return s.names[account]
}

// body is the name of a body that gave something, as sign does of who wrote.
func (s *authors) body(names map[string]string, org *string) string {
	if s.bodies[*org] {
		*org = ""
		return s.word
	}
	return names[*org]
}

// sign names who wrote something for a body, and forgets who they are when the reader is
// to know nothing of them.
func (s *authors) sign(account, org *string) string {
	name := s.of(*account)
	if s.hidden[*account] {
		*account, *org = "", ""
	}
	return name
}
