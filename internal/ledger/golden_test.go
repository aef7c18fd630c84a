package ledger_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
)

var catalogue = ledger.Catalogue{
	{Code: "t.met", Subject: ledger.Person},
	{Code: "t.hours", Subject: ledger.Person, Minutes: true},
	{Code: "t.meeting", Subject: ledger.Event},
	{Code: "t.trained", Subject: ledger.Operator},
	{Code: "t.household", Subject: ledger.Household},
}

// line is a fact as the golden table writes it.
type line struct {
	measure, date, subject string
	programme, activity    string
	org, territory         string
	mode                   ledger.Mode
	quantity               int64
	source                 string
	sex, age, citizenship  string
}

func (l line) fact() ledger.Fact {
	return ledger.Fact{Measure: "t." + l.measure, Date: db.Date(l.date), SubjectID: l.subject,
		Place: ledger.Place{Programme: l.programme, Activity: l.activity}, OrgID: l.org, TerritoryID: l.territory,
		Mode: l.mode, Quantity: l.quantity, Source: ledger.Source{Kind: "case", ID: l.source},
		Dimensions: ledger.Dimensions{Sex: l.sex, AgeClass: l.age, Citizenship: l.citizenship}}
}

const (
	in   = ledger.InPerson
	away = ledger.OnTerritory
	far  = ledger.Remote
)

// history is what was posted, by the day it was posted on. A line with a source
// only reverses what stands of that source.
var history = []struct {
	on    db.Date
	lines []line
}{
	{"2026-02-01", []line{
		/* 1*/ {"met", "2026-01-10", "ana", "A", "a1", "o1", "t1", in, 1, "s1", "F", "30-44", "ALB"},
		/* 2*/ {"met", "2026-01-12", "ana", "A", "a1", "o1", "t1", in, 1, "s2", "F", "30-44", "ALB"}, // ana again
		/* 3*/ {"met", "2026-01-12", "ben", "A", "a1", "o1", "t1", in, 1, "s3", "M", "18-29", "MAR"}, // reversed by 30
		/* 4*/ {"met", "2026-01-31", "cri", "A", "a2", "o2", "t1", far, 1, "s4", "F", "", ""}, // age, citizenship not stated
		/* 5*/ {"met", "2026-01-31", "ben", "A", "a2", "o2", "t2", away, 1, "s5", "M", "18-29", "MAR"}, // reversed by 23
		/* 6*/ {"met", "2026-01-15", "", "A", "a1", "o1", "t1", in, 1, "s6", "", "", ""}, // nobody named
		/* 7*/ {"met", "2026-01-20", "ana", "B", "b1", "o1", "t1", in, 1, "s7", "F", "30-44", "ALB"}, // other programme
		/* 8*/ {"met", "2026-01-20", "dia", "B", "b1", "o1", "t1", in, 1, "s8", "F", "6-10", "UKR"},
		/* 9*/ {"met", "2026-01-21", "eva", "", "", "o1", "t1", in, 1, "s9", "F", "61+", "ITA"}, // no programme pays
		/*10*/ {"hours", "2026-01-10", "ana", "A", "a1", "o1", "t1", in, 60, "s1", "F", "30-44", "ALB"},
		/*11*/ {"hours", "2026-01-12", "ana", "A", "a1", "o1", "t1", in, 45, "s2", "F", "30-44", "ALB"},
		/*12*/ {"hours", "2026-01-12", "ben", "A", "a1", "o1", "t1", in, 30, "s3", "M", "18-29", "MAR"}, // reversed by 30
		/*13*/ {"hours", "2026-01-31", "ben", "A", "a2", "o2", "t2", away, 90, "s5", "M", "18-29", "MAR"}, // reversed by 23
		/*14*/ {"hours", "2026-01-20", "ana", "B", "b1", "o1", "t1", in, 120, "s7", "F", "30-44", "ALB"},
		/*15*/ {"hours", "2026-01-15", "", "A", "a1", "o1", "t1", in, 20, "s6", "", "", ""}, // minutes of nobody named
		/*16*/ {"meeting", "2026-01-05", "ev1", "A", "a3", "o1", "t1", in, 1, "ev1", "", "", ""},
		/*17*/ {"meeting", "2026-01-05", "ev1", "A", "a3", "o2", "t1", in, 1, "ev1", "", "", ""}, // the same event, two bodies
		/*18*/ {"trained", "2026-01-07", "op1", "A", "a3", "o1", "t1", in, 1, "c1", "", "", ""},
		/*19*/ {"trained", "2026-01-07", "op2", "A", "a3", "o2", "t1", in, 1, "c1", "", "", ""},
		/*20*/ {"trained", "2026-01-08", "op1", "A", "a3", "o1", "t1", in, 1, "c2", "", "", ""}, // op1 again
		/*21*/ {"hours", "2026-01-09", "ana", "A", "a1", "o1", "t1", in, 0, "s0", "F", "30-44", "ALB"}, // nothing: not posted
		/*22*/ {"met", "2026-02-01", "gio", "A", "a1", "o1", "t1", in, 1, "s11", "M", "14-17", "ITA"}, // reversed by 35
	}},
	{"2026-02-10", []line{
		/*23*/ {source: "s5"}, // takes back 5 and 13
		/*24*/ {"met", "2026-01-31", "fay", "A", "a1", "o3", "t2", in, 1, "s10", "X", "45-60", "ITA"}, // entered late
		/*25*/ {"met", "2026-02-28", "ana", "A", "a2", "o2", "t2", far, 1, "s12", "F", "30-44", "ITA"}, // a citizen since
		/*26*/ {"meeting", "2026-02-05", "ev2", "A", "a3", "o1", "t1", in, 1, "ev2", "", "", ""},
		/*27*/ {source: "s5"}, // again: nothing stands of it
	}},
	{"2026-02-20", []line{
		/*28*/ {"met", "2026-02-02", "ben", "A", "a2", "o2", "t2", away, 1, "s5", "M", "18-29", "MAR"}, // s5, on its right day
		/*29*/ {"hours", "2026-02-02", "ben", "A", "a2", "o2", "t2", away, 75, "s5", "M", "18-29", "MAR"},
		/*30*/ {source: "s3"}, // takes back 3 and 12
		/*31*/ {"met", "2026-01-12", "ben", "A", "a1", "o1", "t1", in, 1, "s3", "", "18-29", "TUN"}, // s3 corrected
		/*32*/ {"hours", "2026-01-12", "ben", "A", "a1", "o1", "t1", in, 35, "s3", "", "18-29", "TUN"},
		/*33*/ {"met", "2026-02-15", "hal", "A", "a1", "o3", "", in, 1, "s13", "M", "0-5", ""}, // territory not stated
		/*34*/ {"met", "2027-01-01", "ana", "A", "a1", "o1", "t1", in, 1, "s14", "F", "30-44", "ITA"},
		/*35*/ {source: "s11"}, // takes back 22
		/*36*/ {"trained", "2026-02-03", "op3", "A", "a3", "o3", "t1", in, 1, "c3", "", "", ""},
		/*37*/ {"met", "2026-01-31", "cri", "A", "a2", "o1", "t2", in, 1, "s15", "M", "11-13", "FRA"}, // the day of 4: 4 came first
	}},
}

