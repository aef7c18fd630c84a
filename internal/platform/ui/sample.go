package ui

import (
	"context"

	"github.com/a-h/templ"

	"tessuto/internal/platform/i18n"
)

// Sample shows components of the kit in their states, with invented words. The
// catalogue page and the tests of the kit show the same samples.
type Sample struct {
	ID   string   // of its section in the page; its title is the message "catalogue.section." and the ID
	Of   []string // the components in it
	Body templ.Component
}

// Samples returns every component of the kit, in their states.
func Samples() []Sample {
	return []Sample{
		{"frames", []string{"Layout", "Public", "Own", "Paper", "Mark", "Catalogue"}, sampleFrames()},
		{"text", []string{"Panel", "Bdi", "Code", "Icon"}, sampleText()},
		{"messages", []string{"Alert", "Badge"}, sampleMessages()},
		{"states", []string{"Empty", "Busy", "Calm"}, sampleStates()},
		{"errors", []string{"ErrorPage"}, sampleErrors()},
		{"buttons", []string{"Actions", "LinkButton", "PrintButton", "Submit", "SubmitAs", "SubmitDanger"}, sampleButtons()},
		{"form", []string{"Form", "Group", "Row", "Input", "DateInput", "TextArea", "Copyable", "Select", "Radios", "Checks"}, sampleForm()},
		{"form_errors", []string{"ErrorSummary"}, sampleFormErrors()},
		{"search", []string{"Search", "FoundList", "FoundOptions"}, sampleSearch()},
		{"menus", []string{"Menu", "Confirm"}, sampleMenus()},
		{"dialogs", []string{"DialogClose", "KeyList"}, sampleDialogs()},
		{"cards", []string{"Cards", "Card", "Tiles", "Tile"}, sampleCards()},
		{"facts", []string{"Facts"}, sampleFacts()},
		{"day", []string{"Timeline", "Lines"}, sampleDay()},
		{"table", []string{"Table", "Pager"}, sampleTable()},
		{"list", []string{"List"}, sampleList()},
		{"progress", []string{"Stages", "Meter"}, sampleProgress()},
		{"chart", []string{"Chart", "Schedule", "Radar", "Span"}, sampleChart()},
		{"tree", []string{"Tree"}, sampleTree()},
		{"versions", []string{"Conflict"}, sampleVersions()},
	}
}

// SampleShell is a frame with everything in it.
func SampleShell(ctx context.Context, path string) Shell {
	return Shell{
		Nav: []NavGroup{
			{Key: "ui.start", Items: []NavItem{{Key: "catalogue.title", Href: path, Icon: "tree", Letter: "h", Current: true}}},
			{Key: "ui.places", Items: []NavItem{{Key: "ui.search", Href: path + "#search", Icon: "search", Letter: "s"},
				{Key: "ui.language", Href: path + "#text", Icon: "network"}}},
		},
		UserName: sampleMixed, OrgName: "Consorzio dei Servizi Sociali", RoleName: say(ctx, "role"),
		Path: path, SignedIn: true, Personal: true, Now: "5.3.2026, 10:24", Keys: true, Langs: i18n.Public, Notice: say(ctx, "saved"), Demo: true, Sample: true,
	}
}

// Names that do not fit the direction or the width of the words round them.
const (
	sampleMixed = "أمينة Rossi"
	sampleLong  = "Precipitevolissimevolmente-Vattelappesca"
)

// say is a word of the samples.
func say(ctx context.Context, word string) string { return i18n.T(ctx, "catalogue.word."+word) }

func sampleNodes(ctx context.Context) []TreeNode {
	leaf := func(code string, v int64) TreeNode {
		return TreeNode{Kind: say(ctx, "measure"), Code: code, Title: say(ctx, "people"), Href: "#tree",
			Body: Meter(MeterProps{Value: v, Target: 120, Label: say(ctx, "result")})}
	}
	return []TreeNode{{Kind: say(ctx, "goal"), Code: "OS1", Title: say(ctx, "lead"), Children: []TreeNode{
		{Kind: say(ctx, "result"), Code: "R1", Title: say(ctx, "title"), Badge: say(ctx, "active"), Children: []TreeNode{
			{Kind: "WP", Code: "A1.1", Title: say(ctx, "notes"), Children: []TreeNode{leaf("I1", 30), leaf("I2", 120)}},
			{Kind: "WP", Code: "A1.2", Title: sampleLong, Children: []TreeNode{leaf("I3", 12)}},
		}},
		{Kind: say(ctx, "result"), Code: "R2", Title: sampleMixed, Children: []TreeNode{{Kind: "WP", Code: "A2.1", Title: say(ctx, "notes")}}},
	}}}
}

func sampleStops(ctx context.Context) []Stop {
	return []Stop{
		{Hour: "09:00", Title: sampleMixed, Href: "#day", Note: say(ctx, "room"), Past: true},
		{Hour: "11:30", Title: "Rania", Href: "#day", Note: say(ctx, "room"), Badge: say(ctx, "urgent"), BadgeKind: Danger},
		{Hour: "15:00", Title: sampleLong, Href: "#day", Note: say(ctx, "lead")},
	}
}

func sampleFound(ctx context.Context) []FoundGroup {
	return []FoundGroup{
		{Label: say(ctx, "people"), Found: []Found{{Title: sampleMixed, Note: "1990", Href: "#search", Icon: "user"},
			{Title: sampleLong, Note: say(ctx, "active"), Href: "#search", Icon: "folder"}}},
		{Label: say(ctx, "todo"), Found: []Found{{Title: say(ctx, "title"), Href: "#search", Icon: "plus"}}},
	}
}

func sampleRows(ctx context.Context) [][]Cell {
	return [][]Cell{
		{{Text: sampleMixed, Href: "#list"}, {Body: Badge(Success, say(ctx, "active"))}, {Text: "1.312", Numeric: true}, {Text: ""}},
		{{Text: sampleLong, Href: "#list"}, {Body: Badge(Warning, say(ctx, "expiring"))}, {Text: "7", Numeric: true}, {Text: say(ctx, "lead")}},
	}
}

func sampleMonths(ctx context.Context) []ChartItem {
	return []ChartItem{{Label: "1/2026", Short: "1/26", Value: 12}, {Label: "2/2026", Short: "2/26"}, {Label: "3/2026", Short: "3/26", Hidden: true},
		{Label: "4/2026", Short: "4/26", Value: 1312}, {Label: sampleMixed, Short: "5/26", Value: 640}}
}

func sampleParts(ctx context.Context) []ChartItem {
	return []ChartItem{{Label: sampleMixed, Value: 30, Share: "68%"}, {Label: sampleLong, Hidden: true}, {Label: say(ctx, "closed"), Share: "0%"},
		{Label: say(ctx, "active"), Value: 14, Share: "32%"}}
}

func sampleSchedule(ctx context.Context) ScheduleProps {
	return ScheduleProps{Caption: say(ctx, "todo"), Head: []string{say(ctx, "todo"), say(ctx, "born"), say(ctx, "state")}, Marks: []float64{0.25, 0.5, 0.75}, Today: 0.6,
		Rows: []ScheduleRow{
			{Label: sampleMixed, Href: "#chart", Span: Stretch{0.1, 0.8}, Breaks: []Stretch{{0.3, 0.45}}, Text: "1.3.2026 – 30.11.2026", Cells: []Cell{{Body: Badge(Warning, say(ctx, "expiring"))}}},
			{Label: sampleLong, Text: say(ctx, "none"), Cells: []Cell{{Body: Badge(Neutral, say(ctx, "new"))}}},
		}}
}
