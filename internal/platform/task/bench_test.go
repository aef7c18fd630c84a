package task_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
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
}

func each(t *testing.T, fn func(b *bench)) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			b := &bench{App: apptest.Demo(t, engine), T: t}
			list, _, err := b.Cases.Cases(b.as("assistente"), false, 50)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range list {
				if b.seat(c.ID, "psicologo") != "" && b.seat(c.ID, "educatrice") != "" {
					b.record = task.Record{Kind: policy.Case, ID: c.ID, Section: policy.Overview}
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
	if err != nil {
		b.Fatal(err)
	}
	return policy.With(b.Context(), actor)
}

func (b *bench) account(who string) string { return policy.From(b.as(who)).AccountID }

// seat is the place of somebody in the team of a case, or empty.
func (b *bench) seat(id, who string) string {
	b.Helper()
	f, err := b.Cases.File(b.as("assistente"), id)
	b.must(err)
	for _, t := range f.Team {
		if t.AccountID == b.account(who) && t.To == "" {
			return t.ID
		}
	}
	return ""
}

// board is what somebody sees on the page of the case.
func (b *bench) board(who string) []task.Task {
	b.Helper()
	f, err := b.Cases.File(b.as(who), b.record.ID)
	b.must(err)
	return f.Tasks.Tasks
}

func (b *bench) today() db.Date { return db.DateOf(b.DB.Now()) }

// add writes a task about the case, or about nothing in particular.
func (b *bench) add(by, to, title string, r task.Record) string {
	b.Helper()
	id, err := b.Tasks.Add(b.as(by), task.Draft{Record: r, Words: task.Words{Title: title}, To: task.To{AccountID: b.account(to)}, Due: b.today()})
	if err != nil {
		b.Fatal(err)
	}
	return id
}

// find is the task of that id in a list of somebody, or nil.
func (b *bench) find(who string, s task.Show, id string) *task.Task {
	b.Helper()
	list, err := b.Tasks.List(b.as(who), s)
	if err != nil {
		b.Fatal(err)
	}
	for _, t := range list {
		if t.ID == id {
			return &t
		}
	}
	return nil
}

func (b *bench) refused(err error, want errs.Code, what string) {
	b.Helper()
	if err == nil || errs.CodeOf(err) != want {
		b.Errorf("%s: got %v, want %s", what, err, want)
	}
}

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) first(who, title string) string {
	list, err := b.Tasks.List(b.as(who), task.Mine)
	b.must(err)
	for _, t := range list {
		if t.Title == title {
			return t.ID
		}
	}
	b.Fatalf("%s has no task %q", who, title)
	return ""
}

func (b *bench) get(who, path string) string {
	b.Helper()
	code, page := b.send(who, "GET", path, nil)
	if code != http.StatusOK {
		b.Errorf("%s: %d", path, code)
	}
	return page
}

func (b *bench) post(who, path string, form url.Values) (int, string) {
	b.Helper()
	return b.send(who, "POST", path, form)
}

func (b *bench) send(who, method, path string, form url.Values) (int, string) {
	b.Helper()
	token, err := b.IssueToken(b.Context(), apptest.Mail(who), "test", 30)
	b.must(err)
	r := httptest.NewRequestWithContext(b.Context(), method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	b.Handler().ServeHTTP(w, r)
	return w.Code, w.Body.String()
}
