package people

import (
	"context"
	"net/http"
	"slices"

	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// permitView is the form of a permit, with what was typed in it.
type permitView struct {
	Permit
	once     string
	theirs   *Permit // what somebody else saved meanwhile
	problems map[string]string
}

// action is where the form is sent: a new permit has no id.
func (v permitView) action() string {
	if v.ID == "" {
		return "/people/" + v.PersonID + "/permits"
	}
	return "/people/" + v.PersonID + "/permits/" + v.ID + "/edit"
}

func (m *Module) getNewPermit(w http.ResponseWriter, r *http.Request) error {
	v := permitView{once: db.NewID(), Permit: Permit{PersonID: r.PathValue("id"), State: InForce}}
	return web.Show(w, r, http.StatusOK, permitPage(v))
}

func (m *Module) getPermit(w http.ResponseWriter, r *http.Request) error {
	p, err := m.Profile(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(p.Permits, func(one Permit) bool { return one.ID == r.PathValue("entry") })
	if i < 0 {
		return errs.Missing()
	}
	return web.Show(w, r, http.StatusOK, permitPage(permitView{Permit: p.Permits[i]}))
}

// postPermit saves a new permit, or the one that the path names.
func (m *Module) postPermit(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	p := Permit{ID: r.PathValue("entry"), PersonID: r.PathValue("id"), Version: f.Version(), Reason: f.Text("reason"), State: PermitState(f.Text("state")),
		Number: f.Text("number"), Office: f.Text("office"), Receipt: f.Text("receipt"), Issued: f.Date("issued"), Expires: f.Date("expires"), Lasting: f.Bool("lasting")}
	if err = f.Problem.Err(); err == nil {
		if p.ID == "" {
			err = m.AddPermit(ctx, p, f.Sent())
		} else {
			err = m.SavePermit(ctx, p)
		}
	}
	if web.Fixable(err) {
		v := permitView{Permit: p, once: f.Once(), theirs: errs.TheirsOf[Permit](err), problems: web.Problems(ctx, err)}
		if v.theirs != nil {
			v.Version = v.theirs.Version // sending it again replaces what they saved, knowingly
		}
		if WasSaved(err) {
			v.once = db.NewID()
		}
		return web.Show(w, r, web.Status(err), permitPage(v))
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/people/"+p.PersonID+"#permits", "permit.saved")
}

// permitFacts are what is written of a permit.
func permitFacts(ctx context.Context, p *Permit) []ui.Pair {
	out := []ui.Pair{{Label: i18n.T(ctx, "permit.reason"), Value: ReasonWord(ctx, p.Reason)}}
	if p.Number != "" {
		out = append(out, ui.Pair{Label: i18n.T(ctx, "permit.number"), Body: ui.Code(p.Number)})
	}
	if p.Receipt != "" {
		out = append(out, ui.Pair{Label: i18n.T(ctx, "permit.receipt"), Body: ui.Code(p.Receipt)})
	}
	if p.Office != "" {
		out = append(out, ui.Pair{Label: i18n.T(ctx, "permit.office"), Value: p.Office})
	}
	if p.Issued != "" {
		out = append(out, ui.Pair{Label: i18n.T(ctx, "permit.issued"), Value: i18n.Date(ctx, p.Issued.Time())})
	}
	return append(out, ui.Pair{Label: i18n.T(ctx, "permit.expires"), Value: expiresWord(ctx, p)})
}

func expiresWord(ctx context.Context, p *Permit) string {
	switch {
	case p.Lasting:
		return i18n.T(ctx, "permit.lasting")
	case p.Expires == "":
		return ""
	}
	return i18n.Date(ctx, p.Expires.Time())
}

// ReasonWord names a reason.
func ReasonWord(ctx context.Context, code string) string {
	if code == "" {
		return ""
	}
	return codelist.Word(ctx, PermitList, code)
}

// stateKind colours a state of a permit, which is always said in words too.
func stateKind(s PermitState) string {
	switch s {
	case InForce:
		return ui.Success
	case Ended, Expired:
		return ui.Neutral
	}
	return ui.Info
}

func waitingRows(ctx context.Context, list []Waiting) (out [][]ui.Cell) {
	for _, w := range list {
		out = append(out, []ui.Cell{{Text: NameOf(ctx, w.Person), Href: "/people/" + w.PersonID + "#permits"},
			{Text: expiresWord(ctx, &w.Permit)}, {Text: ReasonWord(ctx, w.Reason)}})
	}
	return out
}
