package attendance

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

type sessionRow struct {
	Session
	sealed []byte
}

func (r *sessionRow) fields() []any {
	return []any{&r.ID, &r.Owner.Kind, &r.Owner.ID, &r.StartsAt, &r.EndsAt, &r.Mode, &r.Version, &r.sealed}
}

func insertSession(ctx context.Context, tx *db.Tx, network string, s Session, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into attendance_session (network_id, id, owner_kind, owner_id, starts_at, ends_at, mode, sealed, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8, 1)`,
		network, s.ID, s.Owner.Kind, s.Owner.ID, s.StartsAt, s.EndsAt, s.Mode, sealed)
}

func updateSession(ctx context.Context, tx *db.Tx, network string, s Session, sealed []byte) error {
	n, err := tx.ExecN(ctx, `
		update attendance_session set starts_at = $4, ends_at = $5, mode = $6, sealed = $7, version = version + 1
		where network_id = $1 and id = $2 and version = $3`,
		network, s.ID, s.Version, s.StartsAt, s.EndsAt, s.Mode, sealed)
	if err == nil && n == 0 {
		return errs.New(errs.Conflict, "error.version")
	}
	return err
}

// touchSession takes the next version of a sheet, and tells whether it was still
// the one that was read.
func touchSession(ctx context.Context, tx *db.Tx, network string, s *Session) (bool, error) {
	n, err := tx.ExecN(ctx, `
		update attendance_session set version = version + 1 where network_id = $1 and id = $2 and version = $3`,
		network, s.ID, s.Version)
	return n == 1, err
}

func sessionsOf(ctx context.Context, tx *db.Tx, network, kind string, owners []string) ([]sessionRow, error) {
	b := db.NewBuild(`select id, owner_kind, owner_id, starts_at, ends_at, mode, version, sealed from attendance_session
		where network_id = ? and owner_kind = ? and`, network, kind).In("owner_id", owners)
	return db.List(ctx, tx, b.SQL(), b.Args(), (*sessionRow).fields)
}

func ownersOf(ctx context.Context, tx *db.Tx, network, kind string, presences []string) (map[string]string, error) {
	type row struct{ presence, owner string }
	b := db.NewBuild(`
		select p.id, s.owner_id from presence p
		join attendance_session s on s.network_id = p.network_id and s.id = p.session_id
		where p.network_id = ? and s.owner_kind = ? and`, network, kind).In("p.id", presences)
	rows, err := db.List(ctx, tx, b.SQL(), b.Args(), func(r *row) []any { return []any{&r.presence, &r.owner} })
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.presence] = r.owner
	}
	return out, err
}
