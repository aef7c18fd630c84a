package cases

import (
	"context"
	"slices"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// checkProvider lets a body of the network be named as who gave something, unless that
// it is named would tell of a need (safeguards, 4).
func (m *Module) checkProvider(ctx context.Context, tx *db.Tx, id string) error {
	actor := policy.From(ctx)
	if id == "" || id == actor.OrgID {
		return nil
	}
	_, kind, err := m.network.Organisation(ctx, tx, actor.Network, id)
	if errs.CodeOf(err) == errs.NotFound || slices.Contains(policy.DiscreetKinds, kind) {
		return errs.Check{"provider": "error.field_choice"}.Err()
	}
	return err
}

// checkHours refuses an hour that its operator has written already, wherever and whoever
// pays: which record that is stands in the refusal when the actor may read it.
func (m *Module) checkHours(ctx context.Context, tx *db.Tx, i *Intervention) error {
	if i.Ends == 0 {
		return nil
	}
	rows, err := hoursTaken(ctx, tx, policy.From(ctx).Network, i)
	if err != nil || len(rows) == 0 {
		return err
	}
	taken := rows[0]
	known, err := m.readsDiary(ctx, tx, taken.caseID)
	if err != nil {
		return err
	}
	if !known {
		return errs.New(errs.Conflict, "intervention.hours_taken").With("Hours", taken.Hours.String())
	}
	if err := m.unsealIn(ctx, &taken); err != nil {
		return err
	}
	return errs.New(errs.Conflict, "intervention.hours_yours").With("Hours", taken.Hours.String()).With("Note", short(taken.Note))
}

// unsealIn opens an intervention of a case that the actor may read.
func (m *Module) unsealIn(ctx context.Context, r *interventionRow) error {
	keys, err := m.keys.Get(ctx, policy.From(ctx).Network, r.caseID)
	if err != nil {
		return err
	}
	return r.unseal(keys[r.caseID])
}

// short is the beginning of a text.
func short(text string) string {
	const most = 60
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}

// checkGiven refuses the same expense for the same days, and warns of another of its kind
// until a word says why; it never names a body (safeguards, 12).
func (m *Module) checkGiven(ctx context.Context, tx *db.Tx, c *Case, i *Intervention) error {
	if !i.isGiven() {
		return nil
	}
	rows, err := givenAlike(ctx, tx, policy.From(ctx).Network, c.HouseholdID, i)
	if err != nil {
		return err
	}
	alike := false
	for n := range rows {
		known, told, err := m.tells(ctx, tx, &rows[n])
		if err != nil {
			return err
		}
		r := &rows[n].interventionRow
		switch same := i.Cost > 0 && r.Cost == i.Cost && r.From == i.From && r.To == i.To; {
		case same && known:
			return errs.New(errs.Conflict, "intervention.expense_known").With("Date", i18n.Date(ctx, r.On.Time()))
		case same && told:
			return errs.New(errs.Conflict, "intervention.expense_twice")
		}
		alike = alike || told
	}
	if alike && i.Why == "" {
		return errs.Check{"why": "intervention.given_alike"}.Err()
	}
	return nil
}

// tells says whether the actor may read what was given, and whether they may be told that
// it was: of what a service on addiction, mental health or violence gave, or a programme on
// them, there is no sign for anybody else (safeguards, 4).
func (m *Module) tells(ctx context.Context, tx *db.Tx, r *givenRow) (known, told bool, err error) {
	if known, err = m.readsDiary(ctx, tx, r.caseID); err != nil || known {
		return known, known, err
	}
	for _, org := range []string{r.OrgID, r.leadOrg} {
		_, kind, err := m.network.Organisation(ctx, tx, policy.From(ctx).Network, org)
		if err != nil || slices.Contains(policy.DiscreetKinds, kind) {
			return false, false, err
		}
	}
	for _, programme := range []string{r.Programme, r.caseProgramme} {
		class, err := m.programmes.Class(ctx, tx, programme)
		if err != nil || class == policy.VeryRestricted {
			return false, false, err
		}
	}
	return false, true, nil
}

func (m *Module) readsDiary(ctx context.Context, tx *db.Tx, caseID string) (bool, error) {
	open, err := policy.Sections(ctx, tx, policy.Case, caseID)
	return open[policy.Diary], err
}
