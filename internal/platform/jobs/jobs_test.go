package jobs

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// stitch is the work that these tests enqueue.
type stitch struct{ Cloth string }

func (stitch) Kind() string { return "stitch" }

// clock is a clock that tests move.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time        { return time.UnixMicro(c.at.Load()).UTC() }
func (c *clock) pass(by time.Duration) { c.at.Add(by.Microseconds()) }

var anna = policy.Actor{AccountID: "anna", Network: "n", MembershipID: "weaver", Role: policy.SocialWorker}

// room is a database with its clock, on which queues work.
type room struct {
	d *db.DB
	clock
}

// each runs fn in a room of each engine, at noon of an ordinary day.
func each(t *testing.T, fn func(t *testing.T, o *room)) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := &room{d: d}
		o.at.Store(time.Date(2026, 5, 5, 10, 0, 0, 0, time.UTC).UnixMicro())
		d.Now = o.now
		fn(t, o)
	})
}

// queue is one process: it beats fast, and does only what tests enqueue.
func (o *room) queue(work func(context.Context, *Run, stitch) error) *Jobs {
	j := New(o.d)
	j.entries = nil
	j.pace.beat, j.pace.grace = 5*time.Millisecond, 20*time.Millisecond
	j.Actor = func(_ context.Context, network, account, membership string) (policy.Actor, error) {
		if account != anna.AccountID || network != anna.Network || membership != anna.MembershipID {
			return policy.Actor{}, errs.Missing()
		}
		return anna, nil
	}
	Register(j, work)
	return j
}

func as(t *testing.T, a policy.Actor) context.Context {
	return i18n.With(policy.With(t.Context(), a), "it")
}

func enqueue(t *testing.T, j *Jobs, cloth string, opts Opts) (id string) {
	t.Helper()
	err := j.db.Write(t.Context(), func(tx *db.Tx) (err error) {
		id, err = j.Enqueue(as(t, anna), tx, stitch{cloth}, opts)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func runDue(t *testing.T, j *Jobs) int {
	t.Helper()
	n, err := j.RunDue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func find(t *testing.T, j *Jobs, id string) Job {
	t.Helper()
	job, err := j.Find(as(t, anna), id)
	if err != nil {
		t.Fatal(err)
	}
	return job
}

// await waits for what another goroutine does.
func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	late := time.After(20 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("never: %s", what)
		}
	}
}

// work runs a worker until the returned function is called.
func work(t *testing.T, j *Jobs, n int) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { j.Work(ctx, n) })
	stop = func() { cancel(); done.Wait() }
	t.Cleanup(stop)
	return stop
}

func TestDoneInTheNameOfWhoAsked(t *testing.T) {
	each(t, func(t *testing.T, o *room) {
		var got []string
		j := o.queue(func(ctx context.Context, r *Run, s stitch) error {
			got = append(got, s.Cloth, policy.From(ctx).AccountID, i18n.Lang(ctx), fmt.Sprint(r.Attempt))
			r.Progress(3, 4)
			r.Outcome("jobs.test", map[string]any{"Count": 3, "Name": "Anna Rossi", "Code": "ab-1"})
			r.Link("/files/1")
			return nil
		})
		id := enqueue(t, j, "linen", Opts{})
		if n := runDue(t, j) + runDue(t, j); n != 1 || fmt.Sprint(got) != "[linen anna it 1]" {
			t.Errorf("%d tries: %v", n, got)
		}
		job := find(t, j, id)
		if job.State != Done || job.Done != 3 || job.Steps != 4 || job.Key != "jobs.test" || job.Link != "/files/1" ||
			job.FinishedAt == nil || !job.Over() || fmt.Sprint(job.Values) != "map[Code:ab-1 Count:3]" {
			t.Errorf("%+v", job)
		}
	})
}

