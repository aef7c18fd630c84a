package cases_test

import (
	"context"
	"errors"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tessuto/internal/cases"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/storage"
)

// paper stores a document for a case, that says something.
func (b *bench) paper(ctx context.Context, id, says string) *storage.Kept {
	b.Helper()
	k, err := b.Files.Put(ctx, storage.Incoming{Name: "carta.pdf", Content: strings.NewReader("%PDF-1.4\n" + says + "\n%%EOF\n"), Owner: id})
	if err != nil {
		b.Fatal(err)
	}
	return k
}

// added is a document of a section of a case.
func (b *bench) added(id string, s policy.Section) string {
	b.Helper()
	n := cases.NewDocument{Kind: "report", Title: "Relazione Vurgalip", Section: s, Sent: crypto.Sending{Key: "paper" + string(s), Content: "a"}}
	first, err := b.Cases.AddDocument(b.as("assistente"), id, n, b.paper(b.as("assistente"), id, "uno"))
	if err != nil {
		b.Fatal(err)
	}
	again, err := b.Cases.AddDocument(b.as("assistente"), id, n, b.paper(b.as("assistente"), id, "uno"))
	if err != nil || again != first {
		b.Errorf("sent twice: %s %v", again, err)
	}
	return first
}

// titles are the documents of a case that somebody finds in it.
func (b *bench) titles(who, id string) int {
	b.Helper()
	f, err := b.Cases.File(b.as(who), id)
	if err != nil {
		b.Fatal(err)
	}
	return len(f.Documents)
}

// reads tells whether somebody opens a stored document, and what it says.
func (b *bench) reads(who, file string) (string, error) {
	_, content, err := b.Files.Read(b.as(who), file)
	if err != nil {
		return "", err
	}
	defer content.Close()
	says, err := io.ReadAll(content)
	return string(says), err
}

// A document is read by who reads its section, in each of its versions; withdrawn, by
// nobody until it is restored.
func TestDocuments(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		b.team(id)
		open, closed := b.added(id, policy.Overview), b.added(id, policy.Diary)
		if all, few := b.titles("assistente", id), b.titles("educatrice", id); all != 2 || few != 1 {
			b.Errorf("%d documents for who sees the case, %d for who does not see the diary", all, few)
		}
		_, err := b.Cases.DocumentOf(b.as("educatrice"), id, closed)
		b.refused(err, errs.NotFound, "a document of a section that is not open")
		_, err = b.Cases.DocumentOf(worker, b.other(), open)
		b.refused(err, errs.NotFound, "a document through another case")
		n := cases.NewDocument{Kind: "report", Title: "x", Section: policy.Diary}
		_, err = b.Cases.AddDocument(b.as("educatrice"), id, n, b.paper(b.as("educatrice"), id, "x"))
		b.refused(err, errs.Invalid, "added to a section that is not open")
		_, err = b.Cases.AddDocument(worker, id, cases.NewDocument{}, b.paper(worker, id, "x"))
		if f := errs.FieldsOf(err); f["title"] == "" || f["kind"] == "" || f["section"] == "" {
			b.Errorf("an empty form: %v", err)
		}
		for range 2 { // sent twice
			if err := b.Cases.ReviseDocument(worker, id, open, b.paper(worker, id, "due"), crypto.Sending{Key: "next", Content: "b"}); err != nil {
				b.Fatal(err)
			}
		}
		d, err := b.Cases.DocumentOf(b.as("educatrice"), id, open)
		if err != nil || len(d.Versions) != 2 || d.Versions[0].Version != 2 || d.Title != "Relazione Vurgalip" {
			b.Fatalf("%+v %v", d, err)
		}
		for i, want := range []string{"due", "uno"} {
			if got, err := b.reads("educatrice", d.Versions[i].File.ID); err != nil || !strings.Contains(got, want) {
				b.Errorf("version %d says %q %v", d.Versions[i].Version, got, err)
			}
		}
		secret, err := b.Cases.DocumentOf(worker, id, closed)
		if err != nil {
			b.Fatal(err)
		}
		_, err = b.reads("educatrice", secret.FileID)
		b.refused(err, errs.NotFound, "a file of a section that is not open")
		b.refused(b.Cases.WithdrawDocument(b.as("psicologo"), id, open, "mistake"), errs.Forbidden, "withdrawn by who did not add it")
		for range 2 {
			if err := b.Cases.WithdrawDocument(worker, id, open, "mistake"); err != nil {
				b.Fatal(err)
			}
		}
		_, err = b.reads("assistente", d.Versions[1].File.ID)
		b.refused(err, errs.NotFound, "a withdrawn document")
		b.refused(b.Cases.ReviseDocument(worker, id, open, b.paper(worker, id, "tre"), crypto.Sending{}), errs.Conflict, "a version of what was withdrawn")
		if d, err := b.Cases.DocumentOf(worker, id, open); err != nil || len(d.Versions) != 0 || d.WithdrawnReason != "mistake" {
			b.Errorf("withdrawn: %+v %v", d, err)
		}
		if err := b.Cases.RestoreDocument(worker, id, open); err != nil {
			b.Fatal(err)
		}
		if _, err = b.reads("assistente", d.Versions[1].File.ID); err != nil {
			b.Errorf("restored: %v", err)
		}
		b.verify()
	})
}

