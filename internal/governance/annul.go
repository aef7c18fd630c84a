package governance

import (
	"context"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Annul says that a meeting whose minutes were confirmed counts for nothing, and
// why: it did not take place, or was written down twice. What it counted for is
// reversed; its minutes and its sheet stay to be read, and so do the tasks that its
// decisions became. One that was not held is a Conflict; one that is annulled
// stays as it was.
func (m *Module) Annul(ctx context.Context, id, reason string, version int) error {
	c := errs.Check{}
	c.That(reason != "", "reason", "attendance.reason_missing")
	c.That(errs.Fits(reason, maxTitle), "reason", "error.field_long")
	if err := c.Err(); err != nil {
		return err
	}
	return m.onMeeting(ctx, id, "meeting.annul", func(tx *db.Tx, mt *Meeting, key *crypto.Key) error {
		switch {
		case mt.State == Annulled:
			return nil
		case mt.State != Held:
			return errs.New(errs.Conflict, "minutes.not_confirmed")
		case mt.Version != version:
			return errs.New(errs.Conflict, "error.version")
		}
		net := policy.From(ctx).Network
		facts, err := m.factsOf(ctx, tx, net, mt.Body, mt)
		if err != nil {
			return err
		}
		if err := m.takeBack(ctx, tx, net, facts); err != nil {
			return err
		}
		return annulMeeting(ctx, tx, net, mt, key.Seal([]byte(reason), "meeting_cancel/"+id))
	})
}

// takeBack reverses whatever stands of the sources of facts.
func (m *Module) takeBack(ctx context.Context, tx *db.Tx, net string, facts []ledger.Fact) error {
	seen := map[ledger.Source]bool{}
	for _, f := range facts {
		if seen[f.Source] {
			continue
		}
		seen[f.Source] = true
		if err := m.ledger.Reverse(ctx, tx, net, f.Source); err != nil {
			return err
		}
	}
	return nil
}
