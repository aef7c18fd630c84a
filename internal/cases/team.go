package cases

import (
	"context"
	"maps"
	"slices"

	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
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
	// Closed says that the case is not open to them today: the agreement between
	// the two bodies is over.
	Closed bool
	Gone   bool   // they work in the network no more
	Lapsed bool   // their mandate ended because the case had been closed for long
	Note   string // with which they handed the case over; sealed, and open with the diary
	sealed []byte
	sees   []policy.Section
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
		if err != nil {
			return err
		}
		team, err := teamOf(ctx, tx, policy.From(ctx).Network, f.ID)
		for _, op := range all {
			in := slices.ContainsFunc(team, func(t TeamMember) bool { return t.AccountID == op.AccountID && t.To == "" })
			if op.Active && !in {
				out = append(out, op)
			}
		}
		return err
	})
	return out, err
}

// Reasons are why a case is opened to another body without an agreement: to
// protect a minor, who waits for no signature (safeguards, 1 and 10).
var Reasons = []string{"harm", "authority_request", "alone"}

// AddToTeam names an operator to the team. What the mandate opens is open to
// them at once. Somebody who is in the team already is a Conflict, unless it is
// the same form sent twice, and so is somebody of a body with which no agreement
// is in force.
func (m *Module) AddToTeam(ctx context.Context, caseID, accountID string, mandate Mandate, sent crypto.Sending) error {
	return m.add(ctx, caseID, accountID, mandate, "", sent)
}

// AddToProtect names an operator to the team for one of the Reasons, whether or
// not there is an agreement. It is written into the audit, and the DPO sees it.
func (m *Module) AddToProtect(ctx context.Context, caseID, accountID string, mandate Mandate, reason string, sent crypto.Sending) error {
	if !slices.Contains(Reasons, reason) {
		return errs.Check{"reason": "team.reason_missing"}.Err()
	}
	return m.add(ctx, caseID, accountID, mandate, reason, sent)
}

func (m *Module) add(ctx context.Context, caseID, accountID string, mandate Mandate, reason string, sent crypto.Sending) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, _, err := m.lead(ctx, tx, caseID, policy.CaseTeam, policy.Overview)
		if err != nil {
			return err
		}
		fresh, actor := db.NewID(), policy.From(ctx)
		if first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, sent, fresh); err != nil || first != fresh {
			return err
		}
		k := errs.Check{}
		op, err := m.network.Operator(ctx, tx, accountID, teamRoles...)
		if err != nil && errs.CodeOf(err) != errs.NotFound {
			return err
		}
		k.That(err == nil && op.Active && len(mandatesOf[op.Role]) > 0, "account", "error.field_choice")
		k.That(err != nil || slices.Contains(mandatesOf[op.Role], mandate), "mandate", "team.mandate_not_role")
		if err := k.Err(); err != nil {
			return err
		}
		e := audit.Entry{Act: "case.team_add", Kind: policy.Case, ID: c.ID, Section: policy.Overview}
		basis := policy.InstitutionalTask
		if reason != "" {
			e.Act, e.Reason, basis = "case.team_protect", reason, policy.ChildProtection
		}
		if err := m.audit.Record(ctx, tx, e); err != nil {
			return err
		}
		return m.join(ctx, tx, c, op, mandate, basis)
	})
}

// join writes a member, opens what the mandate opens, and counts the operator.
func (m *Module) join(ctx context.Context, tx *db.Tx, c *Case, op network.Operator, mandate Mandate, basis policy.Basis) error {
	terms, err := m.mayJoin(ctx, tx, c, op, basis)
	if err != nil {
		return err
	}
	_, err = m.enter(ctx, tx, c, op, mandate, terms)
	return err
}

func (m *Module) enter(ctx context.Context, tx *db.Tx, c *Case, op network.Operator, mandate Mandate, terms policy.Terms) (TeamMember, error) {
	net := policy.From(ctx).Network
	t := TeamMember{ID: db.NewID(), AccountID: op.AccountID, OrgID: op.OrgID, Mandate: mandate,
		Profession: op.Profession, From: tx.Today()}
	if err := insertTeamMember(ctx, tx, net, c.ID, t); err != nil {
		return t, err
	}
	if err := m.opened(ctx, tx, c, t, terms); err != nil {
		return t, err
	}
	return t, m.ledger.Post(ctx, tx, net, t.fact(c))
}

// opened opens to a member what the mandate opens, as far as those of their body go, and
// the household.
func (m *Module) opened(ctx context.Context, tx *db.Tx, c *Case, t TeamMember, terms policy.Terms) error {
	to, net := policy.ToAccount(t.AccountID), policy.From(ctx).Network
	held, err := mandatesOfCase(ctx, tx, net, c.ID)
	if err != nil {
		return err
	}
	sees := narrowed(c, t.OrgID, held, t.Mandate.Opens())
	if err := policy.Grant(ctx, tx, net, policy.Case, c.ID, to, terms, sees...); err != nil {
		return err
	}
	return m.people.Share(ctx, tx, c.HouseholdID, to, terms.Basis)
}

