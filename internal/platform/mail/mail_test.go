package mail

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"tessuto/internal/platform/config"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/jobs"
	"tessuto/internal/platform/mail/mailtest"
	"tessuto/internal/platform/policy"
)

// desk is an installation that writes letters.
type desk struct {
	*Mail
	d    *db.DB
	past atomic.Int64 // by how much its clock was moved
}

func (k *desk) pass(by time.Duration) { k.past.Add(int64(by)) }

func open(t *testing.T, d *db.DB) *desk {
	t.Helper()
	dir := t.TempDir()
	keys, err := crypto.OpenKeystoreWith(t.Context(), "file:"+filepath.Join(dir, "keys.db"), filepath.Join(dir, "master.key"), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keys.Close() })
	k := &desk{d: d}
	d.Now = func() time.Time { return time.Now().Add(time.Duration(k.past.Load())) }
	k.Mail = New(d, keys, jobs.New(d))
	k.NetworkName = func(_ context.Context, id string) (string, error) {
		return map[string]string{"n": "Rete di Prova\r\nBcc: evil@example.org", "": ""}[id], nil
	}
	return k
}

// each opens a desk on each engine that gives its letters to office.
func each(t *testing.T, fn func(t *testing.T, k *desk, o *mailtest.Office)) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k, o := furnish(t, d)
		fn(t, k, o)
	})
}

func furnish(t *testing.T, d *db.DB) (*desk, *mailtest.Office) {
	k, o := open(t, d), mailtest.Open(t, false)
	err := k.Configure(config.Post{Mail: "smtp://" + o.Addr + "?tls=none", MailFrom: "Tessuto <posta@tessuto.example>", URL: "https://tessuto.example/"})
	if err != nil {
		t.Fatal(err)
	}
	return k, o
}

const recipient = "amina.recipient@example.org"

func letterTo(lang string) Message {
	return Message{Network: "n", To: recipient, Name: "Amina Recipient", Lang: lang, Key: "mail.check", Link: "/invite/abc?x=1&y=2"}
}

var sender = policy.Actor{AccountID: "anna", Network: "n", Role: policy.Admin}

