package cases

import (
	"context"
	"slices"

	"tessuto/internal/people"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// settle checks what a plan says against the case, and keeps of the plan that it
// goes on from what its writer does not see: an objective that cites a section
// which is closed to them goes on citing it.
func (m *Module) settle(ctx context.Context, tx *db.Tx, w *saving, p, base *Plan) error {
	k, had := errs.Check{}, p.follow(base)
	if err := m.checkWho(ctx, tx, w.Case, p, k); err != nil {
		return err
	}
	if err := m.checkFunds(ctx, tx, p, had, k); err != nil {
		return err
	}
	sources, err := m.sources(ctx, tx, w.Case)
	for i := range p.Objectives {
		o := &p.Objectives[i]
		before := had.sources[o.Root]
		if o.Source == "" && o.Root != "" && !sources.openTo(w.open, before) {
			o.Source = before
		}
		k.That(o.Source == "" || o.Source == before || sources.openTo(w.open, o.Source), ObjectiveField(i, "source"), "error.field_choice")
	}
	if err != nil {
		return err
	}
	return k.Err()
}

// saidBefore is what the plan says from which another goes on.
type saidBefore struct {
	sources map[string]string // of objectives, by root
	actions map[string]bool   // roots
	funds   map[string]bool
}

// follow leaves of the roots that a form names those of the plan it goes on from,
// each once.
func (p *Plan) follow(base *Plan) saidBefore {
	had := saidBefore{map[string]string{}, map[string]bool{}, map[string]bool{}}
	free := map[string]bool{}
	if base != nil {
		for _, o := range base.Objectives {
			had.sources[o.Root], free[o.Root] = o.Source, true
			for _, a := range o.Actions {
				had.actions[a.Root], had.funds[a.Fund] = true, true
			}
		}
	}
	for i := range p.Objectives {
		o := &p.Objectives[i]
		if !free[o.Root] {
			o.Root = ""
		}
		delete(free, o.Root)
		for j := range o.Actions {
			a := &o.Actions[j]
			if !had.actions[a.Root] {
				a.Root = ""
			}
			delete(had.actions, a.Root)
		}
	}
	return had
}

// sources says which section opens each domain that an objective can cite, by
// assessment/domain, of the assessments of a case whose subject the actor may read.
func (m *Module) sources(ctx context.Context, tx *db.Tx, c *Case) (planSources, error) {
	rows, err := assessmentsOf(ctx, tx, policy.From(ctx).Network, c.ID)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	instruments, err := m.instrumentsOf(ctx, tx, rows)
	if err != nil {
		return nil, err
	}
	var persons []string
	for _, r := range rows {
		if r.Subject.Kind != OfHousehold {
			persons = append(persons, r.Subject.ID)
		}
	}
	readable, err := policy.Readable(ctx, tx, policy.Person, persons)
	out := planSources{}
	for _, r := range rows {
		in := instruments[r.instrumentKey()]
		if in == nil || r.Subject.Kind != OfHousehold && !slices.Contains(readable, r.Subject.ID) {
			continue
		}
		for _, d := range in.Domains {
			out[SourceOf(r.ID, d.Code)] = d.Section
		}
	}
	return out, err
}

type planSources map[string]policy.Section

func (s planSources) openTo(open policy.Open, source string) bool {
	section, known := s[source]
	return known && open[section]
}

// SourceOf is how an objective cites a domain of an assessment.
func SourceOf(assessment, domain string) string { return assessment + "/" + domain }

// checkWho lets only the team take on actions, and only who lives in the household
// have the plan.
func (m *Module) checkWho(ctx context.Context, tx *db.Tx, c *Case, p *Plan, k errs.Check) error {
	team, err := teamOf(ctx, tx, policy.From(ctx).Network, c.ID)
	if err != nil {
		return err
	}
	for i, o := range p.Objectives {
		for j, a := range o.Actions {
			in := slices.ContainsFunc(team, func(t TeamMember) bool { return t.AccountID == a.AccountID && t.To == "" })
			k.That(a.AccountID == "" || in, ActionField(i, j, "who"), "plan.who_not_in_team")
		}
	}
	if p.SubjectID == "" {
		return nil
	}
	h, err := m.people.HouseholdIn(ctx, tx, c.HouseholdID)
	if err == nil {
		k.That(slices.ContainsFunc(h.Members, func(mb people.Member) bool { return mb.PersonID == p.SubjectID }), "subject", "error.field_choice")
	}
	return err
}

// checkFunds lets an action name a funding line that is offered today, an activity
// of a programme of the actor's body, or what the plan has named before.
func (m *Module) checkFunds(ctx context.Context, tx *db.Tx, p *Plan, had saidBefore, k errs.Check) error {
	for i, o := range p.Objectives {
		for j, a := range o.Actions {
			if a.Fund == "" || had.funds[a.Fund] || codelist.Valid(ctx, FundingList, a.Fund, tx.Today()) {
				continue
			}
			_, err := m.programmes.PlaceOf(ctx, tx, a.Fund)
			if err != nil && errs.CodeOf(err) != errs.Invalid {
				return err
			}
			k.That(err == nil, ActionField(i, j, "fund"), "error.field_choice")
		}
	}
	return nil
}
