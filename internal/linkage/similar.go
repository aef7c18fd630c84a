package linkage

// near tells whether two words differ by at most one letter: one more, one less,
// another one, or two side by side exchanged.
func near(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if i+1 >= len(a) {
		return true // equal, or another last letter
	}
	return a[i+1:] == b[i+1:] || a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// longest is how many letters of a word are looked at.
const longest = 32

// jaroWinkler compares two words of plain letters, from 0 to 1; a common
// beginning counts more. It allocates nothing: a search compares thousands.
func jaroWinkler(a, b string) float64 {
	a, b = a[:min(len(a), longest)], b[:min(len(b), longest)]
	if a == b {
		return 1
	}
	if a == "" || b == "" {
		return 0
	}
	reach := max(0, max(len(a), len(b))/2-1)
	var inA, inB uint32
	common := 0
	for i := range len(a) {
		for j := max(0, i-reach); j < min(len(b), i+reach+1); j++ {
			if a[i] == b[j] && inB>>j&1 == 0 {
				inA, inB, common = inA|1<<i, inB|1<<j, common+1
				break
			}
		}
	}
	if common == 0 {
		return 0
	}
	moved, j := 0, 0
	for i := range len(a) {
		if inA>>i&1 == 0 {
			continue
		}
		for inB>>j&1 == 0 {
			j++
		}
		if a[i] != b[j] {
			moved++
		}
		j++
	}
	m := float64(common)
	jaro := (m/float64(len(a)) + m/float64(len(b)) + (m-float64(moved)/2)/m) / 3
	same := 0
	for same < min(4, len(a), len(b)) && a[same] == b[same] {
		same++
	}
	return jaro + float64(same)*0.1*(1-jaro)
}
