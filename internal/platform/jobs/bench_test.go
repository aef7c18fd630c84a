package jobs

import (
	"context"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/migrations"
)

// BenchmarkJobs enqueues jobs in a transaction each, then in one for all, and
// works them; it prints jobs per second. River did 1160 and 1290 enqueued in a
// transaction each, 1180 and 1990 worked, on SQLite and PostgreSQL.
func BenchmarkJobs(b *testing.B) {
	urls := map[string]string{"sqlite": "file:" + filepath.Join(b.TempDir(), "bench.db"), "postgres": os.Getenv("TESSUTO_TEST_PG")}
	for engine, url := range urls {
		b.Run(engine, func(b *testing.B) {
			if url == "" {
				b.Skip("TESSUTO_TEST_PG is not set: `make bench` starts a PostgreSQL")
			}
			d, err := db.Open(b.Context(), url)
			if err != nil {
				b.Fatal(err)
			}
			defer d.Close()
			if err := d.Migrate(b.Context(), migrations.FS); err != nil {
				b.Fatal(err)
			}
			rates(b, New(d))
		})
	}
}

func rates(b *testing.B, j *Jobs) {
	const n = 1000
	var left atomic.Int64
	all := make(chan struct{}, 1)
	Register(j, func(context.Context, *Run, stitch) error {
		if left.Add(-1) == 0 {
			all <- struct{}{}
		}
		return nil
	})
	ctx := policy.With(b.Context(), anna)
	enqueue := func(count, each int) {
		for range count / each {
			err := j.db.Write(ctx, func(tx *db.Tx) (err error) {
				for i := 0; i < each && err == nil; i++ {
					_, err = j.Enqueue(ctx, tx, stitch{"a"}, Opts{System: true})
				}
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	report := func(b *testing.B) { b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "jobs/s") }
	for name, each := range map[string]int{"enqueue": 1, "enqueue-in-one": n} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				enqueue(n, each)
			}
			report(b)
		})
	}
	if err := emptyQueue(ctx, j.db); err != nil {
		b.Fatal(err)
	}
	b.Run("work", func(b *testing.B) {
		ctx, stop := context.WithCancel(ctx)
		ended := make(chan struct{})
		go func() { defer close(ended); j.Work(ctx, 16) }()
		for b.Loop() {
			b.StopTimer()
			left.Store(n)
			enqueue(n, n)
			b.StartTimer()
			<-all
		}
		report(b)
		stop()
		<-ended
	})
}
