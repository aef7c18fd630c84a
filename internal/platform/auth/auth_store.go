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

func accountForSignIn(ctx context.Context, tx *db.Tx, email string) (id, hash string, err error) {
	err = tx.Get(ctx, `select id, password_hash from account where email = $1 and active`, []any{email}, &id, &hash)
	return id, hash, err
}

func insertMembership(ctx context.Context, tx *db.Tx, m Membership) error {
	return tx.Exec(ctx, `
		insert into membership (network_id, id, account_id, org_id, role, profession, programmes, valid_from, valid_to)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		m.Network, m.ID, m.AccountID, m.OrgID, m.Role, m.Profession, m.Programmes, m.From, m.To)
}

type sessionRow struct {
	account string
	seen    time.Time
}

func insertSession(ctx context.Context, tx *db.Tx, hash []byte, account string, expires time.Time) error {
	return tx.Exec(ctx, `
		insert into session (token_hash, account_id, created_at, seen_at, expires_at) values ($1, $2, $3, $3, $4)`,
		hash, account, tx.Now, expires)
}

func sessionByHash(ctx context.Context, tx *db.Tx, hash []byte) (s sessionRow, err error) {
	err = tx.Get(ctx, `select account_id, seen_at from session where token_hash = $1 and expires_at > $2`,
		[]any{hash, tx.Now}, &s.account, &s.seen)
	return s, err
}

func touchSession(ctx context.Context, tx *db.Tx, hash []byte) error {
	return tx.Exec(ctx, `update session set seen_at = $2 where token_hash = $1`, hash, tx.Now)
}

func deleteSession(ctx context.Context, tx *db.Tx, hash []byte) error {
	return tx.Exec(ctx, `delete from session where token_hash = $1`, hash)
}

func insertToken(ctx context.Context, tx *db.Tx, hash []byte, account, label string) error {
	return tx.Exec(ctx, `
		insert into api_token (token_hash, account_id, label, created_at) values ($1, $2, $3, $4)`,
		hash, account, label, tx.Now)
}

func accountByToken(ctx context.Context, tx *db.Tx, hash []byte) (id string, err error) {
	err = tx.Get(ctx, `select account_id from api_token where token_hash = $1`, []any{hash}, &id)
	return id, err
}

// actorByAccount takes the first membership that holds today: an actor works in
// one network at a time.
func actorByAccount(ctx context.Context, tx *db.Tx, id string) (a policy.Actor, lang string, err error) {
	err = tx.Get(ctx, `
		select c.id, c.name, c.email, c.language, m.network_id, m.org_id, m.role, m.programmes
		from account c
		join membership m on m.account_id = c.id
		where c.id = $1 and c.active and m.valid_from <= $2 and (m.valid_to is null or m.valid_to >= $2)
		order by m.valid_from, m.id limit 1`, []any{id, tx.Today()},
		&a.AccountID, &a.Name, &a.Email, &lang, &a.Network, &a.OrgID, &a.Role, &a.Programmes)
	return a, lang, err
}

const memberColumns = `
	select c.id, c.email, c.name, c.language, c.active,
		m.id, m.network_id, m.account_id, m.org_id, m.role, m.profession, m.programmes, m.valid_from, m.valid_to
	from membership m join account c on c.id = m.account_id`

func (m *Member) fields() []any {
	return []any{&m.Account.ID, &m.Email, &m.Name, &m.Language, &m.Active,
		&m.Membership.ID, &m.Network, &m.AccountID, &m.OrgID, &m.Role, &m.Profession, &m.Programmes, &m.From, &m.To}
}

func membersOf(ctx context.Context, tx *db.Tx, network string) ([]Member, error) {
	return db.List(ctx, tx, memberColumns+` where m.network_id = $1 order by c.email, m.id`,
		[]any{network}, (*Member).fields)
}

func memberByAccount(ctx context.Context, tx *db.Tx, network, account string) (m Member, err error) {
	err = tx.Get(ctx, memberColumns+` where m.network_id = $1 and m.account_id = $2 order by m.id limit 1`,
		[]any{network, account}, m.fields()...)
	return m, err
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
