package governance

import (
	"context"
	"slices"
	"time"

	"tessuto/internal/attendance"
	"tessuto/internal/network"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
	"tessuto/internal/programme"
)

// Card is a body in a list: whether it is composed as its rule says, how often it
// met, and when it meets next.
type Card struct {
	Body
	ProgrammeTitle programme.Text
	Seats          []Filled
	Held           int
	Next           *Meeting
}

// Bodies lists those that the actor may know of, of a programme or of all.
func (m *Module) Bodies(ctx context.Context, code string) (out []Card, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		bodies, err := m.visible(ctx, tx, code)
		if err != nil {
			return err
		}
		rows, err := meetingsOf(ctx, tx, policy.From(ctx).Network, idsOf(bodies))
		if err != nil {
			return err
		}
		meetings, err := m.open(ctx, tx, bodies, rows)
		if err != nil {
			return err
		}
		members, err := membersOfAll(ctx, tx, policy.From(ctx).Network, idsOf(bodies))
		if err != nil {
			return err
		}
		titles, err := m.titles(ctx, tx)
		for _, b := range bodies {
			c := Card{Body: b, ProgrammeTitle: titles[b.Programme], Seats: composition(b.Seats, members[b.ID], tx.Today())}
			c.count(meetings, tx.Now)
			out = append(out, c)
		}
		return err
	})
	return out, err
}

// Meetings lists those of the bodies of a programme that the actor may know of,
// newest first.
func (m *Module) Meetings(ctx context.Context, code string) (out []Meeting, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		bodies, err := m.visible(ctx, tx, code)
		if err != nil {
			return err
		}
		rows, err := meetingsOf(ctx, tx, policy.From(ctx).Network, idsOf(bodies))
		if err != nil {
			return err
		}
		out, err = m.open(ctx, tx, bodies, rows)
		return err
	})
	return out, err
}

// count looks through meetings, newest first.
func (c *Card) count(meetings []Meeting, now time.Time) {
	for i, mt := range meetings {
		switch {
		case mt.BodyID != c.ID:
		case mt.State == Held:
			c.Held++
		case mt.State == Convened && !mt.Session.Over(now):
			c.Next = &meetings[i]
		}
	}
}

// titles are those of the programmes of the network, by code.
func (m *Module) titles(ctx context.Context, tx *db.Tx) (map[string]programme.Text, error) {
	all, err := m.programmes.Choices(ctx, tx)
	out := map[string]programme.Text{}
	for _, c := range all {
		out[c.Programme] = c.ProgrammeTitle
	}
	return out, err
}

// BodyFile is the page of a body. Decisions and tasks are empty for who knows of
// it only, as are the names of who has no account.
type BodyFile struct {
	Body
	ProgrammeTitle programme.Text
	ActivityTitle  programme.Text
	OrgNames       map[string]string
	Members        []Member
	Seats          []Filled // of today
	Meetings       []Meeting
	Next           *Meeting // of those
	Decisions      []Decided
	Tasks          *task.Board
	Today          db.Date
	Now            time.Time
}

// Body returns one that the actor may know of, or NotFound.
func (m *Module) Body(ctx context.Context, id string) (*BodyFile, error) {
	f := &BodyFile{}
	err := m.db.Read(ctx, func(tx *db.Tx) (err error) {
		f.Today, f.Now = tx.Today(), tx.Now
		if f.Body, err = m.body(ctx, tx, id); err != nil {
			return err
		}
		if f.Members, err = m.members(ctx, tx, &f.Body); err != nil {
			return err
		}
		f.Seats = composition(f.Body.Seats, f.Members, f.Today)
		rows, err := meetingsOf(ctx, tx, policy.From(ctx).Network, []string{id})
		if err != nil {
			return err
		}
		if f.Meetings, err = m.open(ctx, tx, []Body{f.Body}, rows); err != nil {
			return err
		}
		for i, mt := range f.Meetings {
			if mt.State == Convened && !mt.Session.Over(tx.Now) {
				f.Next = &f.Meetings[i]
			}
		}
		if err := m.entitle(ctx, tx, f); err != nil || !f.Full {
			return err
		}
		if f.Decisions, err = m.decisions(ctx, tx, &f.Body, ""); err != nil {
			return err
		}
		board, err := m.tasks.Of(ctx, tx, task.Record{Kind: policy.Body, ID: id, Section: policy.Whole}, policy.Open{policy.Whole: true})
		f.Tasks = &board
		return err
	})
	if err != nil {
		return nil, err
	}
	if !f.Full {
		return f, nil
	}
	return f, m.audit.Read(ctx, policy.Body, policy.Whole, id)
}

func (m *Module) entitle(ctx context.Context, tx *db.Tx, f *BodyFile) error {
	choices, err := m.programmes.Choices(ctx, tx)
	if err != nil {
		return err
	}
	for _, c := range choices {
		if c.Programme == f.Programme {
			f.ProgrammeTitle = c.ProgrammeTitle
			if c.Activity == f.Activity {
				f.ActivityTitle = c.Title
			}
		}
	}
	f.OrgNames, err = m.network.Names(ctx, tx)
	return err
}

// current are the members of today that have no seat of the rule.
func (f *BodyFile) others() (out []Member) {
	for _, mb := range f.Members {
		seated := slices.ContainsFunc(f.Seats, func(s Filled) bool {
			return slices.ContainsFunc(s.Members, func(o Member) bool { return o.ID == mb.ID })
		})
		if mb.on(f.Today) && !seated {
			out = append(out, mb)
		}
	}
	return out
}

