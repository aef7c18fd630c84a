package people

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tessuto/internal/linkage"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/jobs"
	"tessuto/internal/platform/policy"
)

// scanArgs ask for a search through the register of a network for who is in it
// twice.
type scanArgs struct{}

// Kind names the job.
func (scanArgs) Kind() string { return "people.duplicates" }

const (
	// likelyEnough is the probability from which somebody is asked.
	likelyEnough = 0.5
	// readAtOnce is how many persons are opened together, and pairsAtOnce how many
	// pairs are written in a transaction that keeps others waiting.
	readAtOnce  = 2000
	pairsAtOnce = 500
	// The seed makes a search the same each time it is begun on the same register.
	seed = 1
)

// StartScan looks through the whole register for who is in it twice, in a job of
// the actor's: of what it finds everybody is shown only the pairs of which both
// are open to them. One runs at a time; asked again meanwhile, it is that one.
func (m *Module) StartScan(ctx context.Context) (job string, err error) {
	if _, err := policy.Check(ctx, policy.PersonMerge); err != nil {
		return "", err
	}
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		if job, err = m.jobs.Enqueue(ctx, tx, scanArgs{}, jobs.Opts{Key: "all"}); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "person.scan"})
	})
	return job, err
}

// scan works the job. It can be stopped and killed: begun again it learns nothing
// anew, and goes on after the blocks that were compared.
func (m *Module) scan(ctx context.Context, r *jobs.Run, _ scanArgs) error {
	set, err := m.population(ctx, r.Network)
	if err != nil {
		return err
	}
	blocks := set.Blocks()
	s, err := m.takeUp(ctx, r.Network, fmt.Sprintf("%d %x", set.Len(), set.Digest()), set, blocks)
	if err != nil {
		return err
	}
	for s.next < blocks.Len() {
		r.Progress(s.next, blocks.Len())
		if err := m.scanBlocks(ctx, r.Network, s, set, blocks); err != nil {
			return err
		}
	}
	if err := m.db.Write(ctx, func(tx *db.Tx) error { return endScan(ctx, tx, r.Network, s.begun) }); err != nil {
		return err
	}
	_, total, err := m.Duplicates(ctx, PairOpen)
	r.Outcome("duplicate.scanned", map[string]any{"N": total})
	r.Link("/duplicates")
	return err
}

// population opens everybody in the register, whoever they are open to: nobody is
// shown what it holds.
func (m *Module) population(ctx context.Context, network string) (*linkage.Set, error) {
	set := linkage.NewSet()
	for last := ""; ; {
		var rows []personRow
		var numbers []identifierRow
		err := m.db.Read(ctx, func(tx *db.Tx) (err error) {
			if rows, err = personsAfter(ctx, tx, network, last, readAtOnce); err != nil || len(rows) == 0 {
				return err
			}
			numbers, err = identifiersBetween(ctx, tx, network, rows[0].ID, rows[len(rows)-1].ID)
			return err
		})
		if err != nil || len(rows) == 0 {
			return set, err
		}
		found, err := m.unsealed(ctx, network, rows)
		if err != nil {
			return nil, err
		}
		codes, err := m.codesOf(ctx, network, numbers)
		if err != nil {
			return nil, err
		}
		for i := range found {
			if p := &found[i]; p.Name() != "" && p.MergedInto == "" {
				record := p.record()
				record.Identifiers = codes[p.ID]
				set.Add(&record)
			}
		}
		last = rows[len(rows)-1].ID
	}
}

// codesOf opens the numbers of persons, by person.
func (m *Module) codesOf(ctx context.Context, network string, rows []identifierRow) (map[string][]linkage.Identifier, error) {
	owners := make([]string, len(rows))
	for i, r := range rows {
		owners[i] = r.PersonID
	}
	keys, err := m.keys.Get(ctx, network, owners...)
	if err != nil {
		return nil, err
	}
	out := map[string][]linkage.Identifier{}
	for _, r := range rows {
		if err := r.unseal(keys[r.PersonID]); err != nil && err != crypto.ErrDestroyed {
			return nil, err
		}
		out[r.PersonID] = append(out[r.PersonID], linkage.Identifier{Scheme: string(r.Scheme), Value: foldCode(r.Value)})
	}
	return out, nil
}

// record is what a person is compared by.
func (p *Person) record() linkage.Record {
	r := linkage.Record{ID: p.ID, Given: p.GivenName, Family: p.FamilyName, Sex: p.Sex, Comune: p.Comune, Birth: p.born()}
	if len(p.Citizenships) > 0 {
		r.Citizenship = p.Citizenships[0]
	}
	if phones := p.Phones(); len(phones) > 0 {
		r.Phone = foldPhone(phones[0])
	}
	if street := p.Address.Street; street != "" {
		r.Address = strings.ToLower(strings.Join(strings.Fields(street), " "))
	}
	return r
}

// takeUp goes on with the search that was begun on the same register, or learns
// from it and begins.
func (m *Module) takeUp(ctx context.Context, network, population string, set *linkage.Set, blocks *linkage.Blocks) (s *scanRow, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		s, err = scanOf(ctx, tx, network)
		return err
	})
	if err != nil || s.population == population {
		return s, err
	}
	s = &scanRow{population: population, model: *linkage.ModelFor(set, blocks, seed)}
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		s.begun = tx.Now
		return saveScan(ctx, tx, network, s)
	})
	return s, err
}

// scanBlocks compares the next blocks and writes down what was found, and how far
// it has come. What is killed here is compared again, and written once.
func (m *Module) scanBlocks(ctx context.Context, network string, s *scanRow, set *linkage.Set, blocks *linkage.Blocks) error {
	from := s.next
	s.next = min(from+m.pace.blocks, blocks.Len())
	found := linkage.Score(set, blocks, &s.model, from, s.next, likelyEnough)
	for part := range slices.Chunk(found, pairsAtOnce) {
		err := m.db.Write(ctx, func(tx *db.Tx) error {
			for _, p := range part {
				fields := linkage.Explain(set, &s.model, p.A, p.B)
				if err := upsertPair(ctx, tx, network, set.ID(int(p.A)), set.ID(int(p.B)), float64(p.Probability), fields); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return m.db.Write(ctx, func(tx *db.Tx) error { return saveScan(ctx, tx, network, s) })
}
