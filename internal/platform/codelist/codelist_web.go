package codelist

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// Routes lists the pages of the code lists.
func (m *Module) Routes() []web.Route {
	of := func(method, path string, h web.Handler) web.Route {
		return web.Route{Method: method, Pattern: "/code-lists" + path, Permission: policy.CodeEdit, Handler: h}
	}
	return []web.Route{
		of("GET", "", m.getLists),
		of("GET", "/{key}", m.getList),
		of("POST", "/{key}", m.postAdd),
		of("GET", "/{key}/export", m.getExport),
		of("POST", "/{key}/import", m.postImport),
		of("GET", "/{key}/codes/{word}", m.getEntry),
		of("POST", "/{key}/codes/{word}", m.postEntry),
		of("POST", "/{key}/codes/{word}/end", m.postEnd),
		of("POST", "/{key}/codes/{word}/reopen", m.post(m.Reopen, "codelist.reopened")),
		of("POST", "/{key}/codes/{word}/reset", m.post(m.Reset, "codelist.was_reset")),
	}
}

func (m *Module) getLists(w http.ResponseWriter, r *http.Request) error {
	set, err := m.Of(r.Context(), policy.From(r.Context()).Network)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, listsPage(set))
}

// listView is one list as on a day.
type listView struct {
	*List
	edits    []Edit
	day      db.Date
	asked    bool // a day was asked for
	form     Entry
	file     string
	problems map[string]string
}

func (m *Module) getList(w http.ResponseWriter, r *http.Request) error {
	day, err := db.ParseDate(r.URL.Query().Get("on"))
	v := listView{day: day, asked: day != ""}
	if err != nil {
		v.problems = map[string]string{"on": i18n.T(r.Context(), "error.field_date")}
	}
	return m.showList(w, r, http.StatusOK, v)
}

func (m *Module) showList(w http.ResponseWriter, r *http.Request, code int, v listView) (err error) {
	if v.List, v.edits, err = m.History(r.Context(), r.PathValue("key")); err != nil {
		return err
	}
	if v.day == "" {
		v.day = db.DateOf(m.db.Now())
	}
	if v.form.Label == nil {
		v.form.Label = map[string]string{}
	}
	return web.Show(w, r, code, listPage(v))
}

func readEntry(f *web.Form) Entry {
	e := Entry{Code: f.Text("code"), Label: map[string]string{}, From: f.Date("from"), To: f.Date("to"), Note: f.Text("note"),
		ReplacedBy: f.Text("replaced_by"), Parent: f.Text("parent"), Version: f.Version()}
	for _, lang := range Languages {
		if label := f.Text("label_" + lang); label != "" {
			e.Label[lang] = label
		}
	}
	return e
}

func (m *Module) postAdd(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	v, key := listView{form: readEntry(f)}, r.PathValue("key")
	if err = f.Problem.Err(); err == nil {
		err = m.Add(r.Context(), key, v.form, f.Sent())
	}
	if web.Fixable(err) {
		v.problems = web.Problems(r.Context(), err)
		return m.showList(w, r, web.Status(err), v)
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/code-lists/"+url.PathEscape(key), "codelist.added")
}

func (m *Module) getExport(w http.ResponseWriter, r *http.Request) error {
	l, _, err := m.History(r.Context(), r.PathValue("key"))
	if err != nil {
		return err
	}
	text, err := Write(l)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/yaml; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+l.Key+`.yaml"`)
	_, err = w.Write(text)
	return err
}

func (m *Module) postImport(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	v, key := listView{file: f.Values.Get("file")}, r.PathValue("key")
	_, err = m.Import(r.Context(), key, []byte(v.file))
	if web.Fixable(err) {
		v.problems = map[string]string{"file": web.Message(r, err)}
		return m.showList(w, r, web.Status(err), v)
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/code-lists/"+url.PathEscape(key), "codelist.imported")
}

// entryView is one code, to be changed.
type entryView struct {
	*List
	form     Entry
	theirs   *Entry
	byWhom   Edit // who saved theirs
	problems map[string]string
}

func (m *Module) getEntry(w http.ResponseWriter, r *http.Request) error {
	return m.showEntry(w, r, http.StatusOK, entryView{})
}

func (m *Module) showEntry(w http.ResponseWriter, r *http.Request, code int, v entryView) error {
	l, edits, err := m.History(r.Context(), r.PathValue("key"))
	if err != nil {
		return err
	}
	e := l.Entry(r.PathValue("word"))
	if e == nil {
		return errs.Missing()
	}
	v.List = l
	if v.form.Code == "" {
		v.form = *e
	}
	for _, one := range edits {
		if v.theirs != nil && one.Code == e.Code && one.Version == e.Version {
			v.byWhom = one
		}
	}
	v.form.Fixed, v.form.Local = e.Fixed, e.Local
	return web.Show(w, r, code, entryPage(v))
}

func (m *Module) postEntry(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	key := r.PathValue("key")
	v := entryView{form: readEntry(f)}
	v.form.Code = r.PathValue("word")
	if err = f.Problem.Err(); err == nil {
		err = m.Save(r.Context(), key, v.form)
	}
	if err == nil {
		return web.Go(w, r, "/code-lists/"+url.PathEscape(key), "codelist.saved")
	}
	if !web.Fixable(err) {
		return err
	}
	v.problems = web.Problems(r.Context(), err)
	if v.theirs = errs.TheirsOf[Entry](err); v.theirs != nil {
		v.form.Version = v.theirs.Version // sending it again replaces theirs, knowingly
	}
	return m.showEntry(w, r, web.Status(err), v)
}

func (m *Module) postEnd(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	key, code := r.PathValue("key"), r.PathValue("word")
	on := f.Date("to")
	if err = f.Problem.Err(); err == nil {
		err = m.End(r.Context(), key, code, on, f.Text("replaced_by"))
	}
	if web.Fixable(err) {
		return m.showEntry(w, r, web.Status(err), entryView{problems: web.Problems(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return web.GoUndo(w, r, "/code-lists/"+url.PathEscape(key), "codelist.ended",
		"/code-lists/"+url.PathEscape(key)+"/codes/"+url.PathEscape(code)+"/reopen")
}

func (m *Module) post(act func(ctx context.Context, list, code string) error, notice string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		key := r.PathValue("key")
		if err := act(r.Context(), key, r.PathValue("word")); err != nil {
			return err
		}
		return web.Go(w, r, "/code-lists/"+url.PathEscape(key), notice)
	}
}

// otherOptions are the other codes of a list, none first.
func otherOptions(ctx context.Context, l *List, code string) []ui.Option {
	out := []ui.Option{{Label: i18n.T(ctx, "codelist.none")}}
	for _, e := range l.Entries {
		if e.Code != code {
			out = append(out, ui.Option{Value: e.Code, Label: e.Code + " – " + e.In(i18n.Lang(ctx))})
		}
	}
	return out
}

func itoa(n int) string { return strconv.Itoa(n) }
