package ui

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"tessuto/internal/platform/i18n"
)

// Kinds of badges and alerts. Each is said in words too: by the text of a
// badge, by the title of an alert.
const (
	Neutral = "neutral"
	Info    = "info"
	Success = "success"
	Warning = "warning"
	Danger  = "danger"
)

// kindClass returns the class of a kind; one that is not known is neutral.
func kindClass(kind string) string {
	switch kind {
	case Info, Success, Warning, Danger:
		return "k-" + kind
	default:
		return "k-neutral"
	}
}

func alertIcon(kind string) string {
	switch kind {
	case Success:
		return "check-circle"
	case Warning:
		return "warning-circle"
	case Danger:
		return "error"
	default:
		return "info-circle"
	}
}

// points tells whether an icon points along the line of reading, and so turns
// with it.
func points(icon string) bool {
	return slices.Contains([]string{"arrow-left", "arrow-right", "chevron-left", "chevron-right", "logout", "list", "tree", "restore", "comment"}, icon)
}

// alertWord says the kind of an alert to who does not see its colour.
func alertWord(ctx context.Context, kind string) string {
	switch kind {
	case Success, Warning, Danger:
		return i18n.T(ctx, "ui.alert."+kind)
	default:
		return i18n.T(ctx, "ui.alert.info")
	}
}

// CardProps describe a card. With Href the whole card leads there. Level is the
// level of its heading, 2 unless said.
type CardProps struct {
	Title, Href, Icon string
	Level             int
}

// Pair is a fact: what it is about, and what is so. Body, where given, stands
// instead of Value.
type Pair struct {
	Label, Value string
	Body         templ.Component
}

// TableProps describe a table; its rows are the children. Cells in a column
// that Numeric names take the class "num".
type TableProps struct {
	Caption string
	Hidden  bool // the caption is for assistive technology only
	Head    []string
	Numeric map[int]bool
}

// ListProps describe a list of records: a table where there is room, and on a
// narrow screen a card for each row with the words of Head before each value. The
// first cell of a row names it.
type ListProps struct {
	Caption string // said to assistive technology; the heading above shows it
	Head    []string
	Rows    [][]Cell
}

// Cell is one value of a record. With Href it leads there; Body, where given,
// stands instead of Text.
type Cell struct {
	Text, Href string
	Body       templ.Component
	Numeric    bool
}

// label is the word of the head before a value.
func (p ListProps) label(i int) string {
	if i < len(p.Head) {
		return p.Head[i]
	}
	return ""
}

func (p ListProps) numeric(i int) bool {
	return len(p.Rows) > 0 && i < len(p.Rows[0]) && p.Rows[0][i].Numeric
}

// State says where a stage is.
type State string

// The states of a stage.
const (
	Done    State = "done"
	Current State = "current"
	Next    State = "next"
)

// Stage is a step of a process.
type Stage struct {
	Label string
	State State
}

// class returns the class of the stage; what is neither done nor current is to
// come.
func (s Stage) class() string {
	if s.State == Done || s.State == Current {
		return "is-" + string(s.State)
	}
	return "is-next"
}

// word says the state of the stage.
func (s Stage) word(ctx context.Context) string {
	if s.State == Done || s.State == Current {
		return i18n.T(ctx, "ui.stage."+string(s.State))
	}
	return i18n.T(ctx, "ui.stage.next")
}

// MeterProps describe how far a count is from its target. Text is what is
// written beside the bar; empty, it is "12 of 40".
type MeterProps struct {
	Value, Target int64
	Label, Text   string
}

// share is the part of the target that is reached, from 0 to 100.
func (p MeterProps) share() float64 {
	if p.Target <= 0 || p.Value <= 0 {
		return 0
	}
	return min(100, 100*float64(p.Value)/float64(p.Target))
}

func (p MeterProps) full() bool { return p.Target > 0 && p.Value >= p.Target }

func (p MeterProps) text(ctx context.Context) string {
	switch {
	case p.Text != "":
		return p.Text
	case p.Target <= 0:
		return i18n.Number(ctx, p.Value)
	default:
		return i18n.T(ctx, "ui.meter", "Value", i18n.Number(ctx, p.Value), "Target", i18n.Number(ctx, p.Target))
	}
}

func (p MeterProps) width() string { return strconv.FormatFloat(p.share(), 'f', 1, 64) }

// start is where the bar begins: a drawing does not turn with the language, so
// it is turned here.
func (p MeterProps) start(ctx context.Context) string {
	if i18n.Dir(ctx) == "rtl" {
		return strconv.FormatFloat(100-p.share(), 'f', 1, 64)
	}
	return "0"
}

// TreeNode is a node of a logical framework. Kind is its level in words, such
// as "Obiettivo"; Body, where given, stands under the title.
type TreeNode struct {
	Kind, Code, Title, Href string
	Badge                   string
	Body                    templ.Component
	Children                []TreeNode
}

// depth is the number of levels from the nodes down.
func depth(nodes []TreeNode) int {
	deepest := 0
	for _, n := range nodes {
		deepest = max(deepest, 1+depth(n.Children))
	}
	return deepest
}

// treeClass says how many columns the tree needs; above six it stays a list.
func treeClass(nodes []TreeNode) string { return "tree-" + itoa(depth(nodes)) }

// ConflictProps show what the reader wrote beside what somebody else saved
// meanwhile. About says of what, where a page shows several.
type ConflictProps struct {
	About        string
	Mine, Theirs templ.Component
	Who, When    string
}

// isolate keeps a name inside a sentence from turning the words round it; it
// does for plain text what <bdi> does for markup.
func isolate(s string) string { return "\u2068" + s + "\u2069" }

// ConfirmProps ask before what cannot be undone. The form that does it is the
// children.
type ConfirmProps struct {
	Label    string // of the button that asks
	Question string
	Text     string // what will happen
	Kind     string // of the button that asks; danger unless said
	Open     bool   // it was answered, and something is wrong with the answer
}

func (p ConfirmProps) class() string { return buttonClass(cmp.Or(p.Kind, "danger")) }

// errorKind colours an error page: what the reader can mend is a warning.
func errorKind(code int) string {
	if code >= 500 {
		return Danger
	}
	return Warning
}
