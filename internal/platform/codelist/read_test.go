package codelist_test

import (
	"reflect"
	"strings"
	"testing"

	"tessuto/codes"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
)

// shipped are the codes that releases have carried: one is ended, never taken
// out, because records have it.
var shipped = map[string]string{
	"household_relation":    "1 2 3 4 6 7 9 13 22 23 28 99",
	"contact_request":       "housing documents health school italian work income family legal other",
	"contact_channel":       "in_person phone message video territory",
	"contact_outcome":       "informed sent_on appointment assessment in_charge",
	"health_service":        "social csm serd npia consultorio ethnoclinical youth hospital doctor reception school third_sector oneself",
	"health_reason":         "distress_said distress_seen substances alcohol gambling trauma other",
	"health_outcome":        "completed goes_on moved stopped not_taken lost",
	"health_care":           "prevention diagnosis rehabilitation insertion",
	"health_session":        "services interview support rehabilitation group family accompany insertion other",
	"health_missed":         "said not_said unwell work far language service unknown",
	"prevention_theme":      "wellbeing alcohol substances gambling trauma parents women young services other",
	"mobile_reason":         "culture family child distress health legal trust services other",
	"mobile_decline_reason": "no_capacity other_service territory not_complex emergency",
	"sitting_decision":      "take_on plan_agreed plan_change more_needed other_service not_eligible postponed close",
	"sitting_quorum_team":   "social_worker professions_2",
	"sitting_quorum_unit":   "social_worker professions_2 bodies_2",
	"diary_kind":            "interview home_visit phone message meeting accompany observation note",
	"mandate_end":           "done other_body moved refused agreement other",
	"file_purpose":          "family authority handover meeting supervision archive other_record",
	"authority_act":         "juvenile_mandate prosecutor_inquiry civil_court guardianship_judge police other",
	"reference_scheme":      "protocol social_record juvenile_court prosecutor civil_court reception tessuto other",
	"document_kind":         "report identity income housing school certificate act letter photo other",
	"funding_line":          "municipal social_fund poverty_fund regional esf reception own other",
}

func TestShippedListsKeepTheirCodes(t *testing.T) {
	t.Parallel()
	for key, all := range shipped {
		l := codelist.Shipped().List(key)
		if l == nil {
			t.Errorf("%s is gone", key)
			continue
		}
		for _, code := range strings.Fields(all) {
			e := l.Entry(code)
			if e == nil {
				t.Errorf("%s: code %s is gone", key, code)
				continue
			}
			for _, lang := range i18n.Staff {
				if strings.TrimSpace(e.Label[lang]) == "" {
					t.Errorf("%s: code %s has no word in %s", key, code, lang)
				}
			}
		}
	}
	if n := len(codelist.Shipped().Keys()); n < len(shipped) {
		t.Errorf("%d lists", n)
	}
}

const good = "tessuto_codes: 1\nkey: x\nversion: \"1\"\ntitle: {it: X}\nsource: {text: Y}\nstate: verified\nentries:\n  - {code: a, label: {it: A}}\n"

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	if _, err := codelist.Read([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string]string{
		"nothing": "", "no list": "a: b", "a list": "- a", "bytes": "\xff\xfe",
		"another format":  strings.Replace(good, "tessuto_codes: 1", "tessuto_codes: 2", 1),
		"an unknown key":  good + "more: 1\n",
		"twice the same":  good + "  - {code: a, label: {it: B}}\n",
		"no label":        good + "  - {code: b}\n",
		"an empty label":  good + "  - {code: b, label: {it: \"\"}}\n",
		"a blank label":   good + "  - {code: b, label: {it: \"  \"}}\n",
		"no day":          good + "  - {code: b, label: {it: B}, from: \"2026-13-01\"}\n",
		"days turned":     good + "  - {code: b, label: {it: B}, from: \"2026-02-01\", to: \"2026-01-01\"}\n",
		"names nothing":   good + "  - {code: b, label: {it: B}, replaced_by: z}\n",
		"an anchor":       good + "  - &x {code: b, label: {it: B}}\n",
		"an alias":        good + "  - *x\n",
		"a tag":           good + "  - !!map {code: b, label: {it: B}}\n",
		"two documents":   good + "---\n" + good,
		"deep":            strings.Repeat("[", 1000),
		"deep in blocks":  strings.Repeat("- ", 1000) + "a",
		"long":            strings.Repeat("#", 300<<10),
		"an address":      strings.Replace(good, "text: Y", "text: Y, url: \"javascript:1\"", 1),
		"a fixed one end": good + "  - {code: b, label: {it: B}, fixed: true, to: \"2026-01-01\"}\n",
	} {
		if l, err := codelist.Read([]byte(text)); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("%s: %v, %v", what, l, err)
		}
	}
}

// Whatever is read, it does not panic, and a list that is good is the same list
// when it is written and read again.
func FuzzRead(f *testing.F) {
	names, err := codes.FS.ReadDir(".")
	if err != nil {
		f.Fatal(err)
	}
	for _, n := range names {
		src, err := codes.FS.ReadFile(n.Name())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Add([]byte(good))
	f.Add([]byte("a: [[[{"))
	f.Fuzz(func(t *testing.T, src []byte) {
		l, err := codelist.Read(src)
		if err != nil {
			return
		}
		text, err := codelist.Write(l)
		if err != nil {
			t.Fatal(err)
		}
		again, err := codelist.Read(text)
		if err != nil || !reflect.DeepEqual(l, again) {
			t.Fatalf("%v\n%+v\n%+v\n%s", err, l, again, text)
		}
	})
}
