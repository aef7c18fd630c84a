package app_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tessuto/internal/access"
	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/people"
	"tessuto/internal/platform/config"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
)

// somebody is registered at the desk, with words said there, an appointment and a
// number; told are the words that must be gone when they are erased.
type somebody struct {
	person, contact string
	told            []string
}

func registered(t *testing.T, a *app.App) somebody {
	t.Helper()
	ctx := as(t, a, "sportello")
	desks, err := a.Access.Desks(ctx)
	if err != nil {
		t.Fatal(err)
	}
	n := access.NewContact{}
	n.DeskID, n.On, n.Channel, n.Outcome, n.Asked = desks[0].ID, db.DateOf(a.DB.Now()), "in_person", "informed", "Zwartvoetje zoekt een huis"
	p := people.Newcomer{Relation: people.ReferencePerson}
	p.GivenName, p.FamilyName, p.Phone, p.Birth = "Vurgalip", "Hendorsky", "3987654321", people.Birth{Precision: people.ByUnknown}
	n.Newcomers = []people.Newcomer{p}
	id, err := a.Access.SaveContact(ctx, n)
	if err != nil {
		t.Fatal(err)
	}
	c, err := a.Access.Contact(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	ap := access.Appointment{PersonID: c.PersonID, StartsAt: a.DB.Now().Add(48 * time.Hour), Minutes: 30}
	ap.Where, ap.Subject = "Boomkruipersteeg", "Roodborstje"
	if _, err := a.Access.Book(ctx, ap, crypto.Sending{}); err != nil {
		t.Fatal(err)
	}
	return somebody{c.PersonID, id, []string{"Vurgalip", "Hendorsky", "3987654321", "Zwartvoetje", "Boomkruiper", "Roodborstje", "Winterkoninkje"}}
}

// erase asks for an erasure, grants it and does it.
func (s somebody) erase(t *testing.T, a *app.App) {
	t.Helper()
	dpo, day := as(t, a, "dpo"), db.DateOf(a.DB.Now())
	id, err := a.People.Ask(as(t, a, "sportello"), s.person, people.Request{Kind: people.AskErase, RequestWords: people.RequestWords{Asked: "Winterkoninkje"}}, crypto.Sending{})
	if err == nil {
		err = a.People.Accept(dpo, people.Request{ID: id, Version: 1})
	}
	if err == nil {
		err = a.People.Erase(dpo, id, people.Authorisation{Reference: "prot. 1/2026", On: day, Version: 2})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// gone holds that an installation tells nothing of somebody: to use cases that
// read with their key, nor on any page that leads to them.
func (s somebody) gone(t *testing.T, a *app.App, where string) {
	t.Helper()
	ctx := as(t, a, "sportello")
	p, err := a.People.Person(ctx, s.person)
	if err != nil || p.Name() != "" || p.Phone != "" {
		t.Errorf("%s: the person is %+v, %v", where, p, err)
	}
	if f, err := a.People.Search(ctx, "Vurgalip Hendorsky 3987654321"); err != nil || len(f.Hits) > 0 {
		t.Errorf("%s: a search finds %+v, %v", where, f, err)
	}
	if c, err := a.Access.Contact(ctx, s.contact); err != nil || c.Asked != "" {
		t.Errorf("%s: the contact says %+v, %v", where, c, err)
	}
	for _, who := range []string{"sportello", "assistente", "dpo", "capofila"} {
		ask := asker(t, a, who)
		for _, path := range s.pages(ask) {
			w := ask(http.MethodGet, path, nil)
			if w.Code >= 500 {
				t.Errorf("%s: %s: %s breaks: %d", where, who, path, w.Code)
			}
			for _, word := range s.told {
				if strings.Contains(w.Body.String(), word) {
					t.Errorf("%s: %s: %s says %q", where, who, path, word)
				}
			}
		}
	}
}

var linked = regexp.MustCompile(`href="(/(?:people|households|contacts|appointments|rights)/[^"#?]*)`)

// pages are the lists that could hold somebody, and where they lead.
func (s somebody) pages(ask func(method, path string, form url.Values) *httptest.ResponseRecorder) []string {
	out := []string{"/home", "/people", "/people/" + s.person, "/people/" + s.person + "/rights", "/people/" + s.person + "/report", "/people/" + s.person + "/history",
		"/contacts", "/contacts/" + s.contact, "/appointments", "/find?q=vurg", "/rights", "/rights?closed=1", "/audit", "/api/v1/people?limit=200", "/api/v1/people/" + s.person,
		"/programmes/reboot/indicators/3.2-nuclei", "/desk"}
	seen := map[string]bool{}
	for _, path := range out {
		seen[path] = true
	}
	for _, list := range []string{"/people/" + s.person, "/contacts", "/appointments", "/rights?closed=1"} {
		for _, m := range linked.FindAllStringSubmatch(ask(http.MethodGet, list, nil).Body.String(), 12) {
			if !seen[m[1]] {
				seen[m[1]] = true
				out = append(out, m[1])
			}
		}
	}
	return out
}

// After an erasure nothing names the person: neither the database, nor a copy of
// it, nor a backup taken before, opened with the keystore as it is now.
func TestAnErasedPersonIsNowhere(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			store := apptest.DemoStore(t, engine)
			a, err := app.Open(t.Context(), store, true)
			if err != nil {
				t.Fatal(err)
			}
			s := registered(t, a)
			before := filepath.Join(t.TempDir(), "before.tessuto-data.gz")
			after := filepath.Join(t.TempDir(), "after.tessuto-data.gz")
			must := func(err error) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
			}
			must(a.Backup(t.Context(), before, quiet))
			if raw := wrappedOf(t, store.KeystoreURL(), s.person); strings.HasPrefix(store.KeystoreURL(), "file:") && !inFile(t, store.KeystoreURL(), raw) {
				t.Fatal("the wrapped key is not found in the file before")
			}
			facts, raw := rowsOf(t, a)["fact"], wrappedOf(t, store.KeystoreURL(), s.person)
			s.erase(t, a)
			s.gone(t, a, "the database")
			if now := rowsOf(t, a)["fact"]; now != facts {
				t.Errorf("%d facts, there were %d", now, facts)
			}
			sound(t, a)
			must(a.Backup(t.Context(), after, quiet))
			if key := wrappedOf(t, store.KeystoreURL(), s.person); len(key) > 0 {
				t.Error("the wrapped key is still there")
			}
			must(a.Close())
			if len(raw) == 0 || inFile(t, store.KeystoreURL(), raw) {
				t.Error("the wrapped key waits in the file of the keystore")
			}
			s.inNoFile(t, store)
			for name, from := range map[string]string{"a copy": after, "a backup from before": before} {
				other := config.Store{Data: t.TempDir(), DB: dbtest.Empty(t, engine), Keystore: store.KeystoreURL(), Key: store.KeyFile()}
				closed, err := app.Restore(t.Context(), other, from, quiet)
				must(err)
				if closed != 1 {
					t.Errorf("%s: %d persons have no key, want 1", name, closed)
				}
				b, err := app.Open(t.Context(), other, true)
				must(err)
				s.gone(t, b, name)
				must(b.Close())
			}
		})
	}
}

