package cases

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// readsInEmergency is until when the actor reads a case by emergency access alone; nil
// for who reads it otherwise. To write then is Forbidden.
func (m *Module) readsInEmergency(ctx context.Context, tx *db.Tx, id string) (*time.Time, error) {
	until, err := emergencyOn(ctx, tx, policy.From(ctx), id)
	if err == nil && until != nil && tx.Writes() {
		err = errs.New(errs.Forbidden, "emergency.read_only")
	}
	return until, err
}

// emergenciesNow are the emergency accesses that hold on a case, for who may end them.
func (m *Module) emergenciesNow(ctx context.Context, tx *db.Tx, f *File) ([]Emergency, error) {
	actor := policy.From(ctx)
	if f.Emergency != nil || !actor.May(policy.CaseTeam) {
		return nil, nil
	}
	list, err := emergenciesOf(ctx, tx, actor.Network, f.ID)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	if err := m.emergencyNames(ctx, tx, list); err != nil {
		return nil, err
	}
	if !f.Open[policy.Diary] {
		return list, nil
	}
	return list, m.emergencyWords(ctx, actor.Network, list)
}

// OwnEmergencies lists the cases that are open to the actor by emergency access now,
// the last first, with the name of the family.
func (m *Module) OwnEmergencies(ctx context.Context) (list []Emergency, err error) {
	actor, err := policy.Check(ctx, policy.CaseRead)
	if err != nil {
		return nil, err
	}
	var read []string
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		if list, err = emergenciesBy(ctx, tx, actor); err != nil || len(list) == 0 {
			return err
		}
		rows := make([]caseRow, 0, len(list))
		for _, e := range list {
			row, err := caseByID(ctx, tx, actor, e.CaseID)
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
		files, persons, err := m.households(ctx, tx, rows)
		read = persons
		for i := range files {
			for j := range list {
				if list[j].CaseID == files[i].ID {
					list[j].Family = files[i].Name(ctx)
				}
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, m.audit.Read(ctx, policy.Person, policy.Identity, read...)
}

// Emergencies lists the emergency accesses that were asked for in the network, opened
// or not, the last first: for who watches over data. They name no family.
func (m *Module) Emergencies(ctx context.Context) (list []Emergency, err error) {
	actor, err := policy.Check(ctx, policy.AuditRead)
	if err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		if list, err = allEmergencies(ctx, tx, actor.Network, listed); err != nil {
			return err
		}
		if err := m.emergencyNames(ctx, tx, list); err != nil {
			return err
		}
		return m.emergencyWords(ctx, actor.Network, list)
	})
	return list, err
}

func (m *Module) emergencyNames(ctx context.Context, tx *db.Tx, list []Emergency) error {
	names, err := m.network.StaffNames(ctx, tx)
	if err != nil {
		return err
	}
	orgs, err := m.network.Names(ctx, tx)
	for i := range list {
		e := &list[i]
		e.Who, e.OrgName, e.EndedBy = names[e.account], orgs[e.org], names[e.EndedBy]
	}
	return err
}

// emergencyWords opens why each was asked for. Of a case whose key is gone nothing is read.
func (m *Module) emergencyWords(ctx context.Context, network string, list []Emergency) error {
	ids := []string{}
	for _, e := range list {
		if e.CaseID != "" {
			ids = append(ids, e.CaseID)
		}
	}
	keys, err := m.keys.Get(ctx, network, ids...)
	if err != nil {
		return err
	}
	for i := range list {
		e := &list[i]
		if key := keys[e.CaseID]; key != nil {
			plain, err := key.Open(e.sealed, e.place())
			if err != nil {
				return err
			}
			e.Words = string(plain)
		}
	}
	return nil
}
