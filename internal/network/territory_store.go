package network

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

const territoryColumns = `select t.id, t.code, s.name, t.kind, s.parent_id, t.assumed, t.istat, t.successor_id, s.valid_from, s.valid_to, t.version
	from territory t join territory_span s on s.network_id = t.network_id and s.territory_id = t.id`

func (t *Territory) fields() []any {
	return []any{&t.ID, &t.Code, &t.Name, &t.Kind, &t.ParentID, &t.Assumed, &t.ISTAT, &t.SuccessorID, &t.From, &t.To, &t.Version}
}

func insertTerritory(ctx context.Context, tx *db.Tx, network string, t Territory) error {
	err := tx.Exec(ctx, `insert into territory (network_id, id, code, kind, assumed, istat) values ($1, $2, $3, $4, $5, $6)`,
		network, t.ID, t.Code, t.Kind, t.Assumed, t.ISTAT)
	if err != nil {
		return err
	}
	return insertSpan(ctx, tx, network, t)
}

func insertSpan(ctx context.Context, tx *db.Tx, network string, t Territory) error {
	return tx.Exec(ctx, `
		insert into territory_span (network_id, id, territory_id, name, parent_id, valid_from) values ($1, $2, $3, $4, $5, $6)`,
		network, db.NewID(), t.ID, t.Name, t.ParentID, t.From)
}

// territoryByCode reads a place as it was last.
func territoryByCode(ctx context.Context, tx *db.Tx, network, code string) (t Territory, err error) {
	err = tx.Get(ctx, territoryColumns+` where t.network_id = $1 and t.code = $2
		order by case when s.valid_to is null then 1 else 0 end desc, s.valid_to desc limit 1`, []any{network, code}, t.fields()...)
	return t, err
}

// openTerritory reads a place as it is from its last change on; one that has
// ended is NotFound.
func openTerritory(ctx context.Context, tx *db.Tx, network, id string) (t Territory, err error) {
	err = tx.Get(ctx, territoryColumns+` where t.network_id = $1 and t.id = $2 and s.valid_to is null`, []any{network, id}, t.fields()...)
	return t, err
}

func territoriesOn(ctx context.Context, tx *db.Tx, network string, on db.Date) ([]Territory, error) {
	return db.List(ctx, tx, territoryColumns+`
		where t.network_id = $1 and (s.valid_from is null or s.valid_from <= $2) and (s.valid_to is null or s.valid_to > $2)
		order by t.code`, []any{network, on}, (*Territory).fields)
}

// spansOf reads what a place was called and where it stood, oldest first.
func spansOf(ctx context.Context, tx *db.Tx, network, id string) ([]Territory, error) {
	return db.List(ctx, tx, territoryColumns+` where t.network_id = $1 and t.id = $2 order by s.id`,
		[]any{network, id}, (*Territory).fields)
}

func territoryNames(ctx context.Context, tx *db.Tx, network string) (map[string]string, error) {
	type named struct{ id, name string }
	rows, err := db.List(ctx, tx, `select territory_id, name from territory_span where network_id = $1 order by id`,
		[]any{network}, func(n *named) []any { return []any{&n.id, &n.name} })
	names := make(map[string]string, len(rows))
	for _, n := range rows {
		names[n.id] = n.name // the last stays: spans are written in their order
	}
	return names, err
}

func territoryCodes(ctx context.Context, tx *db.Tx, network string) ([]string, error) {
	return db.Column[string](ctx, tx, `select code from territory where network_id = $1`, network)
}

func knownTerritory(ctx context.Context, tx *db.Tx, network, id string) error {
	return tx.Exec(ctx, `update territory set assumed = false where network_id = $1 and id = $2`, network, id)
}

func adoptTerritory(ctx context.Context, tx *db.Tx, network, id, parent string) error {
	return tx.Exec(ctx, `update territory_span set parent_id = $3 where network_id = $1 and territory_id = $2 and valid_to is null`,
		network, id, parent)
}

// replaceTerritory ends the span that is open and begins the next; a change on
// the day on which it began writes over it.
func replaceTerritory(ctx context.Context, tx *db.Tx, network string, was, next Territory) error {
	if err := touchTerritory(ctx, tx, network, next.ID, next.ISTAT, "", next.Version); err != nil {
		return err
	}
	if was.From == next.From {
		return tx.ExecOne(ctx, `update territory_span set name = $3, parent_id = $4
			where network_id = $1 and territory_id = $2 and valid_to is null`, network, next.ID, next.Name, next.ParentID)
	}
	if err := endSpan(ctx, tx, network, next.ID, next.From); err != nil {
		return err
	}
	return insertSpan(ctx, tx, network, next)
}

func endTerritory(ctx context.Context, tx *db.Tx, network, id string, on db.Date, successor string, version int) error {
	t, err := openTerritory(ctx, tx, network, id)
	if err != nil {
		return err
	}
	if err := touchTerritory(ctx, tx, network, id, t.ISTAT, successor, version); err != nil {
		return err
	}
	return endSpan(ctx, tx, network, id, on)
}

func endSpan(ctx context.Context, tx *db.Tx, network, id string, on db.Date) error {
	return tx.ExecOne(ctx, `update territory_span set valid_to = $3 where network_id = $1 and territory_id = $2 and valid_to is null`,
		network, id, on)
}

// touchTerritory moves the version on; one that somebody else moved is a Conflict.
func touchTerritory(ctx context.Context, tx *db.Tx, network, id, istat, successor string, version int) error {
	n, err := tx.ExecN(ctx, `update territory set istat = $4, successor_id = $5, version = version + 1
		where network_id = $1 and id = $2 and version = $3`, network, id, version, istat, successor)
	if err == nil && n == 0 {
		err = errs.New(errs.Conflict, "error.version")
	}
	return err
}

// childrenFrom counts what stands under a place on a day or later.
func childrenFrom(ctx context.Context, tx *db.Tx, network, id string, on db.Date) (n int, err error) {
	err = tx.Get(ctx, `select count(*) from territory_span
		where network_id = $1 and parent_id = $2 and (valid_to is null or valid_to > $3)`, []any{network, id, on}, &n)
	return n, err
}

// laterChanges lists the days after one on which the tree changes.
func laterChanges(ctx context.Context, tx *db.Tx, network string, after db.Date) ([]db.Date, error) {
	return db.Column[db.Date](ctx, tx, `select distinct valid_from from territory_span
		where network_id = $1 and valid_from > $2 order by valid_from`, network, after)
}
