package app_test

import (
	"slices"
	"strings"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/network"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
)

// A body that moves to another territory takes none of its past work with it: what
// was posted says where it was done, and verify finds nothing wrong with that.
func TestVerifyAfterAMove(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			ctx := as(t, a, "admin")
			all := organisations(t, a)
			other := slices.IndexFunc(all, func(o network.Organisation) bool { return o.TerritoryID != "" && o.TerritoryID != all[0].TerritoryID })
			to, moved := all[other].TerritoryID, 0
			for _, o := range all {
				if o.TerritoryID != "" && o.TerritoryID != to {
					o.TerritoryID = to
					moved++
					if err := a.Network.SaveOrganisation(ctx, o); err != nil {
						t.Fatalf("%s: %v", o.Code, err)
					}
				}
			}
			r, err := a.Verify(t.Context())
			if err != nil || moved == 0 || r.Facts == 0 || len(r.Problems) > 0 {
				t.Errorf("%d moved, %d facts, %d problems: %v", moved, r.Facts, len(r.Problems), err)
			}
		})
	}
}

// A fact whose territory was altered is found, though its body has moved since: also
// when it says where the body works now.
func TestVerifyFindsAnAlteredTerritory(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			ctx := as(t, a, "admin")
			comune := policy.From(as(t, a, "assistente")).OrgID
			all := organisations(t, a)
			i := slices.IndexFunc(all, func(o network.Organisation) bool { return o.ID == comune })
			j := slices.IndexFunc(all, func(o network.Organisation) bool { return o.TerritoryID != "" && o.TerritoryID != all[i].TerritoryID })
			was, other := all[i].TerritoryID, all[j].TerritoryID
			all[i].TerritoryID = other
			if err := a.Network.SaveOrganisation(ctx, all[i]); err != nil {
				t.Fatal(err)
			}
			for _, territory := range []string{"nowhere", "", other} {
				put := alterTerritory(t, a, comune, territory)
				r, err := a.Verify(t.Context())
				if err != nil || len(r.Problems) != 1 || !strings.Contains(r.Problems[0], "is not as it was posted: cases.household_in_charge") {
					t.Errorf("%q in place of %q: %v, %v", territory, was, r.Problems, err)
				}
				put()
			}
			if r, err := a.Verify(t.Context()); err != nil || len(r.Problems) > 0 {
				t.Errorf("put back: %v, %v", r.Problems, err)
			}
		})
	}
}

func organisations(t *testing.T, a *app.App) (all []network.Organisation) {
	t.Helper()
	ctx := as(t, a, "admin")
	err := a.DB.Read(ctx, func(tx *db.Tx) (err error) {
		all, err = a.Network.Organisations(ctx, tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
