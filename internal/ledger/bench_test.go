package ledger_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
)

// benchMeasures are what six programmes post, and benchShare how much of each
// per thousand facts.
var (
	benchMeasures = ledger.Catalogue{
		{Code: "b.met", Subject: ledger.Person},
		{Code: "b.intervention", Subject: ledger.Household},
		{Code: "b.minutes", Subject: ledger.Person, Minutes: true},
		{Code: "b.in_charge", Subject: ledger.Person},
		{Code: "b.household", Subject: ledger.Household},
		{Code: "b.signed", Subject: ledger.Household},
		{Code: "b.review", Subject: ledger.Household},
		{Code: "b.team", Subject: ledger.Operator},
	}
	benchShare      = []int{250, 300, 200, 100, 40, 30, 50, 30}
	benchProgrammes = []string{"a", "b", "c", "d", "e", "f"}
)

// benchDashboard is the indicators of a programme, each with its breakdown.
var benchDashboard = []struct {
	measure    string
	unit       ledger.Unit
	activities []string
	by         []ledger.Dimension
}{
	{"b.met", ledger.Persons, nil, []ledger.Dimension{ledger.BySex, ledger.ByAgeClass}},
	{"b.met", ledger.Persons, []string{"1"}, []ledger.Dimension{ledger.BySex}},
	{"b.met", ledger.Events, nil, []ledger.Dimension{ledger.ByTerritory}},
	{"b.met", ledger.Organisations, nil, []ledger.Dimension{ledger.ByTerritory}},
	{"b.intervention", ledger.Events, nil, []ledger.Dimension{ledger.ByTerritory}},
	{"b.intervention", ledger.Events, []string{"2"}, []ledger.Dimension{ledger.ByTerritory}},
	{"b.intervention", ledger.Households, []string{"2"}, []ledger.Dimension{ledger.ByTerritory}},
	{"b.minutes", ledger.Minutes, nil, []ledger.Dimension{ledger.ByOrganisation}},
	{"b.in_charge", ledger.Persons, nil, []ledger.Dimension{ledger.BySex, ledger.ByAgeClass, ledger.ByCitizenship}},
	{"b.in_charge", ledger.Persons, []string{"3"}, []ledger.Dimension{ledger.BySex}},
	{"b.household", ledger.Households, nil, []ledger.Dimension{ledger.ByTerritory}},
	{"b.signed", ledger.Households, nil, []ledger.Dimension{ledger.ByTerritory}},
	{"b.review", ledger.Events, nil, []ledger.Dimension{ledger.ByTerritory}},
	{"b.team", ledger.Operators, nil, []ledger.Dimension{ledger.ByOrganisation}},
}

// bench is a filled ledger.
type bench struct {
	*db.DB
	*ledger.Ledger
}

