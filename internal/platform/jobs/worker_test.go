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
)

// What is enqueued is worked at once, without waiting for a beat.
func TestWokenByCommit(t *testing.T) {
	each(t, func(t *testing.T, o *room) {
		ran := make(chan string, 1)
		j := o.queue(func(_ context.Context, _ *Run, s stitch) error { ran <- s.Cloth; return nil })
		j.pace.beat = time.Hour
		work(t, j, 1)
		enqueue(t, j, "a", Opts{})
		select {
		case <-ran:
		case <-time.After(10 * time.Second):
			t.Fatal("it waits for a beat that does not come")
		}
	})
}

// Two workers share many jobs: each is worked once, and nothing twice at a time.
func TestEachJobOnce(t *testing.T) {
	each(t, func(t *testing.T, o *room) {
		const jobs, workers = 300, 3
		var times [jobs]atomic.Int32
		var left atomic.Int32
		left.Store(jobs)
		do := func(_ context.Context, _ *Run, s stitch) error {
			var n int
			fmt.Sscan(s.Cloth, &n)
			times[n].Add(1)
			left.Add(-1)
			return nil
		}
		first := o.queue(do)
		err := o.d.Write(t.Context(), func(tx *db.Tx) (err error) {
			for n := range jobs {
				_, e := first.Enqueue(as(t, anna), tx, stitch{fmt.Sprint(n)}, Opts{})
				err = errors.Join(err, e)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var stops []func()
		for range workers {
			j := o.queue(do)
			j.pace.beat = 100 * time.Millisecond // they are here to work, not to write that they live
			stops = append(stops, work(t, j, 4))
		}
		await(t, "all are worked", func() bool { return left.Load() <= 0 })
		for _, stop := range stops {
			stop()
		}
		for n := range times {
			if got := times[n].Load(); got != 1 {
				t.Errorf("job %d was worked %d times", n, got)
			}
		}
		if runDue(t, first) != 0 {
			t.Error("some were not written as done")
		}
	})
}

// A worker that is killed writes nothing more. Once its lease is over another
// takes the job up, one only; and what the dead one says late is not heard.
func TestKilledWorker(t *testing.T) {
	each(t, func(t *testing.T, o *room) {
		var ran atomic.Int32
		do := func(context.Context, *Run, stitch) error { ran.Add(1); return nil }
		dead := o.queue(do).worker(1)
		id := enqueue(t, dead.jobs, "a", Opts{})
		taken, err := dead.exchange(t.Context(), true)
		if err != nil || len(taken) != 1 {
			t.Fatal(taken, err)
		}
		j := o.queue(do)
		o.pass(j.pace.lease - time.Second)
		if runDue(t, j) != 0 || find(t, j, id).State != Running {
			t.Error("it was taken before the lease was over")
		}
		o.pass(time.Second)
		var tries atomic.Int32
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				n, err := o.queue(do).RunDue(t.Context())
				if err != nil {
					t.Error(err)
				}
				tries.Add(int32(n))
			})
		}
		both.Wait()
		if tries.Load() != 1 || ran.Load() != 1 {
			t.Errorf("taken up %d times, worked %d times", tries.Load(), ran.Load())
		}
		taken[0].ended = ended{state: Failed, attempt: 1, key: "late"}
		dead.over = taken
		if _, err := dead.exchange(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		if job := find(t, j, id); job.State != Done || job.Attempt != 2 || job.Key != "" {
			t.Errorf("%+v", job)
		}
	})
}

// A job that kills its worker every time is not tried for ever.
func TestKillerGivesUp(t *testing.T) {
	each(t, func(t *testing.T, o *room) {
		j := o.queue(func(context.Context, *Run, stitch) error { return nil })
		id := enqueue(t, j, "a", Opts{Attempts: 2})
		for range 3 {
			if _, err := j.worker(1).exchange(t.Context(), true); err != nil {
				t.Fatal(err)
			}
			o.pass(j.pace.lease)
		}
		if job := find(t, j, id); job.State != Failed || job.Key != "jobs.outcome.died" || job.FinishedAt == nil {
			t.Errorf("%+v", job)
		}
	})
}

// While it runs its lease is renewed, its progress can be read, and who asked
// for it can end it.
func TestBeatProgressAndCancel(t *testing.T) {
	each(t, func(t *testing.T, o *room) {
		j := o.queue(func(ctx context.Context, r *Run, _ stitch) error {
			r.Progress(2, 5)
			<-ctx.Done()
			return context.Cause(ctx)
		})
		id := enqueue(t, j, "a", Opts{})
		work(t, j, 2)
		await(t, "progress is written", func() bool { job := find(t, j, id); return job.Done == 2 && job.Steps == 5 })
		other := o.queue(func(context.Context, *Run, stitch) error { t.Error("it was taken while it runs"); return nil })
		for range 3 {
			o.pass(20 * time.Second)
			before := o.now()
			await(t, "a beat", func() bool { return leaseOf(t, o.d, id).After(before.Add(20 * time.Second)) })
			runDue(t, other)
		}
		if err := j.Cancel(as(t, anna), id); err != nil {
			t.Fatal(err)
		}
		await(t, "it is cancelled", func() bool { return find(t, j, id).State == Cancelled })
		if job := find(t, j, id); job.FinishedAt == nil || job.Key != "" {
			t.Errorf("%+v", job)
		}
	})
}

// A worker that lost its lease, as after a long sleep of its machine, stops.
func TestLostLease(t *testing.T) {
	each(t, func(t *testing.T, o *room) {
		ended := make(chan error, 1)
		j := o.queue(func(ctx context.Context, _ *Run, _ stitch) error {
			<-ctx.Done()
			ended <- context.Cause(ctx)
			return nil
		})
		id := enqueue(t, j, "a", Opts{})
		work(t, j, 1)
		await(t, "it runs", func() bool { return find(t, j, id).State == Running })
		giveToAnother(t, o.d, id)
		if cause := <-ended; !errors.Is(cause, errLost) {
			t.Errorf("it ended by %v", cause)
		}
		if job := find(t, j, id); job.State != Running {
			t.Errorf("what another has was written over: %+v", job)
		}
	})
}

// The program stops: what runs may end within the grace; what does not is given
// back, and the try does not count.
func TestStop(t *testing.T) {
	each(t, func(t *testing.T, o *room) {
		started := make(chan struct{}, 2)
		quick := make(chan struct{})
		j := o.queue(func(ctx context.Context, _ *Run, s stitch) error {
			started <- struct{}{}
			if s.Cloth == "quick" {
				<-quick
				return nil
			}
			<-ctx.Done()
			return ctx.Err()
		})
		j.pace.grace = 200 * time.Millisecond
		long, short := enqueue(t, j, "long", Opts{}), enqueue(t, j, "quick", Opts{})
		stop := work(t, j, 2)
		<-started
		<-started
		go close(quick)
		stop()
		if job := find(t, j, short); job.State != Done {
			t.Errorf("what ended within the grace: %+v", job)
		}
		if job := find(t, j, long); job.State != Waiting || job.Attempt != 0 || job.RunAt.After(o.now()) {
			t.Errorf("what was given back: %+v", job)
		}
	})
}

func TestTimetable(t *testing.T) {
	each(t, func(t *testing.T, o *room) {
		var hourly, nightly atomic.Int32
		process := func() *Jobs {
			j := o.queue(func(context.Context, *Run, stitch) error { return nil })
			j.Every("hourly", Each(time.Hour), func(context.Context) error { hourly.Add(1); return nil })
			j.Every("nightly", Daily(3), func(context.Context) error { nightly.Add(1); return nil })
			return j
		}
		one, two := process(), process()
		for n, c := range []struct {
			pass            time.Duration
			hourly, nightly int32
		}{
			{0, 1, 1}, // what was due before the program started
			{59 * time.Minute, 1, 1}, {time.Minute, 2, 1},
			{13*time.Hour + 59*time.Minute, 3, 1}, // 2:59 in Rome
			{time.Minute, 4, 2}, {time.Minute, 4, 2}, {24 * time.Hour, 5, 3},
		} {
			o.pass(c.pass)
			var both sync.WaitGroup
			for _, j := range []*Jobs{one, two} {
				both.Go(func() {
					if _, err := j.RunDue(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			both.Wait()
			if hourly.Load() != c.hourly || nightly.Load() != c.nightly {
				t.Errorf("step %d: %d hourly, %d nightly; want %d, %d", n, hourly.Load(), nightly.Load(), c.hourly, c.nightly)
			}
		}
	})
}

func TestSlots(t *testing.T) {
	t.Parallel()
	for now, want := range map[string]string{ // clocks change on 29 March and 25 October
		"2026-03-28T01:59:59Z": "2026-03-27T02:00:00Z", "2026-03-28T02:00:00Z": "2026-03-28T02:00:00Z",
		"2026-03-29T00:59:59Z": "2026-03-28T02:00:00Z", "2026-03-29T01:00:00Z": "2026-03-29T01:00:00Z",
		"2026-10-25T01:59:59Z": "2026-10-24T01:00:00Z", "2026-10-25T02:00:00Z": "2026-10-25T02:00:00Z",
	} {
		at, err := time.Parse(time.RFC3339, now)
		if got := Daily(3).slot(at).Format(time.RFC3339); err != nil || got != want {
			t.Errorf("at %s the slot is %s, want %s (%v)", now, got, want, err)
		}
	}
}

func TestBackOff(t *testing.T) {
	t.Parallel()
	for attempt, want := range map[int]time.Duration{1: time.Second, 2: 16 * time.Second, 5: 625 * time.Second, 17: 83521 * time.Second,
		18: 24 * time.Hour, 1000: 24 * time.Hour} {
		for range 50 {
			if got := backOff(attempt); got < want*9/10 || got > want*11/10 {
				t.Errorf("after %d tries: %s, want about %s", attempt, got, want)
			}
		}
	}
}
