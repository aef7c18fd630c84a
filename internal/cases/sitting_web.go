package cases

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

func (m *Module) sittingRoutes(of func(method, path string, p policy.Permission, h web.Handler) web.Route) []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/sittings", Permission: policy.CaseRead, Handler: m.getSittings},
		of("GET", "/sittings/new", policy.SittingWork, m.getConvene),
		of("POST", "/sittings", policy.SittingWork, m.postConvene),
		of("GET", "/sittings/{entry}", policy.CaseRead, m.getSitting),
		of("GET", "/sittings/{entry}/edit", policy.SittingWork, m.getSittingChange),
		of("POST", "/sittings/{entry}/edit", policy.SittingWork, m.postSittingChange),
		of("POST", "/sittings/{entry}/cancel", policy.SittingWork, m.postSittingCancel),
		of("GET", "/sittings/{entry}/minutes", policy.SittingWork, m.getSittingMinutes),
		of("POST", "/sittings/{entry}/minutes", policy.SittingWork, m.postSittingMinutes),
	}
}

type sittingsView struct {
	show SittingShow
	list []Sitting
}

func (m *Module) getSittings(w http.ResponseWriter, r *http.Request) (err error) {
	v := sittingsView{show: SittingShow(r.URL.Query().Get("show"))}
	if !slices.Contains(SittingShows, v.show) {
		v.show = SittingsComing
	}
	if v.list, err = m.Sittings(r.Context(), v.show); err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, sittingsPage(v))
}

// sittingView is a sitting as its page shows it, with what is wrong with how it was
// cancelled.
type sittingView struct {
	*File
	*Sitting
	now      time.Time
	lacking  []string // of the quorum
	note     string
	problems map[string]string
}

func (m *Module) sittingView(r *http.Request) (v sittingView, err error) {
	v.now = m.db.Now()
	if v.File, v.Sitting, err = m.Sitting(r.Context(), r.PathValue("id"), r.PathValue("entry")); err == nil {
		v.lacking = lacking(r.Context(), v.Sitting.Kind, v.Seats, v.Sitting.Day())
	}
	return v, err
}

func (m *Module) getSitting(w http.ResponseWriter, r *http.Request) error {
	v, err := m.sittingView(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, sittingPage(v))
}

func (m *Module) postSittingCancel(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id, entry := r.PathValue("id"), r.PathValue("entry")
	if err = m.CancelSitting(r.Context(), id, entry, form.Text("reason"), form.Text("note")); !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/cases/"+id+"/sittings/"+entry, "sitting.cancelled")
	}
	v, again := m.sittingView(r)
	if again != nil {
		return again
	}
	v.note, v.problems = form.Text("note"), web.Problems(r.Context(), err)
	return web.Show(w, r, web.Status(err), sittingPage(v))
}

// conveneView is a sitting being convened or changed.
type conveneView struct {
	*File
	sitting    *Sitting // nil for a new one
	form       SittingDraft
	on, starts string
	theirs     *Sitting
	problems   map[string]string
}

// sittingForm reads the form; rows of guests that are wholly empty are left out.
func sittingForm(f *web.Form) (v conveneView) {
	v.on, v.starts = f.Text("on"), f.Text("starts")
	v.form = SittingDraft{Kind: SittingKind(f.Text("kind")), Lasts: f.Int("lasts"), Mode: ledger.Mode(f.Text("mode")), Where: f.Text("where"),
		Agenda: f.Text("agenda"), Accounts: f.All("accounts"), Version: f.Version(), Sent: f.Sent()}
	if day := f.Date("on"); day != "" {
		at, err := time.Parse("15:04", v.starts)
		f.Problem.That(err == nil, "starts", "error.field_time")
		d := day.Time()
		v.form.StartsAt = time.Date(d.Year(), d.Month(), d.Day(), at.Hour(), at.Minute(), 0, 0, i18n.Rome)
	}
	for i := 0; i < maxGuests && f.Values.Has(GuestField(i, "name")); i++ {
		g := Guest{Name: f.Text(GuestField(i, "name")), Body: f.Text(GuestField(i, "body")), Profession: f.Text(GuestField(i, "profession"))}
		if g != (Guest{}) {
			v.form.Guests = append(v.form.Guests, g)
		}
	}
	return v
}

// convening loads a case in which the actor may work on sittings.
func (m *Module) convening(r *http.Request) (*File, error) {
	f, err := m.fileFor(r, policy.Plan)
	if err == nil {
		err = f.Open.Require(policy.Diary)
	}
	return f, err
}

