package linkage_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tessuto/internal/linkage"
)

// register invents a register in which every third person is entered twice, the
// second time by another hand. Two entries are of one person when their ids
// begin alike.
func register(persons int) (records []linkage.Record) {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(lines []string) []string { return strings.Fields(lines[r.IntN(len(lines))]) }
	given := []string{"Mohamed Muhammad", "Amina Ameena", "Youssef Yusuf", "Khadija Kadija", "Oleksandr Aleksandr", "Yuliia Julia", "Ihor Igor", "Rachid Rashid",
		"Fatima Fatma", "Tariq Tarek", "Nasrin Nasreen", "Wei Wei", "Serhii Sergei", "Karim Kareem", "Zahid Jahid", "Olena Elena"}
	family := []string{"Haddad Hadad", "Benali Ben\u00a0Ali", "Shevchenko Schewtschenko", "Kovalenko Kowalenko", "Hossain Hussain", "Rahman Rehman", "Wang Wang",
		"Mansouri Mansuri", "Bondarenko Bondarenko", "Chowdhury Choudhury", "Singh Sing", "Haddou Hadou", "Ivanov Iwanow", "Saidi Saidy", "Alaoui Alawi"}
	for i := range persons {
		g, f := pick(given), pick(family)
		rec := linkage.Record{ID: fmt.Sprintf("%d.a", i), Given: g[0], Family: f[0], Sex: "FM"[i%2 : i%2+1], Comune: fmt.Sprint(r.IntN(20)),
			Birth: linkage.Birth{Year: 1950 + r.IntN(60), Month: 1 + r.IntN(12), Day: 1 + r.IntN(28)}, Phone: fmt.Sprint(300000000 + r.IntN(90000000)),
			Identifiers: []linkage.Identifier{{Scheme: "cf", Value: fmt.Sprintf("X%09d", r.IntN(1000000000))}}}
		records = append(records, rec)
		if i%3 == 0 {
			rec.ID, rec.Given, rec.Family = fmt.Sprintf("%d.b", i), g[1], strings.ReplaceAll(f[1], "\u00a0", " ")
			if i%2 == 0 {
				rec.Identifiers = nil
			} else {
				rec.Phone = ""
			}
			records = append(records, rec)
		}
	}
	return records
}

func setOf(records []linkage.Record) *linkage.Set {
	s := linkage.NewSet()
	for i := range records {
		s.Add(&records[i])
	}
	return s
}

func same(s *linkage.Set, p linkage.Pair) bool {
	a, _, _ := strings.Cut(s.ID(int(p.A)), ".")
	b, _, _ := strings.Cut(s.ID(int(p.B)), ".")
	return a == b
}

// A register is matched without being told who is who.
func TestDuplicatesAreFound(t *testing.T) {
	t.Parallel()
	s := setOf(register(1500))
	b := s.Blocks()
	m := linkage.Train(s, b, 7)
	right, wrong := 0, 0
	for _, p := range linkage.Score(s, b, m, 0, b.Len(), 0.5) {
		if same(s, p) {
			right++
		} else {
			wrong++
		}
	}
	if right < 480 || wrong > 10 {
		t.Errorf("%d of 500 found, %d wrong", right, wrong)
	}
}

// A job trains, stops, reads the model back and scores in parts: the same pairs
// come out, each once.
func TestStages(t *testing.T) {
	t.Parallel()
	records := register(600)
	s := setOf(records)
	b := s.Blocks()
	m := linkage.Train(s, b, 7)
	whole := linkage.Score(s, b, m, 0, b.Len(), 0)

	kept, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	again, back := setOf(records), &linkage.Model{}
	if err := json.Unmarshal(kept, back); err != nil || !reflect.DeepEqual(back, m) || again.Digest() != s.Digest() {
		t.Fatalf("the model or the set is another after a pause: %v", err)
	}
	b = again.Blocks()
	if !reflect.DeepEqual(linkage.Train(again, b, 7), m) {
		t.Error("the same records and seed give another model")
	}
	var parts []linkage.Pair
	for from := 0; from < b.Len(); from += 100 {
		parts = append(parts, linkage.Score(again, b, back, from, min(from+100, b.Len()), 0)...)
	}
	if !slices.Equal(parts, whole) {
		t.Errorf("%d pairs in parts, %d at once", len(parts), len(whole))
	}
	seen := map[[2]uint32]bool{}
	for _, p := range whole {
		pair := [2]uint32{min(p.A, p.B), max(p.A, p.B)}
		if seen[pair] || p.A == p.B {
			t.Errorf("%v twice, or of one record", pair)
		}
		seen[pair] = true
	}
	records[3].Sex = "X"
	if setOf(records).Digest() == s.Digest() {
		t.Error("a changed record does not show")
	}
}

