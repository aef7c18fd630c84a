package main

import (
	"context"
	"strings"

	"tessuto/internal/linkage"
	"tessuto/internal/platform/db"
)

// writePlain writes the names a second time, unsealed, as a program would that
// searches text with what its database offers: pg_trgm, or FTS5 with trigrams.
func writePlain(ctx context.Context, tx *db.Tx, pg bool, records []linkage.Record) error {
	create := `create virtual table plain using fts5(name, birth_year unindexed, tokenize = 'trigram')`
	if pg {
		create = `create extension pg_trgm; create table plain (name text, birth_year integer)`
	}
	if err := tx.Exec(ctx, create); err != nil {
		return err
	}
	rows := make([][]any, len(records))
	for i := range records {
		rows[i] = []any{whole(&records[i]), records[i].Birth.Year}
	}
	if err := tx.InsertMany(ctx, `insert into plain (name, birth_year)`, rows); err != nil || !pg {
		return err
	}
	return tx.Exec(ctx, `create index plain_name on plain using gin (name gin_trgm_ops)`)
}

// searchPlain returns the ten names most like a text. Year 0 is not typed.
func searchPlain(ctx context.Context, tx *db.Tx, pg bool, text string, year int) ([]string, error) {
	if pg {
		return db.Column[string](ctx, tx, `select name from plain where name % $1 and ($2 = 0 or birth_year = $2) order by similarity(name, $1) desc limit 10`, text, year)
	}
	var some []string
	for signs := []rune(text); len(signs) >= 3; signs = signs[1:] {
		some = append(some, `"`+strings.ReplaceAll(string(signs[:3]), `"`, "")+`"`)
	}
	return db.Column[string](ctx, tx, `select name from plain where plain match $1 and ($2 = 0 or birth_year = $2) order by rank limit 10`, strings.Join(some, " OR "), year)
}

// sizes are the bytes of the index that sealed search needs, and of the plain one.
func sizes(ctx context.Context, tx *db.Tx, pg bool) (sealed, plain int64, err error) {
	query := `select (select sum(pgsize) from dbstat where name in (select name from sqlite_master where tbl_name like 'search\_%' escape '\')),
		(select sum(pgsize) from dbstat where name like 'plain%')`
	if pg {
		query = `select pg_total_relation_size('search_entry') + pg_total_relation_size('search_posting'), pg_total_relation_size('plain')`
	}
	err = tx.Get(ctx, query, nil, &sealed, &plain)
	return sealed, plain, err
}
