package audit_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// written writes n entries and returns their ids, in order.
func written(t *testing.T, d *db.DB, l *audit.Log, n int) []string {
	t.Helper()
	many := make([]string, n)
	for i := range many {
		many[i] = fmt.Sprint("p", i)
	}
	if err := l.Read(policy.With(t.Context(), worker), policy.Person, policy.Identity, many...); err != nil {
		t.Fatal(err)
	}
	return ids(t, d, `network_id = 'net'`)
}

func seal(t *testing.T, l *audit.Log, want int) {
	t.Helper()
	if n, err := l.Seal(t.Context(), "net"); err != nil || n != want {
		t.Fatalf("%d sealed, %v; want %d", n, err, want)
	}
}

func exec(t *testing.T, d *db.DB, query string, args ...any) {
	t.Helper()
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.Exec(t.Context(), query, args...) }); err != nil {
		t.Fatal(err)
	}
}

// found is what Verify says, as text.
func found(t *testing.T, l *audit.Log) (out []string) {
	t.Helper()
	v, err := l.Verify(t.Context(), "net")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range v.Damage {
		out = append(out, strings.TrimSpace(d.Row+" "+d.What))
	}
	return out
}

// Rows are sealed once, in batches whose sizes are no powers of two, and the
// rest is said to be unsealed.
func TestSeal(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, l *audit.Log) {
		seal(t, l, 0)
		size := int64(0)
		for _, n := range []int{1, 2, 5, 700, 1, 13} {
			written(t, d, l, n)
			v, err := l.Verify(t.Context(), "net")
			if err != nil || v.Unsealed != n || v.Head.Size != size {
				t.Fatalf("%d unsealed, size %d, %v; want %d and %d", v.Unsealed, v.Head.Size, err, n, size)
			}
			seal(t, l, n)
			seal(t, l, 0)
			size += int64(n)
		}
		if v, err := l.Verify(t.Context(), "net"); err != nil || len(v.Damage) > 0 || v.Unsealed != 0 || v.Head.Size != size {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

// More than one batch, and several sealers at once: each row has one place.
func TestSealersAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, l *audit.Log) {
		written(t, d, l, 5300)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 5 {
					if _, err := l.Seal(t.Context(), "net"); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if v, err := l.Verify(t.Context(), "net"); err != nil || len(v.Damage) > 0 || v.Unsealed != 0 || v.Head.Size != 5300 {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

// Whatever is done to what was sealed is found, and the row named.
func TestVerifyFindsDamageToTheTree(t *testing.T) {
	t.Parallel()
	head := []string{audit.BadHead}
	for name, c := range map[string]struct {
		do   []string // $1 and $2 are two sealed rows
		want func(a, b string) []string
	}{
		"changed": {[]string{`update audit set reason = 'no' where id in ($1, $1)`}, func(a, _ string) []string { return []string{a + " " + audit.Moved} }},
		"removed": {[]string{`delete from audit where id = $1`}, func(a, _ string) []string { return []string{a + " " + audit.Missing} }},
		"removed with its place": {[]string{`delete from audit where id = $1`, `delete from audit_seal where row_id = $1`},
			func(_, _ string) []string { return []string{audit.BadCount} }},
		"swapped": {[]string{`update audit_seal set row_id = 'x' where row_id = $1`, `update audit_seal set row_id = $1 where row_id = $2`,
			`update audit_seal set row_id = $2 where row_id = 'x' and row_id <> $1`},
			func(a, b string) []string { return []string{b + " " + audit.Moved, a + " " + audit.Moved} }},
		"swapped with the hashes": {[]string{
			`update audit_seal set row_id = 'x' where row_id = $1`, `update audit_seal set row_id = $1 where row_id = $2`,
			`update audit_seal set row_id = $2 where row_id = 'x' and row_id <> $1`,
			`insert into audit_hash (network_id, position, hash) select network_id, -1, hash from audit_hash where position = 4`,
			`update audit_hash set hash = (select hash from audit_hash where position = 7) where position = 4`,
			`update audit_hash set hash = (select hash from audit_hash where position = -1) where position = 7`},
			func(_, _ string) []string { return []string{audit.BadTree} }},
		"inserted": {[]string{`insert into audit (network_id, id, at, account_id, org_id, role, act, record_kind, record_id, mac)
			select network_id, 'forged', at, account_id, org_id, role, act, record_kind, 'other', mac from audit where id = $1`},
			func(_, _ string) []string { return []string{"forged " + audit.Changed} }},
		"places cut off": {[]string{`delete from audit_seal where seq > 5`}, func(_, _ string) []string { return []string{audit.BadCount} }},
		"head cut":       {[]string{`update audit_head set size = 6`, `delete from audit_seal where seq > 5`}, func(_, _ string) []string { return head }},
		"head gone":      {[]string{`delete from audit_head`}, func(_, _ string) []string { return []string{audit.NoHead} }},
		"head forged": {[]string{`update audit_head set root = (select hash from audit_hash where position = 0)`},
			func(_, _ string) []string { return head }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, d *db.DB, l *audit.Log) {
				rows := written(t, d, l, 11)
				seal(t, l, 11)
				a, b := rows[3], rows[4] // their hashes stand at 4 and 7
				for _, do := range c.do {
					args := []any{a, b}[:max(strings.Count(do, "$2")*2, min(1, strings.Count(do, "$1")))]
					exec(t, d, do, args...)
				}
				if got, want := found(t, l), c.want(a, b); !slices.Equal(got, want) {
					t.Errorf("found %q, want %q", got, want)
				}
			})
		})
	}
}

// The sealer stops with its context, after it has sealed what was written last.
func TestKeepSealed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, l *audit.Log) {
		ctx, stop := context.WithCancel(t.Context())
		asked := make(chan struct{}, 100)
		done := make(chan struct{})
		go func() {
			defer close(done)
			l.KeepSealed(ctx, func(context.Context) ([]string, error) {
				asked <- struct{}{}
				return []string{"net"}, nil
			})
		}()
		<-asked
		written(t, d, l, 40)
		<-asked // a second later
		written(t, d, l, 2)
		stop()
		<-done
		if v, err := l.Verify(t.Context(), "net"); err != nil || len(v.Damage) > 0 || v.Unsealed != 0 || v.Head.Size != 42 {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

// BenchmarkWriteSealed compares writes of 8 clients with the sealer and without.
func BenchmarkWriteSealed(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		url := "file:" + filepath.Join(b.TempDir(), "bench.db")
		if engine == "postgres" {
			if url = os.Getenv("TESSUTO_TEST_PG"); url == "" {
				continue
			}
		}
		d, l := benchLog(b, url)
		write := func(ctx context.Context) error {
			return d.Write(ctx, func(tx *db.Tx) error {
				return l.Record(ctx, tx, audit.Entry{Act: "case.open", Kind: policy.Case, ID: "c"})
			})
		}
		b.Run(engine+"/unsealed", func(b *testing.B) { readBy(b, 8, write) })
		b.Run(engine+"/sealed", func(b *testing.B) {
			ctx, stop := context.WithCancel(b.Context())
			done := make(chan struct{})
			if _, err := l.Seal(ctx, "net"); err != nil { // what the other left
				b.Fatal(err)
			}
			go func() {
				defer close(done)
				l.KeepSealed(ctx, func(context.Context) ([]string, error) { return []string{"net"}, nil })
			}()
			readBy(b, 8, write)
			stop()
			<-done
		})
	}
}
