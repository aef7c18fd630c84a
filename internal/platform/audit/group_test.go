package audit_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/migrations"
)

// Whoever reads at the same time, each read is written once, by who read.
func TestReadsTogether(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, l *audit.Log) {
		const clients, reads = 24, 8
		var wg sync.WaitGroup
		for c := range clients {
			wg.Go(func() {
				who := worker
				who.AccountID = fmt.Sprint("acc", c)
				ctx := audit.WithRequest(policy.With(t.Context(), who), fmt.Sprint("request", c))
				for i := range reads {
					if err := l.ReadSections(ctx, policy.Case, fmt.Sprint("c", i), policy.Overview, policy.Plan); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		verify(t, l, "net", clients*reads*2)
		for c := range clients {
			n := len(ids(t, d, `account_id = $1 and request_id = $2 and section = 'plan'`, fmt.Sprint("acc", c), fmt.Sprint("request", c)))
			if n != reads {
				t.Errorf("client %d: %d rows", c, n)
			}
		}
	})
}

// Who leaves stops nobody: those who stay are told how it went, and the next
// one finds the line free.
func TestLeavingTheLine(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, l *audit.Log) {
		var wg sync.WaitGroup
		stayed := 0
		for c := range 60 {
			ctx, cancel := context.WithCancel(policy.With(t.Context(), worker))
			id := fmt.Sprint("left", c)
			if c%3 == 0 {
				id, stayed = fmt.Sprint("stayed", c), stayed+1
			} else {
				go func() {
					for range c * c {
						runtime.Gosched()
					}
					cancel()
				}()
			}
			wg.Go(func() {
				defer cancel()
				err := l.Read(ctx, policy.Case, policy.Plan, id)
				if err != nil && (c%3 == 0 || !errors.Is(err, context.Canceled)) {
					t.Errorf("%s: %v", id, err)
				}
			})
		}
		wg.Wait()
		if err := l.Read(policy.With(t.Context(), worker), policy.Case, policy.Plan, "after"); err != nil {
			t.Error(err)
		}
		if n := len(ids(t, d, `record_id like 'stayed%' or record_id = 'after'`)); n != stayed+1 {
			t.Errorf("%d of %d who stayed are written", n, stayed+1)
		}
	})
}

// An error reaches everybody in the batch: no answer leaves unlogged.
func TestErrorReachesEverybody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, l *audit.Log) {
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.Exec(t.Context(), `drop table audit`) }); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 12 {
			wg.Go(func() {
				if err := l.Read(policy.With(t.Context(), worker), policy.Case, policy.Plan, "c"); err == nil {
					t.Error("an entry was lost in silence")
				}
			})
		}
		wg.Wait()
	})
}

// BenchmarkRead compares one commit for each read with commits shared.
func BenchmarkRead(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		url := "file:" + filepath.Join(b.TempDir(), "bench.db")
		if engine == "postgres" {
			if url = os.Getenv("TESSUTO_TEST_PG"); url == "" {
				continue
			}
		}
		d, l := benchLog(b, url)
		for name, read := range map[string]func(context.Context) error{
			"alone": func(ctx context.Context) error {
				return d.Write(ctx, func(tx *db.Tx) error {
					return l.Record(ctx, tx, audit.Entry{Act: "read", Kind: policy.Case, ID: "c"})
				})
			},
			"shared": func(ctx context.Context) error { return l.Read(ctx, policy.Case, policy.Plan, "c") },
		} {
			for _, clients := range []int{1, 32} {
				b.Run(fmt.Sprintf("%s/%s/%d", engine, name, clients), func(b *testing.B) { readBy(b, clients, read) })
			}
		}
	}
}

func readBy(b *testing.B, clients int, read func(context.Context) error) {
	ctx := policy.With(b.Context(), worker)
	var wg sync.WaitGroup
	work := make(chan struct{})
	for range clients {
		wg.Go(func() {
			for range work {
				if err := read(ctx); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for b.Loop() {
		work <- struct{}{}
	}
	close(work)
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reads/s")
}

func benchLog(b *testing.B, url string) (*db.DB, *audit.Log) {
	d, err := db.Open(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { d.Close() })
	if err := d.Migrate(b.Context(), migrations.FS); err != nil {
		b.Fatal(err)
	}
	keys, err := crypto.OpenKeystoreWith(b.Context(), "file:"+filepath.Join(b.TempDir(), "keys.db"), filepath.Join(b.TempDir(), "key"), true)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { keys.Close() })
	return d, audit.New(d, keys)
}
