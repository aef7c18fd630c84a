package people

import (
	"context"
	"encoding/json"
	"strings"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
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
		by.Network, mg.ID, mg.PairID, mg.Kept, mg.Gone, mg.keptVersion, strings.Join(parts, " "), string(opened), mg.leftHome, by.AccountID, tx.Now)
}

// mergeOf reads the merge of a pair that stands; NotFound when there is none.
func mergeOf(ctx context.Context, tx *db.Tx, network, pair string) (mg Merge, err error) {
	err = tx.Get(ctx, `
		select id, pair_id, kept_id, gone_id, parts, merged_by, merged_at, kept_version, opened_to, left_home
		from person_merge where network_id = $1 and pair_id = $2 and undone_at is null`, []any{network, pair},
		&mg.ID, &mg.PairID, &mg.Kept, &mg.Gone, (*partWords)(&mg.Parts), &mg.By, &mg.At, &mg.keptVersion, (*grantees)(&mg.openedTo), &mg.leftHome)
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
			select p.id from person p join entry e on p.merged_into = e.id where p.network_id = $1)
		select id from entry order by case when id = $2 then 0 else 1 end, id`, network, id)
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

// endDoubleMember ends the place of one entry in a household in which the other
// stands too, and returns which place that was, or empty.
func endDoubleMember(ctx context.Context, tx *db.Tx, network, gone, kept string) (id string, err error) {
	err = tx.Get(ctx, `
		select g.id from household_member g join household_member k on k.network_id = g.network_id and k.household_id = g.household_id
		where g.network_id = $1 and g.person_id = $2 and k.person_id = $3
			and (g.valid_to is null or g.valid_to > $4) and (k.valid_to is null or k.valid_to > $4) order by g.id limit 1`,
		[]any{network, gone, kept, tx.Today()}, &id)
	if errs.CodeOf(err) == errs.NotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return id, tx.ExecOne(ctx, `update household_member set valid_to = $3 where network_id = $1 and id = $2`, network, id, tx.Today())
}

func reopenMember(ctx context.Context, tx *db.Tx, network, id string) error {
	if id == "" {
		return nil
	}
	return tx.ExecOne(ctx, `update household_member set valid_to = null where network_id = $1 and id = $2`, network, id)
}

// rootOf returns the entry that stands for one that was merged.
func rootOf(ctx context.Context, tx *db.Tx, network, id string) (string, error) {
	roots, err := rootsOf(ctx, tx, network, []string{id})
	if err == nil && roots[id] == "" {
		return id, nil
	}
	return roots[id], err
}
