package storage

import (
	"fmt"
	"strings"
	"testing"

	"tessuto/internal/platform/db"
)

// acts lists what the audit says of a document, in order.
func (s shelf) acts(t *testing.T, id string) (acts []string) {
	t.Helper()
	err := s.d.Read(t.Context(), func(tx *db.Tx) (err error) {
		acts, err = db.Column[string](t.Context(), tx, `
			select act from audit where record_kind = 'case' and record_id = 'case1' and section = 'diary' and reason = $1
			order by id`, "file "+id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return acts
}

// dump writes every text and every sealed value of the tables that documents
// touch.
func (s shelf) dump(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	err := s.d.Read(t.Context(), func(tx *db.Tx) error {
		files, err := allOf(t, tx)
		for _, f := range files {
			fmt.Fprintf(&out, "%v %s %x\n", f, f.sealed, f.sealed)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if out.Len() == 0 {
		t.Fatal("nothing was dumped")
	}
	return out.String()
}

func allOf(t *testing.T, tx *db.Tx) ([]File, error) {
	t.Helper()
	return db.List(t.Context(), tx, fileColumns, []any{"n"}, (*File).fields)
}
