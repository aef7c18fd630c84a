package programme

import (
	"bytes"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"tessuto/internal/ledger"
)

// damage replaces the first occurrence of old in a shipped pack; the problem is
// expected on the line where mark stands afterwards.
type damage struct {
	name, pack, old, new, mark, key, path string
}

var damages = []damage{
	{"syntax", "weita", "code: weita", "code: 'weita' x", "code: 'weita' x", "pack.yaml.syntax", ""},
	{"anchor", "weita", "code: weita", "code: &w weita", "code: &w", "pack.yaml.feature", ""},
	{"alias", "weita", "code: weita", "code: *w", "code: *w", "pack.yaml.feature", ""},
	{"tag", "weita", "code: weita", "code: !!str weita", "code: !!str", "pack.yaml.feature", ""},
	{"merge key", "weita", "code: weita", "<<: weita", "<<: weita", "pack.yaml.feature", ""},
	{"two documents", "weita", "fund:", "---\n---\nfund:", "---\nfund:", "pack.yaml.documents", ""},
	{"field twice", "weita", "code: weita", "code: weita\ncode: again", "code: again", "pack.field.repeated", "code"},
	{"later version", "weita", "tessuto_pack: 1", "tessuto_pack: 2", "tessuto_pack", "pack.version", "tessuto_pack"},
	{"unknown field", "weita", "letter: j", "lettera: j", "lettera: j", "pack.field.unknown", "fund.lettera"},
	{"unknown field deep", "weita", "node: R1.1\n    target: 1", "node: R1.1\n    goal: 1", "goal: 1", "pack.field.unknown", "indicators[0].goal"},
	{"missing field", "weita", "fund:\n  programme: FAMI 2014-2020\n", "fund:\n", "fund:", "pack.field.missing", "fund"},
	{"missing field of an item", "weita", "code: sds_grosseto\n    name:", "code: sds_grosseto\n    functions: []\n    #", "- code: sds_grosseto", "pack.field.missing", "organisations[0]"},
	{"missing language", "weita", "title: {it: Formazione, en: Training}", "title: {it: Formazione}", "title: {it: Formazione}", "pack.language.missing", "logframe[1].nodes[0].title"},
	{"empty text", "weita", "title: {it: Formazione, en: Training}", `title: {it: Formazione, en: ""}`, `title: {it: Formazione, en: ""}`, "pack.value.empty", "logframe[1].nodes[0].title.en"},
	{"text for number", "weita", "number: 48", "number: many", "number: many", "pack.type", "recipients[0].number"},
	{"number for text", "weita", "code: \"3.2\"\n    title", "code: 3.2\n    title", "- code: 3.2\n", "pack.type.quotes", "indicators[10].code"},
	{"zero", "weita", "number: 48", "number: 0", "number: 0", "pack.value.range", "recipients[0].number"},
	{"fraction", "weita", "number: 48", "number: 4.8", "number: 4.8", "pack.type", "recipients[0].number"},
	{"list for map", "reboot", `period: {from: "2020-03-16", to: "2022-03-31"}`, `period: ["2020-03-16"]`, "period: [", "pack.type", "period"},
	{"unknown unit", "weita", "unit: operators", "unit: workers", "unit: workers", "pack.value.unknown", "recipients[0].unit"},
	{"unknown kind", "fasi", "kind: mobile_outreach_team", "kind: team", "kind: team", "pack.value.unknown", "bodies[1].kind"},
	{"capital code", "weita", "code: weita", "code: WE-ITA", "code: WE-ITA", "pack.value.form", "code"},
	{"not a date", "reboot", "2022-03-31", "2022-02-31", "2022-02-31", "pack.value.date", "period.to"},
	{"dates inverted", "reboot", "2022-03-31", "2019-03-31", "2019-03-31", "pack.period.inverted", "period.to"},
	{"empty list", "weita", `activities: ["1.1"]`, "activities: []", "activities: []", "pack.list.empty", "indicators[0].activities"},
	{"item twice", "weita", `activities: ["1.1"]`, `activities: ["1.1", "1.1"]`, `["1.1", "1.1"]`, "pack.list.repeated", "indicators[0].activities"},
	{"at least nothing", "weita", "number: 20\n    at_least: true", "at_least: true", "at_least: true", "pack.field.with", "recipients[5].at_least"},
	{"about and at least", "weita", "approximate: true", "approximate: true\n    at_least: true", "at_least: true", "pack.recipient.number", "recipients[4].at_least"},
	{"organisation twice", "weita", "code: unisi_dispoc", "code: sds_grosseto", "- code: sds_grosseto\n    name: Univ", "pack.code.repeated", "organisations[1].code"},
	{"node twice", "weita", "code: R1.2", "code: R1.1", "code: R1.1\n            title:\n              it: Una", "pack.code.repeated", "logframe[0].nodes[0].nodes[1].code"},
	{"territory twice", "labimpact", "code: ambito_2,", "code: ambito_3,", "code: ambito_3, name: Ambito territoriale (3", "pack.code.repeated", "territory.parts[2].code"},
	{"indicator twice", "weita", "code: 1.1-cittadini", "code: \"1.1\"", "- code: \"1.1\"\n    title: {it: Citt", "pack.code.repeated", "indicators[1].code"},
	{"no such organisation", "labimpact", "partners: [pugno_aperto, ruah]", "partners: [pugno_aperto, rua]", "[pugno_aperto, rua]", "pack.organisation.unknown", "logframe[6].partners[1]"},
	{"no such territory", "weita", "territory: zona_grosseto", "territory: zona", "territory: zona\n", "pack.territory.unknown", "organisations[0].territory"},
	{"no such activity", "weita", `activities: ["3.2"]`, `activities: ["3.9"]`, `["3.9"]`, "pack.activity.unknown", "indicators[10].activities[0]"},
	{"not an activity", "weita", `activities: ["3.2"]`, `activities: ["R3.2"]`, `["R3.2"]`, "pack.activity.kind", "indicators[10].activities[0]"},
	{"no such node", "weita", "node: R2.1", "node: R2.9", "node: R2.9", "pack.node.unknown", "indicators[4].node"},
	{"no such node in a change", "labimpact", `nodes: ["1.4"]`, `nodes: ["1.5"]`, `nodes: ["1.5"]`, "pack.node.unknown", "changes[0].nodes[0]"},
	{"node under its own kind", "weita", "kind: result\n            code: R3.1", "kind: action\n            code: R3.1", "kind: action\n            code: R3.1", "pack.node.order", "logframe[2].nodes[0].nodes[0].kind"},
	{"table of no breakdown", "weita", "    cross: [[sex, age_class]]", "    cross: [[sex, territory]]", "cross: [[sex, territory]]", "pack.indicator.cross", "indicators[11].cross[0][1]"},
	{"two tables of one breakdown", "weita", "    cross: [[sex, age_class]]", "    cross: [[sex, age_class], [sex, citizenship]]", "cross: [[sex, age_class], [", "pack.indicator.cross", "indicators[11].cross[1][0]"},
	{"table of one", "weita", "    cross: [[sex, age_class]]", "    cross: [[sex]]", "cross: [[sex]]", "pack.indicator.cross", "indicators[11].cross[0]"},
	{"dates of an objective", "weita", "kind: objective\n    code: O1", "kind: objective\n    from: \"2026-01-01\"\n    code: O1", "from: \"2026", "pack.node.planned", "logframe[0].from"},
	{"activity ends before it begins", "weita", "code: \"1.1\"\n", "code: \"1.1\"\n                from: \"2026-02-01\"\n                to: \"2026-01-01\"\n", "to: \"2026", "pack.period.inverted", "logframe[0].nodes[0].nodes[0].nodes[0].to"},
	{"owner that is no organisation", "weita", "code: \"1.1\"\n", "code: \"1.1\"\n                owner: nobody\n", "owner: nobody", "pack.organisation.unknown", "logframe[0].nodes[0].nodes[0].nodes[0].owner"},
	{"odd mode", "weita", "code: \"1.1\"\n", "code: \"1.1\"\n                mode: online\n", "mode: online", "pack.value.unknown", "logframe[0].nodes[0].nodes[0].nodes[0].mode"},
	{"no lead", "weita", "roles: [lead]", "roles: [partner]", "organisations:", "pack.lead", "organisations"},
	{"no such measure", "weita", "measure: cases.plan_signed", "measure: cases.plan_sign", "cases.plan_sign\n", "pack.measure.unknown", "indicators[10].measure"},
	{"unit that the measure cannot count", "weita", "unit: households\n    measure: cases.plan_signed", "unit: persons\n    measure: cases.plan_signed", "unit: persons\n    measure: cases.plan_signed", "pack.measure.unit", "indicators[10].unit"},
	{"very restricted in another class", "becomer", "confidentiality: C4", "confidentiality: C3", "measure: cases.health_path_opened", "pack.measure.class", "indicators[3].measure"},
	{"minutes of a count", "labimpact", "measure: access.contact_minutes", "measure: access.contact", "unit: minutes\n    measure: access.contact\n", "pack.measure.unit", "indicators[8].unit"},
	{"ratio half", "reboot", "    denominator:", "    #", "- code: 3.2-autonomia", "pack.indicator.source", "indicators[12]"},
	{"ratio without the unit", "reboot", "unit: ratio", "unit: households", "unit: households\n    numerator", "pack.indicator.ratio", "indicators[12].unit"},
	{"ratio of a measure", "weita", "unit: households\n    measure: cases.plan_signed", "unit: ratio\n    measure: cases.plan_signed", "unit: ratio", "pack.indicator.ratio", "indicators[10].unit"},
	{"ratio unit", "reboot", "numerator: {measure: cases.objective_reached, unit: households}", "numerator: {measure: cases.objective_reached, unit: persons}", "unit: persons}", "pack.measure.unit", "indicators[12].numerator.unit"},
	{"fed twice", "weita", "measure: cases.plan_signed", "measure: cases.plan_signed\n    feeds_from: cases", "- code: \"3.2\"\n    title: {it: Famiglie", "pack.indicator.source", "indicators[10]"},
	{"fed by nothing", "weita", "    measure: cases.plan_signed\n", "", "- code: \"3.2\"\n    title: {it: Famiglie", "pack.indicator.source", "indicators[10]"},
	{"declared and counted", "weita", "measure: cases.plan_signed", "measure: cases.plan_signed\n    declared: true", "- code: \"3.2\"\n    title: {it: Famiglie", "pack.indicator.source", "indicators[10]"},
	{"declared, or not", "labimpact", "declared: true", "declared: false", "false", "pack.value.unknown", "indicators[21].declared"},
	{"parts of what is declared", "labimpact", "declared: true", "declared: true\n    by: [territory]", "by: [territory]\n    target: 35", "pack.indicator.declared", "indicators[21].by"},
	{"sex of households", "weita", "by: [territory]", "by: [territory, sex]", "by: [territory, sex]", "pack.indicator.breakdown", "indicators[10].by[1]"},
}

