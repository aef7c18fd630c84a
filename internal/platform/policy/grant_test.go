package policy_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

var (
	noon   = time.Date(2026, 5, 5, 10, 0, 0, 0, time.UTC)
	worker = policy.Actor{AccountID: "worker", Network: "net", OrgID: "org", OrgKind: "social_cooperative", Role: policy.SocialWorker}
)

// at runs fn in a write whose instant is so many minutes after noon.
func at(t *testing.T, d *db.DB, minute int, fn func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	d.Now = func() time.Time { return noon.Add(time.Duration(minute) * time.Minute) }
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// grant opens a record of the worker's organisation.
func grant(t *testing.T, d *db.DB, minute int, kind policy.Kind, id string, to policy.Grantee, sections ...policy.Section) {
	t.Helper()
	grantOf(t, d, minute, "org", kind, id, to, sections...)
}

func grantOf(t *testing.T, d *db.DB, minute int, owner string, kind policy.Kind, id string, to policy.Grantee, sections ...policy.Section) {
	t.Helper()
	at(t, d, minute, func(ctx context.Context, tx *db.Tx) error {
		terms := policy.Terms{Owner: owner, Purpose: policy.CaseWork, Basis: policy.InstitutionalTask}
		return policy.Grant(ctx, tx, "net", kind, id, to, terms, sections...)
	})
}

// reads tells what the scope, CanRead and Sections say; they must agree.
func reads(t *testing.T, d *db.DB, minute int, a policy.Actor, kind policy.Kind, id string, s policy.Section) (ok bool) {
	t.Helper()
	at(t, d, minute, func(_ context.Context, tx *db.Tx) error {
		ctx := policy.With(t.Context(), a)
		err := policy.CanRead(ctx, tx, kind, id, s)
		if err != nil && errs.CodeOf(err) != errs.NotFound {
			return err
		}
		ok = err == nil
		open, err := policy.Sections(ctx, tx, kind, id)
		if has := open[s] || s == policy.Any && len(open) > 0; has != ok {
			t.Errorf("%s %s %q: CanRead %v, Sections %v", kind, id, s, ok, open)
		}
		if missing := open.Require(s); s != policy.Any && (missing == nil) != ok {
			t.Errorf("Require %q: %v", s, missing)
		}
		return err
	})
	return ok
}

func TestScope(t *testing.T) {
	t.Parallel()
	change := func(fn func(*policy.Actor)) policy.Actor {
		a := worker
		fn(&a)
		return a
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		grant(t, d, 0, policy.Case, "by-org", policy.ToOrg("org"), policy.Overview)
		grant(t, d, 0, policy.Case, "by-account", policy.ToAccount("worker"), policy.Plan, policy.Diary)
		grant(t, d, 0, policy.Case, "ended", policy.ToOrg("org"), policy.Overview)
		grant(t, d, 0, policy.Person, "by-org", policy.ToOrg("org"), policy.Identity)
		at(t, d, 5, func(ctx context.Context, tx *db.Tx) error {
			return policy.Revoke(ctx, tx, "net", policy.Case, "ended", policy.ToOrg("org"))
		})
		for _, c := range []struct {
			what    string
			actor   policy.Actor
			kind    policy.Kind
			id      string
			section policy.Section
			minute  int
			want    bool
		}{
			{"through the organisation", worker, policy.Case, "by-org", policy.Overview, 10, true},
			{"whatever section", worker, policy.Case, "by-org", policy.Any, 10, true},
			{"a section not given", worker, policy.Case, "by-org", policy.Diary, 10, false},
			{"in person", worker, policy.Case, "by-account", policy.Diary, 10, true},
			{"in person, not given", worker, policy.Case, "by-account", policy.Overview, 10, false},
			{"at the instant it begins", worker, policy.Case, "by-org", policy.Overview, 0, true},
			{"before it begins", worker, policy.Case, "by-org", policy.Overview, -1, false},
			{"while it lasted", worker, policy.Case, "ended", policy.Overview, 4, true},
			{"at the instant it ends", worker, policy.Case, "ended", policy.Overview, 5, false},
			{"after", worker, policy.Case, "ended", policy.Any, 10, false},
			{"a colleague", change(func(a *policy.Actor) { a.AccountID = "colleague" }), policy.Case, "by-account", policy.Any, 10, false},
			{"a colleague, organisation", change(func(a *policy.Actor) { a.AccountID = "colleague" }), policy.Case, "by-org", policy.Any, 10, true},
			{"elsewhere now", change(func(a *policy.Actor) { a.OrgID = "other" }), policy.Case, "by-org", policy.Any, 10, false},
			{"an account called org", change(func(a *policy.Actor) { a.AccountID, a.OrgID = "org", "worker" }), policy.Case, "by-org", policy.Any, 10, false},
			{"another network", change(func(a *policy.Actor) { a.Network = "other" }), policy.Case, "by-org", policy.Any, 10, false},
			{"another kind of that id", worker, policy.Household, "by-org", policy.Any, 10, false},
			{"a record that is not there", worker, policy.Case, "never", policy.Any, 10, false},
			{"nobody", policy.Actor{Network: "net", OrgID: "org"}, policy.Case, "by-org", policy.Any, 10, false},
			{"a role that reads no case", change(func(a *policy.Actor) { a.Role = policy.Mediator }), policy.Case, "by-org", policy.Any, 10, false},
			{"an administrator", change(func(a *policy.Actor) { a.Role = policy.Admin }), policy.Person, "by-org", policy.Any, 10, false},
			{"an authority", change(func(a *policy.Actor) { a.OrgKind = "authority" }), policy.Person, "by-org", policy.Any, 10, false},
			{"the same person elsewhere", worker, policy.Person, "by-org", policy.Identity, 10, true},
		} {
			if got := reads(t, d, c.minute, c.actor, c.kind, c.id, c.section); got != c.want {
				t.Errorf("%s: %v, want %v", c.what, got, c.want)
			}
		}
	})
}

