package app_test

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/network"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// gated is the demo with a family of RE.BOOT, whose psychologist works for
// another body.
type gated struct {
	*testing.T
	*app.App
	base  string
	token map[string]string
	family
	agreement network.Agreement
}

func eachGated(t *testing.T, fn func(g *gated)) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			g := &gated{T: t, App: a, base: apptest.Serve(t, a), token: map[string]string{}, family: familyOf(t, a)}
			g.agreement = g.find("Contitolarità dei dati nella presa in carico di RE.BOOT")
			g.comeIn()
			fn(g)
		})
	}
}

// comeIn gives everybody who asks a token that holds now.
func (g *gated) comeIn() {
	g.Helper()
	for _, who := range []string{"psicologo", "assistente", "dpo"} {
		token, err := g.IssueToken(g.Context(), apptest.Mail(who), "test", 365)
		g.must(err)
		g.token[who] = token
	}
}

func (g *gated) as(who string) context.Context { return as(g.T, g.App, who) }

func (g *gated) must(err error) {
	g.Helper()
	if err != nil {
		g.Fatal(err)
	}
}

func (g *gated) find(title string) network.Agreement {
	g.Helper()
	list, _, err := g.Network.Agreements(g.as("admin"))
	n := slices.IndexFunc(list, func(a network.Agreement) bool { return a.Title == title })
	if err != nil || n < 0 {
		g.Fatalf("no agreement %q: %v", title, err)
	}
	return list[n]
}

// page reads a page in somebody's name.
func (g *gated) page(who, path string) (int, string) {
	g.Helper()
	return g.ask(who, "GET", path)
}

