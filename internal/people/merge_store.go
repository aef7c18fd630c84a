package people

import (
	"context"

	"tessuto/internal/platform/db"
)

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

// rootsOf returns, for those of the entries that were merged, into whom.
func rootsOf(ctx context.Context, tx *db.Tx, network string, entries []string) (map[string]string, error) {
	b := db.NewBuild(`with recursive up (entry, id) as (
			select p.id, p.merged_into from person p where p.network_id = ? and p.merged_into <> '' and`, network).
		In("p.id", entries).Add(`
			union
			select u.entry, p.merged_into from up u join person p on p.network_id = ? and p.id = u.id and p.merged_into <> '')
		select u.entry, u.id from up u join person p on p.network_id = ? and p.id = u.id where p.merged_into = ''`, network, network)
	list, err := db.List(ctx, tx, b.SQL(), b.Args(), func(r *root) []any { return []any{&r.entry, &r.into} })
	out := make(map[string]string, len(list))
	for _, r := range list {
		out[r.entry] = r.into
	}
	return out, err
}

// rootOf returns the entry that stands for one that was merged.
func rootOf(ctx context.Context, tx *db.Tx, network, id string) (string, error) {
	roots, err := rootsOf(ctx, tx, network, []string{id})
	if err == nil && roots[id] == "" {
		return id, nil
	}
	return roots[id], err
}
