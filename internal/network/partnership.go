package network

import (
	"context"
	"slices"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Partnership is the part that a body has in a programme, from a day and maybe
// to a day. A body that has two roles has two.
type Partnership struct {
	ID        string
	Programme string
	OrgID     string
	Role      string
	Functions []string
	Assumed   bool
	From, To  db.Date // To is the first day on which it is a partner no more
	Version   int

	OrgName string // for showing
	Title   string // of the programme
}

// PartnerRoles are the roles of a body in a programme.
var PartnerRoles = []string{"lead", "local_lead", "partner", "implementing_partner", "accompanying_body", "evaluator",
	"network_subject", "supporter"}

// Functions are what a partner does in a programme.
var Functions = []string{"coordination", "desk", "information", "case_work", "assessment", "mobile_team", "mediation", "legal",
	"reception", "housing", "work", "school", "training", "participation", "evaluation"}

// Check reports what is wrong with a partnership.
func (p *Partnership) Check() error {
	c := errs.Check{}
	c.That(slices.Contains(PartnerRoles, p.Role), "role", "error.field_choice")
	c.That(!slices.ContainsFunc(p.Functions, func(f string) bool { return !slices.Contains(Functions, f) }), "functions", "error.field_choice")
	c.That(p.To == "" || p.To > p.From, "to", "organisation.to_before_from")
	return c.Err()
}

// Current tells whether the body is a partner on a day.
func (p *Partnership) Current(on db.Date) bool { return p.From <= on && (p.To == "" || p.To > on) }

// EnsurePartnership writes a partnership that a pack declares, unless the body
// has that role in the programme already.
func (m *Module) EnsurePartnership(ctx context.Context, tx *db.Tx, network string, p Partnership) error {
	if err := p.Check(); err != nil {
		return err
	}
	p.ID = db.NewID()
	return insertPartnership(ctx, tx, network, p)
}

// Partners lists who works in a programme, leads first, then as they came.
func (m *Module) Partners(ctx context.Context, tx *db.Tx, programme string) ([]Partnership, error) {
	list, err := partnershipsWhere(ctx, tx, policy.From(ctx).Network, "programme", programme)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, func(a, b Partnership) int {
		return slices.Index(PartnerRoles, a.Role) - slices.Index(PartnerRoles, b.Role)
	})
	return list, m.nameOrganisations(ctx, tx, list)
}

// WorksIn lists the programmes in which a body is a partner on a day, by code.
func (m *Module) WorksIn(ctx context.Context, tx *db.Tx, org string, on db.Date) (codes []string, err error) {
	list, err := partnershipsWhere(ctx, tx, policy.From(ctx).Network, "org_id", org)
	for _, p := range list {
		if p.Current(on) && !slices.Contains(codes, p.Programme) {
			codes = append(codes, p.Programme)
		}
	}
	return codes, err
}

func (m *Module) nameOrganisations(ctx context.Context, tx *db.Tx, list []Partnership) error {
	names, err := m.Names(ctx, tx)
	for i := range list {
		list[i].OrgName = names[list[i].OrgID]
	}
	return err
}

// partnershipsOf lists where a body is or was a partner.
func (m *Module) partnershipsOf(ctx context.Context, tx *db.Tx, org string) ([]Partnership, error) {
	list, err := partnershipsWhere(ctx, tx, policy.From(ctx).Network, "org_id", org)
	if err != nil {
		return nil, err
	}
	titles, err := m.titles(ctx, tx)
	for i := range list {
		list[i].Title = list[i].Programme
		for _, t := range titles {
			if t.Code == list[i].Programme {
				list[i].Title = t.Name
			}
		}
	}
	return list, err
}

// AddPartnership writes that a body becomes a partner. The same role in the same
// programme twice is a Conflict, unless it is the same form sent twice.
func (m *Module) AddPartnership(ctx context.Context, p Partnership, sent crypto.Sending) error {
	if err := p.Check(); err != nil {
		return err
	}
	_, err := m.create(ctx, policy.OrganisationManage, "organisation.partner", p.OrgID, sent, func(tx *db.Tx, network, id string) error {
		if _, err := organisationByID(ctx, tx, network, p.OrgID); err != nil {
			return err
		}
		titles, err := m.titles(ctx, tx)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(titles, func(t Title) bool { return t.Code == p.Programme }) {
			return errs.Check{"programme": "error.field_choice"}.Err()
		}
		there, err := partnershipsWhere(ctx, tx, network, "org_id", p.OrgID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(there, func(o Partnership) bool { return o.To == "" && o.Programme == p.Programme && o.Role == p.Role }) {
			return errs.New(errs.Conflict, "partnership.there")
		}
		p.ID = id
		return insertPartnership(ctx, tx, network, p)
	})
	return err
}

// EndPartnership ends what a body does in a programme on a day, the first on
// which it is a partner no more. Its work stays counted.
func (m *Module) EndPartnership(ctx context.Context, org, id string, on db.Date) error {
	return m.manage(ctx, policy.OrganisationManage, "organisation.partner_end", org, func(tx *db.Tx, network string) error {
		there, err := partnershipsWhere(ctx, tx, network, "org_id", org)
		if err != nil {
			return err
		}
		n := slices.IndexFunc(there, func(p Partnership) bool { return p.ID == id && p.To == "" })
		if n < 0 {
			return errs.Missing()
		}
		if on == "" || on <= there[n].From {
			return errs.Check{"on": "organisation.to_before_from"}.Err()
		}
		return endPartnership(ctx, tx, network, id, on)
	})
}
