package app_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/people"
	"tessuto/internal/platform/config"
)

// needles are words that must stand in no file, looked for in one pass over it by how
// they begin.
type needles struct {
	all    map[string]bool
	begins [1 << 16]bool
	by     map[[4]byte][]string
}

func needlesOf(words []string) *needles {
	n := &needles{all: map[string]bool{}, by: map[[4]byte][]string{}}
	n.add(words...)
	return n
}

func (n *needles) add(words ...string) {
	for _, w := range words {
		if !n.all[w] {
			n.all[w], n.begins[int(w[0])<<8|int(w[1])] = true, true
			n.by[[4]byte([]byte(w))] = append(n.by[[4]byte([]byte(w))], w)
		}
	}
}

// in lists those that stand in content.
func (n *needles) in(content []byte) (found []string) {
	for i := 0; i+4 <= len(content); i++ {
		if !n.begins[int(content[i])<<8|int(content[i+1])] {
			continue
		}
		for _, w := range n.by[[4]byte(content[i:])] {
			if bytes.HasPrefix(content[i:], []byte(w)) {
				found = append(found, w)
			}
		}
	}
	return found
}

// brought brings people in with a table, as somebody does who has many, and lets them
// out again; it returns what the two tables say of them.
func brought(t *testing.T, a *app.App) (said []string) {
	t.Helper()
	const rows = 180
	c, text := tellerOf(t, a, "assistente"), "Cognome;Nome;Data di nascita;Codice fiscale;Telefono;Cognome originale;Comune di nascita\n"
	for i := range rows {
		letters := string(rune('a'+i/20)) + string("bcdfghlmnpqrstvwxz"[i%18]) + string(rune('a'+i%20))
		family, given, town := "Zwart"+letters+"koper", "Ooie"+letters+"var", "Boom"+letters+"steeg"
		year, month, day := 1940+i%60, 1+i%12, 1+i%28
		code := taxCode(t, fmt.Sprintf("ZW%cOOI%02d%c%02dZ343", 'A'+i/20, year%100, "ABCDEHLMPRST"[month-1], day))
		phone, original := fmt.Sprintf("37%08d", 13331*(i+1)), "Чорно"+string(rune('а'+i/20))+string(rune('а'+i%20))+"птах"
		born := fmt.Sprintf("%02d/%02d/%d", day, month, year)
		text += strings.Join([]string{family, given, born, code, phone, original, town}, ";") + "\n"
		said = append(said, family, given, code, phone, original, town, born, fmt.Sprintf("%d-%02d-%02d", year, month, day))
	}
	at := c.upload(t, "/people/import", "arrivi.csv", text, 303).Header().Get("Location")
	c.post(t, at, url.Values{"family_name": {"0"}, "given_name": {"1"}, "birth_date": {"2"}, "tax_code": {"3"}, "phone": {"4"},
		"family_original": {"5"}, "birth_town": {"6"}}, 303)
	c.work(t, at, fmt.Sprintf("Importa %d righe", rows))
	c.post(t, at+"/run", url.Values{}, 303)
	c.work(t, at, "Importazione finita")
	at = c.post(t, "/people/export", url.Values{"format": {"csv"}, "purpose": {"work"}}, 303).Header().Get("Location")
	if page := c.work(t, at, "La tabella è pronta"); !strings.Contains(c.get(t, filePath.FindString(page), 200), "Zwartabakoper") {
		t.Error("who was brought does not go out")
	}
	// A second table waits for its columns to be looked at.
	c.upload(t, "/people/import", "ancora.csv", strings.ReplaceAll(text, "Zwart", "Zwartz"), 303)
	return said
}

// taxCode completes a codice fiscale by its last letter.
func taxCode(t *testing.T, begin string) string {
	t.Helper()
	for check := 'A'; check <= 'Z'; check++ {
		if _, err := people.ParseTaxCode(begin + string(check)); err == nil {
			return begin + string(check)
		}
	}
	t.Fatalf("%s begins no codice fiscale", begin)
	return ""
}

// databaseFiles returns what reads the files of an open installation: those of its
// databases with what was logged since, and the documents.
func databaseFiles(t *testing.T, a *app.App, store config.Store) func() map[string][]byte {
	t.Helper()
	var paths func() []string
	if a.DB.Postgres() {
		paths = postgresFiles(t, store)
	} else {
		paths = func() (all []string) {
			for _, url := range []string{store.DB, store.Keystore} {
				path := strings.TrimPrefix(url, "file:")
				// The log is read while the program is open: closing folds it in.
				if log, err := os.Stat(path + "-wal"); err != nil || log.Size() == 0 {
					t.Fatalf("the write-ahead log is empty: %v", err)
				}
				found, err := filepath.Glob(path + "*")
				if err != nil || len(found) == 0 {
					t.Fatal(path, err)
				}
				all = append(all, found...)
			}
			return all
		}
	}
	return func() map[string][]byte {
		out, all := map[string][]byte{}, paths()
		documents := 0
		err := filepath.WalkDir(store.FilesURL(), func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				documents++
				all = append(all, path)
			}
			return err
		})
		if err != nil || documents < 4 { // the two tables, the report, the export
			t.Fatalf("%d documents, %v", documents, err)
		}
		for _, path := range all {
			content, err := os.ReadFile(path)
			if err != nil && !os.IsNotExist(err) { // PostgreSQL may take one away meanwhile
				t.Fatal(err)
			}
			out[path] = content
		}
		return out
	}
}

// copies are the backups of an installation, unpacked.
func copies(t *testing.T, a *app.App, store config.Store) map[string][]byte {
	t.Helper()
	h, out := backedUp(t, a, store), map[string][]byte{}
	for _, path := range []string{h.data, h.keys} {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err == nil {
			out[filepath.Base(path)], err = io.ReadAll(z)
		}
		if err != nil || len(out[filepath.Base(path)]) == 0 {
			t.Fatal(path, err)
		}
	}
	return out
}
