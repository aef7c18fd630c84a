package people

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// Change is one time that something written of a person was changed: how they
// stood before, and after.
type Change struct {
	Version int // of the state before
	Parts   []Part
	By      string // name
	At      time.Time
	Before  Person
	After   Person
}

// History lists what was changed of a person, the last first.
func (m *Module) History(ctx context.Context, id string) (p *Person, out []Change, err error) {
	actor, err := policy.Check(ctx, policy.PersonRead)
	if err != nil {
		return nil, nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		if err := policy.CanRead(ctx, tx, policy.Person, id, policy.Identity); err != nil {
			return err
		}
		var key *crypto.Key
		if p, key, err = m.keyed(ctx, tx, actor.Network, id); err != nil {
			return err
		}
		out, err = m.changes(ctx, tx, p, key)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return p, out, m.audit.Read(ctx, policy.Person, policy.Identity, id)
}

func (m *Module) changes(ctx context.Context, tx *db.Tx, p *Person, key *crypto.Key) (out []Change, err error) {
	network := policy.From(ctx).Network
	rows, err := versionsOf(ctx, tx, network, p.ID)
	if err != nil {
		return nil, err
	}
	names, err := m.network.StaffNames(ctx, tx)
	after := *p
	for _, r := range rows {
		if err := r.unseal(key); err != nil {
			return nil, err
		}
		out = append(out, Change{Version: r.Version, Parts: r.parts, By: names[r.by], At: r.at, Before: r.Person, After: after})
		after = r.Person
	}
	return out, err
}

// RestorePerson puts back the parts that one change touched, as they stood
// before it. It is a change like any other, and can be taken back too.
func (m *Module) RestorePerson(ctx context.Context, id string, version int) error {
	actor, err := policy.Check(ctx, policy.PersonRegister)
	if err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		if err := policy.CanRead(ctx, tx, policy.Person, id, policy.Identity); err != nil {
			return err
		}
		now, key, err := m.keyed(ctx, tx, actor.Network, id)
		if err != nil {
			return err
		}
		row, err := versionAt(ctx, tx, actor.Network, id, version)
		if err == nil {
			err = row.unseal(key)
		}
		if err != nil {
			return err
		}
		next := *now
		for _, part := range row.parts {
			next.take(part, &row.Person)
		}
		return m.save(ctx, tx, now, &next, key, row.parts)
	})
}

// keep writes down how a person stood before a change.
func (m *Module) keep(ctx context.Context, tx *db.Tx, was *Person, key *crypto.Key, parts []Part) error {
	plain, err := json.Marshal(was.Private)
	if err != nil {
		return err
	}
	actor := policy.From(ctx)
	return insertPersonVersion(ctx, tx, actor.Network, was, parts, actor.AccountID, key.Seal(plain, versionPlace(was.ID, was.Version)))
}

// unseal opens the state that was kept.
func (r *versionRow) unseal(key *crypto.Key) error {
	plain, err := key.Open(r.sealed, versionPlace(r.ID, r.Version))
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, &r.Private)
}

func versionPlace(id string, version int) string {
	return fmt.Sprintf("person_version/%s/%d", id, version)
}

// stateOf is the person as they stood in a version.
func (m *Module) stateOf(ctx context.Context, tx *db.Tx, id string, version int, key *crypto.Key) (*Person, error) {
	row, err := versionAt(ctx, tx, policy.From(ctx).Network, id, version)
	if errs.CodeOf(err) == errs.NotFound {
		return &Person{}, nil // no form was filled from it: everything has changed
	}
	if err == nil {
		err = row.unseal(key)
	}
	return &row.Person, err
}

// saved says who saved a person last, and when.
func (m *Module) saved(ctx context.Context, tx *db.Tx, p *Person) (Saved, error) {
	out := Saved{Person: *p}
	row, err := versionAt(ctx, tx, policy.From(ctx).Network, p.ID, p.Version-1)
	if errs.CodeOf(err) == errs.NotFound {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	names, err := m.network.StaffNames(ctx, tx)
	out.By, out.At = names[row.by], i18n.DateTime(ctx, row.at)
	return out, err
}

// Held lists what the ledger may have kept of a person on a day of service: what
// it would keep now, and what it kept before each change. What was counted is
// never counted otherwise because of one. For verify.
func (m *Module) Held(ctx context.Context, tx *db.Tx, network, id string, on db.Date) ([]ledger.Dimensions, error) {
	now, err := m.Dimensions(ctx, tx, network, id, on)
	if err != nil {
		return nil, err
	}
	rows, err := versionsOf(ctx, tx, network, id)
	out := []ledger.Dimensions{now}
	for _, r := range rows {
		out = append(out, r.dimensions(on))
	}
	return out, err
}

// reindex lets a person be found by what they are now, and no more by what they
// were; so does the comparison with other networks.
func (m *Module) reindex(ctx context.Context, tx *db.Tx, network string, p *Person) error {
	if err := m.letFindAll(ctx, tx, network, p); err != nil {
		return err
	}
	return m.compareBy(ctx, tx, network, p.ID)
}

// letFindAll lets a person be found by their tokens, and by those of the entries that
// were merged into theirs.
func (m *Module) letFindAll(ctx context.Context, tx *db.Tx, network string, p *Person) error {
	tokens, err := m.tokens(ctx, network, p)
	if err != nil {
		return err
	}
	entries, err := entriesOf(ctx, tx, network, p.ID)
	if err != nil {
		return err
	}
	for _, entry := range entries[1:] {
		other, _, err := m.keyed(ctx, tx, network, entry)
		if errs.CodeOf(err) == errs.NotFound {
			continue // erased
		}
		if err != nil {
			return err
		}
		more, err := m.tokens(ctx, network, other)
		if err != nil {
			return err
		}
		tokens = append(tokens, more...)
	}
	slices.Sort(tokens)
	return letFind(ctx, tx, network, []findable{{p.ID, slices.Compact(tokens)}})
}
