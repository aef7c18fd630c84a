package cases

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

type sittingRow struct {
	Sitting
	sealed []byte
}

const sittingColumns = `s.id, s.case_id, s.kind, s.state, s.starts_at, s.lasts, s.mode, s.programme, s.activity, s.quorate, s.decision,
	s.cancel_reason, s.convened_by, s.confirmed_by, s.confirmed_at, s.version, s.sealed`

func (r *sittingRow) fields() []any {
	return []any{&r.ID, &r.CaseID, &r.Kind, &r.State, &r.StartsAt, &r.Lasts, &r.Mode, &r.Programme, &r.Activity, &r.Quorate, &r.Decision,
		&r.CancelReason, &r.ConvenedBy, &r.ConfirmedBy, &r.ConfirmedAt, &r.Version, &r.sealed}
}

func insertSitting(ctx context.Context, tx *db.Tx, network string, s *Sitting, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into sitting (network_id, id, case_id, kind, state, starts_at, lasts, mode, sealed, convened_by, convened_at, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		network, s.ID, s.CaseID, s.Kind, s.State, s.StartsAt.UTC(), s.Lasts, s.Mode, sealed, s.ConvenedBy, tx.Now, s.Version)
}

// updateSitting writes a sitting and takes its next version. One that somebody else
// changed since it was read is a Conflict.
func updateSitting(ctx context.Context, tx *db.Tx, network string, s *Sitting, sealed []byte) error {
	n, err := tx.ExecN(ctx, `
		update sitting set kind = $4, state = $5, starts_at = $6, lasts = $7, mode = $8, programme = $9, activity = $10, quorate = $11,
			decision = $12, cancel_reason = $13, sealed = $14, confirmed_by = $15, confirmed_at = $16, version = version + 1
		where network_id = $1 and id = $2 and version = $3`,
		network, s.ID, s.Version, s.Kind, s.State, s.StartsAt.UTC(), s.Lasts, s.Mode, s.Programme, s.Activity, s.Quorate,
		s.Decision, s.CancelReason, sealed, s.ConfirmedBy, s.ConfirmedAt)
	if err == nil && n == 0 {
		return errs.New(errs.Conflict, "error.version")
	}
	s.Version++
	return err
}

// sittingByID finds one of a case, never one of another.
func sittingByID(ctx context.Context, tx *db.Tx, network, caseID, id string) (r sittingRow, err error) {
	err = tx.Get(ctx, `select `+sittingColumns+` from sitting s where s.network_id = $1 and s.case_id = $2 and s.id = $3`,
		[]any{network, caseID, id}, r.fields()...)
	return r, err
}

// sittingsOf reads those of a case, the last first.
func sittingsOf(ctx context.Context, tx *db.Tx, network, caseID string) ([]sittingRow, error) {
	return db.List(ctx, tx, `select `+sittingColumns+` from sitting s where s.network_id = $1 and s.case_id = $2
		order by s.starts_at desc, s.id desc`, []any{network, caseID}, (*sittingRow).fields)
}

// heldSittings reads those of every case of a network that count, for verify.
func heldSittings(ctx context.Context, tx *db.Tx, network string) ([]sittingRow, error) {
	return db.List(ctx, tx, `select `+sittingColumns+` from sitting s where s.network_id = $1 and s.state = 'held' order by s.id`,
		[]any{network}, (*sittingRow).fields)
}

// convenedFor reads the sittings without confirmed minutes to which somebody is asked,
// or which they convened, of cases whose plan is open to them; the soonest first.
func convenedFor(ctx context.Context, tx *db.Tx, a policy.Actor) ([]sittingRow, error) {
	b := db.NewBuild(`select `+sittingColumns+` from sitting s where s.network_id = ? and s.state = 'convened' and s.id in (
			select m.id from sitting m where m.network_id = ? and m.convened_by = ? and m.state = 'convened'
			union select p.sitting_id from sitting_seat p where p.network_id = ? and p.account_id = ?) and`,
		a.Network, a.Network, a.AccountID, a.Network, a.AccountID)
	a.ScopeFew(b, tx, policy.Case, policy.Plan, "s.case_id").Add("order by s.starts_at, s.id limit ?", listed)
	return db.List(ctx, tx, b.SQL(), b.Args(), (*sittingRow).fields)
}

func insertSeat(ctx context.Context, tx *db.Tx, network, sitting string, s Seat) error {
	return tx.Exec(ctx, `
		insert into sitting_seat (network_id, id, sitting_id, account_id, org_id, profession, presence, sealed)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		network, s.ID, sitting, s.AccountID, s.OrgID, s.Profession, s.Presence, s.sealed)
}

func deleteSeats(ctx context.Context, tx *db.Tx, network, sitting string) error {
	return tx.Exec(ctx, `delete from sitting_seat where network_id = $1 and sitting_id = $2`, network, sitting)
}

func setPresence(ctx context.Context, tx *db.Tx, network, sitting, seat string, p Presence) error {
	return tx.ExecOne(ctx, `update sitting_seat set presence = $4 where network_id = $1 and sitting_id = $2 and id = $3`,
		network, sitting, seat, p)
}

func seatsOf(ctx context.Context, tx *db.Tx, network, sitting string) ([]Seat, error) {
	return db.List(ctx, tx, `
		select id, account_id, org_id, profession, presence, sealed from sitting_seat
		where network_id = $1 and sitting_id = $2 order by account_id = '', id`, []any{network, sitting},
		func(s *Seat) []any {
			return []any{&s.ID, &s.AccountID, &s.OrgID, &s.Profession, &s.Presence, &s.sealed}
		})
}

type sittingMinutesRow struct {
	SittingMinutes
	id     string
	sealed []byte
}

func insertSittingMinutes(ctx context.Context, tx *db.Tx, network, sitting string, r sittingMinutesRow) error {
	return tx.Exec(ctx, `
		insert into sitting_minutes (network_id, id, sitting_id, number, correction, sealed, saved_by, saved_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`, network, r.id, sitting, r.Number, r.Correction, r.sealed, r.By, tx.Now)
}

func sittingMinutesOf(ctx context.Context, tx *db.Tx, network, sitting string) ([]sittingMinutesRow, error) {
	return db.List(ctx, tx, `
		select id, number, correction, sealed, saved_by, saved_at from sitting_minutes
		where network_id = $1 and sitting_id = $2 order by number`, []any{network, sitting},
		func(r *sittingMinutesRow) []any {
			return []any{&r.id, &r.Number, &r.Correction, &r.sealed, &r.By, &r.At}
		})
}
