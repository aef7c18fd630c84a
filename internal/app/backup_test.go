package app_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tessuto/internal/access"
	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/backup"
	"tessuto/internal/platform/config"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

func quiet(string, int) {}

// house is an installation with its backups.
type house struct {
	*testing.T
	store      config.Store
	data, keys string // files
}

// backedUp is a demo that was backed up, data and then keys.
func backedUp(t *testing.T, a *app.App, store config.Store) house {
	t.Helper()
	h := house{t, store, filepath.Join(t.TempDir(), "monday.tessuto-data.gz"), ""}
	err := a.Backup(t.Context(), h.data, quiet)
	if err == nil {
		h.keys, _, err = a.BackupKeys(t.Context(), t.TempDir(), quiet)
	}
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// elsewhere is an empty installation with the master key of another.
func (h house) elsewhere(engine string) config.Store {
	h.Helper()
	s := config.Store{Data: h.TempDir(), DB: dbtest.Empty(h.T, engine), Keystore: dbtest.Empty(h.T, engine)}
	key, err := os.ReadFile(h.store.KeyFile())
	if err == nil {
		err = os.WriteFile(s.KeyFile(), key, 0o600)
	}
	if err == nil { // documents are copied beside the backups
		err = os.CopyFS(filepath.Join(s.Data, "files"), os.DirFS(filepath.Join(h.store.Data, "files")))
	}
	if err != nil {
		h.Fatal(err)
	}
	return s
}

// restored is the backups in an empty installation, opened.
func (h house) restored(s config.Store) *app.App {
	h.Helper()
	if err := app.RestoreKeys(h.Context(), s, h.keys, quiet); err != nil {
		h.Fatal(err)
	}
	closed, err := app.Restore(h.Context(), s, h.data, quiet)
	if err != nil || closed != 0 {
		h.Fatal(closed, err)
	}
	a, err := app.Open(h.Context(), s, true)
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() { a.Close() })
	return a
}

// Backup, destroy, restore, on each engine and from each to the other: the same
// records, the same figures, and nobody signed in.
func TestRestoreDrill(t *testing.T) {
	t.Parallel()
	for _, way := range [][2]string{{"sqlite", "sqlite"}, {"postgres", "postgres"}, {"sqlite", "postgres"}, {"postgres", "sqlite"}} {
		t.Run(way[0]+" to "+way[1], func(t *testing.T) {
			t.Parallel()
			store := apptest.DemoStore(t, way[0])
			a, err := app.Open(t.Context(), store, true)
			if err != nil {
				t.Fatal(err)
			}
			session, err := a.Auth.SignIn(t.Context(), apptest.Mail("assistente"), apptest.Password)
			if err != nil {
				t.Fatal(err)
			}
			token, err := a.IssueToken(t.Context(), apptest.Mail("assistente"), "drill", 30)
			if err != nil {
				t.Fatal(err)
			}
			f := familyOf(t, a)
			was, names := rowsOf(t, a), namesOf(t, a)
			h := backedUp(t, a, store)
			if err := a.Close(); err != nil {
				t.Fatal(err)
			}
			b := h.restored(h.elsewhere(way[1]))
			sound(t, b)
			now := rowsOf(t, b)
			if n := actsOf(t, b, "data.restore"); n != 1 {
				t.Errorf("the restore stands %d times in the audit", n)
			}
			if _, _, err := b.Auth.BySession(t.Context(), session); errs.CodeOf(err) != errs.SignIn {
				t.Errorf("the session is still open: %v", err)
			}
			if _, err := b.Auth.ByToken(t.Context(), token); errs.CodeOf(err) != errs.SignIn {
				t.Errorf("the token still opens: %v", err)
			}
			code, page := ask(t, b, apptest.Serve(t, b), "assistente", "/households/"+f.ids[policy.Household])
			if code != 200 || !strings.Contains(page, f.name) {
				t.Errorf("the family does not open: %d", code)
			}
			if now := namesOf(t, b); now != names || names == "" {
				t.Errorf("names were %.100s…, now %.100s…", names, now)
			}
			if found, err := b.People.Search(as(t, b, "assistente"), f.name); err != nil || len(found.Hits) == 0 {
				t.Errorf("nobody is found by name: %v", err)
			}
			for table, n := range was {
				switch table {
				case "session", "api_token", "sign_in_try":
					n = 0
				case "migration": // has names of its own on each engine
					continue
				case "audit", "audit_seal", "audit_hash", "audit_head":
					if now[table] < n {
						t.Errorf("%s: %d rows became %d", table, n, now[table])
					}
					continue
				}
				if now[table] != n {
					t.Errorf("%s: %d rows became %d", table, n, now[table])
				}
			}
		})
	}
}