// inNoFile holds that no byte of an embedded installation names somebody.
func (s somebody) inNoFile(t *testing.T, store config.Store) {
	t.Helper()
	for _, at := range []string{store.DatabaseURL(), store.KeystoreURL()} {
		files, err := filepath.Glob(strings.TrimPrefix(at, "file:") + "*")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, word := range s.told {
				if bytes.Contains(content, []byte(word)) {
					t.Errorf("%s holds %q", filepath.Base(file), word)
				}
			}
		}
	}
}

// A key that was destroyed comes back neither by a rotation nor by a keystore of
// an earlier day: the data know who was erased, and it goes again. A backup of
// keys from before is there for thirty days, and for no more.
func TestADestroyedKeyStaysAway(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			store := apptest.DemoStore(t, engine)
			a, err := app.Open(t.Context(), store, true)
			if err != nil {
				t.Fatal(err)
			}
			s, network := registered(t, a), policy.From(as(t, a, "dpo")).Network
			h := backedUp(t, a, store)
			s.erase(t, a)
			if err := a.Keys.Rewrap(t.Context(), network, func(int, int) {}); err != nil {
				t.Fatal(err)
			}
			destroyed(t, a, network, s.person, "after a rotation")
			start := a.DB.Now()
			a.DB.Now = func() time.Time { return start.AddDate(0, 0, 31) }
			if _, removed, err := a.BackupKeys(t.Context(), filepath.Dir(h.keys), quiet); err != nil || removed != 1 {
				t.Errorf("%d backups of keys were removed after 31 days, %v", removed, err)
			}
			if err := a.Close(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// A keystore of an earlier day, restored beside data that know of the erasure,
// loses the key as soon as the program opens.
func TestAnEarlierKeystoreLosesTheKeyAgain(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			store := apptest.DemoStore(t, engine)
			a, err := app.Open(t.Context(), store, true)
			if err != nil {
				t.Fatal(err)
			}
			s, network := registered(t, a), policy.From(as(t, a, "dpo")).Network
			h := backedUp(t, a, store)
			s.erase(t, a)
			if err := a.Close(); err != nil {
				t.Fatal(err)
			}
			earlier := config.Store{Data: t.TempDir(), DB: store.DatabaseURL(), Keystore: dbtest.Empty(t, engine), Key: store.KeyFile()}
			if err := app.RestoreKeys(t.Context(), earlier, h.keys, quiet); err != nil {
				t.Fatal(err)
			}
			b, err := app.Open(t.Context(), earlier, true)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { b.Close() })
			destroyed(t, b, network, s.person, "with an earlier keystore")
			s.gone(t, b, "with an earlier keystore")
		})
	}
}

func destroyed(t *testing.T, a *app.App, network, person, when string) {
	t.Helper()
	if _, err := a.Keys.GetOne(context.WithoutCancel(t.Context()), network, person); err != crypto.ErrDestroyed {
		t.Errorf("%s: the key is there: %v", when, err)
	}
}

// inFile tells whether bytes stand in the files of an embedded database.
func inFile(t *testing.T, at string, raw []byte) bool {
	t.Helper()
	if !strings.HasPrefix(at, "file:") {
		return false
	}
	files, err := filepath.Glob(strings.TrimPrefix(at, "file:") + "*")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("no file", at)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(content, raw) {
			return true
		}
	}
	return false
}
