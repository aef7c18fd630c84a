package auth

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

const membershipColumns = `m.id, m.network_id, m.account_id, m.org_id, m.role, m.profession, m.programmes,
	m.valid_from, m.valid_to, m.ended_at, m.version`

func (m *Membership) fields() []any {
	return []any{&m.ID, &m.Network, &m.AccountID, &m.OrgID, &m.Role, &m.Profession, &m.Programmes, &m.From, &m.To, &m.EndedAt, &m.Version}
}

func insertMembership(ctx context.Context, tx *db.Tx, m Membership) error {
	return tx.Exec(ctx, `
		insert into membership (network_id, id, account_id, org_id, role, profession, programmes, valid_from, valid_to)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		m.Network, m.ID, m.AccountID, m.OrgID, m.Role, m.Profession, m.Programmes, m.From, m.To)
}

func updateMembership(ctx context.Context, tx *db.Tx, m Membership) error {
	n, err := tx.ExecN(ctx, `
		update membership set profession = $4, programmes = $5, valid_to = $6, ended_at = $7, version = version + 1
		where network_id = $1 and id = $2 and version = $3`,
		m.Network, m.ID, m.Version, m.Profession, m.Programmes, m.To, m.EndedAt)
	if err == nil && n == 0 {
		return errs.New(errs.Conflict, "error.version")
	}
	return err
}

func membershipsOf(ctx context.Context, tx *db.Tx, network, account string) ([]Membership, error) {
	return db.List(ctx, tx, `select `+membershipColumns+`
		from membership m where m.network_id = $1 and m.account_id = $2 order by m.valid_from, m.id`,
		[]any{network, account}, (*Membership).fields)
}

func placesOf(ctx context.Context, tx *db.Tx, account string) ([]Membership, error) {
	return db.List(ctx, tx, `select `+membershipColumns+`
		from membership m
		where m.account_id = $1 and m.valid_from <= $2 and (m.valid_to is null or m.valid_to >= $2) and m.ended_at is null
		order by m.valid_from, m.id`,
		[]any{account, tx.Today()}, (*Membership).fields)
}

func setWork(ctx context.Context, tx *db.Tx, hash []byte, w work) error {
	return tx.ExecOne(ctx, `update session set network_id = $2, membership_id = $3 where token_hash = $1`, hash, w.network, w.membership)
}

func countOthers(ctx context.Context, tx *db.Tx, network string, role policy.Role, account string, day db.Date) (n int, err error) {
	err = tx.Get(ctx, `
		select count(*) from membership m join account c on c.id = m.account_id
		where m.network_id = $1 and m.role = $2 and m.account_id <> $3 and c.active and c.password_hash <> ''
			and m.valid_from <= $4 and (m.valid_to is null or m.valid_to >= $4) and m.ended_at is null`,
		[]any{network, role, account, day}, &n)
	return n, err
}

const accountColumns = `c.id, c.email, c.name, c.language, c.active, c.password_hash = '', l.created_at, l.expires_at`

func (a *Account) fields() []any {
	return []any{&a.ID, &a.Email, &a.Name, &a.Language, &a.Active, &a.New, &a.LinkMade, &a.LinkEnds}
}

func membersOf(ctx context.Context, tx *db.Tx, network string) ([]Member, error) {
	return db.List(ctx, tx, `select `+accountColumns+`, `+membershipColumns+`
		from membership m join account c on c.id = m.account_id
		left join sign_in_link l on l.account_id = c.id
		where m.network_id = $1 order by c.email, m.valid_from, m.id`,
		[]any{network}, func(m *Member) []any { return append(m.Account.fields(), m.Membership.fields()...) })
}

func accountInNetwork(ctx context.Context, tx *db.Tx, network, account string) (a Account, err error) {
	err = tx.Get(ctx, `select `+accountColumns+`
		from account c left join sign_in_link l on l.account_id = c.id
		where c.id = $2 and exists (select 1 from membership m where m.network_id = $1 and m.account_id = c.id)`,
		[]any{network, account}, a.fields()...)
	return a, err
}
