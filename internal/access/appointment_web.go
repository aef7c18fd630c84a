package access

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tessuto/internal/people"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

func (m *Module) appointmentRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/appointments", Permission: policy.AppointmentRead, Handler: m.getAppointments},
		{Method: "GET", Pattern: "/appointments/new", Permission: policy.AppointmentBook, Handler: m.getBooking},
		{Method: "POST", Pattern: "/appointments", Permission: policy.AppointmentBook, Handler: m.postAppointment},
		{Method: "GET", Pattern: "/appointments/{id}", Permission: policy.AppointmentRead, Record: policy.Appointment, Handler: m.getAppointment},
		{Method: "POST", Pattern: "/appointments/{id}/confirm", Permission: policy.AppointmentConfirm, Record: policy.Appointment, Handler: m.postConfirm},
	}
}

// appointmentsView is the agenda: what waits for the reader's word, then the
// days to come.
type appointmentsView struct {
	waiting []Appointment
	days    []agendaDay
	now     time.Time
	part    bool // a part of the agenda was asked for

	from, to string // as asked
	mine     bool
	problems map[string]string
}

// agendaDay is a day with the appointments in it.
type agendaDay struct {
	day  db.Date
	list []Appointment
}

func (m *Module) getAppointments(w http.ResponseWriter, r *http.Request) (err error) {
	ctx, today := r.Context(), db.DateOf(m.db.Now())
	v := appointmentsView{now: m.db.Now()}
	asked := r.URL.Query()
	q, err := askedAgenda(asked, today)
	v.from, v.to, v.mine = asked.Get("from"), asked.Get("to"), q.Mine
	if v.part = q.Mine || q.From != today || q.To != ""; err != nil {
		v.part, v.problems = true, web.Problems(ctx, err)
		return web.Show(w, r, web.Status(err), appointmentsPage(v))
	}
	if !v.part && policy.From(ctx).May(policy.AppointmentConfirm) {
		if v.waiting, err = m.Unconfirmed(ctx, today); err != nil {
			return err
		}
	}
	coming, _, err := m.Agenda(ctx, q)
	if err != nil {
		return err
	}
	v.days = byDay(coming)
	return web.Show(w, r, http.StatusOK, appointmentsPage(v))
}

// askedAgenda reads which part of the agenda an address asks for: without a
// word, all that is to come. A day that is none, and a last day before the
// first, are errs.Invalid.
func askedAgenda(asked url.Values, today db.Date) (Agenda, error) {
	q, wrong := Agenda{From: today, Mine: asked.Get("mine") != "", Limit: agendaLines}, errs.Check{}
	for field, day := range map[string]*db.Date{"from": &q.From, "to": &q.To} {
		if asked.Get(field) == "" {
			continue
		}
		read, err := db.ParseDate(asked.Get(field))
		wrong.That(err == nil, field, "error.field_date")
		*day = read
	}
	wrong.That(len(wrong) > 0 || q.To == "" || q.To >= q.From, "to", "error.field_before")
	return q, wrong.Err()
}

// Path is where the part of the agenda that q asks for is listed.
func (q Agenda) Path() string {
	v := url.Values{"from": {string(q.From)}}
	if q.To != "" {
		v.Set("to", string(q.To))
	}
	if q.Mine {
		v.Set("mine", "1")
	}
	return "/appointments?" + v.Encode()
}

// byDay groups appointments, which come in order, by their day in Rome.
func byDay(list []Appointment) (days []agendaDay) {
	for _, a := range list {
		day := db.DateOf(a.StartsAt)
		if len(days) == 0 || days[len(days)-1].day != day {
			days = append(days, agendaDay{day: day})
		}
		last := &days[len(days)-1]
		last.list = append(last.list, a)
	}
	return days
}

// bookingForm is the page that books an appointment, with what was typed in it.
type bookingForm struct {
	*Booking
	once                               string
	date, clock, minutes               string
	mediator, language, where, subject string
	place                              string
	savedBefore                        bool // the form was saved once, with other words
	problems                           map[string]string
}

func (m *Module) getBooking(w http.ResponseWriter, r *http.Request) error {
	b, err := m.Booking(r.Context(), r.URL.Query().Get("person"))
	if err != nil {
		return err
	}
	v := bookingForm{Booking: b, once: db.NewID(), minutes: "60"}
	if len(b.Person.Languages) > 0 {
		v.language = b.Person.Languages[0]
	}
	return web.Show(w, r, http.StatusOK, bookingPage(v))
}

