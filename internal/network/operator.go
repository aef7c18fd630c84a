package network

import (
	"context"
	"slices"
	"strings"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Operator is a person who works in the network.
type Operator struct {
	AccountID  string
	Name       string
	Email      string
	OrgID      string
	OrgName    string
	Role       policy.Role
	Profession string
	Programmes string // codes with spaces between
	Active     bool
	From       db.Date
}

// Professions are those that the six programmes name, as codes.
var Professions = []string{"social_worker", "educator", "psychologist", "mediator", "legal_operator", "anthropologist",
	"intercultural_facilitator", "health_operator", "desk_operator", "administrative", "trainer", "coordinator"}

// Operators lists who works in the actor's network: names and places of work
// of staff, which colleagues may know. Role limits the list when given.
func (m *Module) Operators(ctx context.Context, tx *db.Tx, roles ...policy.Role) ([]Operator, error) {
	names, err := m.Names(ctx, tx)
	if err != nil {
		return nil, err
	}
	members, err := m.auth.Members(ctx, tx, policy.From(ctx).Network)
	var out []Operator
	for _, mb := range members {
		if len(roles) == 0 || slices.Contains(roles, mb.Role) {
			out = append(out, operator(mb, names))
		}
	}
	return out, err
}

// Operator returns one who works in the actor's network, or NotFound.
func (m *Module) Operator(ctx context.Context, tx *db.Tx, accountID string) (Operator, error) {
	names, err := m.Names(ctx, tx)
	if err != nil {
		return Operator{}, err
	}
	mb, err := m.auth.MemberOf(ctx, tx, policy.From(ctx).Network, accountID)
	return operator(mb, names), err
}

func operator(mb auth.Member, names map[string]string) Operator {
	return Operator{AccountID: mb.AccountID, Name: mb.Name, Email: mb.Email, OrgID: mb.OrgID,
		OrgName: names[mb.OrgID], Role: mb.Role, Profession: mb.Profession, Programmes: mb.Programmes, Active: mb.Active, From: mb.From}
}

// StaffNames returns the names of those who work or worked in the actor's
// network, by account.
func (m *Module) StaffNames(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	members, err := m.auth.Members(ctx, tx, policy.From(ctx).Network)
	names := make(map[string]string, len(members))
	for _, mb := range members {
		names[mb.AccountID] = mb.Name
	}
	return names, err
}

// NewOperator is an account about to be opened, with its place of work.
type NewOperator struct {
	Name, Email, Password string
	OrgID                 string
	Role                  policy.Role
	Profession            string
	// Programmes are the codes, with spaces between, of those whose records and
	// full figures a lead or an evaluator reads.
	Programmes string
}

// Check reports what is wrong with a new operator.
func (n *NewOperator) Check() error {
	c := errs.Check{}
	c.That(n.Name != "", "name", "error.field_required")
	c.That(len(n.Email) > 3 && len(n.Email) <= 200 && slices.Contains([]byte(n.Email), '@'), "email", "account.email_wrong")
	c.That(n.OrgID != "", "org", "error.field_required")
	c.That(slices.Contains(policy.Roles, n.Role), "role", "error.field_choice")
	c.That(n.Profession == "" || slices.Contains(Professions, n.Profession), "profession", "error.field_choice")
	c.That(errs.Fits(n.Programmes, 400) && !slices.ContainsFunc(strings.Fields(n.Programmes), notCode), "programmes", "account.programmes.wrong")
	c.That(n.Programmes == "" || n.Role.Holds(policy.RecordsRead), "programmes", "account.programmes.role")
	return c.Err()
}

// notCode tells whether a word cannot be the code of a programme.
func notCode(word string) bool {
	return strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789_-") != ""
}

// Hire opens an account with its first membership. Only who manages accounts
// may; an e-mail address in use is a Conflict.
func (m *Module) Hire(ctx context.Context, n NewOperator) (id string, err error) {
	actor, err := policy.Check(ctx, policy.Account)
	if err != nil {
		return "", err
	}
	if err := n.Check(); err != nil {
		return "", err
	}
	hash, err := m.auth.HashPassword(n.Password)
	if err != nil {
		return "", err
	}
	id = db.NewID()
	return id, m.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := organisationByID(ctx, tx, actor.Network, n.OrgID); err != nil {
			return err
		}
		return m.hire(ctx, tx, actor.Network, id, hash, n)
	})
}

func (m *Module) hire(ctx context.Context, tx *db.Tx, network, id, hash string, n NewOperator) error {
	acc := auth.Account{ID: id, Email: n.Email, Name: n.Name, Language: "it", Active: true}
	if err := m.auth.CreateAccount(ctx, tx, acc, hash); err != nil {
		return err
	}
	err := m.auth.AddMembership(ctx, tx, auth.Membership{ID: db.NewID(), Network: network, AccountID: id,
		OrgID: n.OrgID, Role: n.Role, Profession: n.Profession,
		Programmes: strings.Join(strings.Fields(n.Programmes), " "), From: tx.Today()})
	if err != nil {
		return err
	}
	return m.audit.Record(ctx, tx, audit.Entry{Act: "account.open", Kind: "account", ID: id})
}

// Found opens an account when nobody can sign in yet to do it: the demo calls
// it, and the command line through app.
func (m *Module) Found(ctx context.Context, tx *db.Tx, network, hash string, n NewOperator) (string, error) {
	id := db.NewID()
	return id, m.hire(ctx, tx, network, id, hash, n)
}

// SetActive closes or opens an account. Nobody closes their own.
func (m *Module) SetActive(ctx context.Context, accountID string, active bool) error {
	actor, err := policy.Check(ctx, policy.Account)
	if err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := m.auth.MemberOf(ctx, tx, actor.Network, accountID); err != nil {
			return err
		}
		if accountID == actor.AccountID {
			return errs.New(errs.Forbidden, "account.own")
		}
		act := "account.close"
		if active {
			act = "account.reopen"
		}
		if err := m.audit.Record(ctx, tx, audit.Entry{Act: act, Kind: "account", ID: accountID}); err != nil {
			return err
		}
		return m.auth.SetActive(ctx, tx, accountID, active)
	})
}
