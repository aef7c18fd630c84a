package people

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// holdersNow reads who has each of some tokens, and who has each of others, of the
// entries of some blocks.
func holdersNow(ctx context.Context, tx *db.Tx, whole, partly, blocks []int64) (map[int64][]posting, error) {
	const columns = `select token, block, holders from search_posting where`
	b := db.NewBuild(columns).InNumbers("token", whole).
		Add("union all "+columns).InNumbers("token", partly).Add("and").InNumbers("block", blocks)
	list, err := db.List(ctx, tx, b.SQL(), b.Args(), (*posting).fields)
	out := map[int64][]posting{}
	for _, p := range list {
		p.holders, p.packed = holdersIn(p.packed), nil
		out[p.token] = append(out[p.token], p)
	}
	return out, err
}

// indexNow is about how many entries the index holds, and in which state its blocks are.
func indexNow(ctx context.Context, tx *db.Tx) (entries int64, now blocks, err error) {
	now = blocks{}
	list, err := db.List(ctx, tx, `select -1, coalesce(max(no), 0) from search_entry union all select block, state from search_block`, nil,
		func(p *[2]int64) []any { return []any{&p[0], &p[1]} })
	for _, p := range list {
		if p[0] < 0 {
			entries = p[1]
		} else {
			now[p[0]] = p[1]
		}
	}
	return entries, now, err
}

// numbered returns the persons of the network who stand at some entries, in the order
// of these. With "|| ”" no engine looks through the index of all who are in the network.
func numbered(ctx context.Context, tx *db.Tx, network string, entries []int64) ([]string, error) {
	b := db.NewBuild(`select no, person_id, '' from search_entry where network_id || '' = ? and`, network).InNumbers("no", entries)
	return inOrderOf(ctx, tx, b, entries)
}

// numberedInScope are those of them who are open to the actor.
func numberedInScope(ctx context.Context, tx *db.Tx, a policy.Actor, entries []int64) ([]string, error) {
	b := db.NewBuild(`select e.no, e.person_id, '' from search_entry e where e.network_id || '' = ? and`, a.Network).InNumbers("e.no", entries).Add("and")
	a.ScopeFew(b, tx, policy.Person, policy.Identity, "e.person_id")
	return inOrderOf(ctx, tx, b, entries)
}

func inOrderOf(ctx context.Context, tx *db.Tx, b *db.Build, entries []int64) ([]string, error) {
	list, err := db.List(ctx, tx, b.SQL(), b.Args(), (*searchEntry).fields)
	at := make(map[int64]string, len(list))
	for _, e := range list {
		at[e.no] = e.person
	}
	var out []string
	for _, no := range entries {
		if id := at[no]; id != "" {
			out = append(out, id)
		}
	}
	return out, err
}

// toldElsewhere reads those of the persons who are not open to the actor, and of
// whom it may be told that some service knows them.
func toldElsewhere(ctx context.Context, tx *db.Tx, a policy.Actor, ids []string) ([]personRow, error) {
	b := db.NewBuild(`select `+personColumns+` from person p where p.network_id = ? and p.merged_into = '' and`, a.Network).
		In("p.id", ids).Add("and")
	policy.Told(b, tx, a.Network, policy.Person, policy.Identity, "p.id").Add("and not")
	a.ScopeFew(b, tx, policy.Person, policy.Identity, "p.id").Add("order by p.id")
	return db.List(ctx, tx, b.SQL(), b.Args(), (*personRow).fields)
}

// home is the household of a person, and how many live in it of those open to
// the actor: whoever is not open leaves no trace, not even in a number.
type home struct {
	person, household string
	members           int
}

// homesOf reads where persons live today, by person: the first, as in householdOf.
func homesOf(ctx context.Context, tx *db.Tx, a policy.Actor, persons []string) (map[string]home, error) {
	today := tx.Today()
	b := db.NewBuild(`select h.person_id, h.household_id, (select count(*) from household_member m
			where m.network_id = h.network_id and m.household_id = h.household_id and m.valid_from <= ? and (m.valid_to is null or m.valid_to > ?) and`, today, today)
	a.ScopeFew(b, tx, policy.Person, policy.Identity, "m.person_id").
		Add(`) from household_member h where h.network_id = ? and h.valid_from <= ? and (h.valid_to is null or h.valid_to > ?) and`, a.Network, today, today).
		In("h.person_id", persons).Add("and")
	a.ScopeFew(b, tx, policy.Household, policy.Identity, "h.household_id").Add("order by h.id")
	rows, err := db.List(ctx, tx, b.SQL(), b.Args(), func(h *home) []any { return []any{&h.person, &h.household, &h.members} })
	homes := make(map[string]home, len(rows))
	for _, h := range rows {
		if _, ok := homes[h.person]; !ok {
			homes[h.person] = h
		}
	}
	return homes, err
}
