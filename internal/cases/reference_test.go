package cases_test

import (
	"strings"
	"testing"

	"tessuto/internal/cases"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

// found are the cases that somebody finds by a number.
func (b *bench) found(who, text string) string {
	b.Helper()
	list, err := b.Cases.FindCases(b.as(who), text)
	if err != nil {
		b.Fatal(err)
	}
	var ids []string
	for _, f := range list {
		ids = append(ids, f.ID)
	}
	return strings.Join(ids, " ")
}

// Each case of a body has the next number of the year, and is found by it by who may
// open it, closed or not; nobody else finds anything.
func TestCaseNumber(t *testing.T) {
	each(t, func(b *bench) {
		before, err := b.Cases.File(b.as("assistente"), b.other())
		if err != nil {
			b.Fatal(err)
		}
		id := b.open()
		f, err := b.Cases.File(b.as("assistente"), id)
		if err != nil {
			b.Fatal(err)
		}
		year := b.DB.Now().Year()
		if f.Number.Year != year || f.Number.Serial <= before.Number.Serial || before.Number.Serial == 0 {
			b.Errorf("number %s after %s", f.Number, before.Number)
		}
		if got := b.found("assistente", f.Number.String()); got != id {
			b.Errorf("by %s found %q, want %s", f.Number, got, id)
		}
		if got := b.found("bergamo.assistente", f.Number.String()); strings.Contains(got, id) {
			b.Error("found by somebody who may not open it")
		}
		move := cases.Move{To: cases.Oriented, On: db.DateOf(b.DB.Now()), Reason: "information", Version: f.Version}
		if err := b.Cases.MoveTo(b.as("assistente"), id, move); err != nil {
			b.Fatal(err)
		}
		if got := b.found("assistente", f.Number.String()); got != id {
			b.Errorf("closed, found %q", got)
		}
		b.verify()
	})
}

// The number of another system is read, and found, by who reads the diary of the case and
// by nobody else, however it is written; one taken off is gone.
func TestReferences(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		b.team(id)
		n := cases.Reference{Scheme: "juvenile_court", Value: "VG 4/2026 bis", On: db.DateOf(b.DB.Now())}
		sent := crypto.Sending{Key: "reference", Content: n.Value}
		first, err := b.Cases.AddReference(worker, id, n, sent)
		if err != nil {
			b.Fatal(err)
		}
		if again, err := b.Cases.AddReference(worker, id, n, sent); err != nil || again != first {
			b.Errorf("sent twice: %s %v", again, err)
		}
		n.Value = "vg-4-2026 BIS"
		_, err = b.Cases.AddReference(worker, id, n, crypto.Sending{})
		b.refused(err, errs.Conflict, "the same number again")
		n.Value = "senza numero"
		_, err = b.Cases.AddReference(worker, id, n, crypto.Sending{})
		b.refused(err, errs.Invalid, "no number")
		for who, want := range map[string]string{"assistente": id, "psicologo": id, "educatrice": "", "bergamo.assistente": "", "dpo": ""} {
			if who == "dpo" {
				_, err := b.Cases.FindCases(b.as(who), "VG 4/2026 bis")
				b.refused(err, errs.Forbidden, "who reads no cases")
				continue
			}
			if got := b.found(who, "vg 4 2026 bis"); got != want {
				b.Errorf("%s finds %q, want %q", who, got, want)
			}
			if f, err := b.Cases.File(b.as(who), id); err == nil && (len(f.References) == 1) != (want != "") {
				b.Errorf("%s reads %v", who, f.References)
			}
		}
		if got := b.found("assistente", "VG 4/202"); got != "" {
			b.Errorf("found by a part: %s", got)
		}
		n.Value = "7/2026"
		_, err = b.Cases.AddReference(b.as("educatrice"), id, n, crypto.Sending{})
		b.refused(err, errs.NotFound, "by who does not read the diary")
		b.refused(b.Cases.RemoveReference(worker, b.other(), first), errs.NotFound, "through another case")
		if err := b.Cases.RemoveReference(worker, id, first); err != nil {
			b.Fatal(err)
		}
		if got := b.found("assistente", "VG 4/2026 bis"); got != "" {
			b.Error("found after it was taken off")
		}
	})
}

func TestParseNumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"2026/123": "2026/123", "123/2026": "2026/123", " 2026 - 7 ": "2026/7", "2026/2027": "2026/2027"} {
		if n, ok := cases.ParseNumber(text); !ok || n.String() != want {
			t.Errorf("%q is %s %v, want %s", text, n, ok, want)
		}
	}
	for _, text := range []string{"", "2026", "PG 1/2026", "12/34", "2026/0", "2026/1234567890"} {
		if n, ok := cases.ParseNumber(text); ok {
			t.Errorf("%q is %s", text, n)
		}
	}
}

func FuzzParseNumber(f *testing.F) {
	f.Add("2026/123")
	f.Add("7 - 2026")
	f.Fuzz(func(t *testing.T, text string) {
		n, ok := cases.ParseNumber(text)
		if again, still := cases.ParseNumber(n.String()); ok && (!still || again != n) {
			t.Errorf("%q is %v, which is %v", text, n, again)
		}
	})
}
