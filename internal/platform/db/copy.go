package db

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// Field is a column of a table. Kind is what its values are on both engines:
// text, int, real, bool, time, date or bytes.
type Field struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// kinds are the types of both engines, as their catalogues write them.
var kinds = map[string]string{"text": "text", "integer": "int", "bigint": "int", "smallint": "int", "boolean": "bool", "date": "date",
	"timestamp": "time", "timestamp with time zone": "time", "blob": "bytes", "bytea": "bytes", "real": "real", "double precision": "real"}

// Tables lists the tables of the schema in the order in which they were made: a
// table stands after those it refers to.
func (t *Tx) Tables(ctx context.Context) ([]string, error) {
	query := `select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by rowid`
	if t.pg {
		query = `select relname::text from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace order by oid`
	}
	return Column[string](ctx, t, query)
}

// Columns lists the columns of a table; it fails for a type it does not know.
func (t *Tx) Columns(ctx context.Context, table string) ([]Field, error) {
	query := `select name, lower(type) from pragma_table_info($1) order by cid`
	if t.pg {
		query = `select column_name::text, data_type::text from information_schema.columns
			where table_schema = current_schema() and table_name = $1 order by ordinal_position`
	}
	cols, err := List(ctx, t, query, []any{table}, func(c *Field) []any { return []any{&c.Name, &c.Kind} })
	for i, c := range cols {
		if cols[i].Kind = kinds[c.Kind]; cols[i].Kind == "" {
			return nil, fmt.Errorf("column %s of table %s has the type %s, which is not known", c.Name, table, c.Kind)
		}
	}
	return cols, err
}

// names writes the names of columns for a query.
func names(cols []Field) string {
	quoted := make([]string, len(cols))
	for i, c := range cols {
		quoted[i] = `"` + c.Name + `"`
	}
	return strings.Join(quoted, ", ")
}

// EachRow gives every row of a table to fn, as values that JSON can write; fn
// does not keep them.
func (t *Tx) EachRow(ctx context.Context, table string, cols []Field, fn func(row []any) error) error {
	rows, err := t.tx.QueryContext(ctx, `select `+names(cols)+` from "`+table+`"`)
	if err != nil {
		return err
	}
	defer rows.Close()
	dest, row := make([]any, len(cols)), make([]any, len(cols))
	for i := range cols {
		dest[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		for i, c := range cols {
			if row[i], err = c.written(row[i]); err != nil {
				return fmt.Errorf("table %s: %w", table, err)
			}
		}
		if err := fn(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

// written is a value as it is written into a file.
func (c Field) written(v any) (any, error) {
	switch v := v.(type) {
	case int64:
		if c.Kind == "bool" {
			return v != 0, nil
		}
		return v, nil
	case nil, float64, bool:
		return v, nil
	case string:
		if c.Kind == "date" || c.Kind == "text" {
			return v, nil
		}
	case time.Time:
		if c.Kind == "date" {
			return v.Format(dayForm), nil
		}
		return instant(v).Format(time.RFC3339Nano), nil
	case []byte:
		return base64.StdEncoding.EncodeToString(v), nil
	}
	return nil, fmt.Errorf("column %s holds a %T", c.Name, v)
}

// read is a value of a file as the engine takes it.
func (c Field) read(v any) (any, error) {
	number, isNumber := v.(json.Number)
	text, isText := v.(string)
	_, isBool := v.(bool)
	switch {
	case v == nil, isBool && c.Kind == "bool", isText && c.Kind == "text":
		return v, nil
	case isNumber && c.Kind == "int":
		return number.Int64()
	case isNumber && c.Kind == "real":
		return number.Float64()
	case isText && c.Kind == "date":
		return ParseDate(text)
	case isText && c.Kind == "time":
		return time.Parse(time.RFC3339Nano, text)
	case isText && c.Kind == "bytes":
		return base64.StdEncoding.DecodeString(text)
	}
	return nil, fmt.Errorf("column %s of kind %s cannot hold a %T", c.Name, c.Kind, v)
}

// InsertRows writes rows as EachRow gave them, read back from JSON with its
// numbers as they stand. The table must have the columns.
func (t *Tx) InsertRows(ctx context.Context, table string, cols []Field, rows [][]any) error {
	read := make([][]any, len(rows))
	for i, row := range rows {
		if len(row) != len(cols) {
			return fmt.Errorf("table %s: a row of %d values for %d columns", table, len(row), len(cols))
		}
		read[i] = make([]any, len(row))
		for j, c := range cols {
			var err error
			if read[i][j], err = c.read(row[j]); err != nil {
				return fmt.Errorf("table %s: %w", table, err)
			}
		}
	}
	return t.InsertMany(ctx, `insert into "`+table+`" (`+names(cols)+`)`, read)
}

// Applied lists the migrations of the database without the mark of an engine,
// in name order.
func (t *Tx) Applied(ctx context.Context) ([]string, error) {
	found, err := Column[string](ctx, t, `select name from migration order by name`)
	for i, name := range found {
		found[i] = unmarked(name)
	}
	return found, err
}

// unmarked is the name of a migration without the mark of its engine.
func unmarked(name string) string {
	return strings.NewReplacer(".sqlite.sql", ".sql", ".postgres.sql", ".sql").Replace(name)
}

// MigrateTo applies, to a database without tables, those files of fsys that
// were applied to another; names are as Applied returns them. It fails when
// fsys lacks one: a newer program wrote them.
func (t *Tx) MigrateTo(ctx context.Context, fsys fs.FS, names []string) error {
	files, err := fs.Glob(fsys, "*.sql")
	if err != nil {
		return err
	}
	if err := t.Exec(ctx, `create table migration (name text primary key)`); err != nil {
		return err
	}
	lacking := slices.Clone(names)
	for _, file := range files {
		if t.forOther(file) || !slices.Contains(names, unmarked(file)) {
			continue
		}
		if err := t.apply(ctx, fsys, file); err != nil {
			return fmt.Errorf("migration %s: %w", file, err)
		}
		lacking = slices.DeleteFunc(lacking, func(n string) bool { return n == unmarked(file) })
	}
	if len(lacking) > 0 {
		return fmt.Errorf("a newer program made it (%s): use that program", lacking[0])
	}
	return nil
}
