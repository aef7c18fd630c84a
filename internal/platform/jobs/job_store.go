package jobs

import (
	"context"
	"encoding/json"
	"time"

	"tessuto/internal/platform/db"
)

// newRow is a job that is enqueued.
type newRow struct {
	id, network, account, membership, lang, kind, args, key string
	system                                                  bool
	attempts                                                int
	at                                                      time.Time
}

// insertJob returns the id of the job, or of the one that has its key.
func insertJob(ctx context.Context, tx *db.Tx, j newRow) (string, error) {
	n, err := tx.ExecN(ctx, `
		insert into job (network_id, id, account_id, membership, system, lang, kind, args, unique_key, state, attempts, created_at, run_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', $10, $11, $12)
		on conflict do nothing`,
		j.network, j.id, j.account, j.membership, j.system, j.lang, j.kind, j.args, j.key, j.attempts, tx.Now, j.at)
	if err != nil || n == 1 {
		return j.id, err
	}
	open, err := db.Column[string](ctx, tx, `
		select id from job where network_id = $1 and kind = $2 and unique_key = $3 and unique_key <> '' and state in ('waiting', 'running')`,
		j.network, j.kind, j.key)
	if err != nil || len(open) == 0 {
		return j.id, err // a time of the timetable that was done already
	}
	return open[0], nil
}

func going(ctx context.Context, tx *db.Tx, network, key string, kinds []string) (yes bool, err error) {
	b := db.NewBuild(`select exists (select 1 from job where network_id = ? and unique_key = ? and state in ('waiting', 'running') and`, network, key).
		In("kind", kinds).Add(")")
	err = tx.Get(ctx, b.SQL(), b.Args(), &yes)
	return yes, err
}

func anyDue(ctx context.Context, tx *db.Tx) (yes bool, err error) {
	err = tx.Get(ctx, `
		select exists (select 1 from job where state = 'waiting' and run_at <= $1)
		    or exists (select 1 from job where state = 'running' and lease_until <= $1)`, []any{tx.Now}, &yes)
	return yes, err
}

// releaseDead lets others take the jobs of workers that are dead. One that took
// its worker with it at every try has failed.
func releaseDead(ctx context.Context, tx *db.Tx) error {
	return tx.Exec(ctx, `
		update job set worker = '', lease_until = null, run_at = $1,
			state = case when cancel_asked then 'cancelled' when attempt >= attempts then 'failed' else 'waiting' end,
			finished_at = case when cancel_asked or attempt >= attempts then $1 else finished_at end,
			outcome_key = case when not cancel_asked and attempt >= attempts then $2 else outcome_key end
		where state = 'running' and lease_until <= $1`, tx.Now, "jobs.outcome.died")
}

// takeDue takes jobs of those kinds for a worker.
func takeDue(ctx context.Context, tx *db.Tx, worker string, kinds []string, skipLocked string, until time.Time, limit int) ([]*Run, error) {
	b := db.NewBuild(`
		select network_id, id, account_id, membership, system, lang, kind, args, attempt + 1, attempts
		from job where state = 'waiting' and run_at <= ? and`, tx.Now).In("kind", kinds).
		Add("order by run_at, id limit ?"+skipLocked, limit)
	found, err := db.List(ctx, tx, b.SQL(), b.Args(), func(r *Run) []any {
		return []any{&r.Network, &r.ID, &r.Account, &r.membership, &r.system, &r.lang, &r.kind, &r.args, &r.Attempt, &r.attempts}
	})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	out, ids, networks := make([]*Run, len(found)), make([]string, len(found)), make([]string, len(found))
	for i := range found {
		out[i], ids[i], networks[i] = &found[i], found[i].ID, found[i].Network
		out[i].until = until
	}
	b = db.NewBuild(`
		update job set state = 'running', attempt = attempt + 1, worker = ?, lease_until = ?, started_at = ?
		where`, worker, until, tx.Now).In("network_id", networks).Add("and").In("id", ids)
	return out, tx.Exec(ctx, b.SQL(), b.Args()...)
}

