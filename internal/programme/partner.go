package programme

import (
	"context"
	"slices"

	"tessuto/internal/network"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// Partner is a body that works in a programme today, or will: what it is there,
// for as long as it is.
type Partner struct {
	OrgID     string
	Code      string // by which the pack names it
	Name      string
	Place     string // the name of its territory
	Roles     []string
	Functions []string // codes
	Assumed   bool
	From, To  db.Date // To is the first day on which it is a partner no more
}

// last is the last day, or empty.
func (p Partner) last() db.Date {
	if p.To == "" {
		return ""
	}
	return p.To.AddDays(-1)
}

// Partners lists who works in a programme of the actor's network, leads first:
// those of the pack and those who joined since, without those who left.
func (m *Module) Partners(ctx context.Context, code string) (out []Partner, err error) {
	actor, err := policy.Check(ctx, policy.ProgrammeRead)
	if err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := classOf(ctx, tx, actor.Network, code); err != nil {
			return err
		}
		list, err := m.network.Partners(ctx, tx, code)
		if err != nil {
			return err
		}
		orgs, err := m.network.Organisations(ctx, tx)
		if err != nil {
			return err
		}
		names, err := m.network.Names(ctx, tx)
		for _, p := range list {
			if p.To == "" || p.To > tx.Today() {
				out = joinPartner(out, p)
			}
		}
		for i, p := range out {
			if n := slices.IndexFunc(orgs, func(o network.Organisation) bool { return o.ID == p.OrgID }); n >= 0 {
				out[i].Code, out[i].Place = orgs[n].Code, names[orgs[n].TerritoryID]
			}
		}
		return err
	})
	return out, err
}

// joinPartner adds a partnership: what a body is besides, on the same days, stands
// in one line.
func joinPartner(list []Partner, p network.Partnership) []Partner {
	n := slices.IndexFunc(list, func(o Partner) bool { return o.OrgID == p.OrgID && o.From == p.From && o.To == p.To })
	if n < 0 {
		return append(list, Partner{OrgID: p.OrgID, Name: p.OrgName, Roles: []string{p.Role}, Functions: p.Functions, Assumed: p.Assumed, From: p.From, To: p.To})
	}
	list[n].Roles = append(list[n].Roles, p.Role)
	for _, f := range p.Functions {
		if !slices.Contains(list[n].Functions, f) {
			list[n].Functions = append(list[n].Functions, f)
		}
	}
	return list
}

// does says what a partner does: in the words of the source, where it has some.
func (v *programmeView) does(ctx context.Context, p Partner) []string {
	if o := v.Organisation(p.Code); o != nil && len(o.Functions) > 0 {
		return lines(ctx, o.Functions)
	}
	out := make([]string, len(p.Functions))
	for i, f := range p.Functions {
		out[i] = i18n.T(ctx, "partnership.function."+f)
	}
	return out
}
