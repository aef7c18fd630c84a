package access

import (
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

const today = db.Date("2026-03-12")

// typed is a form of the desk that can be saved, with some fields changed.
func typed(changes ...string) *web.Form {
	f := &web.Form{Values: url.Values{"_once": {"t0k3n"}, "requests": {"housing"}, "outcome": {"informed"}, "channel": {"in_person"},
		"minutes": {"10"}, "on": {string(today)}, "desk": {"d1"}, "given_name": {"Amina"}, "family_name": {"Diallo"},
		"member1.given_name": {"Binta"}, "member1.relation": {people.Child}}, Problem: errs.Check{}}
	for i := 0; i+1 < len(changes); i += 2 {
		f.Values.Set(changes[i], changes[i+1])
	}
	return f
}

func TestDeskContact(t *testing.T) {
	t.Parallel()
	named := readDesk(typed(), nil).contact(true, crypto.Sending{})
	if named.PersonID != "" || len(named.Newcomers) != 2 || !named.Ask || named.Newcomers[1].FamilyName != "Diallo" {
		t.Errorf("a newcomer with a child = %+v", named)
	}
	if sure := readDesk(typed("person_id", people.Someone), nil).contact(true, crypto.Sending{}); sure.Ask || len(sure.Newcomers) != 2 {
		t.Errorf("somebody new for sure = %+v", sure)
	}
	known := readDesk(typed("person_id", "p1"), nil).contact(true, crypto.Sending{})
	if known.PersonID != "p1" || known.Newcomers != nil {
		t.Errorf("somebody known = %+v", known)
	}
	unnamed := readDesk(typed("person_id", "p1", "said_age", "30-44"), nil).contact(false, crypto.Sending{})
	if unnamed.PersonID != "" || unnamed.Newcomers != nil || unnamed.Said.AgeClass != "30-44" {
		t.Errorf("without a name = %+v", unnamed)
	}
}

func TestDeskProblems(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		form *web.Form
		want []string
	}{
		"good":          {typed(), nil},
		"no request":    {typed("requests", ""), []string{"requests"}},
		"request told":  {typed("requests", "", "asked", "una casa"), nil},
		"all at once":   {typed("outcome", "", "minutes", "dieci", "on", "ieri", "member1.birth_date", "ieri"), []string{"member1.birth_date", "minutes", "on", "outcome"}},
		"tomorrow":      {typed("on", "2026-03-13"), []string{"on"}},
		"no name":       {typed("given_name", "", "family_name", ""), []string{"given_name"}},
		"only a family": {typed("given_name", ""), nil},
		"a language":    {typed("language", "klingon"), []string{"language"}},
		"year one":      {typed("on", "0001-01-01"), []string{"on"}},
		"five years":    {typed("on", "2021-03-12"), nil},
		"more than":     {typed("on", "2021-03-11"), []string{"on"}},
		"in characters": {typed("asked", strings.Repeat("è", maxTold)), nil},
		"too long":      {typed("asked", strings.Repeat("è", maxTold+1)), []string{"asked"}},
		"born long ago": {typed("birth_date", "1890"), []string{"birth_date"}},
		"too long name": {typed("family_name", strings.Repeat("ü", 201)), []string{"family_name", "member1.family_name"}},
	} {
		n := readDesk(c.form, nil).contact(true, crypto.Sending{})
		got := slices.Sorted(maps.Keys(errs.FieldsOf(n.check(t.Context(), today))))
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: problems of %q, want %q", name, got, c.want)
		}
	}
	if err := readDesk(typed("person_id", "p1"), nil).check(true, today); err == nil {
		t.Error("members beside somebody known would be lost")
	}
}

func TestDeskKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	d := readDesk(typed("save", moreMembers, "answered", "Orari"), nil)
	rows := d.rows()
	if d.once != "t0k3n" || d.answered != "Orari" || len(rows.Rows) != 4 || rows.Rows[0].GivenName != "Binta" || rows.Fresh != 1 {
		t.Errorf("form = %+v, rows = %+v", d, rows)
	}
}

// Without a name, what was typed of the first person still counts, and whoever
// saves is told that the names were not kept.
func TestDeskUnnamedKeepsWhatCounts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		form   *web.Form
		want   ledger.Dimensions
		notice string
	}{
		"typed":   {typed("sex", "F", "birth_date", "12/03/1990", "citizenships", "SEN"), ledger.Dimensions{Sex: "F", AgeClass: "30-44", Citizenship: "SEN"}, "contact.saved_nameless"},
		"chosen":  {typed("sex", "F", "said_sex", "M", "birth_date", "1990", "said_age", "18-29"), ledger.Dimensions{Sex: "M", AgeClass: "18-29"}, "contact.saved_nameless"},
		"nothing": {typed("given_name", "", "family_name", "", "member1.given_name", ""), ledger.Dimensions{}, "contact.saved"},
		"family":  {typed("given_name", "", "member1.given_name", ""), ledger.Dimensions{}, "contact.saved_nameless"},
	} {
		d := readDesk(c.form, nil)
		n := d.contact(false, crypto.Sending{})
		if n.Said != c.want || len(n.Newcomers) > 0 || d.notice(false) != c.notice || d.notice(true) != "contact.saved" {
			t.Errorf("%s: said %+v with %d newcomers, %s", name, n.Said, len(n.Newcomers), d.notice(false))
		}
	}
	for born, want := range map[string]string{"ieri": "person.birth_unreadable", "1890": "person.birth_past", "2030": "person.birth_ahead", "1990": ""} {
		d := readDesk(typed("birth_date", born), nil)
		if got := errs.FieldsOf(d.check(false, today))["birth_date"]; got != want {
			t.Errorf("born %s, without a name: %q, want %q", born, got, want)
		}
		if d.saidAge = "30-44"; d.check(false, today) != nil {
			t.Errorf("born %s: the age was said", born)
		}
	}
}

