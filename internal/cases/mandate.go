package cases

import (
	"context"
	"slices"

	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// MandateEndList is the code list of why the mandate of a body ends.
const MandateEndList = "mandate_end"

// Subjects are on what a body can have a mandate, in the order of a form. They decide what
// its people see, and so are no code list.
var Subjects = []string{"social", "minors", "housing", "work", "school", "health", "legal"}

// subjects is the one table of what each subject opens.
var subjects = map[string][]policy.Section{
	"social":  policy.CaseSections,
	"minors":  {policy.Overview, policy.AreaPersonal, policy.AreaLearning, policy.AreaHousing, policy.AreaNetworks, policy.Plan, policy.Diary},
	"housing": {policy.Overview, policy.AreaEconomic, policy.AreaHousing, policy.Plan, policy.Diary},
	"work":    {policy.Overview, policy.AreaEconomic, policy.AreaWork, policy.Plan, policy.Diary},
	"school":  {policy.Overview, policy.AreaLearning, policy.Plan, policy.Diary},
	"health":  {policy.Overview, policy.AreaPersonal, policy.Plan, policy.Diary},
	"legal":   {policy.Overview, policy.Plan},
}

// BodyMandate is what a body beside the one that leads does with a family, in its own
// right.
type BodyMandate struct {
	ID        string
	OrgID     string
	OrgName   string
	Subject   string // of Subjects
	Told      bool   // the other bodies beside it see that it is there
	From, To  db.Date
	EndReason string          // of MandateEndList
	Workers   []MandateWorker // who answers for it there, the last first
}

// MandateWorker answers for the mandate of a body from a day, until the next does.
type MandateWorker struct {
	AccountID string
	Name      string
	From      db.Date
}

// narrowed are those of the sections that the mandates of a body leave to its people: what
// one of those that hold opens. A body without a mandate leaves them as they are, and so
// does the one that leads.
func narrowed(c *Case, org string, held []BodyMandate, sections []policy.Section) []policy.Section {
	var opens []policy.Section
	for _, d := range held {
		if d.OrgID == org && d.To == "" {
			opens = append(opens, subjects[d.Subject]...)
		}
	}
	if opens == nil || org == c.OrgID {
		return sections
	}
	return slices.DeleteFunc(slices.Clone(sections), func(s policy.Section) bool { return !slices.Contains(opens, s) })
}

// NewMandate is what giving a body a mandate asks for.
type NewMandate struct {
	AccountID string // who answers for it: of the team, and of the body
	Subject   string
	Told      bool
	Sent      crypto.Sending
}

// GiveMandate writes down that a body works with the family in its own right, on a
// subject. From then on its people in the team see what its mandates open of the case, and
// no more. Only the body that leads may; a mandate that the body has is a Conflict, unless
// the same form is sent twice.
func (m *Module) GiveMandate(ctx context.Context, caseID string, n NewMandate) (id string, err error) {
	err = m.leading(ctx, caseID, "mandate.give", func(tx *db.Tx, c *Case) error {
		actor, fresh := policy.From(ctx), db.NewID()
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, fresh); err != nil || id != fresh {
			return err
		}
		t, err := m.besideIn(ctx, tx, c, n.AccountID)
		k := errs.Check{}
		k.That(err == nil, "account", "mandate.who_missing")
		k.That(slices.Contains(Subjects, n.Subject), "subject", "mandate.subject_missing")
		if err := k.Err(); err != nil {
			return err
		}
		held, err := mandatesOfCase(ctx, tx, actor.Network, c.ID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(held, func(d BodyMandate) bool { return d.To == "" && d.OrgID == t.OrgID && d.Subject == n.Subject }) {
			return errs.New(errs.Conflict, "mandate.already")
		}
		d := BodyMandate{ID: id, OrgID: t.OrgID, Subject: n.Subject, Told: n.Told, From: tx.Today()}
		if err := m.addMandate(ctx, tx, c, d, n.AccountID); err != nil {
			return err
		}
		return m.narrow(ctx, tx, c, t.OrgID)
	})
	return id, err
}

func (m *Module) addMandate(ctx context.Context, tx *db.Tx, c *Case, d BodyMandate, account string) error {
	actor := policy.From(ctx)
	if err := insertMandate(ctx, tx, actor, c.ID, d); err != nil {
		return err
	}
	return insertMandateWorker(ctx, tx, actor.Network, d.ID, account)
}

// leading writes on the mandates of a case, and in the audit, for who works on it in the body that leads;
// for others of the team it is Forbidden.
func (m *Module) leading(ctx context.Context, caseID, act string, do func(*db.Tx, *Case) error) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, _, _, err := m.act(ctx, tx, caseID, policy.CaseTeam, policy.Overview)
		if err == nil && policy.From(ctx).OrgID != c.OrgID {
			err = errs.New(errs.Forbidden, "mandate.not_leading")
		}
		if err != nil {
			return err
		}
		if err := m.record(ctx, tx, act, c.ID, policy.Overview); err != nil {
			return err
		}
		return do(tx, c)
	})
}

