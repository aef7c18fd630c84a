package access_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"tessuto/internal/access"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// call answers one request of the area's pages in the name of ctx.
func (b *bench) call(ctx context.Context, routes []web.Route, method, pattern, id string, form url.Values) *httptest.ResponseRecorder {
	b.Helper()
	for _, rt := range routes {
		if rt.Method != method || rt.Pattern != pattern {
			continue
		}
		r := httptest.NewRequestWithContext(ctx, method, strings.ReplaceAll(pattern, "{id}", id), strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.SetPathValue("id", id)
		w := httptest.NewRecorder()
		web.Handle(rt.Handler).ServeHTTP(w, r)
		return w
	}
	b.Fatalf("no page %s %s", method, pattern)
	return nil
}

var onceField = regexp.MustCompile(`name="_once" value="([^"]+)"`)

// again sends a form, sends it changed, as one does after going back, and then
// what came back of it: a form with another key, which can be saved.
func (b *bench) again(ctx context.Context, routes []web.Route, pattern, id string, form url.Values, field, link string) {
	b.Helper()
	form.Set("_once", "t0k3n"+pattern)
	if w := b.call(ctx, routes, "POST", pattern, id, form); w.Code != http.StatusSeeOther {
		b.Fatalf("%s: the first time %d", pattern, w.Code)
	}
	form.Set(field, form.Get(field)+" nuovo")
	w := b.call(ctx, routes, "POST", pattern, id, form)
	key := onceField.FindStringSubmatch(w.Body.String())
	if w.Code != http.StatusConflict || key == nil || key[1] == form.Get("_once") {
		b.Fatalf("%s: changed after saving: %d with key %q", pattern, w.Code, key)
	}
	if !strings.Contains(w.Body.String(), "Questo modulo è già stato salvato") || !strings.Contains(w.Body.String(), "Se salva di nuovo") || !strings.Contains(w.Body.String(), `href="`+link) {
		b.Errorf("%s: no word of what was saved", pattern)
	}
	form.Set("_once", key[1])
	if w := b.call(ctx, routes, "POST", pattern, id, form); w.Code != http.StatusSeeOther {
		b.Errorf("%s: saved again: %d", pattern, w.Code)
	}
}

func TestSavedFormSavesAgain(t *testing.T) {
	each(t, func(b *bench) {
		desk, today := b.as("sportello"), b.DB.Now().Format("2006-01-02")
		person, home, err := b.People.Enrol(desk, family("Vurgalip", "Hendorsky"), crypto.Sending{})
		b.must(err)
		b.again(desk, b.Access.Routes(), "/desk", "", url.Values{"desk": {b.contact().DeskID}, "asked": {"Una casa"}, "outcome": {"informed"},
			"channel": {"in_person"}, "on": {today}, "save": {"anonymous"}}, "asked", "/contacts")
		b.again(desk, b.Access.Routes(), "/appointments", "", url.Values{"person": {person}, "date": {today}, "time": {"10:00"},
			"minutes": {"60"}, "where": {"Sportello"}}, "where", "/appointments")
		b.again(desk, b.People.Routes(), "/households/{id}/members", home, url.Values{"given_name": {"Binta"}, "relation": {"3"}}, "given_name", "/households/"+home)
	})
}

// What was typed of somebody who is then saved without a name is counted, and
// the names are not kept.
func TestUnnamedIsTold(t *testing.T) {
	each(t, func(b *bench) {
		desk := b.as("sportello")
		w := b.call(desk, b.Access.Routes(), "POST", "/desk", "", url.Values{"desk": {b.contact().DeskID}, "asked": {"Una casa"},
			"outcome": {"informed"}, "channel": {"in_person"}, "on": {b.DB.Now().Format("2006-01-02")}, "given_name": {"Vurgalip"},
			"sex": {"F"}, "citizenships": {"SEN"}, "save": {"anonymous"}})
		if w.Code != http.StatusSeeOther || !strings.Contains(w.Header().Get("Set-Cookie"), "contact.saved_nameless") {
			b.Fatalf("saved: %d, %q", w.Code, w.Header().Get("Set-Cookie"))
		}
		c, err := b.Access.Contact(desk, strings.TrimPrefix(w.Header().Get("Location"), "/contacts/"))
		b.must(err)
		if c.PersonID != "" || c.Said.Sex != "F" || c.Said.Citizenship != "SEN" {
			b.Errorf("saved without a name: %+v", c)
		}
	})
}

// The agenda offers to confirm the hours only of what has begun, and the form
// that comes too early is refused in words.
func TestAgendaOffersHoursOfWhatHasBegun(t *testing.T) {
	each(t, func(b *bench) {
		desk, mediator := b.as("sportello"), b.as("mediatore")
		person, _, err := b.People.Enrol(desk, family("Vurgalip", "Hendorsky"), crypto.Sending{})
		b.must(err)
		begins := b.DB.Now().Add(2 * time.Hour)
		id, err := b.Access.Book(desk, access.Appointment{PersonID: person, MediatorID: policy.From(mediator).AccountID, Minutes: 60,
			Language: "ar", StartsAt: begins, Details: access.Details{Where: "Sportello"}}, crypto.Sending{})
		b.must(err)
		offer := regexp.MustCompile(`href="/appointments/` + id + `" aria-label="Conferma ore`)
		pages := func() (agenda, page string) {
			return b.call(mediator, b.Access.Routes(), "GET", "/appointments", "", nil).Body.String(),
				b.call(mediator, b.Access.Routes(), "GET", "/appointments/{id}", id, nil).Body.String()
		}
		if agenda, page := pages(); !strings.Contains(agenda, id) || offer.MatchString(agenda) || strings.Contains(page, "Conferma ore") {
			b.Error("the hours of a meeting to come can be confirmed")
		}
		w := b.call(mediator, b.Access.Routes(), "POST", "/appointments/{id}/confirm", id, url.Values{"minutes": {"60"}})
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "non è ancora cominciato") {
			b.Errorf("too early: %d", w.Code)
		}
		b.DB.Now = func() time.Time { return begins }
		if agenda, page := pages(); !offer.MatchString(agenda) || !strings.Contains(page, "Conferma ore") {
			b.Error("the hours of a meeting that has begun cannot be confirmed")
		}
	})
}

