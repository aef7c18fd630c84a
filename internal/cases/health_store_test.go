package cases_test

import (
	"fmt"

	"tessuto/internal/platform/db"
)

// rowsOf reads what the database holds of a path of care, and the facts it posted.
func rowsOf(b *bench, table, id string) (out [][]byte) {
	b.Helper()
	b.must(b.DB.Read(b.Context(), func(tx *db.Tx) error {
		var subject, state, place string
		var sealed []byte
		if err := tx.Get(b.Context(), `select subject, state, programme || activity, sealed from `+table+` where id = $1`, []any{id}, &subject, &state, &place, &sealed); err != nil {
			return err
		}
		out = append(out, fmt.Appendf(sealed, "%s %s %s", subject, state, place))
		facts, err := db.Column[string](b.Context(), tx, `select measure || ' ' || subject_id || ' ' || source_id from fact where source_id = $1`, id)
		for _, f := range facts {
			out = append(out, []byte(f))
		}
		if len(facts) != 2 {
			b.Errorf("%d facts", len(facts))
		}
		return err
	}))
	return out
}
