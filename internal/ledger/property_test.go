package ledger_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
)

// posted is a fact as the plain model keeps it.
type posted struct {
	ledger.Fact
	at, gone time.Time // gone is zero while it stands
}

// answer is the question answered over plain slices.
func answer(model []posted, q ledger.Question, now time.Time) (standing []posted) {
	for _, p := range model {
		known := func(t time.Time) bool {
			if q.AsOf != "" {
				return t.Before(q.AsOf.End())
			}
			return !t.After(now)
		}
		if p.Measure == q.Measure && p.Programme == q.Programme && known(p.at) && (p.gone.IsZero() || !known(p.gone)) &&
			(len(q.Activities) == 0 || slices.Contains(q.Activities, p.Activity)) && (q.Mode == "" || q.Mode == p.Mode) &&
			(q.From == "" || p.Date >= q.From) && (q.To == "" || p.Date <= q.To) {
			standing = append(standing, p)
		}
	}
	slices.SortStableFunc(standing, func(a, b posted) int { return cmp.Compare(a.Date, b.Date) })
	return standing
}

// figure counts by key and by dimension: each thing under its first fact.
func figure(standing []posted, u ledger.Unit, dimension func(posted) string) (total int64, parts map[string]int64) {
	parts, seen := map[string]int64{}, map[string]bool{}
	for i, p := range standing {
		key, amount := fmt.Sprint(i), p.Quantity
		switch u {
		case ledger.Persons:
			key, amount = p.SubjectID, 1
		case ledger.Organisations:
			key, amount = p.OrgID, 1
		case ledger.Events:
			key, amount = p.Source.ID, 1
		}
		if key == "" || seen[key] {
			continue
		}
		seen[key] = true
		total += amount
		parts[dimension(p)] += amount
	}
	return total, parts
}

var dimensions = map[ledger.Dimension]func(posted) string{
	ledger.BySex:          func(p posted) string { return p.Sex },
	ledger.ByAgeClass:     func(p posted) string { return p.AgeClass },
	ledger.ByCitizenship:  func(p posted) string { return p.Citizenship },
	ledger.ByTerritory:    func(p posted) string { return p.TerritoryID },
	ledger.ByOrganisation: func(p posted) string { return p.OrgID },
}

// Whatever was posted and taken back: number, parts and records agree with each
// other and with a plain model, on any period and as known on any day.
func TestFiguresAgree(t *testing.T) {
	t.Parallel()
	if len(dimensions) != len(ledger.AllDimensions) {
		t.Fatal("a dimension is not tested")
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		run := 0
		rapid.Check(t, func(r *rapid.T) {
			run++
			network := fmt.Sprintf("n%d", run)
			l := ledger.New(d, catalogue)
			model := postAtRandom(t, r, d, l, network)
			for range 3 {
				q := randomQuestion(r)
				q.Network = network
				agree(t, r, d, l, q, answer(model, q, d.Now()))
			}
		})
	})
}

func agree(t *testing.T, r *rapid.T, d *db.DB, l *ledger.Ledger, q ledger.Question, standing []posted) {
	total := count(t, d, l, q)
	for by, dimension := range dimensions {
		want, wantParts := figure(standing, q.Unit, dimension)
		if total != want {
			r.Fatalf("%+v: %d, want %d", q, total, want)
		}
		var sum int64
		for _, p := range parts(t, d, l, q, by) {
			sum += p.Count
			if p.Count != wantParts[p.Value] {
				r.Fatalf("%+v by %s: %q is %d, want %d", q, by, p.Value, p.Count, wantParts[p.Value])
			}
		}
		if sum != total {
			r.Fatalf("%+v by %s: parts add up to %d, the total is %d", q, by, sum, total)
		}
	}
	seen, behind := map[string]bool{}, int64(0)
	all := records(t, d, l, q, rapid.IntRange(1, 4).Draw(r, "page"))
	for _, rec := range all {
		if seen[rec.Key] {
			r.Fatalf("%+v: %s is listed twice", q, rec.Key)
		}
		seen[rec.Key] = true
		behind += rec.Quantity
	}
	if q.Unit != ledger.Minutes {
		behind = int64(len(all))
	}
	if behind != total {
		r.Fatalf("%+v: %d stands behind %d", q, behind, total)
	}
}

