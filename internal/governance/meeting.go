package governance

import (
	"context"
	"slices"
	"time"

	"tessuto/internal/attendance"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// State is where a meeting stands.
type State string

// The states of a meeting.
const (
	Convened  State = "convened"
	Held      State = "held" // it took place, and its minutes are confirmed
	Cancelled State = "cancelled"
	Annulled  State = "annulled" // its minutes were confirmed, and should not have been
)

// States lists them.
var States = []State{Convened, Held, Cancelled, Annulled}

// CancelReasons are why a meeting does not take place.
var CancelReasons = []string{"moved", "too_few", "health_emergency", "other"}

// Modes are how a body can meet.
var Modes = []ledger.Mode{ledger.InPerson, ledger.Remote}

// Meeting is one time at which a body meets. Agenda and CancelNote are empty for
// who knows of it only.
type Meeting struct {
	ID           string
	BodyID       string
	State        State
	Session      attendance.Session
	Agenda       string
	CancelReason string
	CancelNote   string // of one that was annulled, why
	ConfirmedBy  string
	ConfirmedAt  *time.Time
	AnnulledBy   string
	AnnulledAt   *time.Time
	Version      int // of everything but the sheet, which has its session's

	Body *Body // for showing
}

// kind is what a meeting is called in audit, ledger and attendance.
const kind = "meeting"

func owner(id string) attendance.Owner { return attendance.Owner{Kind: kind, ID: id} }

// begun tells whether the meeting can have been held by now.
func (mt *Meeting) begun(now time.Time) bool { return !now.Before(mt.Session.StartsAt) }

// waits tells whether its minutes have still to be written.
func (mt *Meeting) waits(now time.Time) bool { return mt.State == Convened && mt.Session.Over(now) }

// MinPresent is how many must have been there for a meeting to count: one alone
// does not meet.
const MinPresent = 2

// off tells whether it counts for nothing and never will.
func (mt *Meeting) off() bool { return mt.State == Cancelled || mt.State == Annulled }

// confirmable is the rule of what counts, and stands here once. A meeting took
// place when its time has come, its minutes say something, and at least
// MinPresent stand on its sheet as present, members or guests. Only then are its
// minutes confirmed, and only then does it count.
func (mt *Meeting) confirmable(lines []attendance.Line, text string, now time.Time) error {
	c := errs.Check{}
	c.That(text != "", "text", "minutes.text_missing")
	switch {
	case mt.off():
		return errs.New(errs.Conflict, "meeting.cancelled_already")
	case !mt.begun(now):
		return errs.New(errs.Invalid, "meeting.not_yet")
	case attendance.PresentAt(lines) < MinPresent:
		return errs.New(errs.Invalid, "meeting.too_few").With("Least", MinPresent)
	}
	return c.Err()
}

// Draft is a meeting as a form asks for it.
type Draft struct {
	Session attendance.Session
	Agenda  string
	Version int // of the meeting the form was filled from; 0 for a new one
	Sent    crypto.Sending
}

const longText = 20_000

// Check reports what is wrong with it.
func (n *Draft) Check(today db.Date) error {
	c := errs.Check{}
	for field, key := range errs.FieldsOf(n.Session.Check(today)) {
		c.That(false, field, key)
	}
	c.That(slices.Contains(Modes, n.Session.Mode), "mode", "error.field_choice")
	c.That(errs.Fits(n.Agenda, longText), "agenda", "error.field_long")
	return c.Err()
}

// Convene calls a body to meet; one that has met already is written down the same
// way. Who works in the body may. The same form sent twice convenes once.
func (m *Module) Convene(ctx context.Context, bodyID string, n Draft) (id string, err error) {
	if err := n.Check(db.DateOf(m.db.Now())); err != nil {
		return "", err
	}
	actor, fresh := policy.From(ctx), db.NewID()
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		b, err := m.working(ctx, tx, bodyID)
		if err != nil {
			return err
		}
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, fresh); err != nil || id != fresh {
			return err
		}
		key, err := m.sealing(ctx, b.ID)
		if err != nil {
			return err
		}
		mt := Meeting{ID: id, BodyID: b.ID, State: Convened}
		if err := insertMeeting(ctx, tx, actor.Network, &mt, key.Seal([]byte(n.Agenda), "meeting/"+id)); err != nil {
			return err
		}
		n.Session.ID, n.Session.Owner = db.NewID(), owner(id)
		if err := m.attendance.Open(ctx, tx, actor.Network, key, n.Session); err != nil {
			return err
		}
		return m.record(ctx, tx, "meeting.convene", kind, id)
	})
	return id, err
}

// Change writes when, where and about what a body meets, while it has not met.
// What somebody else saved since the form was filled comes back as an errs.Stale.
func (m *Module) Change(ctx context.Context, id string, n Draft) error {
	if err := n.Check(db.DateOf(m.db.Now())); err != nil {
		return err
	}
	return m.onMeeting(ctx, id, "meeting.change", func(tx *db.Tx, mt *Meeting, key *crypto.Key) error {
		switch {
		case mt.State != Convened:
			return errs.New(errs.Conflict, "meeting.not_convened")
		case mt.Version != n.Version:
			return errs.Changed(*mt)
		}
		net := policy.From(ctx).Network
		n.Session.ID, n.Session.Version = mt.Session.ID, mt.Session.Version
		if err := m.attendance.Change(ctx, tx, net, key, n.Session); err != nil {
			return err
		}
		return updateAgenda(ctx, tx, net, mt, key.Seal([]byte(n.Agenda), "meeting/"+id))
	})
}

