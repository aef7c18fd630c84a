package people

import (
	"context"
	"errors"
	"slices"
	"time"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Fate is what an erasure does to something that is kept of a person.
type Fate string

// The fates.
const (
	Unreadable Fate = "unreadable" // sealed under the person's key, which is destroyed
	Deleted    Fate = "deleted"
	Stays      Fate = "stays"
)

// Kept is something that is kept of a person: what, how many, what an erasure
// does to it and, where it stays, why. What and Why are words under
// rights.kept. and rights.why.
type Kept struct {
	What    string `json:"what"`
	Records int    `json:"records"`
	Fate    Fate   `json:"fate"`
	Why     string `json:"why,omitempty"`
}

// Erasure is what was done, and what was kept.
type Erasure struct {
	Reference    string // of the authorisation to dispose (Scarto autorizzato)
	AuthorisedOn db.Date
	Kept         []Kept
	At           time.Time
	Done         bool // the key is destroyed
}

// Authorisation is the act without which nothing is erased: a body keeps its
// records until the archive's authority lets it dispose of them; one that is no
// public body names the end of its agreement.
type Authorisation struct {
	Reference string
	On        db.Date
	Version   int // of the request that the form was filled from
}

const maxReference = 200

// Check reports what is wrong with an authorisation.
func (a *Authorisation) Check(today db.Date) error {
	c := errs.Check{}
	c.That(a.Reference != "", "reference", "rights.reference_missing")
	c.That(errs.Fits(a.Reference, maxReference), "reference", "error.field_long")
	c.That(a.On != "" && a.On <= today && a.On.Within(today, 5, 0), "authorised_on", "rights.day_past")
	return c.Err()
}

// decide is an act of who watches over data on a request that waits: what do
// leaves in the request is written, with an entry in the audit.
func (m *Module) decide(ctx context.Context, act string, answer Request, do func(tx *db.Tx, actor policy.Actor, r *Request) error) error {
	actor, err := policy.Check(ctx, policy.RightsDecide)
	if err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		r, err := requestByID(ctx, tx, actor.Network, answer.ID)
		if err != nil {
			return err
		}
		if !r.Kind.decided() {
			return errs.Missing() // a worker answers it
		}
		keys, err := m.keys.Get(ctx, actor.Network, r.PersonID)
		if err != nil {
			return err
		}
		if keys[r.PersonID] == nil {
			return errs.New(errs.Conflict, "rights.standing.erased")
		}
		if err := do(tx, actor, &r); err != nil {
			return err
		}
		if err := m.answered(ctx, tx, actor, &r, answer, keys[r.PersonID]); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: act, Kind: policy.Person, ID: r.PersonID})
	})
}

// Accept grants a request that waits: the person's data are only kept from now
// on. An erasure then waits for its authorisation.
func (m *Module) Accept(ctx context.Context, answer Request) error {
	answer.State = Accepted
	return m.decide(ctx, "rights.accept", answer, func(tx *db.Tx, actor policy.Actor, r *Request) error {
		if r.State != Asked {
			return errs.New(errs.Conflict, "rights.answered_already")
		}
		return insertRestriction(ctx, tx, actor.Network, r.PersonID, r.ID)
	})
}

// Refuse refuses a request that waits, for one of RefusalReasons. An erasure that
// was accepted can be refused until it is done: the restriction ends with it.
func (m *Module) Refuse(ctx context.Context, answer Request) error {
	answer.State = Refused
	return m.decide(ctx, "rights.refuse", answer, func(tx *db.Tx, actor policy.Actor, r *Request) error {
		return liftRestriction(ctx, tx, actor.Network, r.PersonID, r.ID)
	})
}

// Lift ends a restriction.
func (m *Module) Lift(ctx context.Context, answer Request) error {
	answer.State = Lifted
	return m.decide(ctx, "rights.lift", answer, func(tx *db.Tx, actor policy.Actor, r *Request) error {
		if r.Kind != AskRestrict || r.State != Accepted {
			return errs.New(errs.Conflict, "rights.answered_already")
		}
		return liftRestriction(ctx, tx, actor.Network, r.PersonID, r.ID)
	})
}

