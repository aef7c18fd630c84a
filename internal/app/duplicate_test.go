package app_test

import (
	"sync"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/platform/policy"
)

// pairsOf are the pairs of the matrix, by the program they are in.
var pairsOf sync.Map

// pairOf is a pair of two of the family: who may open it is who may open them.
func pairOf(t *testing.T, a *app.App) string {
	t.Helper()
	if id, ok := pairsOf.Load(a); ok {
		return id.(string)
	}
	f, ctx := familyOf(t, a), as(t, a, "assistente")
	h, err := a.People.Household(ctx, f.ids[policy.Household])
	if err != nil || len(h.Members) < 2 {
		t.Fatalf("the family has %v, %v", h, err)
	}
	id, err := a.People.Suspect(ctx, h.Members[0].PersonID, h.Members[1].PersonID)
	if err != nil {
		t.Fatal(err)
	}
	pairsOf.Store(a, id)
	return id
}