// The demo's appointments to come are in office hours, as it is in Rome.
func TestDemoKeepsOfficeHours(t *testing.T) {
	each(t, func(b *bench) {
		coming := 0
		for _, who := range []string{"mediatore", "bergamo.mediatrice"} {
			list, err := b.Access.Appointments(b.as(who), db.DateOf(b.DB.Now()))
			b.must(err)
			for _, a := range list {
				if a.State != access.Booked {
					continue
				}
				coming++
				if h := a.StartsAt.In(i18n.Rome).Hour(); h < 9 || h > 16 {
					b.Errorf("an appointment at %s", a.StartsAt.In(i18n.Rome))
				}
			}
		}
		if coming == 0 {
			b.Error("no appointment to come")
		}
	})
}

// A mediator of the organisation that booked sees only the appointments that
// they mediate themselves.
func TestMediatorOfTheBookingOrganisation(t *testing.T) {
	each(t, func(b *bench) {
		desk, mediator := b.as("sportello"), b.as("mediatore")
		person, _, err := b.People.Enrol(desk, family("Vurgalip", "Hendorsky"), crypto.Sending{})
		b.must(err)
		a := access.Appointment{PersonID: person, MediatorID: policy.From(mediator).AccountID, Minutes: 60, Language: "ar",
			StartsAt: b.DB.Now().AddDate(0, 0, 1), Details: access.Details{Where: "Sportello"}}
		id, err := b.Access.Book(desk, a, crypto.Sending{})
		b.must(err)
		own := policy.From(mediator)
		own.AccountID, own.OrgID = policy.From(b.as("collega")).AccountID, policy.From(desk).OrgID
		other := policy.With(b.Context(), own)
		if list, err := b.Access.Appointments(other, db.DateOf(b.DB.Now())); err != nil || len(list) > 0 {
			b.Errorf("another mediator of the organisation sees %d appointments, %v", len(list), err)
		}
		_, err = b.Access.Appointment(other, id)
		b.refused(err, errs.NotFound, "", "another mediator of the organisation reads the appointment")
		b.refused(b.Access.ConfirmHours(other, id, 60), errs.NotFound, "", "another mediator confirms the hours")
		if w := b.call(other, b.Access.Routes(), "GET", "/appointments/{id}", id, nil); w.Code != http.StatusNotFound {
			b.Errorf("the page of the appointment: %d", w.Code)
		}
		if got, err := b.Access.Appointment(mediator, id); err != nil || got.Who != "Vurgalip" {
			b.Errorf("the mediator of the appointment: %+v, %v", got, err)
		}
	})
}
