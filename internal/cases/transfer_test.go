package cases_test

import (
	"strings"
	"testing"
	"time"

	"tessuto/internal/cases"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

func toAway(parts []cases.FilePart) cases.NewTransfer {
	return cases.NewTransfer{TransferWords: cases.TransferWords{To: "Comune di Esempio, rete Delta", Act: "Convenzione 12/2026"}, Basis: policy.InstitutionalTask, Parts: parts}
}

// A case goes to another network: its file is taken once, by who holds the link, without
// what not the whole team reads; it closes here when it is confirmed, for that reason, and
// can be imported there.
func TestTransfer(t *testing.T) {
	each(t, func(b *bench) {
		id, _ := b.leaving()
		worker, nobody := b.as("assistente"), b.Context()
		_, err := b.Cases.WriteDiary(worker, id, cases.NewEntry{Kind: "note", Readers: cases.TeamReads, On: b.today(), EntryWords: cases.EntryWords{Text: "Kemphaan"}})
		b.must(err)
		order := b.every("assistente", id)
		made, err := b.Cases.MakeTransfer(worker, id, toAway(order.Parts))
		b.must(err)
		_, err = b.Cases.MakeTransfer(worker, id, toAway(order.Parts))
		b.refused(err, errs.Conflict, "a second while the first is open")
		_, err = b.Cases.MakeTransfer(b.as("collega"), id, toAway(order.Parts))
		b.refused(err, errs.NotFound, "a stranger")
		b.refused(b.Cases.ConfirmTransfer(worker, id, made.ID), errs.Conflict, "confirmed before it was taken")
		b.refused(b.Cases.ConfirmByLink(nobody, made.Token), errs.NotFound, "confirmed by link before it was taken")
		seen, err := b.Cases.ByTransferLink(nobody, made.Token)
		b.must(err)
		if seen.To != "" || seen.FromOrg == "" {
			b.Errorf("the link shows %+v", seen)
		}
		file, err := b.Cases.TakeTransfer(nobody, made.Token)
		b.must(err)
		for s, want := range map[string]bool{"Kemphaan": true, "Tureluur": true, "Grutto": false} {
			if strings.Contains(string(file), s) != want {
				b.Errorf("%q in the file: %v", s, !want)
			}
		}
		_, err = b.Cases.TakeTransfer(nobody, made.Token)
		b.refused(err, errs.NotFound, "taken twice")
		b.refused(b.Cases.WithdrawTransfer(worker, id, made.ID), errs.Conflict, "withdrawn after it was taken")
		there, err := b.Cases.BeginCaseImport(b.as("ravenna.assistente"), file, crypto.Sending{})
		b.must(err)
		b.must(b.Cases.ApplyCaseImport(b.as("ravenna.assistente"), there, cases.ImportChoice{Persons: []string{"new", "new"}}))
		b.must(b.Cases.ConfirmByLink(nobody, made.Token))
		b.refused(b.Cases.ConfirmByLink(nobody, made.Token), errs.NotFound, "confirmed twice")
		b.must(b.Cases.ConfirmTransfer(worker, id, made.ID))
		f, err := b.Cases.File(worker, id)
		b.must(err)
		if last := f.Steps[len(f.Steps)-1]; f.Stage != cases.Closed || f.ClosingReason != "transferred" || last.Stage != cases.Closed || last.Reason != "transferred" {
			b.Errorf("%s %s %+v", f.Stage, f.ClosingReason, last)
		}
		b.verify()
	})
}

// A link that was withdrawn, or that nobody used in time, leads nowhere, and the file is
// gone; then another can be made.
func TestTransferNotTaken(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		parts := []cases.FilePart{"persons"}
		for _, wrong := range []cases.NewTransfer{{}, {TransferWords: cases.TransferWords{To: "A"}, Basis: policy.Consent, Parts: parts}, toAway(nil), toAway([]cases.FilePart{"health"})} {
			_, err := b.Cases.MakeTransfer(worker, id, wrong)
			b.refused(err, errs.Invalid, "a transfer that is not whole")
		}
		first, err := b.Cases.MakeTransfer(worker, id, toAway(parts))
		b.must(err)
		for range 2 {
			b.must(b.Cases.WithdrawTransfer(worker, id, first.ID))
		}
		_, err = b.Cases.TakeTransfer(b.Context(), first.Token)
		b.refused(err, errs.NotFound, "withdrawn")
		second, err := b.Cases.MakeTransfer(worker, id, toAway(parts))
		b.must(err)
		real := b.DB.Now
		b.DB.Now = func() time.Time { return real().Add(8 * 24 * time.Hour) }
		_, err = b.Cases.TakeTransfer(b.Context(), second.Token)
		b.refused(err, errs.NotFound, "over")
		for range 2 {
			b.must(b.Cases.LapseImports(b.Context()))
		}
		_, list, err := b.Cases.Transfers(worker, id)
		b.must(err)
		if len(list) != 2 || list[0].State(b.DB.Now()) != cases.TransferExpired || list[1].State(b.DB.Now()) != cases.TransferWithdrawn {
			b.Errorf("%+v", list)
		}
		b.verify()
	})
}
