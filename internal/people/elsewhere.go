package people

import (
	"context"
	"slices"

	"tessuto/internal/linkage"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// certain are the reasons of which one must hold, beside the name, before it is
// told that another service knows somebody whose number on a paper was not typed: a
// name alone would let anybody ask of anybody.
var certain = []linkage.Reason{linkage.SameBirthDate, linkage.SamePhone}

// elsewhere tells whether a service to which the actor does not belong knows who
// is sought. Those who are known only where it must not be told are not looked at,
// so that neither the answer nor its time tells of them (safeguards, 4); and who
// works there is told nothing, because asking would tell of them.
func (m *Module) elsewhere(ctx context.Context, tx *db.Tx, s sought, candidates []string) (bool, error) {
	found, err := m.knownElsewhere(ctx, tx, s, candidates)
	return len(found) > 0, err
}

func (m *Module) knownElsewhere(ctx context.Context, tx *db.Tx, s sought, candidates []string) (found []Person, err error) {
	actor := policy.From(ctx)
	if actor.Class() != "" || !actor.May(policy.PersonRegister) {
		return nil, nil
	}
	if s.Birth.Day == 0 && len(s.Phones) == 0 { // then only a number makes certain
		candidates = nil
	}
	var coded []string
	for _, text := range s.codes {
		macs, err := m.codeMACs(ctx, actor.Network, text)
		if err != nil {
			return nil, err
		}
		holders, err := holdersAnywhere(ctx, tx, actor.Network, macs)
		if err != nil {
			return nil, err
		}
		coded = append(coded, holders...)
	}
	rows, err := toldElsewhere(ctx, tx, actor, append(coded, candidates...))
	if err != nil {
		return nil, err
	}
	people, err := m.unsealed(ctx, actor.Network, rows)
	for _, p := range people {
		match := s.against(&p)
		sure := slices.ContainsFunc(certain, func(r linkage.Reason) bool { return slices.Contains(match.Reasons, r) })
		if slices.Contains(coded, p.ID) || sure && match.Score >= veryClose {
			found = append(found, p)
		}
	}
	return found, err
}

// answerDays is within how many days a service is asked to get in touch.
const answerDays = 7

// AskContact asks the services that know the person who was typed to get in touch
// with the actor's: they are told who asks, and of whom; the actor is not told who
// they are. It says so whether or not there is any.
func (m *Module) AskContact(ctx context.Context, text string) error {
	if _, err := policy.Check(ctx, policy.PersonRegister); err != nil {
		return err
	}
	id, codes := typed(text)
	return m.db.Write(ctx, func(tx *db.Tx) error { return m.askContact(ctx, tx, sought{id, codes}) })
}

// AskFor is AskContact for the reference person of a prepared household, in the
// transaction that registers it.
func (m *Module) AskFor(ctx context.Context, tx *db.Tx, household *Sealed) error {
	return m.askContact(ctx, tx, sought{Identity: household.people[0].identity()})
}

func (m *Module) askContact(ctx context.Context, tx *db.Tx, s sought) error {
	actor := policy.From(ctx)
	look := looking{Module: m, tx: tx, sought: s}
	for _, step := range []func(context.Context) ([]string, error){look.asTyped, look.more, look.mistyped} {
		if _, err := step(ctx); err != nil {
			return err
		}
	}
	found, err := m.knownElsewhere(ctx, tx, s, look.strangers())
	if err != nil {
		return err
	}
	for _, p := range found {
		r := task.Reminder{Key: "contact_asked/" + p.ID + "/" + actor.OrgID, Due: tx.Today().AddDays(answerDays), To: task.To{OrgID: p.OrgID},
			Record:  task.Record{Kind: policy.Person, ID: p.ID, Section: policy.Identity},
			Message: "task.reminder.contact_asked", Args: map[string]string{"Org": actor.OrgName}}
		if err := m.tasks.Remind(ctx, tx, r); err != nil {
			return err
		}
		if err := m.record(ctx, tx, "person.ask_contact", p.ID); err != nil {
			return err
		}
	}
	return nil
}
