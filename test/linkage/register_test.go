package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/linkage"
	"tessuto/internal/people"
	"tessuto/internal/platform/config"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/exchange"
	"tessuto/internal/platform/policy"
)

// How many searches of each kind are asked of sealed names, and of plain ones,
// which take far longer.
const (
	askedSealed = 200
	askedPlain  = 10
)

// inRegister is how many persons the register holds: SEARCH_PERSONS, or a million.
func inRegister() int {
	if n, err := strconv.Atoi(os.Getenv("SEARCH_PERSONS")); err == nil {
		return n
	}
	return 1_000_000
}

// BenchmarkSearch searches the register of a region as a desk does, all of it open
// to who asks, which is the most that is ever opened; and, on the same database and
// beside it, the same names unsealed.
func BenchmarkSearch(b *testing.B) {
	p, err := newPopulation(2)
	if err != nil {
		b.Skip(err)
	}
	app.CollectSeldom() // as serve does; what is asked for lies in the same memory, and is not the program's
	debug.SetMemoryLimit(math.MaxInt64)
	reg := &register{}
	p.each(inRegister(), func(who int, r *linkage.Record) {
		reg.records, reg.persons = append(reg.records, *r), append(reg.persons, who)
	})
	for _, engine := range dbtest.Engines {
		b.Run(engine, func(b *testing.B) {
			r := &sealedRegister{B: b, register: reg, population: p, whose: map[string]int{}}
			for i, rec := range reg.records {
				r.whose[written(rec.Given, rec.Family, rec.Phone, rec.Birth.Year)] = reg.persons[i] + 1
			}
			r.fill(engine)
			for b.Loop() {
				r.searches()
			}
		})
	}
}

// sealedRegister is a register as the program keeps it.
type sealedRegister struct {
	*testing.B
	*register
	*population
	app   *app.App
	whose map[string]int  // the person behind an entry, and one, by how it is written
	ctx   context.Context // of who asks
}

func (r *sealedRegister) fill(engine string) {
	r.Helper()
	dir, data, keys, filled := dbtest.Kept(r, engine)
	a, err := app.Open(r.Context(), config.Store{Data: dir, DB: data, Keystore: keys}, true)
	r.must(err)
	r.Cleanup(func() { a.Close() })
	if filled {
		actor, err := a.Auth.Actor(r.Context(), apptest.Mail("assistente"))
		r.must(err)
		r.app, r.ctx = a, policy.With(r.Context(), actor)
		return
	}
	r.must(a.DB.Hasten(r.Context()))
	r.must(a.Keys.Hasten(r.Context()))
	r.must(a.FillDemo(r.Context(), 1, func(string, int, int) {}))
	actor, err := a.Auth.Actor(r.Context(), apptest.Mail("assistente"))
	r.must(err)
	r.app, r.ctx = a, policy.With(r.Context(), actor)
	begun, table := time.Now(), a.People.PersonImport().Whole
	for i := 0; i < len(r.records); i += 1000 {
		r.must(table.Stage(r.ctx, "bench", rowsOf(r.records[i:min(i+1000, len(r.records))])))
	}
	r.must(a.DB.Write(r.ctx, func(tx *db.Tx) error { return table.Show(r.ctx, tx, "bench") }))
	written := time.Since(begun)
	r.must(a.DB.Queue(r.ctx, func(tx *db.Tx) error { return writePlain(r.ctx, tx, a.DB.Postgres(), r.records) }))
	r.must(a.DB.Analyze(r.ctx))
	r.must(a.DB.Read(r.ctx, func(tx *db.Tx) error {
		sealed, plain, err := sizes(r.ctx, tx, a.DB.Postgres())
		n := float64(len(r.records))
		r.Logf("%s: %.0f persons sealed and written in %s; index %.0f bytes a person (%.0f MB), plain %.0f", engine, n, written.Round(time.Second), float64(sealed)/n, float64(sealed)/1e6, float64(plain)/n)
		return err
	}))
}

func (r *sealedRegister) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

func rowsOf(records []linkage.Record) []*exchange.Row {
	rows := make([]*exchange.Row, len(records))
	for i := range records {
		c := &records[i]
		cells := map[string]string{"given_name": c.Given, "family_name": c.Family, "sex": c.Sex, "phone": c.Phone, "citizenship": c.Citizenship}
		if c.Birth.Year != 0 {
			cells["birth_date"] = typedBirth(c.Birth)
		}
		rows[i] = exchange.NewRow(i, cells)
	}
	return rows
}