// renew writes that a job is worked and how far it is; it tells whether it is to
// be cancelled. NotFound when the worker does not have it any more.
func renew(ctx context.Context, tx *db.Tx, worker string, r *Run, until time.Time) (asked bool, err error) {
	r.mu.Lock()
	done, steps := r.done, r.steps
	r.mu.Unlock()
	err = tx.Get(ctx, `
		update job set lease_until = $5, steps_done = $6, steps = $7
		where network_id = $1 and id = $2 and worker = $3 and attempt = $4 and state = 'running'
		returning cancel_asked`, []any{r.Network, r.ID, worker, r.Attempt, until, done, steps}, &asked)
	return asked, err
}

// endJob writes what became of a try, unless another worker has the job by now.
// One that would wait again although it was to be cancelled is cancelled.
func endJob(ctx context.Context, tx *db.Tx, worker string, r *Run) error {
	e := r.ended
	return tx.Exec(ctx, `
		update job set worker = '', lease_until = null, attempt = $5, run_at = $6, steps_done = $7, steps = $8,
			outcome_key = $9, outcome_args = $10, link = $11,
			state = case when cancel_asked and $12 = 'waiting' then 'cancelled' else $12 end,
			finished_at = case when cancel_asked or $12 <> 'waiting' then $13 else finished_at end
		where network_id = $1 and id = $2 and worker = $3 and attempt = $4 and state = 'running'`,
		r.Network, r.ID, worker, r.Attempt, e.attempt, e.runAt, e.done, e.steps, e.key, e.values, e.link, e.state, tx.Now)
}

const jobColumns = `
	select id, kind, state, attempt, attempts, created_at, run_at, started_at, finished_at, cancel_asked,
		steps_done, steps, outcome_key, outcome_args, link
	from job where network_id = $1 and account_id = $2`

type jobRow struct {
	Job
	values string
}

func (j *jobRow) fields() []any {
	return []any{&j.ID, &j.Kind, &j.State, &j.Attempt, &j.Attempts, &j.CreatedAt, &j.RunAt, &j.StartedAt, &j.FinishedAt, &j.CancelAsked,
		&j.Done, &j.Steps, &j.Key, &j.values, &j.Link}
}

// job returns the row as others see it.
func (j *jobRow) job() Job {
	if j.values != "" {
		_ = json.Unmarshal([]byte(j.values), &j.Values) // we wrote it
	}
	return j.Job
}

func ownJobs(ctx context.Context, tx *db.Tx, network, account string, limit int) ([]Job, error) {
	rows, err := db.List(ctx, tx, jobColumns+` and (not system or state = 'failed') order by id desc limit $3`,
		[]any{network, account, limit}, (*jobRow).fields)
	out := make([]Job, len(rows))
	for i := range rows {
		out[i] = rows[i].job()
	}
	return out, err
}

func ownJob(ctx context.Context, tx *db.Tx, network, account, id string) (Job, error) {
	var row jobRow
	err := tx.Get(ctx, jobColumns+` and id = $3 and (not system or state = 'failed')`, []any{network, account, id}, row.fields()...)
	return row.job(), err
}

func cancelJob(ctx context.Context, tx *db.Tx, network, account, id string) error {
	return tx.ExecOne(ctx, `
		update job set cancel_asked = true,
			finished_at = case when state = 'waiting' then $4 else finished_at end,
			state = case when state = 'waiting' then 'cancelled' else state end
		where network_id = $1 and account_id = $2 and id = $3 and state in ('waiting', 'running')`, network, account, id, tx.Now)
}

func retryJob(ctx context.Context, tx *db.Tx, network, account, id string) error {
	return tx.ExecOne(ctx, `
		update job set state = 'waiting', attempt = 0, run_at = $4, finished_at = null, cancel_asked = false,
			steps_done = 0, steps = 0, outcome_key = '', outcome_args = '', link = ''
		where network_id = $1 and account_id = $2 and id = $3 and state in ('failed', 'cancelled')`, network, account, id, tx.Now)
}

func deleteOver(ctx context.Context, tx *db.Tx, own, system time.Time) error {
	return tx.Exec(ctx, `
		delete from job where finished_at < $1 or finished_at < $2 and system and (account_id = '' or state <> 'failed')`, own, system)
}

// tally is how many jobs are in a state.
type tally struct {
	state State
	n     int
}

func countByState(ctx context.Context, tx *db.Tx) ([]tally, error) {
	return db.List(ctx, tx, `select state, count(*) from job group by state`, nil, func(t *tally) []any { return []any{&t.state, &t.n} })
}
