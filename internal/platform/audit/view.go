package audit

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// Line is an entry as the auditor reads it: who, when, which act on which kind
// of record. What was typed as a reason may speak of people, and is left out.
type Line struct {
	ID, Account, Org string
	Role             policy.Role
	At               time.Time
	Act              string
	Kind             policy.Kind
	Record           string
	Section          policy.Section
	Reason           string // what somebody typed may stand here: see what of it a page may show
}

// Place is where a page ends.
type Place struct {
	At time.Time
	ID string
}

// Query is what the auditor asks for; what is empty limits nothing.
type Query struct {
	From, Until time.Time // Until is not in it
	Act         string
	Account     string
	Kind        policy.Kind // of one record, with its id
	Record      string
	Before      Place // the last line of the page before
}

// State is how far a network is sealed.
type State struct {
	Head
	Unsealed int
}

// Lines lists entries of the actor's network, the newest first, at most limit;
// that they were read is an entry itself.
func (l *Log) Lines(ctx context.Context, q Query, limit int) (out []Line, s State, err error) {
	actor, err := policy.Check(ctx, policy.AuditRead)
	if err != nil {
		return nil, s, err
	}
	err = l.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := listed(ctx, tx, actor.Network, q, limit)
		if err != nil {
			return err
		}
		out = make([]Line, len(rows))
		for i, r := range rows {
			out[i] = Line{ID: r.id, Account: r.account, Org: r.org, Role: policy.Role(r.role), At: r.at, Act: r.Act, Kind: r.Kind, Reason: r.Reason,
				Record: r.ID, Section: r.Section}
		}
		s, err = l.state(ctx, tx, actor.Network)
		return err
	})
	if err != nil {
		return nil, s, err
	}
	return out, s, l.Append(ctx, Entry{Act: "audit.read", Kind: "network", ID: actor.Network})
}

// Of counts the entries on one record: for who asks what is kept of it.
func (l *Log) Of(ctx context.Context, tx *db.Tx, network string, kind policy.Kind, id string) (int, error) {
	return countOf(ctx, tx, network, kind, id)
}

// WrittenSince counts what was done on one record since an instant, beside reading it and
// beside some acts.
func (l *Log) WrittenSince(ctx context.Context, tx *db.Tx, network string, kind policy.Kind, id string, since time.Time, besides ...string) (int, error) {
	return countWritten(ctx, tx, network, kind, id, since, append(besides, "read"))
}

// Unsealed counts the rows of a network that are not in its tree yet, of those
// that a sealer would find soon.
func (l *Log) Unsealed(ctx context.Context, tx *db.Tx, network string) (int, error) {
	s, err := l.state(ctx, tx, network)
	return s.Unsealed, err
}

func (l *Log) state(ctx context.Context, tx *db.Tx, network string) (s State, err error) {
	if s.Head, err = headOf(ctx, tx, network); err != nil {
		return s, err
	}
	last, err := lastSealed(ctx, tx, network)
	if err != nil {
		return s, err
	}
	s.Unsealed, err = countUnsealed(ctx, tx, network, before(2*time.Minute)(last))
	return s, err
}
