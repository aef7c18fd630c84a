package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"tessuto/internal/platform/config"
	"tessuto/internal/platform/db"
)

func TestStore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		s                  config.Store
		data, keys, master string
	}{
		{config.Store{Data: "d"}, "file:d/tessuto.db", "file:d/keystore.db", "d/master.key"},
		{config.Store{Data: "d", DB: "postgres://h/x", Keystore: "postgres://h/k", Key: "/etc/key"}, "postgres://h/x", "postgres://h/k", "/etc/key"},
		{config.Store{Data: "/a b/#1 50%?"}, "file:/a b/%231 50%25%3f/tessuto.db", "file:/a b/%231 50%25%3f/keystore.db", "/a b/#1 50%?/master.key"},
	} {
		if c.s.DatabaseURL() != c.data || c.s.KeystoreURL() != c.keys || c.s.KeyFile() != c.master {
			t.Errorf("%+v: %s %s %s", c.s, c.s.DatabaseURL(), c.s.KeystoreURL(), c.s.KeyFile())
		}
	}
}

// Whatever the folder is called, the data are in it.
func TestOddFolders(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"plain", "with space", "#hash", "100%", "per%20cent", "what?", "perché", "a&b=c"} {
		s := config.Store{Data: filepath.Join(t.TempDir(), name)}
		if err := s.MakeFolder(); err != nil {
			t.Fatal(err)
		}
		d, err := db.Open(t.Context(), s.DatabaseURL())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		err = d.Write(t.Context(), func(tx *db.Tx) error { return tx.Exec(t.Context(), `create table x (id text)`) })
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		d.Close()
		if info, err := os.Stat(filepath.Join(s.Data, "tessuto.db")); err != nil || info.Size() == 0 {
			t.Errorf("%s: the database is elsewhere: %v", name, err)
		}
	}
}

func TestMakeFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "b")
	if err := (config.Store{Data: dir}).MakeFolder(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(dir)
	left, err2 := os.ReadDir(dir)
	if err != nil || err2 != nil || info.Mode().Perm() != 0o700 || len(left) != 0 {
		t.Errorf("%v, files left %v, %v %v", info.Mode(), left, err, err2)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{file, filepath.Join(file, "under")} {
		if err := (config.Store{Data: bad}).MakeFolder(); err == nil {
			t.Errorf("%s is no folder, and was taken for one", bad)
		}
	}
}
