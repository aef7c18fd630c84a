package access

import (
	"context"
	"encoding/json"
	"time"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// OwnAppointment is an appointment as the person who comes reads it: when, where
// and with which body, and not about what.
type OwnAppointment struct {
	At       time.Time
	Where    string
	OrgID    string
	Mediated bool
}

// OwnAppointments lists the appointments to come of the person who reads, and
// logs that they read them. One of a programme that is very restricted is not on a
// page that somebody else may hold in their hands (safeguards, 3).
func (m *Module) OwnAppointments(ctx context.Context) (out []OwnAppointment, err error) {
	actor, err := policy.Own(ctx)
	if err != nil {
		return nil, err
	}
	key, err := m.keys.GetOne(ctx, actor.Network, actor.PersonID)
	if err != nil {
		return nil, err
	}
	var read []audit.Entry
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		out, read = nil, nil
		rows, err := comingOf(ctx, tx, actor)
		if err != nil {
			return err
		}
		for _, r := range rows {
			class, err := m.programmes.Class(ctx, tx, r.Programme)
			if err != nil {
				return err
			}
			if class == policy.VeryRestricted {
				continue
			}
			plain, err := key.Open(r.sealed, "appointment/"+r.ID)
			if err == nil {
				err = json.Unmarshal(plain, &r.Details)
			}
			if err != nil {
				return err
			}
			out = append(out, OwnAppointment{At: r.StartsAt, Where: r.Where, OrgID: r.OrgID, Mediated: r.MediatorID != ""})
			read = append(read, audit.Entry{Act: "own.read", Kind: policy.Appointment, ID: r.ID})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, m.audit.Append(ctx, read...)
}
