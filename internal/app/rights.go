package app

import (
	"context"

	"tessuto/internal/ledger"
	"tessuto/internal/people"
	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/jobs"
	"tessuto/internal/platform/policy"
)

// visitors are whom a request can come from: somebody of the staff, a program with
// their token, a person who reads their own page.
type visitors struct {
	*auth.Auth
	*people.Module
}

// addRights lets the areas say what they keep of a person, and lets an erasure
// that was interrupted end.
func (a *App) addRights() {
	a.People.Keeps = append(a.People.Keeps, a.Access.KeptOf, a.Cases.KeptOf, a.keptOf)
	a.Jobs.Every("rights.finish", jobs.Daily(4), a.finishErasures)
	a.People.Files = append(a.People.Files, a.Access.FilesOf, a.Cases.FilesOf)
}

// finishErasures destroys the keys of erased persons that are still there, or there
// again.
func (a *App) finishErasures(ctx context.Context) error {
	_, err := a.People.FinishErasures(ctx)
	return err
}

// keptOf is what no area keeps: the access log, and the facts that were counted.
func (a *App) keptOf(ctx context.Context, tx *db.Tx, network, personID string) ([]people.Kept, error) {
	entries, err := a.Audit.Of(ctx, tx, network, policy.Person, personID)
	if err != nil {
		return nil, err
	}
	facts, err := ledger.FactsOf(ctx, tx, network, personID)
	return []people.Kept{
		{What: "audit", Records: entries, Fate: people.Stays, Why: "accountability"},
		{What: "facts", Records: facts, Fate: people.Stays, Why: "counts"},
	}, err
}
