package programme

import (
	"net/http"
	"strconv"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// declareView is the form in which a value is declared, or one corrected.
type declareView struct {
	programmeView
	Figure   Figure
	Form     Declaration
	Value    string       // as it was written
	Was      *Declaration // what the form corrects
	problems map[string]string
}

func (m *Module) getDeclare(w http.ResponseWriter, r *http.Request) error {
	v := declareView{Form: Declaration{Corrects: r.URL.Query().Get("corrects"), Sent: crypto.Sending{Key: db.NewID()}}}
	return m.showDeclare(w, r, http.StatusOK, v)
}

// showDeclare answers with the form, which is there for declared figures only.
func (m *Module) showDeclare(w http.ResponseWriter, r *http.Request, status int, v declareView) error {
	ctx, code := r.Context(), r.PathValue("code")
	p, f, err := m.Figure(ctx, code, r.PathValue("indicator"), "")
	if err != nil {
		return err
	}
	if !f.Declared {
		return errs.Missing()
	}
	if _, err := m.mayDeclare(ctx, code); err != nil {
		return err
	}
	v.Programme, v.Figure = p, f
	if v.Form.Corrects != "" {
		list, err := m.Declarations(ctx, code, f.Code)
		if err != nil {
			return err
		}
		for i := range list {
			if list[i].ID == v.Form.Corrects && !list[i].Corrected {
				v.Was = &list[i]
			}
		}
		if v.Was == nil {
			return errs.Missing()
		}
		if v.problems == nil {
			v.Form.On, v.Form.Evidence, v.Value = v.Was.On, v.Was.Evidence, strconv.FormatInt(v.Was.Value, 10)
		}
	}
	return web.Show(w, r, status, declarePage(&v))
}

func (m *Module) postDeclare(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	d := Declaration{Indicator: r.PathValue("indicator"), Value: int64(f.Int("value")), On: f.Date("on"), Evidence: f.Text("evidence"),
		Corrects: f.Text("corrects"), Sent: f.Sent()}
	f.Problem.That(f.Text("value") != "", "value", "error.field_required")
	if err = f.Problem.Err(); err == nil {
		err = m.Declare(r.Context(), r.PathValue("code"), d)
	}
	if web.Fixable(err) {
		return m.showDeclare(w, r, web.Status(err), declareView{Form: d, Value: f.Text("value"), problems: web.Problems(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, indicatorHref(r.PathValue("code"), d.Indicator)+"#declarations", "declared.saved")
}

// mayDeclareHere tells whether this reader may declare values of a programme.
func mayDeclareHere(actor policy.Actor, programme string) bool {
	return actor.MayIn(policy.ValueDeclare, programme)
}
