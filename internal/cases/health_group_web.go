package cases

import (
	"net/http"
	"time"

	"tessuto/internal/attendance"
	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/people"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

func (m *Module) groupRoutes() []web.Route {
	of := func(method, path string, h web.Handler) web.Route {
		return web.Route{Method: method, Pattern: "/health-groups/{id}" + path, Permission: policy.HealthWork, Record: policy.HealthGroup, Handler: h}
	}
	return []web.Route{
		{Method: "GET", Pattern: "/health-groups", Permission: policy.HealthWork, Handler: m.getHealthGroups},
		{Method: "GET", Pattern: "/health-groups/new", Permission: policy.HealthWork, Handler: m.getNewHealthGroup},
		{Method: "GET", Pattern: "/health-groups/join", Permission: policy.HealthWork, Handler: m.getJoinHealthGroup},
		{Method: "POST", Pattern: "/health-groups", Permission: policy.HealthWork, Handler: m.postHealthGroup},
		of("GET", "", m.getHealthGroup),
		of("GET", "/edit", m.getGroupEdit),
		of("POST", "/edit", m.postGroupEdit),
		of("POST", "/people", m.postGroupPerson),
		of("POST", "/people/{entry}/leave", m.postGroupLeave),
		of("POST", "/sessions", m.postGroupSession),
		of("GET", "/sessions/{entry}", m.getGroupSheet),
		of("POST", "/sessions/{entry}", m.postGroupSheet),
		of("POST", "/sessions/{entry}/void", m.postGroupVoid),
		of("POST", "/members", m.postGroupMember),
		of("POST", "/members/{member}/end", m.postGroupMemberEnd),
	}
}

func (m *Module) getHealthGroups(w http.ResponseWriter, r *http.Request) error {
	list, err := m.HealthGroups(r.Context())
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, healthGroupsPage(list))
}

// groupFormView is the form of a prevention group, new or being changed.
type groupFormView struct {
	group    *HealthGroup // nil for a new one
	options  []PlaceOption
	form     GroupDraft
	theirs   *HealthGroup
	problems map[string]string
}

func groupForm(f *web.Form) GroupDraft {
	n := GroupDraft{State: GroupState(f.Text("state")), PlaceKey: f.Text("place"), Version: f.Version(), Sent: f.Sent(),
		GroupWords: GroupWords{Name: f.Text("name"), Theme: f.Text("theme"), Where: f.Text("where"), Since: f.Date("since"), Until: f.Date("until"),
			Conductors: f.Text("conductors"), Note: f.Text("note")}}
	if f.Text("capacity") != "" {
		n.Capacity = f.Int("capacity")
	}
	return n
}

func (m *Module) getNewHealthGroup(w http.ResponseWriter, r *http.Request) error {
	v := groupFormView{form: GroupDraft{State: GroupOpen, GroupWords: GroupWords{Since: db.DateOf(m.db.Now())}}}
	v.form.Sent.Key = db.NewID()
	return m.showNewHealthGroup(w, r, http.StatusOK, v)
}

func (m *Module) showNewHealthGroup(w http.ResponseWriter, r *http.Request, code int, v groupFormView) (err error) {
	if v.options, err = m.healthPlaces(r.Context()); err != nil {
		return err
	}
	return web.Show(w, r, code, groupFormPage(v))
}

func (m *Module) postHealthGroup(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	v, id := groupFormView{form: groupForm(f)}, ""
	if err = f.Problem.Err(); err == nil {
		id, err = m.OpenHealthGroup(r.Context(), v.form)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/health-groups/"+id, "group.opened")
	}
	v.problems = web.Problems(r.Context(), err)
	return m.showNewHealthGroup(w, r, web.Status(err), v)
}

func (m *Module) getGroupEdit(w http.ResponseWriter, r *http.Request) error {
	g, err := m.HealthGroup(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, groupFormPage(groupFormView{group: g, form: GroupDraft{State: g.State, GroupWords: g.GroupWords, Version: g.Version}}))
}

