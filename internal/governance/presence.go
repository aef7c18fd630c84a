package governance

import (
	"context"
	"slices"

	"tessuto/internal/attendance"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Row is a line of the sheet of a meeting, with what the page says of it.
type Row struct {
	attendance.Line
	Who     string
	OrgName string
	Member  bool
}

// sheet returns the sheet of a meeting: who stands on it, and the members of that
// day who do not yet, members first.
func (m *Module) sheet(ctx context.Context, tx *db.Tx, mt *Meeting, key *crypto.Key) ([]Row, error) {
	members, err := m.members(ctx, tx, mt.Body)
	if err != nil {
		return nil, err
	}
	lines, err := m.attendance.Sheet(ctx, tx, policy.From(ctx).Network, key, mt.Session.ID)
	if err != nil {
		return nil, err
	}
	staff, err := m.network.StaffNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	orgs, err := m.network.Names(ctx, tx)
	var rows []Row
	for _, mb := range members {
		if !mb.on(mt.Session.Date()) {
			continue
		}
		l := attendance.Line{Subject: mb.subject()}
		i := slices.IndexFunc(lines, func(o attendance.Line) bool { return o.Kind == l.Kind && o.Subject.ID == l.Subject.ID })
		if i >= 0 {
			l = lines[i]
			lines = slices.Delete(lines, i, i+1)
		}
		rows = append(rows, Row{Line: l, Who: mb.Name, OrgName: orgs[l.OrgID], Member: true})
	}
	for _, l := range lines {
		r := Row{Line: l, Who: l.Name, OrgName: l.From}
		if l.Kind == attendance.Operator {
			r.Who, r.OrgName = staff[l.Subject.ID], orgs[l.OrgID]
		}
		for _, mb := range members { // sat in the body once, on another day than that of the meeting
			if mb.subject().ID == l.Subject.ID && r.Who == "" {
				r.Who, r.OrgName = mb.Name, mb.OrgName
			}
		}
		rows = append(rows, r)
	}
	return rows, err
}

// subject is the member as a sheet lists them. The name of who has no account
// stays with the membership, under its own key.
func (mb *Member) subject() attendance.Subject {
	if mb.AccountID != "" {
		return attendance.Subject{Kind: attendance.Operator, ID: mb.AccountID, OrgID: mb.OrgID, Profession: mb.Profession}
	}
	return attendance.Subject{Kind: attendance.Guest, ID: mb.ID, OrgID: mb.OrgID}
}

func linesOf(rows []Row) []attendance.Line {
	out := make([]attendance.Line, len(rows))
	for i, r := range rows {
		out[i] = r.Line
	}
	return out
}

// SavePresence writes the sheet of a meeting that has begun: marks are by the
// field of a row, see attendance.Field; rows without one stay as they are. Once
// the meeting counts it is a correction and needs a reason, and enough must stay
// present. What somebody else saved meanwhile comes back as an errs.Stale.
func (m *Module) SavePresence(ctx context.Context, id string, marks map[string]attendance.Mark, reason string, version int) error {
	return m.onMeeting(ctx, id, "meeting.presence", func(tx *db.Tx, mt *Meeting, key *crypto.Key) error {
		rows, err := m.sheet(ctx, tx, mt, key)
		if err != nil {
			return err
		}
		var lines []attendance.Line
		for _, r := range rows {
			if mark, ok := marks[attendance.Field(r.Subject)]; ok {
				r.Mark = mark
				lines = append(lines, r.Line)
			}
		}
		return m.save(ctx, tx, mt, key, lines, reason, version)
	})
}

// save writes lines of a sheet, and holds what counts against the rule.
func (m *Module) save(ctx context.Context, tx *db.Tx, mt *Meeting, key *crypto.Key, lines []attendance.Line, reason string, version int) error {
	switch {
	case mt.off():
		return errs.New(errs.Conflict, "meeting.cancelled_already")
	case !mt.begun(tx.Now):
		return errs.New(errs.Invalid, "meeting.not_yet")
	}
	var counts *attendance.Counting
	if mt.State == Held {
		c, err := m.counting(ctx, tx, policy.From(ctx).Network, mt.Body)
		if err != nil {
			return err
		}
		counts = &c
	} else {
		reason = ""
	}
	s, net := mt.Session, policy.From(ctx).Network
	s.Version = version
	if err := m.attendance.Save(ctx, tx, net, key, s, lines, reason, counts); err != nil || counts == nil {
		return err
	}
	after, err := m.attendance.Sheet(ctx, tx, net, key, s.ID)
	if err == nil && attendance.PresentAt(after) < MinPresent {
		err = errs.New(errs.Invalid, "meeting.too_few").With("Least", MinPresent)
	}
	return err
}

// NewGuest is somebody who was there and sits not in the body: an operator of the
// network, or anybody by name.
type NewGuest struct {
	AccountID  string
	Name, From string
	Mode       ledger.Mode
	Reason     string // of a correction
	Sent       crypto.Sending
}

// AddGuest puts a guest on the sheet of a meeting, as present. An operator of an
// authority is added by name: an account of theirs opens nothing. The same form
// sent twice adds one.
func (m *Module) AddGuest(ctx context.Context, id string, n NewGuest) error {
	c := errs.Check{}
	c.That(n.AccountID != "" || n.Name != "", "account", "body.member_missing")
	c.That(n.AccountID == "" || n.Name == "", "name", "body.member_twice")
	c.That(slices.Contains(Modes, n.Mode), "mode", "error.field_choice")
	if err := c.Err(); err != nil {
		return err
	}
	actor, fresh := policy.From(ctx), db.NewID()
	return m.onMeeting(ctx, id, "meeting.guest", func(tx *db.Tx, mt *Meeting, key *crypto.Key) error {
		first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, fresh)
		if err != nil || first != fresh {
			return err
		}
		l := attendance.Line{Subject: attendance.Subject{Kind: attendance.Guest, ID: fresh, Name: n.Name, From: n.From},
			Mark: attendance.Mark{State: attendance.Present, Mode: n.Mode, Minutes: mt.Session.Minutes()}}
		if n.AccountID != "" {
			op, err := m.sits(ctx, tx, n.AccountID)
			if err != nil {
				return err
			}
			l.Subject = attendance.Subject{Kind: attendance.Operator, ID: op.AccountID, OrgID: op.OrgID, Profession: op.Profession}
		}
		return m.save(ctx, tx, mt, key, []attendance.Line{l}, n.Reason, mt.Session.Version)
	})
}
