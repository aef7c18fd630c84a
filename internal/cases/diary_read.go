package cases

import (
	"cmp"
	"context"
	"slices"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// entries are those of the diary that the actor may read, the last day first. Of the
// others there is no sign.
func (m *Module) entries(ctx context.Context, tx *db.Tx, c *Case, key *crypto.Key) (out []Entry, err error) {
	actor := policy.From(ctx)
	rows, err := entriesOf(ctx, tx, actor.Network, c.ID)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	signed, err := m.authors(ctx, tx, c)
	if err != nil {
		return nil, err
	}
	earlier, err := earlierEntries(ctx, tx, actor.Network, c.ID)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if !r.openTo(actor, c) {
			continue
		}
		if err := openMore(key, r.place(r.Version), r.sealed, &r.EntryWords); err != nil {
			return nil, err
		}
		r.Author = cmp.Or(r.From, signed.sign(&r.AccountID, &r.OrgID))
		for _, before := range earlier {
			if before.entry != r.ID {
				continue
			}
			if err := openMore(key, r.place(before.Version), before.sealed, &before.EntryWords); err != nil {
				return nil, err
			}
			r.Earlier = append(r.Earlier, before.EarlierEntry)
		}
		out = append(out, r.Entry)
	}
	return out, nil
}

// told fills in what a file says that opens with the diary.
func (m *Module) told(ctx context.Context, tx *db.Tx, f *File, key *crypto.Key) (err error) {
	if f.Diary, err = m.diary(ctx, tx, &f.Case, key); err != nil {
		return err
	}
	if f.Entries, err = m.entries(ctx, tx, &f.Case, key); err != nil {
		return err
	}
	if f.References, err = m.references(ctx, tx, &f.Case, key); err != nil {
		return err
	}
	f.Acts, err = m.acts(ctx, tx, &f.Case, key)
	return err
}

// Told is one thing that the diary tells: an entry or an intervention.
type Told struct {
	On           db.Date
	Entry        *Entry
	Intervention *Intervention
}

// Told is the diary as it is read: entries and interventions together, the last day first.
func (f *File) Told() (out []Told) {
	for i := range f.Entries {
		out = append(out, Told{On: f.Entries[i].On, Entry: &f.Entries[i]})
	}
	for i := range f.Diary {
		out = append(out, Told{On: f.Diary[i].On, Intervention: &f.Diary[i]})
	}
	slices.SortStableFunc(out, func(a, b Told) int { return cmp.Compare(b.On, a.On) })
	return out
}
