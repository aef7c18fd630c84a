package governance

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/web"
)

type meetingsView struct {
	show Show
	list []Meeting
}

func (m *Module) getMeetings(w http.ResponseWriter, r *http.Request) (err error) {
	v := meetingsView{show: Show(r.URL.Query().Get("show"))}
	if !slices.Contains(Shows, v.show) {
		v.show = Coming
	}
	if v.list, err = m.Mine(r.Context(), v.show); err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, meetingsPage(v))
}

func (m *Module) getMeeting(w http.ResponseWriter, r *http.Request) error {
	f, err := m.Meeting(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, meetingPage(meetingView{MeetingFile: f}))
}

// meetingView is a meeting as its page shows it, with what cannot be cancelled or
// annulled as it was asked.
type meetingView struct {
	*MeetingFile
	note     string
	problems map[string]string
}

// draftView is a meeting being convened or changed.
type draftView struct {
	body                   *Body
	meeting                *Meeting // nil for a new one
	once, on, starts, ends string
	mode, place, agenda    string
	version                int
	theirs                 *Meeting
	problems               map[string]string
}

func draftForm(f *web.Form) (Draft, draftView) {
	v := draftView{once: f.Once(), on: f.Text("on"), starts: f.Text("starts"), ends: f.Text("ends"), mode: f.Text("mode"),
		place: f.Text("place"), agenda: f.Text("agenda"), version: f.Version()}
	n := Draft{Agenda: v.agenda, Version: v.version, Sent: f.Sent()}
	n.Session.Mode, n.Session.Place = ledger.Mode(v.mode), v.place
	if day := f.Date("on"); day != "" {
		n.Session.StartsAt, n.Session.EndsAt = clock(f, day, "starts"), clock(f, day, "ends")
	}
	return n, v
}

// clock reads a time of a day in Rome.
func clock(f *web.Form, day db.Date, field string) time.Time {
	at, err := time.Parse("15:04", f.Text(field))
	f.Problem.That(err == nil, field, "error.field_time")
	d := day.Time()
	return time.Date(d.Year(), d.Month(), d.Day(), at.Hour(), at.Minute(), 0, 0, i18n.Rome)
}

// checked gives all that is wrong with a draft at once.
func checked(f *web.Form, n *Draft, today db.Date) error {
	for field, key := range errs.FieldsOf(n.Check(today)) {
		f.Problem.That(false, field, key)
	}
	return f.Problem.Err()
}

func (m *Module) getConvene(w http.ResponseWriter, r *http.Request) error {
	v := draftView{once: db.NewID(), starts: "10:00", ends: "12:00", mode: string(ledger.InPerson)}
	return m.showConvene(w, r, http.StatusOK, v)
}

func (m *Module) postConvene(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n, v := draftForm(f)
	id := ""
	if err = checked(f, &n, db.DateOf(m.db.Now())); err == nil {
		id, err = m.Convene(r.Context(), r.PathValue("id"), n)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/meetings/"+id, "meeting.convened")
	}
	v.problems = web.Problems(r.Context(), err)
	return m.showConvene(w, r, web.Status(err), v)
}

func (m *Module) showConvene(w http.ResponseWriter, r *http.Request, code int, v draftView) error {
	f, err := m.Body(r.Context(), r.PathValue("id"))
	switch {
	case err != nil:
		return err
	case !f.Full:
		return errs.Missing()
	}
	v.body = &f.Body
	return web.Show(w, r, code, draftPage(v))
}

// workable returns a meeting of a body in which the actor works; of any other
// there is no such page.
func (m *Module) workable(r *http.Request) (*MeetingFile, error) {
	f, err := m.Meeting(r.Context(), r.PathValue("id"))
	if err == nil && !f.Body.Full {
		err = errs.Missing()
	}
	return f, err
}