func TestRolledBackNeverRuns(t *testing.T) {
	each(t, func(t *testing.T, o *room) {
		j := o.queue(func(context.Context, *Run, stitch) error { t.Error("it ran"); return nil })
		no := errors.New("no")
		err := o.d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := j.Enqueue(as(t, anna), tx, stitch{"a"}, Opts{})
			return errors.Join(err, no)
		})
		if !errors.Is(err, no) || len(j.woken) != 0 || runDue(t, j) != 0 {
			t.Errorf("%v, woken %d", err, len(j.woken))
		}
	})
}

func TestRetriedThenDone(t *testing.T) {
	each(t, func(t *testing.T, o *room) {
		tries := 0
		j := o.queue(func(context.Context, *Run, stitch) error {
			if tries++; tries < 3 {
				return errors.New("the thread broke")
			}
			return nil
		})
		id := enqueue(t, j, "a", Opts{})
		for n, wait := range []time.Duration{0, 1200 * time.Millisecond, 20 * time.Second} {
			if early := runDue(t, j); n > 0 && early != 0 {
				t.Errorf("try %d came before its time", n+1)
			}
			o.pass(wait)
			runDue(t, j)
			if tries != n+1 {
				t.Fatalf("%d tries, want %d", tries, n+1)
			}
		}
		if job := find(t, j, id); job.State != Done || job.Attempt != 3 {
			t.Errorf("%+v", job)
		}
	})
}

func TestGivesUp(t *testing.T) {
	each(t, func(t *testing.T, o *room) {
		tries := 0
		answers := map[string]error{"broken": errors.New("again"), "busy": errs.New(errs.Busy, "error.busy"),
			"refused": errs.New(errs.Conflict, "jobs.over").With("Count", 2).With("Name", "Anna Rossi")}
		j := o.queue(func(_ context.Context, _ *Run, s stitch) error {
			tries++
			if s.Cloth == "panic" {
				panic("needle")
			}
			return answers[s.Cloth]
		})
		for cloth, want := range map[string]struct {
			tries int
			key   string
		}{"broken": {2, "jobs.outcome.broken"}, "busy": {2, "jobs.outcome.broken"}, "panic": {2, "jobs.outcome.broken"}, "refused": {1, "jobs.over"}} {
			id := enqueue(t, j, cloth, Opts{Attempts: 2})
			for tries = 0; runDue(t, j) > 0; {
				o.pass(time.Hour)
			}
			job := find(t, j, id)
			if job.State != Failed || tries != want.tries || job.Key != want.key {
				t.Errorf("%s: %d tries, %+v", cloth, tries, job)
			}
			if cloth == "refused" && fmt.Sprint(job.Values) != "map[Count:2]" {
				t.Errorf("%v", job.Values)
			}
		}
	})
}

func TestUniqueKey(t *testing.T) {
	each(t, func(t *testing.T, o *room) {
		ran := 0
		var j *Jobs
		j = o.queue(func(_ context.Context, r *Run, s stitch) error {
			ran++
			if s.Cloth == "a" && enqueue(t, j, "b", Opts{Key: "k"}) != r.ID {
				t.Error("one that runs does not count")
			}
			return nil
		})
		first := enqueue(t, j, "a", Opts{Key: "k"})
		if again, other := enqueue(t, j, "b", Opts{Key: "k"}), enqueue(t, j, "c", Opts{}); again != first || other == first {
			t.Errorf("%s, %s, %s", first, again, other)
		}
		if n := runDue(t, j); n != 2 {
			t.Errorf("%d ran", n)
		}
		if next := enqueue(t, j, "b", Opts{Key: "k"}); next == first || ran != 2 {
			t.Error("one that is over still counts")
		}
	})
}

