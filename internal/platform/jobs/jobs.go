// Package jobs does work later: what is enqueued is committed with the
// transaction that causes it, or not at all, and is worked at least once, by
// this process or another on the same database, also when one is killed.
//
// The words are River's (ADR 0002). A job is worked at least once, not exactly
// once: work that must not happen twice says so itself, as with db.Tx.Once.
package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// Args say what a job is to do. They are kept in clear as JSON: ids, codes,
// dates and numbers only, never names, addresses or texts. Enqueue refuses
// what does not look so.
type Args interface {
	// Kind names the work, such as "report.freeze"; it never changes once released.
	Kind() string
}

// Opts are how a job is enqueued; the zero value is as soon as possible, in the
// name of the actor.
type Opts struct {
	// Key lets one job of its kind and network wait or run at a time: enqueuing
	// another returns the first one's id.
	Key string
	// At is the instant before which it does not run.
	At time.Time
	// Attempts is how often it is tried before it has failed; 0 is 8, which
	// takes about three quarters of an hour.
	Attempts int
	// System is for work that needs nobody's rights: it runs without an actor.
	System bool
	// Network is that of a System job; empty is the actor's.
	Network string
}

const usualAttempts = 8

// Jobs is the queue of a database.
type Jobs struct {
	db      *db.DB
	kinds   map[string]func(context.Context, *Run) error
	entries []*entry
	woken   chan struct{}
	pace    pace

	// Actor is filled by app: who an account is today in the membership in which
	// it asked, or NotFound when that is over; without a membership, in the
	// network. A job has the rights of the day on which it runs, and no others.
	Actor func(ctx context.Context, network, account, membership string) (policy.Actor, error)
}

// pace is how fast workers are; tests have their own.
type pace struct {
	beat  time.Duration // how often a worker looks for work and writes that it lives
	lease time.Duration // how long after its last beat a worker counts as dead
	grace time.Duration // how long running jobs may go on once the program stops
}

// New returns the queue of a database.
func New(d *db.DB) *Jobs {
	j := &Jobs{db: d, kinds: map[string]func(context.Context, *Run) error{}, woken: make(chan struct{}, 1),
		pace: pace{beat: time.Second, lease: 30 * time.Second, grace: 10 * time.Second}}
	j.Every("jobs.prune", Daily(4), j.prune)
	return j
}

// Register says who works the jobs of a kind. An *errs.Error that work returns
// is final, unless it is Busy or Internal: its key is the reason one reads. Any
// other error, and a panic, is tried again later; it stands in the log, so it
// must name nobody.
func Register[A Args](j *Jobs, work func(ctx context.Context, r *Run, args A) error) {
	var zero A
	j.register(zero.Kind(), func(ctx context.Context, r *Run) error {
		var args A
		if err := json.Unmarshal([]byte(r.args), &args); err != nil {
			return fmt.Errorf("args of job %s: %w", r.ID, err)
		}
		return work(ctx, r, args)
	})
}

// Kinds lists the kinds of jobs that somebody may have asked for; the page of
// jobs has a word for each.
func (j *Jobs) Kinds() (out []string) {
	for kind := range j.kinds {
		if !strings.HasPrefix(kind, timed) {
			out = append(out, kind)
		}
	}
	slices.Sort(out)
	return out
}

func (j *Jobs) register(kind string, work func(context.Context, *Run) error) {
	if j.kinds[kind] != nil {
		panic("jobs: two registered " + kind)
	}
	j.kinds[kind] = work
}

// Enqueue adds a job in tx and returns its id, or that of the one which waits
// or runs with the same key. It refuses as policy.Check does when nobody is
// signed in and the job is not System.
func (j *Jobs) Enqueue(ctx context.Context, tx *db.Tx, args Args, o Opts) (id string, err error) {
	actor := policy.From(ctx)
	if !o.System {
		if actor, err = policy.Check(ctx, policy.Home); err != nil {
			return "", err
		}
	}
	row := newRow{id: db.NewID(), network: actor.Network, account: actor.AccountID, membership: actor.MembershipID, system: o.System, lang: i18n.Lang(ctx),
		kind: args.Kind(), key: o.Key, attempts: o.Attempts, at: tx.Now}
	if o.System && o.Network != "" {
		row.network = o.Network
	}
	if row.attempts == 0 {
		row.attempts = usualAttempts
	}
	if o.At.After(tx.Now) {
		row.at = o.At
	}
	if j.kinds[row.kind] == nil {
		return "", fmt.Errorf("jobs: nobody works %q", row.kind)
	}
	if row.args, err = plain(args); err != nil {
		return "", err
	}
	tx.Then(j.wake)
	return insertJob(ctx, tx, row)
}

// wake lets a worker of this process look at once.
// Going tells whether a job of one of some kinds waits or runs in a network under a
// key.
func (j *Jobs) Going(ctx context.Context, tx *db.Tx, network, key string, kinds ...Args) (bool, error) {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.Kind()
	}
	return going(ctx, tx, network, key, names)
}

func (j *Jobs) wake() {
	select {
	case j.woken <- struct{}{}:
	default:
	}
}

// code is what an id, a code, a date or a path of ours looks like. It has no
// blank, no @ and no letter with an accent.
var code = regexp.MustCompile(`^[A-Za-z0-9_.:/?&=,+*%|~#-]{0,300}$`)

// plain writes args as JSON, and refuses those that hold a text.
func plain(args Args) (string, error) {
	text, err := json.Marshal(args)
	if err != nil {
		return "", fmt.Errorf("jobs: args of %s: %w", args.Kind(), err)
	}
	var parts any
	if err := json.Unmarshal(text, &parts); err != nil {
		return "", err
	}
	if !plainly(parts) {
		return "", fmt.Errorf("jobs: args of %s hold a text: ids and codes only", args.Kind())
	}
	return string(text), nil
}

func plainly(v any) bool {
	switch v := v.(type) {
	case string:
		return code.MatchString(v)
	case []any:
		for _, one := range v {
			if !plainly(one) {
				return false
			}
		}
	case map[string]any:
		for name, one := range v {
			if !code.MatchString(name) || !plainly(one) {
				return false
			}
		}
	}
	return true
}
