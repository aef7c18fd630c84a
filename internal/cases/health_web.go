package cases

import (
	"context"
	"net/http"
	"slices"

	"tessuto/internal/network"
	"tessuto/internal/people"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

func (m *Module) healthRoutes() []web.Route {
	of := func(method, path string, h web.Handler) web.Route {
		return web.Route{Method: method, Pattern: "/health-paths/{id}" + path, Permission: policy.HealthWork, Record: policy.HealthPath, Handler: h}
	}
	return []web.Route{
		{Method: "GET", Pattern: "/health-paths", Permission: policy.HealthWork, Handler: m.getHealthPaths},
		{Method: "GET", Pattern: "/health-paths/new", Permission: policy.HealthWork, Handler: m.getNewHealthPath},
		{Method: "POST", Pattern: "/health-paths", Permission: policy.HealthWork, Handler: m.postHealthPath},
		of("GET", "", m.getHealthPath),
		of("GET", "/edit", m.getHealthEdit),
		of("POST", "/edit", m.postHealthEdit),
		of("POST", "/meetings", m.postHealthMeeting),
		of("POST", "/members", m.postHealthMember),
		of("POST", "/members/{member}/end", m.postHealthMemberEnd),
		of("POST", "/end", m.postHealthEnd),
	}
}

func (m *Module) getHealthPaths(w http.ResponseWriter, r *http.Request) error {
	list, err := m.HealthPaths(r.Context())
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, healthPathsPage(list))
}

// healthFormView is the form of a path of care, new or being changed.
type healthFormView struct {
	path     *HealthPath    // nil for a new one
	person   *people.Person // whose it is; nil of who gives a code
	options  []PlaceOption
	form     HealthDraft
	theirs   *HealthPath
	problems map[string]string
}

func healthForm(f *web.Form) HealthDraft {
	n := HealthDraft{PersonID: f.Text("person"), Code: f.Text("code"), Sex: f.Text("sex"), AgeClass: f.Text("age_class"), PlaceKey: f.Text("place"),
		State: HealthState(f.Text("state")), FirstOn: f.Date("first_on"), From: f.Text("from"), To: f.Text("to"), ToName: f.Text("to_name"),
		Reason: f.Text("reason"), Mediator: f.Bool("mediator"), Note: f.Text("note"), Version: f.Version(), Sent: f.Sent(),
		HealthSchedule: HealthSchedule{Care: f.Text("care"), Since: f.Date("since"), Until: f.Date("until")}}
	if f.Text("planned") != "" {
		n.Planned = f.Int("planned")
	}
	return n
}

func (m *Module) getNewHealthPath(w http.ResponseWriter, r *http.Request) error {
	v := healthFormView{form: HealthDraft{PersonID: r.URL.Query().Get("person"), State: HealthProposed}}
	v.form.Sent.Key = db.NewID()
	return m.showNewHealthPath(w, r, http.StatusOK, v)
}

func (m *Module) showNewHealthPath(w http.ResponseWriter, r *http.Request, code int, v healthFormView) (err error) {
	if v.form.PersonID != "" {
		if v.person, err = m.people.Person(r.Context(), v.form.PersonID); err != nil {
			return err
		}
	}
	if v.options, err = m.healthPlaces(r.Context()); err != nil {
		return err
	}
	return web.Show(w, r, code, healthFormPage(v))
}

// healthPlaces are the activities that a path of care can belong to.
func (m *Module) healthPlaces(ctx context.Context) (out []PlaceOption, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		choices, err := m.programmes.Choices(ctx, tx)
		classes := map[string]policy.Class{}
		for _, c := range choices {
			if _, asked := classes[c.Programme]; !asked && c.Mine && err == nil {
				classes[c.Programme], err = m.programmes.Class(ctx, tx, c.Programme)
			}
			if c.Mine && classes[c.Programme] == policy.VeryRestricted {
				out = append(out, option(ctx, c))
			}
		}
		return err
	})
	return out, err
}

func (m *Module) postHealthPath(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	v, id := healthFormView{form: healthForm(f)}, ""
	if err = f.Problem.Err(); err == nil {
		id, err = m.OpenHealthPath(r.Context(), v.form)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/health-paths/"+id, "health.opened")
	}
	v.problems = web.Problems(r.Context(), err)
	return m.showNewHealthPath(w, r, web.Status(err), v)
}

// healthView is a path of care as its page shows it, with what is wrong with what was
// typed in one of its forms.
type healthView struct {
	*HealthPath
	candidates []network.Operator
	today      db.Date
	meeting    HealthMeeting
	end        HealthEnd
	account    string
	problems   map[string]string
}

