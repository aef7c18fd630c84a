package exchange

import (
	"context"
	"mime"
	"net/http"
	"net/url"

	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/jobs"
	"tessuto/internal/platform/table"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// exportView is the form that asks why, and in which format.
type exportView struct {
	Export
	order
	problems map[string]string
}

func (m *Module) getExport(exp Export) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		v := exportView{Export: exp, order: order{filter: r.URL.Query(), format: table.XLSX}}
		return web.Show(w, r, http.StatusOK, exportPage(v))
	}
}

func (m *Module) postExport(exp Export) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		f, err := web.ParseForm(w, r)
		if err != nil {
			return err
		}
		o := order{filter: r.URL.Query(), format: table.Format(f.Text("format")), purpose: f.Text("purpose"), note: f.Text("note")}
		content, id, err := m.let(r.Context(), exp, o)
		if web.Fixable(err) {
			return web.Show(w, r, web.Status(err), exportPage(exportView{exp, o, web.Problems(r.Context(), err)}))
		}
		if err != nil {
			return err
		}
		if content == nil {
			return web.Go(w, r, "/exports/"+id, "")
		}
		attach(w, o.format, m.fileName(r.Context(), exp, o.format))
		_, err = content.WriteTo(w)
		return err
	}
}

// attach says that the answer is a table to keep.
func attach(w http.ResponseWriter, f table.Format, name string) {
	h := w.Header()
	h.Set("Content-Type", f.MediaType())
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
}

// exportedView is a large table on its way, or ready.
type exportedView struct {
	outgoing
	Export
	job jobs.Job
}

func (m *Module) getExported(w http.ResponseWriter, r *http.Request) (err error) {
	v := exportedView{}
	if v.outgoing, v.Export, err = m.findExport(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	if v.file == "" {
		if v.job, err = m.state(r, v.outgoing.job); err == nil && v.job.Over() {
			v.outgoing, v.Export, err = m.findExport(r.Context(), v.id) // it may have ended since
		}
		if err != nil {
			return err
		}
	}
	return web.Show(w, r, http.StatusOK, exportedPage(v))
}

// goneView lists what went out, for the data protection officer.
type goneView struct {
	list  []gone
	names map[string]string
	next  string
}

func (m *Module) getExports(w http.ResponseWriter, r *http.Request) (err error) {
	v := goneView{}
	if v.list, err = m.all(r.Context(), r.URL.Query().Get("before")); err != nil {
		return err
	}
	if v.names, err = m.Names(r.Context()); err != nil {
		return err
	}
	if len(v.list) > listed {
		v.list = v.list[:listed]
		v.next = "/exports?before=" + url.QueryEscape(v.list[listed-1].id)
	}
	return web.Show(w, r, http.StatusOK, exportsPage(v))
}

func (v goneView) who(ctx context.Context, account string) string {
	if n, ok := v.names[account]; ok {
		return n
	}
	return i18n.T(ctx, "audit.nobody")
}

// action is where the form is sent: the filter stays in the address.
func (v exportView) action() string { return v.At + "/export" + query(v.filter) }

func (v exportView) back() string { return v.At + query(v.filter) }

func query(q url.Values) string {
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// filtered says what the list is limited to.
func (v exportView) filtered(ctx context.Context) []ui.Pair {
	if v.Filter == nil {
		return nil
	}
	var out []ui.Pair
	for _, l := range v.Filter(ctx, v.filter) {
		out = append(out, ui.Pair{Label: l.Label, Value: l.Value})
	}
	return out
}