func TestDamagedPacks(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, d := range damages {
		t.Run(d.name, func(t *testing.T) {
			src := string(packSource(t, d.pack))
			broken := strings.Replace(src, d.old, d.new, 1)
			before, _, found := strings.Cut(broken, d.mark)
			if broken == src || !found {
				t.Fatalf("the damage does not fit %s.yaml any more", d.pack)
			}
			line := 1 + strings.Count(before, "\n")
			p, problems := ParsePack([]byte(broken), testMeasures)
			if p != nil {
				t.Error("a damaged pack was returned")
			}
			if !slices.ContainsFunc(problems, func(x PackProblem) bool {
				return x.Line == line && x.Key == d.key && x.Path == d.path
			}) {
				t.Errorf("want line %d, %s, %s; got %v", line, d.path, d.key, problems)
			}
			for _, x := range problems {
				seen[x.Key] = true
				if strings.Contains(x.String(), "{{") || strings.Contains(x.String(), "pack.") || x.In(t.Context()) == x.Key || x.Column < 1 {
					t.Errorf("bad problem %+v", x)
				}
			}
		})
	}
	// Told by TestPacksRefusedWhole, or a safety net that no damage reaches.
	for _, key := range []string{"pack.too_big", "pack.yaml.encoding", "pack.yaml.empty", "pack.yaml.depth", "pack.yaml.size", "pack.value.long", "pack.invalid"} {
		seen[key] = true
	}
	for _, key := range PackProblemKeys() {
		if !seen[key] {
			t.Errorf("no damage brings up %s", key)
		}
	}
}