func (m *Module) postAppointment(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	a, err := readAppointment(f, db.DateOf(m.db.Now()))
	var id string
	if err == nil {
		id, err = m.Book(ctx, a, f.Sent())
	}
	if web.Fixable(err) {
		return m.showBooking(w, r, f, err)
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/appointments/"+id, "appointment.booked")
}

// showBooking shows the form again with what was typed and what has to be mended.
func (m *Module) showBooking(w http.ResponseWriter, r *http.Request, f *web.Form, refused error) error {
	b, err := m.Booking(r.Context(), f.Text("person"))
	if err != nil {
		return err
	}
	v := bookingForm{Booking: b, once: f.Once(), date: f.Text("date"), clock: f.Text("time"), minutes: f.Text("minutes"),
		mediator: f.Text("mediator"), language: f.Text("language"), where: f.Text("where"), subject: f.Text("subject"),
		place: f.Text("place"), problems: web.Problems(r.Context(), refused)}
	if people.WasSaved(refused) {
		v.once, v.savedBefore, v.problems = db.NewID(), true, nil
	}
	return web.Show(w, r, web.Status(refused), bookingPage(v))
}

// readAppointment reads the form, and reports everything that is wrong with it
// at once.
func readAppointment(f *web.Form, today db.Date) (Appointment, error) {
	a := Appointment{PersonID: f.Text("person"), Minutes: f.Int("minutes"), MediatorID: f.Text("mediator"),
		Language: f.Text("language"), Details: Details{Where: f.Text("where"), Subject: f.Text("subject")}}
	a.Programme, a.Activity, _ = strings.Cut(f.Text("place"), "/")
	if date := f.Date("date"); date != "" {
		clock, err := time.Parse("15:04", f.Text("time"))
		f.Problem.That(err == nil, "time", "error.field_time")
		day := date.Time()
		a.StartsAt = time.Date(day.Year(), day.Month(), day.Day(), clock.Hour(), clock.Minute(), 0, 0, i18n.Rome)
	}
	for field, key := range errs.FieldsOf(a.Check(today)) {
		f.Problem.That(false, field, key)
	}
	return a, f.Problem.Err()
}

// appointmentView is one appointment as the page shows it.
type appointmentView struct {
	*Appointment
	person   *people.Person // nil for whoever may not see the file
	now      time.Time
	minutes  string
	problems map[string]string
}

// confirms tells whether the hours wait for the reader's word.
func (a *Appointment) confirms(actor policy.Actor, now time.Time) bool {
	return a.State == Booked && a.begun(now) && a.MediatorID == actor.AccountID && actor.May(policy.AppointmentConfirm)
}

func (m *Module) getAppointment(w http.ResponseWriter, r *http.Request) error {
	v, err := m.appointmentView(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, appointmentPage(v))
}

func (m *Module) appointmentView(ctx context.Context, id string) (v appointmentView, err error) {
	if v.Appointment, err = m.Appointment(ctx, id); err != nil {
		return v, err
	}
	v.minutes, v.now = strconv.Itoa(v.Minutes), m.db.Now()
	v.person, err = m.openPerson(ctx, v.PersonID)
	return v, err
}

func (m *Module) postConfirm(w http.ResponseWriter, r *http.Request) error {
	ctx, id := r.Context(), r.PathValue("id")
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	refused := m.ConfirmHours(ctx, id, minutes(f.Text("minutes")))
	if errs.CodeOf(refused) == errs.Invalid {
		v, err := m.appointmentView(ctx, id)
		if err != nil {
			return err
		}
		v.minutes, v.problems = f.Text("minutes"), web.Problems(ctx, refused)
		return web.Show(w, r, web.Status(refused), appointmentPage(v))
	}
	if refused != nil {
		return refused
	}
	return web.Go(w, r, "/appointments/"+id, "appointment.confirmed")
}

// mediatorOptions are those who can mediate, none first.
func (v bookingForm) mediatorOptions(ctx context.Context) []ui.Option {
	out := []ui.Option{{Label: i18n.T(ctx, "appointment.no_mediator")}}
	for _, o := range v.Mediators {
		out = append(out, ui.Option{Value: o.AccountID, Label: o.Name + " – " + o.OrgName})
	}
	return out
}

// activityOptions are the activities work can belong to, none first.
func (v bookingForm) activityOptions(ctx context.Context) []ui.Option {
	out := []ui.Option{{Label: i18n.T(ctx, "appointment.no_activity")}}
	for _, c := range v.Activities {
		out = append(out, ui.Option{Value: c.Key(),
			Label: c.ProgrammeTitle.In(i18n.Lang(ctx)) + " – " + c.Title.In(i18n.Lang(ctx))})
	}
	return out
}
