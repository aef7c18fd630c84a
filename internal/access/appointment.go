package access

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/people"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/programme"
)

// State is where an appointment stands.
type State string

// The states of an appointment.
const (
	Booked State = "booked"
	Held   State = "held"
)

// Appointment is a meeting that was agreed. Whoever holds a grant to it sees
// this and no more: it leads to no file.
type Appointment struct {
	ID           string
	OrgID        string
	BookedBy     string
	PersonID     string
	MediatorID   string
	MediatorName string
	StartsAt     time.Time
	Minutes      int
	Language     string // of the mediation; BCP 47
	State        State
	HeldMinutes  int
	Version      int
	ledger.Place
	Details
}

// Details is what is sealed of an appointment.
type Details struct {
	Who     string `json:"who"`   // the given name only
	Where   string `json:"where"` // a place; never a protected address
	Subject string `json:"subject,omitempty"`
}

// maxWords is how long the words of an appointment may be.
const maxWords = 300

// Check reports what is wrong with an appointment about to be booked. One of
// the past year may be written down late.
func (a *Appointment) Check(today db.Date) error {
	c := errs.Check{}
	c.That(!a.StartsAt.IsZero(), "date", "appointment.when_missing")
	c.That(db.DateOf(a.StartsAt).Within(today, 1, 2), "date", "appointment.when_far")
	c.That(a.Minutes >= 5 && a.Minutes <= 8*60, "minutes", "appointment.minutes_wrong")
	c.That(a.Where != "", "where", "error.field_required")
	c.That(a.Language == "" || slices.Contains(people.Languages, a.Language), "language", "error.field_choice")
	c.That(errs.Fits(a.Where, maxWords), "where", "error.field_long")
	c.That(errs.Fits(a.Subject, maxWords), "subject", "error.field_long")
	c.That(a.MediatorID == "" || a.Language != "", "language", "appointment.language_missing")
	return c.Err()
}

// begun tells whether the appointment can have been held by now.
func (a *Appointment) begun(now time.Time) bool { return !now.Before(a.StartsAt) }

// hold moves the appointment on, once, and not before it begins.
func (a *Appointment) hold(minutes int, now time.Time) error {
	if !a.begun(now) {
		return errs.New(errs.Invalid, "appointment.not_yet")
	}
	c := errs.Check{}
	c.That(minutes >= 1 && minutes <= 8*60, "minutes", "appointment.minutes_wrong")
	if err := c.Err(); err != nil {
		return err
	}
	if a.State != Booked {
		return errs.New(errs.Conflict, "appointment.confirmed_already")
	}
	a.State, a.HeldMinutes = Held, minutes
	return nil
}

// facts are what an appointment that was held with a mediator counts for.
func (a *Appointment) facts(dims ledger.Dimensions) []ledger.Fact {
	if a.State != Held || a.MediatorID == "" {
		return nil
	}
	base := ledger.Fact{Date: db.DateOf(a.StartsAt), SubjectID: a.PersonID, Place: a.Place, OrgID: a.OrgID,
		Mode: ledger.InPerson, Source: ledger.Source{Kind: string(policy.Appointment), ID: a.ID}, Dimensions: dims}
	one, minutes := base, base
	one.Measure, one.Quantity = "access.mediation", 1
	minutes.Measure, minutes.Quantity = "access.mediation_minutes", int64(a.HeldMinutes)
	return []ledger.Fact{one, minutes}
}

// Booking is what the form for an appointment offers.
type Booking struct {
	Person     people.Person
	Standing   people.Standing // other than in use: nothing can be booked
	Mediators  []network.Operator
	Activities []programme.Choice
}

// Booking returns what can be chosen for an appointment with a person who is
// open to the actor.
func (m *Module) Booking(ctx context.Context, personID string) (*Booking, error) {
	if _, err := policy.Check(ctx, policy.AppointmentBook); err != nil {
		return nil, err
	}
	person, err := m.people.Person(ctx, personID)
	if err != nil {
		return nil, err
	}
	b := &Booking{Person: *person}
	if b.Standing, err = m.people.Standing(ctx, person.ID); err != nil {
		return nil, err
	}
	return b, m.db.Read(ctx, func(tx *db.Tx) (err error) {
		if b.Mediators, err = m.network.Operators(ctx, tx, policy.Mediator); err != nil {
			return err
		}
		b.Mediators = slices.DeleteFunc(b.Mediators, func(o network.Operator) bool { return !o.Active })
		b.Activities, err = m.programmes.Choices(ctx, tx)
		b.Activities = slices.DeleteFunc(b.Activities, func(c programme.Choice) bool { return !c.Mine })
		return err
	})
}

