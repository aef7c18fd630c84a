package cases

import (
	"context"

	"tessuto/internal/network"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

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
		p.Members, err = m.named(ctx, tx, p.circle())
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
	envelopes, persons := make([]untoldEnvelope, len(rows)), []string(nil)
	for i := range rows {
		if envelopes[i], err = openEnvelope(own[rows[i].ID], rows[i].sealed, rows[i].place()); err != nil {
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
		if p.Gone, err = envelopes[i].open(theirs[p.PersonID], p.place(), &p.HealthWords); err != nil {
			return nil, nil, err
		}
		list = append(list, *p)
	}
	return list, own, nil
}

// HealthCandidates lists who can be named to a path of care and is not yet.
func (m *Module) HealthCandidates(ctx context.Context, p *HealthPath) ([]network.Operator, error) {
	return m.nameable(ctx, p.circle(), p.Members)
}

// NameToHealthPath opens a path of care to somebody by name. Sent twice it changes
// nothing.
func (m *Module) NameToHealthPath(ctx context.Context, id, account string) error {
	return m.aboutCircle(ctx, id, "health.member_add", func(tx *db.Tx, c circle) error { return m.name(ctx, tx, c, account) })
}

// EndHealthMember closes a path of care to somebody who was named to it. The last one
// is a Conflict.
func (m *Module) EndHealthMember(ctx context.Context, id, account string) error {
	return m.aboutCircle(ctx, id, "health.member_end", func(tx *db.Tx, c circle) error { return m.unname(ctx, tx, c, account) })
}

// aboutCircle changes who is named to a path of care that the actor is named to.
func (m *Module) aboutCircle(ctx context.Context, id, act string, do func(tx *db.Tx, c circle) error) error {
	if _, err := policy.Check(ctx, policy.HealthWork); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		p, _, err := m.healthPath(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := do(tx, p.circle()); err != nil {
			return err
		}
		return m.recordHealth(ctx, tx, act, id)
	})
}
