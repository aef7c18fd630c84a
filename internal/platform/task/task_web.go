package task

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// Routes lists the pages of the tasks. Whose a task is, its use cases ask: to
// everybody else it does not exist.
func (m *Module) Routes() []web.Route {
	of := func(method, path string, h web.Handler) web.Route {
		return web.Route{Method: method, Pattern: "/tasks" + path, Permission: policy.Home, Handler: h}
	}
	return []web.Route{
		of("GET", "", m.getTasks),
		of("GET", "/new", m.getNew),
		of("POST", "", m.postNew),
		of("GET", "/{id}", m.getTask),
		of("POST", "/{id}", m.postTask),
		of("POST", "/{id}/done", m.post(m.Finish, "task.finished", "/reopen")),
		of("POST", "/{id}/reopen", m.post(m.Reopen, "task.reopened", "")),
		of("POST", "/{id}/take", m.post(m.Take, "task.taken", "")),
		of("POST", "/{id}/snooze", m.postSnooze),
	}
}

// group is a heading of the list, and what stands under it.
type group struct {
	key  string // the heading, a key of the catalogue
	soon bool   // what stands here asks for attention by a week from now
	list []Task
}

type listView struct {
	show   Show
	soon   bool // only what asks for attention by a week from now
	total  int
	groups []group
	today  db.Date
}

func (m *Module) getTasks(w http.ResponseWriter, r *http.Request) error {
	v := listView{show: Show(r.URL.Query().Get("show")), today: db.DateOf(m.db.Now())}
	if !slices.Contains(Shows, v.show) {
		v.show = Mine
	}
	list, err := m.List(r.Context(), v.show)
	if err != nil {
		return err
	}
	v.soon = v.show == Mine && r.URL.Query().Get("soon") != ""
	for _, g := range grouped(v.show, list, v.today) {
		if g.soon || !v.soon {
			v.groups, v.total = append(v.groups, g), v.total+len(g.list)
		}
	}
	return web.Show(w, r, http.StatusOK, tasksPage(v))
}

// grouped puts tasks under their headings; empty headings are left out.
func grouped(s Show, list []Task, today db.Date) (out []group) {
	if s == Past {
		return []group{{key: "task.group.done", list: list}}
	}
	for _, g := range []struct {
		key  string
		soon bool
		has  func(t *Task) bool
	}{
		{"task.group.news", true, func(t *Task) bool { return t.When() == "" && t.Message != "" }},
		{"task.group.late", true, func(t *Task) bool { return t.Late(today) }},
		{"task.group.today", true, func(t *Task) bool { return t.When() == today }},
		{"task.group.week", true, func(t *Task) bool { w := t.When(); return w > today && w <= today.AddDays(7) }},
		{"task.group.later", false, func(t *Task) bool { return t.When() > today.AddDays(7) }},
		{"task.group.open", false, func(t *Task) bool { return t.When() == "" && t.Message == "" }},
	} {
		one := group{key: g.key, soon: g.soon}
		for _, t := range list {
			if g.has(&t) {
				one.list = append(one.list, t)
			}
		}
		if len(one.list) > 0 {
			out = append(out, one)
		}
	}
	return out
}

// formView is a task being written.
type formView struct {
	id         string // of the task that is edited; empty for a new one
	form       Draft
	to, once   string
	back       string
	candidates []policy.Actor
	theirs     *Task
	task       *Task // that is edited
	problems   map[string]string
}

func (m *Module) getNew(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	v := formView{once: db.NewID(), back: back(q.Get("back")), to: toAccount + policy.From(r.Context()).AccountID}
	v.form.Record = Record{Kind: policy.Kind(q.Get("kind")), ID: q.Get("record"), Section: policy.Section(q.Get("section"))}
	return m.showForm(w, r, http.StatusOK, v)
}

// back is where a form leads when it is done.
func back(path string) string {
	if path == "" {
		return "/tasks"
	}
	return web.Back(path)
}

// How a form says who a task is for.
const (
	toAccount = "account:"
	toRole    = "role:"
)

// readTo reads who a task is for; a queue is of the actor's organisation.
func readTo(ctx context.Context, text string) To {
	if id, ok := strings.CutPrefix(text, toAccount); ok {
		return To{AccountID: id}
	}
	if role, ok := strings.CutPrefix(text, toRole); ok {
		return To{OrgID: policy.From(ctx).OrgID, Role: policy.Role(role)}
	}
	return To{}
}

func (t To) value() string {
	if t.AccountID != "" {
		return toAccount + t.AccountID
	}
	return toRole + string(t.Role)
}