func (b *bench) read(t testing.TB, fn func(ctx context.Context, tx *db.Tx) error) {
	if err := b.Read(t.Context(), func(tx *db.Tx) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) dashboard(ctx context.Context, tx *db.Tx, programme string) error {
	for _, i := range benchDashboard {
		q := ledger.Question{Network: "bench", Programme: programme, Measure: i.measure, Unit: i.unit, Activities: i.activities}
		cells, err := b.Cells(ctx, tx, q, i.by...)
		if err != nil {
			return err
		}
		if ledger.Total(cells) == 0 {
			return fmt.Errorf("nothing counts as %s of %s", i.unit, i.measure)
		}
	}
	return nil
}

// sizes are how many facts the questions are asked of.
func benchSizes() []int {
	if testing.Short() {
		return []int{20_000}
	}
	return []int{20_000, 500_000}
}

// BenchmarkLedger asks what pages ask, beside a plain count(distinct) of the
// same facts that knows neither reversals nor merges: the ratio is what the
// ledger costs.
func BenchmarkLedger(b *testing.B) {
	for _, size := range benchSizes() {
		for _, engine := range dbtest.Engines {
			b.Run(fmt.Sprintf("%s-%dk", engine, size/1000), func(b *testing.B) {
				benchQuestions(b, fillBench(b, dbtest.Open(b, dbtest.URL(b, engine)), size))
			})
		}
	}
}

func benchQuestions(b *testing.B, l *bench) {
	q := ledger.Question{Network: "bench", Programme: "a", Measure: "b.met", Unit: ledger.Persons}
	var plain float64
	again := &bench{l.DB, l.Ledger} // remembers what it was asked; the others begin anew each time
	for _, ask := range []struct {
		name string
		do   func(context.Context, *db.Tx) error
	}{
		{"plain", func(ctx context.Context, tx *db.Tx) error {
			_, err := plainCount(ctx, tx, "a", "b.met")
			return err
		}},
		{"count", func(ctx context.Context, tx *db.Tx) error {
			_, err := l.Count(ctx, tx, q)
			return err
		}},
		{"break", func(ctx context.Context, tx *db.Tx) error {
			_, err := l.Break(ctx, tx, q, ledger.BySex)
			return err
		}},
		{"cross", func(ctx context.Context, tx *db.Tx) error {
			_, err := l.Cross(ctx, tx, q, ledger.BySex, ledger.ByAgeClass)
			return err
		}},
		{"records", func(ctx context.Context, tx *db.Tx) error {
			_, err := l.Records(ctx, tx, q, "", 50)
			return err
		}},
		{"dashboard", func(ctx context.Context, tx *db.Tx) error { return l.dashboard(ctx, tx, "a") }},
		{"dashboard-again", func(ctx context.Context, tx *db.Tx) error { return again.dashboard(ctx, tx, "a") }},
	} {
		b.Run(ask.name, func(b *testing.B) {
			for b.Loop() {
				l.Ledger = ledger.New(l.DB, benchMeasures)
				l.read(b, ask.do)
			}
			each := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
			if ask.name == "plain" {
				plain = each
			}
			if plain > 0 {
				b.ReportMetric(each/plain, "x-plain")
			}
		})
	}
}

// benchWork makes up work: people, households, operators, bodies and places.
type benchWork struct {
	*rand.Rand
	subjects     map[ledger.SubjectKind][]string
	orgs, places []string
}

func newBenchWork(size int) *benchWork {
	w := &benchWork{Rand: rand.New(rand.NewPCG(1, 2))}
	w.orgs, w.places = w.ids(120), w.ids(30)
	w.subjects = map[ledger.SubjectKind][]string{
		ledger.Person: w.ids(size / 10), ledger.Household: w.ids(size / 33), ledger.Operator: w.ids(400)}
	return w
}

func (w *benchWork) ids(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", w.Uint32(), w.Uint32()&0xffff, w.Uint32()&0xfff, w.Uint32()&0xfff, w.Uint64()>>16)
	}
	return out
}

func (w *benchWork) pick(of []string) string { return of[w.IntN(len(of))] }

func (w *benchWork) facts(n int) []ledger.Fact {
	out := make([]ledger.Fact, n)
	for i := range out {
		out[i] = w.fact()
	}
	return out
}

func (w *benchWork) fact() ledger.Fact {
	n, at := w.IntN(1000), 0
	for n -= benchShare[0]; n >= 0; n -= benchShare[at] {
		at++
	}
	m, p := benchMeasures[at], w.IntN(len(benchProgrammes))
	who := w.subjects[m.Subject]
	if m.Subject != ledger.Operator { // people mostly stay with one programme
		share := len(who) / len(benchProgrammes)
		who = who[p*share : (p+1)*share]
	}
	f := ledger.Fact{Measure: m.Code, Date: db.Date("2024-01-01").AddDays(w.IntN(1000)), SubjectID: w.pick(who),
		Place: ledger.Place{Programme: benchProgrammes[p], Activity: fmt.Sprint(1 + w.IntN(6))}, OrgID: w.pick(w.orgs),
		TerritoryID: w.pick(w.places), Mode: ledger.InPerson, Quantity: 1, Source: ledger.Source{Kind: "bench", ID: db.NewID()},
		Dimensions: ledger.Dimensions{Sex: w.pick([]string{"F", "M", ""}), AgeClass: w.pick(ledger.AgeClasses),
			Citizenship: w.pick([]string{"ALB", "MAR", "UKR", "NGA", "PAK", "BGD", "ITA", ""})}}
	if m.Minutes {
		f.Quantity = int64(15 * (1 + w.IntN(8)))
	}
	return f
}

// benchBatch is how many facts one statement writes.
const benchBatch = 200

func fillBench(b testing.TB, d *db.DB, size int) *bench {
	started, all := time.Now(), newBenchWork(size).facts(size)
	slices.SortFunc(all, func(a, b ledger.Fact) int { // as the index has them: random places cost minutes
		return cmp.Or(cmp.Compare(a.Programme, b.Programme), cmp.Compare(a.Measure, b.Measure), cmp.Compare(a.SubjectID, b.SubjectID))
	})
	err := d.Write(b.Context(), func(tx *db.Tx) error {
		for some := range slices.Chunk(all, benchBatch) {
			if err := writeFacts(b.Context(), tx, some, benchMeasures); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	if err := d.Analyze(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d facts written in %s", size, time.Since(started).Round(time.Millisecond))
	return &bench{d, ledger.New(d, benchMeasures)}
}
