package comment_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/comment"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// bench is the program with a case of Anna Conti, in whose team are Paolo Greco
// and Silvia Neri.
type bench struct {
	*app.App
	*testing.T
	record task.Record
	seats  map[string]string // places in the team, by account
}

func each(t *testing.T, fn func(b *bench)) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			b := &bench{App: apptest.Demo(t, engine), T: t}
			list, _, err := b.Cases.Cases(b.as("assistente"), false, 50)
			b.must(err)
			for _, c := range list {
				f, err := b.Cases.File(b.as("assistente"), c.ID)
				b.must(err)
				seats := map[string]string{}
				for _, m := range f.Team {
					seats[m.AccountID] = m.ID
				}
				if seats[b.account("psicologo")] != "" && seats[b.account("educatrice")] != "" {
					b.record, b.seats = task.Record{Kind: policy.Case, ID: c.ID, Section: policy.Diary}, seats
				}
			}
			if b.record.ID == "" {
				t.Fatal("the demo has no case with that team")
			}
			fn(b)
		})
	}
}

func (b *bench) as(who string) context.Context {
	b.Helper()
	actor, err := b.Auth.Actor(b.Context(), apptest.Mail(who))
	b.must(err)
	return policy.With(b.Context(), actor)
}

func (b *bench) account(who string) string { return policy.From(b.as(who)).AccountID }

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) refused(err error, want errs.Code, what string) {
	b.Helper()
	if err == nil || errs.CodeOf(err) != want {
		b.Errorf("%s: got %v, want %s", what, err, want)
	}
}

// thread is what somebody finds beside the case.
func (b *bench) thread(who string) comment.Thread {
	b.Helper()
	f, err := b.Cases.File(b.as(who), b.record.ID)
	b.must(err)
	return f.Comments
}

// calls counts the reminders that comments have left with somebody.
func (b *bench) calls(who string) (n int) {
	b.Helper()
	list, err := b.Tasks.List(b.as(who), task.Mine)
	b.must(err)
	for _, t := range list {
		if t.Message == "comment.called" && t.Path == "/cases/"+b.record.ID {
			n++
		}
	}
	return n
}

func (b *bench) add(by, text string) string {
	b.Helper()
	id, err := b.Comments.Add(b.as(by), comment.Draft{Record: b.record, Words: comment.Words{Text: text}})
	b.must(err)
	return id
}

// The story of a comment: written, read, changed, taken away, put back.
func TestComment(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		id := b.add("assistente", "نص عربي, chiedi a @paolo greco\ne torna")
		if b.calls("psicologo") != 1 || b.calls("educatrice") != 0 || b.calls("assistente") != 0 {
			b.Error("who is called")
		}
		got := b.thread("educatrice").Comments
		if len(got) != 1 || got[0].Author != "Anna Conti" || got[0].Mine || len(got[0].Parts) != 3 || got[0].Parts[1].Text != "@paolo greco" {
			b.Fatalf("a colleague reads %+v", got)
		}
		b.must(b.Comments.Edit(b.as("assistente"), id, comment.Draft{Words: comment.Words{Text: "Meglio @Silvia Neri"}, Version: 1}))
		if b.calls("psicologo") != 0 || b.calls("educatrice") != 1 {
			b.Error("who is called after the change")
		}
		if c := b.thread("psicologo").Comments[0]; c.Text != "Meglio @Silvia Neri" || len(c.Earlier) != 1 || !strings.HasPrefix(c.Earlier[0].Text, "نص") || c.EditedAt == nil {
			b.Errorf("changed: %+v", c)
		}
		b.must(b.Comments.Remove(b.as("assistente"), id))
		if c := b.thread("psicologo").Comments[0]; c.Removed == nil || c.Text != "" || len(c.Parts)+len(c.Earlier)+len(c.Calls) > 0 || b.calls("educatrice") != 0 {
			b.Errorf("taken away: %+v", c)
		}
		if page := b.get("psicologo"); strings.Contains(page, "Meglio") || !strings.Contains(page, "stata tolta") {
			b.Error("the page of the case says what was taken away, or nothing")
		}
		_, err := b.Comments.Comment(b.as("assistente"), id)
		b.refused(err, errs.Conflict, "changing what was taken away")
		b.must(b.Comments.Restore(b.as("assistente"), id))
		if c := b.thread("psicologo").Comments[0]; c.Text != "Meglio @Silvia Neri" || b.calls("educatrice") != 1 {
			b.Errorf("put back: %+v", c)
		}
	})
}

