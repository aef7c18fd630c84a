package people

import (
	"context"
	"encoding/json"
	"strings"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// grantees reads to whom a merge opened a person.
type grantees []policy.Grantee

func (g *grantees) Scan(src any) error {
	text, _ := src.(string)
	return json.Unmarshal([]byte(text), (*[]policy.Grantee)(g))
}

func insertMerge(ctx context.Context, tx *db.Tx, by policy.Actor, mg *Merge) error {
	opened, err := json.Marshal(mg.openedTo)
	if err != nil {
		return err
	}
	parts := make([]string, len(mg.Parts))
	for i, p := range mg.Parts {
		parts[i] = string(p)
	}
	return tx.Exec(ctx, `
		insert into person_merge (network_id, id, pair_id, kept_id, gone_id, kept_version, parts, opened_to, left_home, merged_by, merged_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		by.Network, mg.ID, mg.PairID, mg.Kept, mg.Gone, mg.keptVersion, strings.Join(parts, " "), string(opened), strings.Join(mg.left, " "), by.AccountID, tx.Now)
}

// mergeOf reads the merge of a pair that stands; NotFound when there is none.
func mergeOf(ctx context.Context, tx *db.Tx, network, pair string) (mg Merge, err error) {
	err = tx.Get(ctx, `
		select id, pair_id, kept_id, gone_id, parts, merged_by, merged_at, kept_version, opened_to, left_home
		from person_merge where network_id = $1 and pair_id = $2 and undone_at is null`, []any{network, pair},
		&mg.ID, &mg.PairID, &mg.Kept, &mg.Gone, (*partWords)(&mg.Parts), &mg.By, &mg.At, &mg.keptVersion, (*grantees)(&mg.openedTo), (*words)(&mg.left))
	return mg, err
}

func endMerge(ctx context.Context, tx *db.Tx, by policy.Actor, id string) error {
	return tx.ExecOne(ctx, `update person_merge set undone_by = $3, undone_at = $4 where network_id = $1 and id = $2`,
		by.Network, id, by.AccountID, tx.Now)
}

func setMergedInto(ctx context.Context, tx *db.Tx, network, id, into string) error {
	return tx.ExecOne(ctx, `update person set merged_into = $3 where network_id = $1 and id = $2`, network, id, into)
}

// entriesOf returns the ids under which a person stands in the register: their
// own, and those of entries that were merged into it, also by way of others.
func entriesOf(ctx context.Context, tx *db.Tx, network, id string) ([]string, error) {
	return db.Column[string](ctx, tx, `
		with recursive entry (id) as (
			select cast($2 as text)
			union
			select p.id from person p join entry e on p.merged_into = e.id where p.network_id = $1 and p.merged_into <> '')
		select id from entry order by case when id = $2 then 0 else 1 end, id`, network, id)
}

// mergedInto are the entries that were merged into some others, or into what was merged
// into these. It asks once when there is none.
func mergedInto(ctx context.Context, tx *db.Tx, network string, entries []string) (all []string, err error) {
	for next := entries; len(next) > 0; all = append(all, next...) {
		b := db.NewBuild(`select id from person where network_id = ? and merged_into <> '' and`, network).In("merged_into", next)
		if next, err = db.Column[string](ctx, tx, b.SQL(), b.Args()...); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// root is what an entry was merged into in the end.
type root struct{ entry, into string }

// rootsOf returns, for those of the entries that were merged, into whom. It asks
// once when none of them was, and once more for each merge of what was merged.
func rootsOf(ctx context.Context, tx *db.Tx, network string, entries []string) (map[string]string, error) {
	into := map[string]string{}
	for next := entries; len(next) > 0; {
		b := db.NewBuild(`select id, merged_into from person where network_id = ? and merged_into <> '' and`, network).In("id", next)
		list, err := db.List(ctx, tx, b.SQL(), b.Args(), func(r *root) []any { return []any{&r.entry, &r.into} })
		if err != nil {
			return nil, err
		}
		next = nil
		for _, r := range list {
			if _, seen := into[r.entry]; !seen {
				into[r.entry], next = r.into, append(next, r.into)
			}
		}
	}
	out := make(map[string]string, len(into))
	for _, entry := range entries {
		for id, merged := into[entry]; merged; id, merged = into[id] {
			out[entry] = id
		}
	}
	return out, nil
}

// stay is where an entry lives today.
type stay struct{ id, household, person, relation string }

// staysOf reads where entries live today, of the households open to the actor.
func staysOf(ctx context.Context, tx *db.Tx, a policy.Actor, entries []string) ([]stay, error) {
	b := db.NewBuild(`select m.id, m.household_id, m.person_id, m.relation from household_member m
		where m.network_id = ? and m.valid_from <= ? and (m.valid_to is null or m.valid_to > ?) and`,
		a.Network, tx.Today(), tx.Today()).In("m.person_id", entries).Add("and")
	a.ScopeFew(b, tx, policy.Household, policy.Identity, "m.household_id").Add("order by m.id")
	return db.List(ctx, tx, b.SQL(), b.Args(), func(s *stay) []any { return []any{&s.id, &s.household, &s.person, &s.relation} })
}

func endStay(ctx context.Context, tx *db.Tx, network, id string) error {
	return tx.ExecOne(ctx, `update household_member set valid_to = $3 where network_id = $1 and id = $2`, network, id, tx.Today())
}

// reopenMembers gives both entries of a merge their places back. What the kept one
// was given in those households since goes: it never was so. Ids are in the order
// of time.
func reopenMembers(ctx context.Context, tx *db.Tx, network string, mg *Merge) error {
	for _, id := range mg.left {
		err := tx.Exec(ctx, `
			delete from household_member where network_id = $1 and person_id = $2 and id > $3
				and household_id in (select household_id from household_member where network_id = $1 and id = $4)`, network, mg.Kept, mg.ID, id)
		if err != nil {
			return err
		}
		if err := tx.ExecOne(ctx, `update household_member set valid_to = null where network_id = $1 and id = $2`, network, id); err != nil {
			return err
		}
	}
	return nil
}

// rootOf returns the entry that stands for one that was merged.
func rootOf(ctx context.Context, tx *db.Tx, network, id string) (string, error) {
	roots, err := rootsOf(ctx, tx, network, []string{id})
	if err == nil && roots[id] == "" {
		return id, nil
	}
	return roots[id], err
}