// Book agrees an appointment with a person whom the actor can see, and opens it
// to the organisation and to the mediator. The same form sent twice returns the
// first.
func (m *Module) Book(ctx context.Context, a Appointment, sent crypto.Sending) (string, error) {
	actor, err := policy.Check(ctx, policy.AppointmentBook)
	if err != nil {
		return "", err
	}
	person, err := m.people.Person(ctx, a.PersonID)
	if err != nil {
		return "", err
	}
	a.ID, a.OrgID, a.BookedBy, a.State, a.Who = db.NewID(), actor.OrgID, actor.AccountID, Booked, person.GivenName
	if err := a.Check(db.DateOf(m.db.Now())); err != nil {
		return "", err
	}
	key, err := m.keys.GetOne(ctx, actor.Network, a.PersonID)
	if err != nil && err != crypto.ErrDestroyed { // of who was erased there is none, and book says so
		return "", err
	}
	id := a.ID
	err = m.db.Write(ctx, func(tx *db.Tx) (err error) {
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, sent, a.ID); err != nil || id != a.ID {
			return err
		}
		return m.book(ctx, tx, actor, &a, key)
	})
	return id, err
}

func (m *Module) book(ctx context.Context, tx *db.Tx, actor policy.Actor, a *Appointment, key *crypto.Key) error {
	terms := policy.Terms{Owner: a.OrgID, Purpose: policy.Mediation, Basis: policy.InstitutionalTask, Class: policy.From(ctx).Class()}
	if err := m.people.CheckUse(ctx, tx, a.PersonID); err != nil {
		return err
	}
	if err := m.checkChoices(ctx, tx, a, terms); err != nil {
		return err
	}
	plain, err := json.Marshal(a.Details)
	if err != nil {
		return err
	}
	if err := insertAppointment(ctx, tx, actor.Network, a, key.Seal(plain, "appointment/"+a.ID)); err != nil {
		return err
	}
	to, err := m.readers(ctx, tx, a.PersonID)
	if err != nil {
		return err
	}
	if a.MediatorID != "" {
		to = append(to, policy.ToAccount(a.MediatorID))
	}
	for _, g := range to {
		if err := policy.Grant(ctx, tx, actor.Network, policy.Appointment, a.ID, g, terms, policy.Whole); err != nil {
			return err
		}
	}
	return m.audit.Record(ctx, tx, audit.Entry{Act: "appointment.book", Kind: policy.Appointment, ID: a.ID})
}

// checkChoices makes sure that the mediator and the activity are the network's,
// and that the mediator's body may be told of the appointment.
func (m *Module) checkChoices(ctx context.Context, tx *db.Tx, a *Appointment, terms policy.Terms) error {
	if a.Place != (ledger.Place{}) {
		if _, err := m.programmes.PlaceOf(ctx, tx, programme.Choice{Place: a.Place}.Key()); err != nil {
			return err
		}
	}
	if a.MediatorID == "" {
		return nil
	}
	op, err := m.network.Operator(ctx, tx, a.MediatorID, policy.Mediator)
	if errs.CodeOf(err) == errs.NotFound || err == nil && !op.Active {
		return errs.Check{"mediator": "error.field_choice"}.Err()
	}
	if err != nil {
		return err
	}
	return m.network.CheckSharing(ctx, tx, terms, op.OrgID, policy.Whole)
}

// Agenda says which appointments are asked for: those from a day to a day, both
// included. Without To there is no end.
type Agenda struct {
	From, To db.Date
	Mine     bool // only those that the actor booked or mediates
	Limit    int
}

// agendaLines is how many appointments a page lists at most.
const agendaLines = 200

// Appointments lists those open to the actor from a day on, soonest first.
func (m *Module) Appointments(ctx context.Context, from db.Date) ([]Appointment, error) {
	list, _, err := m.Agenda(ctx, Agenda{From: from, Limit: agendaLines})
	return list, err
}

