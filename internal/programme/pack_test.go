package programme

import (
	"slices"
	"testing"

	"tessuto/internal/ledger"
	"tessuto/packs"
)

// testMeasures stands for what the areas declare; the real catalogue is joined
// in package app.
var testMeasures = ledger.Catalogue{
	{Code: "access.contact", Subject: ledger.Person},
	{Code: "access.contact_minutes", Subject: ledger.Person, Minutes: true},
	{Code: "access.mediation", Subject: ledger.Person},
	{Code: "access.mediation_minutes", Subject: ledger.Person, Minutes: true},
	{Code: "cases.household_in_charge", Subject: ledger.Household},
	{Code: "cases.person_in_charge", Subject: ledger.Person},
	{Code: "cases.health_path_opened", Subject: ledger.Person, VeryRestricted: true},
	{Code: "cases.work_path_opened", Subject: ledger.Person}, {Code: "cases.work_job_started", Subject: ledger.Person}, {Code: "cases.work_job_kept_6", Subject: ledger.Person},
	{Code: "cases.health_first_appointment", Subject: ledger.Person, VeryRestricted: true},
	{Code: "cases.prevention_session", Subject: ledger.Event, VeryRestricted: true}, {Code: "cases.prevention_minutes", Subject: ledger.Event, Minutes: true, VeryRestricted: true},
	{Code: "cases.prevention_participant", Subject: ledger.Person, VeryRestricted: true},
	{Code: "cases.analysis_done", Subject: ledger.Household},
	{Code: "cases.autonomy_improved", Subject: ledger.Household},
	{Code: "cases.plan_signed", Subject: ledger.Household},
	{Code: "cases.intervention", Subject: ledger.Household},
	{Code: "cases.intervention_minutes", Subject: ledger.Household, Minutes: true},
	{Code: "cases.review_held", Subject: ledger.Household},
	{Code: "cases.sitting_held", Subject: ledger.Household},
	{Code: "cases.mobile_activity", Subject: ledger.Household},
	{Code: "cases.objective_reached", Subject: ledger.Household},
	{Code: "cases.team_operator", Subject: ledger.Operator},
	{Code: "cases.closed", Subject: ledger.Household},
	{Code: "governance.meeting_held", Subject: ledger.Event},
	{Code: "governance.presence", Subject: ledger.Operator},
}

