package cases

import (
	"context"
	"net/http"
	"slices"

	"tessuto/internal/people"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// Routes lists the pages of the area.
func (m *Module) Routes() []web.Route {
	of := func(method, path string, p policy.Permission, h web.Handler) web.Route {
		return web.Route{Method: method, Pattern: "/cases/{id}" + path, Permission: p, Record: policy.Case, Handler: h}
	}
	routes := slices.Concat(assessmentRoutes(m, of), m.instrumentRoutes(), m.sittingRoutes(of), m.documentRoutes(of), m.diaryRoutes(of), m.interventionRoutes(of), m.workRoutes(of), m.referenceRoutes(of), m.authorityRoutes(of), m.mandateRoutes(of), m.referralRoutes(), m.emergencyRoutes(of), m.reportRoutes(), m.mobileRoutes(), m.healthRoutes(), m.groupRoutes(), schemaRoutes(), m.caseImportRoutes(), m.transferRoutes(of))
	return append(routes, []web.Route{
		{Method: "GET", Pattern: "/cases", Permission: policy.CaseRead, Handler: m.getCases},
		{Method: "GET", Pattern: "/cases/new", Permission: policy.CaseOpen, Handler: m.getNew},
		{Method: "POST", Pattern: "/cases", Permission: policy.CaseOpen, Handler: m.postCaseForm},
		{Method: "GET", Pattern: "/cases/due", Permission: policy.CaseRead, Handler: m.getDue},
		of("GET", "", policy.CaseRead, m.getCase),
		of("GET", "/reception", policy.CaseWrite, m.getReception),
		of("POST", "/reception", policy.CaseWrite, m.postReception),
		of("GET", "/team", policy.CaseTeam, m.getTeam),
		of("POST", "/team", policy.CaseTeam, m.postTeam),
		of("POST", "/team/{member}/end", policy.CaseTeam, m.postTeamEnd),
		of("POST", "/team/{member}/return", policy.CaseTeam, m.postTeamReturn),
		{Method: "GET", Pattern: "/cases/handover", Permission: policy.CaseTeam, Handler: m.getHandovers},
		{Method: "POST", Pattern: "/cases/handover", Permission: policy.CaseTeam, Handler: m.postHandovers},
		of("GET", "/handover", policy.CaseTeam, m.getHandover),
		of("GET", "/plan", policy.PlanWrite, m.getPlan),
		of("POST", "/plan", policy.PlanWrite, m.postPlan),
		of("GET", "/plan/versions", policy.CaseRead, m.getEditions),
		{Method: "GET", Pattern: "/cases/approvals", Permission: policy.PlanApprove, Handler: m.getApprovals},
		of("GET", "/approval", policy.PlanWrite, m.getApproval),
		of("POST", "/approval", policy.PlanWrite, m.postApproval),
		of("POST", "/approval/decide", policy.PlanApprove, m.postDecision),
		of("GET", "/voice", policy.PlanWrite, m.getVoice),
		of("POST", "/voice", policy.PlanWrite, m.postVoice),
		of("GET", "/signature/adult", policy.PlanSign, m.getAdult),
		of("POST", "/signature/adult", policy.PlanSign, m.postAdult),
		of("GET", "/signature", policy.PlanSign, m.getSignature),
		of("POST", "/signature", policy.PlanSign, m.postSignature),
		of("GET", "/review", policy.PlanReview, m.getReview),
		of("POST", "/review", policy.PlanReview, m.postReview),
		of("GET", "/eligibility", policy.EligibilityRecord, m.getEligibility),
		of("POST", "/eligibility", policy.EligibilityRecord, m.postEligibility),
		of("GET", "/stage", policy.CaseClose, m.getStage),
		of("POST", "/stage", policy.CaseClose, m.postStage),
		of("GET", "/reopen", policy.CaseOpen, m.getReopen),
		of("POST", "/reopen", policy.CaseOpen, m.postReopen),
		of("GET", "/close", policy.CaseClose, m.getClosing),
		of("POST", "/close", policy.CaseClose, m.postClosing),
	}...)
}

// listed is how many cases a page lists at most.
const listed = 200

func (m *Module) getCases(w http.ResponseWriter, r *http.Request) error {
	v := casesView{query: web.Clean(r.URL.Query().Get("q")), closed: r.URL.Query().Get("closed") != ""}
	var err error
	if v.query != "" {
		v.list, err = m.FindCases(r.Context(), v.query)
		v.total = len(v.list)
	} else {
		v.list, v.total, err = m.Cases(r.Context(), v.closed, listed)
	}
	if err != nil {
		return err
	}
	if web.Fragment(r) {
		return web.Show(w, r, http.StatusOK, caseList(v))
	}
	return web.Show(w, r, http.StatusOK, casesPage(v))
}

// casesView is the list of cases as it is shown.
type casesView struct {
	query  string // a number that is looked for
	list   []File
	total  int
	closed bool // with those that are closed
}

func (m *Module) getCase(w http.ResponseWriter, r *http.Request) error {
	f, err := m.File(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, casePage(f))
}

// newCaseView is the form that opens a case.
type newCaseView struct {
	household *people.Household
	options   []PlaceOption
	form      NewCase
	problems  map[string]string
	existing  string // the case that is open already, to go to instead
	refused   string // why none can be opened
}

// first is the stage that is chosen in the form.
func (v newCaseView) first() string {
	if v.form.Stage == "" {
		return string(UnderAssessment)
	}
	return string(v.form.Stage)
}

func (m *Module) getNew(w http.ResponseWriter, r *http.Request) error {
	v, err := m.newCaseView(r.Context(), NewCase{HouseholdID: r.URL.Query().Get("household")})
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, newCasePage(v))
}

