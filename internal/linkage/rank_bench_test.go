package linkage_test

import (
	"testing"

	"tessuto/internal/linkage"
)

// One search ranks up to 200 candidates whose names were folded once.
func BenchmarkMatch200(b *testing.B) {
	names := [][2]string{{"Mohamed Amin", "Haddad"}, {"Oleksandr", "Shevchenko"}, {"Abdelkader", "Ben Salah"}, {"Md. Jahangir", "Hossain"}}
	found := make([]linkage.Identity, 200)
	for i := range found {
		n := names[i%len(names)]
		found[i] = linkage.Named(n[0], n[1], "")
	}
	sought := linkage.Named("Muhammad Ameen Hadad", "", "")
	b.ReportAllocs()
	for b.Loop() {
		for i := range found {
			sought.Match(&found[i])
		}
	}
}

// Folding is what registering and opening a person cost.
func BenchmarkWords(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		linkage.Words("Abdelkader Ben Salah")
	}
}