// mayJoin returns the terms on which a case is opened to an operator: an
// agreement must cover the case with its owner, and the family with theirs.
// Sections that it does not cover stay closed to the operator.
func (m *Module) mayJoin(ctx context.Context, tx *db.Tx, c *Case, op network.Operator, basis policy.Basis) (policy.Terms, error) {
	terms, err := m.terms(ctx, tx, c, basis)
	if err != nil {
		return terms, err
	}
	if err := m.network.CheckSharing(ctx, tx, terms, op.OrgID, policy.Overview); err != nil {
		return terms, err
	}
	family, err := m.people.Terms(ctx, tx, c.HouseholdID, basis)
	if err != nil {
		return terms, err
	}
	return terms, m.network.CheckSharing(ctx, tx, family, op.OrgID, policy.Identity)
}

// terms are those on which a case is opened to its team.
func (m *Module) terms(ctx context.Context, tx *db.Tx, c *Case, basis policy.Basis) (policy.Terms, error) {
	class, err := m.programmes.Class(ctx, tx, c.Programme)
	return policy.Terms{Owner: c.OrgID, Purpose: policy.CaseWork, Basis: basis, Class: max(class, policy.From(ctx).Class())}, err
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
		c, _, err := m.lead(ctx, tx, caseID, policy.CaseTeam, policy.Overview)
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
		if err := m.record(ctx, tx, "case.team_end", c.ID, policy.Overview); err != nil {
			return err
		}
		return m.leave(ctx, tx, c, t)
	})
}

// works refuses an act on a case, as Forbidden, to who is not in its team today: what a
// referral shares, and a plan that waits for an approval, are open to read. Who is asked
// to approve does that, and nothing else.
func (m *Module) works(ctx context.Context, tx *db.Tx, c *Case, p policy.Permission) error {
	if p == policy.PlanApprove {
		return nil
	}
	in, err := inTeam(ctx, tx, c, policy.From(ctx).AccountID)
	if err == nil && !in {
		err = errs.New(errs.Forbidden, "team.not_in_it")
	}
	return err
}

// lead is act for what decides of the whole case: who is in its team, and where it
// stands. The body that leads it does; for others of the team it is Forbidden.
func (m *Module) lead(ctx context.Context, tx *db.Tx, id string, p policy.Permission, s policy.Section) (*Case, *crypto.Key, error) {
	c, _, key, err := m.act(ctx, tx, id, p, s)
	if err == nil && policy.From(ctx).OrgID != c.OrgID {
		err = errs.New(errs.Forbidden, "team.not_leading")
	}
	return c, key, err
}

// leave ends a mandate, and closes the case to who had it.
func (m *Module) leave(ctx context.Context, tx *db.Tx, c *Case, t TeamMember) error {
	net := policy.From(ctx).Network
	if err := endTeamMember(ctx, tx, net, t.ID); err != nil {
		return err
	}
	return m.closeTo(ctx, tx, c, t.AccountID)
}

// ReturnMandate takes back the end of a mandate, on the day it was ended: the
// member sees again what the mandate opens. Later, or when somebody has named
// them again meanwhile, it is a Conflict.
func (m *Module) ReturnMandate(ctx context.Context, caseID, memberID string) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, _, err := m.lead(ctx, tx, caseID, policy.CaseTeam, policy.Overview)
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
		terms, err := m.mayJoin(ctx, tx, c, op, policy.InstitutionalTask)
		if err != nil {
			return err
		}
		return m.opened(ctx, tx, c, t, terms)
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

// team lists who is or was in the team, as far as the actor may know: the people of a
// body whose mandates are told to nobody are no sign for another.
func (m *Module) team(ctx context.Context, tx *db.Tx, c *Case, open policy.Open, key *crypto.Key) ([]TeamMember, error) {
	actor := policy.From(ctx)
	team, err := teamOf(ctx, tx, actor.Network, c.ID)
	if err == nil {
		err = openNotes(team, open, key)
	}
	if err != nil {
		return nil, err
	}
	held, err := mandatesOfCase(ctx, tx, actor.Network, c.ID)
	if err != nil {
		return nil, err
	}
	hidden := unseen(held, team, actor.OrgID, c)
	team = slices.DeleteFunc(team, func(t TeamMember) bool { return hidden[t.OrgID] })
	staff, err := m.network.Operators(ctx, tx)
	if err != nil {
		return nil, err
	}
	orgs, err := m.network.Names(ctx, tx)
	if err != nil {
		return nil, err
	}
	for i := range team {
		t := &team[i]
		t.OrgName, t.sees = orgs[t.OrgID], narrowed(c, t.OrgID, held, t.Mandate.Opens())
		n := slices.IndexFunc(staff, func(op network.Operator) bool { return op.AccountID == t.AccountID })
		if n < 0 {
			continue
		}
		t.Name, t.Gone = staff[n].Name, !staff[n].Active
		if t.To == "" && staff[n].OrgID != c.OrgID {
			if t.Closed, err = m.closedTo(ctx, tx, c, staff[n]); err != nil {
				return nil, err
			}
		}
	}
	return team, nil
}

// closedTo asks the scope in the name of an operator of another body.
func (m *Module) closedTo(ctx context.Context, tx *db.Tx, c *Case, op network.Operator) (bool, error) {
	theirs := policy.Actor{AccountID: op.AccountID, Network: policy.From(ctx).Network, OrgID: op.OrgID, Role: op.Role}
	err := policy.CanRead(policy.With(ctx, theirs), tx, policy.Case, c.ID, policy.Overview)
	if errs.CodeOf(err) == errs.NotFound {
		return true, nil
	}
	return false, err
}
