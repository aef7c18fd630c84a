package policy_test

import (
	"testing"

	"tessuto/internal/platform/policy"
)

// A lead of one programme is nobody special in another, of the same network too.
func TestRightsPerProgramme(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		role       policy.Role
		programmes string
		programme  string
		want       bool
	}{
		{policy.ProgrammeLead, "fasi", "fasi", true}, {policy.ProgrammeLead, "fasi", "becomer", false},
		{policy.ProgrammeLead, "reboot fasi", "fasi", true}, {policy.ProgrammeLead, "reboot fasi", "reboot", true},
		{policy.ProgrammeLead, "", "fasi", false}, {policy.ProgrammeLead, "", "", false}, {policy.ProgrammeLead, "fasi", "", false},
		{policy.ProgrammeLead, "fasi", "fa", false}, {policy.ProgrammeLead, "reboot fasi", "reboot fasi", false},
		{policy.Evaluator, "reboot", "reboot", true}, {policy.Evaluator, "reboot", "weita", false},
		{policy.Regional, "fasi", "fasi", false}, {policy.SocialWorker, "fasi", "fasi", false},
	} {
		a := policy.Actor{AccountID: "a", Role: c.role, Programmes: c.programmes}
		for _, p := range []policy.Permission{policy.RecordsRead, policy.FiguresInFull} {
			if got := a.MayIn(p, c.programme); got != c.want {
				t.Errorf("%s of %q, %s in %q: %v", c.role, c.programmes, p, c.programme, got)
			}
		}
		if a.AccountID = ""; a.MayIn(policy.RecordsRead, c.programme) {
			t.Error("nobody may")
		}
	}
}
