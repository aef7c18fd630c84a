package programme

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// What can happen to a part of a programme when a pack is loaded.
const (
	Added   = "added"
	Removed = "removed"
	Changed = "changed"
)

// PackChangeLine is one thing that loading a pack would do. From and To are set where
// a word or a number changes. Loses says that records stand behind it, which after
// that no figure of the programme counts in the same way; Moves, how many meetings of
// a body that were held then count for another activity, or for none.
type PackChangeLine struct {
	Change   string // Added, Removed or Changed
	Part     string // programme, organisation, node, indicator, body, recipient or word
	Code     string
	Name     string
	From, To string
	Loses    bool
	Moves    int
}

func (l PackChangeLine) String() string {
	out := fmt.Sprintf("%-8s %s %s", l.Change, l.Part, l.Code)
	if l.Name != "" {
		out += " (" + l.Name + ")"
	}
	if l.From != l.To {
		out += ": " + orNothing(l.From) + " -> " + orNothing(l.To)
	}
	if l.Loses {
		out += " !! its records are no longer counted so"
	}
	if l.Moves > 0 {
		out += fmt.Sprintf(" !! meetings held that move: %d", l.Moves)
	}
	return out
}

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

// packPart is a part of a pack that has a code: what it says, and in a word what
// people ask of it first.
type packPart struct {
	part, code, name, word string
	says                   any
}

// DiffPacks lists what changes from one pack to another, in the order of the
// format. Without an old one everything is added.
func DiffPacks(old, new *Pack) (out []PackChangeLine) {
	if old == nil {
		old = &Pack{}
	}
	before, after := partsOfPack(old), partsOfPack(new)
	find := func(list []packPart, p packPart) int {
		return slices.IndexFunc(list, func(o packPart) bool { return o.part == p.part && o.code == p.code })
	}
	for _, p := range after {
		line := PackChangeLine{Change: Added, Part: p.part, Code: p.code, Name: p.name, To: p.word}
		if i := find(before, p); i >= 0 {
			if reflect.DeepEqual(before[i].says, p.says) {
				continue
			}
			line.Change, line.From = Changed, before[i].word
		}
		out = append(out, line)
	}
	for _, p := range before {
		if find(after, p) < 0 {
			out = append(out, PackChangeLine{Change: Removed, Part: p.part, Code: p.code, Name: p.name, From: p.word})
		}
	}
	return out
}

func partsOfPack(p *Pack) (out []packPart) {
	add := func(part, code, name, word string, says any) {
		out = append(out, packPart{part, code, name, word, says})
	}
	if p.Code == "" {
		return nil
	}
	add("programme", "class", "", p.Confidentiality, p.Confidentiality)
	period := ""
	if p.Period != nil {
		period = p.Period.From + " " + p.Period.To
	}
	add("programme", "period", "", strings.TrimSpace(period), p.Period)
	add("programme", "text", p.Title.It, "", []Text{p.Title, p.FullName, p.Need, p.GeneralObjective, p.Method})
	add("programme", "territory", p.Territory.Name, "", p.Territory)
	add("programme", "other", "", "", []any{p.Fund, p.ProjectNumber, p.Changes, p.NextSteps, p.SisterProgrammes, p.Source})
	for _, o := range p.Organisations {
		add("organisation", o.Code, o.Name, strings.Join(o.Roles, " "), o)
	}
	for s := range p.Steps() {
		n := *s.PackNode
		n.Nodes = nil
		add("node", n.Code, n.Title.It, "", []any{n, s.Parent})
	}
	for _, i := range p.Indicators {
		target := ""
		if i.Target > 0 {
			target = fmt.Sprint(i.Target)
		}
		add("indicator", i.Code, i.Title.It, target, i)
	}
	for _, b := range p.Bodies {
		add("body", b.Code, b.Title.It, "", b)
	}
	for _, r := range p.Recipients {
		add("recipient", r.Code, r.Title.It, "", r)
	}
	for _, w := range p.Words {
		add("word", w.Code, w.Text.It, "", w.Text)
	}
	return out
}

// sameRule tells whether two indicators count the same.
func sameRule(a, b *PackIndicator) bool {
	return a.Unit == b.Unit && slices.EqualFunc(a.Counts(), b.Counts(), func(x, y PackCount) bool { return x.key() == y.key() })
}
