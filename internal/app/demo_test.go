package app_test

import (
	"testing"

	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/db/dbtest"
)

// The demo holds on purpose what seldom happens by chance: people whom two
// programmes have met, as many as the region may be told of.
func TestDemoHoldsPeopleOfTwoProgrammes(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			lead, err := a.Programmes.Together(as(t, a, "capofila"), "")
			if err != nil || lead.Overlap.Both("reboot", "intarsi") < 5 {
				t.Errorf("the lead is told of %d, %v", lead.Overlap.Both("reboot", "intarsi"), err)
			}
			region, err := a.Programmes.Together(as(t, a, "regione"), "")
			if err != nil || region.Overlap.More() < 5 {
				t.Errorf("the region is told of %d, %v", region.Overlap.More(), err)
			}
		})
	}
}
