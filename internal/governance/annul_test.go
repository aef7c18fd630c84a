package governance_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tessuto/internal/governance"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

// A meeting that was confirmed and did not take place is annulled: it counts no
// more, what was known the day before stays known, and what it said can be read.
func TestAnnul(t *testing.T) {
	each(t, func(b *bench) {
		ctx := b.as(chair)
		held, minutes := b.count("governance.meeting_held", ledger.Events, ""), b.count("governance.presence_minutes", ledger.Minutes, "")
		id := b.convened()
		b.refused(b.Governance.Annul(ctx, id, "Mai tenuta", 1), errs.Conflict, "what was not held")
		b.must(b.present(id, ""))
		b.must(b.Governance.Confirm(ctx, id, "Verbale", nil, 1))
		yesterday := db.DateOf(b.now)
		b.now = b.now.AddDate(0, 0, 1)
		version := b.file(chair, id).Version
		b.refused(b.Governance.Annul(ctx, id, "", version), errs.Invalid, "without a reason")
		b.refused(b.Governance.Annul(ctx, id, "Mai tenuta", version-1), errs.Conflict, "from an old version")
		b.refused(b.Governance.Annul(b.as("pistoia.assistente"), id, "Mai tenuta", version), errs.Forbidden, "by who does not sit in it")
		b.refused(b.Governance.Annul(b.as("grosseto.assistente"), id, "Mai tenuta", version), errs.NotFound, "by who works elsewhere")
		if w := b.ask(chair, http.MethodPost, "/meetings/"+id+"/annul", url.Values{"_version": {"2"}}); w.Code != 422 || !strings.Contains(w.Body.String(), "f-reason-error") {
			b.Errorf("no reason: %d", w.Code)
		}
		for range 2 { // sent twice
			b.must(b.Governance.Annul(ctx, id, "Mai tenuta", version))
		}
		if h, m := b.count("governance.meeting_held", ledger.Events, ""), b.count("governance.presence_minutes", ledger.Minutes, ""); h != held || m != minutes {
			b.Errorf("%d meetings and %d minutes, want %d and %d", h, m, held, minutes)
		}
		if h := b.count("governance.meeting_held", ledger.Events, yesterday); h != held+1 {
			b.Errorf("as of the day before: %d, want %d", h, held+1)
		}
		f := b.file(chair, id)
		if f.State != governance.Annulled || f.CancelNote != "Mai tenuta" || f.Minutes.Text != "Verbale" || f.Names[f.AnnulledBy] == "" {
			b.Errorf("%+v", f.Meeting)
		}
		b.refused(b.present(id, "Era qui"), errs.Conflict, "presences of what was annulled")
		b.refused(b.Governance.Confirm(ctx, id, "Di nuovo", nil, f.Version), errs.Conflict, "confirmed again")
		b.refused(b.Governance.CorrectMinutes(ctx, id, "Altro", "Perché sì", f.Version), errs.Conflict, "corrected")
		b.refused(b.Governance.Cancel(ctx, id, "other", ""), errs.Conflict, "cancelled")
		page := b.ask(chair, http.MethodGet, "/meetings/"+id, nil).Body.String()
		if !strings.Contains(page, "Mai tenuta") || strings.Contains(page, "/annul") || strings.Contains(page, "/minutes") {
			b.Errorf("the page of an annulled meeting offers to change it, or says not why")
		}
		if other := b.ask("pistoia.assistente", http.MethodGet, "/meetings/"+id, nil).Body.String(); strings.Contains(other, "Mai tenuta") || !strings.Contains(other, "Verbale annullato il") {
			b.Errorf("who does not sit in it reads why, or not that")
		}
		b.verify()
	})
}
