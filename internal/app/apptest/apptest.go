// Package apptest gives tests the whole program, filled with the demo, on a
// real database of each engine.
package apptest

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/platform/config"
	"tessuto/internal/platform/db/dbtest"
)

// Password opens every demo account.
const Password = "tessuto-demo"

// Mail returns the address of a demo account.
func Mail(who string) string { return who + "@demo.tessuto.example" }

// filled holds the demo of each engine, filled once and then copied.
var filled struct {
	sync.Mutex
	stores map[string]config.Store
}

// Demo returns the program filled with the smallest demo.
func Demo(t testing.TB, engine string) *app.App {
	t.Helper()
	return open(t, DemoStore(t, engine))
}

// DemoStore returns where a copy of the demo is, with data and keys of its own.
func DemoStore(t testing.TB, engine string) config.Store {
	t.Helper()
	s := kept(t, engine)
	dir := t.TempDir()
	key, err := os.ReadFile(s.KeyFile())
	if err != nil {
		t.Fatal(err)
	}
	copied := config.Store{Data: dir, DB: dbtest.Clone(t, s.DB), Keystore: dbtest.Clone(t, s.Keystore)}
	if err := os.WriteFile(filepath.Join(dir, "master.key"), key, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "files"), os.DirFS(filepath.Join(s.Data, "files"))); err != nil {
		t.Fatal(err)
	}
	return copied
}

func kept(t testing.TB, engine string) config.Store {
	t.Helper()
	filled.Lock()
	defer filled.Unlock()
	if s, ok := filled.stores[engine]; ok {
		return s
	}
	text, err := dbtest.Shared("demo."+engine, func() (string, error) {
		text, err := json.Marshal(fill(t, engine))
		return string(text), err
	})
	var s config.Store
	if err == nil {
		err = json.Unmarshal([]byte(text), &s)
	}
	if err != nil {
		t.Fatal(err)
	}
	if filled.stores == nil {
		filled.stores = map[string]config.Store{}
	}
	filled.stores[engine] = s
	return s
}

// fill makes the smallest demo, which outlives the test that asks for it first.
func fill(t testing.TB, engine string) config.Store {
	t.Helper()
	dir, err := os.MkdirTemp("", "tessuto-demo")
	if err != nil {
		t.Fatal(err)
	}
	s := config.Store{Data: dir, DB: dbtest.Keep(t, engine), Keystore: dbtest.Keep(t, engine)}
	a, err := app.Open(t.Context(), s, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.FillDemo(t.Context(), 1, func(string, int, int) {}); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	return s
}

func open(t testing.TB, s config.Store) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), s, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

// Serve serves the program for the length of the test and returns its address.
func Serve(t testing.TB, a *app.App) string {
	t.Helper()
	s := httptest.NewServer(a.Handler())
	t.Cleanup(s.Close)
	return s.URL
}