func (m *Module) postGroupEdit(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	v := groupFormView{form: groupForm(f)}
	if err = f.Problem.Err(); err == nil {
		err = m.ChangeHealthGroup(r.Context(), r.PathValue("id"), v.form)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/health-groups/"+r.PathValue("id"), "group.changed")
	}
	v.problems = web.Problems(r.Context(), err)
	if v.theirs = errs.TheirsOf[HealthGroup](err); v.theirs != nil {
		v.form.Version = v.theirs.Version // sending again replaces what they saved, knowingly
	}
	var again error
	if v.group, again = m.HealthGroup(r.Context(), r.PathValue("id")); again != nil {
		return again
	}
	return web.Show(w, r, web.Status(err), groupFormPage(v))
}

// groupView is a prevention group as its page shows it, with what is wrong with what was
// typed in one of its forms.
type groupView struct {
	*HealthGroup
	candidates []network.Operator
	today      db.Date
	person     NewGroupPerson
	session    sessionForm
	account    string
	problems   map[string]string
}

// sessionForm is a session as its form was filled.
type sessionForm struct {
	on, starts         string
	minutes            int
	mode, where, topic string
}

func (m *Module) groupView(r *http.Request) (v groupView, err error) {
	if v.HealthGroup, err = m.HealthGroup(r.Context(), r.PathValue("id")); err != nil {
		return v, err
	}
	v.today = db.DateOf(m.db.Now())
	v.person = NewGroupPerson{JoinedOn: v.today}
	v.session = sessionForm{on: string(v.today), starts: "17:00", minutes: 90, mode: string(ledger.InPerson), where: v.Where}
	v.candidates, err = m.GroupCandidates(r.Context(), v.HealthGroup)
	return v, err
}

func (m *Module) getHealthGroup(w http.ResponseWriter, r *http.Request) error {
	v, err := m.groupView(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, groupPage(v))
}

// grouped answers a form of the page of a group: with the page, and on it what is wrong,
// or with the word that it was done.
func (m *Module) grouped(w http.ResponseWriter, r *http.Request, err error, notice string, typed func(v *groupView)) error {
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/health-groups/"+r.PathValue("id"), notice)
	}
	v, again := m.groupView(r)
	if again != nil {
		return again
	}
	v.problems = web.Problems(r.Context(), err)
	typed(&v)
	return web.Show(w, r, web.Status(err), groupPage(v))
}

func (m *Module) postGroupPerson(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := NewGroupPerson{PersonID: f.Text("person"), Code: f.Text("code"), Sex: f.Text("sex"), AgeClass: f.Text("age_class"), Citizenship: f.Text("citizenship"),
		JoinedOn: f.Date("joined_on"), Sent: f.Sent()}
	if err = f.Problem.Err(); err == nil {
		err = m.JoinHealthGroup(r.Context(), r.PathValue("id"), n)
	}
	return m.grouped(w, r, err, "group.joined", func(v *groupView) { v.person = n })
}

func (m *Module) postGroupLeave(w http.ResponseWriter, r *http.Request) error {
	err := m.LeaveHealthGroup(r.Context(), r.PathValue("id"), r.PathValue("entry"))
	return m.grouped(w, r, err, "group.left", func(*groupView) {})
}

func (m *Module) postGroupSession(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	in := sessionForm{on: f.Text("on"), starts: f.Text("starts"), minutes: f.Int("minutes"), mode: f.Text("mode"), where: f.Text("where"), topic: f.Text("topic")}
	n := NewGroupSession{Topic: in.topic, Sent: f.Sent()}
	n.Mode, n.Session.Place = ledger.Mode(in.mode), in.where
	if day := f.Date("on"); day != "" {
		at, err := time.Parse("15:04", in.starts)
		f.Problem.That(err == nil, "starts", "error.field_time")
		d := day.Time()
		n.StartsAt = time.Date(d.Year(), d.Month(), d.Day(), at.Hour(), at.Minute(), 0, 0, i18n.Rome)
		n.EndsAt = n.StartsAt.Add(time.Duration(in.minutes) * time.Minute)
	}
	id := ""
	if err = f.Problem.Err(); err == nil {
		id, err = m.AddGroupSession(r.Context(), r.PathValue("id"), n)
	}
	if err == nil && !n.StartsAt.After(m.db.Now()) {
		return web.Go(w, r, "/health-groups/"+r.PathValue("id")+"/sessions/"+id, "group.session_added")
	}
	return m.grouped(w, r, err, "group.session_added", func(v *groupView) { v.session = in })
}

