package cases

import (
	"context"
	"slices"
	"strconv"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/programme"
)

func itoa(n int) string { return strconv.Itoa(n) }

func option(ctx context.Context, c programme.Choice) PlaceOption {
	lang := i18n.Lang(ctx)
	return PlaceOption{c.Key(), c.ProgrammeTitle.In(lang) + " – " + c.Activity + " " + c.Title.In(lang), c.Mine}
}

// strip draws the stages of a case: those through which it went, the one where it
// is, and those that follow in most cases.
func (f *File) strip(ctx context.Context) []ui.Stage {
	var out []ui.Stage
	state := ui.Done
	for _, s := range f.way() {
		switch {
		case s == f.Stage:
			state = ui.Current
		case state == ui.Current:
			state = ui.Next
		}
		out = append(out, ui.Stage{Label: i18n.T(ctx, "stage."+string(s)), State: state})
	}
	return out
}

// way are the stages of the strip: a case that began later has no earlier ones, and
// one that rests or went elsewhere shows it where it happened.
func (f *File) way() []Stage {
	way := slices.Clone(Stages)
	if len(f.Steps) > 0 {
		switch first := f.Steps[0].Stage; {
		case first == Reopened:
			way = append([]Stage{Reopened}, way[slices.Index(way, UnderAssessment):]...)
		case slices.Contains(way, first):
			way = way[slices.Index(way, first):]
		}
	} else {
		way = way[slices.Index(way, UnderAssessment):]
	}
	switch f.Stage {
	case Suspended:
		at := slices.Index(way, before(f.Steps, &f.Case)) + 1
		return slices.Insert(way, at, Suspended)
	case Oriented:
		return append(slices.DeleteFunc(way, func(s Stage) bool { return !f.been(s) }), Oriented)
	}
	return way
}

func (f *File) been(s Stage) bool {
	return slices.ContainsFunc(f.Steps, func(step Step) bool { return step.Stage == s })
}

// reasonText says why a case came to a stage.
func (s Step) reasonText(ctx context.Context) string {
	if s.Stage == Closed && s.Reason == transferred {
		return i18n.T(ctx, "closing.reason."+transferred)
	}
	for _, o := range codelist.Options(ctx, reasonsOf[s.Stage], s.Since, s.Reason) {
		if o.Value == s.Reason && s.Reason != "" {
			return o.Label
		}
	}
	return ""
}

// closingText says why a case was closed.
func (f *File) closingText(ctx context.Context) string {
	if f.Stage == Oriented {
		return Step{Stage: Oriented, Since: f.ClosedOn, Reason: f.ClosingReason}.reasonText(ctx)
	}
	return i18n.T(ctx, "closing.reason."+f.ClosingReason)
}

// can tells whether to offer an act on the case; the use case decides again.
func can(ctx context.Context, f *File, p policy.Permission, s policy.Section) bool {
	return !f.closed() && f.Emergency == nil && f.Open[s] && policy.From(ctx).May(p) && f.worked(ctx)
}

// leads tells whether to offer what only the body that leads the case decides.
func leads(ctx context.Context, f *File, p policy.Permission, s policy.Section) bool {
	return can(ctx, f, p, s) && policy.From(ctx).OrgID == f.OrgID
}

// worked tells whether who reads is in the team today.
func (f *File) worked(ctx context.Context) bool {
	return slices.ContainsFunc(f.inTeam(), func(t TeamMember) bool { return t.AccountID == policy.From(ctx).AccountID })
}

// placeAnswers offers the activities; the first answer is none, or the case's.
func placeAnswers(ctx context.Context, list []PlaceOption, first ui.Option) []ui.Option {
	out := []ui.Option{first}
	for _, p := range list {
		if p.Mine {
			out = append(out, ui.Option{Value: p.Key, Label: p.Label})
		}
	}
	return out
}

func noPlace(ctx context.Context) ui.Option { return ui.Option{Label: i18n.T(ctx, "case.place_none")} }

func samePlace(ctx context.Context) ui.Option {
	return ui.Option{Value: SamePlace, Label: i18n.T(ctx, "intervention.place_same")}
}

// placeLabel names where the case belongs.
func (f *File) placeLabel(ctx context.Context) string { return f.labelOf(ctx, f.Place) }

func (f *File) labelOf(ctx context.Context, place ledger.Place) string {
	for _, p := range f.PlaceOptions {
		if p.Key == place.Programme+"/"+place.Activity {
			return p.Label
		}
	}
	return i18n.T(ctx, "case.place_none")
}

