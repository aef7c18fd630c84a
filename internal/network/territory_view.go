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
	"tessuto/internal/platform/ui"
)

// Atlas is the tree of places as it was on a day, or the part of it that answers
// to a search, with what stands above each hit.
type Atlas struct {
	Query string
	On    db.Date
	Found int // that answer; all of them without a search
	list  []Territory
}

// Atlas reads the tree of the actor's network; no day is today.
func (m *Module) Atlas(ctx context.Context, query string, on db.Date) (a Atlas, err error) {
	if _, err := policy.Check(ctx, policy.OrganisationRead); err != nil {
		return a, err
	}
	a = Atlas{Query: query, On: on}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		if a.On == "" {
			a.On = tx.Today()
		}
		a.list, err = m.sortedTerritories(ctx, tx, a.On)
		return err
	})
	a.narrow()
	return a, err
}

func (m *Module) sortedTerritories(ctx context.Context, tx *db.Tx, on db.Date) ([]Territory, error) {
	list, err := m.Territories(ctx, tx, on)
	byName := collate.New(language.Make(i18n.Lang(ctx)), collate.Numeric)
	slices.SortStableFunc(list, func(a, b Territory) int { return byName.CompareString(a.Name, b.Name) })
	return list, err
}

func (a *Atlas) narrow() {
	sought := strings.Fields(strings.ToLower(a.Query))
	var hits []string
	for _, t := range a.list {
		shown := strings.ToLower(t.Name + "\n" + t.ISTAT)
		if !slices.ContainsFunc(sought, func(w string) bool { return !strings.Contains(shown, w) }) {
			hits = append(hits, t.ID)
		}
	}
	a.Found = len(hits)
	all := slices.Clone(a.list)
	a.list = slices.DeleteFunc(a.list, func(t Territory) bool {
		return !slices.ContainsFunc(hits, func(hit string) bool { return under(all, hit, t.ID) })
	})
}

// manyAssumed is from how many on the places that are assumed to be there, and
// hold nothing, are folded into one node.
const manyAssumed = 8

// nodes are the places below one, for the tree on the page.
func nodes(ctx context.Context, list []Territory, parent string, on db.Date, fold bool) (out []ui.TreeNode) {
	below, folded := children(list, parent), []Territory(nil)
	if bare := func(t Territory) bool { return t.Assumed && len(children(list, t.ID)) == 0 }; fold {
		for _, t := range below {
			if bare(t) {
				folded = append(folded, t)
			}
		}
		if len(folded) < manyAssumed {
			folded = nil
		} else {
			below = slices.DeleteFunc(below, bare)
		}
	}
	for _, t := range below {
		n := ui.TreeNode{Kind: i18n.T(ctx, "territory.kind."+t.Kind), Code: t.ISTAT, Title: t.Name, Href: territoryHref(t.ID, on),
			Children: nodes(ctx, list, t.ID, on, fold)}
		if t.Assumed {
			n.Badge = i18n.T(ctx, "organisation.assumed")
		}
		out = append(out, n)
	}
	if len(folded) > 0 {
		out = append(out, ui.TreeNode{Kind: i18n.T(ctx, "territory.kind."+folded[0].Kind), Badge: i18n.T(ctx, "organisation.assumed"),
			Title: i18n.N(ctx, "territory.folded", len(folded)), Body: foldedPlaces(folded, on)})
	}
	return out
}

// children are the places right below one; what stands under a place that is not
// there that day stands at the top.
func children(list []Territory, parent string) (out []Territory) {
	for _, t := range list {
		there := slices.ContainsFunc(list, func(up Territory) bool { return up.ID == t.ParentID })
		if t.ParentID == parent || parent == "" && !there {
			out = append(out, t)
		}
	}
	return out
}

func territoryHref(id string, on db.Date) string {
	if on == "" {
		return "/territories/" + id
	}
	return "/territories/" + id + "?on=" + string(on)
}

// Place is a territory as it was on a day, with what stands above and below it,
// and who works there.
type Place struct {
	Territory
	On            db.Date
	Today         db.Date
	Above         []Territory // from the top
	Organisations []Organisation
	Spans         []Territory // what it was called and where it stood, oldest first
	Successor     string      // the name of what it was merged into
	Gone          bool        // it was not there that day: the last that is known of it is shown
	Names         map[string]string
	list          []Territory
}

// Place returns a territory of the actor's network, or NotFound.
func (m *Module) Place(ctx context.Context, id string, on db.Date) (p Place, err error) {
	actor, err := policy.Check(ctx, policy.OrganisationRead)
	if err != nil {
		return p, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		if p.Today = tx.Today(); on == "" {
			on = p.Today
		}
		p.On = on
		if p.Spans, err = spansOf(ctx, tx, actor.Network, id); err != nil {
			return err
		}
		if len(p.Spans) == 0 {
			return missing()
		}
		if p.Names, err = m.Names(ctx, tx); err != nil {
			return err
		}
		if p.list, err = m.sortedTerritories(ctx, tx, on); err != nil {
			return err
		}
		orgs, err := organisationsOf(ctx, tx, actor.Network)
		p.fill(id, orgs)
		return err
	})
	return p, err
}

func (p *Place) fill(id string, orgs []Organisation) {
	p.Territory, p.Gone = p.Spans[len(p.Spans)-1], true
	for _, t := range p.list {
		if t.ID == id {
			p.Territory, p.Gone = t, false
		}
	}
	p.Successor = p.Names[p.SuccessorID]
	for up := p.ParentID; up != ""; {
		n := slices.IndexFunc(p.list, func(t Territory) bool { return t.ID == up })
		if n < 0 {
			break
		}
		p.Above, up = append([]Territory{p.list[n]}, p.Above...), p.list[n].ParentID
	}
	for _, o := range orgs {
		if o.Works(p.On) && (o.TerritoryID == id || under(p.list, o.TerritoryID, id)) {
			p.Organisations = append(p.Organisations, o)
		}
	}
	slices.SortStableFunc(p.Organisations, func(a, b Organisation) int { return strings.Compare(a.Name, b.Name) })
}

// ended tells whether the place is there no more, or will not be.
func (p *Place) ended() bool { return p.Spans[len(p.Spans)-1].To != "" }
