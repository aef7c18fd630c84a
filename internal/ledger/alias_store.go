package ledger

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
)

// alias is a row of a merge; one that undoes another says which.
type alias struct {
	id, from, into, undoes string
	kind                   SubjectKind
}

func insertAlias(ctx context.Context, tx *db.Tx, network string, kind SubjectKind, a alias) error {
	return tx.Exec(ctx, `
		insert into ledger_alias (network_id, id, kind, from_id, into_id, undoes, posted_at) values ($1, $2, $3, $4, $5, $6, $7)`,
		network, db.NewID(), kind, a.from, a.into, a.undoes, tx.Now)
}

// anyAlias tells whether anything of a kind was ever merged: mostly not, and
// then questions are spared the looking up.
func anyAlias(ctx context.Context, tx *db.Tx, network string, kind SubjectKind) (merged bool, err error) {
	err = tx.Get(ctx, `select exists (select 1 from ledger_alias where network_id = $1 and kind = $2)`, []any{network, kind}, &merged)
	return merged, err
}

const undone = ` exists (select 1 from ledger_alias u
	where u.network_id = a.network_id and u.undoes = a.id and u.undoes <> ''`

func standingAliases(ctx context.Context, tx *db.Tx, network string, kind SubjectKind) ([]alias, error) {
	return db.List(ctx, tx, `select a.id, a.kind, a.from_id, a.into_id from ledger_alias a
		where a.network_id = $1 and a.kind = $2 and a.undoes = '' and not`+undone+`)`,
		[]any{network, kind}, (*alias).fields)
}

// aliasesKnown lists the merges of every kind that stood at an instant.
func aliasesKnown(ctx context.Context, tx *db.Tx, network string, known time.Time) ([]alias, error) {
	return db.List(ctx, tx, `select a.id, a.kind, a.from_id, a.into_id from ledger_alias a
		where a.network_id = $1 and a.undoes = '' and a.posted_at <= $2 and not`+undone+` and u.posted_at <= $2) order by a.id`,
		[]any{network, known}, (*alias).fields)
}

func (a *alias) fields() []any { return []any{&a.id, &a.kind, &a.from, &a.into} }

// merges adds to a query which thing was merged into which in the end, as known
// at an instant. Pairs that were seen are not followed again, so it always ends.
func merges(b *db.Build, network string, kind SubjectKind, known time.Time) *db.Build {
	return b.Add(`, alias as (
		select a.from_id, a.into_id from ledger_alias a
		where a.network_id = ? and a.kind = ? and a.undoes = '' and a.posted_at <= ?
		  and not`+undone+` and u.posted_at <= ?))
	, path as (
		select from_id, into_id from alias
		union
		select p.from_id, a.into_id from path p join alias a on a.from_id = p.into_id)
	, merged as (
		select p.from_id, p.into_id from path p left join alias a on a.from_id = p.into_id where a.from_id is null)`,
		network, kind, known, known)
}
