package jobs

import (
	"context"
	"log/slog"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

// writeTime bounds what a worker writes about its jobs.
const writeTime = 10 * time.Second

// worker takes jobs for one process. One goroutine owns it, and runs each job
// in another.
type worker struct {
	jobs    *Jobs
	id      string
	free    int // jobs it can take
	running map[*Run]bool
	ended   chan *Run
	over    []*Run // ended, and not written yet
	planned map[string]string
}

func (j *Jobs) worker(n int) *worker {
	return &worker{jobs: j, id: db.NewID(), free: n, running: map[*Run]bool{}, ended: make(chan *Run, n), planned: map[string]string{}}
}

// Work works jobs, at most n at a time, until ctx ends. Then it takes no more,
// lets those that run go on for a grace of ten seconds, and gives back what has
// not ended by then, so that another process takes it at once.
func (j *Jobs) Work(ctx context.Context, n int) {
	w := j.worker(n)
	tick := time.NewTicker(j.pace.beat)
	defer tick.Stop()
	keep := context.WithoutCancel(ctx)
	for w.turn(keep, true); ctx.Err() == nil; {
		select {
		case <-ctx.Done():
		case <-j.woken:
			w.turn(keep, true)
		case r := <-w.ended:
			w.gather(r)
			w.turn(keep, true)
		case <-tick.C:
			w.beat(keep)
			if w.due(keep) {
				w.turn(keep, true)
			}
		}
	}
	w.stop(keep, tick.C)
}

// stop waits for what runs, cancels it after the grace, and leaves what does
// not heed that to the end of its lease.
func (w *worker) stop(ctx context.Context, tick <-chan time.Time) {
	grace := time.NewTimer(w.jobs.pace.grace)
	defer grace.Stop()
	for told := false; len(w.running) > 0; {
		select {
		case r := <-w.ended:
			w.gather(r)
		case <-tick:
			w.beat(ctx)
		case <-grace.C:
			for r := range w.running {
				r.cancel(errStopped)
				if told {
					slog.WarnContext(ctx, "job does not stop", "job", r.ID, "kind", r.kind)
				}
			}
			if told {
				clear(w.running)
			}
			told = true
			grace.Reset(w.jobs.pace.grace / 2)
		}
	}
	w.turn(ctx, false)
}

// gather notes a job that ended, and those that ended with it.
func (w *worker) gather(r *Run) {
	for {
		delete(w.running, r)
		w.free++
		if !r.ended.lost {
			w.over = append(w.over, r)
		}
		select {
		case r = <-w.ended:
		default:
			return
		}
	}
}

// turn writes in one transaction what ended and what is taken next, and starts
// that. What cannot be written is written at the next beat.
func (w *worker) turn(ctx context.Context, take bool) {
	taken, err := w.exchange(ctx, take)
	if err != nil {
		slog.ErrorContext(ctx, "jobs: nothing taken", "err", err)
		return
	}
	for _, r := range taken {
		ctx, cancel := context.WithCancelCause(ctx)
		r.cancel = cancel
		w.running[r] = true
		w.free--
		go func() {
			w.jobs.begin(ctx, r)
			cancel(nil)
			w.ended <- r
		}()
	}
}

func (w *worker) exchange(ctx context.Context, take bool) (taken []*Run, err error) {
	if !take && len(w.over) == 0 {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, writeTime)
	defer cancel()
	var slots map[string]string
	err = w.jobs.db.Queue(ctx, func(tx *db.Tx) (err error) {
		taken = nil
		for _, r := range w.over {
			if err := endJob(ctx, tx, w.id, r); err != nil {
				return err
			}
		}
		if !take {
			return nil
		}
		if err := releaseDead(ctx, tx); err != nil {
			return err
		}
		if slots, err = w.jobs.plan(ctx, tx, w.planned); err != nil || w.free == 0 {
			return err
		}
		taken, err = takeDue(ctx, tx, w.id, w.jobs.names(), w.jobs.db.SkipLocked(), tx.Now.Add(w.jobs.pace.lease), w.free)
		return err
	})
	if err == nil {
		w.over = nil
		for name, slot := range slots {
			w.planned[name] = slot
		}
	}
	return taken, err
}

// names are the kinds that this program can work: during an upgrade an older
// one leaves new kinds to the newer.
func (j *Jobs) names() (out []string) {
	for kind := range j.kinds {
		out = append(out, kind)
	}
	return out
}

// due tells whether a turn would find something to do.
func (w *worker) due(ctx context.Context) (yes bool) {
	if len(w.over) > 0 || len(w.jobs.newSlots(w.jobs.db.Now(), w.planned)) > 0 {
		return true
	}
	err := w.jobs.db.Read(ctx, func(tx *db.Tx) (err error) {
		yes, err = anyDue(ctx, tx)
		return err
	})
	if err != nil {
		slog.ErrorContext(ctx, "jobs: cannot look", "err", err)
	}
	return yes
}

// beat writes that the worker lives and how far its jobs are, and hears which
// of them are to be cancelled.
func (w *worker) beat(ctx context.Context) {
	if len(w.running) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, writeTime)
	defer cancel()
	until := w.jobs.db.Now().Add(w.jobs.pace.lease)
	told := map[*Run]error{}
	err := w.jobs.db.Queue(ctx, func(tx *db.Tx) error {
		clear(told)
		for r := range w.running {
			asked, err := renew(ctx, tx, w.id, r, until)
			switch {
			case errs.CodeOf(err) == errs.NotFound:
				told[r] = errLost
			case err != nil:
				return err
			case asked:
				told[r] = errCancelled
			}
		}
		return nil
	})
	if err != nil {
		slog.ErrorContext(ctx, "jobs: no beat", "err", err)
	}
	for r := range w.running {
		switch why := told[r]; {
		case err == nil && why != nil:
			r.cancel(why)
		case err == nil:
			r.until = until
		case w.jobs.db.Now().After(r.until):
			r.cancel(errLost) // another may have it by now
		}
	}
}

// RunDue works in the caller's goroutine what is due, and what becomes due by
// that, and returns how many tries it made. It is for tests and the command
// line: nothing waits and nothing runs beside it.
func (j *Jobs) RunDue(ctx context.Context) (n int, err error) {
	w := j.worker(1)
	for {
		taken, err := w.exchange(ctx, true)
		if err != nil || len(taken) == 0 {
			return n, err
		}
		for _, r := range taken {
			j.begin(ctx, r)
			w.over = append(w.over, r)
			n++
		}
		if err := ctx.Err(); err != nil {
			return n, err
		}
	}
}
