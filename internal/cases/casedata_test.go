package cases_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"tessuto/internal/cases"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

var update = flag.Bool("update", false, "write the published schema anew")

// The schema that is published says what the types say.
func TestCaseSchemaIsPublished(t *testing.T) {
	t.Parallel()
	const at = "../../schemas/case-1.json"
	now, err := cases.CaseSchema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(at, now, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if was, err := os.ReadFile(at); err != nil || !bytes.Equal(was, now) {
		t.Errorf("the format changed (%v): a version that was published stays as it is, a new one gets a new number", err)
	}
}

// every is an order for all parts that are open to a reader.
func (b *bench) every(who, id string) cases.FileOrder {
	b.Helper()
	f, err := b.Cases.FileToExport(b.as(who), id)
	b.must(err)
	return cases.FileOrder{Purpose: "other_record", Parts: f.FilePartsOpen()}
}

// exported is a case as it leaves, held against the published schema.
func (b *bench) exported(who, id string, o cases.FileOrder) (*cases.CaseData, []byte) {
	b.Helper()
	d, err := b.Cases.ExportCase(b.as(who), id, o)
	b.must(err)
	src, err := json.Marshal(d)
	b.must(err)
	if _, err := cases.ReadCaseData(src); err != nil {
		b.Fatalf("an export does not keep to its schema: %v\n%s", err, src)
	}
	return d, src
}

// Every case of the demo that somebody may export keeps to the schema.
func TestEveryExportKeepsToItsSchema(t *testing.T) {
	each(t, func(b *bench) {
		n := 0
		for _, who := range []string{"assistente", "collega"} {
			list, _, err := b.Cases.Cases(b.as(who), true, 100)
			b.must(err)
			for _, f := range list {
				if f.OrgID != policy.From(b.as(who)).OrgID {
					continue
				}
				if _, err := b.Cases.FileToExport(b.as(who), f.ID); err != nil {
					continue // whose data are only kept
				}
				b.exported(who, f.ID, b.every(who, f.ID))
				n++
			}
		}
		if n < 4 {
			b.Errorf("%d cases", n)
		}
	})
}

// What leaves is what its reader reads and asked for; a colleague of another body takes
// nothing out, and neither does who reads in an emergency.
func TestExportCase(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		b.takeOn(worker, id)
		b.must(b.Cases.SavePlan(worker, id, plan("Una casa")))
		b.must(b.Cases.AddToTeam(worker, id, b.account("psicologo"), "psychologist", crypto.Sending{}))
		_, err := b.Cases.AddReference(worker, id, cases.Reference{Scheme: "juvenile_court", Value: "VG 9/2026"}, crypto.Sending{})
		b.must(err)
		d, src := b.exported("assistente", id, b.every("assistente", id))
		if len(d.Persons) != 2 || d.Persons[0].GivenName != "Amina" || len(d.Plans) != 1 || d.Plans[0].Objectives[0].Text != "Una casa" || d.References[0].Value != "VG 9/2026" ||
			len(d.Assessments) != 1 || d.Assessments[0].Scores[0].Level.Code != "1" || d.Case.Reason != "Casa" {
			b.Errorf("%s", src)
		}
		d, src = b.exported("assistente", id, cases.FileOrder{Purpose: "authority", Parts: []cases.FilePart{"team"}})
		if len(d.Team) != 2 || !slices.Equal(d.Exported.Parts, []string{"team"}) || strings.Contains(string(src), "Amina") || strings.Contains(string(src), "Una casa") || strings.Contains(string(src), "VG 9") {
			b.Errorf("only the team was asked for: %s", src)
		}
		for who, want := range map[string]errs.Code{"psicologo": errs.Forbidden, "bergamo.assistente": errs.NotFound, "collega": errs.NotFound} {
			_, err := b.Cases.ExportCase(b.as(who), id, cases.FileOrder{Purpose: "other_record", Parts: []cases.FilePart{"team"}})
			b.refused(err, want, who)
		}
		_, err = b.Cases.ExportCase(worker, id, cases.FileOrder{Purpose: "nothing", Parts: []cases.FilePart{"team"}})
		b.refused(err, errs.Invalid, "without a purpose")
		for _, wrong := range []string{"", "[]", "{}", `{"format":"tessuto-case"}`, strings.Replace(string(src), `"version":1`, `"version":2`, 1), strings.Replace(string(src), `"team":`, `"teams":`, 1)} {
			_, err := cases.ReadCaseData([]byte(wrong))
			b.refused(err, errs.Invalid, "a file that is no case")
		}
	})
}