// To who does not see the record nothing exists; to who sees it, only one's own
// can be changed; and nobody is called who could not read it.
func TestStrangers(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		id := b.add("assistente", "Riservata")
		draft := comment.Draft{Record: b.record, Words: comment.Words{Text: "x"}, Version: 1}
		for _, who := range []string{"partner", "admin", "capofila", "mediatore", "bergamo.assistente", "regione", "dpo", "collega"} {
			_, err := b.Comments.Add(b.as(who), draft)
			b.refused(err, errs.NotFound, who+" writes")
			_, err = b.Comments.Comment(b.as(who), id)
			b.refused(err, errs.NotFound, who+" reads")
			b.refused(b.Comments.Edit(b.as(who), id, draft), errs.NotFound, who+" changes")
			b.refused(b.Comments.Remove(b.as(who), id), errs.NotFound, who+" takes away")
			b.refused(b.Comments.Restore(b.as(who), id), errs.NotFound, who+" puts back")
			call := draft
			call.Calls = []string{b.account(who)}
			_, err = b.Comments.Add(b.as("assistente"), call)
			b.refused(err, errs.Invalid, who+" is called")
			call.Words = comment.Words{Text: "@" + policy.From(b.as(who)).Name + " guarda"}
			_, err = b.Comments.Add(b.as("assistente"), call)
			b.must(err)
			if b.calls(who) != 0 {
				b.Errorf("%s was called by name", who)
			}
		}
		b.refused(b.Comments.Edit(b.as("psicologo"), id, draft), errs.Forbidden, "a colleague changes it")
		b.refused(b.Comments.Remove(b.as("psicologo"), id), errs.Forbidden, "a colleague takes it away")
		wide := draft
		wide.Record.Section = policy.AreaEconomic // not of a psychologist's mandate
		_, err := b.Comments.Add(b.as("psicologo"), wide)
		b.refused(err, errs.NotFound, "in a section that is not open")
		_, err = b.Comments.Add(b.as("assistente"), comment.Draft{Record: b.record})
		b.refused(err, errs.Invalid, "no words")
	})
}

// Those who can be called are a part of those who can read, whatever the team
// is; without the diary there is no thread at all.
func TestReadersCanRead(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		check := func(want ...string) {
			b.Helper()
			var got []string
			for _, r := range b.thread("assistente").Readers {
				got = append(got, r.AccountID)
				err := b.DB.Read(b.Context(), func(tx *db.Tx) error {
					return policy.CanRead(policy.With(b.Context(), r), tx, b.record.Kind, b.record.ID, b.record.Section)
				})
				if err != nil {
					b.Errorf("%s is offered and cannot read: %v", r.Name, err)
				}
			}
			for _, who := range want {
				if !slices.Contains(got, b.account(who)) {
					b.Errorf("%s is not offered", who)
				}
			}
			if len(got) != len(want) {
				b.Errorf("offered are %v", got)
			}
		}
		check("assistente", "psicologo", "educatrice")
		worker := b.as("assistente")
		b.must(b.Cases.EndMandate(worker, b.record.ID, b.seats[b.account("psicologo")]))
		check("assistente", "educatrice")
		b.must(b.Cases.AddToTeam(worker, b.record.ID, b.account("psicologo"), "psychologist", crypto.Sending{}))
		b.must(b.Cases.EndMandate(worker, b.record.ID, b.seats[b.account("educatrice")]))
		b.must(b.Cases.AddToTeam(worker, b.record.ID, b.account("educatrice"), "facilitator", crypto.Sending{})) // without the diary
		check("assistente", "psicologo")
		b.add("assistente", "Solo diario")
		if th := b.thread("educatrice"); th.Path != "" || len(th.Comments) > 0 || len(th.Readers) > 0 {
			b.Errorf("without the diary: %+v", th)
		}
	})
}

