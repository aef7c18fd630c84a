package disclosure

// Nested is a figure of people beside others that are counted in the same way on
// part of the same work: who was taken in charge at all, and in each activity.
// People may be in several parts, so the parts do not add up to the whole; but the
// whole is at least each of them, and at most all of them together.
type Nested struct {
	Count int64
	In    []int // the places of the figures that hold this one, if any
	Of    []int // the places of those of which this one is told as a share: the rest are people too
}

// Nest protects figures of which some hold others. A small one is hidden; so are
// others with it while the whole, less what the other parts can be at the most,
// leaves it something to be that is more than 1. A share of which few are left
// over is hidden like a small one, with all that says how much it is.
//
// Which ones go along depends on their place alone.
func Nest(figures []Nested, threshold int64) []Cell {
	cells := make([]Cell, len(figures))
	for i, f := range figures {
		cells[i] = One(f.Count, threshold)
	}
	for i, f := range figures {
		for _, whole := range f.Of {
			if rest := figures[whole].Count - f.Count; One(rest, threshold).Hidden() {
				hideKin(figures, cells, i)
			}
		}
	}
	for i := 0; i < len(figures); i++ {
		small := figures[i].Count > 0 && figures[i].Count < threshold
		for _, whole := range figures[i].In {
			for small && !cells[whole].Hidden() && least(figures, cells, i, whole, threshold) > 1 {
				if !hidePart(figures, cells, i, whole) {
					cells[whole] = Cell{}
				}
			}
		}
	}
	hideShares(figures, cells)
	return cells
}

// hideShares hides what is told as a share of something hidden: that is no less.
func hideShares(figures []Nested, cells []Cell) {
	for again := true; again; {
		again = false
		for i, f := range figures {
			for _, whole := range f.Of {
				if f.Count > 0 && cells[whole].Hidden() && hideKin(figures, cells, i) {
					again = true
				}
			}
		}
	}
}

// hideKin hides a figure, with all that hang together with it by holding others,
// and tells whether one of them was shown.
func hideKin(figures []Nested, cells []Cell, i int) (some bool) {
	kin := map[int]bool{i: true}
	for before := 0; before < len(kin); {
		before = len(kin)
		for part, f := range figures {
			for _, whole := range f.In {
				if kin[part] || kin[whole] {
					kin[part], kin[whole] = true, true
				}
			}
		}
	}
	for j := range kin {
		if n, _ := cells[j].Number(); n > 0 {
			cells[j], some = Cell{}, true
		}
	}
	return some
}

// least is the fewest that part i can be, for who takes it that the parts of the
// whole cover it.
func least(figures []Nested, cells []Cell, i, whole int, threshold int64) int64 {
	left, _ := cells[whole].Number()
	for _, j := range partsOf(figures, whole) {
		n, shown := cells[j].Number()
		switch {
		case j == i:
		case shown:
			left -= n
		case figures[j].Count < threshold:
			left -= threshold - 1
		default:
			return 0 // hidden with the small ones: it can be as many as the whole
		}
	}
	return left
}

// hidePart hides the first other part that is shown and not zero.
func hidePart(figures []Nested, cells []Cell, i, whole int) bool {
	for _, j := range partsOf(figures, whole) {
		if n, _ := cells[j].Number(); j != i && n > 0 {
			cells[j] = Cell{}
			return true
		}
	}
	return false
}

// partsOf lists the figures that a whole holds.
func partsOf(figures []Nested, whole int) (parts []int) {
	for i, f := range figures {
		for _, in := range f.In {
			if in == whole {
				parts = append(parts, i)
			}
		}
	}
	return parts
}
