package people

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Person is somebody in the register.
type Person struct {
	ID           string
	OrgID        string // who registered
	Sex          string // M, F as in the civil register, X prefers not to say, empty not stated
	Birth        Birth
	Citizenships []string // ISO 3166-1 alpha-3
	Languages    []string // BCP 47
	Comune       string
	MergedInto   string // the entry of the same person that stands for this one; empty for most
	Version      int
	Private
}

// dimensions are what the ledger keeps of a person on a day of service, all of
// it from what stands in the clear.
func (p *Person) dimensions(on db.Date) ledger.Dimensions {
	d := ledger.Dimensions{Sex: p.Sex, AgeClass: ledger.AgeClass(p.Birth.Year, p.Birth.Month, on)}
	if len(p.Citizenships) > 0 {
		d.Citizenship = p.Citizenships[0]
	}
	return d
}

func (p *Person) seal(key *crypto.Key) ([]byte, error) {
	plain, err := json.Marshal(p.Private)
	if err != nil {
		return nil, err
	}
	return key.Seal(plain, "person/"+p.ID), nil
}

func (p *Person) open(key *crypto.Key, sealed []byte) error {
	plain, err := key.Open(sealed, "person/"+p.ID)
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, &p.Private)
}

// Person returns one person, and logs that the actor read them. NotFound when
// they are not open to the actor.
func (m *Module) Person(ctx context.Context, id string) (*Person, error) {
	var found []Person
	err := m.db.Read(ctx, func(tx *db.Tx) (err error) {
		found, err = m.opened(ctx, tx, []string{id})
		return err
	})
	if err == nil && len(found) == 0 {
		err = errs.Missing()
	}
	if err != nil {
		return nil, err
	}
	return &found[0], m.audit.Read(ctx, policy.Person, policy.Identity, id)
}

// Cards returns those of the persons who are open to the actor, for a page that
// names them, by the id that was asked for: one that was merged is the person who
// stands for them. The caller logs the page it is for.
func (m *Module) Cards(ctx context.Context, tx *db.Tx, ids []string) (map[string]Person, error) {
	found, err := m.entries(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	into := map[string]string{}
	for id, p := range found {
		if p.MergedInto != "" {
			into[id] = p.MergedInto
		}
	}
	if len(into) == 0 {
		return found, nil
	}
	standing, err := m.standing(ctx, tx, slices.Collect(maps.Keys(into)))
	maps.Copy(found, standing)
	return found, err
}

// Names names those of the persons who are open to the actor, by id, and says what
// was read for that.
func (m *Module) Names(ctx context.Context, tx *db.Tx, ids []string) (map[string]string, []audit.Entry, error) {
	cards, err := m.Cards(ctx, tx, ids)
	names, read := map[string]string{}, []audit.Entry{}
	for id, p := range cards {
		names[id] = NameOf(ctx, p)
		read = append(read, audit.Entry{Act: "read", Kind: policy.Person, ID: p.ID, Section: policy.Identity})
	}
	return names, read, err
}

// List returns the persons open to the actor whose id is greater than after, as
// many as limit, oldest first; the id after which the next page begins, empty on
// the last; and how many there are in all.
func (m *Module) List(ctx context.Context, after string, limit int) (page []Person, next string, total int, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) (err error) {
		actor := policy.From(ctx)
		rows, all, err := pageOfPersons(ctx, tx, actor, after, limit+1)
		if err != nil {
			return err
		}
		if len(rows) > limit {
			rows, next = rows[:limit], rows[limit-1].ID
		}
		total = all
		page, err = m.unsealed(ctx, actor.Network, rows)
		return err
	})
	if err != nil {
		return nil, "", 0, err
	}
	return page, next, total, m.audit.Read(ctx, policy.Person, policy.Identity, idsOf(page)...)
}

// entries reads persons in the actor's scope, each as their own entry says, by id.
func (m *Module) entries(ctx context.Context, tx *db.Tx, ids []string) (map[string]Person, error) {
	actor := policy.From(ctx)
	rows, err := personsByID(ctx, tx, actor, ids)
	if err != nil {
		return nil, err
	}
	found, err := m.unsealed(ctx, actor.Network, rows)
	out := make(map[string]Person, len(found))
	for _, p := range found {
		out[p.ID] = p
	}
	return out, err
}

// standing reads for entries that were merged the person that stands for each, by
// the id of the entry. Whoever an entry is open to may see that person: it is the
// same one.
func (m *Module) standing(ctx context.Context, tx *db.Tx, merged []string) (map[string]Person, error) {
	network := policy.From(ctx).Network
	roots, err := rootsOf(ctx, tx, network, merged)
	if err != nil {
		return nil, err
	}
	rows, err := rowsByID(ctx, tx, network, slices.Compact(slices.Sorted(maps.Values(roots))))
	if err != nil {
		return nil, err
	}
	found, err := m.unsealed(ctx, network, rows)
	out := make(map[string]Person, len(merged))
	for entry, root := range roots {
		for _, p := range found {
			if p.ID == root {
				out[entry] = p
			}
		}
	}
	return out, err
}

// opened reads persons in the actor's scope, each once: one that was merged as
// the one that stands for them.
func (m *Module) opened(ctx context.Context, tx *db.Tx, ids []string) (out []Person, err error) {
	cards, err := m.Cards(ctx, tx, ids)
	seen := map[string]bool{}
	for _, id := range slices.Sorted(maps.Keys(cards)) {
		if p := cards[id]; !seen[p.ID] {
			seen[p.ID] = true
			out = append(out, p)
		}
	}
	return out, err
}

// unsealed opens what is sealed of persons who are in scope.
func (m *Module) unsealed(ctx context.Context, network string, rows []personRow) ([]Person, error) {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	keys, err := m.keys.Get(ctx, network, ids...)
	if err != nil {
		return nil, err
	}
	out := make([]Person, len(rows))
	for i, r := range rows {
		if err := r.open(keys[r.ID], r.sealed); err != nil && err != crypto.ErrDestroyed {
			return nil, err
		}
		out[i] = r.Person
	}
	return out, nil
}

func idsOf(people []Person) []string {
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	return ids
}

// Dimensions returns what the ledger keeps of a person on a day. It asks for no
// grant: the area that posts a fact about a person has already loaded the
// record that names them.
func (m *Module) Dimensions(ctx context.Context, tx *db.Tx, network, id string, on db.Date) (ledger.Dimensions, error) {
	row, err := rowByID(ctx, tx, network, id)
	return row.dimensions(on), err
}

// record notes in the audit what was done to a person.
func (m *Module) record(ctx context.Context, tx *db.Tx, act, id string) error {
	return m.audit.Record(ctx, tx, audit.Entry{Act: act, Kind: policy.Person, ID: id})
}