// Agenda lists the appointments open to the actor that q asks for, soonest
// first, as many as its limit, and tells how many there are in all. It logs that
// the actor read those it lists.
func (m *Module) Agenda(ctx context.Context, q Agenda) (list []Appointment, total int, err error) {
	actor := policy.From(ctx)
	var rows []appointmentRow
	err = m.db.Read(ctx, func(tx *db.Tx) (err error) {
		if rows, total, err = agendaOf(ctx, tx, actor, q); err != nil {
			return err
		}
		return m.nameMediators(ctx, tx, rows)
	})
	if err != nil {
		return nil, 0, err
	}
	list, err = m.openAppointments(ctx, actor.Network, rows)
	return list, total, err
}

// Unconfirmed lists the appointments before a day whose hours the actor, their
// mediator, has still to confirm.
func (m *Module) Unconfirmed(ctx context.Context, before db.Date) ([]Appointment, error) {
	actor := policy.From(ctx)
	var rows []appointmentRow
	err := m.db.Read(ctx, func(tx *db.Tx) (err error) {
		if rows, err = unconfirmedOf(ctx, tx, actor, before); err != nil {
			return err
		}
		return m.nameMediators(ctx, tx, rows)
	})
	if err != nil {
		return nil, err
	}
	return m.openAppointments(ctx, actor.Network, rows)
}

// nameMediators writes beside each appointment who mediates.
func (m *Module) nameMediators(ctx context.Context, tx *db.Tx, rows []appointmentRow) error {
	if len(rows) == 0 {
		return nil
	}
	mediators, err := m.network.Operators(ctx, tx, policy.Mediator)
	names := make(map[string]string, len(mediators))
	for _, o := range mediators {
		names[o.AccountID] = o.Name
	}
	for i := range rows {
		rows[i].MediatorName = names[rows[i].MediatorID]
	}
	return err
}

// Appointment returns one, and logs that the actor read it. NotFound when it is
// not open to the actor.
func (m *Module) Appointment(ctx context.Context, id string) (*Appointment, error) {
	actor := policy.From(ctx)
	rows := make([]appointmentRow, 1)
	err := m.db.Read(ctx, func(tx *db.Tx) (err error) {
		if rows[0], err = appointmentByID(ctx, tx, actor, id); err != nil {
			return err
		}
		return m.nameMediators(ctx, tx, rows)
	})
	if err != nil {
		return nil, err
	}
	open, err := m.openAppointments(ctx, actor.Network, rows)
	if err != nil {
		return nil, err
	}
	return &open[0], nil
}

// openAppointments opens what is sealed and logs that it was read.
func (m *Module) openAppointments(ctx context.Context, network string, rows []appointmentRow) ([]Appointment, error) {
	owners, ids := make([]string, len(rows)), make([]string, len(rows))
	for i, r := range rows {
		owners[i], ids[i] = r.PersonID, r.ID
	}
	keys, err := m.keys.Get(ctx, network, owners...)
	if err != nil {
		return nil, err
	}
	out := make([]Appointment, len(rows))
	for i, r := range rows {
		plain, err := keys[r.PersonID].Open(r.sealed, "appointment/"+r.ID)
		if err == nil {
			err = json.Unmarshal(plain, &r.Details)
		}
		if err != nil && err != crypto.ErrDestroyed {
			return nil, err
		}
		out[i] = r.Appointment
	}
	return out, m.audit.Read(ctx, policy.Appointment, policy.Whole, ids...)
}

// ConfirmHours is the mediator's word that the appointment was held and how
// long it took. Two confirmations at once: one wins, the other is a Conflict.
func (m *Module) ConfirmHours(ctx context.Context, id string, minutes int) error {
	actor := policy.From(ctx)
	return m.db.Write(ctx, func(tx *db.Tx) error {
		row, err := appointmentByID(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		a := &row.Appointment
		if _, err := policy.Check(ctx, policy.AppointmentConfirm); err != nil {
			return err
		}
		if a.MediatorID != actor.AccountID {
			return errs.New(errs.Forbidden, "error.forbidden")
		}
		if err := a.hold(minutes, tx.Now); err != nil {
			return err
		}
		if err := updateHeld(ctx, tx, actor.Network, a); err != nil {
			return err
		}
		dims, err := m.people.Dimensions(ctx, tx, actor.Network, a.PersonID, db.DateOf(a.StartsAt))
		if err != nil {
			return err
		}
		if err := m.audit.Record(ctx, tx, audit.Entry{Act: "appointment.confirm", Kind: policy.Appointment, ID: id}); err != nil {
			return err
		}
		return m.ledger.Post(ctx, tx, actor.Network, a.facts(dims)...)
	})
}
