// Package disclosure decides which figures may leave towards those who have no
// right to the records behind them. A small figure can point at a family; it is
// hidden, and so is whatever would let one work it out.
package disclosure

import "slices"

// Class is how sensitive the people behind a figure are (design, idea 3).
type Class string

// The classes that figures about people have.
const (
	C2 Class = "C2" // personal
	C3 Class = "C3" // special category
	C4 Class = "C4" // very restricted
)

// Threshold is the smallest figure that may be shown: figures from 1 up to one
// less are hidden. A zero stays.
func Threshold(c Class, public bool) int64 {
	switch {
	case c == C4:
		return 10
	case c == C3, public:
		return 5
	case c == C2:
		return 3
	}
	return 10 // a class nobody declared is treated as the most restricted
}

// Cell is a figure that is either shown or hidden; hidden is not zero.
type Cell struct {
	Hidden bool
	Value  int64 // 0 when hidden
}

// Show returns a figure as it is.
func Show(n int64) Cell { return Cell{Value: n} }

// One protects a figure that stands alone.
func One(n, threshold int64) Cell {
	if n > 0 && n < threshold {
		return Cell{Hidden: true}
	}
	return Show(n)
}

// Table protects the parts of a total that is shown with them. When one part
// is hidden, others are hidden with it until nobody can tell from the total, and
// from these very rules, what a hidden part is: each small part could still be
// anything from 1 up to one less than the threshold.
//
// Which large part goes along depends on its place alone: were it the smallest,
// to see it hidden would say that the others are not smaller. So parts come in
// an order that does not depend on the figures.
func Table(total int64, parts []int64, threshold int64) (Cell, []Cell) {
	cells := make([]Cell, len(parts))
	for i, n := range parts {
		cells[i] = One(n, threshold)
	}
	if One(total, threshold).Hidden {
		for i, n := range parts {
			cells[i].Hidden, cells[i].Value = n > 0 || cells[i].Hidden, 0
		}
		return Cell{Hidden: true}, cells
	}
	for !safe(parts, cells, threshold) {
		next := firstShown(cells)
		if next < 0 {
			return Cell{Hidden: true}, cells
		}
		cells[next] = Cell{Hidden: true}
	}
	return Show(total), cells
}

// safe puts itself in the place of who knows the total, the shown parts, the
// rules and which parts were small: the small ones are 1 to threshold-1, the
// others hidden with them at least threshold (a zero is never hidden). Where
// there are large parts, one is always hidden with the small: were it hidden
// only when it must be, to see it hidden would tell the sum of the small.
func safe(parts []int64, cells []Cell, threshold int64) bool {
	var sum, small, large int64
	for i, n := range parts {
		switch {
		case !cells[i].Hidden:
			continue
		case n < threshold:
			small++
		default:
			large++
		}
		sum += n
	}
	if small == 0 {
		return true
	}
	if large == 0 && firstShown(cells) >= 0 {
		return false
	}
	low := sum - (small-1)*(threshold-1) // the least one small part can be, if none is large
	high := sum - (small - 1) - large*threshold
	if large > 0 {
		low = 1 // a large part can take up any excess
	}
	return low <= 1 && high >= threshold-1
}

// firstShown finds the first part that is shown and not zero, or -1.
func firstShown(cells []Cell) int {
	return slices.IndexFunc(cells, func(c Cell) bool { return c.Value > 0 })
}
