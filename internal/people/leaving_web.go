package people

import (
	"context"
	"net/http"
	"slices"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

func (m *Module) householdRoutes() []web.Route {
	read := func(pattern string, h web.Handler) web.Route {
		return web.Route{Method: "GET", Pattern: pattern, Permission: policy.PersonRegister, Record: policy.Household, Handler: h}
	}
	write := func(pattern string, h web.Handler) web.Route {
		return web.Route{Method: "POST", Pattern: pattern, Permission: policy.PersonRegister, Record: policy.Household, Handler: h}
	}
	return []web.Route{
		{Method: "GET", Pattern: "/households/{id}", Permission: policy.PersonRead, Record: policy.Household, Handler: m.getHousehold},
		read("/households/{id}/members", m.getNewMembers), write("/households/{id}/members", m.postMembers),
		read("/households/{id}/leave", m.getLeave), write("/households/{id}/leave", m.postLeave),
		read("/households/{id}/relations", m.getRelations), write("/households/{id}/relations", m.postRelations),
		read("/households/{id}/join", m.getJoin), write("/households/{id}/join", m.postJoin),
	}
}

// leaveView is the form of who lives in a household no more.
type leaveView struct {
	*Household
	Leaving
	once       string
	colleagues map[string]string
	problems   map[string]string
}

// where says in one answer where they go: nowhere that is known, together into a
// household of their own, or to a place that nobody must know.
func (l *Leaving) where() string {
	switch {
	case l.Protected:
		return "protected"
	case l.Together:
		return "together"
	}
	return "unknown"
}

// wheres are the answers, in the order of the form.
var wheres = []string{"together", "protected", "unknown"}

func (m *Module) getLeave(w http.ResponseWriter, r *http.Request) error {
	v := leaveView{once: db.NewID(), Leaving: Leaving{On: db.DateOf(m.db.Now()), Together: true}}
	if id := r.URL.Query().Get("person"); id != "" {
		v.Persons = []string{id}
	}
	return m.showLeave(w, r, http.StatusOK, v)
}

func (m *Module) showLeave(w http.ResponseWriter, r *http.Request, code int, v leaveView) (err error) {
	ctx := r.Context()
	if v.Household, err = m.Household(ctx, r.PathValue("id")); err != nil {
		return err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) (err error) {
		v.colleagues, err = m.colleagues(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	delete(v.colleagues, policy.From(ctx).AccountID)
	return web.Show(w, r, code, leavePage(v))
}

func (m *Module) postLeave(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	where := f.Text("where")
	l := Leaving{Household: r.PathValue("id"), Persons: f.All("persons"), On: f.Date("on"), Reason: f.Text("reason"), Together: where == "together",
		Protected: where == "protected", Reference: f.Text("reference"), With: f.All("with"), Sent: f.Sent()}
	f.Problem.That(slices.Contains(wheres, where), "where", "leaving.where_missing")
	next := ""
	if err = f.Problem.Err(); err == nil {
		next, err = m.LeaveHousehold(ctx, l)
	}
	if web.Fixable(err) {
		v := leaveView{Leaving: l, once: f.Once(), problems: web.Problems(ctx, err)}
		if WasSaved(err) {
			v.once = db.NewID()
		}
		return m.showLeave(w, r, web.Status(err), v)
	}
	if err != nil {
		return err
	}
	if next == "" {
		return web.Go(w, r, "/households/"+l.Household, "leaving.done")
	}
	return web.Go(w, r, "/households/"+next, "leaving.done")
}

// personOptions are the members of a household by name; the answer none first when
// it has a word.
func (h *Household) personOptions(ctx context.Context, none string) (out []ui.Option) {
	if none != "" {
		out = append(out, ui.Option{Label: i18n.T(ctx, none)})
	}
	for _, m := range h.Members {
		out = append(out, ui.Option{Value: m.PersonID, Label: NameOf(ctx, m.Person) + ", " + RelationWord(ctx, m.Relation)})
	}
	return out
}

// relationsView is the form of how members are related.
type relationsView struct {
	*Household
	relations map[string]string // as chosen, by person
	problems  map[string]string
}

func (v relationsView) of(mb Member) string {
	if chosen, ok := v.relations[mb.PersonID]; ok {
		return chosen
	}
	return mb.Relation
}

func (m *Module) getRelations(w http.ResponseWriter, r *http.Request) error {
	return m.showRelations(w, r, http.StatusOK, relationsView{})
}

func (m *Module) showRelations(w http.ResponseWriter, r *http.Request, code int, v relationsView) (err error) {
	if v.Household, err = m.Household(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	return web.Show(w, r, code, relationsPage(v))
}

func (m *Module) postRelations(w http.ResponseWriter, r *http.Request) error {
	ctx, id := r.Context(), r.PathValue("id")
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	h, err := m.Household(ctx, id)
	if err != nil {
		return err
	}
	relations := map[string]string{}
	for _, mb := range h.Members {
		if f.Values.Has(relationField(mb)) {
			relations[mb.PersonID] = f.Text(relationField(mb))
		}
	}
	err = m.Relate(ctx, id, relations)
	if web.Fixable(err) {
		return m.showRelations(w, r, web.Status(err), relationsView{relations: relations, problems: web.Problems(ctx, err)})
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/households/"+id, "household.related")
}

// relationField names the field of the relation of a member.
func relationField(mb Member) string { return "relation." + mb.PersonID }

// joinView is the form of somebody of the register who comes to live there.
type joinView struct {
	*Household
	Joining
	query    string
	hits     []Hit
	once     string
	problems map[string]string
}

func (m *Module) getJoin(w http.ResponseWriter, r *http.Request) error {
	v := joinView{query: web.Clean(r.URL.Query().Get("q")), once: db.NewID(), Joining: Joining{Relation: NotStated, On: db.DateOf(m.db.Now())}}
	return m.showJoin(w, r, http.StatusOK, v)
}

func (m *Module) showJoin(w http.ResponseWriter, r *http.Request, code int, v joinView) (err error) {
	ctx := r.Context()
	if v.Household, err = m.Household(ctx, r.PathValue("id")); err != nil {
		return err
	}
	if v.query != "" {
		found, err := m.Search(ctx, v.query)
		if err != nil {
			return err
		}
		v.hits = found.Hits
	}
	v.hits = slices.DeleteFunc(v.hits, func(h Hit) bool {
		return slices.ContainsFunc(v.Members, func(mb Member) bool { return mb.PersonID == h.ID })
	})
	return web.Show(w, r, code, joinPage(v))
}

func (m *Module) postJoin(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	j := Joining{Household: r.PathValue("id"), Person: f.Text("person"), Relation: f.Text("relation"), On: f.Date("on"), Sent: f.Sent()}
	if err = f.Problem.Err(); err == nil {
		err = m.Join(ctx, j)
	}
	if web.Fixable(err) {
		v := joinView{Joining: j, query: f.Text("q"), once: f.Once(), problems: web.Problems(ctx, err)}
		if WasSaved(err) {
			v.once = db.NewID()
		}
		return m.showJoin(w, r, web.Status(err), v)
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/households/"+j.Household, "household.joined")
}

// hitOptions are those found, each told apart from others of the name.
func (v joinView) hitOptions(ctx context.Context) (out []ui.Option) {
	for _, h := range v.hits {
		out = append(out, ui.Option{Value: h.ID, Label: NameOf(ctx, h.Person), Hint: h.Apart(ctx)})
	}
	return out
}

// eventWord says what happened in a household.
func eventWord(ctx context.Context, e Event) string {
	key := "household.event." + e.Kind
	if e.Kind == "left" {
		if e.Reason == "" {
			return i18n.T(ctx, key)
		}
		return i18n.T(ctx, key) + ": " + i18n.T(ctx, "leaving.reason."+e.Reason)
	}
	return i18n.T(ctx, key) + ": " + RelationWord(ctx, e.Relation)
}
