package task_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// The story of a task: asked of a colleague, put off, changed, done, taken back.
func TestTask(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		id := b.add("assistente", "psicologo", "Chiamare la scuola", b.record)
		got := b.find("psicologo", task.Mine, id)
		if got == nil || got.Title != "Chiamare la scuola" || got.Author != "Anna Conti" || !got.MayAct || got.Path != "/cases/"+b.record.ID {
			b.Fatalf("the psychologist's list: %+v", got)
		}
		if b.find("assistente", task.Mine, id) != nil || b.find("assistente", task.Given, id) == nil {
			b.Error("the author's lists")
		}
		// Who sees the record sees the task, and may not tick it off.
		seen := slices.ContainsFunc(b.board("educatrice"), func(t task.Task) bool { return t.ID == id && t.Title == "Chiamare la scuola" && !t.MayAct })
		if !seen {
			b.Error("the page of the case does not show it to a colleague")
		}
		b.refused(b.Tasks.Finish(b.as("educatrice"), id), errs.Forbidden, "done by a colleague")
		b.must(b.Tasks.Snooze(b.as("psicologo"), id, b.today().AddDays(3)))
		if got = b.find("psicologo", task.Mine, id); got.When() != b.today().AddDays(3) || got.Due != b.today() || got.Late(b.today().AddDays(2)) || !got.Late(b.today().AddDays(4)) {
			b.Errorf("put off: %+v", got)
		}
		b.must(b.Tasks.Edit(b.as("assistente"), id, task.Draft{Words: task.Words{Title: "Scrivere alla scuola"}, To: got.To, Due: b.today().AddDays(1), Version: got.Version}))
		b.must(b.Tasks.Finish(b.as("psicologo"), id))
		if b.find("psicologo", task.Mine, id) != nil || b.find("psicologo", task.Past, id).Doer != "Paolo Greco" {
			b.Error("done")
		}
		b.must(b.Tasks.Reopen(b.as("psicologo"), id))
		if got = b.find("psicologo", task.Mine, id); got == nil || got.Title != "Scrivere alla scuola" || got.Done() {
			b.Errorf("taken back: %+v", got)
		}
	})
}

// To whoever has nothing to do with it a task does not exist, by list, by id and
// by act; and nobody can be given one who does not see its record.
func TestStrangers(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		id, own := b.add("assistente", "psicologo", "Segreta", b.record), b.add("collega", "collega", "Mia", task.Record{})
		for _, who := range []string{"partner", "admin", "capofila", "mediatore", "bergamo.assistente", "regione", "dpo"} {
			for _, s := range task.Shows {
				if b.find(who, s, id) != nil || b.find(who, s, own) != nil {
					b.Errorf("%s sees it in %s", who, s)
				}
			}
			for _, one := range []string{id, own} {
				_, err := b.Tasks.Task(b.as(who), one)
				b.refused(err, errs.NotFound, who+" reads")
				b.refused(b.Tasks.Finish(b.as(who), one), errs.NotFound, who+" finishes")
				b.refused(b.Tasks.Take(b.as(who), one), errs.NotFound, who+" takes")
				b.refused(b.Tasks.Snooze(b.as(who), one, b.today().AddDays(1)), errs.NotFound, who+" puts off")
				b.refused(b.Tasks.Edit(b.as(who), one, task.Draft{Words: task.Words{Title: "x"}, To: task.To{AccountID: "x"}}), errs.NotFound, who+" edits")
			}
			_, err := b.Tasks.Candidates(b.as(who), b.record)
			b.refused(err, errs.NotFound, who+" asks who sees the case")
			_, err = b.Tasks.Add(b.as(who), task.Draft{Record: b.record, Words: task.Words{Title: "x"}, To: task.To{AccountID: b.account(who)}})
			b.refused(err, errs.NotFound, who+" writes one")
		}
		for _, to := range []string{"partner", "admin", "mediatore", "bergamo.assistente"} {
			_, err := b.Tasks.Add(b.as("assistente"), task.Draft{Record: b.record, Words: task.Words{Title: "x"}, To: task.To{AccountID: b.account(to)}})
			b.refused(err, errs.Invalid, "for "+to+", about the case")
		}
		for _, to := range []string{"admin", "psicologo"} { // who runs the accounts; another organisation
			_, err := b.Tasks.Add(b.as("assistente"), task.Draft{Words: task.Words{Title: "x"}, To: task.To{AccountID: b.account(to)}})
			b.refused(err, errs.Invalid, "for "+to+", about nothing")
		}
		_, err := b.Tasks.Add(b.as("assistente"), task.Draft{Words: task.Words{Title: "x"}, To: task.To{OrgID: policy.From(b.as("psicologo")).OrgID}})
		b.refused(err, errs.Invalid, "for a queue of another organisation")
		_, err = b.Tasks.Add(b.as("assistente"), task.Draft{To: task.To{AccountID: "x"}, Due: "2001-01-01"})
		if f := errs.FieldsOf(err); f["title"] == "" || f["due"] == "" {
			b.Errorf("what is wrong with it: %v", err)
		}
	})
}

