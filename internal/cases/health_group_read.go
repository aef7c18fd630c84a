package cases

import (
	"context"
	"encoding/json"
	"slices"

	"tessuto/internal/attendance"
	"tessuto/internal/network"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// HealthGroups lists the prevention groups that the actor is named to, those that have
// not ended first and then the last opened first.
func (m *Module) HealthGroups(ctx context.Context) (list []HealthGroup, err error) {
	if _, err := policy.Check(ctx, policy.HealthWork); err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := healthGroupsFor(ctx, tx, policy.From(ctx), "")
		if err != nil {
			return err
		}
		list, _, err = m.openGroups(ctx, rows)
		return err
	})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	return list, m.audit.Read(ctx, policy.HealthGroup, policy.Any, ids...)
}

// HealthGroup returns a prevention group that the actor is named to, with who else is,
// who comes to it, and its sessions.
func (m *Module) HealthGroup(ctx context.Context, id string) (g *HealthGroup, err error) {
	if _, err := policy.Check(ctx, policy.HealthWork); err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		var own *crypto.Key
		if g, own, err = m.healthGroup(ctx, tx, id); err != nil {
			return err
		}
		if g.People, err = m.groupPeople(ctx, tx, g, own); err != nil {
			return err
		}
		if g.Sessions, err = m.sessionsOf(ctx, tx, policy.From(ctx).Network, g, own); err != nil {
			return err
		}
		for i := range g.Sessions {
			if err := m.fillSheet(ctx, tx, &g.Sessions[i], g.People, own); err != nil {
				return err
			}
		}
		g.Members, err = m.named(ctx, tx, g.circle())
		return err
	})
	if err != nil {
		return nil, err
	}
	return g, m.audit.Read(ctx, policy.HealthGroup, policy.Any, id)
}

// Session returns one of the sessions of a group.
func (g *HealthGroup) Session(id string) (*GroupSession, error) {
	i := slices.IndexFunc(g.Sessions, func(s GroupSession) bool { return s.ID == id })
	if i < 0 {
		return nil, errs.Missing()
	}
	return &g.Sessions[i], nil
}

// GroupCandidates lists who can be named to a prevention group and is not yet.
func (m *Module) GroupCandidates(ctx context.Context, g *HealthGroup) ([]network.Operator, error) {
	return m.nameable(ctx, g.circle(), g.Members)
}

// healthGroup loads one that the actor is named to, with its key.
func (m *Module) healthGroup(ctx context.Context, tx *db.Tx, id string) (*HealthGroup, *crypto.Key, error) {
	rows, err := healthGroupsFor(ctx, tx, policy.From(ctx), id)
	if err == nil && len(rows) == 0 {
		err = errs.Missing()
	}
	if err != nil {
		return nil, nil, err
	}
	list, keys, err := m.openGroups(ctx, rows)
	if err != nil {
		return nil, nil, err
	}
	return &list[0], keys[id], nil
}

func (m *Module) openGroups(ctx context.Context, rows []groupRow) (list []HealthGroup, own map[string]*crypto.Key, err error) {
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	if own, err = m.keys.Get(ctx, policy.From(ctx).Network, ids...); err != nil {
		return nil, nil, err
	}
	for i := range rows {
		g := &rows[i].HealthGroup
		plain, err := own[g.ID].Open(rows[i].sealed, g.place())
		if err == nil {
			err = json.Unmarshal(plain, &g.GroupWords)
		}
		if err != nil {
			return nil, nil, err
		}
		list = append(list, *g)
	}
	return list, own, nil
}

// groupPeople are those who come to a group, or came, in the order in which they did.
func (m *Module) groupPeople(ctx context.Context, tx *db.Tx, g *HealthGroup, own *crypto.Key) (list []GroupPerson, err error) {
	network := policy.From(ctx).Network
	rows, err := groupPeopleOf(ctx, tx, network, g.ID)
	if err != nil {
		return nil, err
	}
	envelopes, persons := make([]untoldEnvelope, len(rows)), []string(nil)
	for i := range rows {
		if envelopes[i], err = openEnvelope(own, rows[i].sealed, rows[i].place()); err != nil {
			return nil, err
		}
		if rows[i].PersonID = envelopes[i].Person; rows[i].PersonID != "" {
			persons = append(persons, rows[i].PersonID)
		}
	}
	theirs, err := m.keys.Get(ctx, network, persons...)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		p := &rows[i].GroupPerson
		if p.Gone, err = envelopes[i].open(theirs[p.PersonID], p.place(), &p.PersonWords); err != nil {
			return nil, err
		}
		list = append(list, *p)
	}
	return list, nil
}

// sessionsOf are the sessions of a group, the last first; without its key they say when
// they were, and nothing else.
func (m *Module) sessionsOf(ctx context.Context, tx *db.Tx, network string, g *HealthGroup, own *crypto.Key) (list []GroupSession, err error) {
	rows, err := groupSessionsOf(ctx, tx, network, g.ID)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	keys := make(map[string]*crypto.Key, len(rows))
	for i := range rows {
		keys[rows[i].GroupSession.ID] = own
	}
	times, err := m.attendance.Sessions(ctx, tx, network, sessionKind, keys)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		s := &rows[i].GroupSession
		s.Session = times[s.ID]
		if own != nil {
			plain, err := own.Open(rows[i].sealed, s.place())
			if err == nil {
				err = json.Unmarshal(plain, &s.SessionWords)
			}
			if err != nil {
				return nil, err
			}
		}
		list = append(list, *s)
	}
	slices.SortStableFunc(list, func(a, b GroupSession) int { return b.StartsAt.Compare(a.StartsAt) })
	return list, nil
}

// groupSession loads a session with its sheet.
func (m *Module) groupSession(ctx context.Context, tx *db.Tx, g *HealthGroup, id string, own *crypto.Key) (*GroupSession, error) {
	list, err := m.sessionsOf(ctx, tx, policy.From(ctx).Network, g, own)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(s GroupSession) bool { return s.ID == id })
	if i < 0 {
		return nil, errs.Missing()
	}
	people, err := m.groupPeople(ctx, tx, g, own)
	if err != nil {
		return nil, err
	}
	return &list[i], m.fillSheet(ctx, tx, &list[i], people, own)
}

// fillSheet says who stands on the sheet of a session: who is marked, and who came to the
// group on that day.
func (m *Module) fillSheet(ctx context.Context, tx *db.Tx, s *GroupSession, people []GroupPerson, own *crypto.Key) error {
	lines, err := m.attendance.Sheet(ctx, tx, policy.From(ctx).Network, own, s.Session.ID)
	if err != nil {
		return err
	}
	for i := range people {
		p := &people[i]
		at := slices.IndexFunc(lines, func(l attendance.Line) bool { return l.Subject.ID == p.ID })
		switch {
		case at >= 0:
			s.Lines = append(s.Lines, lines[at])
		case p.on(s.Date()):
			s.Lines = append(s.Lines, attendance.Line{Subject: p.listed()})
		}
	}
	return nil
}
