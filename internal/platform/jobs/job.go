package jobs

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// State is where a job is.
type State string

// The states. Failed is given up: by the last try, or by a refusal that another
// try would not change.
const (
	Waiting   State = "waiting"
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// States lists every state.
var States = []State{Waiting, Running, Done, Failed, Cancelled}

// Job is what its owner sees of it. Key is the message key of the outcome, or
// of why it failed, with Values for its places; Link is where the result is.
type Job struct {
	ID          string
	Kind        string
	State       State
	Attempt     int // tries begun
	Attempts    int // tries at the most
	CreatedAt   time.Time
	RunAt       time.Time // the next try, while it waits
	StartedAt   *time.Time
	FinishedAt  *time.Time
	CancelAsked bool
	Done, Steps int // Steps 0 is not known
	Key         string
	Values      map[string]any
	Link        string
}

// Over tells whether nothing more happens by itself.
func (j Job) Over() bool { return j.State != Waiting && j.State != Running }

// Count tells how many jobs are in each state, of everybody's; those that are
// over are forgotten after a while.
func (j *Jobs) Count(ctx context.Context, tx *db.Tx) (map[State]int, error) {
	found, err := countByState(ctx, tx)
	out := map[State]int{}
	for _, t := range found {
		out[t.state] = t.n
	}
	return out, err
}

// listed is how many jobs a page shows.
const listed = 100

// Own returns the actor's jobs, the newest first, a hundred at the most. Of
// those that run in nobody's name only what failed is there.
func (j *Jobs) Own(ctx context.Context) (out []Job, err error) {
	a, err := policy.Check(ctx, policy.Home)
	if err != nil {
		return nil, err
	}
	err = j.db.Read(ctx, func(tx *db.Tx) error {
		out, err = ownJobs(ctx, tx, a.Network, a.AccountID, listed)
		return err
	})
	return out, err
}

// Find returns one of the actor's jobs, or NotFound.
func (j *Jobs) Find(ctx context.Context, id string) (job Job, err error) {
	a, err := policy.Check(ctx, policy.Home)
	if err != nil {
		return Job{}, err
	}
	err = j.db.Read(ctx, func(tx *db.Tx) error {
		job, err = ownJob(ctx, tx, a.Network, a.AccountID, id)
		return err
	})
	return job, err
}

// Cancel ends one of the actor's jobs: one that waits at once, one that runs
// within a second or two, when its work heeds its context. NotFound for another's;
// Conflict when it is over.
func (j *Jobs) Cancel(ctx context.Context, id string) error {
	return j.change(ctx, id, "jobs.over", cancelJob)
}

// Retry lets one of the actor's jobs that failed, or was cancelled, be tried
// anew. NotFound for another's; Conflict when it is not over, or when another
// with its key is under way.
func (j *Jobs) Retry(ctx context.Context, id string) error {
	return j.change(ctx, id, "jobs.not_over", retryJob)
}

func (j *Jobs) change(ctx context.Context, id, late string, by func(context.Context, *db.Tx, string, string, string) error) error {
	a, err := policy.Check(ctx, policy.Home)
	if err != nil {
		return err
	}
	return j.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := ownJob(ctx, tx, a.Network, a.AccountID, id); err != nil {
			return err
		}
		err := by(ctx, tx, a.Network, a.AccountID, id)
		if errs.CodeOf(err) == errs.NotFound {
			return errs.New(errs.Conflict, late)
		}
		tx.Then(j.wake)
		return err
	})
}
