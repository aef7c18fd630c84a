package cases

import (
	"context"
	"slices"

	"tessuto/internal/ledger"
	"tessuto/internal/people"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// HealthState is where a path of care stands.
type HealthState string

// The states of a path of care.
const (
	HealthProposed HealthState = "proposed"
	HealthSent     HealthState = "sent"
	HealthCame     HealthState = "first_appointment" // the first appointment was held
	HealthFollowed HealthState = "followed"
	HealthEnded    HealthState = "ended"
)

// HealthStates lists them, in their order.
var HealthStates = []HealthState{HealthProposed, HealthSent, HealthCame, HealthFollowed, HealthEnded}

// The code lists of paths of care: kinds of services, why it begins (a category,
// never a diagnosis), of what kind of care it is, how it ends.
const (
	HealthServices = "health_service"
	HealthReasons  = "health_reason"
	HealthCares    = "health_care"
	HealthOutcomes = "health_outcome"
)

// HealthPath is a path of care: of a person of the register, or of somebody who gives
// a code and no name (DPR 309/1990, 120). It is a record of its own (class C4), open to
// who is named to it and to nobody else: nothing of a person or a case says that there
// is one, and the same person may have two that do not know of each other
// (safeguards, 4). What is written of it is no clinical record.
type HealthPath struct {
	ID       string
	OrgID    string
	PersonID string // empty when somebody gives a code
	State    HealthState
	OpenedOn db.Date
	FirstOn  db.Date // of the first appointment; empty when there is none
	Came     bool    // to the first appointment
	Version  int
	ledger.Place
	ledger.Dimensions
	HealthWords

	// What its own page shows.
	Members  []HealthMember
	Gone     bool // the person was erased: what was written cannot be read
	ToPerson bool // the reader may open the page of the person
	subject  string
}

// HealthWords is what is sealed of a path of care.
type HealthWords struct {
	Name     string `json:"name,omitempty"` // of the person, when it was opened
	Code     string `json:"code,omitempty"` // in place of the name
	From     string `json:"from"`           // codes of HealthServices
	To       string `json:"to"`
	ToName   string `json:"to_name,omitempty"`
	Reason   string `json:"reason"` // code of HealthReasons
	Mediator bool   `json:"mediator,omitempty"`
	HealthSchedule
	Meetings    []HealthMeeting `json:"meetings,omitempty"`
	Note        string          `json:"note,omitempty"`
	Outcome     string          `json:"outcome,omitempty"` // code of HealthOutcomes
	OutcomeNote string          `json:"outcome_note,omitempty"`
	EndedOn     db.Date         `json:"ended_on,omitempty"`
	FollowUpOn  db.Date         `json:"follow_up_on,omitempty"` // when one asks how it goes, after the end
}

// HealthSchedule is what is meant to be done on a path of care: what kind of care, how
// many sessions, from when to when; each as far as it is known.
type HealthSchedule struct {
	Care    string  `json:"care,omitempty"` // code of HealthCares
	Planned int     `json:"planned,omitempty"`
	Since   db.Date `json:"since,omitempty"`
	Until   db.Date `json:"until,omitempty"`
}

const maxPlanned = 200

func (s *HealthSchedule) check(ctx context.Context, c errs.Check, today db.Date) {
	c.That(s.Care == "" || codelist.Valid(ctx, HealthCares, s.Care, ""), "care", "error.field_choice")
	c.That(s.Planned >= 0 && s.Planned <= maxPlanned, "planned", "health.planned_wrong")
	c.That(s.Since == "" || s.Since.Within(today, 5, 2), "since", "health.period_far")
	c.That(s.Until == "" || s.Until.Within(today, 5, 5) && s.Until >= s.Since, "until", "health.period_wrong")
}

// Who is the name of the person, or the code they gave.
func (p *HealthPath) Who() string { return p.Name + p.Code }

func (p *HealthPath) ended() bool { return p.State == HealthEnded }

func (p *HealthPath) place() string { return "health_path/" + p.ID }

// HealthDraft is a path of care as a form asks for it.
type HealthDraft struct {
	PersonID      string // or else
	Code          string
	Sex, AgeClass string // of who gives a code, as far as they say
	PlaceKey      string // the activity it belongs to, or empty
	State         HealthState
	FirstOn       db.Date
	From, To      string
	ToName        string
	Reason        string
	Mediator      bool
	HealthSchedule
	Note    string
	Version int // of the path the form was filled from; 0 for a new one
	Sent    crypto.Sending
}

const (
	maxHealthCode = 40
	minHealthCode = 4
)

// Check reports what is wrong with a path of care, on a day.
func (n *HealthDraft) Check(ctx context.Context, today db.Date) error {
	c := errs.Check{}
	if n.PersonID == "" && n.Version == 0 {
		checkHealthCode(c, n.Code)
		c.That(n.Sex == "" || slices.Contains(people.Sexes, n.Sex), "sex", "error.field_choice")
		c.That(n.AgeClass == "" || slices.Contains(ledger.AgeClasses, n.AgeClass), "age_class", "error.field_choice")
	}
	c.That(slices.Contains(HealthStates, n.State) && n.State != HealthEnded, "state", "error.field_choice")
	c.That(codelist.Valid(ctx, HealthServices, n.From, ""), "from", "health.from_missing")
	c.That(codelist.Valid(ctx, HealthServices, n.To, ""), "to", "health.to_missing")
	c.That(codelist.Valid(ctx, HealthReasons, n.Reason, ""), "reason", "health.reason_missing")
	n.HealthSchedule.check(ctx, c, today)
	c.That(errs.Fits(n.ToName, 200), "to_name", "error.field_long")
	c.That(errs.Fits(n.Note, lineText), "note", "error.field_long")
	c.That(n.FirstOn == "" || n.FirstOn.Within(today, 5, 1), "first_on", "health.first_far")
	c.That(!n.came() || n.FirstOn != "" && n.FirstOn <= today, "first_on", "health.first_missing")
	return c.Err()
}

// checkHealthCode looks at what stands in place of a name.
func checkHealthCode(c errs.Check, code string) {
	_, taxCode := people.ParseTaxCode(code)
	c.That(len([]rune(code)) >= minHealthCode, "code", "health.code_short")
	c.That(taxCode != nil, "code", "health.code_names")
	c.That(errs.Fits(code, maxHealthCode), "code", "error.field_long")
}

// came tells whether the first appointment was held.
func (n *HealthDraft) came() bool { return n.State == HealthCame || n.State == HealthFollowed }

// fill writes into a path what a form says of it.
func (p *HealthPath) fill(n *HealthDraft) {
	p.State, p.FirstOn, p.Came = n.State, n.FirstOn, n.came()
	p.From, p.To, p.ToName, p.Reason, p.Mediator, p.Note = n.From, n.To, n.ToName, n.Reason, n.Mediator, n.Note
	p.HealthSchedule = n.HealthSchedule
}

// OpenHealthPath writes down that somebody begins a path of care: a person who is open
// to the actor, or whoever gives a code. From then on it is open to the actor alone. It
// returns the id; the same form sent twice opens one. Another one of the same person is
// no Conflict: that would tell of it.
func (m *Module) OpenHealthPath(ctx context.Context, n HealthDraft) (id string, err error) {
	actor, err := policy.Check(ctx, policy.HealthWork)
	if err != nil {
		return "", err
	}
	if err := n.Check(ctx, db.DateOf(m.db.Now())); err != nil {
		return "", err
	}
	fresh := db.NewID()
	own, err := m.keys.CreateOne(ctx, actor.Network, fresh)
	if err != nil {
		return "", err
	}
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		if n.PersonID != "" {
			if err := policy.CanRead(ctx, tx, policy.Person, n.PersonID, policy.Identity); err != nil {
				return err
			}
		}
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, fresh); err != nil || id != fresh {
			return err
		}
		p := &HealthPath{ID: id, OrgID: actor.OrgID, PersonID: n.PersonID, OpenedOn: tx.Today(), Version: 1}
		if p.Place, err = m.healthPlace(ctx, tx, n.PlaceKey); err != nil {
			return err
		}
		p.fill(&n)
		if err := m.identify(ctx, tx, p, &n); err != nil {
			return err
		}
		sealed, err := m.sealHealth(ctx, p, own)
		if err != nil {
			return err
		}
		if err := insertHealthPath(ctx, tx, actor.Network, p, sealed); err != nil {
			return err
		}
		if err := policy.Grant(ctx, tx, actor.Network, policy.HealthPath, id, policy.ToAccount(actor.AccountID), p.circle().terms(), healthSection); err != nil {
			return err
		}
		if err := m.countHealth(ctx, tx, nil, p); err != nil {
			return err
		}
		return m.recordHealth(ctx, tx, "health.open", id)
	})
	return id, err
}

