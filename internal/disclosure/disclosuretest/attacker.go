// Package disclosuretest is an attacker for tests: it is given what somebody
// without a right to the records was shown, and works out what was hidden. It
// shares no code with the package that hides.
package disclosuretest

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"
)

// Var is a figure in what an attacker knows.
type Var int

// Attacker is what somebody knows: figures, some of them hidden, and how they
// hang together. The zero Attacker knows nothing.
type Attacker struct {
	figures []figure
	rules   []rule // each sum of its terms is at most its limit
}

type figure struct {
	known bool
	value float64 // the least it can be, when it is not known
}

type rule struct {
	terms map[Var]float64
	limit float64
}

// Shown adds a figure that was shown.
func (a *Attacker) Shown(n int64) Var { return a.add(figure{true, float64(n)}) }

// Hidden adds a figure that was not, and that is at least so much.
func (a *Attacker) Hidden(least int64) Var { return a.add(figure{false, float64(least)}) }

// Loosen makes a hidden figure one that may be zero.
func (a *Attacker) Loosen(v Var) Var {
	a.figures[v].value = 0
	return v
}

func (a *Attacker) add(f figure) Var {
	a.figures = append(a.figures, f)
	return Var(len(a.figures) - 1)
}

// Sum adds that the parts add up to the whole.
func (a *Attacker) Sum(whole Var, parts ...Var) {
	a.AtMost(whole, parts...)
	a.atMost(parts, -1, whole, 1)
}

// AtMost adds that a figure is at most the sum of others.
func (a *Attacker) AtMost(n Var, others ...Var) { a.atMost(others, 1, n, -1) }

// atMost adds that sign times the sum of others, and back times n, is not negative.
func (a *Attacker) atMost(others []Var, sign float64, n Var, back float64) {
	r := rule{terms: map[Var]float64{}}
	put := func(v Var, factor float64) {
		f := a.figures[v]
		r.limit += factor * f.value
		if !f.known {
			r.terms[v] -= factor
		}
	}
	for _, v := range others {
		put(v, sign)
	}
	put(n, back)
	a.rules = append(a.rules, r)
}

// Interval returns the least and the most that a figure can be; the most may be
// infinite. It fails when what is known contradicts itself.
func (a *Attacker) Interval(v Var) (low, high float64, err error) {
	if f := a.figures[v]; f.known {
		return f.value, f.value, nil
	}
	least, err := a.extreme(v, 1)
	if err != nil {
		return 0, 0, err
	}
	most, err := a.extreme(v, -1)
	return a.figures[v].value + least, a.figures[v].value - most, err
}

// extreme minimises sign times what a hidden figure is above its least.
func (a *Attacker) extreme(v Var, sign float64) (float64, error) {
	column := map[Var]int{v: 0}
	var rules []rule
	for _, r := range a.near(v) {
		if len(r.terms) == 0 {
			if r.limit < 0 {
				return 0, fmt.Errorf("what was shown does not add up: %v", r.limit)
			}
			continue
		}
		rules = append(rules, r)
		for term := range r.terms {
			if _, ok := column[term]; !ok {
				column[term] = len(column)
			}
		}
	}
	if len(rules) == 0 {
		return math.Inf(-1) * (1 - sign) / 2, nil
	}
	n, m := len(column), len(rules)
	matrix, limits, cost := mat.NewDense(m, n+m, nil), make([]float64, m), make([]float64, n+m)
	cost[0] = sign
	for i, r := range rules {
		for term, factor := range r.terms {
			matrix.Set(i, column[term], factor)
		}
		matrix.Set(i, n+i, 1) // what is left up to the limit
		limits[i] = r.limit
	}
	best, _, err := lp.Simplex(cost, matrix, limits, 1e-9, nil)
	if err == lp.ErrUnbounded { //nolint:errorlint // the package returns it as it is
		return math.Inf(-1), nil
	}
	return math.Round(best*1e6) / 1e6, err
}

// near returns the rules that hang together with a figure.
func (a *Attacker) near(v Var) (near []rule) {
	reached, taken := map[Var]bool{v: true}, make([]bool, len(a.rules))
	for again := true; again; {
		again = false
		for i, r := range a.rules {
			if taken[i] || !touches(r, reached) && len(r.terms) > 0 {
				continue
			}
			taken[i], again = true, true
			near = append(near, r)
			for term := range r.terms {
				reached[term] = true
			}
		}
	}
	return near
}

func touches(r rule, reached map[Var]bool) bool {
	for term := range r.terms {
		if reached[term] {
			return true
		}
	}
	return false
}
