// Command linkage measures how well internal/linkage brings together spellings
// and records: make bench-linkage. The data stand outside the project, in
// ../shared/fixtures/linkage; what is not there is said, and left out.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"

	"tessuto/internal/linkage"
)

// searched is how many records the index of the search bench holds: the pages'
// own search over a million is measured by make bench.
const searched = 200_000

func main() {
	records := flag.Int("records", 1_000_000, "size of the synthetic population; 0 leaves it out")
	usual := flag.Int("usual", 0, "print the model learnt of so many synthetic records, for internal/linkage/usual.json, and nothing else")
	flag.Parse()
	if *usual > 0 {
		if err := printUsual(*usual); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	for _, part := range []func() error{nameLists, known, func() error { return synthetic(*records) }} {
		if err := part(); errors.Is(err, os.ErrNotExist) {
			fmt.Println("not measured:", err)
		} else if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// nameLists prints recall on the held-out names.
func nameLists() error {
	for _, l := range []list{arabicNames, slavicNames} {
		part, err := l.names(true)
		if errors.Is(err, os.ErrNotExist) {
			fmt.Println("not measured:", err)
			continue
		}
		if err != nil {
			return err
		}
		for _, m := range methods {
			f, pairs := measure(part, m, func(string, string, string) {})
			fmt.Printf("%s names, held out, %d pairs of spellings, %-17s %s\n", l.name, pairs, m.name, f)
		}
	}
	return nil
}

// known prints the sets with a published truth beside what Splink published.
func known() error {
	for _, s := range knownSets {
		set, persons, err := s.read()
		if err != nil {
			return err
		}
		q, best := judge(persons, matched(set), likely)
		fmt.Printf("%-9s at probability %.1f: %s; best F1 %.5f; Splink's best F1 %s\n", s.name, likely, q, best, s.splink)
	}
	return nil
}

func synthetic(records int) error {
	if records == 0 {
		return nil
	}
	p, err := newPopulation(1)
	if err != nil {
		return err
	}
	p.measure(records).print()
	if p, err = newPopulation(1); err == nil { // the same again
		err = p.beside(records)
	}
	if err != nil {
		return err
	}
	if p, err = newPopulation(2); err == nil {
		p.searches(min(records, searched), 1000)
	}
	return err
}

// printUsual prints what is learnt of a synthetic population.
func printUsual(records int) error {
	p, err := newPopulation(1)
	if err != nil {
		return err
	}
	set := linkage.NewSet()
	p.each(records, func(_ int, r *linkage.Record) { set.Add(r) })
	return json.NewEncoder(os.Stdout).Encode(linkage.Train(set, set.Blocks(), 1))
}
