package ledger_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
)

// testdata/golden.csv is a year of work, in the order in which it was posted
// (instants in UTC; what no other row says was posted on 30 April 2024). What is
// in it, so that the answers below can be worked out by hand; all in programme A
// unless it says so:
//
//	p01..p40   met once each, pNN on day NN of 2024 (p31 is 31 January, p32 is
//	           1 February, p40 is 9 February), activity a1. Odd are F, even M.
//	           Age: p01-p10 0-5, p11-p20 18-29, p21-p30 30-44, p31-p40 61+.
//	           Citizenship: to p20 ALB, to p36 MAR, p37-p40 not stated.
//	           By o1 to p20, then o2; in t1 to p30, then t2. 30 minutes each.
//	           duplicates: p01..p20 again on 1 March, a2, o3, remote, 60 minutes each
//	h01..h12   households in charge, six by o1 and six by o2
//	h13        split off h03 on 10 April; written down on 2 May
//	op01..op20 trained at c1, ten by o1 and ten by o2: 8 social workers, 6 educators,
//	           4 mediators, 2 not stated; op01..op05 again at c2, remote
//	ev01..ev06 meetings, each posted by o1 and by o2
//	p50        met on 2 April, nothing stated of them
//	nobody     three contacts without a name on 3 April (o1), one with 45 minutes
//	p51 p52    met, and no programme pays: not eligible
//	p01..p08   met in B too, with q01..q04 who are in B only; p01..p03 also in C
//	p41        met on 29 February, by o4, on the territory, as all up to p47: F, 30-44, NGA
//	p48        posted 10 May, taken back on 20 May
//	p49        posted 10 May as M on 10 May; on 1 August mended: F, on 11 May
//	p45        of 30 June, posted 21:59:59 UTC: 23:59:59 in Rome, still June
//	p44        of 30 June, posted 22:30 UTC: 0:30 of 1 July in Rome
//	merges     on 1 September: p38 is p37, p37 is p36, p40 is p39, q04 is p12,
//	           op20 is op19; on 1 October p40 turns out not to be p39
//	p47        of 30 November, posted 22:59:59 UTC: 23:59:59 in Rome
//	p46        of 30 November, posted 23:30 UTC: 0:30 of 1 December in Rome
//	p42 p43    of 31 December and of 1 January 2025, posted on 2 January
func yearLedger(t *testing.T, d *db.DB) *ledger.Ledger {
	t.Helper()
	f, err := os.Open("testdata/golden.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	l := ledger.New(d, catalogue)
	for rows = rows[1:]; len(rows) > 0; {
		at, n := rows[0][0], 1
		for n < len(rows) && rows[n][0] == at {
			n++
		}
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		d.Now = func() time.Time { return now }
		err = d.Write(t.Context(), func(tx *db.Tx) error {
			for _, row := range rows[:n] {
				if err := yearAct(t.Context(), tx, l, row); err != nil {
					return fmt.Errorf("%v: %w", row, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		rows = rows[n:]
	}
	return l
}

func yearAct(ctx context.Context, tx *db.Tx, l *ledger.Ledger, row []string) error {
	switch row[1] {
	case "reverse":
		return l.Reverse(ctx, tx, "n", ledger.Source{Kind: "case", ID: row[11]})
	case "alias":
		return l.Alias(ctx, tx, "n", ledger.SubjectKind(row[2]), row[4], row[11])
	case "unalias":
		return l.Unalias(ctx, tx, "n", ledger.SubjectKind(row[2]), row[4])
	}
	quantity, err := strconv.ParseInt(row[10], 10, 64)
	if err != nil {
		return err
	}
	f := line{row[2], row[3], row[4], row[5], row[6], row[7], row[8], ledger.Mode(row[9]), quantity, row[11], row[12], row[13], row[14]}.fact()
	f.Profession = row[15]
	return l.Post(ctx, tx, "n", f)
}

func TestYearCounts(t *testing.T) {
	t.Parallel()
	type q = ledger.Question
	known := func(day db.Date) q { return q{AsOf: day} }
	persons, households, operators, events, organisations, minutes := ledger.Persons, ledger.Households, ledger.Operators, ledger.Events,
		ledger.Organisations, ledger.Minutes
	cases := []struct {
		q    ledger.Question
		want int64
	}{
		{ask("met", persons, q{}), 47},                                              // p01-p40, p41-p47, p49, p50: 49; p37 and p38 are p36
		{ask("met", persons, known("2024-04-29")), 0},                               // nothing was posted
		{ask("met", persons, known("2024-04-30")), 42},                              // p01-p40 p41 p50
		{ask("met", persons, known("2024-05-15")), 44},                              // and p48 p49
		{ask("met", persons, known("2024-05-20")), 43},                              // p48 was taken back
		{ask("met", persons, known("2024-06-30")), 44},                              // p45, and not p44
		{ask("met", persons, known("2024-07-01")), 45},                              // p44
		{ask("met", persons, known("2024-08-31")), 45},                              // p49 mended: still one
		{ask("met", persons, known("2024-09-15")), 42},                              // p38 p37 p40 are others
		{ask("met", persons, known("2024-10-01")), 43},                              // p40 is nobody else
		{ask("met", persons, known("2024-11-30")), 44},                              // p47, and not p46
		{ask("met", persons, known("2024-12-01")), 45},                              // p46
		{ask("met", persons, q{From: "2024-01-01", To: "2024-12-31"}), 46},          // the last day belongs: all but p43
		{ask("met", persons, q{From: "2024-01-01", To: "2024-12-30"}), 45},          // without p42
		{ask("met", persons, q{From: "2025-01-01"}), 1},                             // p43
		{ask("met", persons, q{From: "2024-02-29", To: "2024-02-29"}), 1},           // p41
		{ask("met", persons, q{From: "2024-03-01", To: "2024-03-31"}), 20},          // the duplicates
		{ask("met", persons, q{From: "2024-01-01", To: "2024-03-31"}), 39},          // p01-p41 without p37 p38
		{ask("met", persons, q{Mode: far}), 20},                                     // p01-p20 in March
		{ask("met", persons, q{Mode: away}), 7},                                     // p41-p47
		{ask("met", persons, q{Activities: []string{"a1"}}), 38},                    // p01-p40 without p37 p38
		{ask("met", persons, q{Activities: []string{"a3"}}), 9},                     // p41-p47 p49 p50
		{ask("met", persons, q{Activities: []string{"a2", "a3"}}), 29},              // and p01-p20
		{ask("met", events, q{}), 72},                                               // 40 + 20 + 7 + p49 + p50 + 3 without a name
		{ask("met", organisations, q{}), 4},                                         // o1 o2 o3 o4
		{ask("met", persons, q{Programme: "B"}), 12},                                // p01-p08 q01-q04, q04 by the name of p12
		{ask("met", persons, q{Programme: "C"}), 3},                                 //
		{ask("met", persons, q{Programmes: []string{"A", "B"}}), 50},                // 47 and q01-q03
		{ask("met", persons, q{Programmes: []string{"A", "B", "C"}}), 50},           // nobody is in C only
		{ask("", persons, q{}), 47},                                                 // whatever counts persons
		{ledger.Question{Network: "n", Measure: "t.met", Unit: persons}, 2},         // p51 p52, whom no programme pays
		{ask("hours", minutes, q{}), 2445},                                          // 40 x 30 + 20 x 60 + 45
		{ask("hours", minutes, q{From: "2024-02-01", To: "2024-02-29"}), 270},       // p32-p40
		{ask("household", households, q{}), 13},                                     // h03 and h13 are two since
		{ask("household", households, known("2024-05-01")), 12},                     // not yet known
		{ask("household", households, q{From: "2024-02-01", To: "2024-02-29"}), 12}, // not yet true
		{ask("trained", operators, q{}), 19},                                        // op20 is op19
		{ask("trained", operators, known("2024-08-31")), 20},                        //
		{ask("trained", operators, q{Mode: far}), 5},                                // c2
		{ask("trained", events, q{}), 2},                                            // c1 c2
		{ask("meeting", events, q{}), 6},                                            //
		{ask("meeting", organisations, q{}), 2},                                     // o1 o2
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := yearLedger(t, d)
		for _, c := range cases {
			if c.q.Measure == "t." {
				c.q.Measure = ""
			}
			if got := count(t, d, l, c.q); got != c.want {
				t.Errorf("%+v: %d, want %d", c.q, got, c.want)
			}
		}
	})
}

func TestYearCells(t *testing.T) {
	t.Parallel()
	type q = ledger.Question
	by := func(d ...ledger.Dimension) []ledger.Dimension { return d }
	cases := []struct {
		q    ledger.Question
		by   []ledger.Dimension
		want string
	}{
		// p36 is first of p36-p38: an M of 61+. Of p01-p40 that leaves 19 F and 19 M; p41-p47 and p49 are F.
		{ask("met", ledger.Persons, q{}), by(ledger.BySex), "=1 F=27 M=19"},
		{ask("met", ledger.Persons, q{}), by(ledger.ByAgeClass), "=1 0-5=10 18-29=11 30-44=17 61+=8"},
		{ask("met", ledger.Persons, q{}), by(ledger.BySex, ledger.ByAgeClass),
			"/=1 F/0-5=5 F/18-29=6 F/30-44=12 F/61+=4 M/0-5=5 M/18-29=5 M/30-44=5 M/61+=4"},
		{ask("met", ledger.Persons, q{}), by(ledger.ByCitizenship), "=3 ALB=21 MAR=16 NGA=7"}, // p50 p39 p40; p49; p36 with p37 p38
		{ask("met", ledger.Persons, q{}), by(ledger.ByOrganisation), "o1=22 o2=18 o4=7"},      // nobody is first met by o3
		{ask("met", ledger.Persons, q{}), by(ledger.ByActivity, ledger.ByMode), "a1/in_person=38 a3/in_person=2 a3/territory=7"},
		{ask("met", ledger.Persons, q{}), by(ledger.ByMonth),
			"2024-01=31 2024-02=8 2024-04=1 2024-05=1 2024-06=2 2024-11=2 2024-12=1 2025-01=1"},
		// As known on 15 September, p40 was p39, and p42 p43 p46 p47 were not there.
		{ask("met", ledger.Persons, q{AsOf: "2024-09-15"}), by(ledger.BySex), "=1 F=23 M=18"},
		// As known on 15 May, p49 was an M, and so is p48; nobody was merged.
		{ask("met", ledger.Persons, q{AsOf: "2024-05-15"}), by(ledger.BySex), "=1 F=21 M=22"},
		// In B, q04 goes by the name of p12 and by what B wrote of them.
		{ask("met", ledger.Persons, q{Programme: "B"}), by(ledger.BySex, ledger.ByCitizenship), "F/ALB=4 M/ALB=4 M/UKR=4"},
		// Of A and B together, p12 was first met in A, in January.
		{ask("met", ledger.Persons, q{Programmes: []string{"A", "B"}}), by(ledger.ByProgramme), "A=47 B=3"},
		{ask("hours", ledger.Minutes, q{}), by(ledger.BySex), "=45 F=1200 M=1200"},
		{ask("hours", ledger.Minutes, q{}), by(ledger.ByMonth), "2024-01=930 2024-02=270 2024-03=1200 2024-04=45"},
		{ask("trained", ledger.Operators, q{}), by(ledger.ByProfession), "=1 educator=6 mediator=4 social_worker=8"},
		{ask("household", ledger.Households, q{}), by(ledger.ByOrganisation, ledger.ByTerritory), "o1/t1=7 o2/t1=3 o2/t2=3"},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := yearLedger(t, d)
		for _, c := range cases {
			var got []string
			read(t, d, func(tx *db.Tx) error {
				cells, err := l.Cells(t.Context(), tx, c.q, c.by...)
				for _, cell := range cells {
					got = append(got, fmt.Sprintf("%s=%d", strings.Join(cell.Values, "/"), cell.Count))
				}
				return err
			})
			if strings.Join(got, " ") != c.want {
				t.Errorf("%v of %+v:\n got %v\nwant %v", c.by, c.q, got, c.want)
			}
		}
	})
}

func TestYearOverlap(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := yearLedger(t, d)
		for asOf, want := range map[db.Date]string{
			"": "50 in all, 47 12 3 in each, 9 in more than one, 3 in every one, 12 too many", // 62 - 50
			// Before the merges: 45 of A, and q01-q04 of B only.
			"2024-08-31": "49 in all, 45 12 3 in each, 8 in more than one, 3 in every one, 11 too many",
		} {
			q := ask("met", ledger.Persons, ledger.Question{Programmes: []string{"A", "B", "C"}, AsOf: asOf})
			read(t, d, func(tx *db.Tx) error {
				o, err := l.Overlap(t.Context(), tx, q)
				got := fmt.Sprintf("%d in all, %d %d %d in each, %d in more than one, %d in every one, %d too many",
					o.Total(), o.In("A"), o.In("B"), o.In("C"), o.More(), o.All(3), o.Twice())
				if got != want {
					t.Errorf("as of %q: %s, want %s", asOf, got, want)
				}
				if shared, err := l.Shared(t.Context(), tx, q, "", 100); err != nil || int64(len(shared)) != o.More() {
					t.Errorf("as of %q: %d records of %d, %v", asOf, len(shared), o.More(), err)
				}
				return err
			})
		}
	})
}