func (m *Module) postGroupVoid(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	err = m.VoidGroupSession(r.Context(), r.PathValue("id"), r.PathValue("entry"), f.Text("reason"))
	return m.grouped(w, r, err, "group.session_voided", func(*groupView) {})
}

func (m *Module) postGroupMember(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	err = m.NameToHealthGroup(r.Context(), r.PathValue("id"), f.Text("account"))
	return m.grouped(w, r, err, "group.member_added", func(v *groupView) { v.account = f.Text("account") })
}

func (m *Module) postGroupMemberEnd(w http.ResponseWriter, r *http.Request) error {
	err := m.EndGroupMember(r.Context(), r.PathValue("id"), r.PathValue("member"))
	if err == nil && r.PathValue("member") == policy.From(r.Context()).AccountID {
		return web.Go(w, r, "/health-groups", "group.member_ended") // it is open to them no more
	}
	return m.grouped(w, r, err, "group.member_ended", func(*groupView) {})
}

// joinView is a person of the register for whom a group is chosen.
type joinView struct {
	person *people.Person
	groups []HealthGroup // that take people in
	today  db.Date
}

func (m *Module) getJoinHealthGroup(w http.ResponseWriter, r *http.Request) (err error) {
	v := joinView{today: db.DateOf(m.db.Now())}
	if v.person, err = m.people.Person(r.Context(), r.URL.Query().Get("person")); err != nil {
		return err
	}
	all, err := m.HealthGroups(r.Context())
	for _, g := range all {
		if g.State == GroupOpen {
			v.groups = append(v.groups, g)
		}
	}
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, joinGroupPage(v))
}

// groupSheetView is the sheet of a session being filled.
type groupSheetView struct {
	*HealthGroup
	*GroupSession
	form     GroupSheet
	now      time.Time
	theirs   bool // somebody else saved meanwhile
	problems map[string]string
}

func (m *Module) groupSheet(r *http.Request) (v groupSheetView, err error) {
	if v.HealthGroup, err = m.HealthGroup(r.Context(), r.PathValue("id")); err != nil {
		return v, err
	}
	if v.GroupSession, err = v.HealthGroup.Session(r.PathValue("entry")); err != nil {
		return v, err
	}
	v.now = m.db.Now()
	v.form = GroupSheet{Marks: map[string]attendance.State{}, Unnamed: v.Unnamed, Version: v.GroupSession.Session.Version}
	for _, l := range v.Lines {
		if v.form.Marks[attendance.Field(l.Subject)] = l.State; l.State == "" {
			v.form.Marks[attendance.Field(l.Subject)] = attendance.Present // as it is on most days; saving says so
		}
	}
	return v, nil
}

func (m *Module) getGroupSheet(w http.ResponseWriter, r *http.Request) error {
	v, err := m.groupSheet(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, groupSheetPage(v))
}

func (m *Module) postGroupSheet(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	v, err := m.groupSheet(r)
	if err != nil {
		return err
	}
	n := GroupSheet{Marks: map[string]attendance.State{}, Reason: f.Text("reason"), Version: f.Version()}
	for _, l := range v.Lines {
		if said := f.Text(attendance.Field(l.Subject)); said != "" {
			n.Marks[attendance.Field(l.Subject)] = attendance.State(said)
		}
	}
	for i := range maxHeadcounts + 1 {
		if f.Text(UnnamedField(i, "number")) != "" {
			n.Unnamed = append(n.Unnamed, Headcount{f.Int(UnnamedField(i, "number")), f.Text(UnnamedField(i, "sex")), f.Text(UnnamedField(i, "age_class")), f.Text(UnnamedField(i, "citizenship"))})
		}
	}
	if err = f.Problem.Err(); err == nil {
		err = m.SaveGroupSheet(r.Context(), r.PathValue("id"), r.PathValue("entry"), n)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/health-groups/"+r.PathValue("id"), "group.sheet_saved")
	}
	v.problems = web.Problems(r.Context(), err)
	if v.theirs = errs.TheirsOf[[]attendance.Line](err) != nil; v.theirs {
		n.Version = v.form.Version // sending again replaces what they saved, knowingly
	}
	v.form = n
	return web.Show(w, r, web.Status(err), groupSheetPage(v))
}