// A mediator sees the appointment, never the file: what is open to the
// organisation is not open to who interprets for it.
func TestMediatorSeesWhatWasOpenedInPerson(t *testing.T) {
	t.Parallel()
	mediator := worker
	mediator.Role = policy.Mediator
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		grant(t, d, 0, policy.Appointment, "by-org", policy.ToOrg("org"), policy.Whole)
		grant(t, d, 0, policy.Appointment, "asked", policy.ToAccount("worker"), policy.Whole)
		for id, want := range map[string]bool{"by-org": false, "asked": true} {
			if got := reads(t, d, 1, mediator, policy.Appointment, id, policy.Whole); got != want {
				t.Errorf("%s: %v", id, got)
			}
			if !reads(t, d, 1, worker, policy.Appointment, id, policy.Whole) {
				t.Errorf("%s: closed to who works there", id)
			}
		}
	})
}

// An empty grantee opens nothing to who has no organisation.
func TestEmptyScope(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if reads(t, d, 0, worker, policy.Case, "c", policy.Any) {
			t.Error("an empty scope shows something")
		}
		grant(t, d, 0, policy.Case, "c", policy.ToOrg("org"))
		if reads(t, d, 1, worker, policy.Case, "c", policy.Any) {
			t.Error("a grant of no section opens the record")
		}
	})
}

// Opening twice is opening once; what was ended can be opened again.
func TestGrantAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		to := policy.ToAccount("worker")
		grant(t, d, 0, policy.Case, "c", to, policy.Plan)
		grant(t, d, 1, policy.Case, "c", to, policy.Plan)
		revoke := func(ctx context.Context, tx *db.Tx) error { return policy.Revoke(ctx, tx, "net", policy.Case, "c", to) }
		at(t, d, 2, revoke)
		grant(t, d, 4, policy.Case, "c", to, policy.Plan)
		for minute, want := range map[int]bool{1: true, 2: false, 3: false, 4: true, 9: true} {
			if got := reads(t, d, minute, worker, policy.Case, "c", policy.Plan); got != want {
				t.Errorf("minute %d: %v", minute, got)
			}
		}
	})
}

