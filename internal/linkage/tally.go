package linkage

import "math"

// tally counts values: names, comuni. Names are counted for each citizenship
// too, because one that is rare among all may be common among those who come
// from one country.
type tally struct {
	whole  map[uint16]float64 // records with any value, by citizenship
	values map[counted]float64
	sounds map[counted]float64 // records whose name has a sound
}

// counted is a value, or a sound, among those of one citizenship; of 0, among
// all.
type counted struct {
	citizenship uint16
	value       uint32
}

func newTally() tally {
	return tally{whole: map[uint16]float64{}, values: map[counted]float64{}, sounds: map[counted]float64{}}
}

func (t *tally) count(value uint32, citizenship uint16) {
	if value == 0 {
		return
	}
	t.whole[0]++
	t.values[counted{0, value}]++
	if citizenship != 0 {
		t.whole[citizenship]++
		t.values[counted{citizenship, value}]++
	}
}

// sum counts the sounds of the names that were counted.
func (t *tally) sum(names []name) {
	clear(t.sounds)
	for v, n := range t.values {
		for i := range names[v.value].words {
			m := &names[v.value].words[i].marks
			for _, sounds := range [...][]uint32{m.keys, m.short} {
				for _, k := range sounds {
					t.sounds[counted{v.citizenship, k}] += n
				}
			}
		}
	}
}

// asAll is how many records of one citizenship weigh as much as all records do:
// of few, one does not know how common their names are.
const asAll = 20

// share is how common a value is among those of a citizenship.
func (t *tally) share(of map[counted]float64, value uint32, citizenship uint16) float64 {
	among := max(1, of[counted{0, value}]) / max(1, t.whole[0])
	if citizenship == 0 {
		return among
	}
	return (of[counted{citizenship, value}] + asAll*among) / (t.whole[citizenship] + asAll)
}

// heard is how common the rarest sound is that two names share, 0 when none is.
func (s *Set) heard(t *tally, x, y uint32, citizenship uint16) (rarest float64) {
	for i := range s.names[x].words {
		a := &s.names[x].words[i].marks
		for j := range s.names[y].words {
			b := &s.names[y].words[j].marks
			for _, k := range a.keys {
				if meet([]uint32{k}, b.keys) {
					if share := t.share(t.sounds, k, citizenship); rarest == 0 || share < rarest {
						rarest = share
					}
				}
			}
		}
	}
	return rarest
}

// rarity is what the values themselves say beyond their levels: to share a rare
// name says more than to share a common one, of those of the same country. It is
// agreement by chance at the level over that on this very value, in bits.
func (s *Set) rarity(m *Model, p pattern, a, b *entry) (out [fields]float64) {
	country := uint16(0)
	if p.level(Citizenship) == ValueSame {
		country = a.citizenship
		out[Citizenship] = math.Log2(m.chance(p, Citizenship) / (s.citizens[country] / float64(len(s.rows))))
	}
	given, family := b.given, b.family
	if p.level(NameOrder) == OrderSwapped {
		given, family = family, given
	}
	out[GivenName] = s.nameRarity(m, p, GivenName, &s.given, a.given, given, country)
	out[FamilyName] = s.nameRarity(m, p, FamilyName, &s.family, a.family, family, country)
	if p.level(Comune) == ValueSame {
		out[Comune] = math.Log2(m.chance(p, Comune) / s.comune.share(s.comune.values, a.comune, 0))
	}
	return out
}

func (s *Set) nameRarity(m *Model, p pattern, f Field, t *tally, x, y uint32, country uint16) float64 {
	same := t.share(t.values, x, country)
	switch p.level(f) {
	case NameSame:
		return math.Log2(m.chance(p, f) / same)
	case NameSounds, NamePart:
		heard := s.heard(t, x, y, country)
		if heard == 0 {
			return 0
		}
		rarity := math.Log2(m.chance(p, f) / max(heard-same, heard*leastOfSound))
		return min(mostRarity, max(-mostRarity, rarity))
	}
	return 0
}

const (
	mostRarity   = 6    // bits that the rarity of a sound may add: sounds are rough
	leastOfSound = 0.05 // of a sound, the part that is spelt otherwise, at least
)
