package ledger_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/migrations"
)

// benchFacts is how many facts the benchmark asks; a tenth as many persons.
const benchFacts = 20_000

// BenchmarkCount asks for distinct persons of a programme, and beside it the
// plain count(distinct) that knows no reversal: the ratio is what the ledger
// costs.
func BenchmarkCount(b *testing.B) {
	urls := map[string]string{"sqlite": "file:" + filepath.Join(b.TempDir(), "bench.db"), "postgres": os.Getenv("TESSUTO_TEST_PG")}
	for engine, url := range urls {
		b.Run(engine, func(b *testing.B) {
			if url == "" {
				b.Skip("TESSUTO_TEST_PG is not set: `make bench` starts a PostgreSQL")
			}
			d := benchLedger(b, url)
			l := ledger.New(d, ledger.Catalogue{{Code: "bench.person", Subject: ledger.Person}})
			q := ledger.Question{Network: "bench", Programme: "p", Measure: "bench.person", Unit: ledger.Persons}
			b.Run("ledger", func(b *testing.B) {
				askBench(b, d, func(ctx context.Context, tx *db.Tx) (int64, error) { return l.Count(ctx, tx, q) })
			})
			b.Run("count-distinct", func(b *testing.B) { askBench(b, d, plainCount) })
		})
	}
}

func askBench(b *testing.B, d *db.DB, do func(context.Context, *db.Tx) (int64, error)) {
	for b.Loop() {
		err := d.Read(b.Context(), func(tx *db.Tx) error {
			n, err := do(b.Context(), tx)
			if err == nil && n != benchFacts/10 {
				err = fmt.Errorf("%d persons, want %d", n, benchFacts/10)
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

func benchLedger(b *testing.B, url string) *db.DB {
	d, err := db.Open(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { d.Close() })
	if err := d.Migrate(b.Context(), migrations.FS); err != nil {
		b.Fatal(err)
	}
	l := ledger.New(d, ledger.Catalogue{{Code: "bench.person", Subject: ledger.Person}})
	err = d.Write(b.Context(), func(tx *db.Tx) error {
		for i := range benchFacts {
			f := ledger.Fact{Measure: "bench.person", Date: db.Date("2026-01-01").AddDays(i % 365), SubjectID: fmt.Sprint("p", i%(benchFacts/10)),
				Place: ledger.Place{Programme: "p"}, OrgID: "o", Quantity: 1, Source: ledger.Source{Kind: "bench", ID: fmt.Sprint(i)}}
			if err := l.Post(b.Context(), tx, "bench", f); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return d
}
