package programme

import (
	"context"
	"time"
)

// RegionNetwork is a network of the region and how many persons it has met.
type RegionNetwork struct {
	Code    string   `json:"code" doc:"Code of the network" example:"rete"`
	Name    string   `json:"name" doc:"What it is called"`
	Counted []string `json:"counted" nullable:"false" doc:"Codes of the programmes that are counted: those whose data are very restricted are not"`
	Persons *int64   `json:"persons" doc:"How many persons it has met; null when hidden" example:"412"`
}

// RegionPersons is how many persons all networks have met.
type RegionPersons struct {
	Networks     []RegionNetwork `json:"networks" nullable:"false" doc:"The networks of the installation"`
	Persons      *int64          `json:"persons" doc:"How many persons in all, each counted once as far as they are linked; null when hidden, or when there is one network only" example:"1203"`
	InMore       *int64          `json:"in_more_networks" doc:"How many of them were met by more than one network; null too before the first comparison" example:"31"`
	CountedTwice *int64          `json:"counted_twice" doc:"By how much the networks, added up, exceed the persons; null too before the first comparison" example:"32"`
	Linked       bool            `json:"linked" doc:"The networks were compared, and persons met by several count once. False: whoever was met by two counts twice"`
	LinkedAt     *time.Time      `json:"linked_at" doc:"When the comparison that the figures go by ended"`
	Hidden       bool            `json:"hidden" doc:"Hidden to protect people: some number would be too small"`
	AsOf         string          `json:"as_of" doc:"The end of the day that the figures are of; empty with one network only" example:"2026-10-31"`
}

type regionOutput struct{ Body RegionPersons }

func (m *Module) apiRegion(ctx context.Context, _ *struct{}) (*regionOutput, error) {
	r, err := m.Region(ctx)
	if err != nil {
		return nil, err
	}
	out := RegionPersons{Networks: []RegionNetwork{}, AsOf: string(r.Known), Hidden: r.Several() && !r.Told, Linked: !r.Linked.IsZero()}
	told := func(n int64) *int64 {
		if r.Told {
			return &n
		}
		return nil
	}
	for _, n := range r.Networks {
		item := RegionNetwork{Code: n.Code, Name: n.Name, Counted: []string{}, Persons: told(r.Overlap.In(n.ID))}
		for _, p := range n.Programmes {
			item.Counted = append(item.Counted, p.Code)
		}
		out.Networks = append(out.Networks, item)
	}
	out.Persons = told(r.Overlap.Total())
	if out.Linked {
		out.LinkedAt, out.InMore, out.CountedTwice = &r.Linked, told(r.Overlap.More()), told(r.Overlap.Twice())
	}
	return &regionOutput{out}, nil
}
