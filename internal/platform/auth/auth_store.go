package auth

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

func insertAccount(ctx context.Context, tx *db.Tx, a Account, hash string) error {
	return tx.Exec(ctx, `
		insert into account (id, email, name, language, password_hash, active, created_at)
		values ($1, $2, $3, $4, $5, $6, $7)`, a.ID, a.Email, a.Name, a.Language, hash, a.Active, tx.Now)
}

func emailTaken(ctx context.Context, tx *db.Tx, email string) (taken bool, err error) {
	err = tx.Get(ctx, `select count(*) > 0 from account where email = $1`, []any{email}, &taken)
	return taken, err
}

func accountForSignIn(ctx context.Context, tx *db.Tx, email string) (id, hash string, err error) {
	err = tx.Get(ctx, `select id, password_hash from account where email = $1 and active`, []any{email}, &id, &hash)
	return id, hash, err
}

// work names a membership; the zero one is the first that holds.
type work struct{ network, membership string }

type sessionRow struct {
	account string
	seen    time.Time
	work    work
}

func insertSession(ctx context.Context, tx *db.Tx, hash []byte, account string, expires time.Time) error {
	return tx.Exec(ctx, `
		insert into session (token_hash, account_id, created_at, seen_at, expires_at) values ($1, $2, $3, $3, $4)`,
		hash, account, tx.Now, expires)
}

func sessionByHash(ctx context.Context, tx *db.Tx, hash []byte) (s sessionRow, err error) {
	err = tx.Get(ctx, `
		select account_id, seen_at, network_id, membership_id from session where token_hash = $1 and expires_at > $2`,
		[]any{hash, tx.Now}, &s.account, &s.seen, &s.work.network, &s.work.membership)
	return s, err
}

func touchSession(ctx context.Context, tx *db.Tx, hash []byte) error {
	return tx.Exec(ctx, `update session set seen_at = $2 where token_hash = $1`, hash, tx.Now)
}

func deleteSession(ctx context.Context, tx *db.Tx, hash []byte) error {
	return tx.Exec(ctx, `delete from session where token_hash = $1`, hash)
}

// actorColumns reads an actor from a membership that holds today.
const actorColumns = `
	select c.id, c.name, c.email, c.language, m.network_id, m.id, m.org_id, m.role, m.programmes, count(*) over ()
	from account c
	join membership m on m.account_id = c.id
	where c.id = $1 and c.active and m.valid_from <= $2 and (m.valid_to is null or m.valid_to >= $2) and m.ended_at is null`

// actorIn takes the membership that is wanted, and if it does not hold today the
// first that does, of that network before others: an actor works in one network
// at a time.
func actorIn(ctx context.Context, tx *db.Tx, id string, w work) (a policy.Actor, lang string, err error) {
	err = tx.Get(ctx, actorColumns+`
		order by case when m.network_id <> $3 then 2 when m.id <> $4 then 1 else 0 end, m.valid_from, m.id limit 1`,
		[]any{id, tx.Today(), w.network, w.membership},
		&a.AccountID, &a.Name, &a.Email, &lang, &a.Network, &a.MembershipID, &a.OrgID, &a.Role, &a.Programmes, &a.Places)
	return a, lang, err
}

// actorOnlyIn takes that membership, or none.
func actorOnlyIn(ctx context.Context, tx *db.Tx, id string, w work) (a policy.Actor, lang string, err error) {
	err = tx.Get(ctx, actorColumns+` and m.network_id = $3 and m.id = $4`, []any{id, tx.Today(), w.network, w.membership},
		&a.AccountID, &a.Name, &a.Email, &lang, &a.Network, &a.MembershipID, &a.OrgID, &a.Role, &a.Programmes, &a.Places)
	return a, lang, err
}

func setActive(ctx context.Context, tx *db.Tx, account string, active bool) error {
	return tx.ExecOne(ctx, `update account set active = $2 where id = $1`, account, active)
}

func deleteSessionsOf(ctx context.Context, tx *db.Tx, account string) error {
	return tx.Exec(ctx, `delete from session where account_id = $1`, account)
}

func updateLanguage(ctx context.Context, tx *db.Tx, account, lang string) error {
	return tx.Exec(ctx, `update account set language = $2 where id = $1`, account, lang)
}
