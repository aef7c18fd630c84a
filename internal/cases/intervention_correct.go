package cases

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// CorrectIntervention replaces what an intervention of the actor's says, with a reason: what
// it said stays, and it counts anew. One that was corrected since it was read is a conflict
// with what stands; an hour or an expense charged twice is refused as in RecordIntervention.
func (m *Module) CorrectIntervention(ctx context.Context, caseID, id string, version int, n NewIntervention, reason string) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, _, key, err := m.act(ctx, tx, caseID, policy.InterventionDo, policy.Diary)
		if err != nil {
			return err
		}
		actor := policy.From(ctx)
		row, err := interventionByID(ctx, tx, actor.Network, c.ID, id)
		if err != nil {
			return err
		}
		if err := row.unseal(key); err != nil {
			return err
		}
		i := row.Intervention
		switch {
		case i.AccountID != actor.AccountID:
			return errs.New(errs.Forbidden, "intervention.correct_not_yours")
		case i.VoidReason != "":
			return errs.New(errs.Conflict, "intervention.void_already")
		case i.Version == version+1 && i.says(n, reason):
			return nil // the same sent twice
		case i.Version != version:
			return errs.Changed(i)
		}
		k := errs.Check{}
		n.check(ctx, k, tx.Today(), &i)
		k.That(reason != "", "reason", "intervention.reason_missing")
		k.That(errs.Fits(reason, lineText), "reason", "error.field_long")
		if err := k.Err(); err != nil {
			return err
		}
		before, err := sealMore(key, i.sealedAt()+"/earlier", EarlierIntervention{Intervention: i})
		if err != nil {
			return err
		}
		if err := insertEarlierIntervention(ctx, tx, actor.Network, &i, before); err != nil {
			return err
		}
		if err := m.fill(ctx, tx, c, &i, n); err != nil {
			return err
		}
		i.Reason, i.Version = reason, i.Version+1
		sealed, err := sealMore(key, i.sealedAt(), i.InterventionWords)
		if err != nil {
			return err
		}
		if err := updateIntervention(ctx, tx, actor.Network, &i, sealed); err != nil {
			return err
		}
		if err := m.record(ctx, tx, "intervention.correct", c.ID, policy.Diary); err != nil {
			return err
		}
		if err := m.ledger.Reverse(ctx, tx, actor.Network, i.source()); err != nil {
			return err
		}
		return m.countIntervention(ctx, tx, c, &i)
	})
}

// says tells whether an intervention says already what a correction makes of it.
func (i *Intervention) says(n NewIntervention, reason string) bool {
	given := n.Support
	if given.Code != "" && given.From == "" {
		given.From, given.To = n.On, n.On
	}
	words := InterventionWords{Note: n.Note, Outside: n.Outside, Why: n.Why, Reason: reason}
	return i.On == n.On && i.Mode == n.Mode && i.Hours == n.Hours && i.Support == given && i.InterventionWords == words
}
