package app

import (
	"context"
	"time"

	"tessuto/internal/access"
	"tessuto/internal/cases"
	"tessuto/internal/people"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// ownFile is what a person reads of their own file: it is gathered from the areas,
// each of which asks policy.Own who reads.
type ownFile struct {
	person       *people.Person
	plans        []cases.OwnPlan
	appointments []access.OwnAppointment
	readers      []audit.Reader
	requests     []people.Request
	orgs         map[string]string // names of those that may be seen, by id
}

// readFor is how long a reading stands on a person's page.
const readFor = 365 * 24 * time.Hour

// ownFile gathers the file of the person who reads. Bodies that work on something
// very restricted of theirs stand nowhere in it: who holds the phone may be who
// they are protected from (safeguards, 3). They leave no gap and no count.
func (a *App) ownFile(ctx context.Context) (f ownFile, err error) {
	if f.person, err = a.People.OwnEntry(ctx); err != nil {
		return f, err
	}
	if f.plans, err = a.Cases.OwnPlans(ctx); err != nil {
		return f, err
	}
	if f.appointments, err = a.Access.OwnAppointments(ctx); err != nil {
		return f, err
	}
	if f.requests, err = a.People.OwnRequests(ctx); err != nil {
		return f, err
	}
	return f, a.DB.Read(ctx, func(tx *db.Tx) error { return a.ownReaders(ctx, tx, &f) })
}

// ownReaders reads who has read the file, and keeps of everything only what names
// a body that may be seen.
func (a *App) ownReaders(ctx context.Context, tx *db.Tx, f *ownFile) error {
	records, silent, err := a.People.OwnRecords(ctx, tx)
	if err != nil {
		return err
	}
	if f.orgs, err = a.Network.Names(ctx, tx); err != nil {
		return err
	}
	for id := range silent {
		delete(f.orgs, id)
	}
	all, err := a.Audit.Readers(ctx, tx, policy.From(ctx).Network, records, tx.Now.Add(-readFor))
	f.readers = nil
	for _, r := range all {
		if f.orgs[r.Org] != "" {
			f.readers = append(f.readers, r)
		}
	}
	var seen []access.OwnAppointment
	for _, ap := range f.appointments {
		if f.orgs[ap.OrgID] != "" {
			seen = append(seen, ap)
		}
	}
	f.appointments = seen
	return err
}