// identify says whose path it is: in what is sealed, and as a digest that the ledger
// can count by and that leads to nobody.
func (m *Module) identify(ctx context.Context, tx *db.Tx, p *HealthPath, n *HealthDraft) error {
	w, err := m.untold(ctx, tx, p.OrgID, n.PersonID, n.Code, p.OpenedOn)
	p.Name, p.Code, p.subject, p.Dimensions = w.name, w.code, w.subject, w.Dimensions
	if n.PersonID == "" {
		p.Dimensions = ledger.Dimensions{Sex: n.Sex, AgeClass: n.AgeClass}
	}
	return err
}

// healthPlace reads the activity that a path belongs to: one of a programme whose data
// are very restricted, or none.
func (m *Module) healthPlace(ctx context.Context, tx *db.Tx, key string) (ledger.Place, error) {
	place, err := m.programmes.PlaceOf(ctx, tx, key)
	if err != nil || key == "" {
		return place, err
	}
	class, err := m.programmes.Class(ctx, tx, place.Programme)
	if err == nil && class != policy.VeryRestricted {
		err = errs.Check{"place": "error.field_choice"}.Err()
	}
	return place, err
}

func (p *HealthPath) circle() circle { return circle{policy.HealthPath, p.ID, p.OrgID} }

func (m *Module) sealHealth(ctx context.Context, p *HealthPath, own *crypto.Key) ([]byte, error) {
	return m.sealUntold(ctx, own, p.PersonID, p.place(), p.HealthWords)
}

func (m *Module) recordHealth(ctx context.Context, tx *db.Tx, act, id string) error {
	return m.audit.Record(ctx, tx, audit.Entry{Act: act, Kind: policy.HealthPath, ID: id})
}
