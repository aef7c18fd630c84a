package ui

import (
	"math"
	"strconv"
	"strings"
)

// RadarProps describe levels of several things seen together, from the middle
// outwards. The drawing names each by its number: the table beside it, which the
// caller shows, has the words and the same levels.
type RadarProps struct {
	ID     string // unique in the page
	Title  string
	Text   string // what the drawing shows, in a sentence, for who does not see it
	Axes   int
	Levels int // of the outermost ring
	Series []RadarSeries
}

// RadarSeries is one line of the drawing. A level below zero is not known: the line
// has a gap there. Faint is what another is held against.
type RadarSeries struct {
	Label  string
	Values []int
	Faint  bool
}

// The drawing, in pixels: fits in a phone as it is.
const (
	radarSize   = 284
	radarCentre = radarSize / 2
	radarRadius = 112
	radarMark   = 128 // where the numbers stand
)

// Drawn tells whether there are enough axes to make a figure.
func (p RadarProps) Drawn() bool { return p.Axes >= 3 }

func (p RadarProps) box() string { return "0 0 " + itoa(radarSize) + " " + itoa(radarSize) }

// point is a place on an axis; the first stands upright, the others follow clockwise.
func (p RadarProps) point(axis int, radius float64) (x, y string) {
	turn := 2*math.Pi*float64(axis)/float64(p.Axes) - math.Pi/2
	return coordinate(radarCentre + radius*math.Cos(turn)), coordinate(radarCentre + radius*math.Sin(turn))
}

func coordinate(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

func (p RadarProps) radius(level int) float64 {
	return radarRadius * float64(level) / float64(max(1, p.Levels))
}

// ring is the path of a level all around.
func (p RadarProps) ring(level int) string {
	values := make([]int, p.Axes)
	for i := range values {
		values[i] = level
	}
	return p.path(values)
}

// path joins the known levels that stand side by side.
func (p RadarProps) path(values []int) string {
	var b strings.Builder
	for i := range values {
		next := (i + 1) % len(values)
		if values[i] < 0 || values[next] < 0 {
			continue
		}
		fromX, fromY := p.point(i, p.radius(values[i]))
		toX, toY := p.point(next, p.radius(values[next]))
		b.WriteString("M" + fromX + " " + fromY + "L" + toX + " " + toY)
	}
	return b.String()
}

// spoke is the line of an axis.
func (p RadarProps) spoke(axis int) string {
	x, y := p.point(axis, radarRadius)
	return "M" + itoa(radarCentre) + " " + itoa(radarCentre) + "L" + x + " " + y
}

// mark is where the number of an axis stands.
func (p RadarProps) mark(axis int) (x, y string) { return p.point(axis, radarMark) }

// SpanProps describe one level before and after, on a line from the lowest to the
// highest. Below zero is not known.
type SpanProps struct{ Lowest, Highest, Before, After int }

const (
	spanWidth = 120
	spanEdge  = 9
)

func (p SpanProps) at(level int) string {
	step := float64(spanWidth-2*spanEdge) / float64(max(1, p.Highest-p.Lowest))
	return coordinate(spanEdge + step*float64(level-p.Lowest))
}

func (p SpanProps) line() string { return "M" + p.at(p.Before) + " 10H" + p.at(p.After) }

func (p SpanProps) ground() string { return "M" + itoa(spanEdge) + " 10H" + itoa(spanWidth-spanEdge) }
