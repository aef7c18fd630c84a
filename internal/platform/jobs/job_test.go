package jobs

import (
	"context"
	"testing"
	"time"

	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

func TestAnothersJobIsNotFound(t *testing.T) {
	each(t, func(t *testing.T, o *room) {
		j := o.queue(func(context.Context, *Run, stitch) error { return nil })
		id := enqueue(t, j, "a", Opts{})
		for _, a := range []policy.Actor{{AccountID: "bruno", Network: "n", Role: policy.Admin}, {AccountID: "anna", Network: "m", Role: policy.Admin}} {
			ctx := as(t, a)
			_, find := j.Find(ctx, id)
			own, err := j.Own(ctx)
			for what, err := range map[string]error{"find": find, "cancel": j.Cancel(ctx, id), "retry": j.Retry(ctx, id)} {
				if errs.CodeOf(err) != errs.NotFound {
					t.Errorf("%s in %s, %s: %v", a.AccountID, a.Network, what, err)
				}
			}
			if err != nil || len(own) != 0 {
				t.Errorf("%v, %v", own, err)
			}
		}
		if own, err := j.Own(as(t, anna)); err != nil || len(own) != 1 || own[0].State != Waiting {
			t.Errorf("%v, %v", own, err)
		}
	})
}

func TestCancelAndRetryWhatWaits(t *testing.T) {
	each(t, func(t *testing.T, o *room) {
		j := o.queue(func(context.Context, *Run, stitch) error { return nil })
		id, ctx := enqueue(t, j, "a", Opts{}), as(t, anna)
		if err := j.Retry(ctx, id); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("what waits was let try again: %v", err)
		}
		if err := j.Cancel(ctx, id); err != nil || runDue(t, j) != 0 || find(t, j, id).State != Cancelled || find(t, j, id).FinishedAt == nil {
			t.Errorf("%v, %+v", err, find(t, j, id))
		}
		if err := j.Retry(ctx, id); err != nil || runDue(t, j) != 1 || find(t, j, id).State != Done {
			t.Errorf("%v, %+v", err, find(t, j, id))
		}
		if err := j.Cancel(ctx, id); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("what is done was cancelled: %v", err)
		}
	})
}

func TestPrune(t *testing.T) {
	each(t, func(t *testing.T, o *room) {
		j := o.queue(func(context.Context, *Run, stitch) error { return nil })
		old := enqueue(t, j, "old", Opts{})
		runDue(t, j)
		o.pass(keepOwn - time.Hour)
		recent, waiting := enqueue(t, j, "recent", Opts{}), enqueue(t, j, "waits", Opts{At: o.now().Add(keepOwn)})
		runDue(t, j)
		o.pass(2 * time.Hour)
		if err := j.prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		find(t, j, recent)
		find(t, j, waiting)
		if _, err := j.Find(as(t, anna), old); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("an old job stayed: %v", err)
		}
	})
}
