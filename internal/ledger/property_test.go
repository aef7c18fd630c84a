package ledger_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
)

// operations is how many random acts the ledger goes through before it is
// asked, and questions how many it is asked then.
const operations, questions = 5_000, 50

// Whatever was posted, taken back, entered late, merged and taken apart again:
// number, parts, cells and records agree with each other and with a plain model,
// on any period and as known on any day.
func TestFiguresAgree(t *testing.T) {
	t.Parallel()
	if len(dimensions) != len(ledger.AllDimensions) {
		t.Fatal("a dimension is not tested")
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := &chance{T: t, Rand: rand.New(rand.NewPCG(4, 2026)), db: d, ledger: ledger.New(d, catalogue),
			now: someDays[0].Time().Add(12 * time.Hour)}
		again := p.question() // asked all the way, so that what was kept of it goes stale
		for done, n := 0, 0; done < operations; n++ {
			done += p.transaction()
			if n%80 == 0 {
				p.agree(p.question())
				p.agree(again)
			}
		}
		for range questions {
			p.agree(p.question())
		}
		read(t, d, func(tx *db.Tx) error {
			if bad, err := ledger.CheckAliases(t.Context(), tx, "n"); err != nil || len(bad) > 0 {
				t.Errorf("merges do not hold: %v %v", bad, err)
			}
			return nil
		})
		if len(p.model.aliases) < 50 || len(p.model.facts) < 1_000 {
			t.Errorf("only %d merges and %d facts", len(p.model.aliases), len(p.model.facts))
		}
	})
}

// chance does the same at random to a ledger and to a model.
type chance struct {
	*testing.T
	*rand.Rand
	db     *db.DB
	ledger *ledger.Ledger
	model  model
	now    time.Time
}

var (
	someDays  = []db.Date{"2026-03-27", "2026-03-28", "2026-03-29", "2026-03-30", "2026-03-31", "2026-04-01"}
	someModes = []ledger.Mode{"", ledger.InPerson, ledger.Remote}
	someKinds = []ledger.SubjectKind{ledger.Person, ledger.Person, ledger.Operator, ledger.Organisation}
)

func of[T any](p *chance, from ...T) T { return from[p.IntN(len(from))] }

// name is one of so many things of a kind.
func (p *chance) name(kind string, n int) string { return fmt.Sprint(kind, p.IntN(n)) }

