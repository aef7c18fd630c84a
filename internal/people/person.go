package people

import (
	"context"
	"encoding/json"

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
// names them, by id. The caller logs the page it is for.
func (m *Module) Cards(ctx context.Context, tx *db.Tx, ids []string) (map[string]Person, error) {
	found, err := m.opened(ctx, tx, ids)
	cards := make(map[string]Person, len(found))
	for _, p := range found {
		cards[p.ID] = p
	}
	return cards, err
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

// opened reads persons in the actor's scope and opens what is sealed.
func (m *Module) opened(ctx context.Context, tx *db.Tx, ids []string) ([]Person, error) {
	actor := policy.From(ctx)
	rows, err := personsByID(ctx, tx, actor, ids)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return m.unsealed(ctx, actor.Network, rows)
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
