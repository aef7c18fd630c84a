package app_test

import (
	"slices"

	"tessuto/internal/disclosure/disclosuretest"
	"tessuto/internal/ledger"
	"tessuto/internal/programme"
)

// relateShares adds what a ratio of people says: how many are in it, and that the
// others, who are left out of it, are people too.
func (s *spy) relateShares() {
	for n := range s.told.Items {
		told, truth := &s.told.Items[n], &s.truth.Items[n]
		ratio := &s.pack.Indicators[n]
		if told.Code != ratio.Code || ratio.Numerator == nil || !told.Fed || s.untold(told, truth) || !pointing[string(ratio.Numerator.Unit)] {
			continue
		}
		above := s.same(*ratio.Numerator, told.Code+" above", told.Numerator.Count, *truth.Numerator.Count)
		below := s.same(*ratio.Denominator, told.Code+" below", told.Denominator.Count, *truth.Denominator.Count)
		rest := *truth.Denominator.Count - *truth.Numerator.Count
		if left := s.mind.Hidden(min(rest, 1)); rest > 0 && rest < s.k {
			s.small[told.Code+" left out"] = left
			s.mind.Sum(below, above, left)
		} else {
			s.mind.AtMost(above, below)
		}
		s.shares++
	}
}

// same is a count of a ratio: the figure of an indicator that counts the same, if
// there is one, which then says the same of it.
func (s *spy) same(c programme.PackCount, name string, told *int64, truth int64) disclosuretest.Var {
	v := s.figure(name, told, truth)
	for _, i := range s.pack.Indicators {
		if other, known := s.totals[i.Code]; known && i.Measure == c.Measure && i.Unit == c.Unit && i.Mode == c.Mode && slices.Equal(i.Activities, c.Activities) {
			s.mind.Sum(v, other)
		}
	}
	return v
}

// relateOthers adds that people are no more than the events they were met in, in
// all and in each part, and no fewer than the bodies that met them.
func (s *spy) relateOthers() {
	for i := range s.pack.Indicators {
		people := &s.pack.Indicators[i]
		for j := range s.pack.Indicators {
			other := &s.pack.Indicators[j]
			if other.Measure == "" || other.Measure != people.Measure || !pointing[string(people.Unit)] {
				continue
			}
			bound := func(n, m disclosuretest.Var) {
				switch other.Unit {
				case ledger.Events:
					s.mind.AtMost(n, m)
				case ledger.Organisations:
					s.mind.AtMost(m, n)
				}
			}
			same := slices.Equal(people.Activities, other.Activities) && people.Mode == other.Mode
			n, known := s.totals[people.Code]
			if m, also := s.totals[other.Code]; known && also && same {
				bound(n, m)
			}
			for name, n := range s.parts[people.Code] {
				if m, also := s.parts[other.Code][name]; also && same {
					bound(n, m)
				}
			}
		}
	}
}

// relate adds what follows from the definitions: of figures that count the same on
// parts of the same work, none is more than the whole, and all are at least it.
func (s *spy) relate() {
	for i := range s.pack.Indicators {
		whole := &s.pack.Indicators[i]
		var parts []disclosuretest.Var
		for j := range s.pack.Indicators {
			part := &s.pack.Indicators[j]
			if i == j || part.Measure == "" || part.Measure != whole.Measure || part.Unit != whole.Unit || !within(part, whole) {
				continue
			}
			if v, ok := s.totals[part.Code]; ok {
				parts = append(parts, v)
			}
		}
		if v, ok := s.totals[whole.Code]; ok && len(parts) > 0 {
			for _, part := range parts {
				s.mind.AtMost(part, v)
			}
			s.mind.AtMost(v, parts...)
		}
	}
}

func within(part, whole *programme.PackIndicator) bool {
	for _, a := range part.Activities {
		if len(whole.Activities) > 0 && !slices.Contains(whole.Activities, a) {
			return false
		}
	}
	return len(part.Activities) > 0 && (whole.Mode == "" || whole.Mode == part.Mode)
}