var (
	someDays  = []db.Date{"2026-03-27", "2026-03-28", "2026-03-29", "2026-03-30", "2026-03-31"}
	someModes = []ledger.Mode{"", ledger.InPerson, ledger.Remote}
)

func randomFact(r *rapid.T) ledger.Fact {
	pick := func(what string, of ...string) string { return rapid.SampledFrom(of).Draw(r, what) }
	f := line{measure: pick("measure", "met", "hours"), date: string(rapid.SampledFrom(someDays).Draw(r, "date")),
		subject: pick("subject", "", "a", "b", "c"), programme: pick("programme", "A", "B"), activity: pick("activity", "1", "2"),
		org: pick("org", "o", "p"), territory: pick("territory", "", "t"), mode: rapid.SampledFrom(someModes).Draw(r, "mode"),
		quantity: 1, source: pick("source", "s", "t", "u", "v"), sex: pick("sex", "", "F", "M"), age: pick("age", "", "0-5"),
		citizenship: pick("citizenship", "", "ITA", "ALB")}
	if f.measure == "hours" {
		f.quantity = rapid.Int64Range(0, 90).Draw(r, "minutes")
	}
	return f.fact()
}

func randomQuestion(r *rapid.T) ledger.Question {
	open := append([]db.Date{""}, someDays...)
	q := ledger.Question{Programme: rapid.SampledFrom([]string{"A", "A", "B"}).Draw(r, "of"), Measure: "t.met",
		Unit:       rapid.SampledFrom([]ledger.Unit{ledger.Persons, ledger.Events, ledger.Organisations, ledger.Minutes}).Draw(r, "unit"),
		Activities: rapid.SampledFrom([][]string{nil, {"1"}, {"2", "1"}}).Draw(r, "activities"),
		Mode:       rapid.SampledFrom(someModes).Draw(r, "in mode"),
		From:       rapid.SampledFrom(open).Draw(r, "from"), To: rapid.SampledFrom(open).Draw(r, "to"),
		AsOf: rapid.SampledFrom(open).Draw(r, "as of")}
	if q.Unit == ledger.Minutes {
		q.Measure = "t.hours"
	}
	return q
}

// postAtRandom posts and reverses as time goes on, often round midnight in
// Rome, and keeps the same in a plain model.
func postAtRandom(t *testing.T, r *rapid.T, d *db.DB, l *ledger.Ledger, network string) (model []posted) {
	now := someDays[0].Time().Add(12 * time.Hour)
	for range rapid.IntRange(0, 12).Draw(r, "steps") {
		midnight := db.DateOf(now).End()
		now = rapid.SampledFrom([]time.Time{now.Add(time.Second), midnight.Add(-time.Microsecond), midnight, midnight.Add(time.Hour)}).Draw(r, "when")
		at := now
		d.Now = func() time.Time { return at }
		f := randomFact(r)
		reverse := rapid.IntRange(0, 2).Draw(r, "reverse") == 0
		err := d.Write(t.Context(), func(tx *db.Tx) error { return step(t.Context(), tx, l, network, f, reverse) })
		if err != nil {
			r.Fatal(err)
		}
		for i := range model {
			if reverse && model[i].Source == f.Source && model[i].gone.IsZero() {
				model[i].gone = at
			}
		}
		if !reverse && f.Quantity != 0 {
			model = append(model, posted{Fact: f, at: at})
		}
	}
	return model
}

func step(ctx context.Context, tx *db.Tx, l *ledger.Ledger, network string, f ledger.Fact, reverse bool) error {
	if reverse {
		return l.Reverse(ctx, tx, network, f.Source)
	}
	return l.Post(ctx, tx, network, f)
}
