package cases

import (
	"net/http"
	"time"

	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

func (m *Module) transferRoutes(of func(method, path string, p policy.Permission, h web.Handler) web.Route) []web.Route {
	return []web.Route{
		of("GET", "/transfer", policy.CaseTeam, m.getTransfer),
		of("POST", "/transfer", policy.CaseTeam, m.postTransfer),
		of("POST", "/transfers/{entry}/withdraw", policy.CaseTeam, m.postTransferWithdraw),
		of("POST", "/transfers/{entry}/confirm", policy.CaseTeam, m.postTransferConfirm),
		{Method: "GET", Pattern: TransferPath + "{token}", Permission: policy.Public, Handler: m.getLinkedTransfer},
		{Method: "POST", Pattern: TransferPath + "{token}", Permission: policy.Public, Handler: m.postLinkedTransfer},
		{Method: "POST", Pattern: TransferPath + "{token}/confirm", Permission: policy.Public, Handler: m.postLinkedConfirm},
	}
}

type transferView struct {
	*File
	list     []Transfer
	form     NewTransfer
	made     *Transfer
	address  string // of the link that was just made
	now      time.Time
	problems map[string]string
}

// open tells whether one is on its way.
func (v transferView) open() bool { return len(v.list) > 0 && v.list[0].Open(v.now) }

func (m *Module) getTransfer(w http.ResponseWriter, r *http.Request) error {
	return m.showTransfer(w, r, http.StatusOK, transferView{form: NewTransfer{Basis: policy.InstitutionalTask}})
}

func (m *Module) showTransfer(w http.ResponseWriter, r *http.Request, code int, v transferView) (err error) {
	if v.File, v.list, err = m.Transfers(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	if v.now = m.db.Now(); code == http.StatusOK && v.form.Parts == nil {
		v.form.Parts = v.FilePartsOpen()
	}
	return web.Show(w, r, code, transferPage(v))
}

// postTransfer shows a link once.
func (m *Module) postTransfer(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := NewTransfer{TransferWords: TransferWords{To: f.Text("to"), Act: f.Text("act")}, Basis: policy.Basis(f.Text("basis")), Sent: f.Sent()}
	for _, p := range f.All("part") {
		n.Parts = append(n.Parts, FilePart(p))
	}
	t, err := m.MakeTransfer(r.Context(), r.PathValue("id"), n)
	if web.Fixable(err) || errs.CodeOf(err) == errs.Conflict {
		return m.showTransfer(w, r, web.Status(err), transferView{form: n, problems: web.Problems(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return m.showTransfer(w, r, http.StatusOK, transferView{form: n, made: t, address: m.LinkAddress(TransferPath + t.Token)})
}

func (m *Module) postTransferWithdraw(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := m.WithdrawTransfer(r.Context(), id, r.PathValue("entry")); err != nil {
		return err
	}
	return web.Go(w, r, "/cases/"+id+"/transfer", "transfer.withdrawn")
}

func (m *Module) postTransferConfirm(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := m.ConfirmTransfer(r.Context(), id, r.PathValue("entry")); err != nil {
		return err
	}
	return web.Go(w, r, "/cases/"+id, "transfer.confirmed")
}

// linkedAgain answers that a link leads nowhere any more.
func (m *Module) linkedAgain(w http.ResponseWriter, r *http.Request, err error) error {
	if errs.CodeOf(err) == errs.NotFound {
		return web.Show(w, r, http.StatusNotFound, answerOverPage())
	}
	return err
}

// getLinkedTransfer says what a link leads to: mail programs open links too, and nothing is
// taken by that.
func (m *Module) getLinkedTransfer(w http.ResponseWriter, r *http.Request) error {
	web.HideAddress(w)
	t, err := m.ByTransferLink(r.Context(), r.PathValue("token"))
	if err != nil {
		return m.linkedAgain(w, r, err)
	}
	return web.Show(w, web.InLanguage(r, t.Language), http.StatusOK, linkedTransferPage(t, TransferPath+r.PathValue("token")))
}

func (m *Module) postLinkedTransfer(w http.ResponseWriter, r *http.Request) error {
	web.HideAddress(w)
	file, err := m.TakeTransfer(r.Context(), r.PathValue("token"))
	if err != nil {
		return m.linkedAgain(w, r, err)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="caso.json"`)
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(file)
	return err
}

func (m *Module) postLinkedConfirm(w http.ResponseWriter, r *http.Request) error {
	web.HideAddress(w)
	t, err := m.ByTransferLink(r.Context(), r.PathValue("token"))
	if err == nil {
		err = m.ConfirmByLink(r.Context(), r.PathValue("token"))
	}
	if err != nil {
		return m.linkedAgain(w, r, err)
	}
	return web.Show(w, web.InLanguage(r, t.Language), http.StatusOK, confirmedTransferPage())
}
