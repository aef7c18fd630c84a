package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// Run is one try of a job, and what it says of itself.
type Run struct {
	ID      string
	Network string
	Account string // who enqueued it; empty when nobody was signed in
	Attempt int    // 1 the first time

	kind, args, lang string
	membership       string // in which the account asked
	system           bool
	attempts         int
	until            time.Time // of the lease
	cancel           context.CancelCauseFunc
	ended            ended

	mu          sync.Mutex
	done, steps int
	key, link   string
	values      map[string]any
}

// Progress says how much is done, of how much; total 0 is not known. It costs
// nothing: once a second what was said last is written, outside of the job's
// own transactions.
func (r *Run) Progress(done, total int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done, r.steps = done, total
}

// Outcome says what came of it: a message key, and numbers or codes for its
// places. Other values are left out, because they may name somebody.
func (r *Run) Outcome(key string, values map[string]any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.key, r.values = key, values
}

// Link says where the result is: a path of ours, such as "/files/…".
func (r *Run) Link(path string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.link = path
}

// ended is what is written of a try that is over.
type ended struct {
	lost        bool // another has it by now: nothing is written
	state       State
	attempt     int // tries that count
	runAt       time.Time
	done, steps int
	key, values string
	link        string
}

// Why the context of a job ends.
var (
	errCancelled = errors.New("jobs: cancelled")
	errStopped   = errors.New("jobs: the program stops")
	errLost      = errors.New("jobs: the lease is lost")
)

// begin tries a job and notes what became of it.
func (j *Jobs) begin(ctx context.Context, r *Run) {
	err := j.try(ctx, r)
	r.ended = r.end(context.Cause(ctx), err, j.db.Now())
	if err != nil && !r.ended.lost && r.ended.state != Cancelled {
		slog.WarnContext(ctx, "job not done", "job", r.ID, "kind", r.kind, "attempt", r.Attempt, "state", r.ended.state, "err", err)
	}
}

func (j *Jobs) try(ctx context.Context, r *Run) (err error) {
	defer func() {
		if p := recover(); p != nil {
			slog.ErrorContext(ctx, "job panicked", "job", r.ID, "kind", r.kind, "panic", p, "stack", string(debug.Stack()))
			err = errors.New("jobs: panic")
		}
	}()
	ctx = audit.WithRequest(i18n.With(ctx, r.lang), r.ID)
	if !r.system {
		actor, err := j.Actor(ctx, r.Network, r.Account, r.membership)
		if refused(err) {
			return errs.New(errs.Forbidden, "jobs.outcome.rights")
		}
		if err != nil {
			return err
		}
		ctx = policy.With(ctx, actor)
	}
	return j.kinds[r.kind](ctx, r)
}

// refused tells whether trying again would bring the same answer.
func refused(err error) bool {
	code := errs.CodeOf(err)
	return err != nil && code != errs.Busy && code != errs.Internal
}

// end decides what becomes of a try. Work that went through although it was to
// stop is done.
func (r *Run) end(cause, err error, now time.Time) ended {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := ended{state: Done, attempt: r.Attempt, runAt: now, done: r.done, steps: r.steps, key: r.key, values: small(r.values), link: r.link}
	switch {
	case errors.Is(cause, errLost):
		e.lost = true
	case err == nil:
	case errors.Is(cause, errCancelled):
		e.state, e.key = Cancelled, ""
	case errors.Is(cause, errStopped):
		e.state, e.attempt = Waiting, r.Attempt-1
	case refused(err):
		e.state = Failed
		e.key, e.values = refusal(err)
	case r.Attempt >= r.attempts:
		e.state, e.key, e.values = Failed, "jobs.outcome.broken", ""
	default:
		e.state, e.runAt = Waiting, now.Add(backOff(r.Attempt))
	}
	return e
}

// backOff is how long to wait after the nth try: 1 s, 16 s, 81 s, 4 min … a day
// at the most, a tenth more or less, so that what failed together does not come
// back together.
func backOff(attempt int) time.Duration {
	n := time.Duration(min(attempt, 18))
	wait := min(n*n*n*n*time.Second, 24*time.Hour)
	return wait*9/10 + rand.N(wait/5)
}

func refusal(err error) (key, values string) {
	var e *errs.Error
	errors.As(err, &e)
	return e.Key, small(e.Args)
}

// small writes the numbers and codes among the values of a message.
func small(values map[string]any) string {
	kept := map[string]any{}
	for name, v := range values {
		switch v := v.(type) {
		case int, int64, float64, bool:
			kept[name] = v
		default:
			if text := fmt.Sprint(v); code.MatchString(text) {
				kept[name] = text
			}
		}
	}
	if len(kept) == 0 {
		return ""
	}
	text, _ := json.Marshal(kept)
	return string(text)
}