// sound holds the ledger against the records and the audit against its tree.
func sound(t *testing.T, a *app.App) {
	t.Helper()
	r, err := a.Verify(t.Context())
	if err != nil || len(r.Problems) > 0 || r.Facts == 0 {
		t.Errorf("verify: %v %d facts %.3v", err, r.Facts, r.Problems)
	}
}

func namesOf(t *testing.T, a *app.App) (all string) {
	t.Helper()
	list, _, _, err := a.People.List(as(t, a, "sportello"), "", 500)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list {
		all += p.ID + p.Name() + p.Phone + p.BirthDate + "\n"
	}
	return all
}

// A backup that is taken while others write is of one moment: what it holds
// counts together.
func TestBackupWhileOthersWrite(t *testing.T) {
	t.Parallel()
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			store := apptest.DemoStore(t, engine)
			a, err := app.Open(t.Context(), store, true)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { a.Close() })
			worker, stop := context.WithCancel(as(t, a, "sportello"))
			desks, err := a.Access.Desks(worker)
			if err != nil {
				t.Fatal(err)
			}
			var writing sync.WaitGroup
			var written [3]int
			for i := range written {
				writing.Go(func() {
					for worker.Err() == nil {
						n := access.NewContact{}
						n.DeskID, n.On, n.Channel, n.Outcome, n.Minutes, n.Asked = desks[0].ID, db.DateOf(a.DB.Now()), "phone", "informed", 10, "casa"
						if _, err := a.Access.SaveContact(worker, n); err != nil && worker.Err() == nil {
							t.Error(err)
							return
						}
						written[i]++
					}
				})
			}
			before := rowsOf(t, a)["contact"]
			h := backedUp(t, a, store)
			stop()
			writing.Wait()
			b := h.restored(h.elsewhere(engine))
			sound(t, b)
			if held := rowsOf(t, b)["contact"]; written[0]+written[1]+written[2] < 10 || held < before {
				t.Errorf("%v were written, %d are held", written, held)
			}
		})
	}
}

// What cannot be restored is refused in words, and nothing is written.
func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			store := apptest.DemoStore(t, engine)
			a, err := app.Open(t.Context(), store, true)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { a.Close() })
			h := backedUp(t, a, store)
			s := h.elsewhere(engine)
			refused := func(why string, err error) {
				t.Helper()
				if err == nil || !strings.Contains(err.Error(), why) {
					t.Errorf("%v, want %q", err, why)
				}
			}
			restore := func(s config.Store, from string) error {
				_, err := app.Restore(t.Context(), s, from, quiet)
				return err
			}
			refused("keystore is empty", restore(s, h.data))
			refused("backup of data, not of keys", app.RestoreKeys(t.Context(), s, h.data, quiet))
			refused("backup of keys, not of data", restore(s, h.keys))
			other := h.elsewhere(engine)
			if err := os.Remove(other.KeyFile()); err != nil {
				t.Fatal(err)
			}
			refused("in no backup", app.RestoreKeys(t.Context(), other, h.keys, quiet))
			refused("master key is missing", restore(other, h.data))
			stranger := config.Store{Data: t.TempDir(), Keystore: dbtest.Empty(t, engine)}
			if b, err := app.Open(t.Context(), stranger, false); err != nil || earnestly(t, b) != nil || b.Close() != nil {
				t.Fatal(err)
			}
			if _, err := crypto.LoadMaster(other.KeyFile(), true); err != nil {
				t.Fatal(err)
			}
			refused("does not belong to this keystore", app.RestoreKeys(t.Context(), other, h.keys, quiet))
			refused("not empty", app.RestoreKeys(t.Context(), stranger, h.keys, quiet))
			strange := h.elsewhere(engine)
			strange.Keystore, strange.Data = stranger.Keystore, stranger.Data
			refused("does not belong to the backup", restore(strange, h.data))
			if err := app.RestoreKeys(t.Context(), s, h.keys, quiet); err != nil {
				t.Fatal(err)
			}
			damaged(t, h.data, func(path string) {
				if err := restore(s, path); !errors.Is(err, backup.ErrDamaged) {
					t.Errorf("damaged: %v", err)
				}
			})
			if n := len(tablesOf(t, s.DB)); n != 0 {
				t.Errorf("%d tables were made by what was refused", n)
			}
			refused("not empty", restore(config.Store{Data: store.Data, DB: store.DB, Keystore: store.Keystore}, h.data))
			refused("is there already", a.Backup(t.Context(), h.data, quiet))
			refused("ends with", a.Backup(t.Context(), filepath.Join(t.TempDir(), "x"), quiet))
			refused("kept apart", a.Backup(t.Context(), filepath.Join(filepath.Dir(h.keys), "x.tessuto-data.gz"), quiet))
			_, _, err = a.BackupKeys(t.Context(), filepath.Dir(h.data), quiet)
			refused("kept apart", err)
		})
	}
}

