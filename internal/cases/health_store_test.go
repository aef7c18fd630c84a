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

// groupRowsOf reads what the database holds of a prevention group.
func groupRowsOf(b *bench, id string) (out [][]byte) {
	b.Helper()
	b.must(b.DB.Read(b.Context(), func(tx *db.Tx) error {
		for _, query := range []string{
			`select sealed from health_group where id = $1`,
			`select sealed from health_group_person where group_id = $1`,
			`select sealed from health_group_session where group_id = $1`,
			`select s.sealed from attendance_session s join health_group_session g on g.id = s.owner_id where g.group_id = $1`,
		} {
			rows, err := db.Column[[]byte](b.Context(), tx, query, id)
			if err != nil || len(rows) != 1 {
				b.Errorf("%s: %d rows, %v", query, len(rows), err)
			}
			out = append(out, rows...)
		}
		for _, query := range []string{
			`select subject || sex || age_class || citizenship from health_group_person where group_id = $1`,
			`select f.measure || ' ' || f.subject_id || ' ' || f.source_id from fact f join health_group_session g on g.id = f.source_id where g.group_id = $1`,
			`select p.subject_id || ' ' || p.subject_kind from presence p join attendance_session s on s.id = p.session_id join health_group_session g on g.id = s.owner_id where g.group_id = $1`,
		} {
			rows, err := db.Column[string](b.Context(), tx, query, id)
			if err != nil || len(rows) == 0 {
				b.Errorf("%s: %d rows, %v", query, len(rows), err)
			}
			for _, r := range rows {
				out = append(out, []byte(r))
			}
		}
		return nil
	}))
	return out
}
