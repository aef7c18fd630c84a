package cases

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"tessuto/internal/network"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// HealthMember is somebody who is named to a path of care.
type HealthMember struct {
	AccountID string
	Name      string
	OrgName   string
	Closed    bool // they do not see it today: no agreement between the bodies covers it, or they have left
}

// HealthPaths lists the paths of care that the actor is named to, those that have not
// ended first and then the last opened first.
func (m *Module) HealthPaths(ctx context.Context) (list []HealthPath, err error) {
	if _, err := policy.Check(ctx, policy.HealthWork); err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := healthPathsFor(ctx, tx, policy.From(ctx), "")
		if err != nil {
			return err
		}
		list, _, err = m.openHealth(ctx, rows)
		return err
	})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	return list, m.audit.Read(ctx, policy.HealthPath, policy.Any, ids...)
}

// HealthPath returns a path of care that the actor is named to, with who else is.
func (m *Module) HealthPath(ctx context.Context, id string) (p *HealthPath, err error) {
	if _, err := policy.Check(ctx, policy.HealthWork); err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		if p, _, err = m.healthPath(ctx, tx, id); err != nil {
			return err
		}
		if p.PersonID != "" && !p.Gone {
			open, err := policy.Readable(ctx, tx, policy.Person, []string{p.PersonID})
			if err != nil {
				return err
			}
			p.ToPerson = len(open) > 0
		}
		p.Members, err = m.healthMembers(ctx, tx, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	return p, m.audit.Read(ctx, policy.HealthPath, policy.Any, id)
}

// healthPath loads one that the actor is named to, with its key.
func (m *Module) healthPath(ctx context.Context, tx *db.Tx, id string) (*HealthPath, *crypto.Key, error) {
	rows, err := healthPathsFor(ctx, tx, policy.From(ctx), id)
	if err == nil && len(rows) == 0 {
		err = errs.Missing()
	}
	if err != nil {
		return nil, nil, err
	}
	list, keys, err := m.openHealth(ctx, rows)
	if err != nil {
		return nil, nil, err
	}
	return &list[0], keys[id], nil
}

// openHealth opens what is sealed of paths, with two looks for keys for all of them.
func (m *Module) openHealth(ctx context.Context, rows []healthRow) (list []HealthPath, own map[string]*crypto.Key, err error) {
	network := policy.From(ctx).Network
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	if own, err = m.keys.Get(ctx, network, ids...); err != nil {
		return nil, nil, err
	}
	envelopes, persons := make([]healthEnvelope, len(rows)), []string(nil)
	for i := range rows {
		plain, err := own[rows[i].ID].Open(rows[i].sealed, rows[i].place())
		if err == nil {
			err = json.Unmarshal(plain, &envelopes[i])
		}
		if err != nil {
			return nil, nil, err
		}
		if rows[i].PersonID = envelopes[i].Person; rows[i].PersonID != "" {
			persons = append(persons, rows[i].PersonID)
		}
	}
	theirs, err := m.keys.Get(ctx, network, persons...)
	if err != nil {
		return nil, nil, err
	}
	for i := range rows {
		p := &rows[i].HealthPath
		if err := p.unseal(envelopes[i].Words, theirs[p.PersonID]); err != nil {
			return nil, nil, err
		}
		list = append(list, *p)
	}
	return list, own, nil
}

// unseal reads the words of a path. Those of a person who was erased are gone.
func (p *HealthPath) unseal(words []byte, theirs *crypto.Key) (err error) {
	if p.PersonID != "" {
		if p.Gone = theirs == nil; p.Gone {
			return nil
		}
		if words, err = theirs.Open(words, p.place()); err != nil {
			return err
		}
	}
	return json.Unmarshal(words, &p.HealthWords)
}

// healthRoles are the roles that can be named to a path of care.
var healthRoles = slices.DeleteFunc(slices.Clone(policy.Roles), func(r policy.Role) bool { return !r.Holds(policy.HealthWork) })

// healthMembers are those who are named to a path, by name.
func (m *Module) healthMembers(ctx context.Context, tx *db.Tx, p *HealthPath) (out []HealthMember, err error) {
	to, err := policy.Grantees(ctx, tx, policy.From(ctx).Network, policy.HealthPath, p.ID)
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
			if ok, err := policy.MayShare(ctx, tx, policy.From(ctx).Network, op.OrgID, p.terms(), healthSection); err != nil {
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

// HealthCandidates lists who can be named to a path of care and is not yet: who does
// such work in the body whose path it is, or in one with which an agreement covers it.
func (m *Module) HealthCandidates(ctx context.Context, p *HealthPath) (out []network.Operator, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		all, err := m.network.Operators(ctx, tx, healthRoles...)
		if err != nil {
			return err
		}
		may := map[string]bool{}
		for _, op := range all {
			in := slices.ContainsFunc(p.Members, func(h HealthMember) bool { return h.AccountID == op.AccountID })
			if in || !op.Active {
				continue
			}
			if _, asked := may[op.OrgID]; !asked {
				if may[op.OrgID], err = policy.MayShare(ctx, tx, policy.From(ctx).Network, op.OrgID, p.terms(), healthSection); err != nil {
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

// NameToHealthPath opens a path of care to somebody by name. Sent twice it changes
// nothing.
func (m *Module) NameToHealthPath(ctx context.Context, id, account string) error {
	if _, err := policy.Check(ctx, policy.HealthWork); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		p, _, err := m.healthPath(ctx, tx, id)
		if err != nil {
			return err
		}
		op, err := m.network.Operator(ctx, tx, account, healthRoles...)
		if errs.CodeOf(err) == errs.NotFound || err == nil && !op.Active {
			return errs.Check{"account": "error.field_choice"}.Err()
		}
		if err != nil {
			return err
		}
		if err := m.network.CheckSharing(ctx, tx, p.terms(), op.OrgID, healthSection); err != nil {
			return err
		}
		if err := policy.Grant(ctx, tx, policy.From(ctx).Network, policy.HealthPath, id, policy.ToAccount(account), p.terms(), healthSection); err != nil {
			return err
		}
		return m.recordHealth(ctx, tx, "health.member_add", id)
	})
}

// EndHealthMember closes a path of care to somebody who was named to it. The last one
// is a Conflict: nobody would find it again.
func (m *Module) EndHealthMember(ctx context.Context, id, account string) error {
	if _, err := policy.Check(ctx, policy.HealthWork); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		p, _, err := m.healthPath(ctx, tx, id)
		if err != nil {
			return err
		}
		if p.Members, err = m.healthMembers(ctx, tx, p); err != nil {
			return err
		}
		left := 0
		for _, h := range p.Members {
			if h.AccountID != account && !h.Closed {
				left++
			}
		}
		switch {
		case !slices.ContainsFunc(p.Members, func(h HealthMember) bool { return h.AccountID == account }):
			return errs.Missing()
		case left == 0:
			return errs.New(errs.Conflict, "health.last_member")
		}
		if err := policy.Revoke(ctx, tx, policy.From(ctx).Network, policy.HealthPath, id, policy.ToAccount(account)); err != nil {
			return err
		}
		return m.recordHealth(ctx, tx, "health.member_end", id)
	})
}
