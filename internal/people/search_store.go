package people

import (
	"context"
	"strings"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// candidates are the persons in scope who share tokens with the query, those
// who share most first.
func candidates(ctx context.Context, tx *db.Tx, a policy.Actor, tokens [][]byte, limit int) ([]string, error) {
	if len(tokens) == 0 {
		return nil, nil
	}
	args := make([]any, len(tokens))
	for i, t := range tokens {
		args[i] = t
	}
	b := db.NewBuild(`select t.person_id from person_token t where t.network_id = ? and t.token in (`+
		strings.Repeat("?, ", len(args)-1)+"?) and", append([]any{a.Network}, args...)...)
	a.ScopeFew(b, tx, policy.Person, policy.Identity, "t.person_id").
		Add("group by t.person_id order by count(*) desc, t.person_id limit ?", limit)
	return db.Column[string](ctx, tx, b.SQL(), b.Args()...)
}

// home is the household of a person, and how many live in it of those open to
// the actor: whoever is not open leaves no trace, not even in a number.
type home struct {
	person, household string
	members           int
}

// homesOf reads where persons live today, by person.
func homesOf(ctx context.Context, tx *db.Tx, a policy.Actor, persons []string) (map[string]home, error) {
	today := tx.Today()
	b := db.NewBuild(`select h.person_id, h.household_id, (
		select count(*) from household_member m
		where m.network_id = h.network_id and m.household_id = h.household_id
			and m.valid_from <= ? and (m.valid_to is null or m.valid_to > ?) and`, today, today)
	a.ScopeFew(b, tx, policy.Person, policy.Identity, "m.person_id").Add(`)
		from household_member h
		where h.network_id = ? and h.valid_from <= ? and (h.valid_to is null or h.valid_to > ?) and`, a.Network, today, today).
		In("h.person_id", persons).Add("and")
	a.ScopeFew(b, tx, policy.Household, policy.Identity, "h.household_id").Add("order by h.id")
	rows, err := db.List(ctx, tx, b.SQL(), b.Args(), func(h *home) []any { return []any{&h.person, &h.household, &h.members} })
	homes := make(map[string]home, len(rows))
	for _, h := range rows {
		if _, ok := homes[h.person]; !ok { // the first, as in householdOf
			homes[h.person] = h
		}
	}
	return homes, err
}
