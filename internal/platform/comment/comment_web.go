package comment

import (
	"context"
	"net/http"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
	"tessuto/internal/platform/web"
)

// Routes lists the pages of the comments. Whose a comment is, its use cases ask:
// to who does not see its record it does not exist.
func (m *Module) Routes() []web.Route {
	of := func(method, path string, h web.Handler) web.Route {
		return web.Route{Method: method, Pattern: "/comments" + path, Permission: policy.Home, Handler: h}
	}
	return []web.Route{
		of("POST", "", m.postNew),
		of("GET", "/{id}", m.getEdit),
		of("POST", "/{id}", m.postEdit),
		of("POST", "/{id}/remove", m.post(m.Remove, "comment.was_removed", "/restore")),
		of("POST", "/{id}/restore", m.post(m.Restore, "comment.was_restored", "")),
	}
}

// view is a comment being written.
type view struct {
	Thread
	id       string // of the comment that is edited; empty for a new one
	form     Draft
	theirs   *Comment
	problems map[string]string
}

func readForm(f *web.Form) Draft {
	return Draft{Words: Words{Text: f.Text("text"), Calls: f.All("calls")}, Version: f.Version(), Sent: f.Sent(),
		Record: task.Record{Kind: policy.Kind(f.Text("kind")), ID: f.Text("record"), Section: policy.Section(f.Text("section"))}}
}

func (m *Module) postNew(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	d := readForm(f)
	_, err = m.Add(r.Context(), d)
	if err == nil {
		return web.Go(w, r, web.Back(f.Text("back")), "comment.added")
	}
	if !web.Fixable(err) {
		return err
	}
	v := view{form: d, problems: web.Problems(r.Context(), err)}
	return m.show(w, r, web.Status(err), v, f.Once())
}

// show shows the form of a comment on a page of its own.
func (m *Module) show(w http.ResponseWriter, r *http.Request, code int, v view, once string) error {
	err := m.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		if err := m.see(r.Context(), tx, v.form.Record); err != nil {
			return err
		}
		v.Thread = Thread{Record: v.form.Record, Once: once}
		if v.Path, _, err = m.Locate(r.Context(), tx, v.Record.Kind, v.Record.ID); err != nil {
			return err
		}
		v.Readers, err = m.auth.Readers(r.Context(), tx, v.Record.Kind, v.Record.ID, v.Record.Section)
		return err
	})
	if err != nil {
		return err
	}
	return web.Show(w, r, code, editPage(v))
}

// Comment returns a comment of the actor's, to be changed, and logs that it was
// read.
func (m *Module) Comment(ctx context.Context, id string) (c *Comment, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) (err error) {
		if c, err = m.own(ctx, tx, id, ""); err == nil && c.Removed != nil {
			err = errs.New(errs.Conflict, "comment.removed_already")
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return c, m.audit.Append(ctx, audit.Entry{Act: "read", Kind: c.Record.Kind, ID: c.Record.ID, Section: c.Record.Section})
}

func (m *Module) getEdit(w http.ResponseWriter, r *http.Request) error {
	c, err := m.Comment(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := view{id: c.ID, form: Draft{Record: c.Record, Words: c.Words, Version: c.Version}}
	return m.show(w, r, http.StatusOK, v, "")
}

func (m *Module) postEdit(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id, d := r.PathValue("id"), readForm(f)
	err = m.Edit(r.Context(), id, d)
	if err == nil {
		return web.Go(w, r, web.Back(f.Text("back")), "comment.was_edited")
	}
	if !web.Fixable(err) {
		return err
	}
	c, again := m.Comment(r.Context(), id)
	if again != nil {
		return again
	}
	v := view{id: id, form: d, problems: web.Problems(r.Context(), err)}
	v.form.Record = c.Record
	if v.theirs = errs.TheirsOf[Comment](err); v.theirs != nil {
		v.form.Version = v.theirs.Version // sending it again replaces theirs, knowingly
	}
	return m.show(w, r, web.Status(err), v, "")
}

// post is an act on one comment; undo is the end of the path that takes it back.
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
		if undo == "" {
			return web.Go(w, r, web.Back(f.Text("back")), notice)
		}
		return web.GoUndo(w, r, web.Back(f.Text("back")), notice, "/comments/"+id+undo)
	}
}