func (m *Module) getConvene(w http.ResponseWriter, r *http.Request) error {
	v := conveneView{starts: "10:00", form: SittingDraft{Kind: TeamSitting, Lasts: 60, Mode: ledger.InPerson}}
	v.form.Sent.Key = db.NewID()
	f, err := m.convening(r)
	if err != nil {
		return err
	}
	for _, t := range f.inTeam() {
		v.form.Accounts = append(v.form.Accounts, t.AccountID)
	}
	return m.showConvene(w, r, http.StatusOK, v)
}

func (m *Module) showConvene(w http.ResponseWriter, r *http.Request, code int, v conveneView) (err error) {
	if v.File, err = m.convening(r); err != nil {
		return err
	}
	if v.sitting == nil && v.closed() {
		return errs.New(errs.Conflict, "case.closed_already")
	}
	return web.Show(w, r, code, convenePage(v))
}

func (m *Module) postConvene(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id, entry, v := r.PathValue("id"), "", sittingForm(f)
	if f.Text("do") == "add" {
		v.form.Guests = append(v.form.Guests, Guest{})
		return m.showConvene(w, r, http.StatusOK, v)
	}
	if err = f.Problem.Err(); err == nil {
		entry, err = m.ConveneSitting(r.Context(), id, v.form)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/cases/"+id+"/sittings/"+entry, "sitting.convened")
	}
	v.problems = web.Problems(r.Context(), err)
	return m.showConvene(w, r, web.Status(err), v)
}

func (m *Module) changeable(r *http.Request) (*Sitting, error) {
	_, s, err := m.Sitting(r.Context(), r.PathValue("id"), r.PathValue("entry"))
	if err == nil && s.State != SittingConvened {
		err = errs.New(errs.Conflict, "sitting.not_convened")
	}
	return s, err
}

func (m *Module) getSittingChange(w http.ResponseWriter, r *http.Request) error {
	s, err := m.changeable(r)
	if err != nil {
		return err
	}
	at := s.StartsAt.In(i18n.Rome)
	v := conveneView{sitting: s, on: string(s.Day()), starts: at.Format("15:04"), form: SittingDraft{Kind: s.Kind, Lasts: s.Lasts, Mode: s.Mode,
		Where: s.Where, Agenda: s.Agenda, Version: s.Version}}
	for _, seat := range s.Seats {
		if seat.AccountID != "" {
			v.form.Accounts = append(v.form.Accounts, seat.AccountID)
		} else {
			v.form.Guests = append(v.form.Guests, Guest{seat.Name, seat.Body, seat.Profession})
		}
	}
	return m.showConvene(w, r, http.StatusOK, v)
}

func (m *Module) postSittingChange(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id, entry, v := r.PathValue("id"), r.PathValue("entry"), sittingForm(f)
	if v.sitting, err = m.changeable(r); err != nil {
		return err
	}
	if f.Text("do") == "add" {
		v.form.Guests = append(v.form.Guests, Guest{})
		return m.showConvene(w, r, http.StatusOK, v)
	}
	if err = f.Problem.Err(); err == nil {
		err = m.ChangeSitting(r.Context(), id, entry, v.form)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/cases/"+id+"/sittings/"+entry, "sitting.changed")
	}
	v.problems = web.Problems(r.Context(), err)
	if v.theirs = errs.TheirsOf[Sitting](err); v.theirs != nil {
		v.form.Version = v.theirs.Version // sending again replaces what they saved, knowingly
	}
	return m.showConvene(w, r, web.Status(err), v)
}

// minutesView is minutes being written or, once confirmed, corrected.
type minutesView struct {
	sittingView
	form     SittingSheet
	theirs   *Sitting
	problems map[string]string
}

func (m *Module) getSittingMinutes(w http.ResponseWriter, r *http.Request) error {
	v := minutesView{}
	f, s, err := m.Sitting(r.Context(), r.PathValue("id"), r.PathValue("entry"))
	switch {
	case err != nil:
		return err
	case s.Minutes != nil:
		v.form.SittingText = s.Minutes.SittingText
		v.form.Reason = ""
	case f.Plan != nil:
		v.form.About = AboutPlan(f.Plan.Version)
	}
	v.form.Version = s.Version
	return m.showSittingMinutes(w, r, http.StatusOK, v)
}