func (g *gated) ask(who, method, path string) (int, string) {
	g.Helper()
	r, err := http.NewRequestWithContext(g.Context(), method, g.base+path, nil)
	g.must(err)
	r.Header.Set("Authorization", "Bearer "+g.token[who])
	res, err := http.DefaultClient.Do(r)
	g.must(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	g.must(err)
	return res.StatusCode, string(body)
}

// closed asserts that the other body finds nothing of the family, anywhere.
func (g *gated) closed(when string) {
	g.Helper()
	asked := 0
	for _, rt := range g.Routes() {
		id := g.ids[rt.Record]
		if id == "" || !strings.Contains(rt.Pattern, "{id}") || rt.Record == policy.Contact || rt.Record == policy.Appointment {
			continue
		}
		asked++
		path := strings.NewReplacer("{id}", id, "{member}", id, "{entry}", id).Replace(rt.Pattern)
		code, body := g.ask("psicologo", rt.Method, path)
		if code != http.StatusNotFound || strings.Contains(body, g.name) {
			g.Errorf("%s: %s %s: %d", when, rt.Method, path, code)
		}
	}
	if asked < 20 {
		g.Errorf("only %d requests", asked)
	}
	for _, path := range []string{"/home", "/cases", "/cases?closed=1", "/people", "/people?q=" + strings.ReplaceAll(g.name, " ", "+"), "/appointments",
		"/api/v1/persons", "/find?q=" + strings.ReplaceAll(g.name, " ", "+"), "/tasks", "/programmes/reboot/indicators/3.2-nuclei"} {
		_, body := g.page("psicologo", path)
		for _, secret := range []string{g.name, g.ids[policy.Case], g.ids[policy.Person], g.ids[policy.Household]} {
			typed := strings.Contains(path, "q=") && secret == g.name // the page repeats what was looked for
			if strings.Contains(body, secret) && !typed {
				g.Errorf("%s: %s still says %s", when, path, secret)
			}
		}
	}
	if list, total, err := g.Cases.Cases(g.as("psicologo"), true, 100); err != nil || len(list) > 0 || total > 0 {
		g.Errorf("%s: %d cases of %d listed, %v", when, len(list), total, err)
	}
	if code, _ := g.page("assistente", "/cases/"+g.ids[policy.Case]); code != http.StatusOK {
		g.Errorf("%s: the owner does not see the case: %d", when, code)
	}
}

func (g *gated) open(when string) {
	g.Helper()
	for kind, path := range map[policy.Kind]string{policy.Case: "/cases/", policy.Household: "/households/", policy.Person: "/people/"} {
		if code, _ := g.page("psicologo", path+g.ids[kind]); code != http.StatusOK {
			g.Errorf("%s: %s is closed: %d", when, kind, code)
		}
	}
}

// When an agreement is over the door closes by itself, everywhere; renewed, it
// opens again.
func TestSharingEndsWithTheAgreement(t *testing.T) {
	eachGated(t, func(g *gated) {
		g.open("in force")
		real := g.DB.Now
		g.DB.Now = func() time.Time { return real().AddDate(0, 0, 411) }
		g.comeIn()
		g.closed("expired")
		if _, body := g.page("assistente", "/cases/"+g.ids[policy.Case]+"/team"); !strings.Contains(body, i18n.T(i18n.With(g.Context(), "it"), "team.closed")) {
			g.Error("the team does not say who sees the case no more")
		}
		a := g.agreement
		g.must(g.Network.RenewAgreement(g.as("admin"), a.ID, a.To.AddDays(365), a.Version))
		g.open("renewed")
		today := db.DateOf(g.DB.Now())
		g.must(g.Network.EndAgreement(g.as("admin"), a.ID, today, "Il servizio cambia", a.Version+1))
		g.closed("ended early")
		r, err := g.Verify(g.Context())
		if err != nil || len(r.Problems) > 0 {
			g.Errorf("verify: %v %v", err, r.Problems)
		}
	})
}

// An agreement on plain personal data opens no section of special categories;
// one between the two bodies and an authority opens nothing to the authority.
func TestSharingCoversItsClassOnly(t *testing.T) {
	eachGated(t, func(g *gated) {
		a := g.agreement
		today := db.DateOf(g.DB.Now())
		g.must(g.Network.EndAgreement(g.as("admin"), a.ID, today, "Si riscrive", a.Version))
		narrow := a
		narrow.Class, narrow.From, narrow.Title = policy.Personal, today, "Solo dati personali"
		id, err := g.Network.AddAgreement(g.as("admin"), narrow, crypto.Sending{})
		g.must(err)
		g.closed("a draft")
		g.must(g.Network.SignAgreement(g.as("admin"), id, today, "", 1))
		g.open("signed")
		f, err := g.Cases.File(g.as("psicologo"), g.ids[policy.Case])
		g.must(err)
		for _, s := range policy.CaseSections {
			if policy.ClassOf(s) != policy.Personal && f.Open[s] {
				g.Errorf("%s is open", s)
			}
		}
		if !f.Open[policy.Overview] || !f.Open[policy.AreaLearning] || f.Reason != "" || len(f.Diary) > 0 || f.Plan != nil {
			g.Errorf("what is covered is closed, or more is shown: %v", f.Open)
		}
		body, err := g.Network.OrganisationFile(g.as("admin"), policy.From(g.as("psicologo")).OrgID)
		g.must(err)
		o := body.Organisation
		o.Kind = policy.Authority
		g.must(g.Network.SaveOrganisation(g.as("admin"), o))
		g.closed("an authority")
	})
}

// Without an agreement nobody of the other body joins a team, and the refusal
// says whom to ask; to protect a minor nobody waits, and the DPO is told.
func TestTeamNeedsAnAgreement(t *testing.T) {
	eachGated(t, func(g *gated) {
		a := g.agreement
		g.must(g.Network.EndAgreement(g.as("admin"), a.ID, db.DateOf(g.DB.Now()), "Finito", a.Version))
		worker, partner := g.as("assistente"), policy.From(g.as("partner")).AccountID
		err := g.Cases.AddToTeam(worker, g.ids[policy.Case], partner, "educator", crypto.Sending{})
		if errs.CodeOf(err) != errs.Conflict || !strings.Contains(err.Error(), "agreement.needed") {
			g.Errorf("added without an agreement: %v", err)
		}
		if err := g.Cases.AddToProtect(worker, g.ids[policy.Case], partner, "educator", "", crypto.Sending{}); errs.CodeOf(err) != errs.Invalid {
			g.Errorf("without a reason: %v", err)
		}
		if open, err := g.Network.WithoutAgreement(g.as("dpo")); err != nil || len(open) > 0 {
			g.Errorf("%v %v", open, err)
		}
		g.must(g.Cases.AddToProtect(worker, g.ids[policy.Case], partner, "educator", "harm", crypto.Sending{}))
		if _, err := g.Cases.File(g.as("partner"), g.ids[policy.Case]); err != nil {
			g.Errorf("a child waits: %v", err)
		}
		open, err := g.Network.WithoutAgreement(g.as("dpo"))
		if err != nil || len(open) != 1 || open[0].Cases != 1 {
			g.Errorf("the DPO is told %v, %v", open, err)
		}
		for _, path := range []string{"/home", "/agreements"} {
			if _, body := g.page("dpo", path); strings.Contains(body, g.name) || strings.Contains(body, g.ids[policy.Case]) {
				g.Errorf("%s tells the DPO of the family", path)
			}
		}
		if _, err := g.Network.WithoutAgreement(g.as("admin")); errs.CodeOf(err) != errs.Forbidden {
			g.Errorf("the administrator is told: %v", err)
		}
	})
}

// The six programmes are there with their bodies and places, and each body that
// shares a case in the demo has an agreement.
func TestTheSixProgrammesInTheNetwork(t *testing.T) {
	eachGated(t, func(g *gated) {
		for programme, least := range map[string]int{"reboot": 7, "intarsi": 12, "becomer": 11, "labimpact": 11 + 34, "fasi": 4, "weita": 2} {
			d, err := g.Network.Directory(g.as("regione"), network.Filter{Programme: programme})
			if err != nil || len(d.Organisations) < least {
				g.Errorf("%s: %d organisations, want %d: %v", programme, len(d.Organisations), least, err)
			}
		}
		d, err := g.Network.Directory(g.as("mediatore"), network.Filter{Query: "ambito territoriale"})
		g.must(err)
		assumed := 0
		for _, o := range d.Organisations {
			if o.Kind == "social_district" && o.Assumed {
				assumed++
			}
		}
		ambiti := 0
		for _, p := range d.Territories {
			if p.Kind == "social_district" {
				ambiti++
			}
		}
		if assumed != 34 || ambiti != 35 {
			g.Errorf("%d assumed bodies of Ambiti, %d Ambiti", assumed, ambiti)
		}
		atlas, err := g.Network.Atlas(g.as("dpo"), "bologna", "")
		if err != nil || atlas.Found != 2 {
			g.Errorf("Bologna stands %d times in the tree, want municipality and metropolitan area: %v", atlas.Found, err)
		}
		soon, _, err := g.Network.EndingSoon(g.as("capofila"))
		if err != nil || len(soon) != 1 || soon[0].Programmes[0] != "intarsi" {
			g.Errorf("ending soon: %v %v", soon, err)
		}
	})
}

// placeOf is a place of the tree.
func placeOf(t *testing.T, a *app.App) string {
	t.Helper()
	d, err := a.Network.Directory(as(t, a, "admin"), network.Filter{})
	if err != nil || len(d.Territories) == 0 {
		t.Fatal(err)
	}
	return d.Territories[0].ID
}

// draftOf is an agreement that can still be changed.
func draftOf(t *testing.T, a *app.App) string {
	t.Helper()
	list, today, err := a.Network.Agreements(as(t, a, "admin"))
	n := slices.IndexFunc(list, func(g network.Agreement) bool { return g.State(today) == network.Draft })
	if err != nil || n < 0 {
		t.Fatal(err)
	}
	return list[n].ID
}
