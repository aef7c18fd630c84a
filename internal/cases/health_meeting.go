package cases

import (
	"context"
	"slices"
	"strings"

	"tessuto/internal/network"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// The code lists of meetings on a path of care: what they are, and why one was missed.
const (
	HealthSessions = "health_session"
	HealthMissed   = "health_missed"
)

// ofServices is the one kind of meeting to which the person does not come.
const ofServices = "services"

// HealthMeeting is a meeting on a path of care: of the services about it, or a session
// with the person, to which they came or did not.
type HealthMeeting struct {
	ID         string  `json:"id"`
	On         db.Date `json:"on"`
	Minutes    int     `json:"minutes"`              // 0 of one that was missed
	Kind       string  `json:"kind,omitempty"`       // code of HealthSessions; empty is ofServices
	Profession string  `json:"profession,omitempty"` // of who held it
	Who        string  `json:"who,omitempty"`
	Mediator   bool    `json:"mediator,omitempty"` // was there
	Missed     string  `json:"missed,omitempty"`   // code of HealthMissed; empty: they came
	Said       string  `json:"said,omitempty"`     // what was agreed
}

func (n *HealthMeeting) withPerson() bool { return n.Kind != "" && n.Kind != ofServices }

// check reports what is wrong with a meeting, on a day.
func (n *HealthMeeting) check(ctx context.Context, today db.Date) error {
	c := errs.Check{}
	c.That(n.On != "" && n.On <= today && n.On.Within(today, 5, 0), "on", "health.met_when")
	c.That(n.Kind == "" || codelist.Valid(ctx, HealthSessions, n.Kind, ""), "kind", "error.field_choice")
	c.That(n.Missed == "" || n.withPerson() && codelist.Valid(ctx, HealthMissed, n.Missed, ""), "missed", "health.missed_wrong")
	c.That(n.Missed != "" || n.Minutes >= 5 && n.Minutes <= 600, "minutes", "health.met_minutes")
	c.That(n.Profession == "" || slices.Contains(network.Professions, n.Profession), "profession", "error.field_choice")
	c.That(n.withPerson() || n.Who != "", "who", "health.met_who")
	c.That(!n.withPerson() || n.Profession != "", "profession", "health.met_profession")
	c.That(errs.Fits(n.Who, 300), "who", "error.field_long")
	c.That(errs.Fits(n.Said, lineText), "said", "error.field_long")
	return c.Err()
}

// Sessions are the meetings with the person that were held, and how many were missed.
func (p *HealthPath) Sessions() (held, missed int) {
	for i := range p.Meetings {
		switch n := &p.Meetings[i]; {
		case !n.withPerson():
		case n.Missed != "":
			missed++
		default:
			held++
		}
	}
	return held, missed
}

const maxHealthMeetings = 200

// MeetOnHealthPath writes down a meeting on a path of care: of the services, or a
// session with the person. The same form sent twice writes one.
func (m *Module) MeetOnHealthPath(ctx context.Context, id string, n HealthMeeting, sent crypto.Sending) error {
	if err := n.check(ctx, db.DateOf(m.db.Now())); err != nil {
		return err
	}
	actor := policy.From(ctx)
	n.ID = db.NewID()
	if n.Missed != "" {
		n.Minutes = 0
	}
	return m.onHealthPath(ctx, id, "health.meeting", func(tx *db.Tx, p *HealthPath) error {
		first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, sent, n.ID)
		switch {
		case err != nil || first != n.ID:
			return err
		case p.ended():
			return errs.New(errs.Conflict, "health.ended_already")
		case len(p.Meetings) >= maxHealthMeetings:
			return errs.New(errs.Conflict, "health.met_many")
		}
		p.Meetings = append(p.Meetings, n)
		slices.SortStableFunc(p.Meetings, func(a, b HealthMeeting) int { return strings.Compare(string(a.On), string(b.On)) })
		return nil
	})
}
