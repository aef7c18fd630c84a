package cases

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tessuto/internal/people"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

func assessmentRoutes(m *Module, of func(method, path string, p policy.Permission, h web.Handler) web.Route) []web.Route {
	return []web.Route{
		of("GET", "/assessments/new", policy.AnalysisWrite, m.getStart),
		of("POST", "/assessments", policy.AnalysisWrite, m.postStart),
		of("GET", "/assessments/{entry}", policy.CaseRead, m.getResult),
		of("GET", "/assessments/{entry}/edit", policy.AnalysisWrite, m.getSheet),
		of("POST", "/assessments/{entry}/edit", policy.AnalysisWrite, m.postSheet),
	}
}

// startView is the form that begins an assessment.
type startView struct {
	*File
	form                           NewAssessment
	instruments, subjects, moments []ui.Option
	problems                       map[string]string
}

func (m *Module) getStart(w http.ResponseWriter, r *http.Request) error {
	v, err := m.startView(r)
	if err != nil {
		return err
	}
	v.form = NewAssessment{Subject: v.HouseholdID, Moment: Moments[0], On: db.DateOf(m.db.Now()), Sent: crypto.Sending{Key: db.NewID()}}
	if len(v.instruments) == 1 {
		v.form.Instrument = v.instruments[0].Value
	}
	switch {
	case v.closed():
		v.form.Moment = followUp
	case len(v.others()) > 0:
		v.form.Moment = Moments[1]
	}
	return web.Show(w, r, http.StatusOK, startPage(v))
}

func (m *Module) startView(r *http.Request) (v startView, err error) {
	ctx := r.Context()
	if v.File, err = m.fileFor(r, policy.Overview); err != nil {
		return v, err
	}
	usable, err := m.Instruments(ctx)
	if err != nil {
		return v, err
	}
	for _, in := range usable {
		if !in.preliminary() {
			v.instruments = append(v.instruments, ui.Option{Value: in.key(), Label: in.Title.say(ctx), Hint: in.Licence + " · " + in.Holder})
		}
	}
	v.subjects = []ui.Option{{Value: v.HouseholdID, Label: i18n.T(ctx, "assessment.subject.household")}}
	for _, mb := range v.Household.Members {
		v.subjects = append(v.subjects, ui.Option{Value: mb.PersonID, Label: mb.Person.Name(), Hint: codelist.Word(ctx, people.RelationList, mb.Relation)})
	}
	for _, mo := range Moments {
		if v.closed() == (mo == followUp) {
			v.moments = append(v.moments, ui.Option{Value: string(mo), Label: i18n.T(ctx, "assessment.moment."+string(mo))})
		}
	}
	return v, nil
}

func (m *Module) postStart(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	caseID := r.PathValue("id")
	n := NewAssessment{Instrument: form.Text("instrument"), Subject: form.Text("subject"), Moment: Moment(form.Text("moment")),
		On: form.Date("on"), Sent: form.Sent()}
	id := ""
	if err = form.Problem.Err(); err == nil {
		id, err = m.StartAssessment(r.Context(), caseID, n)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/cases/"+caseID+"/assessments/"+id+"/edit", "assessment.begun")
	}
	v, again := m.startView(r)
	if again != nil {
		return again
	}
	v.form, v.problems = n, web.Problems(r.Context(), err)
	return web.Show(w, r, web.Status(err), startPage(v))
}

func (m *Module) getResult(w http.ResponseWriter, r *http.Request) error {
	f, a, err := m.Assessment(r.Context(), r.PathValue("id"), r.PathValue("entry"))
	if err != nil {
		return err
	}
	v := resultView{File: f, at: a, before: a.Baseline(f.Assessments)}
	if with := r.URL.Query().Get("with"); with != "" {
		o, err := pick(f.Assessments, with)
		if err != nil || o.Revision == 0 || !a.comparable(o) {
			return errs.Missing()
		}
		v.before = o
	}
	return web.Show(w, r, http.StatusOK, resultPage(v))
}

func (v resultView) page(ctx context.Context) ui.Page { return assessmentPage(ctx, v.File, v.at) }

