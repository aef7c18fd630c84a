package main

import (
	"errors"
	"os"
	"testing"
)

// given skips a test where the data it measures on are not.
func given(t *testing.T, err error) {
	t.Helper()
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("not measured: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// go test -v -run Recall prints the figures, and what is missed in the
// development part, which may be looked at.
func TestRecall(t *testing.T) {
	t.Parallel()
	for _, l := range []list{arabicNames, slavicNames} {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			part, err := l.names(true)
			given(t, err)
			by := map[string]figures{}
			for _, m := range methods {
				by[m.name], _ = measure(part, m, func(string, string, string) {})
				t.Logf("held out, %-17s %s", m.name, by[m.name])
			}
			got := by["same sound"]
			if got.types < l.gate.types || got.weighted < l.gate.weighted || got.crossTypes < l.gate.across {
				t.Errorf("recall fell: %s, wanted %+v", got, l.gate)
			}
			if most := by["Double Metaphone"].loose * 1.5; got.loose > most {
				t.Errorf("other names agree too often: %.4f, at most %.4f", got.loose, most)
			}
			develop(t, l)
		})
	}
}

func develop(t *testing.T, l list) {
	part, err := l.names(false)
	given(t, err)
	for _, m := range methods {
		f, _ := measure(part, m, func(native, a, b string) {
			if m.name == "alike" && testing.Verbose() {
				t.Logf("missed %s: %s %s", native, a, b)
			}
		})
		t.Logf("development, %-17s %s", m.name, f)
	}
}

// The FEBRL sets are saturated: they show a regression, not an advantage.
func TestKnownSets(t *testing.T) {
	t.Parallel()
	for _, s := range knownSets {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			set, persons, err := s.read()
			given(t, err)
			pairs := matched(set)
			q, best := judge(persons, pairs, likely)
			t.Logf("%s, best F1 %.5f, %d pairs compared", q, best, len(pairs))
			if q.f1 < s.least {
				t.Errorf("F1 fell to %.5f, under %.5f", q.f1, s.least)
			}
		})
	}
}

// A fiftieth of the population of make bench-linkage.
func TestSynthetic(t *testing.T) {
	t.Parallel()
	p, err := newPopulation(1)
	given(t, err)
	m := p.measure(20_000)
	t.Logf("pairs %s, clusters %s", m.pairs, m.clusters)
	if m.pairs.f1 < 0.8 || m.clusters.f1 < 0.8 {
		t.Error("matching fell")
	}
}

// What a search must find of a small register, by how it was typed.
func TestSearches(t *testing.T) {
	t.Parallel()
	p, err := newPopulation(2)
	given(t, err)
	for noise, missed := range p.searches(10_000, 200) {
		if missed > 0.06 {
			t.Errorf("%s: %.3f are missed", noise, missed)
		}
	}
}