// former are those who sat in it once.
func (f *BodyFile) former() (out []Member) {
	for _, mb := range f.Members {
		if mb.To != "" && mb.To <= f.Today {
			out = append(out, mb)
		}
	}
	return out
}

// MeetingFile is the page of a meeting. For who knows of it only there is when it
// is, and no more.
type MeetingFile struct {
	Meeting
	ProgrammeTitle programme.Text
	Rows           []Row
	Minutes        *Minutes
	Decisions      []Decided
	Names          map[string]string // of staff, by account
	Now            time.Time
}

// Meeting returns one of a body that the actor may know of, or NotFound, and logs
// that they read what it says.
func (m *Module) Meeting(ctx context.Context, id string) (*MeetingFile, error) {
	f := &MeetingFile{}
	err := m.db.Read(ctx, func(tx *db.Tx) (err error) {
		f.Now = tx.Now
		if f.Meeting, err = m.meeting(ctx, tx, id); err != nil {
			return err
		}
		titles, err := m.titles(ctx, tx)
		f.ProgrammeTitle = titles[f.Body.Programme]
		if err != nil || !f.Body.Full {
			return err
		}
		keys, err := m.reading(ctx, f.BodyID)
		if err != nil {
			return err
		}
		key := keys[f.BodyID]
		if f.Rows, err = m.sheet(ctx, tx, &f.Meeting, key); err != nil {
			return err
		}
		if key != nil {
			if f.Minutes, err = m.minutes(ctx, tx, &f.Meeting, key); err != nil {
				return err
			}
		}
		if f.Decisions, err = m.decisions(ctx, tx, f.Body, id); err != nil {
			return err
		}
		f.Names, err = m.network.StaffNames(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	if !f.Body.Full {
		return f, nil
	}
	return f, m.audit.Append(ctx, audit.Entry{Act: "read", Kind: kind, ID: id, Section: policy.Whole})
}

// present are the rows of who was there.
func (f *MeetingFile) present() int { return attendance.PresentAt(linesOf(f.Rows)) }

// marked tells whether anybody has been marked.
func (f *MeetingFile) marked() bool {
	return slices.ContainsFunc(f.Rows, func(r Row) bool { return r.State != "" })
}

// Responsible lists who can answer for a decision: those who work in the body, and
// the organisations of the programme.
func (m *Module) Responsible(ctx context.Context, b *Body) (people []policy.Actor, orgs []network.Partnership, err error) {
	if people, err = m.tasks.Candidates(ctx, task.Record{Kind: policy.Body, ID: b.ID, Section: policy.Whole}); err != nil {
		return nil, nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		orgs, err = m.partners(ctx, tx, b.Programme)
		return err
	})
	return people, orgs, err
}

// Operators lists who can sit in a body or be at a meeting by their account.
func (m *Module) Operators(ctx context.Context) (out []network.Operator, err error) {
	if _, err := policy.Check(ctx, policy.MeetingWork); err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		all, err := m.network.Operators(ctx, tx)
		if err != nil {
			return err
		}
		orgs, err := m.network.Organisations(ctx, tx)
		for _, o := range all {
			authority := slices.ContainsFunc(orgs, func(g network.Organisation) bool { return g.ID == o.OrgID && g.Kind == policy.Authority })
			if o.Active && !authority && o.Role != policy.Admin {
				out = append(out, o)
			}
		}
		return err
	})
	return out, err
}

// Partners lists the organisations of the programme of a body, and the activities
// under which it can count, for who coordinates it.
func (m *Module) Partners(ctx context.Context, code string) (orgs []network.Partnership, activities []programme.Choice, err error) {
	if !policy.From(ctx).MayIn(policy.BodyManage, code) {
		return nil, nil, errs.Missing()
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		if orgs, err = m.partners(ctx, tx, code); err != nil {
			return err
		}
		activities, err = m.activities(ctx, tx, code)
		return err
	})
	return orgs, activities, err
}

// Names returns the names of bodies whose papers are open to the actor. App hands
// it to kits that list what is beside a record.
func (m *Module) Names(ctx context.Context, tx *db.Tx, ids []string) (map[string]string, error) {
	bodies, err := m.visible(ctx, tx, "")
	if errs.CodeOf(err) == errs.NotFound {
		return nil, nil
	}
	out := map[string]string{}
	for _, b := range bodies {
		if b.Full && slices.Contains(ids, b.ID) {
			out[b.ID] = b.name(ctx)
		}
	}
	return out, err
}

// Titles names those of the meetings that the actor may know of, by body and day.
func (m *Module) Titles(ctx context.Context, tx *db.Tx, ids []string) (map[string]string, error) {
	bodies, err := m.visible(ctx, tx, "")
	if err != nil {
		if errs.CodeOf(err) == errs.NotFound {
			err = nil
		}
		return nil, err
	}
	for i := range bodies {
		bodies[i].Full = false // a name opens nothing
	}
	rows, err := meetingsByID(ctx, tx, policy.From(ctx).Network, idsOf(bodies), ids)
	if err != nil {
		return nil, err
	}
	list, err := m.open(ctx, tx, bodies, rows)
	out := make(map[string]string, len(list))
	for _, mt := range list {
		out[mt.ID] = mt.title(ctx)
	}
	return out, err
}