func assessmentPage(ctx context.Context, f *File, a *Assessment) ui.Page {
	return ui.Page{Title: a.title(ctx), Wide: true, Crumbs: f.crumbs(ctx)}
}

// selfWord is what the family says, or nothing.
func (in *Instrument) selfWord(ctx context.Context, level int) string {
	if level == NotScored {
		return ""
	}
	return in.levelWord(ctx, level)
}

func reviewText(ctx context.Context, a *Assessment) string {
	if a.ReviewOn == "" {
		return ""
	}
	return i18n.Date(ctx, a.ReviewOn.Time())
}

func outcomeOptions(ctx context.Context) []ui.Option {
	return append([]ui.Option{{Label: i18n.T(ctx, "analysis.outcome_open")}}, ui.Options(ctx, "analysis.outcome.", AnalysisOutcomes)...)
}

// sheetView is the form that fills an assessment.
type sheetView struct {
	*File
	at       *Assessment
	sheet    Sheet // what was typed beside the scores
	problems map[string]string
	theirs   []Score         // what somebody else saved meanwhile
	changed  map[string]bool // the domains that the actor has typed over
}

// sheetOf loads an assessment to write into.
func (m *Module) sheetOf(r *http.Request) (v sheetView, err error) {
	if v.File, v.at, err = m.Assessment(r.Context(), r.PathValue("id"), r.PathValue("entry")); err != nil {
		return v, err
	}
	if err := v.Open.Require(policy.Overview); err != nil {
		return v, err
	}
	if v.closed() && v.at.Moment != followUp {
		return v, errs.New(errs.Conflict, "case.closed_already")
	}
	v.sheet = Sheet{Outcome: v.AnalysisOutcome}
	if v.at.Moment != "exit" && v.at.Moment != followUp {
		v.sheet.ReviewOn = v.at.On.AddDays(reviewDays)
	}
	return v, nil
}

// reviewDays is after how long it is proposed to look again; practice says three to
// six months.
const reviewDays = 120

func (m *Module) getSheet(w http.ResponseWriter, r *http.Request) error {
	v, err := m.sheetOf(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, sheetPage(v))
}

// mark is what a form remembers of a score it was filled from, to tell what was
// typed over from what was left alone.
func (s Score) mark() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{itoa(s.Level), itoa(s.Self), s.Notes, s.Evidence}, "\n")))
	return hex.EncodeToString(sum[:8])
}

// mark is the score's, or nothing for one that was typed over: it stays so until it
// is saved.
func (v sheetView) mark(s Score) string {
	if v.changed[s.Domain] {
		return ""
	}
	return s.mark()
}

// sheetForm reads what was typed over.
func sheetForm(f *web.Form, in *Instrument) Sheet {
	s := Sheet{Close: f.Text("do") == "close", Outcome: f.Text("outcome"), ReviewOn: f.Date("review_on"), Reason: f.Text("reason")}
	for _, d := range in.Domains {
		if !f.Values.Has(DomainField(d.Code, "was")) {
			continue
		}
		score := unsaid(d.Code)
		score.Level, score.Self = levelOf(f, DomainField(d.Code, "")), levelOf(f, DomainField(d.Code, "self"))
		score.Notes, score.Evidence = f.Text(DomainField(d.Code, "notes")), f.Text(DomainField(d.Code, "evidence"))
		score.Version = f.Int(DomainField(d.Code, "version"))
		if score.mark() != f.Text(DomainField(d.Code, "was")) {
			s.Scores = append(s.Scores, score)
		}
	}
	return s
}

func levelOf(f *web.Form, field string) int {
	if n, err := strconv.Atoi(f.Text(field)); err == nil && n >= 0 {
		return n
	}
	return NotScored
}

