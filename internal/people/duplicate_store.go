package people

import (
	"context"
	"encoding/json"

	"tessuto/internal/linkage"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

type pairRow struct {
	Pair
	a, b string
}

// weights reads what each field says of a pair.
type weights []linkage.FieldWeight

func (w *weights) Scan(src any) error {
	text, _ := src.(string)
	return json.Unmarshal([]byte(text), (*[]linkage.FieldWeight)(w))
}

const pairColumns = `d.id, d.a_id, d.b_id, d.probability, d.fields, d.state, d.later, d.decided_by, d.decided_at`

func (r *pairRow) fields() []any {
	return []any{&r.ID, &r.a, &r.b, &r.Probability, (*weights)(&r.Fields), &r.State, &r.Later, &r.By, &r.At}
}

// pairs adds the condition that both of a pair are open to the actor: of who is
// known to a service that must not be named, nobody else learns by a pair.
func pairs(a policy.Actor, tx *db.Tx, what string) *db.Build {
	b := db.NewBuild(`select `+what+` from duplicate_pair d where d.network_id = ? and`, a.Network)
	a.ScopeFew(b, tx, policy.Person, policy.Identity, "d.a_id").Add("and")
	return a.ScopeFew(b, tx, policy.Person, policy.Identity, "d.b_id")
}

// inState adds which pairs a list is of. An open one of which either was merged
// meanwhile, into whomever, is answered.
func inState(b *db.Build, s PairState, today db.Date) *db.Build {
	standing := `and not exists (select 1 from person p where p.network_id = d.network_id and p.id in (d.a_id, d.b_id) and p.merged_into <> '')`
	switch s {
	case PairOpen:
		return b.Add(`and (d.state = ? or d.state = ? and d.later <= ?) `+standing, PairOpen, PairLater, today)
	case PairLater:
		return b.Add(`and d.state = ? and d.later > ? `+standing, PairLater, today)
	}
	return b.Add(`and d.state = ?`, s)
}

func pairsInScope(ctx context.Context, tx *db.Tx, a policy.Actor, s PairState, limit int) (rows []pairRow, total int, err error) {
	count := inState(pairs(a, tx, "count(*)"), s, tx.Today())
	if err = tx.Get(ctx, count.SQL(), count.Args(), &total); err != nil || total == 0 {
		return nil, total, err
	}
	order := "order by d.probability desc, d.id limit ?"
	if s == PairMerged || s == PairDifferent {
		order = "order by d.decided_at desc, d.id limit ?"
	}
	b := inState(pairs(a, tx, pairColumns), s, tx.Today()).Add(order, limit)
	rows, err = db.List(ctx, tx, b.SQL(), b.Args(), (*pairRow).fields)
	return rows, total, err
}

func pairInScope(ctx context.Context, tx *db.Tx, a policy.Actor, id string) (r pairRow, err error) {
	b := pairs(a, tx, pairColumns).Add("and d.id = ?", id)
	err = tx.Get(ctx, b.SQL(), b.Args(), r.fields()...)
	return r, err
}

func setPair(ctx context.Context, tx *db.Tx, by policy.Actor, id string, s PairState, later db.Date) error {
	return tx.ExecOne(ctx, `update duplicate_pair set state = $3, later = $4, decided_by = $5, decided_at = $6
		where network_id = $1 and id = $2`, by.Network, id, s, later, by.AccountID, tx.Now)
}

// upsertPair writes what a search found. What somebody decided stays decided.
func upsertPair(ctx context.Context, tx *db.Tx, network, a, b string, probability float64, fields []linkage.FieldWeight) error {
	text, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	return tx.Exec(ctx, `
		insert into duplicate_pair (network_id, id, a_id, b_id, probability, fields, state, by_hand, seen_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		on conflict (network_id, a_id, b_id) do update set fields = excluded.fields, seen_at = excluded.seen_at,
			probability = case when excluded.by_hand then duplicate_pair.probability else excluded.probability end`,
		network, db.NewID(), min(a, b), max(a, b), probability, string(text), PairOpen, probability == byHand, tx.Now)
}

func pairOf(ctx context.Context, tx *db.Tx, network, a, b string) (id string, err error) {
	err = tx.Get(ctx, `select id from duplicate_pair where network_id = $1 and a_id = $2 and b_id = $3`,
		[]any{network, min(a, b), max(a, b)}, &id)
	return id, err
}
