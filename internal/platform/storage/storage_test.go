package storage

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/config"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// shelf is a store with a case that one worker reads.
type shelf struct {
	*Store
	d       *db.DB
	folder  string // of files and keystore
	address string // of the files
	worker  context.Context
	other   context.Context // of another organisation
}

// each runs fn on both engines, with a folder and with a bucket.
func each(t *testing.T, fn func(t *testing.T, s shelf)) {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	for _, kind := range []string{"folder", "s3"} {
		t.Run(kind, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) { fn(t, open(t, kind, d)) })
		})
	}
}

func open(t *testing.T, kind string, d *db.DB) shelf {
	t.Helper()
	s := shelf{d: d, folder: t.TempDir()}
	master, err := crypto.LoadMaster(filepath.Join(s.folder, "master.key"), true)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := crypto.OpenKeystore(t.Context(), "file:"+filepath.Join(s.folder, "keystore.db"), master)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keys.Close() })
	c := config.Store{Data: s.folder, FileMB: 1}
	if kind == "s3" {
		c.Files = bucketOf(t)
	}
	s.address = c.FilesURL()
	if s.Store, err = Open(t.Context(), c, d, keys, audit.New(d, keys)); err != nil {
		t.Fatal(err)
	}
	s.worker = policy.With(t.Context(), policy.Actor{AccountID: "maria", Network: "n", OrgID: "comune", Role: policy.SocialWorker})
	s.other = policy.With(t.Context(), policy.Actor{AccountID: "luca", Network: "n", OrgID: "altrove", Role: policy.SocialWorker})
	if _, err := keys.Create(t.Context(), "n", "case1"); err != nil {
		t.Fatal(err)
	}
	s.write(t, func(ctx context.Context, tx *db.Tx) error {
		terms := policy.Terms{Owner: "comune", Purpose: policy.CaseWork, Basis: policy.InstitutionalTask}
		return policy.Grant(ctx, tx, "n", policy.Case, "case1", policy.ToOrg("comune"), terms, policy.Diary)
	})
	return s
}