// minutesForm reads the form; rows that are wholly empty are left out, so that an
// empty row at the end is no mistake.
func minutesForm(f *web.Form) (n SittingSheet) {
	n = SittingSheet{Version: f.Version(), Presence: map[string]Presence{}}
	n.Synthesis, n.About, n.NoQuorum, n.Reason = f.Text("synthesis"), f.Text("about"), f.Text("no_quorum"), f.Text("reason")
	n.Decision, n.DecisionText = f.Text("decision"), f.Text("decision_text")
	for name := range f.Values {
		if seat := name[min(len(name), len(SeatField(""))):]; SeatField(seat) == name {
			n.Presence[seat] = Presence(f.Text(name))
		}
	}
	for i := 0; i < maxNext && f.Values.Has(DissentField(i, "who")); i++ {
		if d := (Dissent{Who: f.Text(DissentField(i, "who")), Text: f.Text(DissentField(i, "text"))}); d != (Dissent{}) {
			n.Dissent = append(n.Dissent, d)
		}
	}
	for i := 0; i < maxNext && f.Values.Has(NextField(i, "text")); i++ {
		s := NextStep{Text: f.Text(NextField(i, "text")), Who: f.Text(NextField(i, "who")), Due: f.Date(NextField(i, "due"))}
		if s != (NextStep{}) {
			n.Next = append(n.Next, s)
		}
	}
	return n
}

func (m *Module) postSittingMinutes(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	ctx, id, entry := r.Context(), r.PathValue("id"), r.PathValue("entry")
	v, do := minutesView{form: minutesForm(f)}, f.Text("do")
	switch do {
	case "next":
		v.form.Next = append(v.form.Next, NextStep{})
		return m.showSittingMinutes(w, r, http.StatusOK, v)
	case "dissent":
		v.form.Dissent = append(v.form.Dissent, Dissent{})
		return m.showSittingMinutes(w, r, http.StatusOK, v)
	}
	notice := "sitting.minutes_saved"
	if err = f.Problem.Err(); err == nil {
		switch do {
		case "confirm":
			notice, err = "sitting.confirmed", m.ConfirmSitting(ctx, id, entry, v.form)
		case "correct":
			notice, err = "sitting.corrected", m.CorrectSitting(ctx, id, entry, v.form)
		default:
			err = m.SaveSittingMinutes(ctx, id, entry, v.form)
		}
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/cases/"+id+"/sittings/"+entry, notice)
	}
	v.problems = web.Problems(ctx, err)
	if v.theirs = errs.TheirsOf[Sitting](err); v.theirs != nil {
		v.form.Version = v.theirs.Version // sending again replaces what they saved, knowingly
	}
	return m.showSittingMinutes(w, r, web.Status(err), v)
}

func (m *Module) showSittingMinutes(w http.ResponseWriter, r *http.Request, code int, v minutesView) (err error) {
	if v.sittingView, err = m.sittingView(r); err != nil {
		return err
	}
	switch {
	case !v.Open[policy.Diary]:
		return errs.Missing()
	case v.State == SittingCancelled:
		return errs.New(errs.Conflict, "sitting.not_convened")
	case v.now.Before(v.StartsAt):
		return errs.New(errs.Conflict, "sitting.not_yet")
	}
	if v.form.Presence == nil {
		v.form.Presence = map[string]Presence{}
	}
	for _, s := range v.Seats {
		if _, said := v.form.Presence[s.ID]; !said {
			v.form.Presence[s.ID] = s.Presence
		}
	}
	return web.Show(w, r, code, minutesPage(v))
}

// abouts are what a sitting can have looked at: the plan as it stands, or as it stood
// when they saw it, and the assessments.
func (v minutesView) abouts() (out []string) {
	if v.Plan != nil {
		out = append(out, AboutPlan(v.Plan.Version))
	}
	if v.Draft != nil {
		out = append(out, AboutPlan(v.Draft.Version))
	}
	for _, a := range v.Assessments {
		out = append(out, AboutAssessment(a.ID))
	}
	if v.form.About != "" && !slices.Contains(out, v.form.About) {
		out = append(out, v.form.About)
	}
	return out
}

// planVersion reads the version of AboutPlan; 0 is of something else.
func planVersion(about string) int {
	n, err := strconv.Atoi(about[min(len(about), len("plan/")):])
	if err != nil || AboutPlan(n) != about {
		return 0
	}
	return n
}
