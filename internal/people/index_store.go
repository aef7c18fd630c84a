package people

import (
	"context"
	"encoding/binary"
	"maps"
	"math/rand/v2"
	"slices"

	"tessuto/internal/linkage"
	"tessuto/internal/platform/db"
)

// findable is a person and the tokens that lead to them.
type findable struct {
	person string
	tokens []int64
}

// searchEntry is the place of a person in the index.
type searchEntry struct {
	findable
	no     int64
	packed []byte // the tokens, where they are asked for
}

func (e *searchEntry) fields() []any { return []any{&e.no, &e.person, &e.packed} }

func searchEntries(ctx context.Context, tx *db.Tx, network string, persons []string) (map[string]searchEntry, error) {
	out := map[string]searchEntry{}
	for part := range slices.Chunk(persons, atOnce) {
		b := db.NewBuild(`select no, person_id, tokens from search_entry where network_id = ? and`, network).In("person_id", part)
		list, err := db.List(ctx, tx, b.SQL(), b.Args(), (*searchEntry).fields)
		if err != nil {
			return nil, err
		}
		for _, e := range list {
			e.tokens = unpack(e.packed)
			out[e.person] = e
		}
	}
	return out, nil
}

// letFind lets persons, each named once, be found by their tokens, and by no others.
func letFind(ctx context.Context, tx *db.Tx, network string, list []findable) error {
	persons := make([]string, len(list))
	for i, f := range list {
		persons[i] = f.person
	}
	before, err := searchEntries(ctx, tx, network, persons)
	if err != nil {
		return err
	}
	var fresh [][]any
	for _, f := range list {
		if _, there := before[f.person]; !there {
			fresh = append(fresh, []any{network, f.person, pack(f.tokens)})
		} else if err := tx.ExecOne(ctx, `update search_entry set tokens = $3 where network_id = $1 and person_id = $2`, network, f.person, pack(f.tokens)); err != nil {
			return err
		}
	}
	if err := tx.InsertMany(ctx, `insert into search_entry (network_id, person_id, tokens)`, fresh); err != nil {
		return err
	}
	after, err := searchEntries(ctx, tx, network, persons)
	if err != nil {
		return err
	}
	changes := postings{}
	for _, e := range before {
		changes.note(e, false)
	}
	for _, e := range after {
		changes.note(e, true)
	}
	return changes.write(ctx, tx)
}

// findNoMore takes persons out of the index.
func findNoMore(ctx context.Context, tx *db.Tx, network string, persons ...string) error {
	gone, err := searchEntries(ctx, tx, network, persons)
	if err != nil || len(gone) == 0 {
		return err
	}
	changes := postings{}
	for _, e := range gone {
		changes.note(e, false)
	}
	for part := range slices.Chunk(persons, atOnce) {
		b := db.NewBuild(`delete from search_entry where network_id = ? and`, network).In("person_id", part)
		if err := tx.Exec(ctx, b.SQL(), b.Args()...); err != nil {
			return err
		}
	}
	return changes.write(ctx, tx)
}

// postings are changes to lists of holders, by block and token: whether each number
// stands in the list from now on.
type postings map[int64]map[int64]map[uint16]bool

func (p postings) note(e searchEntry, stands bool) {
	block, at := e.no/linkage.Block, uint16(e.no%linkage.Block)
	if p[block] == nil {
		p[block] = map[int64]map[uint16]bool{}
	}
	for _, t := range e.tokens {
		if p[block][t] == nil {
			p[block][t] = map[uint16]bool{}
		}
		p[block][t][at] = stands
	}
}

// atOnce is how many lists, or entries, are read together.
const atOnce = 512

func (p postings) write(ctx context.Context, tx *db.Tx) error {
	for block, lists := range p {
		err := tx.Exec(ctx, `insert into search_block (block, state) values ($1, $2)
			on conflict (block) do update set state = excluded.state`, block, rand.Int64())
		if err != nil {
			return err
		}
		for tokens := range slices.Chunk(slices.Sorted(maps.Keys(lists)), atOnce) {
			if err := changePostings(ctx, tx, block, tokens, lists); err != nil {
				return err
			}
		}
	}
	return nil
}

type posting struct {
	token, block int64
	packed       []byte
	holders      []uint16 // the same unpacked, where they are asked for
}

func (p *posting) fields() []any { return []any{&p.token, &p.block, &p.packed} }

func changePostings(ctx context.Context, tx *db.Tx, block int64, tokens []int64, changes map[int64]map[uint16]bool) error {
	b := db.NewBuild(`select token, block, holders from search_posting where block = ? and`, block).InNumbers("token", tokens)
	list, err := db.List(ctx, tx, b.SQL(), b.Args(), (*posting).fields)
	if err != nil {
		return err
	}
	was := map[int64][]byte{}
	for _, p := range list {
		was[p.token] = p.packed
	}
	var full [][]any
	var empty []int64
	for _, t := range tokens {
		switch is := changed(was[t], changes[t]); {
		case len(is) == 0 && was[t] != nil:
			empty = append(empty, t)
		case len(is) > 0 && string(is) != string(was[t]):
			full = append(full, []any{t, block, is})
		}
	}
	err = tx.InsertMany(ctx, `insert into search_posting (token, block, holders)`, full, "on conflict (token, block) do update set holders = excluded.holders")
	if err != nil || len(empty) == 0 {
		return err
	}
	b = db.NewBuild(`delete from search_posting where block = ? and`, block).InNumbers("token", empty)
	return tx.Exec(ctx, b.SQL(), b.Args()...)
}

// changed is a list of holders after some changes.
func changed(packed []byte, changes map[uint16]bool) []byte {
	holders := slices.DeleteFunc(holdersIn(packed), func(at uint16) bool { _, other := changes[at]; return other })
	for at, stands := range changes {
		if stands {
			holders = append(holders, at)
		}
	}
	slices.Sort(holders)
	out := make([]byte, 0, 2*len(holders))
	for _, at := range holders {
		out = binary.LittleEndian.AppendUint16(out, at)
	}
	return out
}

func holdersIn(packed []byte) []uint16 {
	out := make([]uint16, len(packed)/2)
	for i := range out {
		out[i] = binary.LittleEndian.Uint16(packed[2*i:])
	}
	return out
}

func pack(tokens []int64) []byte {
	out := make([]byte, 0, 8*len(tokens))
	for _, t := range tokens {
		out = binary.LittleEndian.AppendUint64(out, uint64(t))
	}
	return out
}

func unpack(packed []byte) []int64 {
	out := make([]int64, len(packed)/8)
	for i := range out {
		out[i] = int64(binary.LittleEndian.Uint64(packed[8*i:]))
	}
	return out
}

func anyFindable(ctx context.Context, tx *db.Tx, network string) (there bool, err error) {
	err = tx.Get(ctx, `select exists (select 1 from search_entry where network_id = $1)`, []any{network}, &there)
	return there, err
}