func (m *Module) postSheet(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	v, err := m.sheetOf(r)
	if err != nil {
		return err
	}
	s := sheetForm(form, v.at.Instrument)
	if err = form.Problem.Err(); err == nil {
		err = m.SaveAssessment(r.Context(), v.File.ID, v.at.ID, s)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		notice := "assessment.saved"
		if s.Close {
			notice = "assessment.was_closed"
		}
		return web.Go(w, r, v.after(), notice)
	}
	v.sheet, v.problems = s, web.Problems(r.Context(), err)
	if theirs := errs.TheirsOf[[]Score](err); theirs != nil {
		v.theirs = *theirs
	}
	v.keep(s.Scores)
	return web.Show(w, r, web.Status(err), sheetPage(v))
}

// after is where one goes once a sheet is saved.
func (v sheetView) after() string {
	if v.at.Instrument.preliminary() {
		return path(v.File, "")
	}
	return v.at.path("")
}

// keep puts what was typed over what is saved. The version moves on only where what
// somebody else wrote is shown: there, sending the form again replaces it knowingly.
func (v *sheetView) keep(typed []Score) {
	v.changed = map[string]bool{}
	for _, t := range typed {
		i := slices.IndexFunc(v.at.Scores, func(s Score) bool { return s.Domain == t.Domain })
		if i < 0 {
			continue
		}
		v.changed[t.Domain] = true
		s := &v.at.Scores[i]
		s.Said = t.Said
		if !slices.ContainsFunc(v.theirs, func(o Score) bool { return o.Domain == t.Domain }) {
			s.Version = t.Version
		}
	}
}

// conflicts are the domains that somebody else saved meanwhile, beside what was typed.
func (v sheetView) conflicts(ctx context.Context) (out []ui.ConflictProps) {
	for _, theirs := range v.theirs {
		out = append(out, ui.ConflictProps{About: v.at.Instrument.domain(theirs.Domain).Title.say(ctx), Who: v.name(theirs.SavedBy),
			When: i18n.DateTime(ctx, theirs.SavedAt), Mine: scoreText(v.at.Instrument, v.at.score(theirs.Domain)), Theirs: scoreText(v.at.Instrument, theirs)})
	}
	return out
}

// name is that of a colleague of the team.
func (v sheetView) name(account string) string {
	for _, t := range v.Team {
		if t.AccountID == account {
			return t.Name
		}
	}
	return ""
}

func (v sheetView) page(ctx context.Context) ui.Page {
	p := assessmentPage(ctx, v.File, v.at)
	p.Wide = false
	if !v.at.Instrument.preliminary() {
		p.Lead = v.at.Subject.label(ctx) + " · " + momentOn(ctx, v.at)
	}
	return p
}

func (v sheetView) heading(ctx context.Context, i int) string {
	s := v.at.Scores[i]
	return itoa(i+1) + ". " + v.at.Instrument.domain(s.Domain).Title.say(ctx)
}

func (v sheetView) question(ctx context.Context) string {
	if v.at.Instrument.preliminary() {
		return i18n.T(ctx, "analysis.severity")
	}
	return i18n.T(ctx, "assessment.worker")
}

// hint says what to look at in a domain, and where it stood the last time.
func (v sheetView) hint(ctx context.Context, d *InstrumentDomain) string {
	hint := d.Hint.say(ctx)
	for i := len(v.Assessments) - 1; i >= 0; i-- {
		o := &v.Assessments[i]
		if o.ID == v.at.ID || o.Revision == 0 || o.On > v.at.On || !v.at.comparable(o) {
			continue
		}
		if level := o.score(d.Code).Level; level != NotScored {
			hint += " " + i18n.T(ctx, "assessment.last_time", "Level", v.at.Instrument.levelWord(ctx, level))
		}
		break
	}
	return strings.TrimSpace(hint)
}

// noted tells whether what stands beside a level is worth unfolding.
func (v sheetView) noted(s Score) bool {
	return s.Notes != "" || s.Evidence != "" || v.problems[DomainField(s.Domain, "evidence")] != "" || v.problems[DomainField(s.Domain, "notes")] != ""
}

// fieldOrder lists the fields as they stand on the page.
func (v sheetView) fieldOrder() (out []string) {
	for _, s := range v.at.Scores {
		for _, what := range []string{"", "self", "evidence", "notes"} {
			out = append(out, DomainField(s.Domain, what))
		}
	}
	return append(out, "outcome", "reason", "review_on")
}
