package people_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"tessuto/internal/people"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// facts is every fact as it stands, as one text.
func facts(t *testing.T, d *db.DB) (out string) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		lines, err := db.Column[string](t.Context(), tx, `select id || sex || age_class || citizenship || quantity from fact order by id`)
		out = strings.Join(lines, "\n")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// spoil changes a fact about a person behind the back of the program.
func spoil(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		return tx.Exec(t.Context(), `update fact set citizenship = 'ISL' where id = (select min(id) from fact where measure = 'access.contact' and subject_id <> '')`)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// ids are left out of what was seen: any six figures may stand in one by chance.
var ids = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// seen is all that somebody is shown of a person: pages, history, and what a
// search for a code finds.
func seen(t *testing.T, m *people.Module, ctx context.Context, id, code string) string {
	t.Helper()
	var out strings.Builder
	for _, path := range []string{"/people/" + id, "/people/" + id + "/history", "/people/" + id + "/edit/address", "/people", "/people?q=" + code} {
		r := httptest.NewRequestWithContext(ctx, "GET", path, nil)
		pattern, _, _ := strings.Cut(strings.Replace(strings.Replace(path, id, "{id}", 1), "edit/address", "edit/{part}", 1), "?")
		r.SetPathValue("id", id)
		r.SetPathValue("part", "address")
		for _, rt := range m.Routes() {
			if rt.Method == "GET" && rt.Pattern == pattern {
				w := httptest.NewRecorder()
				web.Handle(rt.Handler).ServeHTTP(w, r)
				fmt.Fprintln(&out, path, w.Code, ids.ReplaceAllString(w.Body.String(), "id"))
			}
		}
	}
	return out.String()
}

// careOf asks what an adult may, in a transaction of its own.
func careOf(t *testing.T, m *people.Module, ctx context.Context, adult, minor string) (c people.Care, err error) {
	t.Helper()
	err = m.DB().Read(ctx, func(tx *db.Tx) (err error) {
		c, err = m.CareOf(ctx, tx, policy.From(ctx).Network, adult, minor)
		return err
	})
	return c, err
}

// share opens a household to a grantee.
func share(t *testing.T, m *people.Module, ctx context.Context, household string, to policy.Grantee) {
	t.Helper()
	err := m.DB().Write(ctx, func(tx *db.Tx) error { return m.Share(ctx, tx, household, to, policy.InstitutionalTask) })
	if err != nil {
		t.Fatal(err)
	}
}
