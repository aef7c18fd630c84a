package policy_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
)

// opened is a grant as the plain model of the scope keeps it.
type opened struct {
	network string
	kind    policy.Kind
	id      string
	owner   string
	to      policy.Grantee
	section policy.Section
	from    int
	until   int // minute of its end; 0 while it holds
}

type model []opened

func (m *model) grant(o opened) {
	for _, g := range *m {
		if g.until == 0 && g.network == o.network && g.kind == o.kind && g.id == o.id && g.owner == o.owner && g.to == o.to && g.section == o.section {
			return
		}
	}
	*m = append(*m, o)
}

func (m model) revoke(o opened) {
	for i, g := range m {
		if g.until == 0 && g.network == o.network && g.kind == o.kind && g.id == o.id && g.to == o.to {
			m[i].until = o.from
		}
	}
}

// shows is the scope in plain words: role, organisation kind, network, owner,
// grantee, section, time. What other bodies share is in gate_test.go.
func (m model) shows(a policy.Actor, kind policy.Kind, id string, s policy.Section, minute int) bool {
	if a.AccountID == "" || !a.Role.Holds(policy.Reading(kind)) || a.OrgKind == "authority" {
		return false
	}
	return slices.ContainsFunc(m, func(g opened) bool {
		return g.network == a.Network && g.kind == kind && g.id == id && g.owner == a.OrgID &&
			(g.to == policy.ToAccount(a.AccountID) || g.to == policy.ToOrg(a.OrgID) && a.Role != policy.Mediator) &&
			(s == policy.Any || g.section == s) &&
			g.from <= minute && (g.until == 0 || g.until > minute)
	})
}

// The SQL of the scope and a plain Go model agree, whatever was opened and ended.
func TestScopeAgreesWithAModel(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		run := 0
		rapid.Check(t, func(r *rapid.T) {
			run++
			agree(t, r, d, fmt.Sprintf("%d-", run))
		})
	})
}

var (
	names    = []string{"x", "y"}
	kinds    = []policy.Kind{policy.Person, policy.Case, policy.Appointment}
	sections = []policy.Section{policy.Overview, policy.Plan, policy.Identity}
)

// agree plays one history, in networks of its own.
func agree(t *testing.T, r *rapid.T, d *db.DB, prefix string) {
	var m model
	pick := func(label string, of []string) string { return rapid.SampledFrom(of).Draw(r, label) }
	minute := 0
	for range rapid.IntRange(0, 12).Draw(r, "steps") {
		minute += rapid.IntRange(0, 2).Draw(r, "wait")
		o := opened{network: prefix + pick("network", names), kind: rapid.SampledFrom(kinds).Draw(r, "kind"), id: pick("id", names), owner: pick("owner", names),
			to:      policy.Grantee{Kind: pick("grantee", []string{"org", "account"}), ID: pick("name", names)},
			section: rapid.SampledFrom(sections).Draw(r, "section"), from: minute + 1}
		revoke := rapid.IntRange(0, 3).Draw(r, "revoke") == 0
		at(t, d, o.from, func(ctx context.Context, tx *db.Tx) error {
			if revoke {
				return policy.Revoke(ctx, tx, o.network, o.kind, o.id, o.to)
			}
			return policy.Grant(ctx, tx, o.network, o.kind, o.id, o.to, policy.Terms{Owner: o.owner, Purpose: policy.CaseWork, Basis: policy.Consent}, o.section)
		})
		if revoke {
			m.revoke(o)
		} else {
			m.grant(o)
		}
	}
	a := policy.Actor{AccountID: pick("account", append(names, "")), OrgID: pick("org", names), Network: prefix + pick("in", names),
		Role:    rapid.SampledFrom(policy.Roles).Draw(r, "role"),
		OrgKind: pick("kind of organisation", []string{"municipality", "social_cooperative", "social_cooperative", "authority"})}
	if rapid.Bool().Draw(r, "worker") {
		a.Role = policy.SocialWorker
	}
	when := rapid.IntRange(0, minute+2).Draw(r, "when")
	for _, kind := range kinds {
		for _, section := range append(sections, policy.Any) {
			want := []string{}
			for _, id := range names {
				if m.shows(a, kind, id, section, when) {
					want = append(want, id)
				}
			}
			if got := shown(t, d, a, kind, section, when); !slices.Equal(got, want) {
				r.Fatalf("%+v sees %v of %s %q at %d, want %v, of %+v", a, got, kind, section, when, want, m)
			}
		}
	}
}

// shown asks the scope as a list does, and as one does who names the records.
func shown(t *testing.T, d *db.DB, a policy.Actor, kind policy.Kind, s policy.Section, minute int) (ids []string) {
	t.Helper()
	d.Now = func() time.Time { return noon.Add(time.Duration(minute) * time.Minute) }
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		ask := func(scope func(*db.Build, *db.Tx, policy.Kind, policy.Section, string) *db.Build) ([]string, error) {
			b := db.NewBuild(`select r.id from (select cast(? as text) as id union all select cast(? as text)) r where`, "x", "y")
			scope(b, tx, kind, s, "r.id").Add("order by r.id")
			return db.Column[string](t.Context(), tx, b.SQL(), b.Args()...)
		}
		if ids, err = ask(a.Scope); err != nil {
			return err
		}
		few, err := ask(a.ScopeFew)
		if !slices.Equal(few, ids) {
			t.Errorf("Scope finds %v, ScopeFew %v", ids, few)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}
