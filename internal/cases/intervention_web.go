package cases

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"tessuto/internal/ledger"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

func (m *Module) interventionRoutes(of func(method, path string, p policy.Permission, h web.Handler) web.Route) []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/cases/urgent", Permission: policy.InterventionDo, Handler: m.getUrgent},
		{Method: "POST", Pattern: "/cases/urgent", Permission: policy.InterventionDo, Handler: m.postUrgent},
		of("GET", "/interventions", policy.CaseRead, m.getInterventions),
		of("GET", "/interventions/new", policy.InterventionDo, m.getIntervention),
		of("POST", "/interventions", policy.InterventionDo, m.postIntervention),
		of("GET", "/interventions/{entry}", policy.InterventionDo, m.getCorrected),
		of("POST", "/interventions/{entry}", policy.InterventionDo, m.postCorrected),
		of("POST", "/interventions/{entry}/void", policy.InterventionVoid, m.postVoid),
	}
}

type interventionView struct {
	file      *File // nil for an urgent one on a household without a case
	household *people.Household
	options   []PlaceOption
	bodies    []ui.Option   // who can be named as provider
	was       *Intervention // that is corrected; nil for a new one
	theirs    *Intervention // what it says since somebody corrected it meanwhile
	form      NewIntervention
	typed     typedIntervention
	problems  map[string]string
}

// typedIntervention is what a form says in words of its own, as it was typed.
type typedIntervention struct {
	starts, ends, quantity, cost, reason string
	version                              int
}

func (m *Module) blank(urgent bool) NewIntervention {
	return NewIntervention{On: db.DateOf(m.db.Now()), Mode: ledger.InPerson, Minutes: 60, Urgent: urgent,
		PlaceKey: SamePlace, Sent: crypto.Sending{Key: db.NewID()}}
}

func interventionForm(f *web.Form) (v interventionView) {
	v.typed = typedIntervention{f.Text("starts"), f.Text("ends"), f.Text("quantity"), f.Text("cost"), f.Text("reason"), f.Version()}
	amount := func(field, text string) int64 {
		n, ok := ParseHundredths(text)
		f.Problem.That(ok, field, "intervention.amount_wrong")
		return n
	}
	v.form = NewIntervention{On: f.Date("on"), Mode: ledger.Mode(f.Text("mode")), Minutes: f.Int("minutes"), Urgent: f.Bool("urgent"), PlaceKey: f.Text("place"),
		Funding: f.Text("funding"), Note: f.Text("note"), Hours: ParseHours(f.Problem, v.typed.starts, v.typed.ends), Outside: f.Text("outside"), Why: f.Text("why"), Sent: f.Sent(),
		Support: Support{Code: f.Text("code"), ProviderID: f.Text("provider"), Quantity: amount("quantity", v.typed.quantity), Unit: f.Text("unit"),
			Cost: amount("cost", v.typed.cost), From: f.Date("covers_from"), To: f.Date("covers_to")}}
	return v
}

// filled is the form of a correction, with what stands.
func (v *interventionView) filled(i *Intervention) {
	v.form = NewIntervention{On: i.On, Mode: i.Mode, Minutes: i.Minutes, Urgent: i.Urgent, PlaceKey: placeKey(i.Place), Funding: i.FundingLine, Note: i.Note,
		Hours: i.Hours, Support: i.Support, Outside: i.Outside, Why: i.Why, Sent: crypto.Sending{Key: db.NewID()}}
	v.typed = typedIntervention{quantity: typedAmount(i.Quantity), cost: typedAmount(i.Cost), version: i.Version}
	if i.Ends > 0 {
		v.typed.starts, v.typed.ends = clock(i.Starts), clock(i.Ends)
	}
}

// about puts into the view the case it is about, and what can be chosen.
func (m *Module) about(r *http.Request, v *interventionView) (err error) {
	if v.file, err = m.fileFor(r, policy.Diary); err != nil {
		return err
	}
	v.household, v.options = v.file.Household, v.file.PlaceOptions
	if id := r.PathValue("entry"); id != "" {
		n := slices.IndexFunc(v.file.Diary, func(i Intervention) bool { return i.ID == id })
		if n < 0 {
			return errs.Missing()
		}
		v.was = &v.file.Diary[n]
	}
	v.bodies, err = m.providers(r.Context())
	return err
}

