package cases

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

type groupRow struct {
	HealthGroup
	sealed []byte
}

const groupColumns = `g.id, g.org_id, g.state, g.programme, g.activity, g.version, g.sealed`

func (r *groupRow) fields() []any {
	return []any{&r.ID, &r.OrgID, &r.State, &r.Programme, &r.Activity, &r.Version, &r.sealed}
}

func insertHealthGroup(ctx context.Context, tx *db.Tx, network string, g *HealthGroup, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into health_group (network_id, id, org_id, state, programme, activity, sealed, opened_by, opened_at, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		network, g.ID, g.OrgID, g.State, g.Programme, g.Activity, sealed, policy.From(ctx).AccountID, tx.Now, g.Version)
}

// updateHealthGroup writes a group and takes its next version. One that somebody else
// changed since it was read is a Conflict.
func updateHealthGroup(ctx context.Context, tx *db.Tx, network string, g *HealthGroup, sealed []byte) error {
	n, err := tx.ExecN(ctx, `
		update health_group set state = $4, sealed = $5, version = version + 1
		where network_id = $1 and id = $2 and version = $3`, network, g.ID, g.Version, g.State, sealed)
	if err == nil && n == 0 {
		return errs.New(errs.Conflict, "error.version")
	}
	return err
}

// healthGroupsFor reads the groups that an actor is named to, or the one of them with
// that id.
func healthGroupsFor(ctx context.Context, tx *db.Tx, a policy.Actor, id string) ([]groupRow, error) {
	b := db.NewBuild(`select `+groupColumns+` from health_group g where g.network_id = ? and (? = '' or g.id = ?) and`, a.Network, id, id)
	a.Scope(b, tx, policy.HealthGroup, healthSection, "g.id")
	b.Add("order by case when g.state = 'ended' then 1 else 0 end, g.opened_at desc, g.id desc limit ?", listed)
	return db.List(ctx, tx, b.SQL(), b.Args(), (*groupRow).fields)
}

// allHealthGroups reads what counts of every group of a network, for verify.
func allHealthGroups(ctx context.Context, tx *db.Tx, network string) ([]groupRow, error) {
	return db.List(ctx, tx, `select `+groupColumns+` from health_group g where g.network_id = $1 order by g.id`, []any{network}, (*groupRow).fields)
}

type groupPersonRow struct {
	GroupPerson
	sealed []byte
}

func (r *groupPersonRow) fields() []any {
	return []any{&r.ID, &r.subject, &r.Sex, &r.AgeClass, &r.Citizenship, &r.JoinedOn, &r.LeftOn, &r.sealed}
}

func insertGroupPerson(ctx context.Context, tx *db.Tx, network, group string, p *GroupPerson, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into health_group_person (network_id, id, group_id, subject, sex, age_class, citizenship, joined_on, sealed, added_by, added_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		network, p.ID, group, p.subject, p.Sex, p.AgeClass, p.Citizenship, p.JoinedOn, sealed, policy.From(ctx).AccountID, tx.Now)
}

func setGroupPersonLeft(ctx context.Context, tx *db.Tx, network, id string, on db.Date) error {
	return tx.ExecOne(ctx, `update health_group_person set left_on = $3 where network_id = $1 and id = $2`, network, id, on)
}

func groupPeopleOf(ctx context.Context, tx *db.Tx, network, group string) ([]groupPersonRow, error) {
	return db.List(ctx, tx, `
		select id, subject, sex, age_class, citizenship, joined_on, left_on, sealed from health_group_person
		where network_id = $1 and group_id = $2 order by added_at, id`, []any{network, group}, (*groupPersonRow).fields)
}

type groupSessionRow struct {
	GroupSession
	sealed []byte
}

func (r *groupSessionRow) fields() []any {
	return []any{&r.GroupSession.ID, &r.GroupID, &r.Held, &r.Voided, &r.sealed}
}

func insertGroupSession(ctx context.Context, tx *db.Tx, network string, s *GroupSession, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into health_group_session (network_id, id, group_id, sealed, written_by, written_at) values ($1, $2, $3, $4, $5, $6)`,
		network, s.ID, s.GroupID, sealed, policy.From(ctx).AccountID, tx.Now)
}

func updateGroupSession(ctx context.Context, tx *db.Tx, network string, s *GroupSession, sealed []byte) error {
	return tx.ExecOne(ctx, `update health_group_session set held = $3, voided = $4, sealed = $5 where network_id = $1 and id = $2`,
		network, s.ID, s.Held, s.Voided, sealed)
}

func groupSessionsOf(ctx context.Context, tx *db.Tx, network, group string) ([]groupSessionRow, error) {
	return db.List(ctx, tx, `select id, group_id, held, voided, sealed from health_group_session where network_id = $1 and group_id = $2 order by id`,
		[]any{network, group}, (*groupSessionRow).fields)
}
