package cases

import (
	"context"
	"net/http"

	"tessuto/internal/network"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

type approvalView struct {
	*File
	version    int // of the plan that is shown
	colleagues []network.Operator
	to, note   string
	problems   map[string]string
}

// asksMe tells whether who reads is asked to approve the draft.
func (f *File) asksMe(ctx context.Context) bool {
	p := f.Writing()
	return p != nil && p.Approval.Waiting() && p.Approval.ToID == policy.From(ctx).AccountID
}

func (v approvalView) options(ctx context.Context) []ui.Option {
	out := []ui.Option{{Label: i18n.T(ctx, "plan.approver_choose")}}
	for _, op := range v.colleagues {
		out = append(out, ui.Option{Value: op.AccountID, Label: op.Name})
	}
	return out
}

func approvalRows(ctx context.Context, list []ToApprove) (out [][]ui.Cell) {
	for i := range list {
		out = append(out, []ui.Cell{{Text: list[i].Name(ctx), Href: path(&list[i].File, "/approval")}, {Text: list[i].AskedBy},
			{Text: i18n.DateTime(ctx, list[i].AskedAt)}})
	}
	return out
}

func (m *Module) getApprovals(w http.ResponseWriter, r *http.Request) error {
	list, err := m.PlansToApprove(r.Context())
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, approvalsPage(list))
}

func (m *Module) getApproval(w http.ResponseWriter, r *http.Request) error {
	return m.showApproval(w, r, http.StatusOK, approvalView{})
}

// showApproval shows the plan with what can be asked or answered about it.
func (m *Module) showApproval(w http.ResponseWriter, r *http.Request, code int, v approvalView) (err error) {
	if v.File, err = m.workable(r, policy.Plan); err != nil {
		return err
	}
	if v.colleagues, err = m.Approvers(r.Context(), v.File); err != nil {
		return err
	}
	v.version = v.Writing().Version
	return web.Show(w, r, code, approvalPage(v))
}

func (m *Module) postApproval(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id, v := r.PathValue("id"), approvalView{to: form.Text("to")}
	err = m.ProposePlan(r.Context(), id, v.to, form.Version())
	if web.Fixable(err) {
		v.problems = planProblems(r.Context(), err)
		return m.showApproval(w, r, web.Status(err), v)
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/cases/"+id, "plan.proposed")
}

func (m *Module) postDecision(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	d := Decision{Approve: form.Text("do") == "approve", Note: form.Text("note"), Version: form.Version()}
	err = m.DecidePlan(r.Context(), r.PathValue("id"), d)
	if web.Fixable(err) {
		return m.showApproval(w, r, web.Status(err), approvalView{note: d.Note, problems: planProblems(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	done := "plan.approved"
	if !d.Approve {
		done = "plan.sent_back"
	}
	return web.Go(w, r, "/cases/approvals", done)
}

// planProblems says what is wrong; of a plan that somebody changed meanwhile, that
// it is to be read again.
func planProblems(ctx context.Context, err error) map[string]string {
	if errs.TheirsOf[Plan](err) != nil {
		return map[string]string{"": i18n.T(ctx, "plan.changed_meanwhile")}
	}
	return web.Problems(ctx, err)
}