// Who leaves the team keeps a line without words, which leads nowhere; the task
// is its author's again.
func TestLostRecord(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		id := b.add("assistente", "psicologo", "Parole riservate", b.record)
		b.must(b.Cases.EndMandate(b.as("assistente"), b.record.ID, b.seat(b.record.ID, "psicologo")))
		got := b.find("psicologo", task.Mine, id)
		if got == nil || !got.Lost || got.Title != "" || got.Path != "" || got.Record.ID != "" || got.MayAct || got.MayTake {
			b.Errorf("after leaving: %+v", got)
		}
		_, err := b.Tasks.Task(b.as("psicologo"), id)
		b.refused(err, errs.NotFound, "reading it after leaving")
		b.refused(b.Tasks.Finish(b.as("psicologo"), id), errs.NotFound, "doing it after leaving")
		page := b.get("psicologo", "/tasks")
		if strings.Contains(page, "Parole riservate") || strings.Contains(page, b.record.ID) {
			b.Error("the page says more than that there is a task")
		}
		back := b.find("assistente", task.Mine, id)
		if back == nil || !back.Back || !back.MayTake {
			b.Fatalf("it did not come back: %+v", back)
		}
		b.must(b.Tasks.Take(b.as("assistente"), id))
		if got = b.find("assistente", task.Mine, id); got.Back || got.AccountID != b.account("assistente") {
			b.Errorf("taken by its author: %+v", got)
		}
		if b.find("psicologo", task.Mine, id) != nil {
			b.Error("it is in two lists")
		}
	})
}

// A task for a role is taken by the first who can; the second is told so.
func TestQueue(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		org := policy.From(b.as("sportello")).OrgID
		id, err := b.Tasks.Add(b.as("sportello"), task.Draft{Words: task.Words{Title: "Richiamare"}, To: task.To{OrgID: org, Role: policy.SocialWorker}})
		b.must(err)
		if b.find("assistente", task.Queue, id) == nil || b.find("collega", task.Queue, id) == nil || b.find("assistente", task.Mine, id) != nil {
			b.Error("the queue of the social workers")
		}
		for _, who := range []string{"capofila", "partner", "admin"} {
			if b.find(who, task.Queue, id) != nil {
				b.Errorf("%s sees the queue", who)
			}
		}
		var wg sync.WaitGroup
		won := make(chan error, 2)
		for _, who := range []string{"assistente", "collega"} {
			ctx := b.as(who)
			wg.Go(func() { won <- b.Tasks.Take(ctx, id) })
		}
		wg.Wait()
		first, second := <-won, <-won
		if (first == nil) == (second == nil) {
			b.Errorf("of two who take it at once exactly one does: %v, %v", first, second)
		}
		// About a case, the queue is for those of the organisation who see it.
		about, err := b.Tasks.Add(b.as("assistente"), task.Draft{Record: b.record, Words: task.Words{Title: "Sul caso"}, To: task.To{OrgID: org}})
		b.must(err)
		if b.find("collega", task.Queue, about) != nil || b.find("assistente", task.Queue, about) == nil {
			b.Error("the queue about a case")
		}
		b.refused(b.Tasks.Take(b.as("collega"), about), errs.NotFound, "taking what one does not see")
	})
}

// Two people change one task: the second is shown what the first wrote.
func TestConflict(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		id := b.add("assistente", "psicologo", "Prima", b.record)
		was := b.find("psicologo", task.Mine, id)
		to := task.To{AccountID: b.account("psicologo")}
		b.must(b.Tasks.Edit(b.as("assistente"), id, task.Draft{Words: task.Words{Title: "Loro"}, To: to, Version: was.Version}))
		err := b.Tasks.Edit(b.as("psicologo"), id, task.Draft{Words: task.Words{Title: "Mia"}, To: to, Version: was.Version})
		theirs := errs.TheirsOf[task.Task](err)
		if theirs == nil || theirs.Title != "Loro" || theirs.SavedBy != "Anna Conti" || errs.CodeOf(err) != errs.Conflict {
			b.Fatalf("the conflict: %v", err)
		}
		if b.find("psicologo", task.Mine, id).Title != "Loro" {
			b.Error("it was overwritten")
		}
		code, page := b.post("psicologo", "/tasks/"+id, url.Values{"title": {"Mia"}, "to": {"account:" + to.AccountID}, "_version": {"1"}})
		if code != http.StatusConflict || !strings.Contains(page, "Loro") || !strings.Contains(page, "Mia") || !strings.Contains(page, `name="_version" value="2"`) {
			b.Errorf("the page of the conflict: %d", code)
		}
		b.must(b.Tasks.Edit(b.as("psicologo"), id, task.Draft{Words: task.Words{Title: "Mia"}, To: to, Version: theirs.Version}))
	})
}

