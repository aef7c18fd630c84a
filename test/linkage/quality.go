package main

import (
	"fmt"

	"tessuto/internal/linkage"
)

// likely is the threshold one chooses without knowing the truth.
const likely = 0.5

// knownSets are sets whose truth is known, the F1 that must be reached at the
// threshold likely, and what Splink published: its best F1, with the truth known.
var knownSets = []struct {
	name   string
	read   func() (*linkage.Set, truth, error)
	least  float64
	splink string
}{
	{"FEBRL1", func() (*linkage.Set, truth, error) { return febrl("dataset1.csv") }, 0.998, "-"},
	{"FEBRL2", func() (*linkage.Set, truth, error) { return febrl("dataset2.csv") }, 0.998, "-"},
	{"FEBRL3", func() (*linkage.Set, truth, error) { return febrl("dataset3.csv") }, 0.9983, "0.99540  chart data of v4.0.9 febrl3.ipynb, cell 19"},
	{"FEBRL4", func() (*linkage.Set, truth, error) { return febrl("dataset4a.csv", "dataset4b.csv") }, 0.9995,
		"0.99980  v4.0.9 febrl4.ipynb, cell 44"},
	{"fake_1000", fake1000, 0.85, "0.86170  accuracy_analysis_from_labels_column.ipynb"},
}

// quality is how well pairs agree with the truth.
type quality struct{ precision, recall, f1 float64 }

func (q quality) String() string {
	return fmt.Sprintf("precision %.5f recall %.5f F1 %.5f", q.precision, q.recall, q.f1)
}

func measured(right, said, true int) quality {
	q := quality{precision: float64(right) / float64(max(1, said)), recall: float64(right) / float64(max(1, true))}
	if q.precision+q.recall > 0 {
		q.f1 = 2 * q.precision * q.recall / (q.precision + q.recall)
	}
	return q
}

// truth says of which person each record is.
type truth []string

// pairs is how many pairs of records are of one person.
func (t truth) pairs() (n int) {
	size := map[string]int{}
	for _, person := range t {
		n += size[person]
		size[person]++
	}
	return n
}

// judge counts the pairs of at least a probability, and the best F1 of any
// threshold, which only who knows the truth could choose.
func judge(persons truth, pairs []linkage.Pair, least float32) (chosen quality, best float64) {
	right, said := 0, 0
	var byBits [2000]struct{ right, said int } // tenths of a bit, from -100
	for _, p := range pairs {
		bin, same := &byBits[max(0, min(1999, int(p.Bits*10)+1000))], 0
		if persons[p.A] == persons[p.B] {
			same = 1
		}
		bin.said, bin.right = bin.said+1, bin.right+same
		if p.Probability >= least {
			said, right = said+1, right+same
		}
	}
	whole := persons.pairs()
	chosen = measured(right, said, whole)
	right, said = 0, 0
	for i := len(byBits) - 1; i >= 0; i-- {
		right, said = right+byBits[i].right, said+byBits[i].said
		best = max(best, measured(right, said, whole).f1)
	}
	return chosen, best
}

// judgeGroups counts the pairs of records that were put into one group.
func judgeGroups(persons truth, groups []uint32) quality {
	type both struct {
		group  uint32
		person string
	}
	size, same, said, right := map[uint32]int{}, map[both]int{}, 0, 0
	for i, g := range groups {
		said += size[g]
		size[g]++
		right += same[both{g, persons[i]}]
		same[both{g, persons[i]}]++
	}
	return measured(right, said, persons.pairs())
}

// matched trains on a whole population and scores it.
func matched(set *linkage.Set) []linkage.Pair {
	blocks := set.Blocks()
	model := linkage.Train(set, blocks, 1)
	return linkage.Score(set, blocks, model, 0, blocks.Len(), 0)
}