func readForm(ctx context.Context, f *web.Form) Draft {
	return Draft{Words: Words{Title: f.Text("title"), Text: f.Text("text")}, Due: f.Date("due"), To: readTo(ctx, f.Text("to")),
		Record:  Record{Kind: policy.Kind(f.Text("kind")), ID: f.Text("record"), Section: policy.Section(f.Text("section"))},
		Version: f.Version(), Sent: f.Sent()}
}

func (m *Module) postNew(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	v := formView{form: readForm(r.Context(), f), to: f.Text("to"), once: f.Once(), back: back(f.Text("back"))}
	if err = f.Problem.Err(); err == nil {
		_, err = m.Add(r.Context(), v.form)
	}
	if web.Fixable(err) {
		v.problems = web.Problems(r.Context(), err)
		return m.showForm(w, r, web.Status(err), v)
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, v.back, "task.added")
}

func (m *Module) showForm(w http.ResponseWriter, r *http.Request, code int, v formView) (err error) {
	if v.candidates, err = m.Candidates(r.Context(), v.form.Record); err != nil {
		return err
	}
	return web.Show(w, r, code, formPage(v))
}

func (m *Module) getTask(w http.ResponseWriter, r *http.Request) error {
	t, err := m.Task(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := formView{back: back(r.URL.Query().Get("back")), to: t.To.value(),
		form: Draft{Record: t.Record, Words: t.Words, To: t.To, Due: t.Due, Version: t.Version}}
	return m.showTask(w, r, http.StatusOK, t, v)
}

func (m *Module) postTask(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	v := formView{form: readForm(r.Context(), f), to: f.Text("to"), back: back(f.Text("back"))}
	if err = f.Problem.Err(); err == nil {
		err = m.Edit(r.Context(), id, v.form)
	}
	if err == nil {
		return web.Go(w, r, v.back, "task.saved")
	}
	if !web.Fixable(err) {
		return err
	}
	v.problems = web.Problems(r.Context(), err)
	if v.theirs = errs.TheirsOf[Task](err); v.theirs != nil {
		v.form.Version = v.theirs.Version // sending it again replaces theirs, knowingly
	}
	t, again := m.Task(r.Context(), id)
	if again != nil {
		return again
	}
	return m.showTask(w, r, web.Status(err), t, v)
}

// showTask shows a task: as a form to who may change it, else to be read.
func (m *Module) showTask(w http.ResponseWriter, r *http.Request, code int, t *Task, v formView) error {
	v.id, v.task, v.form.Record = t.ID, t, t.Record
	if t.editable() {
		return m.showForm(w, r, code, v)
	}
	return web.Show(w, r, code, taskPage(v))
}

func (t *Task) editable() bool { return t.MayAct && !t.Done() && t.Message == "" }

// post is an act on one task, after which the page it was pressed on comes back;
// undo is the end of the path that takes it back, or empty.
func (m *Module) post(act func(context.Context, string) error, notice, undo string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		f, err := web.ParseForm(w, r)
		if err != nil {
			return err
		}
		id := r.PathValue("id")
		if err := act(r.Context(), id); err != nil {
			return err
		}
		takenBack := ""
		if undo != "" {
			takenBack = "/tasks/" + url.PathEscape(id) + undo
		}
		return web.GoUndo(w, r, back(f.Text("back")), notice, takenBack)
	}
}

func (m *Module) postSnooze(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	until := f.Date("until")
	if f.Bool("tomorrow") {
		until = db.DateOf(m.db.Now()).AddDays(1)
	}
	if err = f.Problem.Err(); err == nil {
		err = m.Snooze(r.Context(), r.PathValue("id"), until)
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, back(f.Text("back")), "task.snoozed")
}

// toOptions are whom a task can be for: people first, then the queues of the
// actor's organisation.
func toOptions(ctx context.Context, v formView) []ui.Option {
	actor := policy.From(ctx)
	var out []ui.Option
	for _, a := range v.candidates {
		label := a.Name + " – " + a.OrgName + " (" + i18n.T(ctx, "role."+string(a.Role)) + ")"
		if a.AccountID == actor.AccountID {
			label = i18n.T(ctx, "task.to_me", "Name", a.Name)
		}
		out = append(out, ui.Option{Value: toAccount + a.AccountID, Label: label})
	}
	out = append(out, ui.Option{Value: toRole, Label: i18n.T(ctx, "task.to_org", "Org", actor.OrgName)})
	for _, role := range queueRoles {
		out = append(out, ui.Option{Value: toRole + string(role),
			Label: i18n.T(ctx, "task.to_role", "Org", actor.OrgName, "Role", i18n.T(ctx, "role."+string(role)))})
	}
	return out
}

// queueRoles are the roles that work with people, who share their work out.
var queueRoles = []policy.Role{policy.DeskOperator, policy.SocialWorker, policy.Psychologist, policy.Educator, policy.MobileTeam}