// What a page shows of a pair adds up to what the pair says.
func TestExplain(t *testing.T) {
	t.Parallel()
	s := setOf(register(600))
	b := s.Blocks()
	m := linkage.Train(s, b, 7)
	for _, p := range linkage.Score(s, b, m, 0, b.Len(), 0.3) {
		sum := 0.0
		for _, w := range linkage.Explain(s, m, p.A, p.B) {
			sum += w.Bits
		}
		if math.Abs(sum-float64(p.Bits)) > 0.01 {
			t.Fatalf("%v: fields say %.3f", p, sum)
		}
	}
}

// Levels are what a page says in words.
func TestLevels(t *testing.T) {
	t.Parallel()
	born := linkage.Birth{Year: 1990, Month: 3, Day: 12}
	cf := func(scheme, value string) []linkage.Identifier {
		return []linkage.Identifier{{Scheme: scheme, Value: value}}
	}
	one := linkage.Record{Given: "Mohamed Amin", Family: "Haddad", Birth: born, Identifiers: cf("cf", "ABC123")}
	for _, c := range []struct {
		field linkage.Field
		want  linkage.Level
		other linkage.Record
	}{
		{linkage.GivenName, linkage.NameSame, linkage.Record{Given: "MOHAMED AMIN"}},
		{linkage.GivenName, linkage.NameSounds, linkage.Record{Given: "Muhammad Ameen"}},
		{linkage.GivenName, linkage.NameSame, linkage.Record{Given: "محمد أمين"}},
		{linkage.GivenName, linkage.NamePart, linkage.Record{Given: "Mohammed"}},
		{linkage.FamilyName, linkage.NameClose, linkage.Record{Family: "Haddar"}},
		{linkage.FamilyName, linkage.NameDiffers, linkage.Record{Family: "Rossi"}},
		{linkage.FamilyName, 0, linkage.Record{Given: "Luca"}},
		{linkage.NameOrder, linkage.OrderSwapped, linkage.Record{Given: "Haddad", Family: "Mohamed Amin"}},
		{linkage.NameOrder, linkage.OrderSame, linkage.Record{Given: "Mohamed", Family: "Hadad"}},
		{linkage.BirthDate, linkage.BirthSame, linkage.Record{Birth: born}},
		{linkage.BirthDate, linkage.BirthSwapped, linkage.Record{Birth: linkage.Birth{Year: 1990, Month: 12, Day: 3}}},
		{linkage.BirthDate, linkage.BirthDigit, linkage.Record{Birth: linkage.Birth{Year: 1990, Month: 3, Day: 13}}},
		{linkage.BirthDate, linkage.BirthDigit, linkage.Record{Birth: linkage.Birth{Year: 1990, Month: 3, Day: 21}}},
		{linkage.BirthDate, linkage.BirthAttributed, linkage.Record{Birth: linkage.Birth{Year: 1990, Month: 1, Day: 1}}},
		{linkage.BirthDate, linkage.BirthAttributed, linkage.Record{Birth: linkage.Birth{Year: 1990}}},
		{linkage.BirthDate, linkage.BirthYear, linkage.Record{Birth: linkage.Birth{Year: 1990, Month: 8, Day: 29}}},
		{linkage.BirthDate, linkage.BirthNear, linkage.Record{Birth: linkage.Birth{Year: 1992, Month: 8, Day: 29}}},
		{linkage.BirthDate, linkage.BirthDiffers, linkage.Record{Birth: linkage.Birth{Year: 1970, Month: 8, Day: 29}}},
		{linkage.BirthDate, 0, linkage.Record{}},
		{linkage.Identification, linkage.ValueSame, linkage.Record{Identifiers: cf("cf", "ABC123")}},
		{linkage.Identification, linkage.ValueNear, linkage.Record{Identifiers: cf("cf", "ACB123")}},
		{linkage.Identification, linkage.ValueDiffers, linkage.Record{Identifiers: cf("cf", "ZZZ999")}},
		{linkage.Identification, 0, linkage.Record{Identifiers: cf("passport", "ABC123")}},
	} {
		s := setOf([]linkage.Record{one, c.other})
		got := linkage.Level(0)
		for _, w := range linkage.Explain(s, linkage.Train(s, s.Blocks(), 1), 0, 1) {
			if w.Field == c.field {
				got = w.Level
			}
		}
		if got != c.want {
			t.Errorf("field %d of %+v: level %d, want %d", c.field, c.other, got, c.want)
		}
	}
}

// Nothing, one record, and records without a name or date harm nobody.
func TestEmptyPopulations(t *testing.T) {
	t.Parallel()
	for n := range 4 {
		s := setOf(make([]linkage.Record, n))
		b := s.Blocks()
		if pairs := linkage.Score(s, b, linkage.Train(s, b, 1), 0, b.Len(), 0); len(pairs) != 0 {
			t.Errorf("%d empty records make %v", n, pairs)
		}
	}
}
