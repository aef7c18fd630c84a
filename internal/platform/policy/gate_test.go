package policy_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
)

// day is a minute of the nth day after noon.
func day(n int) int { return n * 24 * 60 }

func date(n int) db.Date { return db.DateOf(noon).AddDays(n) }

func setGates(t *testing.T, d *db.DB, network, agreement string, gates ...policy.Gate) {
	t.Helper()
	at(t, d, 0, func(ctx context.Context, tx *db.Tx) error { return policy.SetGates(ctx, tx, network, agreement, gates) })
}

func mayShare(t *testing.T, d *db.DB, minute int, to string, terms policy.Terms, s ...policy.Section) (ok bool) {
	t.Helper()
	at(t, d, minute, func(ctx context.Context, tx *db.Tx) (err error) {
		ok, err = policy.MayShare(ctx, tx, "net", to, terms, s...)
		return err
	})
	return ok
}

// A record of another body is open while an agreement holds the gate, and no
// longer.
func TestGate(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		terms := policy.Terms{Owner: "owner", Purpose: policy.CaseWork, Basis: policy.InstitutionalTask}
		open := func(id string, terms policy.Terms, sections ...policy.Section) {
			at(t, d, 0, func(ctx context.Context, tx *db.Tx) error {
				return policy.Grant(ctx, tx, "net", policy.Case, id, policy.ToAccount("worker"), terms, sections...)
			})
		}
		open("shared", terms, policy.Overview, policy.Diary)
		addiction, child, mediation := terms, terms, terms
		addiction.Class, child.Basis, mediation.Purpose = policy.VeryRestricted, policy.ChildProtection, policy.Mediation
		open("addiction", addiction, policy.Overview)
		open("child", child, policy.Overview)
		open("mediation", mediation, policy.Overview)
		gate := policy.Gate{From: "owner", To: "org", Purpose: policy.CaseWork, Section: policy.Overview, Class: policy.Personal,
			Since: date(2), Until: date(4)}
		back := gate
		back.From, back.To = gate.To, gate.From
		setGates(t, d, "net", "agreement", gate, back)
		setGates(t, d, "elsewhere", "agreement", policy.Gate{From: "owner", To: "org", Purpose: policy.CaseWork, Section: policy.Diary,
			Class: policy.VeryRestricted, Since: date(0)})
		authority := worker
		authority.OrgKind = policy.Authority
		for n, want := range []bool{false, false, true, true, true, false} {
			if got := reads(t, d, day(n), worker, policy.Case, "shared", policy.Overview); got != want {
				t.Errorf("day %d: %v", n, got)
			}
			if got := mayShare(t, d, day(n), "org", terms, policy.Overview); got != want {
				t.Errorf("day %d: MayShare %v", n, got)
			}
			for what, seen := range map[string]bool{
				"a section not covered":   reads(t, d, day(n), worker, policy.Case, "shared", policy.Diary),
				"a class not covered":     reads(t, d, day(n), worker, policy.Case, "addiction", policy.Any),
				"a purpose not covered":   reads(t, d, day(n), worker, policy.Case, "mediation", policy.Any),
				"an authority":            reads(t, d, day(n), authority, policy.Case, "shared", policy.Any),
				"both sections at a time": mayShare(t, d, day(n), "org", terms, policy.Overview, policy.Diary),
			} {
				if seen {
					t.Errorf("day %d: %s", n, what)
				}
			}
			if !reads(t, d, day(n), worker, policy.Case, "child", policy.Overview) || reads(t, d, day(n), authority, policy.Case, "child", policy.Any) {
				t.Errorf("day %d: a child waits for an agreement, or an authority reads", n)
			}
		}
		setGates(t, d, "net", "agreement")
		if reads(t, d, day(3), worker, policy.Case, "shared", policy.Any) {
			t.Error("open after the agreement was taken back")
		}
	})
}

// Terms without an owner open nothing; they are an error of ours.
func TestGrantNeedsAnOwner(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, terms := range []policy.Terms{{}, {Owner: "org"}, {Owner: "org", Purpose: policy.CaseWork}, {Purpose: policy.CaseWork, Basis: policy.Consent}} {
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				return policy.Grant(t.Context(), tx, "net", policy.Case, "c", policy.ToOrg("org"), terms, policy.Overview)
			})
			if err == nil {
				t.Errorf("%+v was taken", terms)
			}
		}
		nowhere := worker
		nowhere.OrgID = ""
		grant(t, d, 0, policy.Case, "c", policy.ToAccount("worker"), policy.Overview)
		if reads(t, d, 1, nowhere, policy.Case, "c", policy.Any) {
			t.Error("who works nowhere reads")
		}
	})
}