// other is another case of the same worker.
func (b *bench) other() string {
	b.Helper()
	list, _, err := b.Cases.Cases(b.as("assistente"), false, 50)
	for _, f := range list {
		if f.HouseholdID != b.household {
			return f.ID
		}
	}
	b.Fatal("no other case", err)
	return ""
}

// A body without an account takes one version of a document by a link, once, while an
// agreement covers it.
func TestDocumentByLink(t *testing.T) {
	each(t, func(b *bench) {
		id, worker, body := b.open(), b.as("assistente"), b.stranger()
		doc, secret := b.added(id, policy.Overview), b.added(id, policy.Diary)
		n := cases.NewDocumentLink{ToOrg: body, Basis: policy.InstitutionalTask, Language: "it"}
		make := func() string {
			b.Helper()
			l, err := b.Cases.MakeDocumentLink(worker, id, doc, n)
			if err != nil {
				b.Fatal(err)
			}
			return l.Token
		}
		_, err := b.Cases.MakeDocumentLink(worker, id, secret, n)
		b.refused(err, errs.Conflict, "a section that the agreement does not cover")
		_, err = b.Cases.MakeDocumentLink(b.as("psicologo"), id, doc, n)
		b.refused(err, errs.NotFound, "by who is not in the team")
		gone := func(token, what string) {
			b.Helper()
			_, err := b.Cases.ByDocumentLink(b.Context(), token)
			b.refused(err, errs.NotFound, "seen by "+what)
			_, _, err = b.Cases.TakeDocument(b.Context(), token)
			b.refused(err, errs.NotFound, "taken by "+what)
		}
		gone("never", "a link that nobody made")
		token, late, held := make(), make(), make()
		for range 2 { // mail programs open links too
			if l, err := b.Cases.ByDocumentLink(b.Context(), token); err != nil || l.FromOrg == "" {
				b.Fatalf("%+v %v", l, err)
			}
		}
		at, file, err := b.Cases.TakeDocument(b.Context(), token)
		if err != nil {
			b.Fatal(err)
		}
		w := httptest.NewRecorder()
		if err := b.Files.SendTo(w, httptest.NewRequestWithContext(at, "POST", "/", nil), file); err != nil || !strings.Contains(w.Body.String(), "uno") {
			b.Errorf("it says %q %v", w.Body, err)
		}
		gone(token, "a link that was taken")
		lines, _, err := b.Audit.Lines(b.as("dpo"), audit.Query{Act: "file.read", Kind: policy.Case, Record: id}, 10)
		if err != nil || len(lines) != 1 {
			b.Errorf("%d openings are written down: %v", len(lines), err)
		}
		now := b.DB.Now()
		b.DB.Now = func() time.Time { return now.AddDate(0, 0, 7) }
		gone(late, "a link that expired")
		b.DB.Now = func() time.Time { return now }
		err = errors.Join(b.Cases.WithdrawDocument(worker, id, doc, "mistake"))
		gone(held, "a link to what was withdrawn")
		err = errors.Join(err, b.Cases.RestoreDocument(worker, id, doc), b.ends(body))
		if err != nil {
			b.Fatal(err)
		}
		gone(held, "a link that no agreement covers any more")
	})
}

// ends ends the agreements of a body.
func (b *bench) ends(body string) error {
	list, _, err := b.Network.Agreements(b.as("admin"))
	for _, a := range list {
		for _, p := range a.Parties {
			if p.OrgID == body {
				err = errors.Join(err, b.Network.EndAgreement(b.as("admin"), a.ID, db.DateOf(b.DB.Now()).AddDays(-1), "Fine", a.Version))
			}
		}
	}
	return err
}
