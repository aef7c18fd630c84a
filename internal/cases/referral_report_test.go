package cases_test

import (
	"context"
	"testing"
	"time"

	"tessuto/internal/cases"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/errs"
)

func reported(name string) cases.NewReport {
	return cases.NewReport{Urgency: "soon", ReportWords: cases.ReportWords{Reporter: "Maestra", Contact: "051 1", GivenName: name, FamilyName: "Bello Adamu", Born: "1990",
		Words: "Vurgalip: non viene a scuola"}}
}

// newest is the last report that came to the body of the worker.
func (b *bench) newest() cases.Report {
	b.Helper()
	list, total, err := b.Cases.Reports(b.as("assistente"), false, 50)
	if err != nil || total == 0 || len(list) != total {
		b.Fatalf("%d of %d reports: %v", len(list), total, err)
	}
	return list[0]
}

// A school without an account reports somebody and gets a number; of who reads it, one
// opens a case, on somebody of the register or on somebody new.
func TestReport(t *testing.T) {
	each(t, func(b *bench) {
		worker := b.as("assistente")
		token, err := b.Cases.MakeReportLink(worker, "Scuola media", "it", crypto.Sending{Key: "form", Content: "a"})
		if err != nil {
			b.Fatal(err)
		}
		_, err = b.Cases.MakeReportLink(worker, "Scuola media", "it", crypto.Sending{Key: "form", Content: "a"})
		b.refused(err, errs.Conflict, "the same form twice")
		n := reported("Amina")
		n.Sent = crypto.Sending{Key: "once", Content: "b"}
		number, err := b.Cases.SendReport(b.Context(), token, n)
		if err != nil || len(number) != 9 {
			b.Fatal(number, err)
		}
		if again, err := b.Cases.SendReport(b.Context(), token, n); err != nil || again != number {
			b.Errorf("sent twice: %s, %v", again, err)
		}
		first := b.newest()
		if first.Number != number || first.Sender != "Scuola media" || first.Words != n.Words {
			b.Errorf("arrived: %+v", first)
		}
		for _, who := range []string{"bergamo.assistente", "psicologo", "sportello", "capofila", "dpo"} {
			_, err := b.Cases.ReportOf(b.as(who), first.ID)
			b.refused(err, errs.NotFound, who+" reads")
			_, err = b.Cases.OpenFromReport(b.as(who), first.ID, "")
			b.refused(err, errs.NotFound, who+" opens")
		}
		f, err := b.Cases.ReportOf(worker, first.ID)
		if err != nil || len(f.Found.Hits) == 0 || f.Found.Hits[0].ID != b.person {
			b.Fatalf("who is in the register is not found: %+v %v", f.Found, err)
		}
		id, err := b.Cases.OpenFromReport(worker, first.ID, b.person)
		if err != nil {
			b.Fatal(err)
		}
		if c, err := b.Cases.File(worker, id); err != nil || c.HouseholdID != b.household || c.Stage != cases.Reported || c.Reason != n.Words {
			b.Errorf("the case is %+v %v", c, err)
		}
		_, err = b.Cases.OpenFromReport(worker, first.ID, b.person)
		b.refused(err, errs.Conflict, "opened twice")
		if _, err := b.Cases.SendReport(b.Context(), token, reported("Zulfiqar")); err != nil {
			b.Fatal(err)
		}
		second := b.newest()
		b.race("open", func(ctx context.Context) error {
			_, err := b.Cases.OpenFromReport(ctx, second.ID, "")
			return err
		}, worker, b.as("collega"))
		b.verify()
	})
}

// What is wrong is said; a form that is closed, over or asked too often takes nothing.
func TestReportLink(t *testing.T) {
	each(t, func(b *bench) {
		worker := b.as("assistente")
		_, err := b.Cases.MakeReportLink(b.as("psicologo"), "Scuola", "it", crypto.Sending{})
		b.refused(err, errs.Forbidden, "without the right")
		token, err := b.Cases.MakeReportLink(worker, "Scuola", "it", crypto.Sending{})
		if err != nil {
			b.Fatal(err)
		}
		send := func(n cases.NewReport) error {
			_, err := b.Cases.SendReport(b.Context(), token, n)
			return err
		}
		b.refused(send(cases.NewReport{Urgency: "now"}), errs.Invalid, "an empty report")
		odd := reported("A")
		odd.Born = "ieri"
		b.refused(send(odd), errs.Invalid, "a birth that is none")
		for range 20 {
			if err := send(reported("A")); err != nil {
				b.Fatal(err)
			}
		}
		b.refused(send(reported("A")), errs.Busy, "too many in an hour")
		r := b.newest()
		b.refused(b.Cases.AnswerReport(worker, r.ID, cases.ReportAnswer{State: cases.ReportRefused}), errs.Invalid, "no, without why")
		if err := b.Cases.AnswerReport(worker, r.ID, cases.ReportAnswer{State: cases.ReportHeard, Words: "Richiamata"}); err != nil {
			b.Fatal(err)
		}
		b.refused(b.Cases.AnswerReport(b.as("collega"), r.ID, cases.ReportAnswer{State: cases.ReportHeard, Words: "x"}), errs.Conflict, "answered twice")
		if f, err := b.Cases.ReportOf(worker, r.ID); err != nil || f.Answer != "Richiamata" {
			b.Errorf("%+v %v", f, err)
		}
		now := b.DB.Now()
		b.DB.Now = func() time.Time { return now.AddDate(1, 0, 1) }
		b.refused(send(reported("B")), errs.NotFound, "a form that is over")
		b.DB.Now = func() time.Time { return now.Add(2 * time.Hour) }
		links, err := b.Cases.ReportLinks(worker)
		if err != nil || len(links) == 0 {
			b.Fatal(err)
		}
		b.refused(b.Cases.EndReportLink(b.as("bergamo.assistente"), links[0].ID), errs.NotFound, "closed by strangers")
		if err := b.Cases.EndReportLink(worker, links[0].ID); err != nil {
			b.Fatal(err)
		}
		b.refused(send(reported("B")), errs.NotFound, "a form that was closed")
	})
}