// damaged calls try with copies of a file, each with another damage.
func damaged(t *testing.T, path string, try func(path string)) {
	t.Helper()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, content := range [][]byte{nil, []byte("not a backup"), whole[:len(whole)/2], whole[:len(whole)-1], bytes.Repeat([]byte{0}, 100)} {
		file := filepath.Join(t.TempDir(), "damaged")
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(i, err)
		}
		try(file)
	}
	for _, at := range []int{20, len(whole) / 3, len(whole) * 2 / 3, len(whole) - 10} {
		content := bytes.Clone(whole)
		content[at] ^= 0x10
		file := filepath.Join(t.TempDir(), "damaged")
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		try(file)
	}
}

// Backups of keys run out: those of more than thirty days go, others stay.
func TestKeyBackupsRunOut(t *testing.T) {
	t.Parallel()
	a := apptest.Demo(t, "sqlite")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "tessuto-keys-notes.gz"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	start := a.DB.Now()
	var first string
	for _, c := range []struct{ day, removed int }{{0, 0}, {29, 0}, {31, 1}, {62, 2}} {
		a.DB.Now = func() time.Time { return start.AddDate(0, 0, c.day) }
		path, removed, err := a.BackupKeys(t.Context(), dir, quiet)
		if err != nil || removed != c.removed {
			t.Errorf("day %d: %d removed, want %d (%v)", c.day, removed, c.removed, err)
		}
		if first == "" {
			first = path
		}
	}
	if _, err := os.Stat(first); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the first is still there")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
		t.Errorf("%v %v", entries, err)
	}
	if n := actsOf(t, a, "keys.backup"); n != 4 {
		t.Errorf("%d times in the audit", n)
	}
}

// No table that holds a token is in a backup.
func TestNoTokenIsBackedUp(t *testing.T) {
	t.Parallel()
	a := apptest.Demo(t, "sqlite")
	path := filepath.Join(t.TempDir(), "x.tessuto-data.gz")
	if err := a.Backup(t.Context(), path, quiet); err != nil {
		t.Fatal(err)
	}
	h, err := backup.Check(path)
	if err != nil {
		t.Fatal(err)
	}
	err = a.DB.Read(t.Context(), func(tx *db.Tx) error {
		tables, err := tx.Tables(t.Context())
		for _, table := range tables {
			cols, err := tx.Columns(t.Context(), table)
			if err != nil {
				return err
			}
			for _, c := range cols {
				if strings.Contains(c.Name, "token") && !slices.Contains(h.Without, table) {
					t.Errorf("%s.%s: say in leftOut why it stays away, or call it otherwise", table, c.Name)
				}
			}
		}
		for _, table := range h.Without {
			if !slices.Contains(tables, table) {
				t.Errorf("%s is no table", table)
			}
		}
		return err
	})
	if err != nil || len(h.Without) < 4 {
		t.Fatal(err, h.Without)
	}
}
