package cases

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// mostFollowed bounds the cases whose families are looked at for what is soon
// due: nobody works on more.
const mostFollowed = 500

// Followed lists who lives in the families of the open cases that the actor works
// on, by id, for what reminds of them.
func (m *Module) Followed(ctx context.Context) (persons []string, err error) {
	actor, err := policy.Check(ctx, policy.CaseRead)
	if err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		households, err := householdsFollowed(ctx, tx, actor, mostFollowed)
		if err != nil {
			return err
		}
		persons, err = m.people.MembersIn(ctx, tx, households)
		return err
	})
	return persons, err
}
