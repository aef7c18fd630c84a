package governance

import (
	"net/http"

	"tessuto/internal/network"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
	"tessuto/internal/programme"
)

// bodiesView lists bodies by programme.
type bodiesView struct {
	programme string // the one that is asked for; empty: all
	groups    []bodyGroup
}

type bodyGroup struct {
	code  string
	title programme.Text
	cards []Card
}

func (m *Module) getBodies(w http.ResponseWriter, r *http.Request) error {
	v := bodiesView{programme: r.URL.Query().Get("programme")}
	list, err := m.Bodies(r.Context(), v.programme)
	if err != nil {
		return err
	}
	for _, c := range list {
		if n := len(v.groups); n == 0 || v.groups[n-1].code != c.Programme {
			v.groups = append(v.groups, bodyGroup{code: c.Programme, title: c.ProgrammeTitle})
		}
		last := &v.groups[len(v.groups)-1]
		last.cards = append(last.cards, c)
	}
	return web.Show(w, r, http.StatusOK, bodiesPage(v))
}

func (m *Module) getBody(w http.ResponseWriter, r *http.Request) error {
	f, err := m.Body(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, bodyPage(f))
}

// newBodyView is a body being made by hand.
type newBodyView struct {
	form       NewBody
	orgs       []network.Partnership
	activities []programme.Choice
	problems   map[string]string
}

func (m *Module) getNewBody(w http.ResponseWriter, r *http.Request) error {
	v := newBodyView{form: NewBody{Programme: r.PathValue("code"), Kind: "working_table"}}
	v.form.Sent.Key = db.NewID()
	return m.showNewBody(w, r, http.StatusOK, v)
}

func (m *Module) postBody(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := NewBody{Programme: r.PathValue("code"), Kind: f.Text("kind"), Title: f.Text("title"), Activity: f.Text("activity"), OrgID: f.Text("org"), Sent: f.Sent()}
	id, err := m.AddBody(r.Context(), n)
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/bodies/"+id, "body.added")
	}
	return m.showNewBody(w, r, web.Status(err), newBodyView{form: n, problems: web.Problems(r.Context(), err)})
}

func (m *Module) showNewBody(w http.ResponseWriter, r *http.Request, code int, v newBodyView) (err error) {
	if v.orgs, v.activities, err = m.Partners(r.Context(), v.form.Programme); err != nil {
		return err
	}
	return web.Show(w, r, code, newBodyPage(v))
}

// membersView is who sits in a body, and somebody being added.
type membersView struct {
	*BodyFile
	form      NewMember
	operators []network.Operator
	orgs      []network.Partnership
	problems  map[string]string
}

func (m *Module) getMembers(w http.ResponseWriter, r *http.Request) error {
	v := membersView{form: NewMember{Task: Tasks[0], From: db.DateOf(m.db.Now()), Seat: r.URL.Query().Get("seat")}}
	v.form.Sent.Key = db.NewID()
	return m.showMembers(w, r, http.StatusOK, v)
}

func (m *Module) postMember(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	n := NewMember{AccountID: f.Text("account"), Name: f.Text("name"), OrgID: f.Text("org"), Seat: f.Text("seat"), Task: f.Text("task"),
		From: f.Date("from"), Sent: f.Sent()}
	if err = f.Problem.Err(); err == nil {
		err = m.AddMember(r.Context(), id, n)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/bodies/"+id+"/members", "body.member_added")
	}
	return m.showMembers(w, r, web.Status(err), membersView{form: n, problems: web.Problems(r.Context(), err)})
}

func (m *Module) showMembers(w http.ResponseWriter, r *http.Request, code int, v membersView) (err error) {
	ctx := r.Context()
	if v.BodyFile, err = m.Body(ctx, r.PathValue("id")); err != nil {
		return err
	}
	if v.orgs, _, err = m.Partners(ctx, v.Programme); err != nil {
		return err
	}
	if policy.From(ctx).May(policy.MeetingWork) {
		if v.operators, err = m.Operators(ctx); err != nil {
			return err
		}
	}
	return web.Show(w, r, code, membersPage(v))
}

func (m *Module) postMemberEnd(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := m.EndMember(r.Context(), id, r.PathValue("member")); err != nil {
		return err
	}
	return web.Go(w, r, "/bodies/"+id+"/members", "body.member_ended")
}
