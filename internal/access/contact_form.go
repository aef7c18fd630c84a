package access

import (
	"cmp"
	"slices"
	"strconv"

	"tessuto/internal/ledger"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// deskForm is the page of the desk with what was typed in it, as it was typed.
type deskForm struct {
	once  string
	desks []Desk

	requests                             []string
	asked, answered, outcome             string
	channel, language, minutes, on, desk string

	first   people.NewcomerForm
	members []people.NewcomerForm
	chosen  string // who it is: a person's id, people.Someone, or not said
	more    bool   // rows for members were asked for

	saidSex, saidAge, saidCitizenship string

	match       people.MatchView
	askContact  bool // other services that know the person are to get in touch
	savedBefore bool // the form was saved once, with other words
	problems    map[string]string
}

// The buttons of the desk.
const (
	saveNamed     = "named"
	saveAnonymous = "anonymous"
	moreMembers   = "more"
)

// blankDesk is the page before anything was typed.
func blankDesk(desks []Desk, today db.Date) deskForm {
	d := deskForm{once: db.NewID(), desks: desks, channel: "in_person", minutes: "10", on: string(today)}
	if len(desks) > 0 {
		d.desk = desks[0].ID
	}
	return d
}

// readDesk reads what was typed.
func readDesk(f *web.Form, desks []Desk) deskForm {
	d := deskForm{once: f.Once(), desks: desks, more: f.Text("save") == moreMembers,
		requests: f.All("requests"), asked: f.Text("asked"), answered: f.Text("answered"), outcome: f.Text("outcome"),
		channel: f.Text("channel"), language: f.Text("language"), minutes: f.Text("minutes"), on: f.Text("on"), desk: f.Text("desk"),
		first: people.ReadNewcomer(f, 0), members: people.ReadNewcomers(f, 1), chosen: f.Text("person_id"), askContact: f.Text(people.AskField) != "",
		saidSex: f.Text("said_sex"), saidAge: f.Text("said_age"), saidCitizenship: f.Text("said_citizenship")}
	d.first.Relation = people.ReferencePerson
	return d
}

// contact turns what was typed into a contact, with or without a name. What
// cannot be read is left for the rules to refuse, all of it at once.
func (d deskForm) contact(named bool, sent crypto.Sending) NewContact {
	n := NewContact{Sent: sent, Contact: Contact{DeskID: d.desk, On: day(d.on), Channel: d.channel,
		Language: d.language, Requests: d.requests, Outcome: d.outcome, Minutes: minutes(d.minutes),
		Words: Words{Asked: d.asked, Answered: d.answered}}}
	switch {
	case !named:
		n.Said = d.said()
	case d.known():
		n.PersonID = d.chosen
	default:
		rows := append([]people.NewcomerForm{d.first}, d.members...)
		n.Newcomers, n.Ask, n.AskElsewhere = people.Newcomers(rows, d.first.FamilyName), d.chosen == "", d.askContact
	}
	return n
}

// said is what somebody without a name has told of themselves: what was chosen
// for the figures, or else what was typed of the first person.
func (d deskForm) said() ledger.Dimensions {
	age := ""
	if _, born, err := people.ParseBirth(d.first.BirthDate); err == nil {
		age = ledger.AgeClass(born.Year, born.Month, day(d.on))
	}
	return ledger.Dimensions{Sex: cmp.Or(d.saidSex, d.first.Sex), AgeClass: cmp.Or(d.saidAge, age),
		Citizenship: cmp.Or(d.saidCitizenship, d.first.Citizenship)}
}

// notice is what the desk is told after saving: names that were typed and then
// saved without a name are not kept.
func (d deskForm) notice(named bool) string {
	if !named && (d.first.Named() || d.known() || len(d.members) > 0) {
		return "contact.saved_nameless"
	}
	return "contact.saved"
}

// known tells whether somebody of the register was chosen.
func (d deskForm) known() bool { return d.chosen != "" && d.chosen != people.Someone }

// check refuses what would be lost: members typed beside somebody known, who has
// a household already; without a name, a date of birth that gives no age.
func (d deskForm) check(named bool, today db.Date) error {
	c := errs.Check{}
	if !named && d.saidAge == "" {
		problem := people.BirthProblem(d.first.BirthDate, today)
		c.That(problem == "", "birth_date", problem)
	}
	c.That(!named || !d.known() || len(d.members) == 0, people.MemberField(1, "given_name"), "contact.members_of_known")
	return c.Err()
}

func day(text string) db.Date {
	d, err := db.ParseDate(text)
	if err != nil {
		return ""
	}
	return d
}

// minutes reads a number of minutes; what is none becomes one that the rules
// refuse.
func minutes(text string) int {
	n, err := strconv.Atoi(text)
	if text != "" && err != nil {
		return -1
	}
	return n
}

// rows are the rows for the other members of the household.
func (d deskForm) rows() people.MemberRows {
	r := people.MemberRows{Rows: people.Rows(d.members, d.more), From: 1, Fresh: -1, Problems: d.problems}
	if d.more {
		r.Fresh = len(d.members)
	}
	return r
}

// order lists the fields as the page shows them.
func (d deskForm) order() []string {
	first := []string{"requests", "asked", "answered", "outcome", "channel", "language", "minutes", "on", "desk", "person_id"}
	last := []string{"said_sex", "said_age", "said_citizenship"}
	return slices.Concat(first, people.NewcomerFields(len(d.rows().Rows)+1, 0), last)
}

func (d deskForm) deskOptions() []ui.Option {
	out := make([]ui.Option, len(d.desks))
	for i, desk := range d.desks {
		out[i] = ui.Option{Value: desk.ID, Label: desk.Name}
	}
	return out
}
