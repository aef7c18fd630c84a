package app_test

import (
	"testing"
	"time"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/config"
	"tessuto/internal/platform/db/dbtest"
)

// The demo can be filled whenever somebody tries it: an hour before midnight in
// winter, when a day of summer counted back from it in UTC is the next one in
// Rome; at the turn of the year; on a day that most years have not.
func TestDemoFillsAtAnyHour(t *testing.T) {
	for _, now := range []string{"2026-11-22T22:30:00Z", "2026-12-31T23:30:00Z", "2028-02-29T12:00:00Z"} {
		t.Run(now, func(t *testing.T) {
			t.Parallel()
			s := config.Store{Data: t.TempDir(), DB: dbtest.Empty(t, "sqlite"), Keystore: dbtest.Empty(t, "sqlite")}
			a, err := app.Open(t.Context(), s, true)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { a.Close() })
			at, err := time.Parse(time.RFC3339, now)
			if err != nil {
				t.Fatal(err)
			}
			a.DB.Now = func() time.Time { return at }
			if err := a.FillDemo(t.Context(), 1, func(string, int, int) {}); err != nil {
				t.Error(err)
			}
		})
	}
}

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