// Cancel says that a meeting does not take place, and why. One that was held is a
// Conflict; one that is cancelled stays as it was.
func (m *Module) Cancel(ctx context.Context, id, reason, note string) error {
	c := errs.Check{}
	c.That(slices.Contains(CancelReasons, reason), "reason", "error.field_choice")
	c.That(errs.Fits(note, maxTitle), "note", "error.field_long")
	if err := c.Err(); err != nil {
		return err
	}
	return m.onMeeting(ctx, id, "meeting.cancel", func(tx *db.Tx, mt *Meeting, key *crypto.Key) error {
		switch mt.State {
		case Held, Annulled:
			return errs.New(errs.Conflict, "meeting.not_convened")
		case Cancelled:
			return nil
		}
		return cancelMeeting(ctx, tx, policy.From(ctx).Network, mt, reason, key.Seal([]byte(note), "meeting_cancel/"+id))
	})
}

// onMeeting runs an act on a meeting of a body in which the actor works, and
// writes it into the audit.
func (m *Module) onMeeting(ctx context.Context, id, act string, do func(tx *db.Tx, mt *Meeting, key *crypto.Key) error) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		mt, err := m.meeting(ctx, tx, id)
		if err != nil {
			return err
		}
		if !mt.Body.Full {
			return errs.New(errs.Forbidden, "error.forbidden")
		}
		key, err := m.sealing(ctx, mt.BodyID)
		if err != nil {
			return err
		}
		if err := m.record(ctx, tx, act, kind, id); err != nil {
			return err
		}
		return do(tx, &mt, key)
	})
}

// meeting returns one of a body that the actor may know of, with what they may
// read of it, or NotFound.
func (m *Module) meeting(ctx context.Context, tx *db.Tx, id string) (Meeting, error) {
	row, err := meetingByID(ctx, tx, policy.From(ctx).Network, id)
	if err != nil {
		return Meeting{}, err
	}
	b, err := m.body(ctx, tx, row.BodyID)
	if err != nil {
		return Meeting{}, err
	}
	list, err := m.open(ctx, tx, []Body{b}, []meetingRow{row})
	if err != nil {
		return Meeting{}, err
	}
	return list[0], nil
}

// open reads what is sealed of meetings of these bodies, as far as the actor works
// in each, and when they are; newest first.
func (m *Module) open(ctx context.Context, tx *db.Tx, bodies []Body, rows []meetingRow) ([]Meeting, error) {
	ids := make([]string, len(bodies))
	byID := map[string]*Body{}
	for i := range bodies {
		ids[i], byID[bodies[i].ID] = bodies[i].ID, &bodies[i]
	}
	keys, err := m.reading(ctx, ids...)
	if err != nil {
		return nil, err
	}
	of := make(map[string]*crypto.Key, len(rows))
	for _, r := range rows {
		of[r.ID] = keys[r.BodyID]
	}
	sessions, err := m.attendance.Sessions(ctx, tx, policy.From(ctx).Network, kind, of)
	if err != nil {
		return nil, err
	}
	out := make([]Meeting, len(rows))
	for i, r := range rows {
		r.Session, r.Body = sessions[r.ID], byID[r.BodyID]
		if key := of[r.ID]; key != nil && r.Body.Full {
			if err := r.openWords(key); err != nil {
				return nil, err
			}
		}
		if !r.Body.Full {
			r.Session.Place = ""
		}
		out[i] = r.Meeting
	}
	slices.SortStableFunc(out, func(a, b Meeting) int { return b.Session.StartsAt.Compare(a.Session.StartsAt) })
	return out, nil
}

func (r *meetingRow) openWords(key *crypto.Key) error {
	agenda, err := key.Open(r.sealed, "meeting/"+r.ID)
	if err != nil {
		return err
	}
	r.Agenda = string(agenda)
	if len(r.cancelled) > 0 {
		note, err := key.Open(r.cancelled, "meeting_cancel/"+r.ID)
		r.CancelNote = string(note)
		return err
	}
	return nil
}

// Show is which of the actor's meetings are listed.
type Show string

// The lists of meetings of the bodies in which the actor works.
const (
	Coming  Show = "coming"  // from today on, soonest first
	Waiting Show = "minutes" // over, without confirmed minutes; oldest first
)

// Shows lists them.
var Shows = []Show{Coming, Waiting}

// In tells whether a meeting stands in a list now.
func (mt *Meeting) In(s Show, now time.Time) bool {
	return s == Coming && !mt.Session.Over(now) || s == Waiting && mt.waits(now)
}

// Mine lists the meetings of the bodies in which the actor works that are to come,
// or whose minutes have to be written: those in any of some lists.
func (m *Module) Mine(ctx context.Context, shows ...Show) (out []Meeting, err error) {
	if _, err := policy.Check(ctx, policy.MeetingWork); err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		bodies, err := m.visible(ctx, tx, "")
		if err != nil {
			return err
		}
		bodies = slices.DeleteFunc(bodies, func(b Body) bool { return !b.Full })
		rows, err := convenedOf(ctx, tx, policy.From(ctx).Network, idsOf(bodies))
		if err != nil {
			return err
		}
		all, err := m.open(ctx, tx, bodies, rows)
		slices.Reverse(all)
		for _, mt := range all {
			if slices.ContainsFunc(shows, func(s Show) bool { return mt.In(s, tx.Now) }) {
				out = append(out, mt)
			}
		}
		return err
	})
	return out, err
}

func idsOf(bodies []Body) []string {
	out := make([]string, len(bodies))
	for i, b := range bodies {
		out[i] = b.ID
	}
	return out
}