// manager names who answers for the case.
func (f *File) manager() string {
	for _, t := range f.Team {
		if t.AccountID == f.ManagerID {
			return t.Name
		}
	}
	return ""
}

// inTeam lists who is in the team today.
func (f *File) inTeam() (out []TeamMember) {
	for _, t := range f.Team {
		if t.To == "" {
			out = append(out, t)
		}
	}
	return out
}

// Name is that of the reference person, as far as the reader may know.
func (f *File) Name(ctx context.Context) string {
	if name := f.Household.Reference().Name(); name != "" {
		return name
	}
	return i18n.T(ctx, "case.title_plain")
}

// title names the case by the reference person.
func (f *File) title(ctx context.Context) string {
	if f.Household.Reference().Name() == "" {
		return i18n.T(ctx, "case.title_plain")
	}
	return i18n.T(ctx, "case.title", "Name", f.Name(ctx))
}

func (f *File) crumbs(ctx context.Context) []ui.Crumb {
	return []ui.Crumb{
		{Label: i18n.T(ctx, "nav.cases"), Href: "/cases"},
		{Label: f.title(ctx), Href: path(f, "")},
	}
}

func page(ctx context.Context, f *File, title string) ui.Page {
	return ui.Page{Title: i18n.T(ctx, title), Crumbs: f.crumbs(ctx)}
}

// nextStep is the one thing the case waits for, as path and message key.
func (f *File) nextStep() (to, key string, p policy.Permission, s policy.Section) {
	switch {
	case f.Stage == Reported || f.Stage == FirstContact || f.Stage == Suspended:
		return "/stage", "case.do_stage", policy.CaseClose, policy.Overview
	case f.ChargedOn == "":
		return "/assessments/" + f.ID + "/edit", "case.do_analysis", policy.AnalysisWrite, policy.Overview
	case f.Plan == nil:
		return "/plan", "case.do_plan", policy.PlanWrite, policy.Plan
	case !f.Plan.Signed():
		s := f.draftStep()
		return s.to, s.key, s.permission, policy.Plan
	}
	return "/interventions/new", "case.do_intervention", policy.InterventionDo, policy.Diary
}

// caseAct is something that can be done with a case: a message key, and where.
type caseAct struct{ key, href string }

// otherActs are what can be done with a case beside the next step, which first names,
// and beside an intervention.
func (f *File) otherActs(ctx context.Context, first string) (out []caseAct) {
	offer := func(ok bool, key, href string) {
		if ok {
			out = append(out, caseAct{key, href})
		}
	}
	offer(f.Plan.Signed() && can(ctx, f, policy.PlanReview, policy.Plan), "case.do_review", path(f, "/review"))
	offer(can(ctx, f, policy.AppointmentBook, policy.Overview) && f.Household.Reference().ID != "", "case.do_appointment",
		"/appointments/new?person="+f.Household.Reference().ID)
	offer(f.worked(ctx) && f.Open[policy.Plan] && policy.From(ctx).May(policy.EligibilityRecord), "case.do_eligibility", path(f, "/eligibility"))
	offer(first != "case.do_stage" && len(f.movable(f.Steps)) > 0 && leads(ctx, f, policy.CaseClose, policy.Overview), "case.do_stage", path(f, "/stage"))
	offer(leads(ctx, f, policy.CaseClose, policy.Plan), "case.do_close", path(f, "/close"))
	offer(f.Emergency == nil, "dossier.title", path(f, "/file"))
	offer(f.Emergency == nil && policy.From(ctx).OrgID == f.OrgID && policy.From(ctx).May(policy.CaseTeam), "dossier.export", path(f, "/export"))
	offer(can(ctx, f, policy.CaseTeam, policy.Overview) && policy.From(ctx).OrgID == f.OrgID, "transfer.title", path(f, "/transfer"))
	return out
}

// rows are cases as a list shows them.
func rows(ctx context.Context, list []File) (out [][]ui.Cell) {
	for _, f := range list {
		out = append(out, []ui.Cell{
			{Text: f.Name(ctx), Href: path(&f, "")},
			{Text: f.Number.String()},
			{Body: ui.Badge(ui.Info, i18n.T(ctx, "stage."+string(f.Stage)))},
			{Text: itoa(len(f.Household.Members)), Numeric: true},
			{Text: i18n.Date(ctx, f.OpenedOn.Time())},
		})
	}
	return out
}
