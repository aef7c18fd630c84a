package cases

import (
	"context"
	"maps"
	"slices"

	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Mandate is what somebody does in a team. It decides what they see.
type Mandate string

// CaseManager answers for the case.
const CaseManager Mandate = "case_manager"

// mandates is the one table of what each mandate opens. A mediator has none:
// mediators see the appointment, never the file.
var mandates = map[Mandate][]policy.Section{
	CaseManager:     policy.CaseSections,
	"social_worker": policy.CaseSections,
	"psychologist": {policy.Overview, policy.AreaPersonal, policy.AreaLearning, policy.AreaNetworks,
		policy.Plan, policy.Diary},
	"educator": {policy.Overview, policy.AreaPersonal, policy.AreaLearning, policy.AreaNetworks,
		policy.Plan, policy.Diary},
	"health_operator":  {policy.Overview, policy.AreaPersonal, policy.Plan, policy.Diary},
	"housing_operator": {policy.Overview, policy.AreaEconomic, policy.AreaHousing, policy.Plan, policy.Diary},
	"work_operator":    {policy.Overview, policy.AreaEconomic, policy.AreaWork, policy.Plan, policy.Diary},
	"legal_operator":   {policy.Overview, policy.Plan},
	"facilitator":      {policy.Overview, policy.AreaNetworks, policy.Plan},
}

// Mandates lists what a member can be added as, in the order of a form.
var Mandates = []Mandate{"social_worker", "psychologist", "educator", "health_operator", "housing_operator",
	"work_operator", "legal_operator", "facilitator"}

// Opens returns the sections that the mandate opens.
func (d Mandate) Opens() []policy.Section { return mandates[d] }

// TeamMember is somebody who works on a case, from a day and maybe to a day.
type TeamMember struct {
	ID         string
	AccountID  string
	Name       string
	OrgID      string
	OrgName    string
	Mandate    Mandate
	Profession string
	From, To   db.Date
}

// mandatesOf says what each role can be named as: a mandate never opens more
// than a profession may see. Who has no mandate cannot work on a case.
var mandatesOf = map[policy.Role][]Mandate{
	policy.SocialWorker: Mandates,
	policy.Psychologist: {"psychologist"},
	policy.Educator:     {"educator", "housing_operator", "work_operator", "facilitator"},
	policy.MobileTeam:   {"educator", "health_operator", "legal_operator", "facilitator"},
}

// teamRoles are the roles that can work on a case.
var teamRoles = slices.Collect(maps.Keys(mandatesOf))

// Candidates lists who can be named to the team of a case and is not yet.
func (m *Module) Candidates(ctx context.Context, f *File) (out []network.Operator, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		all, err := m.network.Operators(ctx, tx, teamRoles...)
		for _, op := range all {
			in := slices.ContainsFunc(f.Team, func(t TeamMember) bool { return t.AccountID == op.AccountID && t.To == "" })
			if op.Active && !in {
				out = append(out, op)
			}
		}
		return err
	})
	return out, err
}

// AddToTeam names an operator to the team. What the mandate opens is open to
// them at once. Somebody who is in the team already is a Conflict.
func (m *Module) AddToTeam(ctx context.Context, caseID, accountID string, mandate Mandate) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, _, _, err := m.act(ctx, tx, caseID, policy.CaseTeam, policy.Overview)
		if err != nil {
			return err
		}
		k := errs.Check{}
		op, err := m.network.Operator(ctx, tx, accountID)
		if err != nil && errs.CodeOf(err) != errs.NotFound {
			return err
		}
		k.That(err == nil && op.Active && len(mandatesOf[op.Role]) > 0, "account", "error.field_choice")
		k.That(err != nil || slices.Contains(mandatesOf[op.Role], mandate), "mandate", "team.mandate_not_role")
		if err := k.Err(); err != nil {
			return err
		}
		if err := m.record(ctx, tx, "case.team_add", c.ID, policy.Overview); err != nil {
			return err
		}
		return m.join(ctx, tx, c, op, mandate)
	})
}

// join writes a member, opens what the mandate opens, and counts the operator.
func (m *Module) join(ctx context.Context, tx *db.Tx, c *Case, op network.Operator, mandate Mandate) error {
	net := policy.From(ctx).Network
	t := TeamMember{ID: db.NewID(), AccountID: op.AccountID, OrgID: op.OrgID, Mandate: mandate,
		Profession: op.Profession, From: tx.Today()}
	if err := insertTeamMember(ctx, tx, net, c.ID, t); err != nil {
		return err
	}
	if err := m.opened(ctx, tx, c, t); err != nil {
		return err
	}
	return m.ledger.Post(ctx, tx, net, t.fact(c))
}

