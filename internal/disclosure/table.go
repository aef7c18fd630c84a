package disclosure

import "slices"

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
	if One(total, threshold).Hidden() {
		for i, n := range parts {
			if n > 0 {
				cells[i] = Cell{}
			}
		}
		return Cell{}, cells
	}
	for !safe(parts, cells, threshold) {
		next := firstShown(cells)
		if next < 0 {
			return Cell{}, cells
		}
		cells[next] = Cell{}
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
		case !cells[i].Hidden():
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
	return slices.IndexFunc(cells, func(c Cell) bool { return c.n > 0 })
}
