package app_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/storage"
)

var papers sync.Map // id of the paper, by program

// paperOf is a document of the family's case.
func paperOf(t *testing.T, a *app.App) string {
	t.Helper()
	if id, ok := papers.Load(a); ok {
		return id.(string)
	}
	ctx, of := as(t, a, "assistente"), familyOf(t, a)
	k, err := a.Files.Put(ctx, storage.Incoming{Name: "Vurgalip.txt", Content: strings.NewReader("Vurgalische Worte"), Owner: of.ids[policy.Case]})
	if err != nil {
		t.Fatal(err)
	}
	err = a.DB.Write(ctx, func(tx *db.Tx) error {
		return a.Files.Attach(ctx, tx, k, storage.Parent{Kind: policy.Case, ID: of.ids[policy.Case], Section: policy.Overview})
	})
	if err != nil {
		t.Fatal(err)
	}
	papers.Store(a, k.ID)
	return k.ID
}

// A document whose content is gone is named by verify, by its id alone; one that
// is there is nothing to speak of, and can be read nowhere in the folder.
func TestVerifyLooksForDocuments(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			store := apptest.DemoStore(t, engine)
			a, err := app.Open(t.Context(), store, true)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { a.Close() })
			id := paperOf(t, a)
			r, err := a.Verify(t.Context())
			if err != nil || r.Files == 0 || len(r.Problems) > 0 {
				t.Fatalf("%d files, %v: %v", r.Files, r.Problems, err)
			}
			found := 0
			err = filepath.WalkDir(filepath.Join(store.Data, "files"), func(path string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				content, err := os.ReadFile(path)
				if bytes.Contains(content, []byte("Vurgal")) || strings.Contains(path, "Vurgal") {
					t.Errorf("%s can be read", path)
				}
				if d.Name() == id {
					found++
					return os.Remove(path)
				}
				return err
			})
			if err != nil || found != 1 {
				t.Fatalf("%d: %v", found, err)
			}
			r, err = a.Verify(t.Context())
			if err != nil || len(r.Problems) != 1 || !strings.Contains(r.Problems[0], id) || strings.Contains(r.Problems[0], "Vurgal") {
				t.Errorf("%v: %v", r.Problems, err)
			}
		})
	}
}