func TestPacksRefusedWhole(t *testing.T) {
	t.Parallel()
	for key, src := range map[string]string{
		"pack.too_big":       strings.Repeat("#", maxPackBytes+1),
		"pack.yaml.encoding": "code: \xff",
		"pack.yaml.empty":    "# nothing\n",
		"pack.yaml.size":     strings.Repeat("- a\n", maxPackTokens),
		"pack.yaml.feature":  "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
		"pack.yaml.depth":    strings.Repeat("[", maxPackBytes),
	} {
		p, problems := ParsePack([]byte(src), nil)
		if p != nil || len(problems) != 1 || problems[0].Key != key {
			t.Errorf("want %s, got %v", key, problems)
		}
	}
	deep := strings.Repeat("- ", 100) + "a"
	if _, problems := ParsePack([]byte(deep), nil); problems[0].Key != "pack.yaml.depth" {
		t.Errorf("a deep list gives %v", problems)
	}
	long := strings.Replace(string(packSource(t, "weita")), "en: Training}", "en: "+strings.Repeat("long ", 1000)+"}", 1)
	if _, problems := ParsePack([]byte(long), testMeasures); problems[0].Key != "pack.value.long" {
		t.Errorf("a long text gives %v", problems)
	}
}

func TestProblemsComeInOrderAndNotTooMany(t *testing.T) {
	t.Parallel()
	src := bytes.ReplaceAll(packSource(t, "labimpact"), []byte("en: "), []byte("fr: "))
	_, problems := ParsePack(src, testMeasures)
	if len(problems) != maxPackProblems {
		t.Errorf("%d problems, want %d", len(problems), maxPackProblems)
	}
	if !slices.IsSortedFunc(problems, func(a, b PackProblem) int { return a.Line - b.Line }) {
		t.Error("problems are not in the order of the file")
	}
	if got, want := problems[0].String(), "4:1: title: the text in language en is missing"; got != want {
		t.Errorf("first problem %q, want %q", got, want)
	}
	_, problems = ParsePack(packSource(t, "weita"), nil)
	for _, p := range problems {
		if p.Key != "pack.measure.unknown" {
			t.Errorf("without measures: %s", p)
		}
	}
	if len(problems) == 0 {
		t.Error("a pack is clean although no area declares a measure")
	}
}

