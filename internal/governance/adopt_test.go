package governance_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"tessuto/internal/governance"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
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

// What a pack moves of a body that met is said before it is loaded.
func TestPackSaysWhichMeetingsMove(t *testing.T) {
	text, err := os.ReadFile("../../packs/fasi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	moved := strings.Replace(string(text), "it: Cabina di regia,", "it: Cabina nuova,", 1)
	each(t, func(b *bench) {
		before := b.card("fasi", "cabina_di_regia")
		for src, want := range map[string]int{moved: 0, strings.Replace(moved, `node: "1.1"
    members:
`, `node: "1.2"
    members:
`, 1): before.Held} {
			v, err := b.Programmes.PreviewPack(b.as("admin"), []byte(src))
			if err != nil || len(v.Lines) != 1 || v.Lines[0].Moves != want || before.Held == 0 {
				b.Errorf("%+v %v, want one line that moves %d", v.Lines, err, want)
			}
		}
	})
}

// A network whose programmes were loaded before there were bodies gets them when the
// database is brought up to date, and once.
func TestBodiesOfOldNetworks(t *testing.T) {
	each(t, func(b *bench) {
		ctx := policy.With(b.Context(), policy.Actor{AccountID: "setup", Network: policy.From(b.as(chair)).Network})
		var bodies [2]int
		for i := range bodies {
			b.must(b.DB.Write(ctx, func(tx *db.Tx) error {
				if i == 0 {
					if err := forgetBodies(ctx, tx); err != nil {
						return err
					}
				}
				return b.Governance.AdoptAll(ctx, tx, policy.From(ctx).Network)
			}))
			list, err := b.Governance.Bodies(b.as("capofila"), "")
			b.must(err)
			bodies[i] = len(list)
		}
		if bodies[0] < 6 || bodies[1] != bodies[0] {
			b.Errorf("%v bodies", bodies)
		}
	})
}
