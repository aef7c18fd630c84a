package people_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tessuto/internal/platform/db"
)

// ask reads one column as text.
func ask(t *testing.T, d *db.DB, query string, args ...any) (out []string) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		out, err = db.Column[string](t.Context(), tx, query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// groups are those whom the last comparison that ended found to be one: ids with
// blanks between.
func groups(t *testing.T, d *db.DB) []string {
	t.Helper()
	out := ask(t, d, `
		select string_agg(subject_id, ' ' order by subject_id) from ledger_link
		where run_id = (select id from link_run where ended_at is not null order by ended_at desc, id desc limit 1) group by link_id`)
	slices.Sort(out)
	return out
}

func digestsOf(t *testing.T, d *db.DB, person string) int {
	t.Helper()
	return len(ask(t, d, `select person_id from region_digest where person_id = $1`, person))
}

// digests are all that people of the first network are compared by.
func digests(t *testing.T, d *db.DB) []string {
	t.Helper()
	out := []string{}
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		type row struct {
			person string
			slot   int
			digest []byte
		}
		rows, err := db.List(t.Context(), tx, `select person_id, slot, digest from region_digest
			where network_id = (select min(id) from network) order by person_id, slot`, nil, func(r *row) []any { return []any{&r.person, &r.slot, &r.digest} })
		for _, r := range rows {
			out = append(out, fmt.Sprintf("%s %d %x", r.person, r.slot, r.digest))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func forgetDigests(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.Exec(t.Context(), `delete from region_digest`) })
	if err != nil {
		t.Fatal(err)
	}
}

// pairs are those that a search for duplicates found, as one text.
func pairs(t *testing.T, d *db.DB) string {
	t.Helper()
	return strings.Join(ask(t, d, `
		select a_id || ' ' || b_id || ' ' || cast(round(probability * 1000000) as integer) || ' ' || state || ' ' || fields from duplicate_pair order by a_id, b_id`), "\n")
}

// halted is what was written of work that was killed: how far a search for
// duplicates came, and how far a comparison of networks.
func halted(t *testing.T, d *db.DB) (block, mark string) {
	t.Helper()
	block = strings.Join(ask(t, d, `select cast(next_block as text) from duplicate_scan`), "")
	mark = strings.Join(ask(t, d, `select mark from link_run where ended_at is null`), "")
	return block, mark
}

// anew forgets the pairs that were found.
func anew(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.Exec(t.Context(), `delete from duplicate_pair`) })
	if err != nil {
		t.Fatal(err)
	}
}
