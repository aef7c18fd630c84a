package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
)

// SQLite takes a quarter of the time of a page to understand queries that it has
// understood before. database/sql keeps no statements for the queries of a
// transaction, and PostgreSQL's driver does it by itself; so connections to
// SQLite are wrapped here, and keep theirs.

// keptStatements is how many statements a connection keeps; each takes some KB.
const keptStatements = 200

// preparing opens connections that keep their statements.
type preparing struct {
	driver driver.Driver
	name   string
}

// openPrepared is sql.Open of SQLite with connections that keep their statements.
func openPrepared(name string) (*sql.DB, error) {
	plain, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, err
	}
	defer plain.Close()
	return sql.OpenDB(preparing{plain.Driver(), name}), nil
}

func (p preparing) Driver() driver.Driver { return p.driver }

func (p preparing) Connect(context.Context) (driver.Conn, error) {
	c, err := p.driver.Open(p.name)
	if err != nil {
		return nil, err
	}
	whole, ok := c.(wholeConn)
	if !ok {
		return nil, fmt.Errorf("a connection of %T lacks methods", c)
	}
	return &keepingConn{whole, map[string]*keptStmt{}}, nil
}

// wholeConn is what database/sql asks of a connection of this driver.
type wholeConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type wholeStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// keepingConn is used by one goroutine at a time, as database/sql promises.
type keepingConn struct {
	wholeConn
	kept map[string]*keptStmt
}

type keptStmt struct {
	wholeStmt
	busy bool // its rows are being read
}

// take returns the statement of a query to run it, or nil: a script is no single
// statement, and one whose rows are being read cannot start again.
func (c *keepingConn) take(ctx context.Context, query string) (*keptStmt, error) {
	if s := c.kept[query]; s != nil {
		if s.busy {
			return nil, nil
		}
		return s, nil
	}
	if strings.Contains(query, ";") {
		return nil, nil
	}
	if len(c.kept) >= keptStatements {
		if err := c.dropAll(); err != nil {
			return nil, err
		}
	}
	made, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s := &keptStmt{wholeStmt: made.(wholeStmt)}
	c.kept[query] = s
	return s, nil
}

// dropAll forgets every statement but those whose rows are being read.
func (c *keepingConn) dropAll() error {
	for query, s := range c.kept {
		if s.busy {
			continue
		}
		delete(c.kept, query)
		if err := s.Close(); err != nil {
			return err
		}
	}
	return nil
}

func (c *keepingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.take(ctx, query)
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		return c.wholeConn.ExecContext(ctx, query, args)
	}
	return s.ExecContext(ctx, args)
}

func (c *keepingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.take(ctx, query)
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		return c.wholeConn.QueryContext(ctx, query, args)
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	s.busy = true
	return keptRows{rows, s}, nil
}

func (c *keepingConn) Close() error {
	err := c.dropAll()
	if closed := c.wholeConn.Close(); err == nil {
		err = closed
	}
	return err
}

// keptRows gives its statement back when it was read.
type keptRows struct {
	driver.Rows
	stmt *keptStmt
}

func (r keptRows) Close() error {
	r.stmt.busy = false
	return r.Rows.Close()
}