// Two who enqueue with one key at once get one job.
func TestUniqueKeyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, o *room) {
		j := o.queue(func(context.Context, *Run, stitch) error { return nil })
		ids := make(chan string, 8)
		var all sync.WaitGroup
		for range cap(ids) {
			all.Go(func() { ids <- enqueue(t, j, "a", Opts{Key: "k"}) })
		}
		all.Wait()
		first := <-ids
		for range cap(ids) - 1 {
			if id := <-ids; id != first {
				t.Errorf("%s and %s", first, id)
			}
		}
		if n := runDue(t, j); n != 1 {
			t.Errorf("%d ran", n)
		}
	})
}

func TestNotBefore(t *testing.T) {
	each(t, func(t *testing.T, o *room) {
		j := o.queue(func(context.Context, *Run, stitch) error { return nil })
		enqueue(t, j, "a", Opts{At: o.now().Add(time.Hour)})
		if runDue(t, j) != 0 {
			t.Error("too early")
		}
		o.pass(time.Hour)
		if runDue(t, j) != 1 {
			t.Error("not at its time")
		}
	})
}

type letter struct {
	Who  string
	Rows []map[string]string
}

func (letter) Kind() string { return "letter" }

// What could name somebody is refused when it is enqueued.
func TestArgsNameNobody(t *testing.T) {
	each(t, func(t *testing.T, o *room) {
		j := o.queue(nil)
		Register(j, func(context.Context, *Run, letter) error { return nil })
		for _, c := range []struct {
			args letter
			ok   bool
		}{
			{letter{Who: "0197-ab", Rows: []map[string]string{{"from": "2026-05-05", "path": "/cases/1?as=2"}}}, true},
			{letter{Who: "Anna Rossi"}, false}, {letter{Who: "a@b.example"}, false}, {letter{Who: "Niccolò"}, false},
			{letter{Rows: []map[string]string{{"to": "Anna Rossi"}}}, false}, {letter{Rows: []map[string]string{{"Anna Rossi": "1"}}}, false},
		} {
			err := o.d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := j.Enqueue(as(t, anna), tx, c.args, Opts{})
				return err
			})
			if (err == nil) != c.ok {
				t.Errorf("%+v: %v", c.args, err)
			}
		}
	})
}

func TestEnqueueRefuses(t *testing.T) {
	each(t, func(t *testing.T, o *room) {
		j := o.queue(func(context.Context, *Run, stitch) error { return nil })
		err := o.d.Write(t.Context(), func(tx *db.Tx) error {
			_, nobody := j.Enqueue(t.Context(), tx, stitch{"a"}, Opts{})
			_, unknown := j.Enqueue(as(t, anna), tx, letter{}, Opts{})
			if errs.CodeOf(nobody) != errs.SignIn || unknown == nil {
				t.Errorf("%v, %v", nobody, unknown)
			}
			_, err := j.Enqueue(t.Context(), tx, stitch{"a"}, Opts{System: true, Network: "n"})
			return err
		})
		if err != nil || runDue(t, j) != 1 {
			t.Error(err)
		}
	})
}

// A job has the rights of the day on which it runs.
func TestRightsOfTheDay(t *testing.T) {
	each(t, func(t *testing.T, o *room) {
		j := o.queue(func(ctx context.Context, _ *Run, s stitch) error {
			if s.Cloth == "own" || policy.From(ctx).SignedIn() {
				t.Errorf("%s ran as %q", s.Cloth, policy.From(ctx).AccountID)
			}
			return nil
		})
		own, system := enqueue(t, j, "own", Opts{}), enqueue(t, j, "system", Opts{System: true})
		j.Actor = func(context.Context, string, string, string) (policy.Actor, error) {
			return policy.Actor{}, errs.Missing()
		}
		if n := runDue(t, j); n != 2 {
			t.Errorf("%d tries", n)
		}
		if job := find(t, j, own); job.State != Failed || job.Key != "jobs.outcome.rights" {
			t.Errorf("%+v", job)
		}
		if _, err := j.Find(as(t, anna), system); errs.CodeOf(err) != errs.NotFound {
			t.Error("what runs in nobody's name, and worked, is on somebody's page")
		}
	})
}
