package access

import (
	"maps"
	"net/url"
	"slices"
	"testing"
	"time"

	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
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
	} {
		n := readDesk(c.form, nil).contact(true, crypto.Sending{})
		got := slices.Sorted(maps.Keys(errs.FieldsOf(n.check(today))))
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: problems of %q, want %q", name, got, c.want)
		}
	}
	if err := readDesk(typed("person_id", "p1"), nil).check(true); err == nil {
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
	a, err := readAppointment(form())
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
	} {
		_, err := readAppointment(c.form)
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
