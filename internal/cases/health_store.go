package cases

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

type healthRow struct {
	HealthPath
	sealed []byte
}

const healthColumns = `h.id, h.org_id, h.subject, h.state, h.programme, h.activity, h.opened_on, h.first_on, h.came,
	h.sex, h.age_class, h.citizenship, h.version, h.sealed`

func (r *healthRow) fields() []any {
	return []any{&r.ID, &r.OrgID, &r.subject, &r.State, &r.Programme, &r.Activity, &r.OpenedOn, &r.FirstOn, &r.Came,
		&r.Sex, &r.AgeClass, &r.Citizenship, &r.Version, &r.sealed}
}

func insertHealthPath(ctx context.Context, tx *db.Tx, network string, p *HealthPath, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into health_path (network_id, id, org_id, subject, state, programme, activity, opened_on, first_on, came,
			sex, age_class, citizenship, sealed, opened_by, opened_at, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		network, p.ID, p.OrgID, p.subject, p.State, p.Programme, p.Activity, p.OpenedOn, p.FirstOn, p.Came,
		p.Sex, p.AgeClass, p.Citizenship, sealed, policy.From(ctx).AccountID, tx.Now, p.Version)
}

// updateHealthPath writes a path and takes its next version. One that somebody else
// changed since it was read is a Conflict.
func updateHealthPath(ctx context.Context, tx *db.Tx, network string, p *HealthPath, sealed []byte) error {
	n, err := tx.ExecN(ctx, `
		update health_path set state = $4, first_on = $5, came = $6, sealed = $7, version = version + 1
		where network_id = $1 and id = $2 and version = $3`,
		network, p.ID, p.Version, p.State, p.FirstOn, p.Came, sealed)
	if err == nil && n == 0 {
		return errs.New(errs.Conflict, "error.version")
	}
	p.Version++
	return err
}

// healthPathsFor reads the paths that an actor is named to, or the one of them with
// that id.
func healthPathsFor(ctx context.Context, tx *db.Tx, a policy.Actor, id string) ([]healthRow, error) {
	b := db.NewBuild(`select `+healthColumns+` from health_path h where h.network_id = ? and (? = '' or h.id = ?) and`, a.Network, id, id)
	a.Scope(b, tx, policy.HealthPath, healthSection, "h.id")
	b.Add("order by case when h.state = 'ended' then 1 else 0 end, h.opened_on desc, h.id desc limit ?", listed)
	return db.List(ctx, tx, b.SQL(), b.Args(), (*healthRow).fields)
}

// allHealthPaths reads what counts of every path of a network, for verify.
func allHealthPaths(ctx context.Context, tx *db.Tx, network string) ([]healthRow, error) {
	return db.List(ctx, tx, `select `+healthColumns+` from health_path h where h.network_id = $1 order by h.id`, []any{network}, (*healthRow).fields)
}
