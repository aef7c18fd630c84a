package app_test

import (
	"context"
	"testing"
	"time"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/network"
	"tessuto/internal/platform/db"
)

func TestTheClockIsSetForTheDemoOnly(t *testing.T) {
	t.Parallel()
	a := apptest.Demo(t, "sqlite")
	at := time.Date(2031, 1, 15, 8, 0, 0, 0, time.UTC)
	if err := a.SetClock(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	first := a.DB.Now()
	if first.Before(at) || first.After(at.Add(time.Minute)) {
		t.Errorf("it is %s", first)
	}
	if err := a.DB.Read(t.Context(), func(tx *db.Tx) error {
		if tx.Today() != "2031-01-15" {
			t.Errorf("a transaction is of %s", tx.Today())
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if next := a.DB.Now(); !next.After(first) {
		t.Error("the clock stands still")
	}
	earnest(t, a)
	if err := a.SetClock(t.Context(), at); err == nil {
		t.Error("set beside a network in earnest")
	}
}

func earnest(t *testing.T, a *app.App) {
	t.Helper()
	if err := earnestly(t, a); err != nil {
		t.Fatal(err)
	}
}

// earnestly makes a network in earnest.
func earnestly(t *testing.T, a *app.App) error {
	return a.Found(context.WithoutCancel(t.Context()), app.Founder{Network: "main", NetworkName: "Rete", Organisation: "us", OrganisationName: "Noi",
		NewOperator: network.NewOperator{Name: "Ada", Email: "ada@ente.example", Role: "admin"}, Password: "una frase lunga e mia"})
}
