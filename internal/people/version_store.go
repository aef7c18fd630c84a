package people

import (
	"context"
	"strings"
	"time"

	"tessuto/internal/platform/db"
)

// versionRow is a person as they stood before a change, and who made it.
type versionRow struct {
	Person
	parts  []Part
	by     string
	at     time.Time
	sealed []byte
}

// partWords reads the parts that a change touched.
type partWords []Part

func (w *partWords) Scan(src any) error {
	var all words
	if err := all.Scan(src); err != nil {
		return err
	}
	*w = nil
	for _, one := range all {
		*w = append(*w, Part(one))
	}
	return nil
}

func (r *versionRow) fields() []any {
	return []any{&r.ID, &r.Version, &r.Sex, &r.Birth.Year, &r.Birth.Month, &r.Birth.Precision, (*words)(&r.Citizenships),
		(*words)(&r.Languages), &r.Comune, &r.sealed, (*partWords)(&r.parts), &r.by, &r.at}
}

const versionColumns = `person_id, version, sex, birth_year, birth_month, birth_precision, citizenships, languages, comune,
	sealed, parts, saved_by, saved_at`

func insertPersonVersion(ctx context.Context, tx *db.Tx, network string, p *Person, parts []Part, by string, sealed []byte) error {
	all := make([]string, len(parts))
	for i, part := range parts {
		all[i] = string(part)
	}
	return tx.Exec(ctx, `
		insert into person_version (network_id, `+versionColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		network, p.ID, p.Version, p.Sex, p.Birth.Year, p.Birth.Month, p.Birth.Precision, strings.Join(p.Citizenships, " "),
		strings.Join(p.Languages, " "), p.Comune, sealed, strings.Join(all, " "), by, tx.Now)
}

func versionsOf(ctx context.Context, tx *db.Tx, network, person string) ([]versionRow, error) {
	return db.List(ctx, tx, `select `+versionColumns+` from person_version
		where network_id = $1 and person_id = $2 order by version desc`, []any{network, person}, (*versionRow).fields)
}

func versionAt(ctx context.Context, tx *db.Tx, network, person string, version int) (r versionRow, err error) {
	err = tx.Get(ctx, `select `+versionColumns+` from person_version
		where network_id = $1 and person_id = $2 and version = $3`, []any{network, person, version}, r.fields()...)
	return r, err
}

// resealVersion replaces what is sealed of a state that was kept, and the comune.
func resealVersion(ctx context.Context, tx *db.Tx, network string, r *versionRow, sealed []byte) error {
	return tx.ExecOne(ctx, `update person_version set sealed = $4, comune = $5 where network_id = $1 and person_id = $2 and version = $3`,
		network, r.ID, r.Version, sealed, r.Comune)
}
