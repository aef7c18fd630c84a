package programme

import (
	"net/http"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

func (m *Module) scheduleRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/programmes/{code}/schedule", Permission: policy.ProgrammeRead, Handler: m.getSchedule},
		{Method: "GET", Pattern: "/programmes/{code}/schedule/{activity}", Permission: policy.ProgrammeRead, Handler: m.getActivity},
		{Method: "GET", Pattern: "/programmes/{code}/schedule/{activity}/edit", Permission: policy.ProgrammePlan, Handler: m.getActivityEdit},
		{Method: "POST", Pattern: "/programmes/{code}/schedule/{activity}/edit", Permission: policy.ProgrammePlan, Handler: m.postActivity},
	}
}

func (m *Module) getSchedule(w http.ResponseWriter, r *http.Request) error {
	p, list, err := m.Schedule(r.Context(), r.PathValue("code"))
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, schedulePage(&scheduleView{Programme: p, List: list, Today: db.DateOf(m.db.Now())}))
}

// activityView finds one activity of the schedule, or NotFound.
func (m *Module) activityView(r *http.Request) (*activityView, error) {
	p, list, err := m.Schedule(r.Context(), r.PathValue("code"))
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		if s.Code == r.PathValue("activity") {
			return &activityView{scheduleView: scheduleView{Programme: p, List: []Scheduled{s}, Today: db.DateOf(m.db.Now())}, Scheduled: s, Written: s.Plan}, nil
		}
	}
	return nil, errs.Missing()
}

func (m *Module) getActivity(w http.ResponseWriter, r *http.Request) error {
	v, err := m.activityView(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, activityPage(v))
}

func (m *Module) getActivityEdit(w http.ResponseWriter, r *http.Request) error {
	if !mayPlan(r.Context(), r.PathValue("code")) {
		return errs.Missing()
	}
	v, err := m.activityView(r)
	if err != nil {
		return err
	}
	return m.showActivityEdit(w, r, http.StatusOK, v)
}

func (m *Module) showActivityEdit(w http.ResponseWriter, r *http.Request, status int, v *activityView) (err error) {
	if v.Partners, err = m.Partners(r.Context(), v.Programme.Code); err != nil {
		return err
	}
	return web.Show(w, r, status, activityEdit(v))
}

func (m *Module) postActivity(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	code, activity := r.PathValue("code"), r.PathValue("activity")
	p := Plan{Activity: activity, From: f.Date("from"), To: f.Date("to"), OrgID: f.Text("org"), Mode: ledger.Mode(f.Text("mode")),
		State: ActivityState(f.Text("state")), Reason: f.Text("reason"), Since: f.Date("since"), Until: f.Date("until"), Version: f.Version()}
	if err = f.Problem.Err(); err == nil {
		err = m.PlanActivity(r.Context(), code, p)
	}
	if web.Fixable(err) {
		v, again := m.activityView(r)
		if again != nil {
			return again
		}
		v.Written, v.Problems = p, web.Problems(r.Context(), err)
		if errs.CodeOf(err) == errs.Conflict {
			v.Theirs, v.Written.Version = &v.Scheduled.Plan, v.Scheduled.Version
		}
		return m.showActivityEdit(w, r, web.Status(err), v)
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, activityHref(code, activity), "schedule.saved")
}
