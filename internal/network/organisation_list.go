package network

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// Filter narrows the directory; what is empty narrows nothing.
type Filter struct {
	Query       string
	Kind        string
	TerritoryID string // and what lies in it
	Programme   string
}

// Directory is the organisations that a filter leaves, by name, with what the
// filter offers.
type Directory struct {
	Filter
	Organisations []Organisation
	Territories   []Territory
	Programmes    []Title
	Names         map[string]string
	Today         db.Date
}

// Directory lists the organisations of the actor's network.
func (m *Module) Directory(ctx context.Context, f Filter) (d Directory, err error) {
	actor, err := policy.Check(ctx, policy.OrganisationRead)
	if err != nil {
		return d, err
	}
	d = Directory{Filter: f}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		d.Today = tx.Today()
		if d.Organisations, err = organisationsOf(ctx, tx, actor.Network); err != nil {
			return err
		}
		if d.Territories, err = territoriesOn(ctx, tx, actor.Network, d.Today); err != nil {
			return err
		}
		if d.Programmes, err = m.titles(ctx, tx); err != nil {
			return err
		}
		if d.Names, err = m.Names(ctx, tx); err != nil {
			return err
		}
		partners, err := partnersByOrganisation(ctx, tx, actor.Network)
		d.narrow(ctx, partners)
		return err
	})
	return d, err
}

func (d *Directory) narrow(ctx context.Context, partners map[string][]string) {
	sought := strings.Fields(strings.ToLower(d.Query))
	d.Organisations = slices.DeleteFunc(d.Organisations, func(o Organisation) bool {
		return d.Kind != "" && o.Kind != d.Kind ||
			d.TerritoryID != "" && !under(d.Territories, o.TerritoryID, d.TerritoryID) ||
			d.Programme != "" && !slices.Contains(partners[o.ID], d.Programme) ||
			!d.answers(ctx, o, sought)
	})
	byName := collate.New(language.Make(i18n.Lang(ctx)), collate.Numeric)
	slices.SortStableFunc(d.Organisations, func(a, b Organisation) int { return byName.CompareString(a.Name, b.Name) })
	slices.SortStableFunc(d.Organisations, knownFirst)
	slices.SortStableFunc(d.Territories, func(a, b Territory) int { return byName.CompareString(a.Name, b.Name) })
}

// knownFirst puts what no source names behind the rest.
func knownFirst(a, b Organisation) int {
	switch {
	case a.Assumed == b.Assumed:
		return 0
	case a.Assumed:
		return 1
	}
	return -1
}

// answers tells whether every word is in what the list shows of a body.
func (d *Directory) answers(ctx context.Context, o Organisation, sought []string) bool {
	shown := strings.ToLower(strings.Join([]string{o.Name, kindWord(ctx, o.Kind), d.Names[o.TerritoryID], o.TaxCode, o.IPACode}, "\n"))
	return !slices.ContainsFunc(sought, func(w string) bool { return !strings.Contains(shown, w) })
}

// File is what is known of an organisation.
type File struct {
	Organisation
	Place        string // the name of its territory
	Operators    int    // who works there today
	Partnerships []Partnership
	Agreements   []Agreement
	Names        map[string]string
	Today        db.Date
	Programmes   []Title
}

// OrganisationFile returns an organisation of the actor's network with its
// partnerships and agreements, or NotFound. Drafts are for who manages them.
func (m *Module) OrganisationFile(ctx context.Context, id string) (f File, err error) {
	actor, err := policy.Check(ctx, policy.OrganisationRead)
	if err != nil {
		return f, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		if f.Organisation, err = organisationByID(ctx, tx, actor.Network, id); err != nil {
			return err
		}
		f.Today = tx.Today()
		if f.Names, err = m.Names(ctx, tx); err != nil {
			return err
		}
		f.Place = f.Names[f.TerritoryID]
		if f.Partnerships, err = m.partnershipsOf(ctx, tx, id); err != nil {
			return err
		}
		if f.Programmes, err = m.titles(ctx, tx); err != nil {
			return err
		}
		staff, err := m.Operators(ctx, tx)
		for _, op := range staff {
			if op.Active && op.OrgID == id {
				f.Operators++
			}
		}
		if err != nil {
			return err
		}
		all, err := agreementsOf(ctx, tx, actor.Network)
		f.Agreements = slices.DeleteFunc(all, func(a Agreement) bool {
			return !a.has(id) || a.SignedOn == "" && !actor.May(policy.AgreementRead)
		})
		nameParties(f.Agreements, f.Names)
		return err
	})
	return f, err
}

func nameParties(list []Agreement, names map[string]string) {
	for _, a := range list {
		for i := range a.Parties {
			a.Parties[i].Name = names[a.Parties[i].OrgID]
		}
		slices.SortStableFunc(a.Parties, func(x, y Party) int {
			if (x.Role == PartyLead) != (y.Role == PartyLead) {
				if x.Role == PartyLead {
					return -1
				}
				return 1
			}
			return strings.Compare(x.Name, y.Name)
		})
	}
}
