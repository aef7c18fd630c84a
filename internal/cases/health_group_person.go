package cases

import (
	"context"
	"slices"

	"tessuto/internal/attendance"
	"tessuto/internal/ledger"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// GroupPerson is somebody who comes to a prevention group: a person of the register, or
// whoever gives a code.
type GroupPerson struct {
	ID       string
	PersonID string // empty when somebody gives a code
	JoinedOn db.Date
	LeftOn   db.Date // the first day on which they come no more; empty while they do
	ledger.Dimensions
	PersonWords
	Gone    bool // the person was erased
	subject string
}

// PersonWords is what is sealed of who comes to a group.
type PersonWords struct {
	Name string `json:"name,omitempty"`
	Code string `json:"code,omitempty"`
}

// Who is the name of the person, or the code they gave.
func (p *GroupPerson) Who() string { return p.Name + p.Code }

func (p *GroupPerson) place() string { return "health_group_person/" + p.ID }

// on tells whether they come to the group on a day.
func (p *GroupPerson) on(day db.Date) bool {
	return p.JoinedOn <= day && (p.LeftOn == "" || day < p.LeftOn)
}

// listed is who they are on a sheet: somebody without a name, whom only the group knows.
func (p *GroupPerson) listed() attendance.Subject {
	return attendance.Subject{Kind: attendance.Guest, ID: p.ID}
}

// NewGroupPerson is somebody who comes to a group, as a form asks for them.
type NewGroupPerson struct {
	PersonID    string // or else
	Code        string
	Sex         string // and what follows of who gives a code, as far as they say
	AgeClass    string
	Citizenship string
	JoinedOn    db.Date
	Sent        crypto.Sending
}

func (n *NewGroupPerson) check(today db.Date) error {
	c := errs.Check{}
	if n.PersonID == "" {
		checkHealthCode(c, n.Code)
		checkSaid(c, "", n.Sex, n.AgeClass, n.Citizenship)
	}
	c.That(n.JoinedOn != "" && n.JoinedOn <= today && n.JoinedOn.Within(today, 5, 0), "joined_on", "health.met_when")
	return c.Err()
}

// checkSaid looks at what somebody says of themselves without saying who they are.
func checkSaid(c errs.Check, prefix, sex, age, citizenship string) {
	c.That(sex == "" || slices.Contains(people.Sexes, sex), prefix+"sex", "error.field_choice")
	c.That(age == "" || slices.Contains(ledger.AgeClasses, age), prefix+"age_class", "error.field_choice")
	c.That(citizenship == "" || people.Citizenship(citizenship), prefix+"citizenship", "error.field_choice")
}

// JoinHealthGroup writes that somebody comes to a prevention group, or comes again. Who
// comes already is a Conflict, as is a group that takes nobody in; one that is full is
// Invalid. The same form sent twice adds one.
func (m *Module) JoinHealthGroup(ctx context.Context, id string, n NewGroupPerson) error {
	if err := n.check(db.DateOf(m.db.Now())); err != nil {
		return err
	}
	actor, fresh := policy.From(ctx), db.NewID()
	return m.onGroup(ctx, id, "group.join", func(tx *db.Tx, g *HealthGroup, own *crypto.Key) error {
		if n.PersonID != "" {
			if err := policy.CanRead(ctx, tx, policy.Person, n.PersonID, policy.Identity); err != nil {
				return err
			}
		}
		first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, fresh)
		if err != nil || first != fresh {
			return err
		}
		people, err := m.groupPeople(ctx, tx, g, own)
		if err != nil {
			return err
		}
		if err := g.takesIn(people, n.JoinedOn); err != nil {
			return err
		}
		w, err := m.untold(ctx, tx, g.OrgID, n.PersonID, n.Code, n.JoinedOn)
		if err != nil {
			return err
		}
		if n.PersonID == "" {
			w.Dimensions = ledger.Dimensions{Sex: n.Sex, AgeClass: n.AgeClass, Citizenship: n.Citizenship}
		}
		p := &GroupPerson{ID: fresh, PersonID: n.PersonID, JoinedOn: n.JoinedOn, Dimensions: w.Dimensions, PersonWords: PersonWords{w.name, w.code}, subject: w.subject}
		return m.takeIn(ctx, tx, g, own, people, p)
	})
}

// takesIn tells whether a group takes somebody in on a day, beside those who come.
func (g *HealthGroup) takesIn(people []GroupPerson, day db.Date) error {
	here := 0
	for i := range people {
		if people[i].on(day) {
			here++
		}
	}
	switch {
	case g.State != GroupOpen:
		return errs.New(errs.Conflict, "group.takes_nobody")
	case g.Capacity > 0 && here >= g.Capacity:
		return errs.New(errs.Conflict, "group.full")
	}
	return nil
}

// takeIn writes who comes to a group, or that they come again.
func (m *Module) takeIn(ctx context.Context, tx *db.Tx, g *HealthGroup, own *crypto.Key, people []GroupPerson, p *GroupPerson) error {
	network := policy.From(ctx).Network
	if i := slices.IndexFunc(people, func(o GroupPerson) bool { return o.subject == p.subject }); i >= 0 {
		if people[i].LeftOn == "" {
			return errs.New(errs.Conflict, "group.joined_already")
		}
		return setGroupPersonLeft(ctx, tx, network, people[i].ID, "")
	}
	sealed, err := m.sealUntold(ctx, own, p.PersonID, p.place(), p.PersonWords)
	if err != nil {
		return err
	}
	return insertGroupPerson(ctx, tx, network, g.ID, p, sealed)
}

// LeaveHealthGroup writes that somebody comes to a group no more, from tomorrow. Said
// twice it changes nothing.
func (m *Module) LeaveHealthGroup(ctx context.Context, id, person string) error {
	return m.onGroup(ctx, id, "group.leave", func(tx *db.Tx, g *HealthGroup, own *crypto.Key) error {
		people, err := m.groupPeople(ctx, tx, g, own)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(people, func(p GroupPerson) bool { return p.ID == person })
		if i < 0 {
			return errs.Missing()
		}
		if people[i].LeftOn != "" {
			return nil
		}
		return setGroupPersonLeft(ctx, tx, policy.From(ctx).Network, person, tx.Today().AddDays(1))
	})
}
