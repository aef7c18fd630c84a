package ui

import (
	"context"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"tessuto/internal/platform/i18n"
)

// ScheduleProps describe what happens when: a line for each thing, on one scale of
// time, and in the same row what the drawing says in words.
type ScheduleProps struct {
	Caption string
	Head    []string // what it is, when, then one for each of Cells
	Marks   []float64
	Today   float64 // outside of 0 to 1 it is not drawn
	Rows    []ScheduleRow
}

// ScheduleRow is one thing. Places are shares of the whole time, from 0 to 1.
type ScheduleRow struct {
	Label, Href string
	Span        Stretch   // from when to when; empty when not known
	Breaks      []Stretch // in which it stands still, hatched
	Text        string    // the same in words
	Cells       []Cell
}

// Stretch is a part of the time.
type Stretch struct{ Start, End float64 }

const scheduleWidth = 1000

func (s Stretch) empty() bool { return s.End <= s.Start }

// place is where a share of the time stands in the drawing, along the line of
// reading.
func place(ctx context.Context, share float64) float64 {
	share = min(1, max(0, share))
	if i18n.Dir(ctx) == "rtl" {
		share = 1 - share
	}
	return share * scheduleWidth
}

func decimal(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

func (s Stretch) left(ctx context.Context) string {
	return decimal(min(place(ctx, s.Start), place(ctx, s.End)))
}

func (s Stretch) long() string {
	return decimal(max(4, (min(1, s.End)-max(0, s.Start))*scheduleWidth))
}

// hatch are the strokes over a stretch: what stands still is not told by colour
// alone.
func (s Stretch) hatch(ctx context.Context) string {
	from, to := place(ctx, s.Start), place(ctx, s.End)
	if from > to {
		from, to = to, from
	}
	var b strings.Builder
	for x := from + 10; x <= max(to-4, from+10); x += 22 {
		b.WriteString("M" + decimal(x) + " 4V24")
	}
	return b.String()
}

func (p ScheduleProps) stroke(ctx context.Context, at float64) string {
	return "M" + decimal(place(ctx, at)) + " 0V28"
}

func (p ScheduleProps) dated() bool { return p.Today >= 0 && p.Today <= 1 }

func (p ScheduleProps) rows() [][]Cell {
	out := make([][]Cell, len(p.Rows))
	for i, r := range p.Rows {
		out[i] = append([]Cell{{Text: r.Label, Href: r.Href}, {Body: scheduleLine(p, r)}}, r.Cells...)
	}
	return out
}

func scheduleList(p ScheduleProps) templ.Component {
	return List(ListProps{Caption: p.Caption, Head: p.Head, Rows: p.rows()})
}
