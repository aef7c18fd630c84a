package cases

import (
	"context"
	"time"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// EarlierIntervention is what an intervention said until it was corrected.
type EarlierIntervention struct {
	Intervention
	Until time.Time `json:"-"`
}

// diary are the interventions of a case, the last day first.
func (m *Module) diary(ctx context.Context, tx *db.Tx, c *Case, key *crypto.Key) ([]Intervention, error) {
	network := policy.From(ctx).Network
	signed, err := m.authors(ctx, tx, c)
	if err != nil {
		return nil, err
	}
	rows, err := diaryOf(ctx, tx, network, c.ID)
	if err != nil {
		return nil, err
	}
	bodies, err := m.bodyNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	earlier, err := earlierInterventions(ctx, tx, network, c.ID)
	if err != nil {
		return nil, err
	}
	out := make([]Intervention, len(rows))
	for n := range rows {
		r := &rows[n]
		if err := r.unseal(key); err != nil {
			return nil, err
		}
		r.Who, r.ProviderName = signed.sign(&r.AccountID, &r.OrgID), signed.body(bodies, &r.ProviderID)
		for _, before := range earlier {
			if before.intervention != r.ID {
				continue
			}
			until, at := before.Until, Intervention{ID: r.ID, Version: before.Version}
			if err := openMore(key, at.sealedAt()+"/earlier", before.sealed, &before.EarlierIntervention); err != nil {
				return nil, err
			}
			before.Until, before.ProviderName = until, signed.body(bodies, &before.ProviderID)
			r.Earlier = append(r.Earlier, before.EarlierIntervention)
		}
		out[n] = r.Intervention
	}
	return out, m.notCounted(ctx, tx, c, out)
}

func (m *Module) bodyNames(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	list, err := m.network.Organisations(ctx, tx)
	names := make(map[string]string, len(list))
	for _, o := range list {
		names[o.ID] = o.Name
	}
	return names, err
}

// unseal reads the words of an intervention.
func (r *interventionRow) unseal(key *crypto.Key) error {
	if r.Version == 0 {
		note, err := key.Open(r.sealed, "intervention/"+r.ID)
		r.Note = string(note)
		return err
	}
	return openMore(key, r.sealedAt(), r.sealed, &r.InterventionWords)
}

// Sum is what interventions of one kind add up to; those that were taken back are in none.
type Sum struct {
	Support // its code and unit; its quantity and cost are the sums
	Funding string
	Place   string // of what a programme pays: the key of a PlaceOption
	Times   int
	Minutes int
}

func (s *Sum) add(i *Intervention) {
	s.Times++
	s.Minutes += i.Minutes
	s.Quantity += i.Quantity
	s.Cost += i.Cost
}

// ByCode adds up interventions by what they gave and in which unit, in the order of the
// list; work alone is under an empty code.
func ByCode(list []Intervention) []Sum {
	return sums(list, func(i *Intervention) Sum { return Sum{Support: Support{Code: i.Code, Unit: i.Unit}} })
}

// ByFunding adds up interventions by who pays: the activity of a programme, or a funding
// line, or nobody named.
func ByFunding(list []Intervention) []Sum {
	return sums(list, func(i *Intervention) Sum { return Sum{Place: placeKey(i.Place), Funding: i.FundingLine} })
}

// InAll adds up all interventions.
func InAll(list []Intervention) (all Sum) {
	for _, s := range sums(list, func(*Intervention) Sum { return Sum{} }) {
		all = s
	}
	return all
}

func sums(list []Intervention, under func(*Intervention) Sum) (out []Sum) {
	at := map[Sum]int{}
	for n := range list {
		i := &list[n]
		if i.VoidReason != "" {
			continue
		}
		head := under(i)
		k, ok := at[head]
		if !ok {
			k, at[head] = len(out), len(out)
			out = append(out, head)
		}
		out[k].add(i)
	}
	return out
}
