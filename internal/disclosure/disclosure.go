// Package disclosure decides which figures may leave towards those who have no
// right to the records behind them. A small figure can point at a family; it is
// hidden, and so is whatever would let one work it out.
//
// What an attacker is taken to know: everything shown, how the parts add up, the
// thresholds, and that what is hidden is not zero. A hidden figure is safe when it
// can still be anything from 1 to one less than the threshold (design, decision 8).
package disclosure

import "encoding/json"

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

// Cell is a figure as it may leave: a number, or hidden. Hidden is not zero: who
// wants the number must say what to do without one. The zero Cell is hidden.
type Cell struct {
	shown bool
	n     int64
}

// Show returns a figure as it is.
func Show(n int64) Cell { return Cell{true, n} }

// One protects a figure that stands alone.
func One(n, threshold int64) Cell {
	if n > 0 && n < threshold {
		return Cell{}
	}
	return Show(n)
}

// Hidden tells whether the number may not leave.
func (c Cell) Hidden() bool { return !c.shown }

// Number returns the figure, and whether it may leave at all.
func (c Cell) Number() (n int64, shown bool) { return c.n, c.shown }

// MarshalJSON writes a number, or null for what is hidden: a program would take
// a 0 for none.
func (c Cell) MarshalJSON() ([]byte, error) {
	if !c.shown {
		return []byte("null"), nil
	}
	return json.Marshal(c.n)
}
