package programme

import (
	"context"
	"slices"

	"tessuto/internal/disclosure"
	"tessuto/internal/network"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Published is a programme as anybody may read it. Figures are totals, as they
// were known at the end of the last month, and nothing of few people: neither what
// the threshold of public pages hides, nor what is hidden from who reads figures
// inside.
type Published struct {
	Programme
	Figures []Figure
	Known   db.Date
}

// PublishedProgrammes lists the programmes of all networks of the installation, for
// everybody, each code once.
func (m *Module) PublishedProgrammes(ctx context.Context) (list []Programme, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		list, _, err = published(ctx, tx)
		return err
	})
	return list, err
}

// PublishedProgramme returns a programme for everybody, or NotFound.
func (m *Module) PublishedProgramme(ctx context.Context, code string) (out Published, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		list, networks, err := published(ctx, tx)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(list, func(p Programme) bool { return p.Code == code })
		if at < 0 {
			return errs.Missing()
		}
		out = Published{Programme: list[at], Known: lastMonthEnd(tx)}
		// Whoever reads is nobody here, signed in or not.
		a := m.answersOf(policy.With(ctx, policy.Actor{Network: networks[at]}), tx, out.Programme, View{AsOf: out.Known})
		a.public = true
		for _, i := range out.Indicators {
			f, err := a.figure(i)
			if err != nil {
				return err
			}
			if f.Said != nil && guarded(f.Unit) {
				f.Actual = disclosure.One(f.Said.Value, a.threshold())
			}
			out.Figures = append(out.Figures, f)
		}
		return nil
	})
	return out, err
}

// published lists the programmes of all networks, with the network of each.
func published(ctx context.Context, tx *db.Tx) (list []Programme, networks []string, err error) {
	all, err := network.Networks(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	for _, n := range all {
		more, err := programmesOf(ctx, tx, n.ID)
		if err != nil {
			return nil, nil, err
		}
		for _, p := range more {
			if !slices.ContainsFunc(list, func(o Programme) bool { return o.Code == p.Code }) {
				list, networks = append(list, p), append(networks, n.ID)
			}
		}
	}
	return list, networks, nil
}

// nest protects the figures of people, for who is not given them in full. On public pages what is hidden inside is
// hidden too: another threshold can hide other figures, and the two together would
// tell what each keeps.
func (a *answers) nest(figures []disclosure.Nested) []disclosure.Cell {
	cells := disclosure.Nest(figures, a.threshold())
	if !a.public {
		return cells
	}
	inside := disclosure.Nest(figures, disclosure.Threshold(disclosure.Class(a.p.Confidentiality), false))
	for i := range cells {
		if inside[i].Hidden() {
			cells[i] = disclosure.Cell{}
		}
	}
	return cells
}
