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
	args := make([]any, len(tokens))
	for i, t := range tokens {
		args[i] = t
	}
	b := db.NewBuild(`select t.person_id from person_token t where t.network_id = ? and t.token in (`+
		strings.Repeat("?, ", len(args)-1)+"?) and", append([]any{a.Network}, args...)...)
	a.Scope(b, tx, policy.Person, policy.Identity, "t.person_id").
		Add("group by t.person_id order by count(*) desc, t.person_id limit ?", limit)
	return db.Column[string](ctx, tx, b.SQL(), b.Args()...)
}
