package people

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"strings"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

const (
	// tooCommon is how many persons share a token that tells nobody apart.
	tooCommon = 150
	// firstOpened is how many are opened and compared at first, and maxCandidates in
	// each step that follows.
	firstOpened, maxCandidates = 48, 64
)

// byRarity returns the persons of the network who have some of the tokens, the
// rarest and most tokens first, at most so many; and whether some token was too
// common to look at all who have it.
func byRarity(ctx context.Context, tx *db.Tx, network string, tokens [][]byte, most int) (ids []string, common bool, err error) {
	if len(tokens) == 0 {
		return nil, false, nil
	}
	b := db.NewBuild("")
	for i := range (len(tokens) + 7) / 8 * 8 { // of many lengths of this text, one in eight: the engine keeps those that it understood
		var token []byte
		if i > 0 {
			b.Add("union all")
		}
		if i < len(tokens) {
			token = tokens[i]
		}
		b.Add(`select * from (select cast(? as integer) as n, person_id from person_token where network_id = ? and token = ? limit ?) t`,
			i, network, token, tooCommon+1)
	}
	type holder struct {
		n      int
		person string
	}
	rows, err := db.List(ctx, tx, b.SQL(), b.Args(), func(h *holder) []any { return []any{&h.n, &h.person} })
	if err != nil {
		return nil, false, err
	}
	have := make([]int, len(tokens))
	for _, r := range rows {
		have[r.n]++
	}
	weight := map[string]float64{}
	for _, r := range rows {
		if have[r.n] > tooCommon {
			common = true
			continue
		}
		weight[r.person] += math.Log2(2 * tooCommon / float64(have[r.n]))
	}
	ids = slices.SortedFunc(maps.Keys(weight), func(a, b string) int {
		return cmp.Or(cmp.Compare(weight[b], weight[a]), cmp.Compare(a, b))
	})
	return ids[:min(len(ids), most)], common || len(ids) > most, nil
}

// fewHolders is how many holders of many tokens are looked at.
const fewHolders = 2000

// whoHaveMost returns the persons of the network who have most of many tokens, each of
// which few have.
func whoHaveMost(ctx context.Context, tx *db.Tx, network string, tokens [][]byte) ([]string, error) {
	args := make([]any, (len(tokens)+63)/64*64)
	for i := range args {
		args[i] = tokens[min(i, len(tokens)-1)]
	}
	b := db.NewBuild(`select person_id from (
			select person_id from person_token where network_id = ? and token in (`+strings.Repeat("?, ", len(args)-1)+`?) limit ?) t
		group by person_id order by count(*) desc, person_id limit ?`, append(append([]any{network}, args...), fewHolders, maxCandidates)...)
	return db.Column[string](ctx, tx, b.SQL(), b.Args()...)
}

// candidates are the persons in scope who share tokens, those who share most
// first.
func candidates(ctx context.Context, tx *db.Tx, a policy.Actor, tokens [][]byte, limit int) ([]string, error) {
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