func TestSmallestPack(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("testdata/smallest.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if p, problems := ParsePack(src, testMeasures); p == nil || p.Lead().Code != "us" {
		t.Errorf("the least that a pack must say is refused: %v", problems)
	}
}

// FuzzParsePack holds the promise that nothing panics, whatever is uploaded.
func FuzzParsePack(f *testing.F) {
	smallest, err := os.ReadFile("testdata/smallest.yaml") // small, so that each round is quick
	if err != nil {
		f.Fatal(err)
	}
	f.Add(smallest)
	for _, pair := range [][2]string{{"C2", "c2"}, {"1\n", "2\n"}, {"[us]", "[&us us]"}, {"people", "us\nx: ["}, {"it:", "it"}, {"- code", "code"}} {
		f.Add([]byte(strings.Replace(string(smallest), pair[0], pair[1], 1)))
	}
	for _, s := range []string{"", "a", "- - -", "? a", "{a: {", "a: |", "\x00", "a: 1e999", "a: .nan", "0x: 0o7", "a:\n\t- b", "'"} {
		f.Add([]byte(s))
	}
	known := maps.Collect(func(yield func(string, bool) bool) {
		for _, key := range PackProblemKeys() {
			if !yield(key, true) {
				return
			}
		}
	})
	f.Fuzz(func(t *testing.T, src []byte) {
		p, problems := ParsePack(src, ledger.Catalogue{{Code: "access.contact", Subject: ledger.Person}})
		if (p == nil) != (len(problems) > 0) || len(problems) > maxPackProblems {
			t.Fatalf("pack %v with %d problems", p != nil, len(problems))
		}
		lines := 2 + bytes.Count(src, []byte("\n")) + bytes.Count(src, []byte("\r"))
		for _, x := range problems {
			if !known[x.Key] || x.Line < 1 || x.Column < 1 || x.Line > lines {
				t.Fatalf("bad problem %+v", x)
			}
		}
	})
}
