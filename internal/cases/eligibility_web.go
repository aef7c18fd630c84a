package cases

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
	"tessuto/internal/programme"
)

type eligibilityView struct {
	*File
	said       []SaidOnce
	programmes []programme.Programme
	form       NewEligibility
	problems   map[string]string
}

func (m *Module) eligibilityView(r *http.Request, form NewEligibility) (v eligibilityView, err error) {
	f, err := m.fileFor(r, policy.Plan)
	if err != nil {
		return v, err
	}
	v = eligibilityView{File: f, form: form}
	v.said, v.programmes, err = m.Eligibility(r.Context(), f)
	return v, err
}

func (m *Module) getEligibility(w http.ResponseWriter, r *http.Request) error {
	v, err := m.eligibilityView(r, NewEligibility{Met: true, Sent: crypto.Sending{Key: db.NewID()}})
	if err != nil {
		return err
	}
	v.form.Programme, v.form.From = v.Programme, v.OpenedOn
	if len(v.programmes) == 1 {
		v.form.Programme = v.programmes[0].Code
	}
	for _, member := range v.Household.Members {
		v.form.Persons = append(v.form.Persons, member.PersonID)
	}
	return web.Show(w, r, http.StatusOK, eligibilityPage(v))
}

func (m *Module) postEligibility(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := NewEligibility{Programme: form.Text("programme"), Persons: form.All("persons"), From: form.Date("from"), To: form.Date("to"),
		Met: form.Text("met") == "yes", Sent: form.Sent()}
	if err = form.Problem.Err(); err == nil {
		_, err = m.SetEligibility(r.Context(), r.PathValue("id"), n)
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/cases/"+r.PathValue("id")+"/eligibility", "eligibility.saved")
	}
	v, again := m.eligibilityView(r, n)
	if again != nil {
		return again
	}
	v.problems = web.Problems(r.Context(), err)
	return web.Show(w, r, web.Status(err), eligibilityPage(v))
}

// asked are the programmes to speak of.
func (v *eligibilityView) asked(ctx context.Context) (out []ui.Option) {
	for _, p := range v.programmes {
		out = append(out, ui.Option{Value: p.Code, Label: p.Title.In(i18n.Lang(ctx))})
	}
	return out
}

// conditions say, in the programme's own words, whom it is for.
func (v *eligibilityView) conditions(ctx context.Context) (out []string) {
	i := slices.IndexFunc(v.programmes, func(p programme.Programme) bool { return p.Code == v.form.Programme })
	if i < 0 {
		return nil
	}
	for _, r := range v.programmes[i].Recipients {
		if r.Condition != nil {
			out = append(out, r.Title.In(i18n.Lang(ctx))+": "+r.Condition.In(i18n.Lang(ctx)))
		}
	}
	return out
}

func (v *eligibilityView) members() (out []ui.Option) {
	for _, m := range v.Household.Members {
		out = append(out, ui.Option{Value: m.PersonID, Label: m.Person.Name()})
	}
	return out
}

func (v *eligibilityView) title(ctx context.Context, code string) string {
	i := slices.IndexFunc(v.programmes, func(p programme.Programme) bool { return p.Code == code })
	if i < 0 {
		return code
	}
	return v.programmes[i].Title.In(i18n.Lang(ctx))
}

func metKey(met bool) string {
	if met {
		return "eligibility.met.yes"
	}
	return "eligibility.met.no"
}

func met(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// days says from when to when.
func days(ctx context.Context, from, to db.Date) string {
	if to == "" {
		return i18n.T(ctx, "eligibility.since", "From", i18n.Date(ctx, from.Time()))
	}
	return i18n.T(ctx, "eligibility.span", "From", i18n.Date(ctx, from.Time()), "To", i18n.Date(ctx, to.Time()))
}

func (v *eligibilityView) rows(ctx context.Context) (out [][]ui.Cell) {
	for _, s := range v.said {
		out = append(out, []ui.Cell{{Text: v.title(ctx, s.Programme)}, {Text: i18n.T(ctx, metKey(s.Met))}, {Text: days(ctx, s.From, s.To)},
			{Text: strings.Join(s.Names, ", ")}, {Text: i18n.Date(ctx, s.At)}, {Text: s.Who}})
	}
	return out
}