func (m *Module) healthView(r *http.Request) (v healthView, err error) {
	if v.HealthPath, err = m.HealthPath(r.Context(), r.PathValue("id")); err != nil {
		return v, err
	}
	v.today = db.DateOf(m.db.Now())
	v.meeting, v.end = HealthMeeting{On: v.today, Minutes: 60, Kind: ofServices}, HealthEnd{On: v.today, Version: v.Version}
	v.candidates, err = m.HealthCandidates(r.Context(), v.HealthPath)
	return v, err
}

func (m *Module) getHealthPath(w http.ResponseWriter, r *http.Request) error {
	v, err := m.healthView(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, healthPage(v))
}

// acted answers a form of the page of a path: with the page, and on it what is wrong,
// or with the word that it was done.
func (m *Module) acted(w http.ResponseWriter, r *http.Request, err error, notice string, typed func(v *healthView)) error {
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/health-paths/"+r.PathValue("id"), notice)
	}
	v, again := m.healthView(r)
	if again != nil {
		return again
	}
	v.problems = web.Problems(r.Context(), err)
	typed(&v)
	return web.Show(w, r, web.Status(err), healthPage(v))
}

func (m *Module) postHealthMeeting(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := HealthMeeting{On: f.Date("on"), Kind: f.Text("kind"), Profession: f.Text("profession"), Who: f.Text("who"), Mediator: f.Bool("mediator"),
		Missed: f.Text("missed"), Said: f.Text("said")}
	if n.Missed == "" || f.Text("minutes") != "" {
		n.Minutes = f.Int("minutes")
	}
	if err = f.Problem.Err(); err == nil {
		err = m.MeetOnHealthPath(r.Context(), r.PathValue("id"), n, f.Sent())
	}
	return m.acted(w, r, err, "health.met", func(v *healthView) { v.meeting = n })
}

func (m *Module) postHealthMember(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	err = m.NameToHealthPath(r.Context(), r.PathValue("id"), f.Text("account"))
	return m.acted(w, r, err, "health.member_added", func(v *healthView) { v.account = f.Text("account") })
}

func (m *Module) postHealthMemberEnd(w http.ResponseWriter, r *http.Request) error {
	err := m.EndHealthMember(r.Context(), r.PathValue("id"), r.PathValue("member"))
	if err == nil && r.PathValue("member") == policy.From(r.Context()).AccountID {
		return web.Go(w, r, "/health-paths", "health.member_ended") // it is open to them no more
	}
	return m.acted(w, r, err, "health.member_ended", func(*healthView) {})
}

func (m *Module) postHealthEnd(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := HealthEnd{Outcome: f.Text("outcome"), On: f.Date("ended_on"), FollowUpOn: f.Date("follow_up_on"), Note: f.Text("note"), Version: f.Version()}
	if err = f.Problem.Err(); err == nil {
		err = m.EndHealthPath(r.Context(), r.PathValue("id"), n)
	}
	return m.acted(w, r, err, "health.ended", func(v *healthView) {
		n.Version = v.Version // sending again ends what they see now
		v.end = n
	})
}

func (m *Module) getHealthEdit(w http.ResponseWriter, r *http.Request) error {
	p, err := m.HealthPath(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	n := HealthDraft{State: p.State, FirstOn: p.FirstOn, From: p.From, To: p.To, ToName: p.ToName, Reason: p.Reason, Mediator: p.Mediator, HealthSchedule: p.HealthSchedule, Note: p.Note, Version: p.Version}
	return m.showHealthEdit(w, r, http.StatusOK, healthFormView{path: p, form: n})
}

func (m *Module) showHealthEdit(w http.ResponseWriter, r *http.Request, code int, v healthFormView) error {
	if v.path.ended() || v.path.Gone {
		return errs.New(errs.Conflict, "health.ended_already")
	}
	return web.Show(w, r, code, healthFormPage(v))
}

func (m *Module) postHealthEdit(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	v := healthFormView{form: healthForm(f)}
	if err = f.Problem.Err(); err == nil {
		err = m.ChangeHealthPath(r.Context(), r.PathValue("id"), v.form)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/health-paths/"+r.PathValue("id"), "health.changed")
	}
	v.problems = web.Problems(r.Context(), err)
	if v.theirs = errs.TheirsOf[HealthPath](err); v.theirs != nil {
		v.form.Version = v.theirs.Version // sending again replaces what they saved, knowingly
	}
	var again error
	if v.path, again = m.HealthPath(r.Context(), r.PathValue("id")); again != nil {
		return again
	}
	return m.showHealthEdit(w, r, web.Status(err), v)
}

// healthStatesTo are the states that a form offers: all but the end, which has its own.
var healthStatesTo = slices.DeleteFunc(slices.Clone(HealthStates), func(s HealthState) bool { return s == HealthEnded })
