package cases

import (
	"context"
	"time"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Reception says that a family is in reception (accoglienza), and how it leaves: who
// runs it hands the family over to the team of the case.
type Reception struct {
	ExitOn   db.Date // expected; empty while nobody knows
	HandedOn db.Date // when the family was handed over; empty until it is
	SavedBy  string  // name
	SavedAt  time.Time
	Version  int // 0 of one that is not yet
	ReceptionWords
}

// ReceptionWords is the sealed part: a centre says where the family lives.
type ReceptionWords struct {
	Body  string `json:"body"`            // who runs it, and which centre
	Hands string `json:"hands,omitempty"` // who hands over, and how to reach them
}

func receptionPlace(caseID string) string { return "reception/" + caseID }

// Check reports what is wrong with it.
func (r *Reception) Check(today db.Date) error {
	c := errs.Check{}
	c.That(r.Body != "", "body", "reception.body_missing")
	c.That(errs.Fits(r.Body, 200), "body", "error.field_long")
	c.That(errs.Fits(r.Hands, 200), "hands", "error.field_long")
	c.That(r.ExitOn == "" || r.ExitOn.Within(today, 5, 5), "exit_on", "reception.exit_wrong")
	c.That(r.HandedOn == "" || r.HandedOn.Within(today, 5, 0), "handed_on", "reception.handed_wrong")
	c.That(r.HandedOn == "" || r.Hands != "", "hands", "reception.hands_missing")
	return c.Err()
}

// SaveReception writes that the family of a case is in reception and how it leaves. Of
// two who write it at once the second is a Conflict that carries what the first wrote.
func (m *Module) SaveReception(ctx context.Context, caseID string, r Reception) error {
	if err := r.Check(db.DateOf(m.db.Now())); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, _, key, err := m.actOnAll(ctx, tx, caseID, policy.CaseWrite, policy.Plan)
		if err != nil {
			return err
		}
		theirs, err := m.reception(ctx, tx, c, key)
		if err != nil {
			return err
		}
		if theirs.ExitOn == r.ExitOn && theirs.HandedOn == r.HandedOn && theirs.ReceptionWords == r.ReceptionWords {
			return nil // sent twice, as by a double click
		}
		if theirs.Version != r.Version {
			return errs.Changed(*theirs)
		}
		sealed, err := sealMore(key, receptionPlace(c.ID), r.ReceptionWords)
		if err != nil {
			return err
		}
		r.Version++
		if err := upsertReception(ctx, tx, policy.From(ctx), c.ID, &r, sealed); err != nil {
			return err
		}
		return m.record(ctx, tx, "case.reception", c.ID, policy.Plan)
	})
}

// reception reads that of a case; one that nobody wrote has the version 0.
func (m *Module) reception(ctx context.Context, tx *db.Tx, c *Case, key *crypto.Key) (*Reception, error) {
	row, err := receptionOf(ctx, tx, policy.From(ctx).Network, c.ID)
	if errs.CodeOf(err) == errs.NotFound {
		return &Reception{}, nil
	}
	if err != nil {
		return nil, err
	}
	names, err := m.network.StaffNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	row.SavedBy = names[row.SavedBy]
	return &row.Reception, openMore(key, receptionPlace(c.ID), row.sealed, &row.ReceptionWords)
}