// transaction does up to ten acts at one instant, often round midnight in Rome.
func (p *chance) transaction() (acts int) {
	midnight := db.DateOf(p.now).End()
	p.now = of(p, p.now.Add(time.Second), p.now.Add(time.Minute), p.now.Add(time.Hour), midnight.Add(-time.Microsecond), midnight)
	p.db.Now = func() time.Time { return p.now }
	err := p.db.Write(p.Context(), func(tx *db.Tx) error {
		for range 1 + p.IntN(10) {
			acts++
			if err := p.act(p.Context(), tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		p.Fatal(err)
	}
	return acts
}

func (p *chance) act(ctx context.Context, tx *db.Tx) error {
	kind := of(p, someKinds...)
	from, into := p.name(string(kind), 40), p.name(string(kind), 40)
	switch n := p.IntN(20); {
	case n < 4:
		s := ledger.Source{Kind: "case", ID: p.name("s", 300)}
		p.model.reverse(s, p.now)
		return p.ledger.Reverse(ctx, tx, "n", s)
	case n < 5:
		err := p.ledger.Alias(ctx, tx, "n", kind, from, into)
		return p.same(p.model.alias(kind, from, into, p.now), err, errs.Conflict)
	case n < 6:
		err := p.ledger.Unalias(ctx, tx, "n", kind, from)
		return p.same(p.model.unalias(kind, from, p.now), err, errs.NotFound)
	}
	f := p.fact()
	p.model.post(f, p.now)
	return p.ledger.Post(ctx, tx, "n", f)
}

// same holds a refusal of the ledger against that of the model.
func (p *chance) same(done bool, err error, refusal errs.Code) error {
	if err != nil && !done && errs.CodeOf(err) == refusal {
		return nil
	}
	if done != (err == nil) {
		p.Errorf("the model says %v, the ledger %v", done, err)
	}
	return err
}

func (p *chance) fact() ledger.Fact {
	measure := of(p, "met", "met", "hours", "trained", "meeting")
	f := line{measure: measure, date: string(of(p, someDays...)), subject: p.name("person", 40), programme: of(p, "A", "A", "B", ""),
		activity: of(p, "1", "2", "3"), org: p.name("organisation", 6), territory: of(p, "", "t", "u"), mode: of(p, someModes...),
		quantity: 1, source: p.name("s", 300), sex: of(p, "", "F", "M"), age: of(p, "", "0-5", "61+"), citizenship: of(p, "", "ITA", "ALB")}
	switch measure {
	case "hours":
		f.quantity = p.Int64N(90)
	case "trained":
		f.subject = p.name("operator", 40)
	case "meeting":
		f.subject = f.source
	}
	if p.IntN(10) == 0 {
		f.subject = ""
	}
	out := f.fact()
	out.Profession = of(p, "", "educator")
	return out
}

func (p *chance) question() ledger.Question {
	open := append([]db.Date{"", ""}, someDays...)
	q := ledger.Question{Network: "n", Programme: of(p, "A", "A", "B", ""), Activities: of(p, nil, []string{"1"}, []string{"2", "1"}),
		Mode: of(p, someModes...), From: of(p, open...), To: of(p, open...)}
	if p.IntN(3) > 0 { // any day since the first
		q.AsOf = someDays[0].AddDays(p.IntN(1 + int(p.now.Sub(someDays[0].Time()).Hours()/24)))
	}
	if p.IntN(3) == 0 {
		q.Programmes = of(p, []string{"A", "B"}, []string{"A", "B", ""})
	}
	q.Measure, q.Unit = "t.met", of(p, ledger.Persons, ledger.Persons, ledger.Events, ledger.Organisations)
	switch p.IntN(5) {
	case 0:
		q.Measure, q.Unit = "t.hours", ledger.Minutes
	case 1:
		q.Measure, q.Unit = "t.trained", of(p, ledger.Operators, ledger.Events)
	case 2:
		q.Measure = ""
	}
	return q
}

// agree asks one question in every way, all in one state of the data.
func (p *chance) agree(q ledger.Question) {
	p.Helper()
	things := p.model.things(q, p.now)
	read(p.T, p.db, func(tx *db.Tx) error {
		p.numbers(tx, q, things)
		p.behind(tx, q, things)
		if q.Unit != ledger.Minutes {
			q.Programmes = []string{"A", "B"}
			p.overlaps(tx, q, p.model.things(q, p.now))
		}
		return nil
	})
}

// must is what the ledger answered; it never fails here.
func must[T any](p *chance, answer T, err error) T {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
	return answer
}

// numbers holds the number, its cells and their margins against the model; the
// second time it is asked the answer may be one that was kept.
func (p *chance) numbers(tx *db.Tx, q ledger.Question, things []*thing) {
	p.Helper()
	ctx, want := p.Context(), totalOf(things)
	by := []ledger.Dimension{of(p, ledger.AllDimensions...), of(p, ledger.AllDimensions...), of(p, ledger.AllDimensions...)}
	wanted := cellsOf(things, by...)
	for range 2 {
		n, err := p.ledger.Count(ctx, tx, q)
		if must(p, n, err) != want {
			p.Fatalf("%+v: %d, want %d", q, n, want)
		}
		cells, err := p.ledger.Cells(ctx, tx, q, by...)
		for _, c := range must(p, cells, err) {
			if name := strings.Join(c.Values, "/"); c.Count != wanted[name] {
				p.Fatalf("%+v by %v: %q is %d, want %d", q, by, name, c.Count, wanted[name])
			}
		}
		if ledger.Total(cells) != want {
			p.Fatalf("%+v by %v: cells add up to %d, the total is %d", q, by, ledger.Total(cells), want)
		}
		for i, d := range by {
			parts, err := p.ledger.Break(ctx, tx, q, d)
			if margin := ledger.Margin(cells, i); !slices.Equal(margin, must(p, parts, err)) {
				p.Fatalf("%+v: the margin by %s of the cells is not its breakdown", q, d)
			}
		}
	}
}

// overlaps holds what two programmes share against the model.
func (p *chance) overlaps(tx *db.Tx, q ledger.Question, things []*thing) {
	p.Helper()
	o, err := p.ledger.Overlap(p.Context(), tx, q)
	must(p, o, err)
	shared, err := p.ledger.Shared(p.Context(), tx, q, "", 1_000)
	must(p, shared, err)
	want := map[string]int64{}
	var more, keys []string
	for _, t := range things {
		for programme := range t.in {
			want[programme]++
		}
		if len(t.in) == 2 {
			more = append(more, t.key)
		}
	}
	slices.Sort(more)
	for _, s := range shared {
		keys = append(keys, s.Key)
	}
	if o.Total() != int64(len(things)) || o.In("A") != want["A"] || o.In("B") != want["B"] ||
		o.More() != int64(len(more)) || o.All(2) != o.More() || o.Both("A", "B") != o.More() || o.Twice() != o.More() || !slices.Equal(keys, more) {
		p.Fatalf("%+v: %v and %v, want %v and %v", q, o, keys, want, more)
	}
}

// pages reads all records, a few or many at a time.
func (p *chance) pages(tx *db.Tx, q ledger.Question) (all []ledger.Record) {
	limit, after := 5+p.IntN(60), ""
	for {
		page, err := p.ledger.Records(p.Context(), tx, q, after, limit)
		if len(must(p, page, err)) == 0 {
			return all
		}
		all, after = append(all, page...), page[len(page)-1].Key
	}
}

// behind holds the list against the model: as many, and each with its first fact.
func (p *chance) behind(tx *db.Tx, q ledger.Question, things []*thing) {
	p.Helper()
	all := p.pages(tx, q)
	if len(all) != len(things) {
		p.Fatalf("%+v: %d records of %d", q, len(all), len(things))
	}
	if q.Unit == ledger.Minutes { // facts have no names to compare by
		var sum int64
		for _, r := range all {
			sum += r.Quantity
		}
		if want := totalOf(things); sum != want {
			p.Fatalf("%+v: %d minutes stand behind %d", q, sum, want)
		}
		return
	}
	byKey := map[string]*thing{}
	for _, t := range things {
		byKey[t.key] = t
	}
	for i, r := range all {
		t := byKey[r.Key]
		if i > 0 && all[i-1].Key >= r.Key || t == nil || t.facts != r.Facts || t.first.Date != r.First || t.first.Source != r.Source {
			p.Fatalf("%+v: %+v stands behind it, want %+v", q, r, t)
		}
		if q.Unit == ledger.Persons && r.SubjectID != r.Key {
			p.Fatalf("%+v: %s goes by the name of %s", q, r.Key, r.SubjectID)
		}
	}
}