// A rule makes a reminder once; it moves with its day, goes with its reason, and
// stays done once it was done.
func TestReminder(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		ctx, account := b.as("assistente"), b.account("assistente")
		waiting := func() (out []task.Task) {
			list, err := b.Tasks.List(ctx, task.Mine)
			b.must(err)
			for _, t := range list {
				if strings.HasPrefix(t.Source, "test/") {
					out = append(out, t)
				}
			}
			return out
		}
		settle := func(days ...db.Date) {
			b.Helper()
			var list []task.Reminder
			for i, day := range days {
				list = append(list, task.Reminder{Key: "test/" + string(rune('a'+i)), Due: day, To: task.To{AccountID: account},
					Message: "task.due_on", Args: map[string]string{"Date": string(day)}})
			}
			b.must(b.DB.Write(ctx, func(tx *db.Tx) error { return b.Tasks.Settle(ctx, tx, "test", list) }))
		}
		settle("2026-12-01", "2026-12-02")
		settle("2026-12-01", "2026-12-24")
		if got := waiting(); len(got) != 2 || got[1].Due != "2026-12-24" || got[0].Title != "" {
			b.Fatalf("twice the same rule: %+v", got)
		}
		if page := b.get("assistente", "/tasks"); !strings.Contains(page, "Entro il 1 dicembre 2026") {
			b.Error("the page does not say the reminder")
		}
		settle("2026-12-01")
		if got := waiting(); len(got) != 1 || got[0].Due != "2026-12-01" {
			b.Fatalf("the reason is gone: %+v", got)
		}
		b.must(b.Tasks.Finish(ctx, waiting()[0].ID))
		settle("2027-01-01")
		if got := waiting(); len(got) != 0 {
			b.Errorf("done, it came again: %+v", got)
		}
		settle()
		b.refused(b.Tasks.Edit(ctx, b.find("assistente", task.Past, pastOf(b, "test/a")).ID, task.Draft{Words: task.Words{Title: "x"}, To: task.To{AccountID: account}}),
			errs.Conflict, "changing what a rule wrote")
	})
}

func pastOf(b *bench, source string) string {
	list, err := b.Tasks.List(b.as("assistente"), task.Past)
	b.must(err)
	for _, t := range list {
		if t.Source == source {
			return t.ID
		}
	}
	b.Fatal("not in what was done")
	return ""
}

// One sending is one task; the button of the notice takes "done" back.
func TestPages(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		form := url.Values{"title": {"اتصال بالمدرسة"}, "to": {"account:" + b.account("psicologo")}, "_once": {"k1"}, "kind": {"case"},
			"record": {b.record.ID}, "section": {"overview"}, "back": {"/cases/" + b.record.ID + "#tasks"}}
		for range 2 {
			if code, _ := b.post("assistente", "/tasks", form); code != http.StatusSeeOther {
				b.Fatalf("sent: %d", code)
			}
		}
		page := b.get("educatrice", "/cases/"+b.record.ID)
		if n := strings.Count(page, "<bdi>اتصال بالمدرسة</bdi>"); n != 1 {
			b.Errorf("on the page of the case %d times", n)
		}
		form.Set("record", "018f0000-0000-7000-8000-000000000000")
		if code, _ := b.post("assistente", "/tasks", form); code != http.StatusNotFound {
			b.Errorf("about a record that is none: %d", code)
		}
		id := b.find("psicologo", task.Mine, b.first("psicologo", "اتصال بالمدرسة")).ID
		if code, _ := b.post("psicologo", "/tasks/"+id+"/done", url.Values{"back": {"https://elsewhere.example/"}}); code != http.StatusSeeOther {
			b.Errorf("done: %d", code)
		}
		if code, _ := b.post("psicologo", "/tasks/"+id+"/reopen", nil); code != http.StatusSeeOther || b.find("psicologo", task.Mine, id) == nil {
			b.Errorf("taken back: %d", code)
		}
		if code, _ := b.post("assistente", "/tasks", url.Values{"title": {""}, "due": {"x"}}); code != http.StatusUnprocessableEntity {
			b.Errorf("an empty form: %d", code)
		}
	})
}

// A record whose key was destroyed leaves tasks without words, and takes no new
// ones.
func TestDestroyedKey(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		id := b.add("assistente", "assistente", "Parole", b.record)
		b.must(b.Keys.Destroy(b.Context(), policy.From(b.as("assistente")).Network, b.record.ID))
		if got := b.find("assistente", task.Mine, id); got == nil || got.Title != "" {
			b.Errorf("after the key is gone: %+v", got)
		}
		_, err := b.Tasks.Add(b.as("assistente"), task.Draft{Record: b.record, Words: task.Words{Title: "x"}, To: task.To{AccountID: b.account("assistente")},
			Sent: crypto.Sending{Key: "k", Content: "c"}})
		b.refused(err, errs.NotFound, "a new one")
	})
}