var (
	bodies   = []string{"a", "b", "c"}
	bases    = []policy.Basis{policy.InstitutionalTask, policy.Consent, policy.ChildProtection}
	gateDays = rapid.IntRange(0, 6)
)

// shared is a case that was opened to a body, and on which terms.
type shared struct {
	id      string
	to      policy.Grantee
	terms   policy.Terms
	section policy.Section
}

// The SQL of the gate and a plain model agree, whatever bodies agreed and when.
func TestGateAgreesWithAModel(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		run := 0
		rapid.Check(t, func(r *rapid.T) {
			run++
			gates(t, r, d, fmt.Sprintf("n%d", run))
		})
	})
}

func gates(t *testing.T, r *rapid.T, d *db.DB, network string) {
	sections := []policy.Section{policy.Overview, policy.Diary}
	agreements := map[string][]policy.Gate{}
	for range rapid.IntRange(0, 4).Draw(r, "agreements") {
		var set []policy.Gate
		for range rapid.IntRange(0, 4).Draw(r, "gates") {
			g := policy.Gate{From: rapid.SampledFrom(bodies).Draw(r, "from"), To: rapid.SampledFrom(bodies).Draw(r, "to"),
				Purpose: rapid.SampledFrom(policy.Purposes).Draw(r, "purpose"), Section: rapid.SampledFrom(sections).Draw(r, "section"),
				Class: rapid.SampledFrom(policy.Classes).Draw(r, "class"), Since: date(gateDays.Draw(r, "since"))}
			if rapid.Bool().Draw(r, "ends") {
				g.Until = date(gateDays.Draw(r, "until"))
			}
			same := func(o policy.Gate) bool {
				return o.From == g.From && o.To == g.To && o.Purpose == g.Purpose && o.Section == g.Section
			}
			if !slices.ContainsFunc(set, same) {
				set = append(set, g)
			}
		}
		name := rapid.SampledFrom([]string{"x", "y"}).Draw(r, "agreement")
		agreements[name] = set
		setGates(t, d, network, name, set...)
	}
	var opened []shared
	for n := range rapid.IntRange(0, 5).Draw(r, "grants") {
		s := shared{id: fmt.Sprint("case", n%2), to: policy.ToOrg(rapid.SampledFrom(bodies).Draw(r, "to")),
			section: rapid.SampledFrom(sections).Draw(r, "section"), terms: policy.Terms{Owner: rapid.SampledFrom(bodies).Draw(r, "owner"),
				Purpose: rapid.SampledFrom(policy.Purposes).Draw(r, "for"), Basis: rapid.SampledFrom(bases).Draw(r, "basis")}}
		at(t, d, 0, func(ctx context.Context, tx *db.Tx) error {
			return policy.Grant(ctx, tx, network, policy.Case, s.id, s.to, s.terms, s.section)
		})
		opened = append(opened, s)
	}
	a := policy.Actor{AccountID: "w", Network: network, OrgID: rapid.SampledFrom(bodies).Draw(r, "body"), Role: policy.SocialWorker}
	when := gateDays.Draw(r, "when")
	for _, section := range append(sections, policy.Any) {
		for n := range 2 {
			id := fmt.Sprint("case", n)
			want := slices.ContainsFunc(opened, func(s shared) bool {
				return s.id == id && s.to.ID == a.OrgID && (section == policy.Any || s.section == section) && s.reaches(agreements, a.OrgID, date(when))
			})
			if got := reads(t, d, day(when), a, policy.Case, id, section); got != want {
				r.Fatalf("%s %q on day %d, body %s: %v, want %v\n%+v\n%+v", id, section, when, a.OrgID, got, want, opened, agreements)
			}
		}
	}
}

// reaches is the gate in plain words.
func (s shared) reaches(agreements map[string][]policy.Gate, to string, on db.Date) bool {
	if s.terms.Owner == to || s.terms.Basis == policy.ChildProtection {
		return true
	}
	for _, set := range agreements {
		for _, g := range set {
			if g.From == s.terms.Owner && g.To == to && g.Purpose == s.terms.Purpose && g.Section == s.section &&
				strings.Compare(string(g.Class), string(policy.ClassOf(s.section))) >= 0 && g.Since <= on && (g.Until == "" || on <= g.Until) {
				return true
			}
		}
	}
	return false
}
