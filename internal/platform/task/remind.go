package task

import (
	"context"
	"slices"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// Reminder is a task that a rule makes: it says a message of the catalogue, and
// carries no words of anybody.
type Reminder struct {
	Key     string // what it is about, once: "plan_review/<plan id>/<day>"
	Due     db.Date
	To      To
	Record  Record
	Message string            // a key of the catalogue
	Args    map[string]string // codes and days only
}

// Remind makes a reminder in the transaction of the caller, or moves the one of
// that key when its day or who it is for has changed. One that was done stays
// done.
func (m *Module) Remind(ctx context.Context, tx *db.Tx, r Reminder) error {
	t := Task{ID: db.NewID(), Record: r.Record, To: r.To, Due: r.Due, Message: r.Message, Args: r.Args, Source: r.Key}
	return upsertReminder(ctx, tx, policy.From(ctx).Network, &t)
}

// Withdraw takes away the reminder of a key, because its reason has gone. One
// that was done stays in the list of what was done.
func (m *Module) Withdraw(ctx context.Context, tx *db.Tx, key string) error {
	return deleteReminder(ctx, tx, policy.From(ctx).Network, key)
}

// Settle makes the reminders of a rule what its reasons say today: those of
// list are there, once each, and the others of the rule go. Their keys begin
// with the rule and "/". A rule that runs every night calls it.
func (m *Module) Settle(ctx context.Context, tx *db.Tx, rule string, list []Reminder) error {
	waiting, err := sourcesOf(ctx, tx, policy.From(ctx).Network, rule)
	if err != nil {
		return err
	}
	for _, key := range waiting {
		if !slices.ContainsFunc(list, func(r Reminder) bool { return r.Key == key }) {
			if err := m.Withdraw(ctx, tx, key); err != nil {
				return err
			}
		}
	}
	for _, r := range list {
		if err := m.Remind(ctx, tx, r); err != nil {
			return err
		}
	}
	return nil
}

// HandOver gives what waits of one person about a record to another, who reads it
// too. News, which have no day, stay with whom they were for.
func (m *Module) HandOver(ctx context.Context, tx *db.Tx, r Record, from, to string) error {
	return handOver(ctx, tx, policy.From(ctx).Network, r, from, to)
}