func TestInherit(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		grant(t, d, 0, policy.Household, "h", policy.ToOrg("org"), policy.Identity)
		grantOf(t, d, 0, "other", policy.Household, "h", policy.ToAccount("left"), policy.Identity)
		grantOf(t, d, 0, "other", policy.Household, "h", policy.ToAccount("worker2"), policy.Identity)
		at(t, d, 1, func(ctx context.Context, tx *db.Tx) error {
			return policy.Revoke(ctx, tx, "net", policy.Household, "h", policy.ToAccount("left"))
		})
		for range 2 { // a second time changes nothing
			at(t, d, 2, func(ctx context.Context, tx *db.Tx) error {
				return policy.Inherit(ctx, tx, "net", policy.Household, "h", policy.Person, "child")
			})
		}
		for account, want := range map[string]bool{"worker2": true, "left": false} {
			a := worker
			a.AccountID, a.OrgID = account, "other"
			if got := reads(t, d, 3, a, policy.Person, "child", policy.Identity); got != want {
				t.Errorf("%s: %v", account, got)
			}
		}
		if !reads(t, d, 3, worker, policy.Person, "child", policy.Identity) {
			t.Error("the organisation that works with the household does not see the child")
		}
		if reads(t, d, 3, worker, policy.Person, "h", policy.Any) || !slices.Equal(basesOf(t, d), []string{"institutional_task"}) {
			t.Error("more was opened than copied")
		}
	})
}

func basesOf(t *testing.T, d *db.DB) (out []string) {
	t.Helper()
	at(t, d, 9, func(ctx context.Context, tx *db.Tx) (err error) {
		out, err = db.Column[string](ctx, tx, `select distinct basis from access_grant where subject_kind = 'person'`)
		return err
	})
	return out
}

// What is opened to a programme is open to whoever covers it, of whichever
// organisation, without an agreement, and to nobody else; it is over when it ends.
func TestGrantToProgramme(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		grant(t, d, 0, policy.Body, "table", policy.ToProgramme("fasi"), policy.Whole)
		lead := policy.Actor{AccountID: "lead", Network: "net", OrgID: "elsewhere", Role: policy.ProgrammeLead, Programmes: "weita fasi"}
		for name, c := range map[string]struct {
			spoil func(a *policy.Actor)
			want  bool
		}{
			"covers it":           {func(*policy.Actor) {}, true},
			"covers another":      {func(a *policy.Actor) { a.Programmes = "weita" }, false},
			"covers none":         {func(a *policy.Actor) { a.Programmes = "" }, false},
			"a like name":         {func(a *policy.Actor) { a.Programmes = "fasi2" }, false},
			"an authority":        {func(a *policy.Actor) { a.OrgKind = policy.Authority }, false},
			"another network":     {func(a *policy.Actor) { a.Network = "other" }, false},
			"may read no minutes": {func(a *policy.Actor) { a.Role = policy.Regional }, false},
		} {
			a := lead
			c.spoil(&a)
			if got := reads(t, d, 1, a, policy.Body, "table", policy.Whole); got != c.want {
				t.Errorf("%s: %v", name, got)
			}
			at(t, d, 1, func(ctx context.Context, tx *db.Tx) error {
				list, err := policy.Readable(policy.With(ctx, a), tx, policy.Body, []string{"table", "none"})
				if slices.Equal(list, []string{"table"}) != c.want {
					t.Errorf("%s: readable %v", name, list)
				}
				return err
			})
		}
		at(t, d, 2, func(ctx context.Context, tx *db.Tx) error {
			return policy.Revoke(ctx, tx, "net", policy.Body, "table", policy.ToProgramme("fasi"))
		})
		if reads(t, d, 3, lead, policy.Body, "table", policy.Whole) {
			t.Error("it was ended, and is open")
		}
	})
}
