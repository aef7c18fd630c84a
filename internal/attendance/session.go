package attendance

import (
	"context"
	"slices"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

// Owner is the record that a session is of.
type Owner struct{ Kind, ID string }

// Session is one time at which people come together.
type Session struct {
	ID string
	Owner
	StartsAt, EndsAt time.Time
	Mode             ledger.Mode // of the whole; each presence has its own
	Place            string      // sealed
	Version          int         // of the session and of its sheet together
}

// Modes are how a session can be held.
var Modes = []ledger.Mode{ledger.InPerson, ledger.Remote, ledger.OnTerritory}

const maxPlace = 300

// Date is the day of the session in Rome.
func (s *Session) Date() db.Date { return db.DateOf(s.StartsAt) }

// Minutes is how long it lasts.
func (s *Session) Minutes() int { return int(s.EndsAt.Sub(s.StartsAt) / time.Minute) }

// Over tells whether it has ended by an instant.
func (s *Session) Over(now time.Time) bool { return !now.Before(s.EndsAt) }

// Check reports what is wrong with a session: it has a day from five years ago to
// two ahead, ends after it begins and on the same day.
func (s *Session) Check(today db.Date) error {
	c := errs.Check{}
	c.That(!s.StartsAt.IsZero(), "on", "attendance.when_missing")
	c.That(s.StartsAt.IsZero() || s.Date().Within(today, 5, 2), "on", "attendance.when_far")
	c.That(s.EndsAt.After(s.StartsAt) && db.DateOf(s.EndsAt) == s.Date(), "ends", "attendance.end_wrong")
	c.That(slices.Contains(Modes, s.Mode), "mode", "error.field_choice")
	c.That(s.Mode == ledger.Remote || s.Place != "", "place", "attendance.place_missing")
	c.That(errs.Fits(s.Place, maxPlace), "place", "error.field_long")
	return c.Err()
}

func (s *Session) place() string { return "session/" + s.ID }

// Open writes a new session; its place is sealed under the key of its record.
func (m *Module) Open(ctx context.Context, tx *db.Tx, network string, key *crypto.Key, s Session) error {
	return insertSession(ctx, tx, network, s, key.Seal([]byte(s.Place), s.place()))
}

// Change writes when, where and how a session is. One that somebody else changed
// since it was read is a Conflict.
func (m *Module) Change(ctx context.Context, tx *db.Tx, network string, key *crypto.Key, s Session) error {
	return updateSession(ctx, tx, network, s, key.Seal([]byte(s.Place), s.place()))
}

// Session returns the session of a record. A key that was destroyed leaves its
// place empty.
func (m *Module) Session(ctx context.Context, tx *db.Tx, network string, o Owner, key *crypto.Key) (Session, error) {
	all, err := m.Sessions(ctx, tx, network, o.Kind, map[string]*crypto.Key{o.ID: key})
	if err == nil && len(all) == 0 {
		err = errs.Missing()
	}
	return all[o.ID], err
}

// Sessions returns those of several records of one kind, by the id of the
// record; keys are theirs.
func (m *Module) Sessions(ctx context.Context, tx *db.Tx, network, kind string, keys map[string]*crypto.Key) (map[string]Session, error) {
	out := make(map[string]Session, len(keys))
	owners := make([]string, 0, len(keys))
	for id := range keys {
		owners = append(owners, id)
	}
	rows, err := sessionsOf(ctx, tx, network, kind, owners)
	for _, r := range rows {
		if key := keys[r.Owner.ID]; key != nil {
			plain, err := key.Open(r.sealed, r.place())
			if err != nil {
				return nil, err
			}
			r.Place = string(plain)
		}
		out[r.Owner.ID] = r.Session
	}
	return out, err
}

// Owners returns the records of a kind on whose sheets presences stand, by the
// presence.
func (m *Module) Owners(ctx context.Context, tx *db.Tx, network, kind string, presences []string) (map[string]string, error) {
	return ownersOf(ctx, tx, network, kind, presences)
}
