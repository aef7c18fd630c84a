package main

import (
	"fmt"
	"slices"
	"strings"

	"tessuto/internal/linkage"
)

// method is a way of telling that two spellings are of one name.
type method struct {
	name   string
	agrees func(a, b *linkage.Word) bool
}

var methods = []method{
	{"Double Metaphone", func(a, b *linkage.Word) bool {
		return slices.ContainsFunc(a.Keys, func(k string) bool { return k[0] == 'm' && slices.Contains(b.Keys, k) })
	}},
	{"same sound", (*linkage.Word).Sounds},
	{"alike", (*linkage.Word).Alike},
}

// figures are how many pairs of spellings of one name agree: as types, each pair
// once, and weighted by how often both are written. Loose is the weighted share
// of pairs of different names that agree all the same.
type figures struct{ types, weighted, crossTypes, crossWeighted, loose float64 }

func (f figures) String() string {
	return fmt.Sprintf("types %.3f  weighted %.3f  across scripts %.3f %.3f  other names that agree %.4f", f.types, f.weighted, f.crossTypes, f.crossWeighted, f.loose)
}

// measure compares all spellings of a part of a list; missed is told of each
// pair of one name that does not agree.
func measure(names map[string][]spelling, m method, missed func(native, a, b string)) (f figures, pairs int) {
	var types, weight, hits, hitWeight, cross, crossHits, crossWeight, crossHitWeight float64
	var all []folded
	for i, native := range sortedKeys(names) {
		foreign, own := linkage.Words(native), spellings(names[native], i)
		for j, a := range own {
			cross, crossWeight = cross+1, crossWeight+a.count
			if meets(foreign, a.words, m) {
				crossHits, crossHitWeight = crossHits+1, crossHitWeight+a.count
			} else {
				missed(native, native, a.text)
			}
			for _, b := range own[j+1:] {
				types, weight = types+1, weight+a.count*b.count
				if meets(a.words, b.words, m) {
					hits, hitWeight = hits+1, hitWeight+a.count*b.count
				} else {
					missed(native, a.text, b.text)
				}
			}
		}
		all = append(all, own...)
	}
	return figures{hits / types, hitWeight / weight, crossHits / cross, crossHitWeight / crossWeight, loose(all, m)}, int(types)
}

type folded struct {
	text  string
	words []linkage.Word
	count float64
	name  int
}

// spellings folds the spellings of one name: those that fold alike are one.
func spellings(of []spelling, name int) (out []folded) {
	for _, s := range of {
		words := linkage.Words(s.word)
		text := strings.Join(linkage.Parts(s.word), " ")
		if i := slices.IndexFunc(out, func(f folded) bool { return f.text == text }); i >= 0 {
			out[i].count += float64(s.count)
		} else if len(words) > 0 {
			out = append(out, folded{text, words, float64(s.count), name})
		}
	}
	return out
}

// meets tells whether the telling words agree: the last, behind articles.
func meets(a, b []linkage.Word, m method) bool {
	return len(a) > 0 && len(b) > 0 && m.agrees(&a[len(a)-1], &b[len(b)-1])
}

const everyOther = 11

func loose(all []folded, m method) float64 {
	var agree, whole float64
	for i, a := range all {
		for j := i + 1 + i%everyOther; j < len(all); j += everyOther { // a sample: all pairs would take a minute
			b := all[j]
			if a.name == b.name {
				continue
			}
			whole += a.count * b.count
			if meets(a.words, b.words, m) {
				agree += a.count * b.count
			}
		}
	}
	return agree / whole
}
