package ui

import (
	"cmp"
	"context"
	"strconv"

	"tessuto/internal/platform/i18n"
)

// ChartProps describe a chart: figures side by side, and always the same figures
// as a table. What may not be told comes hidden already; the kit hides nothing.
type ChartProps struct {
	ID      string // unique in the page
	Title   string
	Text    string // what the drawing shows, in a sentence, for who does not see it
	Head    []string
	Items   []ChartItem
	Columns bool   // standing side by side, for what follows in time; else a row for each, with its words
	Key     string // says why some figures are hidden; empty says it in general
	Total   *int64 // a last line of the table of rows
}

// ChartItem is one figure of a chart. Value is not read where it is hidden.
type ChartItem struct {
	Label string
	Short string // under a column
	Value int64
	Said  string // the figure in words; empty: as a number
	Share string // in words, beside a row
	// Hidden is drawn as what it is: a figure that is there and is not told.
	Hidden bool
}

// The drawing of columns, in pixels: it is as wide as it has columns, and its
// words have the size of words.
const (
	chartSlot   = 56
	chartBar    = 30
	chartHeight = 150 // of the highest column
	chartTop    = 26  // for the figure above it
	chartFoot   = 30  // for the words under it
)

// maxColumns is how many columns are drawn: more can be read neither on paper nor on
// a phone. The table has all.
const maxColumns = 16

// drawn are the columns that are drawn: the last ones.
func (p ChartProps) drawn() []ChartItem { return p.Items[max(0, len(p.Items)-maxColumns):] }

func (p ChartProps) width() int  { return max(1, len(p.drawn())) * chartSlot }
func (p ChartProps) height() int { return chartTop + chartHeight + chartFoot }
func (p ChartProps) box() string { return "0 0 " + itoa(p.width()) + " " + itoa(p.height()) }

// most is the highest figure that is told.
func (p ChartProps) most() (n int64) {
	items := p.Items
	if p.Columns {
		items = p.drawn()
	}
	for _, i := range items {
		if !i.Hidden {
			n = max(n, i.Value)
		}
	}
	return n
}

// key says what a figure is that is drawn as hidden.
func (p ChartProps) key(ctx context.Context) string {
	return cmp.Or(p.Key, i18n.T(ctx, "ui.chart.key"))
}

func (p ChartProps) hides() bool {
	for _, i := range p.Items {
		if i.Hidden {
			return true
		}
	}
	return false
}

// middle is the place of a column along the line of reading: a drawing does not
// turn with the language.
func (p ChartProps) middle(ctx context.Context, n int) int {
	x := n*chartSlot + chartSlot/2
	if i18n.Dir(ctx) == "rtl" {
		x = p.width() - x
	}
	return x
}

func (p ChartProps) left(ctx context.Context, n int) string {
	return itoa(p.middle(ctx, n) - chartBar/2)
}

// high is how high a column stands. What is hidden has no height of its own: all
// stand equally, between nothing and the highest.
func (p ChartProps) high(i ChartItem) int {
	most := p.most()
	switch {
	case i.Hidden:
		return chartHeight / 2
	case most == 0 || i.Value <= 0:
		return 0
	}
	return max(2, int(i.Value*chartHeight/most))
}

func (p ChartProps) top(i ChartItem) int { return chartTop + chartHeight - p.high(i) }

// share is the part of the longest row that a row fills, from 0 to 100.
func (p ChartProps) share(i ChartItem) float64 {
	if most := p.most(); most > 0 && i.Value > 0 {
		return 100 * float64(i.Value) / float64(most)
	}
	return 0
}

func (p ChartProps) long(i ChartItem) string { return strconv.FormatFloat(p.share(i), 'f', 1, 64) }

func (p ChartProps) start(ctx context.Context, i ChartItem) string {
	if i18n.Dir(ctx) == "rtl" {
		return strconv.FormatFloat(100-p.share(i), 'f', 1, 64)
	}
	return "0"
}

// said is the figure in the words of the language.
func (i ChartItem) said(ctx context.Context) string {
	if i.Hidden {
		return i18n.T(ctx, "ui.chart.hidden")
	}
	return cmp.Or(i.Said, i18n.Number(ctx, i.Value))
}
