package cases

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"tessuto/internal/platform/policy"
	"tessuto/internal/programme"
	"tessuto/packs"
)

// The matrix that ships has eighteen domains, five levels and none of them without a
// sentence, in both languages.
func TestShippedInstruments(t *testing.T) {
	t.Parallel()
	for _, in := range shipped() {
		if in.OrgID != "" || in.Licence == "" || in.Holder == "" {
			t.Errorf("%s: %+v", in.Code, in)
		}
	}
	in := shippedInstrument("autonomy")
	if len(in.Domains) != 18 || len(in.Levels) != 5 || !in.NotApplicable || !in.Has(0) || in.Counts(0) || in.Has(6) {
		t.Fatalf("%d domains, %d levels", len(in.Domains), len(in.Levels))
	}
	texts := map[string]bool{}
	for _, d := range in.Domains {
		if len(d.Levels) != 5 || d.Hint.In("en") == "" || d.Title.In("en") == d.Title.In("it") {
			t.Errorf("%s is not complete", d.Code)
		}
		for _, l := range d.Levels {
			if texts[l.Text.In("it")] || l.Text["en"] == "" {
				t.Errorf("%s %d: twice, or not in English", d.Code, l.Value)
			}
			texts[l.Text.In("it")] = true
		}
	}
	six := shippedInstrument(SixAreas)
	for i, d := range six.Domains {
		if d.Section != policy.Areas[i] || d.Code != string(d.Section) {
			t.Errorf("the areas are not in their order: %s", d.Code)
		}
	}
}

func TestEvidenceRule(t *testing.T) {
	t.Parallel()
	in := shippedInstrument("autonomy")
	for _, c := range []struct {
		level, last int
		want        bool
	}{
		{1, NotScored, true}, {1, 1, true}, {1, 2, true}, // level 1, always
		{2, NotScored, false}, {5, NotScored, false}, // no jump without a last time
		{4, 2, true}, {2, 4, true}, {5, 2, true}, {3, 2, false}, {2, 3, false}, {4, 4, false},
		{0, 5, false}, {4, 0, false}, {NotScored, 4, false}, // what does not count neither jumps nor is jumped from
	} {
		if got := in.NeedsEvidence(c.level, c.last); got != c.want {
			t.Errorf("level %d after %d: %v", c.level, c.last, got)
		}
	}
	if shippedInstrument(SixAreas).NeedsEvidence(4, 0) {
		t.Error("the preliminary analysis asks for evidence")
	}
}

func TestChange(t *testing.T) {
	t.Parallel()
	higher, lower := shippedInstrument("autonomy"), shippedInstrument(SixAreas)
	for _, c := range []struct {
		in            *Instrument
		before, after int
		by            int
		known         bool
	}{
		{higher, 2, 4, 2, true}, {higher, 4, 2, -2, true}, {higher, 3, 3, 0, true},
		{higher, 0, 4, 0, false}, {higher, 4, 0, 0, false}, {higher, NotScored, 3, 0, false},
		{lower, 4, 1, 3, true}, {lower, 0, 2, -2, true}, // there 0 is the best, not "does not apply"
	} {
		if by, known := c.in.Change(c.before, c.after); by != c.by || known != c.known {
			t.Errorf("%s from %d to %d: %d %v", c.in.Code, c.before, c.after, by, known)
		}
	}
}

