package cases

import (
	"context"
	"encoding/json"
	"slices"

	"tessuto/internal/attendance"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// GroupSession is one time at which a prevention group came together, or will.
type GroupSession struct {
	ID      string
	GroupID string
	Held    bool // its sheet was saved: from then on it counts
	Voided  bool // it was written by mistake
	attendance.Session
	SessionWords
	Lines []attendance.Line // of those by name or code
}

// SessionWords is what is sealed of a session, beside where it is.
type SessionWords struct {
	Topic      string      `json:"topic"`
	Unnamed    []Headcount `json:"unnamed,omitempty"`
	VoidReason string      `json:"void_reason,omitempty"`
}

// Headcount is how many came without saying who they are, as far as they say what they
// have in common.
type Headcount struct {
	Number      int    `json:"number"`
	Sex         string `json:"sex,omitempty"`
	AgeClass    string `json:"age_class,omitempty"`
	Citizenship string `json:"citizenship,omitempty"`
}

// sessionKind is the owner of the sheet of such a session, and the source of its facts.
const sessionKind = "health_group_session"

func (s *GroupSession) place() string { return sessionKind + "/" + s.ID }

func (s *GroupSession) owner() attendance.Owner { return attendance.Owner{Kind: sessionKind, ID: s.ID} }

// UnnamedAt counts who came without saying who they are.
func (s *GroupSession) UnnamedAt() (n int) {
	for _, h := range s.Unnamed {
		n += h.Number
	}
	return n
}

// Present counts all who were there.
func (s *GroupSession) Present() int { return attendance.PresentAt(s.Lines) + s.UnnamedAt() }

func (s *GroupSession) counts() bool { return s.Held && !s.Voided }

// NewGroupSession is a session as a form asks for it.
type NewGroupSession struct {
	Topic string
	attendance.Session
	Sent crypto.Sending
}

func (n *NewGroupSession) check(today db.Date) error {
	c := errs.Check{}
	c.That(n.Topic != "", "topic", "group.topic_missing")
	c.That(errs.Fits(n.Topic, 300), "topic", "error.field_long")
	for field, key := range errs.FieldsOf(n.Session.Check(today)) {
		if field == "ends" { // the form asks for minutes
			field, key = "minutes", "group.minutes_wrong"
		}
		c.That(false, field, key)
	}
	return c.Err()
}

// AddGroupSession writes when a group comes together, and about what. The same form sent
// twice adds one.
func (m *Module) AddGroupSession(ctx context.Context, id string, n NewGroupSession) (session string, err error) {
	if err := n.check(db.DateOf(m.db.Now())); err != nil {
		return "", err
	}
	actor, fresh := policy.From(ctx), db.NewID()
	err = m.onGroup(ctx, id, "group.session", func(tx *db.Tx, g *HealthGroup, own *crypto.Key) error {
		if session, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, fresh); err != nil || session != fresh {
			return err
		}
		if g.ended() {
			return errs.New(errs.Conflict, "group.ended_already")
		}
		s := &GroupSession{ID: fresh, GroupID: g.ID, Session: n.Session, SessionWords: SessionWords{Topic: n.Topic}}
		s.Session.ID, s.Session.Owner = db.NewID(), s.owner()
		sealed, err := s.seal(own)
		if err != nil {
			return err
		}
		if err := insertGroupSession(ctx, tx, actor.Network, s, sealed); err != nil {
			return err
		}
		return m.attendance.Open(ctx, tx, actor.Network, own, s.Session)
	})
	return session, err
}

// GroupSheet is who was at a session, as a form asks for it: those by name or code by
// the field of their line, and how many came without saying who they are.
type GroupSheet struct {
	Marks   map[string]attendance.State
	Unnamed []Headcount
	Reason  string // of a correction
	Version int    // of the sheet it was filled from
}

const (
	maxHeadcounts = 12
	maxUnnamed    = 300
)

func (n *GroupSheet) check() error {
	c := errs.Check{}
	c.That(len(n.Unnamed) <= maxHeadcounts, "u0.number", "group.unnamed_many")
	for i, h := range n.Unnamed {
		prefix := UnnamedField(i, "")
		c.That(h.Number >= 1 && h.Number <= maxUnnamed, prefix+"number", "group.unnamed_wrong")
		checkSaid(c, prefix, h.Sex, h.AgeClass, h.Citizenship)
	}
	c.That(errs.Fits(n.Reason, 200), "reason", "error.field_long")
	return c.Err()
}