// opened opens to a member what the mandate opens, and the household.
func (m *Module) opened(ctx context.Context, tx *db.Tx, c *Case, t TeamMember) error {
	to := policy.ToAccount(t.AccountID)
	err := policy.Grant(ctx, tx, policy.From(ctx).Network, policy.Case, c.ID, to, policy.InstitutionalTask, t.Mandate.Opens()...)
	if err != nil {
		return err
	}
	return m.people.Share(ctx, tx, c.HouseholdID, to, policy.InstitutionalTask)
}

// fact counts the operator who joined, under the organisation they come from.
func (t *TeamMember) fact(c *Case) ledger.Fact {
	f := c.fact("cases.team_operator", t.From, ledger.Source{Kind: "case_team", ID: t.ID}, "")
	f.SubjectID, f.OrgID, f.Profession = t.AccountID, t.OrgID, t.Profession
	return f
}

// EndMandate takes somebody off the team from today: they see the case no more.
// What they did stays. The case manager cannot be taken off.
func (m *Module) EndMandate(ctx context.Context, caseID, memberID string) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, _, _, err := m.act(ctx, tx, caseID, policy.CaseTeam, policy.Overview)
		if err != nil {
			return err
		}
		net := policy.From(ctx).Network
		t, err := teamMemberByID(ctx, tx, net, c.ID, memberID)
		if err != nil {
			return err
		}
		if t.AccountID == c.ManagerID {
			return errs.New(errs.Conflict, "team.manager_stays")
		}
		if err := endTeamMember(ctx, tx, net, t.ID); err != nil {
			return err
		}
		if err := m.record(ctx, tx, "case.team_end", c.ID, policy.Overview); err != nil {
			return err
		}
		from := policy.ToAccount(t.AccountID)
		if err := policy.Revoke(ctx, tx, net, policy.Case, c.ID, from); err != nil {
			return err
		}
		return m.unshare(ctx, tx, net, c, t.AccountID)
	})
}

// ReturnMandate takes back the end of a mandate, on the day it was ended: the
// member sees again what the mandate opens. Later, or when somebody has named
// them again meanwhile, it is a Conflict.
func (m *Module) ReturnMandate(ctx context.Context, caseID, memberID string) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, _, _, err := m.act(ctx, tx, caseID, policy.CaseTeam, policy.Overview)
		if err != nil {
			return err
		}
		team, err := teamOf(ctx, tx, policy.From(ctx).Network, c.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(team, func(t TeamMember) bool { return t.ID == memberID })
		if i < 0 {
			return errs.Missing()
		}
		t := team[i]
		again := slices.ContainsFunc(team, func(o TeamMember) bool { return o.AccountID == t.AccountID && o.To == "" })
		if again || t.To != tx.Today() {
			return errs.New(errs.Conflict, "team.return_late")
		}
		op, err := m.network.Operator(ctx, tx, t.AccountID)
		if err != nil {
			return err
		}
		if !op.Active || !slices.Contains(mandatesOf[op.Role], t.Mandate) {
			return errs.New(errs.Conflict, "team.return_late")
		}
		if err := returnTeamMember(ctx, tx, policy.From(ctx).Network, t.ID); err != nil {
			return err
		}
		if err := m.record(ctx, tx, "case.team_return", c.ID, policy.Overview); err != nil {
			return err
		}
		return m.opened(ctx, tx, c, t)
	})
}

// unshare closes the household too, unless another case still opens it.
func (m *Module) unshare(ctx context.Context, tx *db.Tx, net string, c *Case, account string) error {
	others, err := otherMandates(ctx, tx, net, c, account)
	if err != nil || others > 0 {
		return err
	}
	return m.people.Unshare(ctx, tx, c.HouseholdID, policy.ToAccount(account))
}

func (m *Module) team(ctx context.Context, tx *db.Tx, c *Case) ([]TeamMember, error) {
	team, err := teamOf(ctx, tx, policy.From(ctx).Network, c.ID)
	if err != nil {
		return nil, err
	}
	names, err := m.network.StaffNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	orgs, err := m.network.Names(ctx, tx)
	for i := range team {
		team[i].Name, team[i].OrgName = names[team[i].AccountID], orgs[team[i].OrgID]
	}
	return team, err
}