// besideIn finds who is in the team of a case today for another body than the one that
// leads.
func (m *Module) besideIn(ctx context.Context, tx *db.Tx, c *Case, account string) (TeamMember, error) {
	team, err := teamOf(ctx, tx, policy.From(ctx).Network, c.ID)
	for _, t := range team {
		if t.AccountID == account && t.To == "" && t.OrgID != c.OrgID {
			return t, nil
		}
	}
	if err == nil {
		err = errs.Missing()
	}
	return TeamMember{}, err
}

// PassMandate names who answers for the mandate of a body from today: another of its
// people in the team.
func (m *Module) PassMandate(ctx context.Context, caseID, id, account string) error {
	return m.leading(ctx, caseID, "mandate.pass", func(tx *db.Tx, c *Case) error {
		d, err := m.mandate(ctx, tx, c, id)
		if err != nil {
			return err
		}
		t, err := m.besideIn(ctx, tx, c, account)
		if err != nil || t.OrgID != d.OrgID {
			return errs.Check{"account": "mandate.who_missing"}.Err()
		}
		if d.Workers[0].AccountID == account {
			return nil // the same sent twice
		}
		return insertMandateWorker(ctx, tx, policy.From(ctx).Network, d.ID, account)
	})
}

// EndBodyMandate ends the mandate of a body from today, with a reason of MandateEndList.
// With its last one its people leave the team: they find the case no more.
func (m *Module) EndBodyMandate(ctx context.Context, caseID, id, reason string) error {
	return m.leading(ctx, caseID, "mandate.end", func(tx *db.Tx, c *Case) error {
		d, err := m.mandate(ctx, tx, c, id)
		if err != nil {
			return err
		}
		if !codelist.Valid(ctx, MandateEndList, reason, tx.Today()) {
			return errs.Check{"reason": "error.field_choice"}.Err()
		}
		net := policy.From(ctx).Network
		if err := endMandateOf(ctx, tx, net, id, reason); err != nil {
			return err
		}
		held, err := mandatesOfCase(ctx, tx, net, c.ID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(held, func(o BodyMandate) bool { return o.OrgID == d.OrgID && o.To == "" }) {
			return m.narrow(ctx, tx, c, d.OrgID)
		}
		return m.eachOf(ctx, tx, c, d.OrgID, func(t TeamMember) error { return m.leave(ctx, tx, c, t) })
	})
}

// mandate finds one of a case that holds.
func (m *Module) mandate(ctx context.Context, tx *db.Tx, c *Case, id string) (*BodyMandate, error) {
	held, err := mandatesOfCase(ctx, tx, policy.From(ctx).Network, c.ID)
	for i := range held {
		if held[i].ID == id && held[i].To == "" {
			return &held[i], nil
		}
	}
	if err == nil {
		err = errs.Missing()
	}
	return nil, err
}

// narrow opens the case anew to the people of a body, as far as its mandates go, on the
// basis on which each of them had it.
func (m *Module) narrow(ctx context.Context, tx *db.Tx, c *Case, org string) error {
	shares, err := policy.Shares(ctx, tx, policy.From(ctx).Network, policy.Case, c.ID)
	if err != nil {
		return err
	}
	return m.eachOf(ctx, tx, c, org, func(t TeamMember) error {
		basis := policy.InstitutionalTask
		for _, s := range shares {
			if s.To == policy.ToAccount(t.AccountID) {
				basis = s.Basis
			}
		}
		if err := m.closeTo(ctx, tx, c, t.AccountID); err != nil {
			return err
		}
		terms, err := m.terms(ctx, tx, c, basis)
		if err != nil {
			return err
		}
		return m.opened(ctx, tx, c, t, terms)
	})
}

// eachOf does something with each of the people of a body in the team today.
func (m *Module) eachOf(ctx context.Context, tx *db.Tx, c *Case, org string, do func(TeamMember) error) error {
	team, err := teamOf(ctx, tx, policy.From(ctx).Network, c.ID)
	for _, t := range team {
		if t.OrgID == org && t.To == "" {
			if err := do(t); err != nil {
				return err
			}
		}
	}
	return err
}

// bringMandates gives the bodies of a closed case their mandates in the one that reopens
// it, before their people join its team.
func (m *Module) bringMandates(ctx context.Context, tx *db.Tx, was, c *Case) error {
	held, err := mandatesOfCase(ctx, tx, policy.From(ctx).Network, was.ID)
	for _, d := range held {
		if d.To != "" || d.OrgID == c.OrgID {
			continue
		}
		d.ID, d.From = db.NewID(), tx.Today()
		if err := m.addMandate(ctx, tx, c, d, d.Workers[0].AccountID); err != nil {
			return err
		}
	}
	return err
}
