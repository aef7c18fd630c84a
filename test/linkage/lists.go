package main

import (
	"bufio"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A name list says how one name is spelt in Latin letters by many hands. The
// lists stay outside the project: see ../shared/fixtures/linkage/README.md.
//
// The split was written down before any key was tuned (docs/adr/0024): a name
// belongs to the held-out part by the first letter of its native spelling, and
// nobody who tunes a key looks at that part.
type list struct {
	name, file string
	heldOut    string // first letters, in the script of the list
	counts     func(native string) bool
	gate       gate
}

// gate is what "same sound" must reach on the held-out part of a list. No key
// may be looser than Double Metaphone by more than half.
type gate struct{ types, weighted, across float64 }

var (
	// arabicNames are those with a letter that transliterated European names hardly
	// have. The servant of (عبد) is left out: the list aligns it with whole names,
	// Abdelaziz and Abderrahman, which are not spellings of one.
	arabicNames = list{"Arabic", "wd_arabic.tsv", "عحضظصذ", func(native string) bool {
		return strings.ContainsAny(native, "عحصضظذطقخغث") && native != "عبد"
	}, gate{0.96, 0.99, 0.97}}
	// slavicNames are those with an ending of Slavic family names and patronymics,
	// or among the given names below.
	slavicNames = list{"Slavic", "wd_russian.tsv", "агилмню", slavic, gate{0.88, 0.95, 0.93}}
)

var slavicEndings = []string{"ов", "ова", "ев", "ева", "ёв", "ёва", "ский", "ская", "цкий", "цкая", "ович", "евич", "овна", "евна",
	"енко", "чук", "юк", "ин", "ина", "ын", "ына"}

var slavicGiven = strings.Fields(`александр александра алексей алла анастасия анатолий андрей анна антон антонина аркадий артём борис
	богдан вадим валентин валентина валерий валерия варвара василий василиса вера вероника виктор виктория виталий владимир владислав
	всеволод вячеслав галина геннадий георгий глеб григорий дарья денис дмитрий евгений евгения екатерина елена елизавета жанна зинаида
	зоя иван игорь илья инна ирина карина кирилл клавдия константин ксения лариса лев леонид лидия любовь людмила маргарита марина мария
	матвей михаил надежда наталия наталья никита николай нина оксана олег олеся ольга павел пётр полина раиса роман руслан светлана
	святослав семён сергей снежана софия станислав степан тамара таисия татьяна тимофей ульяна фёдор эдуард юлия юрий яна ярослав`)

func slavic(native string) bool {
	for _, given := range slavicGiven {
		if native == given {
			return true
		}
	}
	for _, end := range slavicEndings {
		if strings.HasSuffix(native, end) && utf8.RuneCountInString(native) > utf8.RuneCountInString(end)+2 {
			return true
		}
	}
	return false
}

// spelling is one way a name is written in Latin letters, and how often.
type spelling struct {
	word  string
	count int
}

// names reads one part of a list: spellings seen at least twice, by native
// spelling. os.ErrNotExist where the lists are not.
func (l list) names(heldOut bool) (map[string][]spelling, error) {
	file, err := os.Open(filepath.Join(listFolder(), l.file))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	out, lines := map[string][]spelling{}, bufio.NewScanner(file)
	for lines.Scan() {
		cells := strings.Split(lines.Text(), "\t")
		native := strings.ReplaceAll(cells[1], " ", "")
		first, _ := utf8.DecodeRuneInString(native)
		count, err := strconv.Atoi(cells[2])
		if err != nil {
			return nil, err
		}
		if count > 1 && l.counts(native) && strings.ContainsRune(l.heldOut, first) == heldOut {
			out[native] = append(out[native], spelling{cells[0], count})
		}
	}
	return out, lines.Err()
}

func sortedKeys[V any](of map[string]V) []string { return slices.Sorted(maps.Keys(of)) }

// listFolder is where the lists are: LINKAGE_LISTS, or beside the repository.
func listFolder() string {
	if folder := os.Getenv("LINKAGE_LISTS"); folder != "" {
		return folder
	}
	root := "." // where make runs; a test runs in its own folder
	if _, err := os.Stat("go.mod"); err != nil {
		root = filepath.Join("..", "..")
	}
	return filepath.Join(root, "..", "shared", "fixtures", "linkage")
}
