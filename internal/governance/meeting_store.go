package governance

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

type meetingRow struct {
	Meeting
	sealed, cancelled []byte
}

const meetingColumns = `id, body_id, state, sealed, cancel_reason, cancel_sealed, confirmed_by, confirmed_at, annulled_by, annulled_at, version`

func (r *meetingRow) fields() []any {
	return []any{&r.ID, &r.BodyID, &r.State, &r.sealed, &r.CancelReason, &r.cancelled, &r.ConfirmedBy, &r.ConfirmedAt, &r.AnnulledBy, &r.AnnulledAt, &r.Version}
}

func insertMeeting(ctx context.Context, tx *db.Tx, network string, mt *Meeting, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into meeting (network_id, id, body_id, state, sealed, created_by, created_at, version)
		values ($1, $2, $3, $4, $5, $6, $7, 1)`,
		network, mt.ID, mt.BodyID, mt.State, sealed, policy.From(ctx).AccountID, tx.Now)
}

func updateAgenda(ctx context.Context, tx *db.Tx, network string, mt *Meeting, sealed []byte) error {
	return moved(tx.ExecN(ctx, `
		update meeting set sealed = $4, version = version + 1 where network_id = $1 and id = $2 and version = $3`,
		network, mt.ID, mt.Version, sealed))
}

func cancelMeeting(ctx context.Context, tx *db.Tx, network string, mt *Meeting, reason string, note []byte) error {
	return moved(tx.ExecN(ctx, `
		update meeting set state = $4, cancel_reason = $5, cancel_sealed = $6, version = version + 1
		where network_id = $1 and id = $2 and version = $3`,
		network, mt.ID, mt.Version, Cancelled, reason, note))
}

// touchMeeting takes the next version, for minutes that are saved beside it.
func touchMeeting(ctx context.Context, tx *db.Tx, network string, mt *Meeting) error {
	return moved(tx.ExecN(ctx, `update meeting set version = version + 1 where network_id = $1 and id = $2 and version = $3`,
		network, mt.ID, mt.Version))
}

func confirmMeeting(ctx context.Context, tx *db.Tx, network string, mt *Meeting) error {
	return tx.ExecOne(ctx, `
		update meeting set state = $3, confirmed_by = $4, confirmed_at = $5 where network_id = $1 and id = $2 and state = 'convened'`,
		network, mt.ID, Held, policy.From(ctx).AccountID, tx.Now)
}

func annulMeeting(ctx context.Context, tx *db.Tx, network string, mt *Meeting, reason []byte) error {
	return moved(tx.ExecN(ctx, `
		update meeting set state = $4, cancel_sealed = $5, annulled_by = $6, annulled_at = $7, version = version + 1
		where network_id = $1 and id = $2 and version = $3`,
		network, mt.ID, mt.Version, Annulled, reason, policy.From(ctx).AccountID, tx.Now))
}

// moved says that a meeting which somebody else changed since it was read is a
// Conflict.
func moved(n int64, err error) error {
	if err == nil && n == 0 {
		return errs.New(errs.Conflict, "error.version")
	}
	return err
}

func meetingByID(ctx context.Context, tx *db.Tx, network, id string) (r meetingRow, err error) {
	err = tx.Get(ctx, `select `+meetingColumns+` from meeting where network_id = $1 and id = $2`, []any{network, id}, r.fields()...)
	return r, err
}

func meetingsOf(ctx context.Context, tx *db.Tx, network string, bodies []string) ([]meetingRow, error) {
	b := db.NewBuild(`select `+meetingColumns+` from meeting where network_id = ? and`, network).In("body_id", bodies).Add("order by id desc limit 1000")
	return db.List(ctx, tx, b.SQL(), b.Args(), (*meetingRow).fields)
}

func meetingsByID(ctx context.Context, tx *db.Tx, network string, bodies, ids []string) ([]meetingRow, error) {
	b := db.NewBuild(`select `+meetingColumns+` from meeting where network_id = ? and`, network).In("body_id", bodies).Add("and").In("id", ids)
	return db.List(ctx, tx, b.SQL(), b.Args(), (*meetingRow).fields)
}

func convenedOf(ctx context.Context, tx *db.Tx, network string, bodies []string) ([]meetingRow, error) {
	b := db.NewBuild(`select `+meetingColumns+` from meeting where network_id = ? and state = 'convened' and`, network).
		In("body_id", bodies).Add("order by id desc")
	return db.List(ctx, tx, b.SQL(), b.Args(), (*meetingRow).fields)
}

// heldMeetings reads those that count, for verify.
func heldMeetings(ctx context.Context, tx *db.Tx, network string) ([]meetingRow, error) {
	return db.List(ctx, tx, `select `+meetingColumns+` from meeting where network_id = $1 and state = 'held' order by id`,
		[]any{network}, (*meetingRow).fields)
}
