package cases

import (
	"net/http"
	"strconv"

	"tessuto/internal/network"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// handoverView is the form that hands over one case, or several when there is no
// file.
type handoverView struct {
	file       *File
	list       []File // of whom answers for several, what they may hand over
	moved      int    // how many have just gone over
	may        bool
	colleagues []network.Operator
	form       Handover
	problems   map[string]string
}

// takes tells whether who reads takes over from somebody gone.
func (v handoverView) takes(a policy.Actor) bool {
	return v.file != nil && v.file.ManagerID != a.AccountID
}

func (m *Module) getHandover(w http.ResponseWriter, r *http.Request) error {
	v, err := m.handoverView(r, r.PathValue("id"))
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, handoverPage(v))
}

func (m *Module) handoverView(r *http.Request, id string) (v handoverView, err error) {
	r.SetPathValue("id", id) // the form says it in a field
	if v.file, err = m.fileFor(r, policy.Overview); err != nil {
		return v, err
	}
	v.form.Version = v.file.Version
	v.may, v.colleagues, err = m.handing(r.Context(), &v.file.Case)
	return v, err
}

func (m *Module) getHandovers(w http.ResponseWriter, r *http.Request) error {
	v, err := m.handoversView(r)
	if err != nil {
		return err
	}
	for _, f := range v.list {
		v.form.Cases = append(v.form.Cases, f.ID)
	}
	v.moved, _ = strconv.Atoi(r.URL.Query().Get("moved"))
	return web.Show(w, r, http.StatusOK, handoversPage(v))
}

func (m *Module) handoversView(r *http.Request) (v handoverView, err error) {
	if v.list, err = m.Answered(r.Context()); err != nil || len(v.list) == 0 {
		return v, err
	}
	_, v.colleagues, err = m.handing(r.Context(), &v.list[0].Case)
	return v, err
}

// postHandovers takes the form of one case too, which its address would not find any
// more once it was handed over: a form sent twice is answered alike.
func (m *Module) postHandovers(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := Handover{Cases: f.All("cases"), To: f.Text("to"), Then: f.Text("then"), Note: f.Text("note"), Sent: f.Sent()}
	one := f.Text("case")
	if one != "" {
		n.Cases, n.Version = []string{one}, f.Version()
	}
	err = m.HandOver(r.Context(), n)
	switch {
	case err == nil && one == "":
		return web.Go(w, r, "/cases/handover?moved="+itoa(len(n.Cases)), "")
	case err == nil && n.Then == Leaves:
		return web.Go(w, r, "/cases", "handover.done")
	case err == nil:
		return web.Go(w, r, "/cases/"+one+"/team", "handover.done")
	case !web.Fixable(err):
		return err
	}
	return m.handoverAgain(w, r, one, n, err)
}

// handoverAgain shows the form with what was written, and what is wrong with it.
func (m *Module) handoverAgain(w http.ResponseWriter, r *http.Request, one string, n Handover, refused error) error {
	view, show := m.handoversView, handoversPage
	if one != "" {
		view, show = func(r *http.Request) (handoverView, error) { return m.handoverView(r, one) }, handoverPage
	}
	v, err := view(r)
	if err != nil {
		return err
	}
	if one != "" {
		n.Version = v.file.Version
	}
	v.form, v.problems = n, web.Problems(r.Context(), refused)
	return web.Show(w, r, web.Status(refused), show(v))
}
