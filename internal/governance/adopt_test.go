package governance_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"tessuto/internal/governance"
	"tessuto/internal/ledger"
)

// load loads a pack in the place of the one that is there.
func (b *bench) load(src string) {
	b.Helper()
	v, err := b.Programmes.PreviewPack(b.as("admin"), []byte(src))
	if err != nil || len(v.Problems) > 0 || len(v.Lines) == 0 {
		b.Fatalf("%v %v", v.Problems, err)
	}
	b.must(b.Programmes.LoadPack(b.as("admin"), []byte(src), v.Seen))
}

// A pack without its bodies takes none away, and the original is loaded again over
// them. What it then says otherwise of a body is so: who sits in it stays there,
// and its meetings count where it counts.
func TestPackLoadedAgain(t *testing.T) {
	text, err := os.ReadFile("../../packs/fasi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	src := string(text)
	from, to := strings.Index(src, "\nbodies:")+1, strings.Index(src, "\nneed:")+1
	change := strings.NewReplacer("it: Cabina di regia,", "it: Cabina nuova,", `node: "1.1"
    members:
`, `node: "1.2"
    referent: arci_madiba
    members:
      - {title: {it: Segretario, en: Secretary}, number: 1}
`)
	each(t, func(b *bench) {
		before, n := b.card("fasi", "cabina_di_regia"), b.count("governance.meeting_held", ledger.Events, "")
		b.load(src[:from] + src[to:])
		b.load(src)
		if c := b.card("fasi", "cabina_di_regia"); c.ID != before.ID || c.Held != before.Held || n == 0 {
			b.Errorf("%+v, was %+v", c, before)
		}
		b.load(src[:from] + change.Replace(src[from:to]) + src[to:])
		c := b.card("fasi", "cabina_di_regia")
		if c.ID != before.ID || c.Title.It != "Cabina nuova" || c.Activity != "1.2" || c.Held != before.Held || len(c.Seats) != len(before.Seats)+1 {
			b.Fatalf("%+v, was %+v", c, before)
		}
		if c.OrgID == before.OrgID || !before.Full || !c.Full {
			b.Errorf("who answers for it, and whether who coordinates works in it: %s %t, was %s %t", c.OrgName, c.Full, before.OrgName, before.Full)
		}
		for _, was := range before.Seats {
			i := slices.IndexFunc(c.Seats, func(s governance.Filled) bool { return s.Key == was.Key })
			if i < 0 || len(c.Seats[i].Members) != len(was.Members) || c.Seats[i].OrgID != was.OrgID {
				b.Errorf("who has the seat %s: %+v", was.Title.It, c.Seats)
			}
		}
		if left := b.count("governance.meeting_held", ledger.Events, ""); left != 0 {
			b.Errorf("%d of %d meetings count where the body was", left, n)
		}
		b.verify()
	})
}