func packSource(t testing.TB, code string) []byte {
	t.Helper()
	src, err := packs.FS.ReadFile(code + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func shippedPack(t testing.TB, code string) *Pack {
	t.Helper()
	p, problems := ParsePack(packSource(t, code), testMeasures)
	for _, problem := range problems {
		t.Errorf("%s.yaml:%s", code, problem)
	}
	if p == nil {
		t.FailNow()
	}
	return p
}

func TestShippedPacksAreClean(t *testing.T) {
	t.Parallel()
	for _, code := range packs.Codes {
		p := shippedPack(t, code)
		if p.Code != code {
			t.Errorf("%s.yaml declares the code %s", code, p.Code)
		}
		var fed, waiting int
		for _, n := range p.Indicators {
			if !n.Fed() {
				waiting++
				continue
			}
			fed++
			if n.Unit == ledger.Persons && (!slices.Contains(n.By, "sex") || !slices.Contains(n.By, "age_class")) {
				t.Errorf("%s %s counts people and is not broken down by sex and age", code, n.Code)
			}
		}
		if fed < 3 || waiting == 0 {
			t.Errorf("%s: %d indicators fed, %d waiting for an area", code, fed, waiting)
		}
	}
	entries, err := packs.FS.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(entries), len(packs.Codes)+1; got != want { // and the schema
		t.Errorf("%d files are embedded, want %d", got, want)
	}
}

func TestWeItaFigures(t *testing.T) {
	t.Parallel()
	p := shippedPack(t, "weita")
	targets := map[string]int{"1.1": 1, "2.1": 96, "2.2-operatori": 96, "2.2-cittadini": 20, "2.2-laboratori": 4, "3.1": 10, "3.2": 14}
	for _, n := range p.Indicators {
		if n.Target != targets[n.Code] {
			t.Errorf("target of %s = %d, want %d", n.Code, n.Target, targets[n.Code])
		}
		if want := n.Code == "2.2-cittadini" || n.Code == "3.2"; n.AtLeast != want {
			t.Errorf("%s says at least: %v, want %v", n.Code, n.AtLeast, want)
		}
		delete(targets, n.Code)
	}
	if len(targets) > 0 {
		t.Errorf("no indicator for %v", targets)
	}
	if n := p.Indicator("3.2"); n.Measure != "cases.plan_signed" || !slices.Equal(n.Activities, []string{"3.2"}) {
		t.Errorf("3.2 is fed by %s on %v", n.Measure, n.Activities)
	}
	recipients := []struct {
		code               string
		number             int
		approximate, least bool
	}{
		{"assistenti_sociali", 48, false, false}, {"educatori", 23, false, false}, {"amministrativi", 1, false, false},
		{"infoimmigrati", 4, false, false}, {"terzo_settore", 20, true, false}, {"cittadini", 20, false, true},
		{"famiglie_emergenza", 14, false, false}, {"famiglie_disagio", 0, false, false},
	}
	for _, want := range recipients {
		i := slices.IndexFunc(p.Recipients, func(r PackRecipient) bool { return r.Code == want.code })
		if i < 0 {
			t.Errorf("no recipients %s", want.code)
			continue
		}
		if r := p.Recipients[i]; r.Number != want.number || r.Approximate != want.approximate || r.AtLeast != want.least {
			t.Errorf("recipients %s = %+v, want %+v", want.code, p.Recipients[i], want)
		}
	}
	if len(p.Recipients) != len(recipients) {
		t.Errorf("%d categories of recipients, want %d", len(p.Recipients), len(recipients))
	}
	if c := p.Territory.CountedParts; c == nil || c.Number != 20 || c.Kind != "municipality" {
		t.Errorf("counted parts of the zone = %+v", c)
	}
}

func TestWeItaLogframe(t *testing.T) {
	t.Parallel()
	p := shippedPack(t, "weita")
	for kind, want := range map[string]int{NodeObjective: 3, NodeAction: 3, NodeResult: 6, NodeActivity: 6} {
		if got := len(nodesOfKind(p, kind)); got != want {
			t.Errorf("%d nodes of kind %s, want %d", got, kind, want)
		}
	}
	for s := range p.Steps() {
		if s.Code == "3.2" && (s.Depth != 3 || s.Parent != "R3.2" || p.Node("R3.2").Kind != NodeResult) {
			t.Errorf("3.2 stands %d deep below %s", s.Depth, s.Parent)
		}
	}
	if p.Node("9") != nil || p.Indicator("9") != nil {
		t.Error("a code that is not there was found")
	}
}

// nodesOfKind are the logframe nodes of one kind.
func nodesOfKind(p *Pack, kind string) (out []*PackNode) {
	for s := range p.Steps() {
		if s.Kind == kind {
			out = append(out, s.PackNode)
		}
	}
	return out
}

func TestLabImpact(t *testing.T) {
	t.Parallel()
	p := shippedPack(t, "labimpact")
	ambiti, named := 0, 0
	for place := range p.Places() {
		if place.Kind == "social_district" && place.Parent == "lombardia" {
			ambiti++
			if !place.Assumed {
				named++
			}
		}
	}
	if ambiti != 35 || named != 1 {
		t.Errorf("%d Ambiti, %d of them named; want 35 and 1", ambiti, named)
	}
	actions := map[string][]string{
		"1": {"ruah", "psv_cooperativa", "psv_fondazione", "informagiovani"},
		"2": {"pugno_aperto", "ruah"},
		"3": {"pugno_aperto"},
		"4": {"agenzia_integrazione", "ruah"},
	}
	got := nodesOfKind(p, NodeAction)
	if len(got) != len(actions) {
		t.Errorf("%d macro-actions, want 4", len(got))
	}
	partners := map[string]bool{"isis_natta": true}
	for _, a := range got {
		if !slices.Equal(a.Partners, actions[a.Code]) {
			t.Errorf("action %s is run by %v, want %v", a.Code, a.Partners, actions[a.Code])
		}
		for _, code := range a.Partners {
			if code == "isis_natta" {
				t.Error("the source names no action for I.S.I.S. Natta")
			}
			partners[code] = true
		}
	}
	if len(partners) != 7 {
		t.Errorf("%d partners in Bergamo's network, want 7", len(partners))
	}
	if n := len(nodesOfKind(p, NodeActivity)); n != 15 {
		t.Errorf("%d activities, want 15", n)
	}
	if len(p.Changes) != 2 || p.Changes[0].From != "" {
		t.Errorf("changes = %+v: two, without dates", p.Changes)
	}
}

func TestOtherPacks(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]struct{ lead, confidentiality string }{
		"reboot":    {"comune_bologna", "C3"},
		"intarsi":   {"unione_valle_savio", "C3"},
		"becomer":   {"comune_ravenna", "C4"},
		"labimpact": {"regione_lombardia", "C2"},
		"fasi":      {"sds_pistoiese", "C3"},
		"weita":     {"sds_grosseto", "C3"},
	} {
		p := shippedPack(t, code)
		if p.Lead().Code != want.lead || p.Confidentiality != want.confidentiality {
			t.Errorf("%s: lead %s, class %s", code, p.Lead().Code, p.Confidentiality)
		}
	}
	if p := shippedPack(t, "reboot").Period; p.From != "2020-03-16" || p.To != "2022-03-31" {
		t.Errorf("RE.BOOT runs %s to %s", p.From, p.To)
	}
	fasi := shippedPack(t, "fasi")
	var modes []string
	for _, n := range fasi.Indicators {
		if n.Mode != "" && n.Measure == "cases.mobile_activity" && slices.Equal(n.Activities, []string{"4.2"}) {
			modes = append(modes, n.Mode)
		}
	}
	if !slices.Equal(modes, []string{"territory", "remote"}) {
		t.Errorf("the mobile team is counted by modes %v", modes)
	}
	if n := len(nodesOfKind(fasi, NodeAction)); n != 4 {
		t.Errorf("FA.SI has %d actions, want 4", n)
	}
}

func TestTextIn(t *testing.T) {
	t.Parallel()
	text := Text{It: "ciao", En: "hello"}
	for lang, want := range map[string]string{"it": "ciao", "it-IT": "ciao", "IT": "ciao", "en": "hello", "ar": "hello", "": "hello"} {
		if got := text.In(lang); got != want {
			t.Errorf("In(%q) = %q, want %q", lang, got, want)
		}
	}
	if w, ok := shippedPack(t, "weita").Word("recipients.indirect", "it"); !ok || w != "indiretti" {
		t.Errorf("WE-ITA says %q", w)
	}
}

func TestRatioIsTwoCounts(t *testing.T) {
	t.Parallel()
	p := shippedPack(t, "reboot")
	c := p.Indicator("3.2-autonomia").Counts()
	if len(c) != 2 || c[0].Measure != "cases.objective_reached" || c[1].Measure != "cases.household_in_charge" {
		t.Errorf("counts = %+v", c)
	}
	if p.Indicator("4.1-segnali").Counts() != nil {
		t.Error("an indicator that nothing feeds has counts")
	}
	if c := p.Indicator("2-persone").Counts(); len(c) != 1 || c[0].Unit != ledger.Persons {
		t.Errorf("counts = %+v", c)
	}
}