// providers are the bodies of the network that can be named as who gave something.
func (m *Module) providers(ctx context.Context) (out []ui.Option, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		list, err := m.network.Organisations(ctx, tx)
		for _, o := range list {
			if o.To == "" && !slices.Contains(policy.DiscreetKinds, o.Kind) {
				out = append(out, ui.Option{Value: o.ID, Label: o.Name})
			}
		}
		return err
	})
	slices.SortFunc(out, func(a, b ui.Option) int { return cmp.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)) })
	return out, err
}

func (m *Module) getInterventions(w http.ResponseWriter, r *http.Request) error {
	f, err := m.fileFor(r, policy.Diary)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, interventionsPage(f))
}

func (m *Module) getIntervention(w http.ResponseWriter, r *http.Request) error {
	urgent := r.URL.Query().Get("urgent") != ""
	v := interventionView{form: m.blank(urgent)}
	if err := m.about(r, &v); err != nil {
		return err
	}
	if v.file.closed() && !urgent {
		return errs.New(errs.Conflict, "case.closed_already")
	}
	return web.Show(w, r, http.StatusOK, interventionPage(v))
}

func (m *Module) postIntervention(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id, v := r.PathValue("id"), interventionForm(form)
	if err = form.Problem.Err(); err == nil {
		_, err = m.RecordIntervention(r.Context(), id, v.form)
	}
	return m.interventionDone(w, r, v, err, "intervention.saved")
}

// interventionDone goes on to the case, or shows the form again with what is wrong.
func (m *Module) interventionDone(w http.ResponseWriter, r *http.Request, v interventionView, err error, notice string) error {
	if err == nil {
		return web.Go(w, r, "/cases/"+r.PathValue("id"), notice)
	}
	if !web.Fixable(err) {
		return err
	}
	if again := m.about(r, &v); again != nil {
		return again
	}
	v.problems = web.Problems(r.Context(), err)
	if v.theirs = errs.TheirsOf[Intervention](err); v.theirs != nil {
		v.typed.version, v.problems = v.theirs.Version, nil
	}
	return web.Show(w, r, web.Status(err), interventionPage(v))
}

func (m *Module) getCorrected(w http.ResponseWriter, r *http.Request) error {
	var v interventionView
	if err := m.about(r, &v); err != nil {
		return err
	}
	switch {
	case v.was.AccountID != policy.From(r.Context()).AccountID:
		return errs.New(errs.Forbidden, "intervention.correct_not_yours")
	case v.was.VoidReason != "":
		return errs.New(errs.Conflict, "intervention.void_already")
	case v.file.closed():
		return errs.New(errs.Conflict, "case.closed_already")
	}
	v.filled(v.was)
	return web.Show(w, r, http.StatusOK, interventionPage(v))
}

func (m *Module) postCorrected(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	v := interventionForm(form)
	if err = form.Problem.Err(); err == nil {
		err = m.CorrectIntervention(r.Context(), r.PathValue("id"), r.PathValue("entry"), v.typed.version, v.form, v.typed.reason)
	}
	return m.interventionDone(w, r, v, err, "intervention.corrected")
}

// getUrgent shows the form for a household; without one, whose it is comes first.
func (m *Module) getUrgent(w http.ResponseWriter, r *http.Request) error {
	if !r.URL.Query().Has("household") {
		return web.Go(w, r, "/people", "case.urgent_choose")
	}
	v := interventionView{form: m.blank(true)}
	if err := m.urgentAbout(r.Context(), &v, r.URL.Query().Get("household")); err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, interventionPage(v))
}

func (m *Module) urgentAbout(ctx context.Context, v *interventionView, household string) (err error) {
	if v.household, err = m.people.Household(ctx, household); err != nil {
		return err
	}
	if v.options, err = m.PlaceOptions(ctx); err != nil {
		return err
	}
	v.bodies, err = m.providers(ctx)
	return err
}

func (m *Module) postUrgent(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	household, v, id := form.Text("household"), interventionForm(form), ""
	if err = form.Problem.Err(); err == nil {
		id, err = m.Urgent(r.Context(), household, v.form)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/cases/"+id, "intervention.saved")
	}
	if again := m.urgentAbout(r.Context(), &v, household); again != nil {
		return again
	}
	v.problems = web.Problems(r.Context(), err)
	return web.Show(w, r, web.Status(err), interventionPage(v))
}

func (m *Module) postVoid(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	if err := m.VoidIntervention(r.Context(), id, r.PathValue("entry"), form.Text("reason")); err != nil {
		return err
	}
	return web.Go(w, r, "/cases/"+id, "intervention.voided")
}