// More domains better than worse, of those that count both times; the personal section
// counts in the whole and is never told by itself.
func TestImprovedIn(t *testing.T) {
	t.Parallel()
	in := shippedInstrument("autonomy")
	for name, c := range map[string]struct {
		before, after map[string]int
		want          []string
	}{
		"nothing":            {map[string]int{"housing": 2}, map[string]int{"housing": 2}, nil},
		"housing":            {map[string]int{"housing": 2}, map[string]int{"housing": 3}, []string{"all", "area_5"}},
		"one up, two down":   {map[string]int{"housing": 1, "income": 3, "employment": 3}, map[string]int{"housing": 5, "income": 2, "employment": 2}, []string{"area_5"}},
		"one up, one down":   {map[string]int{"housing": 1, "income": 3}, map[string]int{"housing": 3, "income": 2}, []string{"area_5"}},
		"personal":           {map[string]int{"substances": 1}, map[string]int{"substances": 4}, []string{"all"}},
		"balance in an area": {map[string]int{"italian": 2, "digital": 3, "adult_learning": 1}, map[string]int{"italian": 3, "digital": 2, "adult_learning": 2}, []string{"all", "area_4"}},
		"not known before":   {map[string]int{"housing": 0}, map[string]int{"housing": 5}, nil},
	} {
		if got := in.improvedIn(c.before, c.after); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

const tiny = `tessuto_instrument: 1
code: scala
edition: "2"
title: {it: Scala}
licence: Concessa
holder: Ente
applies_to: [child]
better: higher
least: 1
levels:
  - {value: 1, title: {it: Poco}}
  - {value: 2, title: {it: Molto}}
evidence: {levels: [1]}
domains:
  - {code: uno, section: area_1, title: {it: Uno}, levels: [{value: 2, text: {it: Va bene}}]}
  - {code: due, section: area_2, title: {it: Due}}
`

func TestParseInstrument(t *testing.T) {
	t.Parallel()
	in, problems := ParseInstrument([]byte(tiny))
	if len(problems) > 0 || in.Title.In("en") != "Scala" || in.Domains[0].Levels[0].Text.In("it") != "Va bene" {
		t.Fatal(in, problems)
	}
	for _, c := range []struct {
		old, new, key string
		line          int
	}{
		{"instrument: 1", "instrument: 2", "pack.version", 1},
		{"better: higher", "better: up", "pack.value.unknown", 8},
		{"title: {it: Scala}", "title: {en: Scale}", "pack.language.missing", 4},
		{"code: due", "code: uno", "instrument.domain_twice", 16},
		{"levels: [1]", "levels: [7]", "instrument.level_unknown", 13},
		{"levels: [{value: 2,", "levels: [{value: 9,", "instrument.level_unknown", 15},
		{"least: 1", "least: 3", "instrument.least", 9},
		{"value: 2, title", "value: 1, title", "instrument.level_order", 12},
		{"least: 1", "least: 1\nnot_applicable: true\nother: 1", "pack.field.unknown", 11},
		{"section: area_2", "section: area_9", "pack.value.unknown", 16},
	} {
		_, problems := ParseInstrument([]byte(strings.Replace(tiny, c.old, c.new, 1)))
		if len(problems) == 0 || problems[0].Key != c.key || problems[0].Line != c.line {
			t.Errorf("%s: %v, want %s at line %d", c.new, problems, c.key, c.line)
		}
	}
	zero := strings.Replace(strings.Replace(tiny, "value: 1, title", "value: 0, title", 1), "least: 1", "least: 1\nnot_applicable: true", 1)
	if _, problems := ParseInstrument([]byte(zero)); len(problems) == 0 || problems[0].Key != "instrument.level_zero" {
		t.Errorf("a level 0 beside not applicable: %v", problems)
	}
}

// FuzzParseInstrument holds the promise that nothing panics, whatever is uploaded, and
// that what passes can be worked with.
func FuzzParseInstrument(f *testing.F) {
	f.Add([]byte(tiny))
	src, err := packs.Instruments.ReadFile("instruments/" + SixAreas + ".yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(src)
	for _, pair := range [][2]string{{"value: 1", "value: 11"}, {"[1]", "[]"}, {"code", "kode"}, {"1\n", "x\n"}, {"{it", "{{it"}} {
		f.Add([]byte(strings.Replace(tiny, pair[0], pair[1], 1)))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		in, problems := ParseInstrument(src)
		if (in == nil) != (len(problems) > 0) {
			t.Fatalf("%v with %d problems", in, len(problems))
		}
		if in == nil {
			return
		}
		again, problems := ParseInstrument(src)
		if len(problems) > 0 || !reflect.DeepEqual(in, again) {
			t.Fatal("read twice, it says two things")
		}
		for level := NotScored; level <= 11; level++ {
			in.levelKind(level)
			for last := NotScored; last <= 11; last++ {
				by, known := in.Change(last, level)
				back, _ := in.Change(level, last)
				if by != -back || known != (in.Counts(level) && in.Counts(last)) {
					t.Fatalf("%d to %d is %d, and back %d", last, level, by, back)
				}
			}
		}
	})
}

// A problem of an instrument has words.
func TestInstrumentProblemsHaveWords(t *testing.T) {
	t.Parallel()
	_, problems := ParseInstrument([]byte(strings.Replace(tiny, "least: 1", "least: 3", 1)))
	for _, p := range problems {
		if text := (programme.PackProblem)(p).String(); !strings.Contains(text, "2 there are") {
			t.Error(text)
		}
	}
}
