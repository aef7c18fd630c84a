package cases

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

type workPathRow struct {
	WorkPath
	sealed []byte
}

// The body is that of the case: who leads it answers for the way.
const workPathQuery = `select w.id, w.person_id, w.opened_on, c.org_id, w.programme, w.activity, w.version, w.sealed from work_path w
	join case_file c on c.network_id = w.network_id and c.id = w.case_id where w.network_id = $1`

func (r *workPathRow) fields() []any {
	return []any{&r.ID, &r.PersonID, &r.OpenedOn, &r.OrgID, &r.Programme, &r.Activity, &r.Version, &r.sealed}
}

func insertWorkPath(ctx context.Context, tx *db.Tx, actor policy.Actor, caseID string, p *WorkPath, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into work_path (network_id, id, case_id, person_id, programme, activity, opened_on, sealed, version, opened_by, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		actor.Network, p.ID, caseID, p.PersonID, p.Programme, p.Activity, p.OpenedOn, sealed, p.Version, actor.AccountID, tx.Now)
}

// updateWorkPath writes the next profile; of two who write at once, one meets NotFound.
func updateWorkPath(ctx context.Context, tx *db.Tx, network, id string, version int, sealed []byte) error {
	return tx.ExecOne(ctx, `update work_path set sealed = $3, version = version + 1 where network_id = $1 and id = $2 and version = $4`,
		network, id, sealed, version)
}

func workPathByID(ctx context.Context, tx *db.Tx, network, caseID, id string) (r workPathRow, err error) {
	err = tx.Get(ctx, workPathQuery+` and w.case_id = $2 and w.id = $3`, []any{network, caseID, id}, r.fields()...)
	return r, err
}

func workPathsOf(ctx context.Context, tx *db.Tx, network, caseID string) ([]workPathRow, error) {
	return db.List(ctx, tx, workPathQuery+` and w.case_id = $2 order by w.id`, []any{network, caseID}, (*workPathRow).fields)
}

func allWorkPaths(ctx context.Context, tx *db.Tx, network string) ([]workPathRow, error) {
	return db.List(ctx, tx, workPathQuery+` order by w.id`, []any{network}, (*workPathRow).fields)
}

func workPathOfPerson(ctx context.Context, tx *db.Tx, network, caseID, person string) (bool, error) {
	n := 0
	err := tx.Get(ctx, `select count(*) from work_path where network_id = $1 and case_id = $2 and person_id = $3`, []any{network, caseID, person}, &n)
	return n > 0, err
}

// workPathsAs counts the ways into work of a person, and their steps.
func workPathsAs(ctx context.Context, tx *db.Tx, network, person string) (n int, err error) {
	err = tx.Get(ctx, `select count(distinct w.id) + count(s.id) from work_path w
		left join work_step s on s.network_id = w.network_id and s.path_id = w.id
		where w.network_id = $1 and w.person_id = $2`, []any{network, person}, &n)
	return n, err
}

type workStepRow struct {
	WorkStep
	sealed []byte
}

const workStepColumns = `s.id, s.path_id, s.account_id, s.org_id, s.kind, s.started_on, s.ended_on, s.outcome, s.contract,
	s.kept_3, s.kept_3_on, s.kept_6, s.kept_6_on, s.void_reason, s.version, s.sealed`

func (r *workStepRow) fields() []any {
	return []any{&r.ID, &r.PathID, &r.AccountID, &r.OrgID, &r.Kind, &r.StartedOn, &r.EndedOn, &r.Outcome, &r.Contract,
		&r.Kept3, &r.Kept3On, &r.Kept6, &r.Kept6On, &r.VoidReason, &r.Version, &r.sealed}
}

func insertWorkStep(ctx context.Context, tx *db.Tx, network string, s *WorkStep, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into work_step (network_id, id, path_id, account_id, org_id, kind, started_on, ended_on, outcome, contract,
			kept_3, kept_3_on, kept_6, kept_6_on, version, sealed, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		network, s.ID, s.PathID, s.AccountID, s.OrgID, s.Kind, s.StartedOn, s.EndedOn, s.Outcome, s.Contract,
		s.Kept3, s.Kept3On, s.Kept6, s.Kept6On, s.Version, sealed, tx.Now)
}

func updateWorkStep(ctx context.Context, tx *db.Tx, network string, s *WorkStep, sealed []byte) error {
	return tx.ExecOne(ctx, `
		update work_step set kind = $3, started_on = $4, ended_on = $5, outcome = $6, contract = $7, kept_3 = $8, kept_3_on = $9,
			kept_6 = $10, kept_6_on = $11, void_reason = $12, version = $13, sealed = $14
		where network_id = $1 and id = $2 and version = $13 - 1`,
		network, s.ID, s.Kind, s.StartedOn, s.EndedOn, s.Outcome, s.Contract, s.Kept3, s.Kept3On, s.Kept6, s.Kept6On, s.VoidReason, s.Version, sealed)
}

// pathOfStep finds the way a step is of; its caller finds it through the case.
func pathOfStep(ctx context.Context, tx *db.Tx, network, id string) (path string, err error) {
	err = tx.Get(ctx, `select path_id from work_step where network_id = $1 and id = $2`, []any{network, id}, &path)
	return path, err
}

func workStepByID(ctx context.Context, tx *db.Tx, network, path, id string) (r workStepRow, err error) {
	err = tx.Get(ctx, `select `+workStepColumns+` from work_step s where s.network_id = $1 and s.path_id = $2 and s.id = $3`,
		[]any{network, path, id}, r.fields()...)
	return r, err
}

func workStepsOf(ctx context.Context, tx *db.Tx, network, caseID string) ([]workStepRow, error) {
	return db.List(ctx, tx, `select `+workStepColumns+` from work_step s
		join work_path w on w.network_id = s.network_id and w.id = s.path_id
		where s.network_id = $1 and w.case_id = $2 order by s.started_on, s.id`, []any{network, caseID}, (*workStepRow).fields)
}

func allWorkSteps(ctx context.Context, tx *db.Tx, network string) ([]workStepRow, error) {
	return db.List(ctx, tx, `select `+workStepColumns+` from work_step s where s.network_id = $1 order by s.id`, []any{network}, (*workStepRow).fields)
}
