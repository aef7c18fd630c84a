package cases_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// toCare is a path of care as a form asks for it: of a code.
func toCare(code string) cases.HealthDraft {
	return cases.HealthDraft{Code: code, Sex: "M", AgeClass: "30-44", State: cases.HealthSent, From: "social", To: "serd", ToName: "SerD Vurgalip",
		Reason: "alcohol", Mediator: true, Note: "Zwartvoetje", Sent: crypto.Sending{Key: code, Content: code}}
}

// counted asks the ledger for the persons of a measure in BE.COM-ER.
func (b *bench) counted(measure string) (n int64) {
	b.Helper()
	b.must(b.DB.Read(b.Context(), func(tx *db.Tx) (err error) {
		n, err = b.Ledger.Count(b.Context(), tx, ledger.Question{Network: policy.From(b.as("capofila")).Network, Programme: "becomer", Measure: measure, Unit: ledger.Persons})
		return err
	}))
	return n
}

func (b *bench) today() db.Date { return db.DateOf(b.DB.Now()) }

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// A path of care of a code: opened once, seen by who is named and by nobody else,
// changed, met about, counted once for the same code, ended.
func TestHealthPathOfACode(t *testing.T) {
	each(t, func(b *bench) {
		worker, mate, other := b.as("ravenna.psicologa"), b.as("ravenna.assistente"), b.as("psicologo")
		began, came := b.counted("cases.health_path_opened"), b.counted("cases.health_first_appointment")
		n := toCare("T9-7714")
		n.PlaceKey = "becomer/2.3"
		id, err := b.Cases.OpenHealthPath(worker, n)
		b.must(err)
		if again, err := b.Cases.OpenHealthPath(worker, n); err != nil || again != id {
			t.Errorf("sent twice: %v, %v", again, err)
		}
		for who, ctx := range map[string]func() error{
			"a colleague": func() error { _, err := b.Cases.HealthPath(mate, id); return err },
			"a change":    func() error { n := n; n.Version = 1; return b.Cases.ChangeHealthPath(mate, id, n) },
			"an end": func() error {
				return b.Cases.EndHealthPath(mate, id, cases.HealthEnd{Outcome: "completed", On: b.today(), Version: 1})
			},
			"naming oneself": func() error { return b.Cases.NameToHealthPath(mate, id, b.account("ravenna.assistente")) },
			"another body":   func() error { _, err := b.Cases.HealthPath(other, id); return err },
		} {
			b.refused(ctx(), errs.NotFound, who)
		}
		b.must(b.Cases.NameToHealthPath(worker, id, b.account("ravenna.assistente")))
		b.refused(b.Cases.NameToHealthPath(worker, id, b.account("ravenna.sportello")), errs.Invalid, "the desk")
		b.refused(b.Cases.NameToHealthPath(worker, id, b.account("psicologo")), errs.Conflict, "a body without an agreement")
		n.State, n.FirstOn, n.Version = cases.HealthCame, b.today(), 1
		b.must(b.Cases.ChangeHealthPath(mate, id, n))
		theirs := errs.TheirsOf[cases.HealthPath](b.Cases.ChangeHealthPath(worker, id, n))
		if theirs == nil || theirs.State != cases.HealthCame {
			t.Errorf("an old version: %+v", theirs)
		}
		for range 2 {
			b.must(b.Cases.MeetOnHealthPath(mate, id, cases.HealthMeeting{On: b.today(), Minutes: 45, Who: "SerD e servizio sociale"}, crypto.Sending{Key: "met"}))
		}
		again := toCare("t9-7714 ")
		again.PlaceKey, again.Sent.Key = "becomer/2.3", "second"
		_, err = b.Cases.OpenHealthPath(worker, again)
		b.must(err)
		if now, then := b.counted("cases.health_path_opened")-began, b.counted("cases.health_first_appointment")-came; now != 1 || then != 1 {
			t.Errorf("%d began and %d came, want the same code once", now, then)
		}
		p, err := b.Cases.HealthPath(mate, id)
		if err != nil || p.Who() != "T9-7714" || len(p.Members) != 2 || len(p.Meetings) != 1 || p.Note != "Zwartvoetje" {
			t.Errorf("%+v, %v", p, err)
		}
		n.State, n.FirstOn, n.Version = cases.HealthSent, "", p.Version // it was written by mistake
		b.must(b.Cases.ChangeHealthPath(mate, id, n))
		if then := b.counted("cases.health_first_appointment") - came; then != 0 {
			t.Errorf("%d came after the correction", then)
		}
		b.must(b.Cases.EndHealthMember(mate, id, b.account("ravenna.assistente")))
		_, err = b.Cases.HealthPath(mate, id)
		b.refused(err, errs.NotFound, "who was removed")
		b.refused(b.Cases.EndHealthMember(worker, id, b.account("ravenna.psicologa")), errs.Conflict, "the last one")
		end := cases.HealthEnd{Outcome: "completed", On: b.today(), Version: p.Version + 1}
		b.must(b.Cases.EndHealthPath(worker, id, end))
		b.refused(b.Cases.EndHealthPath(worker, id, end), errs.Conflict, "ended twice")
		b.verify()
	})
}

