package people

import (
	"context"
	"strings"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

type personRow struct {
	Person
	sealed []byte
}

// words reads a list that is stored with spaces between.
type words []string

func (w *words) Scan(src any) error {
	text, _ := src.(string)
	*w = strings.Fields(text)
	return nil
}

func (r *personRow) fields() []any {
	return []any{&r.ID, &r.OrgID, &r.Sex, &r.Birth.Year, &r.Birth.Month, &r.Birth.Precision,
		(*words)(&r.Citizenships), (*words)(&r.Languages), &r.Comune, &r.Version, &r.MergedInto, &r.sealed}
}

const personColumns = `p.id, p.org_id, p.sex, p.birth_year, p.birth_month, p.birth_precision,
	p.citizenships, p.languages, p.comune, p.version, p.merged_into, p.sealed`

func insertPerson(ctx context.Context, tx *db.Tx, network string, p *Person, sealed []byte) error {
	return tx.InsertMany(ctx, insertIntoPerson, [][]any{personValues(tx, network, p, sealed)})
}

const insertIntoPerson = `
	insert into person (network_id, id, org_id, sex, birth_year, birth_month, birth_precision,
		citizenships, languages, comune, sealed, version, created_at)`

func personValues(tx *db.Tx, network string, p *Person, sealed []byte) []any {
	return []any{network, p.ID, p.OrgID, p.Sex, p.Birth.Year, p.Birth.Month, p.Birth.Precision,
		strings.Join(p.Citizenships, " "), strings.Join(p.Languages, " "), p.Comune, sealed, 1, tx.Now}
}

// updatePerson writes a person who is still in the version that was read: of two
// who change them at once, the second finds them changed.
func updatePerson(ctx context.Context, tx *db.Tx, network string, p *Person, sealed []byte) error {
	return tx.ExecOne(ctx, `
		update person set sex = $4, birth_year = $5, birth_month = $6, birth_precision = $7, citizenships = $8,
			languages = $9, comune = $10, sealed = $11, version = version + 1
		where network_id = $1 and id = $2 and version = $3`,
		network, p.ID, p.Version, p.Sex, p.Birth.Year, p.Birth.Month, p.Birth.Precision,
		strings.Join(p.Citizenships, " "), strings.Join(p.Languages, " "), p.Comune, sealed)
}

func personsByID(ctx context.Context, tx *db.Tx, a policy.Actor, ids []string) ([]personRow, error) {
	b := db.NewBuild(`select `+personColumns+` from person p where p.network_id = ? and`, a.Network).
		In("p.id", ids).Add("and")
	a.ScopeFew(b, tx, policy.Person, policy.Identity, "p.id").Add("order by p.id")
	return db.List(ctx, tx, b.SQL(), b.Args(), (*personRow).fields)
}

// pageOfPersons reads a page of the persons in scope, and how many there are in all.
func pageOfPersons(ctx context.Context, tx *db.Tx, a policy.Actor, after string, limit int) (rows []personRow, total int, err error) {
	scoped := func(what string) *db.Build {
		b := db.NewBuild(`select `+what+` from person p where p.network_id = ? and p.merged_into = '' and`, a.Network)
		return a.Scope(b, tx, policy.Person, policy.Identity, "p.id")
	}
	count := scoped("count(*)")
	if err = tx.Get(ctx, count.SQL(), count.Args(), &total); err != nil {
		return nil, 0, err
	}
	b := scoped(personColumns).Add("and p.id > ? order by p.id limit ?", after, limit)
	rows, err = db.List(ctx, tx, b.SQL(), b.Args(), (*personRow).fields)
	return rows, total, err
}

// rowsByID reads persons, whoever they are open to.
func rowsByID(ctx context.Context, tx *db.Tx, network string, ids []string) ([]personRow, error) {
	b := db.NewBuild(`select `+personColumns+` from person p where p.network_id = ? and`, network).In("p.id", ids)
	return db.List(ctx, tx, b.SQL(), b.Args(), (*personRow).fields)
}

// rowByID reads a person, whoever they are open to.
func rowByID(ctx context.Context, tx *db.Tx, network, id string) (r personRow, err error) {
	err = tx.Get(ctx, `select `+personColumns+` from person p where p.network_id = $1 and p.id = $2`,
		[]any{network, id}, r.fields()...)
	return r, err
}

// personsAfter reads persons of a network in the order of their ids, whoever
// they are open to.
func personsAfter(ctx context.Context, tx *db.Tx, network, after string, limit int) ([]personRow, error) {
	return db.List(ctx, tx, `select `+personColumns+` from person p where p.network_id = $1 and p.id > $2 order by p.id limit $3`,
		[]any{network, after, limit}, (*personRow).fields)
}

// turning are those of the persons who come of age this year, the one before or
// the next, by the year in the clear.
func turning(ctx context.Context, tx *db.Tx, network string, persons []string) ([]string, error) {
	year := tx.Today().Time().Year() - adultYears
	b := db.NewBuild(`select id from person where network_id = ? and birth_year between ? and ? and`, network, year-1, year+1).In("id", persons)
	return db.Column[string](ctx, tx, b.SQL(), b.Args()...)
}
