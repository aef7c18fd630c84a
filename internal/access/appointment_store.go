package access

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

type appointmentRow struct {
	Appointment
	sealed []byte
}

const appointmentColumns = `a.id, a.org_id, a.booked_by, a.person_id, a.mediator_id, a.starts_at, a.minutes, a.language,
	a.programme, a.activity, a.state, a.held_minutes, a.version, a.sealed`

func (r *appointmentRow) fields() []any {
	return []any{&r.ID, &r.OrgID, &r.BookedBy, &r.PersonID, &r.MediatorID, &r.StartsAt, &r.Minutes, &r.Language,
		&r.Programme, &r.Activity, &r.State, &r.HeldMinutes, &r.Version, &r.sealed}
}

func insertAppointment(ctx context.Context, tx *db.Tx, network string, a *Appointment, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into appointment (network_id, id, org_id, booked_by, person_id, mediator_id, starts_at, minutes,
			language, programme, activity, state, sealed, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)`,
		network, a.ID, a.OrgID, a.BookedBy, a.PersonID, a.MediatorID, a.StartsAt, a.Minutes,
		a.Language, a.Programme, a.Activity, a.State, sealed)
}

// scope is Actor.Scope for all records, and Actor.ScopeFew for named ones.
type scope func(*db.Build, *db.Tx, policy.Kind, policy.Section, string) *db.Build

func scopedAppointments(tx *db.Tx, a policy.Actor, within scope, what string) *db.Build {
	b := db.NewBuild(`select `+what+` from appointment a where a.network_id = ? and`, a.Network)
	return within(b, tx, policy.Appointment, policy.Whole, "a.id")
}

func appointmentByID(ctx context.Context, tx *db.Tx, a policy.Actor, id string) (r appointmentRow, err error) {
	b := scopedAppointments(tx, a, a.ScopeFew, appointmentColumns).Add("and a.id = ?", id)
	err = tx.Get(ctx, b.SQL(), b.Args(), r.fields()...)
	return r, err
}

func (q Agenda) filter(b *db.Build, a policy.Actor) *db.Build {
	b.Add("and a.starts_at >= ?", q.From.AddDays(-1).End())
	if q.To != "" {
		b.Add("and a.starts_at < ?", q.To.End())
	}
	if q.Mine {
		b.Add("and (a.booked_by = ? or a.mediator_id = ?)", a.AccountID, a.AccountID)
	}
	return b
}

func agendaOf(ctx context.Context, tx *db.Tx, a policy.Actor, q Agenda) (rows []appointmentRow, total int, err error) {
	count := q.filter(scopedAppointments(tx, a, a.Scope, "count(*)"), a)
	if err := tx.Get(ctx, count.SQL(), count.Args(), &total); err != nil {
		return nil, 0, err
	}
	b := q.filter(scopedAppointments(tx, a, a.Scope, appointmentColumns), a).Add("order by a.starts_at, a.id limit ?", q.Limit)
	rows, err = db.List(ctx, tx, b.SQL(), b.Args(), (*appointmentRow).fields)
	return rows, total, err
}

func unconfirmedOf(ctx context.Context, tx *db.Tx, a policy.Actor, before db.Date) ([]appointmentRow, error) {
	b := scopedAppointments(tx, a, a.Scope, appointmentColumns).Add("and a.mediator_id = ? and a.state = ? and a.starts_at < ? order by a.starts_at, a.id limit 200",
		a.AccountID, Booked, before.AddDays(-1).End())
	return db.List(ctx, tx, b.SQL(), b.Args(), (*appointmentRow).fields)
}

func updateHeld(ctx context.Context, tx *db.Tx, network string, a *Appointment) error {
	return tx.ExecOne(ctx, `
		update appointment set state = $4, held_minutes = $5, confirmed_at = $6, version = version + 1
		where network_id = $1 and id = $2 and version = $3`,
		network, a.ID, a.Version, a.State, a.HeldMinutes, tx.Now)
}

// heldAppointments reads those that count, for verify.
func heldAppointments(ctx context.Context, tx *db.Tx, network string) ([]appointmentRow, error) {
	return db.List(ctx, tx, `select `+appointmentColumns+` from appointment a
		where a.network_id = $1 and a.state = 'held' order by a.id`, []any{network}, (*appointmentRow).fields)
}