func TestHealthPathIsRefused(t *testing.T) {
	each(t, func(b *bench) {
		worker := b.as("ravenna.psicologa")
		for field, spoil := range map[string]func(n *cases.HealthDraft){
			"code":     func(n *cases.HealthDraft) { n.Code = "RSSMRA85T10A562S" },
			"state":    func(n *cases.HealthDraft) { n.State = cases.HealthEnded },
			"first_on": func(n *cases.HealthDraft) { n.State = cases.HealthFollowed },
			"from":     func(n *cases.HealthDraft) { n.From = "questura" },
			"to":       func(n *cases.HealthDraft) { n.To = "" },
			"reason":   func(n *cases.HealthDraft) { n.Reason = "F32.1" },
			"place":    func(n *cases.HealthDraft) { n.PlaceKey = "reboot/3.2" },
		} {
			n := toCare("T9-7714")
			spoil(&n)
			_, err := b.Cases.OpenHealthPath(worker, n)
			if errs.FieldsOf(err)[field] == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		n := toCare("")
		n.PersonID = b.person // of the desk of another body
		_, err := b.Cases.OpenHealthPath(worker, n)
		b.refused(err, errs.NotFound, "a person who is not open")
		for _, who := range []string{"sportello", "capofila", "regione", "dpo", "admin", "valutatore", "mediatore"} {
			_, err := b.Cases.OpenHealthPath(b.as(who), toCare("T9-7714"))
			b.refused(err, errs.Forbidden, who)
			_, err = b.Cases.HealthPaths(b.as(who))
			b.refused(err, errs.Forbidden, who)
		}
	})
}

// Of a person, a path is sealed twice: it goes with the key of the person, and leaves
// the counts as they are. Nothing in the database says whose it is.
func TestHealthPathGoesWithThePerson(t *testing.T) {
	each(t, func(b *bench) {
		worker := b.as("assistente")
		n := toCare("")
		n.PersonID, n.State = b.person, cases.HealthFollowed
		n.FirstOn = b.today()
		id, err := b.Cases.OpenHealthPath(worker, n)
		b.must(err)
		p, err := b.Cases.HealthPath(worker, id)
		if err != nil || p.Who() != "Amina Bello Adamu" || !p.ToPerson {
			t.Fatalf("%+v, %v", p, err)
		}
		for _, row := range rowsOf(b, "health_path", id) {
			for _, secret := range []string{b.person, "Amina", "alcohol", "serd", "Zwartvoetje"} {
				if bytes.Contains(row, []byte(secret)) {
					t.Errorf("the row says %q", secret)
				}
			}
		}
		network := policy.From(worker).Network
		b.must(b.Keys.Destroy(b.Context(), network, b.person))
		if p, err = b.Cases.HealthPath(worker, id); err != nil || !p.Gone || p.Who() != "" || p.Note != "" || p.To != "" {
			t.Errorf("after the erasure: %+v, %v", p, err)
		}
		if err := b.Cases.ChangeHealthPath(worker, id, cases.HealthDraft{State: cases.HealthSent, From: "social", To: "serd", Reason: "alcohol", Version: p.Version}); err == nil {
			t.Error("what was erased takes words again")
		}
		b.verify()
		b.must(b.Keys.Destroy(b.Context(), network, id))
		if _, err := b.Cases.HealthPath(worker, id); err == nil || !errors.Is(err, crypto.ErrDestroyed) && !strings.Contains(err.Error(), "open") {
			t.Errorf("without its own key: %v", err)
		}
	})
}