// One sending is one comment; what was changed in another window is shown; the
// button of the notice puts back what was taken away.
func TestPages(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		form := url.Values{"text": {"Una nota"}, "calls": {b.account("psicologo")}, "_once": {"k"}, "kind": {"case"}, "record": {b.record.ID},
			"section": {"diary"}, "back": {"/cases/" + b.record.ID + "#comments"}}
		for range 2 {
			if w := b.post("assistente", "/comments", form); w.Code != http.StatusSeeOther {
				b.Fatalf("sent: %d %s", w.Code, w.Body)
			}
		}
		list := b.thread("assistente").Comments
		if len(list) != 1 || b.calls("psicologo") != 1 {
			b.Fatalf("%d comments", len(list))
		}
		at := "/comments/" + list[0].ID
		if w := b.post("assistente", at, url.Values{"text": {"Prima"}, "_version": {"1"}}); w.Code != http.StatusSeeOther {
			b.Fatalf("changed: %d", w.Code)
		}
		w := b.post("assistente", at, url.Values{"text": {"Seconda"}, "_version": {"1"}})
		if page := w.Body.String(); w.Code != http.StatusConflict || !strings.Contains(page, "Prima") || !strings.Contains(page, "Seconda") {
			b.Errorf("a conflict: %d", w.Code)
		}
		if w := b.post("assistente", "/comments", url.Values{"kind": {"case"}, "record": {b.record.ID}, "section": {"diary"}}); w.Code != http.StatusUnprocessableEntity {
			b.Errorf("no words: %d", w.Code)
		}
		w = b.post("assistente", at+"/remove", nil)
		if cookie := w.Header().Get("Set-Cookie"); w.Code != http.StatusSeeOther || !strings.Contains(cookie, "restore") {
			b.Errorf("taken away: %d, %s", w.Code, cookie)
		}
		if w := b.post("assistente", at+"/restore", nil); w.Code != http.StatusSeeOther || b.thread("psicologo").Comments[0].Text != "Prima" {
			b.Errorf("put back: %d", w.Code)
		}
	})
}

func (b *bench) get(who string) string {
	return b.send(who, "GET", "/cases/"+b.record.ID, nil).Body.String()
}

func (b *bench) post(who, path string, form url.Values) *httptest.ResponseRecorder {
	return b.send(who, "POST", path, form)
}

func (b *bench) send(who, method, path string, form url.Values) *httptest.ResponseRecorder {
	b.Helper()
	token, err := b.IssueToken(b.Context(), apptest.Mail(who), "test", 30)
	b.must(err)
	r := httptest.NewRequestWithContext(b.Context(), method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	b.Handler().ServeHTTP(w, r)
	return w
}

// The same sending with other words is refused.
func TestSentTwice(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		d := comment.Draft{Record: b.record, Words: comment.Words{Text: "x"}, Sent: crypto.Sending{Key: "k", Content: "a"}}
		first, err := b.Comments.Add(b.as("assistente"), d)
		b.must(err)
		second, err := b.Comments.Add(b.as("assistente"), d)
		if err != nil || first != second {
			b.Errorf("%s, %s, %v", first, second, err)
		}
		d.Sent.Content = "b"
		_, err = b.Comments.Add(b.as("assistente"), d)
		b.refused(err, errs.Conflict, "other words")
	})
}
