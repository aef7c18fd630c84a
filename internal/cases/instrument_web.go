package cases

import (
	"io"
	"net/http"

	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
	"tessuto/internal/programme"
)

func (m *Module) instrumentRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/instruments", Permission: policy.PackLoad, Handler: m.getInstruments},
		{Method: "POST", Pattern: "/instruments", Permission: policy.PackLoad, Handler: m.postInstrument},
	}
}

type instrumentsView struct {
	list     []*Instrument
	problems []programme.PackProblem
	error    string
}

func (m *Module) getInstruments(w http.ResponseWriter, r *http.Request) error {
	return m.showInstruments(w, r, http.StatusOK, instrumentsView{})
}

func (m *Module) showInstruments(w http.ResponseWriter, r *http.Request, status int, v instrumentsView) (err error) {
	if v.list, err = m.Instruments(r.Context()); err != nil {
		return err
	}
	return web.Show(w, r, status, instrumentsPage(v))
}

func (m *Module) postInstrument(w http.ResponseWriter, r *http.Request) error {
	var src []byte
	_, err := web.ParseUpload(w, r, MaxInstrumentBytes+1, func(u web.Upload) (err error) {
		src, err = io.ReadAll(u.Content)
		return err
	})
	if err != nil {
		return err
	}
	v := instrumentsView{}
	if len(src) == 0 {
		v.error = i18n.T(r.Context(), "packs.file.needed")
		return m.showInstruments(w, r, http.StatusUnprocessableEntity, v)
	}
	_, v.problems, err = m.LoadInstrument(r.Context(), src)
	switch {
	case web.Fixable(err):
		v.error = web.Message(r, err)
		return m.showInstruments(w, r, web.Status(err), v)
	case err != nil:
		return err
	case len(v.problems) > 0:
		return m.showInstruments(w, r, http.StatusUnprocessableEntity, v)
	}
	return web.Go(w, r, "/instruments", "instrument.loaded")
}
