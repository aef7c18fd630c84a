package audit_test

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
)

var worker = policy.Actor{AccountID: "acc", Network: "net", OrgID: "org", Role: policy.SocialWorker}

func each(t *testing.T, fn func(t *testing.T, d *db.DB, l *audit.Log)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := t.TempDir()
		m, err := crypto.LoadMaster(filepath.Join(dir, "master.key"), true)
		if err != nil {
			t.Fatal(err)
		}
		keys, err := crypto.OpenKeystore(t.Context(), "file:"+filepath.Join(dir, "keystore.db"), m)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { keys.Close() })
		fn(t, d, audit.New(d, keys))
	})
}

// record writes one entry as the actor.
func record(t *testing.T, d *db.DB, l *audit.Log, a policy.Actor, e audit.Entry) {
	t.Helper()
	ctx := audit.WithRequest(policy.With(t.Context(), a), "request-1")
	if err := d.Write(ctx, func(tx *db.Tx) error { return l.Record(ctx, tx, e) }); err != nil {
		t.Fatal(err)
	}
}

func ids(t *testing.T, d *db.DB, where string, args ...any) (out []string) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		out, err = db.Column[string](t.Context(), tx, `select id from audit where `+where+` order by id`, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func verify(t *testing.T, l *audit.Log, network string, want int, damaged ...string) {
	t.Helper()
	v, err := l.Verify(t.Context(), network)
	var found []string
	for _, d := range v.Damage {
		found = append(found, d.Row)
	}
	if err != nil || v.Rows != want || !slices.Equal(found, damaged) {
		t.Errorf("%s: %d rows, damaged %v, %v; want %d and %v", network, v.Rows, v.Damage, err, want, damaged)
	}
}

func TestRecordSaysWhoAndWhat(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, l *audit.Log) {
		record(t, d, l, worker, audit.Entry{Act: "case.open", Kind: policy.Case, ID: "c1", Section: policy.Plan, Reason: "urgent"})
		got := ids(t, d, `network_id = 'net' and account_id = 'acc' and org_id = 'org' and role = 'social_worker'
			and act = 'case.open' and record_kind = 'case' and record_id = 'c1' and section = 'plan'
			and reason = 'urgent' and request_id = 'request-1'`)
		if len(got) != 1 {
			t.Errorf("%d such rows", len(got))
		}
		verify(t, l, "net", 1)
	})
}

// What is rolled back was not done, and is not written down as done.
func TestRecordGoesWithItsTransaction(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, l *audit.Log) {
		ctx := policy.With(t.Context(), worker)
		refused := errors.New("refused")
		err := d.Write(ctx, func(tx *db.Tx) error {
			return errors.Join(l.Record(ctx, tx, audit.Entry{Act: "case.open", Kind: policy.Case, ID: "c1"}), refused)
		})
		if !errors.Is(err, refused) {
			t.Fatal(err)
		}
		verify(t, l, "net", 0)
	})
}

func TestRead(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, l *audit.Log) {
		ctx := policy.With(t.Context(), worker)
		err := errors.Join(l.Read(ctx, policy.Person, policy.Identity, "p1", "p2", "p3"), l.Read(ctx, policy.Person, policy.Identity))
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"p1", "p2", "p3"} {
			if n := len(ids(t, d, `act = 'read' and record_kind = 'person' and section = 'identity' and record_id = $1`, id)); n != 1 {
				t.Errorf("%s: %d rows", id, n)
			}
		}
		verify(t, l, "net", 3)
	})
}

// Whatever column is changed, the row is found, and only that row.
func TestVerifyFindsAChangedRow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, l *audit.Log) {
		for range 3 {
			record(t, d, l, worker, audit.Entry{Act: "read", Kind: policy.Case, ID: "c1", Section: policy.Diary, Reason: "why"})
		}
		changed := ids(t, d, `1 = 1`)[1]
		for _, column := range []string{"account_id", "org_id", "role", "act", "record_kind", "record_id", "section", "reason",
			"request_id"} {
			set(t, d, changed, column, column+` || 'x'`)
			verify(t, l, "net", 3, changed)
			set(t, d, changed, column, `substr(`+column+`, 1, length(`+column+`) - 1)`)
			verify(t, l, "net", 3)
		}
		set(t, d, changed, "at", "$2", d.Now().AddDate(0, 0, -1))
		verify(t, l, "net", 3, changed)
	})
}

// set changes a column of a row behind the log's back.
func set(t *testing.T, d *db.DB, id, column, to string, values ...any) {
	t.Helper()
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		return tx.ExecOne(t.Context(), `update audit set `+column+` = `+to+` where id = $1`, append([]any{id}, values...)...)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A row carried into another network, or with another row's MAC, is not as it
// was written there.
func TestVerifyFindsAMovedRow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, l *audit.Log) {
		elsewhere := worker
		elsewhere.Network = "other"
		record(t, d, l, worker, audit.Entry{Act: "read", Kind: policy.Case, ID: "c1"})
		record(t, d, l, elsewhere, audit.Entry{Act: "read", Kind: policy.Case, ID: "c1"})
		verify(t, l, "net", 1)
		verify(t, l, "other", 1)
		moved := ids(t, d, `network_id = 'net'`)[0]
		set(t, d, moved, "network_id", `'other'`)
		verify(t, l, "net", 0)
		verify(t, l, "other", 2, moved)
	})
}

// More rows than Verify reads at once.
func TestVerifyReadsEveryPage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, l *audit.Log) {
		many := make([]string, 2003)
		for i := range many {
			many[i] = "p"
		}
		if err := l.Read(policy.With(t.Context(), worker), policy.Person, policy.Identity, many...); err != nil {
			t.Fatal(err)
		}
		all := ids(t, d, `1 = 1`)
		first, last := all[0], all[len(all)-1]
		set(t, d, first, "act", `'nothing'`)
		set(t, d, last, "act", `'nothing'`)
		verify(t, l, "net", 2003, first, last)
	})
}