// bucketOf returns the address of a new bucket of an S3 server in this process,
// or of the one at TESSUTO_TEST_S3, which takes the keys that each sets.
func bucketOf(t *testing.T) string {
	t.Helper()
	endpoint := os.Getenv("TESSUTO_TEST_S3")
	if endpoint == "" {
		server := httptest.NewServer(gofakes3.New(s3mem.New()).Server())
		t.Cleanup(server.Close)
		endpoint = server.URL
	}
	name := "documents-" + db.NewID()
	address := "s3://" + name + "?region=us-east-1&endpoint=" + url.QueryEscape(endpoint)
	client, err := minio.New(strings.TrimPrefix(endpoint, "http://"), &minio.Options{Creds: credentials.NewStaticV4("key", "secret", "")})
	if err == nil {
		err = client.MakeBucket(t.Context(), name, minio.MakeBucketOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return address
}

func (s shelf) write(t *testing.T, fn func(context.Context, *db.Tx) error) {
	t.Helper()
	if err := s.d.Write(s.worker, func(tx *db.Tx) error { return fn(s.worker, tx) }); err != nil {
		t.Fatal(err)
	}
}

var diary = Parent{Kind: policy.Case, ID: "case1", Section: policy.Diary}

func (s shelf) keep(t *testing.T, in Incoming, to Parent) *Kept {
	t.Helper()
	k, err := s.Put(s.worker, in)
	if err != nil {
		t.Fatal(err)
	}
	s.write(t, func(ctx context.Context, tx *db.Tx) error { return s.Attach(ctx, tx, k, to) })
	return k
}

// get asks for a document as a browser does.
func (s shelf) get(ctx context.Context, id string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", Path(id), nil).WithContext(ctx)
	r.SetPathValue("id", id)
	w := httptest.NewRecorder()
	web.Handle(s.getFile).ServeHTTP(w, r)
	return w
}

// raw returns everything that the box holds under the network, by id.
func (s shelf) raw(t *testing.T) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := s.box.list(t.Context(), "n", func(id string, _ time.Time) error {
		r, err := s.box.open(t.Context(), blob("n", id))
		if err != nil {
			return err
		}
		defer r.Close()
		out[id], err = io.ReadAll(r)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const (
	secretName = "Vurgalip relazione però.pdf"
	secretText = "Vurgalische Worte der Familie Hendorsky"
)

func pdf() []byte {
	return []byte("%PDF-1.7\n% " + secretText + strings.Repeat("\n%", 100_000) + "\n%%EOF\n")
}

// A document comes back as it was, under its name, to who reads its record, and
// its reading is logged; nobody else finds it, and nothing of it can be read in
// what is stored.
func TestDocument(t *testing.T) {
	each(t, func(t *testing.T, s shelf) {
		for _, owner := range []string{"case1", ""} {
			k := s.keep(t, Incoming{Name: `C:\casi\` + secretName, Content: bytes.NewReader(pdf()), Owner: owner}, diary)
			w := s.get(s.worker, k.ID)
			if w.Code != 200 || !bytes.Equal(w.Body.Bytes(), pdf()) {
				t.Fatalf("%d, %d bytes", w.Code, w.Body.Len())
			}
			for name, want := range map[string]string{
				"Content-Type":            "application/pdf",
				"Content-Disposition":     "attachment; filename*=utf-8''Vurgalip%20relazione%20per%C3%B2.pdf",
				"Content-Security-Policy": sandbox, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
			} {
				if got := w.Header().Get(name); got != want {
					t.Errorf("%s: %q", name, got)
				}
			}
			for who, ctx := range map[string]context.Context{"another body": s.other, "another network": policy.With(t.Context(),
				policy.Actor{AccountID: "maria", Network: "m", OrgID: "comune", Role: policy.SocialWorker})} {
				if w := s.get(ctx, k.ID); w.Code != 404 || strings.Contains(w.Body.String(), "Vurgalip") {
					t.Errorf("%s: %d", who, w.Code)
				}
			}
			if acts := s.acts(t, k.ID); strings.Join(acts, " ") != "file.add file.read" {
				t.Errorf("audit: %v", acts)
			}
		}
		s.listed(t, s.worker, secretName, secretName)
		s.listed(t, s.other)
		s.nothingInClear(t)
	})
}

func (s shelf) listed(t *testing.T, ctx context.Context, names ...string) {
	t.Helper()
	var got []string
	err := s.d.Read(ctx, func(tx *db.Tx) error {
		files, err := s.Of(ctx, tx, policy.Case, "case1")
		for _, f := range files {
			got = append(got, f.Name)
		}
		return err
	})
	if err != nil || strings.Join(got, "|") != strings.Join(names, "|") {
		t.Errorf("listed %v, want %v: %v", got, names, err)
	}
}

func (s shelf) nothingInClear(t *testing.T) {
	t.Helper()
	held := s.raw(t)
	if len(held) != 2 {
		t.Fatalf("%d blobs", len(held))
	}
	held["database"] = []byte(s.dump(t))
	err := filepath.WalkDir(s.folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			held[path], err = os.ReadFile(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for where, content := range held {
		for _, secret := range []string{"Vurgal", "Hendorsky", "%PDF-"} {
			for _, form := range []string{secret, hex.EncodeToString([]byte(secret))} {
				if bytes.Contains(content, []byte(form)) || strings.Contains(where, form) {
					t.Errorf("%s holds %q", filepath.Base(where), secret)
				}
			}
		}
	}
}

// What was changed, cut short, swapped with another or lost is found, by whoever
// reads and by verify, and no part of it leaves.
func TestDamage(t *testing.T) {
	each(t, func(t *testing.T, s shelf) {
		a := s.keep(t, Incoming{Name: "a.pdf", Content: bytes.NewReader(pdf()), Owner: "case1"}, diary)
		b := s.keep(t, Incoming{Name: "b.pdf", Content: bytes.NewReader(pdf()), Owner: "case1"}, diary)
		whole := s.raw(t)
		flipped := bytes.Clone(whole[a.ID])
		flipped[len(flipped)-100] ^= 1
		for what, content := range map[string][]byte{"changed": flipped, "cut": whole[a.ID][:len(flipped)-70_000], "swapped": whole[b.ID]} {
			if err := s.box.put(t.Context(), blob("n", a.ID), bytes.NewReader(content)); err != nil {
				t.Fatal(err)
			}
			if w := s.get(s.worker, a.ID); w.Code != 500 || strings.Contains(w.Body.String(), "%PDF") {
				t.Errorf("%s: %d", what, w.Code)
			}
			if _, err := s.content(s.worker, "n", a.File); err == nil {
				_, r, _ := s.Read(s.worker, a.ID)
				_, err = io.ReadAll(r)
				r.Close()
				if errs.CodeOf(err) != errs.Internal || !strings.Contains(err.Error(), "file.damaged") {
					t.Errorf("%s: %v", what, err)
				}
			}
		}
		if missing, all, err := s.Missing(t.Context(), "n"); err != nil || all != 2 || len(missing) != 0 {
			t.Errorf("missing %v of %d: %v", missing, all, err)
		}
		if err := s.box.remove(t.Context(), blob("n", a.ID)); err != nil {
			t.Fatal(err)
		}
		if missing, _, err := s.Missing(t.Context(), "n"); err != nil || strings.Join(missing, "") != a.ID {
			t.Errorf("missing %v: %v", missing, err)
		}
		if w := s.get(s.worker, a.ID); w.Code != 500 {
			t.Errorf("lost: %d", w.Code)
		}
	})
}

// A document of several parts comes back whole, and one that is too large leaves
// nothing behind.
func TestParts(t *testing.T) {
	each(t, func(t *testing.T, s shelf) {
		text := bytes.Repeat([]byte("Una riga dopo l'altra.\n"), 600_000)
		k := s.keep(t, Incoming{Name: "a.txt", Content: bytes.NewReader(text), Most: 20 << 20}, diary)
		if w := s.get(s.worker, k.ID); w.Code != 200 || !bytes.Equal(w.Body.Bytes(), text) {
			t.Errorf("%d, %d bytes of %d", w.Code, w.Body.Len(), len(text))
		}
		_, err := s.Put(s.worker, Incoming{Name: "b.txt", Content: bytes.NewReader(text), Most: 12 << 20})
		if errs.CodeOf(err) != errs.Invalid {
			t.Errorf("too large: %v", err)
		}
		if held := s.raw(t); len(held) != 1 {
			t.Errorf("%d blobs", len(held))
		}
	})
}

// A document whose owner's key was destroyed opens to nobody, also for its name.
func TestDestroyedKey(t *testing.T) {
	each(t, func(t *testing.T, s shelf) {
		k := s.keep(t, Incoming{Name: "a.pdf", Content: bytes.NewReader(pdf()), Owner: "case1"}, diary)
		if err := s.keys.Destroy(t.Context(), "n", "case1"); err != nil {
			t.Fatal(err)
		}
		if w := s.get(s.worker, k.ID); w.Code != 404 {
			t.Errorf("%d", w.Code)
		}
		s.listed(t, s.worker)
		if _, err := s.Put(s.worker, Incoming{Name: "b.pdf", Content: bytes.NewReader(pdf()), Owner: "case1"}); !errors.Is(err, crypto.ErrDestroyed) {
			t.Errorf("sealed for who is forgotten: %v", err)
		}
	})
}