// UnnamedField is the name of a field of a line of who came without saying who they are.
func UnnamedField(i int, field string) string { return "u" + itoa(i) + "." + field }

// SaveGroupSheet writes who was at a session that has begun. From the first time on it
// counts, and a change is a correction that needs a reason. What somebody else saved
// meanwhile comes back as an errs.Stale, or as a Conflict.
func (m *Module) SaveGroupSheet(ctx context.Context, id, session string, n GroupSheet) error {
	if err := n.check(); err != nil {
		return err
	}
	return m.onSession(ctx, id, session, "group.sheet", func(tx *db.Tx, g *HealthGroup, s *GroupSession, own *crypto.Key) error {
		if tx.Now.Before(s.StartsAt) {
			return errs.New(errs.Conflict, "group.session_not_yet")
		}
		network := policy.From(ctx).Network
		var lines []attendance.Line
		for _, l := range s.Lines {
			if state, ok := n.Marks[attendance.Field(l.Subject)]; ok {
				l.Mark = attendance.Mark{State: state}
				if state == attendance.Present {
					l.Mark = attendance.Mark{State: state, Mode: s.Mode, Minutes: s.Minutes()}
				}
				lines = append(lines, l)
			}
		}
		counting, moved := (*attendance.Counting)(nil), !slices.Equal(s.Unnamed, n.Unnamed)
		if s.Held && n.Version > 1 { // of a sheet that was never saved, whoever was first is told
			counting = &attendance.Counting{}
			if moved && n.Reason == "" {
				return errs.Check{"reason": "attendance.reason_missing"}.Err()
			}
		}
		sheet, before := s.Session, s.Session.Version
		sheet.Version = n.Version
		if err := m.attendance.Save(ctx, tx, network, own, sheet, lines, n.Reason, counting); err != nil {
			return err
		}
		after, err := m.attendance.Session(ctx, tx, network, s.owner(), own)
		if err == nil && after.Version == before && (moved || !s.Held) {
			err = m.attendance.Change(ctx, tx, network, own, sheet) // the lines said nothing new: the rest takes the next version
		}
		if err != nil {
			return err
		}
		s.Held, s.Unnamed = true, n.Unnamed
		return nil
	})
}

// VoidGroupSession takes back a session that was written by mistake: it stays, crossed
// out, and counts no more.
func (m *Module) VoidGroupSession(ctx context.Context, id, session, reason string) error {
	if !slices.Contains(VoidReasons, reason) {
		return errs.Check{"reason": "error.field_choice"}.Err()
	}
	return m.onSession(ctx, id, session, "group.session_void", func(_ *db.Tx, _ *HealthGroup, s *GroupSession, _ *crypto.Key) error {
		s.Voided, s.VoidReason = true, reason
		return nil
	})
}

// onSession runs an act on a session that stands, writes what it leaves of it, and lets
// the figures follow.
func (m *Module) onSession(ctx context.Context, id, session, act string, do func(tx *db.Tx, g *HealthGroup, s *GroupSession, own *crypto.Key) error) error {
	return m.onGroup(ctx, id, act, func(tx *db.Tx, g *HealthGroup, own *crypto.Key) error {
		s, err := m.groupSession(ctx, tx, g, session, own)
		if err != nil {
			return err
		}
		if s.Voided {
			return errs.New(errs.Conflict, "intervention.void_already")
		}
		network := policy.From(ctx).Network
		before, err := m.sessionFacts(ctx, tx, network, g, s)
		if err != nil {
			return err
		}
		if err := do(tx, g, s, own); err != nil {
			return err
		}
		sealed, err := s.seal(own)
		if err != nil {
			return err
		}
		if err := updateGroupSession(ctx, tx, network, s, sealed); err != nil {
			return err
		}
		facts, err := m.sessionFacts(ctx, tx, network, g, s)
		if err != nil || slices.Equal(before, facts) {
			return err
		}
		if err := m.ledger.Reverse(ctx, tx, network, s.source()); err != nil {
			return err
		}
		return m.ledger.Post(ctx, tx, network, facts...)
	})
}

func (s *GroupSession) seal(own *crypto.Key) ([]byte, error) {
	plain, err := json.Marshal(s.SessionWords)
	return own.Seal(plain, s.place()), err
}