// Erase destroys the key of a person, and those of entries that were merged into
// theirs, whose erasure was accepted, under the
// authorisation of the archive: whatever it sealed is gone, in every copy of the
// data. It cannot be undone. What the register finds a person by and their way to
// their own page are deleted, what else they asked for is closed; counts stay. It is in two steps, because keys and
// data are two databases: who is interrupted between them is erased to everybody,
// and calls again, or FinishErasures does.
func (m *Module) Erase(ctx context.Context, requestID string, a Authorisation) error {
	if err := a.Check(db.DateOf(m.db.Now())); err != nil {
		return err
	}
	var entries []string
	answer := Request{ID: requestID, State: ErasedByKey, Version: a.Version}
	err := m.decide(ctx, "rights.erase", answer, func(tx *db.Tx, actor policy.Actor, r *Request) error {
		if r.Kind != AskErase || r.State != Accepted {
			return errs.New(errs.Conflict, "rights.not_accepted")
		}
		person, err := rootOf(ctx, tx, actor.Network, r.PersonID) // who was merged since they asked
		if err != nil {
			return err
		}
		kept, err := m.kept(ctx, tx, actor.Network, person)
		if err != nil {
			return err
		}
		if entries, err = entriesOf(ctx, tx, actor.Network, person); err != nil {
			return err
		}
		for _, id := range entries {
			if err := insertErasure(ctx, tx, actor, r.ID, id, &Erasure{Reference: a.Reference, AuthorisedOn: a.On, Kept: kept}); err != nil {
				return err
			}
			if err := closeRequests(ctx, tx, actor, id, r.ID); err != nil {
				return err
			}
			if err := forget(ctx, tx, actor.Network, id); err != nil {
				return err
			}
		}
		return m.ledger.Unlink(ctx, tx, actor.Network, entries)
	})
	for _, id := range entries {
		if err == nil {
			err = m.destroy(ctx, policy.From(ctx).Network, id)
		}
	}
	return err
}

// keysAtOnce is how many keys of erased persons are looked for together.
const keysAtOnce = 500

// FinishErasures destroys, in every network, the keys of erased persons that are
// there: of an erasure that was interrupted, and of all that a keystore of an
// earlier day brought back. It returns how many.
func (m *Module) FinishErasures(ctx context.Context) (finished int, err error) {
	erased := map[string][]string{}
	waiting := map[string]bool{}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := allErasures(ctx, tx)
		for _, r := range rows {
			erased[r.network] = append(erased[r.network], r.person)
			waiting[r.person] = !r.done
		}
		return err
	})
	for network, ids := range erased {
		for some := range slices.Chunk(ids, keysAtOnce) {
			keys, failed := m.keys.Get(ctx, network, some...)
			err = errors.Join(err, failed)
			for _, id := range some {
				if err == nil && (keys[id] != nil || waiting[id]) {
					err = m.destroy(ctx, network, id)
					finished++
				}
			}
		}
	}
	return finished, err
}

// destroy destroys a key, which may be gone already, and writes that it is.
func (m *Module) destroy(ctx context.Context, network, personID string) error {
	err := m.keys.Destroy(ctx, network, personID)
	if err != nil && errs.CodeOf(err) != errs.NotFound {
		return err
	}
	if _, err := m.keys.GetOne(ctx, network, personID); !errors.Is(err, crypto.ErrDestroyed) {
		return errors.Join(errors.New("the key of an erased person still opens"), err)
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		ctx := policy.With(ctx, policy.Actor{AccountID: "terminal", Network: network})
		if err := finishErasure(ctx, tx, network, personID); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "rights.key_destroyed", Kind: policy.Person, ID: personID})
	})
}

// kept is what is kept of a person, under all their entries: of this area first,
// then what those above say.
func (m *Module) kept(ctx context.Context, tx *db.Tx, network, personID string) (out []Kept, err error) {
	entries, err := entriesOf(ctx, tx, network, personID)
	if err != nil {
		return nil, err
	}
	for _, say := range append([]func(context.Context, *db.Tx, string, string) ([]Kept, error){keptHere}, m.Keeps...) {
		for i, id := range entries {
			more, err := say(ctx, tx, network, id)
			if err != nil {
				return nil, err
			}
			if i == 0 {
				out = append(out, more...)
				continue
			}
			for j := range more { // the same things, of an entry that was merged
				out[len(out)-len(more)+j].Records += more[j].Records
			}
		}
	}
	return out, nil
}