// Hours are confirmed by the mediator alone, once, and not before the meeting.
func TestHold(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 7, 1, 9, 30, 0, 0, i18n.Rome)
	for name, c := range map[string]struct {
		state   State
		minutes int
		now     time.Time
		key     string // of the refusal
	}{
		"before":  {Booked, 60, at.Add(-time.Second), "appointment.not_yet"},
		"begins":  {Booked, 60, at, ""},
		"after":   {Booked, 60, at.AddDate(0, 0, 3), ""},
		"twice":   {Held, 60, at.Add(time.Hour), "appointment.confirmed_already"},
		"nothing": {Booked, 0, at.Add(time.Hour), "error.form_invalid"},
	} {
		a := Appointment{State: c.state, StartsAt: at, MediatorID: "m"}
		mediator := policy.Actor{AccountID: "m", Role: policy.Mediator}
		if got := a.confirms(mediator, c.now); got != (c.state == Booked && c.key != "appointment.not_yet") {
			t.Errorf("%s: the hours wait: %v", name, got)
		}
		err := a.hold(c.minutes, c.now)
		var e *errs.Error
		if errors.As(err, &e) != (c.key != "") || e != nil && e.Key != c.key || (err == nil) != (a.HeldMinutes == 60) {
			t.Errorf("%s: %v, %+v", name, err, a)
		}
	}
}

func TestPageOf(t *testing.T) {
	t.Parallel()
	many := make([]Contact, contactsPage+1)
	many[contactsPage-1].ID = "last"
	if v := pageOf(many, 60); len(v.page) != contactsPage || v.next != "/contacts?before=last" {
		t.Errorf("a full page = %d, %q", len(v.page), v.next)
	}
	if v := pageOf(many[:contactsPage], contactsPage); v.next != "" {
		t.Errorf("the last page leads to %q", v.next)
	}
}

func TestReadAppointment(t *testing.T) {
	t.Parallel()
	form := func(changes ...string) *web.Form {
		f := &web.Form{Values: url.Values{"person": {"p1"}, "date": {"2026-07-01"}, "time": {"09:30"}, "minutes": {"60"},
			"where": {"Sportello"}, "place": {"weita/A1"}}, Problem: errs.Check{}}
		for i := 0; i+1 < len(changes); i += 2 {
			f.Values.Set(changes[i], changes[i+1])
		}
		return f
	}
	a, err := readAppointment(form(), today)
	if err != nil || !a.StartsAt.Equal(time.Date(2026, 7, 1, 7, 30, 0, 0, time.UTC)) || a.Programme != "weita" || a.Activity != "A1" {
		t.Errorf("appointment = %+v, %v", a, err)
	}
	for name, c := range map[string]struct {
		form *web.Form
		want []string
	}{
		"no day":      {form("date", ""), []string{"date"}},
		"no hour":     {form("time", ""), []string{"time"}},
		"no place":    {form("where", "", "minutes", "x"), []string{"minutes", "where"}},
		"no language": {form("mediator", "m1"), []string{"language"}},
		"long ago":    {form("date", "1900-01-01"), []string{"date"}},
		"a year ago":  {form("date", "2025-03-12"), nil},
		"in two":      {form("date", "2028-03-12"), nil},
		"far ahead":   {form("date", "9999-12-31"), []string{"date"}},
		"long words":  {form("where", strings.Repeat("è", maxWords+1), "subject", strings.Repeat("è", maxWords)), []string{"where"}},
	} {
		_, err := readAppointment(c.form, today)
		if got := slices.Sorted(maps.Keys(errs.FieldsOf(err))); !slices.Equal(got, c.want) {
			t.Errorf("%s: problems of %q, want %q", name, got, c.want)
		}
	}
}

func TestByDay(t *testing.T) {
	t.Parallel()
	at := func(day, hour int) Appointment {
		return Appointment{StartsAt: time.Date(2026, 7, day, hour, 0, 0, 0, i18n.Rome)}
	}
	days := byDay([]Appointment{at(1, 9), at(1, 23), at(2, 0)})
	if len(days) != 2 || days[0].day != "2026-07-01" || len(days[0].list) != 2 || len(days[1].list) != 1 {
		t.Errorf("days = %+v", days)
	}
}