func (k *desk) put(t *testing.T, msg Message) {
	t.Helper()
	ctx := policy.With(t.Context(), sender)
	p, err := k.Prepare(ctx, msg)
	if err == nil {
		err = k.d.Write(ctx, func(tx *db.Tx) error { return p.Send(ctx, tx) })
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (k *desk) runDue(t *testing.T) {
	t.Helper()
	if _, err := k.jobs.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// failed returns what the sender reads of letters that were refused.
func (k *desk) failed(t *testing.T) []jobs.Job {
	t.Helper()
	own, err := k.jobs.Own(policy.With(t.Context(), sender))
	if err != nil {
		t.Fatal(err)
	}
	return own
}

func TestArrives(t *testing.T) {
	each(t, func(t *testing.T, k *desk, o *mailtest.Office) {
		k.put(t, letterTo("it"))
		k.put(t, letterTo("ar"))
		k.runDue(t)
		got := o.Letters()
		if len(got) != 2 || strings.Join(got[0].To, " ") != recipient || got[0].From != "posta@tessuto.example" {
			t.Fatalf("%+v", got)
		}
		for i, want := range []struct{ lang, dir, subject, hello string }{
			{"it", "ltr", "Prova della posta di Tessuto", "Buongiorno Amina Recipient,"},
			{"ar", "rtl", "تجربة بريد تيسّوتو", "مرحبًا Amina Recipient،"},
		} {
			h, parts := got[i].Read(t)
			text, html := parts["text/plain"], parts["text/html"]
			if mailtest.Header(t, h, "Subject") != want.subject || h.Get("Content-Language") != want.lang ||
				!strings.HasPrefix(text, want.hello+"\n\n") || !strings.Contains(text, "\nhttps://tessuto.example/invite/abc?x=1&y=2\n") {
				t.Errorf("%v\n%s", h, text)
			}
			if !strings.Contains(html, `<html lang="`+want.lang+`" dir="`+want.dir+`">`) || !strings.Contains(html, want.hello) ||
				!strings.Contains(html, `href="https://tessuto.example/invite/abc?x=1&amp;y=2"`) {
				t.Errorf("%s", html)
			}
			if mailtest.Header(t, h, "From") != `"Rete di Prova Bcc: evil@example.org" <posta@tessuto.example>` || h.Get("Bcc") != "" {
				t.Errorf("from %s, bcc %q", h.Get("From"), h.Get("Bcc"))
			}
			if at, err := h.Date(); err != nil || time.Since(at) > time.Hour || h.Get("Auto-Submitted") != "auto-generated" ||
				!strings.HasSuffix(h.Get("Message-Id"), "@tessuto.example>") {
				t.Errorf("%v, %v", h, err)
			}
		}
	})
}

// What is rolled back never leaves, and its key opens nothing that is kept.
func TestRolledBackNeverLeaves(t *testing.T) {
	each(t, func(t *testing.T, k *desk, o *mailtest.Office) {
		p, err := k.Prepare(t.Context(), letterTo("it"))
		if err != nil {
			t.Fatal(err)
		}
		no := errors.New("no")
		err = k.d.Write(t.Context(), func(tx *db.Tx) error { return errors.Join(p.Send(t.Context(), tx), no) })
		if !errors.Is(err, no) || err.Error() != "no" {
			t.Fatal(err)
		}
		k.runDue(t)
		if len(o.Letters()) != 0 || len(k.letters(t)) != 0 {
			t.Error("it left")
		}
	})
}

// Nothing tells who got a letter once it has left: neither row nor key, nor the
// job, nor the log. Before, it is sealed.
func TestNobodyTellsWhoGotIt(t *testing.T) { // not in parallel: it reads the log
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			k, o := furnish(t, dbtest.Open(t, dbtest.URL(t, engine)))
			var log bytes.Buffer
			was := slog.Default()
			slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
			defer slog.SetDefault(was)

			k.put(t, letterTo("it"))
			ids := k.letters(t)
			for _, row := range k.everything(t) {
				if strings.Contains(row, "mina") || strings.Contains(row, "invite") {
					t.Errorf("it waits in clear: %q", row)
				}
			}
			if _, err := k.keys.GetOne(t.Context(), "n", owner(ids[0])); err != nil {
				t.Fatal(err)
			}
			o.Answer(&smtp.SMTPError{Code: 451, Message: "<" + recipient + "> not now"})
			k.runDue(t)
			o.Answer(nil)
			k.pass(time.Minute)
			k.runDue(t)
			if len(o.Letters()) != 1 || len(k.letters(t)) != 0 {
				t.Fatalf("%d arrived, %d left", len(o.Letters()), len(k.letters(t)))
			}
			if _, err := k.keys.GetOne(t.Context(), "n", owner(ids[0])); !errors.Is(err, crypto.ErrDestroyed) {
				t.Errorf("its key is still there: %v", err)
			}
			for _, row := range append(k.everything(t), log.String()) {
				if strings.Contains(row, "mina") || strings.Contains(row, "recipient@") {
					t.Errorf("%q", row)
				}
			}
			if !strings.Contains(log.String(), "451") {
				t.Error("the log does not say why it waited")
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	each(t, func(t *testing.T, k *desk, o *mailtest.Office) {
		o.Answer(&smtp.SMTPError{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 2, 1}, Message: "Greylisted"})
		k.put(t, letterTo("it"))
		k.runDue(t)
		if len(k.letters(t)) != 1 || len(k.failed(t)) != 0 {
			t.Fatal("a refusal for now was taken for good")
		}
		o.Answer(nil)
		k.runDue(t)
		if len(o.Letters()) != 0 {
			t.Error("it was tried again too early")
		}
		k.pass(2 * time.Second)
		k.runDue(t)
		if len(o.Letters()) != 1 || len(k.letters(t)) != 0 {
			t.Errorf("%d arrived", len(o.Letters()))
		}

		o.Answer(&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No " + recipient + " here"})
		k.put(t, letterTo("it"))
		k.runDue(t)
		failed := k.failed(t)
		if len(failed) != 1 || failed[0].Key != "mail.refused" || failed[0].Values["Code"] != 550.0 || failed[0].Attempt != 1 || len(k.letters(t)) != 0 {
			t.Fatalf("%+v", failed)
		}
		if err := k.jobs.Retry(policy.With(t.Context(), sender), failed[0].ID); err != nil {
			t.Fatal(err)
		}
		k.runDue(t)
		if again := k.failed(t); len(again) != 1 || again[0].Key != "mail.gone" {
			t.Errorf("what was given up was tried again: %+v", again)
		}
	})
}

// What no server took for a week is given up, and nothing of it stays.
func TestGivenUpAfterAWeek(t *testing.T) {
	each(t, func(t *testing.T, k *desk, o *mailtest.Office) {
		o.Answer(&smtp.SMTPError{Code: 450, Message: "Later"})
		k.runDue(t) // the timetable of today
		k.put(t, letterTo("it"))
		ids := k.letters(t)
		for range 6 {
			k.pass(24 * time.Hour)
			k.runDue(t)
		}
		if len(k.letters(t)) != 1 {
			t.Error("it was given up too early")
		}
		k.pass(25 * time.Hour)
		k.runDue(t)
		if _, err := k.keys.GetOne(t.Context(), "n", owner(ids[0])); !errors.Is(err, crypto.ErrDestroyed) || len(k.letters(t)) != 0 {
			t.Errorf("%v, %d stay", err, len(k.letters(t)))
		}
	})
}

// A server without TLS gets neither mail nor password; one with it gets both.
func TestTLSIsRequired(t *testing.T) {
	t.Parallel()
	k := open(t, dbtest.Open(t, dbtest.URL(t, "sqlite")))
	for _, c := range []struct {
		what, user, query string
		secured           bool
		arrives           int
	}{
		{"a server without TLS", "", "", false, 0},
		{"a server without TLS that asks who one is", "anna:s3cret%2Fword@", "", false, 0},
		{"a certificate of nobody we know", "anna:s3cret%2Fword@", "", true, 0},
		{"a certificate that is trusted", "anna:s3cret%2Fword@", "?ca=", true, 1},
	} {
		o := mailtest.Open(t, c.secured)
		query := c.query
		if query != "" {
			query += o.CA
		}
		err := k.Configure(config.Post{Mail: "smtp://" + c.user + o.Addr + query, MailFrom: "posta@tessuto.example", URL: "https://tessuto.example"})
		if err != nil {
			t.Fatal(err)
		}
		err = k.Check(t.Context(), recipient, "en")
		if (err == nil) != (c.arrives == 1) || len(o.Letters()) != c.arrives || len(o.Users()) != c.arrives {
			t.Errorf("%s: %d arrived, signed in %v, %v", c.what, len(o.Letters()), o.Users(), err)
		}
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("the password stands in: %v", err)
		}
	}
}

func TestConfigure(t *testing.T) {
	t.Parallel()
	k := open(t, dbtest.Open(t, dbtest.URL(t, "sqlite")))
	if k.Ready() || k.Link("/a") != "/a" {
		t.Error("ready without a server")
	}
	if _, err := k.Prepare(t.Context(), letterTo("it")); err == nil {
		t.Error("a letter was prepared without a server")
	}
	nothing := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(nothing, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	const from, home = "posta@tessuto.example", "https://tessuto.example"
	for _, c := range []struct {
		p         config.Post
		ok, ready bool
	}{
		{config.Post{}, true, false},
		{config.Post{URL: home + "/"}, true, false},
		{config.Post{URL: "tessuto.example"}, false, false},
		{config.Post{Mail: "smtp://h", MailFrom: from, URL: home}, true, true},
		{config.Post{Mail: "smtps://u:p@h:1465", MailFrom: "Tessuto <" + from + ">", URL: home}, true, true},
		{config.Post{Mail: "smtp://h", MailFrom: from}, false, false},
		{config.Post{Mail: "smtp://h", URL: home}, false, false},
		{config.Post{Mail: "smtp://h", MailFrom: "nobody", URL: home}, false, false},
		{config.Post{Mail: "http://h", MailFrom: from, URL: home}, false, false},
		{config.Post{Mail: "smtp://u:s3cret@h:x", MailFrom: from, URL: home}, false, false},
		{config.Post{Mail: "smtp://u:s3cret@h?tls=maybe", MailFrom: from, URL: home}, false, false},
		{config.Post{Mail: "smtp://u:s3cret@h?ca=" + nothing, MailFrom: from, URL: home}, false, false},
	} {
		k := open(t, k.d)
		err := k.Configure(c.p)
		if (err == nil) != c.ok || k.Ready() != c.ready {
			t.Errorf("%+v: %v, ready %v", c.p, err, k.Ready())
		}
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("the password stands in: %v", err)
		}
		if c.p.URL == home+"/" && k.Link("/a") != home+"/a" {
			t.Error(k.Link("/a"))
		}
	}
}

func TestAddresses(t *testing.T) {
	each(t, func(t *testing.T, k *desk, _ *mailtest.Office) {
		for to, ok := range map[string]bool{
			recipient: true, "a+b@c.example": true, "": false, "a": false, "a@b.example, c@d.example": false, "A <a@b.example>": false,
			"a@b.example\r\nBcc: c@d.example": false, "a@b.example\n": false, " a@b.example": false,
		} {
			msg := letterTo("it")
			msg.To, msg.Name = to, "Amina\r\nBcc: evil@example.org\r\n\r\nText"
			_, err := k.Prepare(t.Context(), msg)
			if (err == nil) != ok || !ok && errs.CodeOf(err) != errs.Invalid {
				t.Errorf("%q: %v", to, err)
			}
		}
		msg := letterTo("it")
		msg.Link = "https://evil.example"
		if _, err := k.Prepare(t.Context(), msg); err == nil {
			t.Error("a link leads elsewhere")
		}
	})
}

// A name that would write headers of its own writes none.
func FuzzHeaders(f *testing.F) {
	f.Add("Amina", "a@b.example")
	f.Add("Amina\r\nBcc: c@d.example", "a@b.example\r\nX: y")
	f.Add("\"\\,<>", "\"a b\"@c.example")
	s := &server{}
	s.from.Address = "posta@tessuto.example"
	f.Fuzz(func(t *testing.T, name, to string) {
		msg, err := Message{To: to, Name: name}.clean()
		if err != nil {
			return
		}
		m, err := s.message(&letter{id: "1", at: time.Now(), to: msg.To, name: msg.Name, network: oneLine(name), subject: oneLine(name), html: "x"})
		if err != nil {
			return
		}
		var out bytes.Buffer
		if _, err := m.WriteTo(&out); err != nil {
			t.Fatal(err)
		}
		h, _ := (mailtest.Letter{Data: out.String()}).Read(t)
		for key := range h {
			switch key {
			case "From", "To", "Subject", "Date", "Message-Id", "Mime-Version", "Content-Type", "Auto-Submitted", "Content-Language":
			default:
				t.Errorf("%q and %q write the header %s", name, to, key)
			}
		}
		if at, err := h.AddressList("To"); err != nil || len(at) != 1 {
			t.Errorf("%q and %q write to %v: %v", name, to, at, err)
		}
	})
}
