package people

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

func insertAccess(ctx context.Context, tx *db.Tx, actor policy.Actor, person string, h *Handed, code, mac []byte) error {
	return tx.Exec(ctx, `
		insert into own_access (network_id, id, person_id, org_id, language, code_hash, number_mac, made_by, created_at, expires_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		actor.Network, h.ID, person, actor.OrgID, h.Language, code, mac, h.by, h.Made, h.Expires)
}

// accessesOf reads the ways of a person to their own page, the last first.
func accessesOf(ctx context.Context, tx *db.Tx, network, person string) ([]Access, error) {
	return db.List(ctx, tx, `
		select id, language, made_by, created_at, expires_at, used_at, ended_at, failures from own_access
		where network_id = $1 and person_id = $2 order by id desc`, []any{network, person}, (*Access).fields)
}

func (a *Access) fields() []any {
	return []any{&a.ID, &a.Language, &a.by, &a.Made, &a.Expires, &a.Used, &a.Ended, &a.failures}
}

// way is an access with what it is checked by.
type way struct {
	Access
	network, person string
	mac             []byte
}

func accessByCode(ctx context.Context, tx *db.Tx, hash []byte) (w way, err error) {
	err = tx.Get(ctx, `
		select id, language, made_by, created_at, expires_at, used_at, ended_at, failures, network_id, person_id, number_mac
		from own_access where code_hash = $1`, []any{hash}, append(w.fields(), &w.network, &w.person, &w.mac)...)
	return w, err
}

func countWrong(ctx context.Context, tx *db.Tx, w way) error {
	return tx.Exec(ctx, `update own_access set failures = failures + 1 where network_id = $1 and id = $2`, w.network, w.ID)
}

// endAccesses ends what way a person has to their own page, and who reads there.
func endAccesses(ctx context.Context, tx *db.Tx, network, person string) error {
	if err := tx.Exec(ctx, `delete from own_session where network_id = $1 and person_id = $2`, network, person); err != nil {
		return err
	}
	return tx.Exec(ctx, `
		update own_access set ended_at = $3 where network_id = $1 and person_id = $2 and ended_at is null`, network, person, tx.Now)
}

// insertOwnSession opens a session, and takes away those that are over.
func insertOwnSession(ctx context.Context, tx *db.Tx, w way, hash []byte, expires time.Time) error {
	if err := tx.Exec(ctx, `delete from own_session where expires_at <= $1`, tx.Now); err != nil {
		return err
	}
	if err := tx.Exec(ctx, `
		update own_access set failures = 0, used_at = $3 where network_id = $1 and id = $2`, w.network, w.ID, tx.Now); err != nil {
		return err
	}
	return tx.Exec(ctx, `
		insert into own_session (token_hash, network_id, person_id, access_id, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)`,
		hash, w.network, w.person, w.ID, tx.Now, expires)
}

func deleteOwnSession(ctx context.Context, tx *db.Tx, hash []byte) error {
	return tx.Exec(ctx, `delete from own_session where token_hash = $1`, hash)
}

// ownActor returns the person who holds a session that is not over.
func ownActor(ctx context.Context, tx *db.Tx, hash []byte) (a policy.Actor, err error) {
	err = tx.Get(ctx, `select network_id, person_id from own_session where token_hash = $1 and expires_at > $2`,
		[]any{hash, tx.Now}, &a.Network, &a.PersonID)
	return a, err
}

// personForOwn reads the entry of the person who reads: by whom they are, and no
// grant.
func personForOwn(ctx context.Context, tx *db.Tx, a policy.Actor) (r personRow, err error) {
	err = tx.Get(ctx, `select `+personColumns+` from person p where p.network_id = $1 and p.id = $2`,
		[]any{a.Network, a.PersonID}, r.fields()...)
	return r, err
}
