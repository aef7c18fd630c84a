package people_test

import (
	"context"
	"strings"
	"testing"

	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/errs"
)

func TestPermitDue(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		permit people.Permit
		want   bool
	}{
		"in sixty days":     {people.Permit{State: people.InForce, Expires: "2026-05-11"}, true},
		"in sixty-one":      {people.Permit{State: people.InForce, Expires: "2026-05-12"}, false},
		"today":             {people.Permit{State: people.InForce, Expires: "2026-03-12"}, true},
		"over":              {people.Permit{State: people.InForce, Expires: "2026-03-11"}, false}, // nobody is listed for that
		"asked for again":   {people.Permit{State: people.Renewing, Expires: "2026-03-20"}, false},
		"without an end":    {people.Permit{State: people.InForce, Lasting: true}, false},
		"the end not known": {people.Permit{State: people.InForce}, false},
	} {
		if got := c.permit.Due("2026-03-12"); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// What has expired is said by the date, on its page and in a copy of the data;
// nobody says it by hand.
func TestPermitExpires(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		permit people.Permit
		want   people.PermitState
	}{
		"the last day":    {people.Permit{State: people.InForce, Expires: "2026-03-12"}, people.InForce},
		"the day after":   {people.Permit{State: people.InForce, Expires: "2026-03-11"}, people.Expired},
		"asked for again": {people.Permit{State: people.Renewing, Expires: "2026-03-11"}, people.Renewing},
		"without an end":  {people.Permit{State: people.InForce, Lasting: true}, people.InForce},
		"replaced":        {people.Permit{State: people.Ended, Expires: "2026-03-11"}, people.Ended},
	} {
		if got := c.permit.Stands("2026-03-12"); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// A permit is for who works with the family, never for the desk, and reminds
// before it ends.
func TestPermits(t *testing.T) {
	each(t, func(t *testing.T, m *people.Module, as func(string) context.Context) {
		worker, desk := as("assistente"), as("sportello")
		p := somebody(t, m, worker, people.NewcomerForm{GivenName: "Vurgalip"})
		today := sinceWhen(t, m, worker, p.ID)
		permit := people.Permit{PersonID: p.ID, State: people.InForce, Reason: "family_reasons", Number: "I1234567", Expires: today.AddDays(30)}
		if err := m.AddPermit(worker, permit, crypto.Sending{}); err != nil {
			t.Fatal(err)
		}
		if err := m.AddPermit(desk, permit, crypto.Sending{}); err == nil {
			t.Error("the desk writes a permit")
		}
		if v, err := m.Profile(desk, p.ID); err != nil || len(v.Permits) > 0 || strings.Contains(seen(t, m, desk, p.ID, "X1"), "I1234567") {
			t.Errorf("the desk reads it: %+v, %v", v.Permits, err)
		}
		v, err := m.Profile(worker, p.ID)
		if err != nil || len(v.Permits) != 1 || v.Permits[0].Version != 1 {
			t.Fatalf("%+v, %v", v.Permits, err)
		}
		if list, err := m.Expiring(worker, []string{p.ID, "nobody"}); err != nil || len(list) != 1 || list[0].Person.GivenName != "Vurgalip" {
			t.Errorf("expiring: %+v, %v", list, err)
		}
		if list, err := m.Expiring(as("pistoia.assistente"), []string{p.ID}); err != nil || len(list) != 0 {
			t.Errorf("another body is reminded: %+v, %v", list, err)
		}
		first, second := v.Permits[0], v.Permits[0]
		first.State, second.Receipt = people.Renewing, "05512345678-9"
		if err := m.SavePermit(worker, first); err != nil {
			t.Fatal(err)
		}
		if list, err := m.Expiring(worker, []string{p.ID}); err != nil || len(list) > 0 {
			t.Errorf("in renewal, and reminds: %+v, %v", list, err)
		}
		err = m.SavePermit(worker, second)
		if theirs := errs.TheirsOf[people.Permit](err); theirs == nil || theirs.State != people.Renewing || theirs.SavedBy == "" {
			t.Errorf("%v, %+v", err, theirs)
		}
		first.ID = "another"
		if err := m.SavePermit(worker, first); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("one that is none: %v", err)
		}
		permit.Expires = today.AddDays(-1)
		if err := m.AddPermit(worker, permit, crypto.Sending{}); err != nil || !strings.Contains(seen(t, m, worker, p.ID, "X1"), "Scaduto") {
			t.Errorf("its page does not say that it expired: %v", err)
		}
		permit.State = people.Expired
		if err := m.AddPermit(worker, permit, crypto.Sending{}); errs.FieldsOf(err)["state"] == "" {
			t.Errorf("expired, said by hand: %v", err)
		}
		permit.State, permit.Expires = people.InForce, today
		permit.Lasting = true
		if err := m.AddPermit(worker, permit, crypto.Sending{}); errs.FieldsOf(err)["expires"] == "" {
			t.Errorf("without an end and with one: %v", err)
		}
	})
}