func (m *Module) getChange(w http.ResponseWriter, r *http.Request) error {
	f, err := m.workable(r)
	if err != nil {
		return err
	}
	if f.State != Convened {
		return errs.New(errs.Conflict, "meeting.not_convened")
	}
	s := f.Session
	v := draftView{body: f.Body, meeting: &f.Meeting, on: string(s.Date()), starts: s.StartsAt.In(i18n.Rome).Format("15:04"),
		ends: s.EndsAt.In(i18n.Rome).Format("15:04"), mode: string(s.Mode), place: s.Place, agenda: f.Agenda, version: f.Version}
	return web.Show(w, r, http.StatusOK, draftPage(v))
}

func (m *Module) postChange(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n, v := draftForm(form)
	id := r.PathValue("id")
	if err = checked(form, &n, db.DateOf(m.db.Now())); err == nil {
		err = m.Change(r.Context(), id, n)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/meetings/"+id, "meeting.changed")
	}
	f, again := m.workable(r)
	if again != nil {
		return again
	}
	v.body, v.meeting, v.problems = f.Body, &f.Meeting, web.Problems(r.Context(), err)
	if v.theirs = errs.TheirsOf[Meeting](err); v.theirs != nil {
		v.version = v.theirs.Version // sending again replaces what they saved, knowingly
	}
	return web.Show(w, r, web.Status(err), draftPage(v))
}

func (m *Module) postCancel(w http.ResponseWriter, r *http.Request) error {
	return m.postEnd(w, r, "note", "meeting.cancelled", func(id string, f *web.Form) error {
		return m.Cancel(r.Context(), id, f.Text("reason"), f.Text("note"))
	})
}

func (m *Module) postAnnul(w http.ResponseWriter, r *http.Request) error {
	return m.postEnd(w, r, "reason", "meeting.annulled", func(id string, f *web.Form) error {
		return m.Annul(r.Context(), id, f.Text("reason"), f.Version())
	})
}

// postEnd does what takes a meeting away, or shows it again with what was written in
// a field and what is wrong.
func (m *Module) postEnd(w http.ResponseWriter, r *http.Request, field, notice string, do func(id string, f *web.Form) error) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	if err = do(id, form); errs.CodeOf(err) != errs.Invalid {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/meetings/"+id, notice)
	}
	f, again := m.workable(r)
	if again != nil {
		return again
	}
	return web.Show(w, r, web.Status(err), meetingPage(meetingView{f, form.Text(field), web.Problems(r.Context(), err)}))
}

// getCalendar gives a meeting to a calendar: what meets and when. Where is left
// out for who does not work in the body; who comes is said to nobody.
func (m *Module) getCalendar(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f, err := m.Meeting(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	const stamp = "20060102T150405Z"
	state := "CONFIRMED"
	if f.off() {
		state = "CANCELLED"
	}
	lines := []string{"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tessuto//Tessuto//IT", "BEGIN:VEVENT", "UID:" + f.ID + "@tessuto",
		"DTSTAMP:" + f.Now.UTC().Format(stamp), "DTSTART:" + f.Session.StartsAt.UTC().Format(stamp), "DTEND:" + f.Session.EndsAt.UTC().Format(stamp),
		fmt.Sprintf("SEQUENCE:%d", f.Version), "STATUS:" + state, "SUMMARY:" + calendarText(f.Body.name(ctx))}
	if f.Session.Place != "" {
		lines = append(lines, "LOCATION:"+calendarText(f.Session.Place))
	}
	lines = append(lines, "END:VEVENT", "END:VCALENDAR", "")
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="tessuto.ics"`)
	_, err = w.Write([]byte(strings.Join(lines, "\r\n")))
	return err
}

// calendarText writes a text as RFC 5545 (3.3.11) wants it, folded so that no
// line passes 75 bytes (3.1).
func calendarText(text string) string {
	text = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`, "\r", "").Replace(text)
	var out strings.Builder
	width := len("DESCRIPTION:")
	for _, c := range text {
		if size := len(string(c)); width+size > 74 {
			out.WriteString("\r\n ")
			width = 1
		}
		out.WriteRune(c)
		width += len(string(c))
	}
	return out.String()
}