// goldenLedger posts the history in network n, and one fact in another.
func goldenLedger(t *testing.T, d *db.DB) *ledger.Ledger {
	t.Helper()
	l := ledger.New(d, catalogue)
	for _, day := range history {
		d.Now = func() time.Time { return day.on.Time().Add(12 * time.Hour) }
		err := d.Write(t.Context(), func(tx *db.Tx) error { return play(t.Context(), tx, l, day.lines) })
		if err != nil {
			t.Fatal(err)
		}
	}
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		return l.Post(t.Context(), tx, "n2", line{measure: "met", date: "2026-01-10", subject: "zed", programme: "A",
			org: "o9", quantity: 1, source: "s1"}.fact())
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func play(ctx context.Context, tx *db.Tx, l *ledger.Ledger, lines []line) error {
	for _, line := range lines {
		var err error
		if line.measure == "" {
			err = l.Reverse(ctx, tx, "n", ledger.Source{Kind: "case", ID: line.source})
		} else {
			err = l.Post(ctx, tx, "n", line.fact())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ask reads "measure unit programme", the rest of a question is given.
func ask(measure string, unit ledger.Unit, q ledger.Question) ledger.Question {
	q.Network, q.Measure, q.Unit = "n", "t."+measure, unit
	if q.Programme == "" {
		q.Programme = "A"
	}
	return q
}

func january(asOf db.Date) ledger.Question {
	return ledger.Question{From: "2026-01-01", To: "2026-01-31", AsOf: asOf}
}

func february(asOf db.Date) ledger.Question {
	return ledger.Question{From: "2026-02-01", To: "2026-02-28", AsOf: asOf}
}

func TestGoldenCounts(t *testing.T) {
	t.Parallel()
	type q = ledger.Question
	known := func(asOf db.Date) q { return q{AsOf: asOf} }
	persons, events, minutes, orgs := ledger.Persons, ledger.Events, ledger.Minutes, ledger.Organisations
	cases := []struct {
		q    ledger.Question
		want int64
	}{
		{ask("met", persons, q{}), 5},                                 // ana ben cri fay hal; 6 names nobody, gio was taken back
		{ask("met", persons, january("")), 4},                         // ana ben(31) cri fay
		{ask("met", persons, february("")), 3},                        // ana(25) ben(28) hal
		{ask("met", persons, known("2026-01-31")), 0},                 // nothing was posted yet
		{ask("met", persons, known("2026-02-01")), 4},                 // ana ben cri gio
		{ask("met", persons, known("2026-02-09")), 4},                 // still
		{ask("met", persons, known("2026-02-10")), 5},                 // 5 taken back, ben stands by 3; fay came
		{ask("met", persons, known("2026-02-20")), 5},                 // gio went, hal came
		{ask("met", persons, january("2026-02-01")), 3},               // ana ben cri
		{ask("met", persons, january("2026-02-10")), 4},               // and fay
		{ask("met", persons, february("2026-02-01")), 1},              // gio, on the first of the month
		{ask("met", persons, february("2026-02-10")), 2},              // gio ana(25)
		{ask("met", persons, q{Activities: []string{"a2"}}), 3},       // cri ana(25) ben(28)
		{ask("met", persons, q{Activities: []string{"a1"}}), 4},       // ana ben(31) fay hal
		{ask("met", persons, q{Activities: []string{"a1", "a2"}}), 5}, // each once
		{ask("met", persons, q{Activities: []string{"a3"}}), 0},
		{ask("met", persons, q{Mode: far}), 2},                                               // cri ana(25)
		{ask("met", persons, q{Mode: away}), 1},                                              // ben(28)
		{ask("met", persons, q{Mode: away, AsOf: "2026-02-10"}), 0},                          // 5 taken back, 28 not there yet
		{ask("met", persons, q{From: "2026-01-31", To: "2026-01-31"}), 2},                    // cri fay: both ends belong
		{ask("met", persons, q{To: "2026-01-12"}), 2},                                        // ana ben(31)
		{ask("met", persons, q{From: "2026-02-01"}), 3},                                      // ana ben(28) hal
		{ask("met", persons, q{From: "2027-01-01"}), 1},                                      // ana(34)
		{ask("met", persons, q{Programme: "B"}), 2},                                          // ana dia
		{ask("met", events, q{}), 11},                                                        // s1 s2 s3 s4 s5 s6 s10 s12 s13 s14 s15
		{ask("met", events, january("")), 7},                                                 // s1 s2 s3 s4 s6 s10 s15
		{ask("met", orgs, q{}), 3},                                                           // o1 o2 o3
		{ask("met", orgs, january("2026-02-01")), 2},                                         // o1 o2
		{ask("hours", minutes, q{}), 235},                                                    // 60 45 20 75 35
		{ask("hours", minutes, known("2026-02-01")), 245},                                    // 60 45 30 90 20
		{ask("hours", minutes, known("2026-02-10")), 155},                                    // without 90
		{ask("hours", minutes, january("")), 160},                                            // 60 45 20 35
		{ask("hours", minutes, q{Programme: "B"}), 120},                                      // one hour is in one programme
		{ask("hours", minutes, q{Activities: []string{"a3"}}), 0},                            // an empty sum is 0
		{ask("meeting", events, q{}), 2},                                                     // ev1 once, ev2
		{ask("meeting", orgs, q{}), 2},                                                       // o1 o2
		{ask("meeting", events, january("")), 1},                                             // ev1
		{ask("trained", ledger.Operators, q{}), 3},                                           // op1 op2 op3
		{ask("trained", ledger.Operators, january("")), 2},                                   // op1 op2
		{ask("trained", events, january("")), 2},                                             // c1 c2
		{ask("trained", orgs, q{}), 3},                                                       // o1 o2 o3
		{ledger.Question{Network: "n", Measure: "t.met", Unit: persons}, 1},                  // eva, whom no programme pays
		{ledger.Question{Network: "n2", Programme: "A", Measure: "t.met", Unit: persons}, 1}, // zed
		{ledger.Question{Network: "n3", Programme: "A", Measure: "t.met", Unit: persons}, 0},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := goldenLedger(t, d)
		for _, c := range cases {
			if got := count(t, d, l, c.q); got != c.want {
				t.Errorf("%+v: %d, want %d", c.q, got, c.want)
			}
		}
	})
}

func TestGoldenParts(t *testing.T) {
	t.Parallel()
	cases := []struct {
		q    ledger.Question
		by   ledger.Dimension
		want string
	}{
		// First facts: ana 1, ben 31, cri 4 (37 is of that day, but later), fay 24, hal 33.
		{ask("met", ledger.Persons, ledger.Question{}), ledger.BySex, "=1 F=2 M=1 X=1"},
		{ask("met", ledger.Persons, ledger.Question{}), ledger.ByAgeClass, "=1 0-5=1 18-29=1 30-44=1 45-60=1"},
		{ask("met", ledger.Persons, ledger.Question{}), ledger.ByCitizenship, "=2 ALB=1 ITA=1 TUN=1"},
		{ask("met", ledger.Persons, ledger.Question{}), ledger.ByTerritory, "=1 t1=3 t2=1"},
		{ask("met", ledger.Persons, ledger.Question{}), ledger.ByOrganisation, "o1=2 o2=1 o3=2"},
		// First facts in February: ana 25, ben 28, hal 33.
		{ask("met", ledger.Persons, february("")), ledger.BySex, "F=1 M=2"},
		{ask("met", ledger.Persons, february("")), ledger.ByCitizenship, "=1 ITA=1 MAR=1"},
		{ask("met", ledger.Persons, february("")), ledger.ByOrganisation, "o2=2 o3=1"},
		// As known on 1 February: ana 1, ben 3, cri 4, gio 22.
		{ask("met", ledger.Persons, ledger.Question{AsOf: "2026-02-01"}), ledger.BySex, "F=2 M=2"},
		// Every fact by itself: 60 and 45 of ana, 20 of nobody, 35 of ben not stated, 75 of ben.
		{ask("hours", ledger.Minutes, ledger.Question{}), ledger.BySex, "=55 F=105 M=75"},
		{ask("hours", ledger.Minutes, ledger.Question{}), ledger.ByOrganisation, "o1=160 o2=75"},
		{ask("meeting", ledger.Events, ledger.Question{}), ledger.ByOrganisation, "o1=2"}, // ev1 under 16, its first fact
		{ask("met", ledger.Persons, ledger.Question{Activities: []string{"a3"}}), ledger.BySex, ""},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := goldenLedger(t, d)
		for _, c := range cases {
			got := ""
			for _, p := range parts(t, d, l, c.q, c.by) {
				got += fmt.Sprintf(" %s=%d", p.Value, p.Count)
			}
			if len(got) > 0 {
				got = got[1:]
			}
			if got != c.want {
				t.Errorf("%s of %+v: %q, want %q", c.by, c.q, got, c.want)
			}
		}
	})
}

func TestGoldenRecords(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := goldenLedger(t, d)
		for _, c := range []struct {
			q    ledger.Question
			want string
		}{
			{ask("met", ledger.Persons, ledger.Question{}),
				"[ana 2026-01-10 4 s1] [ben 2026-01-12 2 s3] [cri 2026-01-31 2 s4] [fay 2026-01-31 1 s10] [hal 2026-02-15 1 s13]"},
			{ask("met", ledger.Persons, february("2026-02-10")), "[ana 2026-02-28 1 s12] [gio 2026-02-01 1 s11]"},
			{ask("meeting", ledger.Events, ledger.Question{}), "[ev1 2026-01-05 2 ev1] [ev2 2026-02-05 1 ev2]"},
			{ask("met", ledger.Organisations, january("")), "[o1 2026-01-10 5 s1] [o2 2026-01-31 1 s4] [o3 2026-01-31 1 s10]"},
		} {
			got := ""
			for _, r := range records(t, d, l, c.q, 2) {
				got += fmt.Sprintf(" [%s %s %d %s]", r.Key, r.First, r.Facts, r.Source.ID)
			}
			if got != " "+c.want {
				t.Errorf("%+v:\n got%s\nwant %s", c.q, got, c.want)
			}
		}
	})
}