func (m *Module) newCaseView(ctx context.Context, n NewCase) (v newCaseView, err error) {
	v.form = n
	if v.household, err = m.people.Household(ctx, n.HouseholdID); err != nil {
		return v, err
	}
	if v.existing, err = m.OfHousehold(ctx, n.HouseholdID); err != nil {
		return v, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error { return m.openable(ctx, tx, n.HouseholdID) })
	if errs.CodeOf(err) == errs.Conflict {
		v.refused, err = web.Problems(ctx, err)[""], nil
	}
	if err != nil {
		return v, err
	}
	v.options, err = m.PlaceOptions(ctx)
	return v, err
}

func (m *Module) postCaseForm(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := NewCase{HouseholdID: f.Text("household"), PlaceKey: f.Text("place"), Stage: Stage(f.Text("stage")), Reason: f.Text("reason"), Sent: f.Sent()}
	id, err := m.Open(r.Context(), n)
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/cases/"+id, "case.opened")
	}
	v, again := m.newCaseView(r.Context(), n)
	if again != nil {
		return again
	}
	v.problems = web.Problems(r.Context(), err)
	return web.Show(w, r, web.Status(err), newCasePage(v))
}

// fileFor loads a case for a form that needs a section; what is not open of it
// does not exist.
func (m *Module) fileFor(r *http.Request, s policy.Section) (*File, error) {
	f, err := m.File(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if err := f.Open.Require(s); err != nil {
		return nil, err
	}
	return f, nil
}

// workable is fileFor for work that a closed case does not take.
func (m *Module) workable(r *http.Request, s policy.Section) (*File, error) {
	f, err := m.fileFor(r, s)
	if err == nil && f.closed() {
		return nil, errs.New(errs.Conflict, "case.closed_already")
	}
	if err == nil && !f.worked(r.Context()) && !f.asksMe(r.Context()) {
		return nil, errs.New(errs.Forbidden, "team.not_in_it")
	}
	return f, err
}

func path(f *File, rest string) string { return "/cases/" + f.ID + rest }
