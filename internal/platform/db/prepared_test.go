package db

import (
	"fmt"
	"path/filepath"
	"testing"
)

// Statements are kept, but not for ever, and one that is being read can be asked
// again; a table that has changed since is seen as it is.
func TestStatementsAreKept(t *testing.T) {
	t.Parallel()
	pool, err := openPrepared("file:" + filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	pool.SetMaxOpenConns(1)
	ctx := t.Context()
	exec := func(query string, args ...any) {
		t.Helper()
		if _, err := pool.ExecContext(ctx, query, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec("create table n (v integer); insert into n values (1); insert into n values (2)")
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := tx.QueryContext(ctx, "select v from n order by v")
	if err != nil {
		t.Fatal(err)
	}
	var seen []int
	for rows.Next() {
		var outer, inner int
		if err := rows.Scan(&outer); err != nil {
			t.Fatal(err)
		}
		if err := tx.QueryRowContext(ctx, "select v from n order by v").Scan(&inner); err != nil {
			t.Fatal(err)
		}
		seen = append(seen, outer, inner)
	}
	if err := rows.Err(); err != nil || fmt.Sprint(seen) != "[1 1 2 1]" {
		t.Errorf("one query within itself: %v, %v", seen, err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	exec("alter table n add column w integer not null default 7")
	columns, err := pool.QueryContext(ctx, "select * from n where v = $1", 2)
	if err != nil {
		t.Fatal(err)
	}
	names, err := columns.Columns()
	columns.Close()
	if err != nil || len(names) != 2 {
		t.Errorf("after the table changed: %v, %v", names, err)
	}
	for i := range 2 * keptStatements {
		exec(fmt.Sprintf("update n set w = %d where v = $1", i), 1)
	}
	for range 3 {
		var w int
		if err := pool.QueryRowContext(ctx, "select w from n where v = $1", 1).Scan(&w); err != nil || w != 2*keptStatements-1 {
			t.Errorf("w is %d, %v", w, err)
		}
	}
	c, err := pool.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	err = c.Raw(func(conn any) error {
		if n := len(conn.(*keepingConn).kept); n == 0 || n > keptStatements {
			return fmt.Errorf("%d statements are kept", n)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
