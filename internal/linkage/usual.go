package linkage

import (
	_ "embed"
	"encoding/json"
	"sync"
)

// usualModel is what was learnt of a synthetic population of 200 000 records: go
// run ./test/linkage -usual 200000 > internal/linkage/usual.json makes it anew.
//
//go:embed usual.json
var usualModel []byte

var usual = sync.OnceValue(func() (m Model) {
	if err := json.Unmarshal(usualModel, &m); err != nil {
		panic(err) // the file is part of the program
	}
	return m
})

// fewToLearn is how many records are too few to learn from: a village has no two
// dozen pairs of one person, and how often it happens by chance that two agree is
// not seen among some hundreds either.
const fewToLearn = 20_000

// ModelFor learns a model from a population (see Train), or takes the usual one
// when it is too small to learn from, with the share of pairs that are one person
// in it.
func ModelFor(s *Set, b *Blocks, seed uint64) *Model {
	if s.Len() >= fewToLearn {
		return Train(s, b, seed)
	}
	m := usual()
	m.fitPrior(s, s.candidateCounts(b))
	return &m
}
