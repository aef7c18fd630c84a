package app_test

import (
	"context"
	"testing"

	"tessuto/internal/app/apptest"
	"tessuto/internal/network"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/jobs"
	"tessuto/internal/platform/policy"
)

type probe struct{ Record string }

func (probe) Kind() string { return "probe" }

// A job acts as the person who asked, as long as that person may.
func TestJobActsAsWhoAsked(t *testing.T) {
	t.Parallel()
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			a := apptest.Demo(t, engine)
			var ran []policy.Actor
			jobs.Register(a.Jobs, func(ctx context.Context, _ *jobs.Run, _ probe) error {
				ran = append(ran, policy.From(ctx))
				return nil
			})
			ctx := as(t, a, "sportello")
			who := policy.From(ctx)
			ask := func() (id string) {
				err := a.DB.Write(ctx, func(tx *db.Tx) (err error) {
					id, err = a.Jobs.Enqueue(ctx, tx, probe{db.NewID()}, jobs.Opts{})
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				return id
			}
			ask()
			if _, err := a.Jobs.RunDue(t.Context()); err != nil || len(ran) != 1 || ran[0] != who {
				t.Fatalf("%v: %+v", err, ran)
			}
			late := ask()
			if err := a.DB.Write(ctx, func(tx *db.Tx) error { return a.Auth.SetActive(ctx, tx, who.AccountID, false) }); err != nil {
				t.Fatal(err)
			}
			if _, err := a.Jobs.RunDue(t.Context()); err != nil {
				t.Fatal(err)
			}
			if job, err := a.Jobs.Find(ctx, late); err != nil || job.State != jobs.Failed || job.Key != "jobs.outcome.rights" || len(ran) != 1 {
				t.Errorf("%+v, %v, ran %d", job, err, len(ran))
			}
			if _, err := a.Auth.ActorIn(ctx, "another", who.AccountID, ""); errs.CodeOf(err) != errs.NotFound {
				t.Errorf("an actor of another network: %v", err)
			}
		})
	}
}

// Who works in two places asked in one of them: the job acts there and nowhere
// else, and fails in words when that is over.
func TestJobActsWhereItWasAsked(t *testing.T) {
	t.Parallel()
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			var ran []policy.Actor
			jobs.Register(a.Jobs, func(ctx context.Context, _ *jobs.Run, _ probe) error {
				ran = append(ran, policy.From(ctx))
				return nil
			})
			first, boss := policy.From(as(t, a, "sportello")), as(t, a, "admin")
			if err := a.Network.AddPlace(boss, first.AccountID, network.NewPlace{OrgID: first.OrgID, Role: policy.DPO, From: db.DateOf(a.DB.Now())}); err != nil {
				t.Fatal(err)
			}
			second := first
			err := a.DB.Read(t.Context(), func(tx *db.Tx) error {
				places, err := a.Auth.Places(t.Context(), tx, first.AccountID)
				second.MembershipID, second.Role = places[1].ID, places[1].Role
				return err
			})
			if err != nil || second.MembershipID == first.MembershipID {
				t.Fatal(err)
			}
			ctx := policy.With(t.Context(), second)
			ask := func() (id string) {
				err := a.DB.Write(ctx, func(tx *db.Tx) (err error) {
					id, err = a.Jobs.Enqueue(ctx, tx, probe{db.NewID()}, jobs.Opts{})
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				return id
			}
			ask()
			if _, err := a.Jobs.RunDue(t.Context()); err != nil || len(ran) != 1 || ran[0] != second {
				t.Fatalf("%v: %+v", err, ran)
			}
			late := ask()
			if err := a.Network.EndPlace(boss, first.AccountID, second.MembershipID, 1, db.DateOf(a.DB.Now())); err != nil {
				t.Fatal(err)
			}
			if _, err := a.Jobs.RunDue(t.Context()); err != nil {
				t.Fatal(err)
			}
			if job, err := a.Jobs.Find(ctx, late); err != nil || job.State != jobs.Failed || job.Key != "jobs.outcome.rights" || len(ran) != 1 {
				t.Errorf("%+v, %v, ran %d", job, err, len(ran))
			}
		})
	}
}