// typedBirth is a date as it is typed, as far as it is known.
func typedBirth(b linkage.Birth) string {
	switch {
	case b.Year == 0:
		return ""
	case b.Day == 0:
		return strconv.Itoa(b.Year)
	}
	return fmt.Sprintf("%02d/%02d/%04d", b.Day, b.Month, b.Year)
}

func whole(r *linkage.Record) string { return r.Given + " " + r.Family }

// searches asks every kind of search and says how it fared.
func (r *sealedRegister) searches() {
	var all, plain tallied
	for _, typed := range besides {
		for _, noise := range noises {
			var now, beside tallied
			for i := range askedSealed {
				meant := r.random.IntN(len(r.records))
				rec := &r.records[meant]
				also, text := typed.of(rec), noise.of(r.population, rec)
				begun := time.Now()
				found, err := r.ask(text, also)
				r.must(err)
				sought := also.with(text)
				now.note(time.Since(begun), r.met(&sought, meant, found.Hits))
				if i < askedPlain {
					begun = time.Now()
					names := r.plainly(text, also.born.Year)
					beside.note(time.Since(begun), map[bool]int{true: hit, false: missed}[slices.Contains(names, whole(rec))])
				}
			}
			r.Logf("%-14s typed, %-18s %s; plain %s", typed.name, noise.name, now, beside)
			all.add(now)
			plain.add(beside)
		}
	}
	r.Logf("all: %s; plain %s", all, plain)
	r.ReportMetric(all.share(hit), "hit@10")
	r.ReportMetric(all.at(95), "p95-ms")
	r.ReportMetric(all.at(95)/plain.at(95), "p95/plain")
}

func (r *sealedRegister) plainly(text string, year int) (names []string) {
	r.Helper()
	r.must(r.app.DB.Read(r.ctx, func(tx *db.Tx) (err error) {
		names, err = searchPlain(r.ctx, tx, r.app.DB.Postgres(), text, year)
		return err
	}))
	return names
}

// ask searches as a desk does: what is in a form, or one line.
func (r *sealedRegister) ask(text string, also beside) (people.Found, error) {
	if also.sex == "" {
		return r.app.People.Search(r.ctx, text+" "+typedBirth(also.born))
	}
	p := people.Person{Sex: also.sex, Private: people.Private{GivenName: text, Phone: also.phone, BirthDate: typedBirth(also.born)}}
	if also.citizenship != "" {
		p.Citizenships = []string{also.citizenship}
	}
	if iso, birth, err := people.ParseBirth(p.BirthDate); err == nil {
		p.BirthDate, p.Birth = iso, birth
	}
	return r.app.People.SearchFor(r.ctx, &p)
}

// met says what became of a search for an entry.
func (r *sealedRegister) met(sought *linkage.Identity, meant int, hits []people.Hit) int {
	rec := &r.records[meant]
	same := func(h people.Hit) bool {
		return r.whose[written(h.GivenName, h.FamilyName, h.Phone, h.Birth.Year)] == r.persons[meant]+1 ||
			h.GivenName == rec.Given && h.FamilyName == rec.Family && (sought.Birth.Year == 0 || h.Birth.Year == rec.Birth.Year)
	}
	switch {
	case slices.ContainsFunc(hits, same):
		return hit
	case len(hits) == 10 && r.score(sought, uint32(meant)) <= hits[9].Score:
		return crowded
	}
	return missed
}

// written tells entries apart, but for those that are written the same.
func written(given, family, phone string, year int) string {
	return strings.Join([]string{given, family, phone, strconv.Itoa(year)}, "|")
}

// tallied is how searches of a kind fared.
type tallied struct {
	took  []time.Duration
	count [3]int
}

func (t *tallied) note(took time.Duration, became int) {
	t.took = append(t.took, took)
	t.count[became]++
}

func (t *tallied) add(o tallied) {
	t.took = append(t.took, o.took...)
	for i, n := range o.count {
		t.count[i] += n
	}
}

func (t *tallied) share(became int) float64 { return float64(t.count[became]) / float64(len(t.took)) }

// at is a percentile of the times, in milliseconds.
func (t *tallied) at(percent int) float64 {
	slices.Sort(t.took)
	return float64(t.took[min(len(t.took)*percent/100, len(t.took)-1)].Microseconds()) / 1000
}

func (t tallied) String() string {
	return fmt.Sprintf("hit@10 %.3f, ten others at least as alike %.3f, missed %.3f, p50 %6.1f ms, p95 %6.1f ms", t.share(hit), t.share(crowded), t.share(missed), t.at(50), t.at(95))
}
