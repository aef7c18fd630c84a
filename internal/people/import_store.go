package people

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// insertStaged writes people of a table, each table of the database at once.
func insertStaged(ctx context.Context, tx *db.Tx, importID string, all []staged) error {
	var found []findable
	var households, persons, digests, members, identifiers, imports [][]any
	for i := range all {
		s := &all[i]
		p := &s.people[0].Person
		households = append(households, []any{s.network, s.Sealed.ID, s.org, s.class, tx.Now})
		persons = append(persons, personValues(tx, s.network, p, s.blobs[0]))
		found = append(found, findable{p.ID, s.tokens[0]})
		if s.class < policy.VeryRestricted { // as it will be opened
			digests = append(digests, digestRows(s.network, p.ID, s.digests[0])...)
		}
		members = append(members, []any{s.network, db.NewID(), s.Sealed.ID, p.ID, ReferencePerson, tx.Today()})
		if n := s.identifier; n != nil {
			identifiers = append(identifiers, []any{s.network, n.ID, n.PersonID, s.mac, s.sealed, policy.From(ctx).AccountID, tx.Now})
		}
		imports = append(imports, []any{s.network, p.ID, importID, s.Sealed.ID})
	}
	for _, t := range []struct {
		into string
		rows [][]any
	}{
		{`insert into household (network_id, id, org_id, class, created_at)`, households},
		{insertIntoPerson, persons},
		{insertIntoDigest, digests},
		{`insert into household_member (network_id, id, household_id, person_id, relation, valid_from)`, members},
		{`insert into person_identifier (network_id, id, person_id, mac, sealed, created_by, created_at)`, identifiers},
		{`insert into person_import (network_id, id, import_id, household_id)`, imports},
	} {
		if err := tx.InsertMany(ctx, t.into, t.rows); err != nil {
			return err
		}
	}
	return letFind(ctx, tx, policy.From(ctx).Network, found)
}

// importedAfter reads who came in with a table, by id; limit 0 reads all.
func importedAfter(ctx context.Context, tx *db.Tx, network, importID, after string, limit int) ([]imported, error) {
	b := db.NewBuild(`select id, household_id from person_import where network_id = ? and import_id = ? and id > ? order by id`, network, importID, after)
	if limit > 0 {
		b.Add("limit ?", limit)
	}
	return db.List(ctx, tx, b.SQL(), b.Args(), func(i *imported) []any { return []any{&i.person, &i.household} })
}

// beside are the tables of this area in which a person stands once somebody has
// worked with them, with the column that names the person.
var beside = [][2]string{{"person_guarded", "person_id"}, {"person_permit", "person_id"}, {"person_care", "minor_id"}, {"person_care", "adult_id"},
	{"person_notice", "person_id"}, {"person_consent", "person_id"}, {"rights_request", "person_id"}, {"person_restriction", "person_id"},
	{"person_erasure", "person_id"}, {"own_access", "person_id"}}

// usedHere are those who were changed, or to whom something was added, since they
// came in.
func usedHere(ctx context.Context, tx *db.Tx, network string, persons, _ []string) ([]string, error) {
	b := db.NewBuild(`select p.id from person p join person_import i on i.network_id = p.network_id and i.id = p.id where p.network_id = ? and`, network).
		In("p.id", persons).Add(`and (p.version > 1 or p.merged_into <> ''
		or exists (select 1 from person_identifier n where n.network_id = p.network_id and n.person_id = p.id and n.created_at > p.created_at)
		or exists (select 1 from household_member m where m.network_id = p.network_id and m.household_id = i.household_id and m.person_id <> p.id)
		or exists (select 1 from household_member m where m.network_id = p.network_id and m.person_id = p.id and m.household_id <> i.household_id)`)
	for _, of := range beside {
		b.Add(`or exists (select 1 from ` + of[0] + ` o where o.network_id = p.network_id and o.` + of[1] + ` = p.id)`)
	}
	b.Add(`) union select kept_id from person_merge where network_id = ? and undone_at is null and`, network).In("kept_id", persons)
	return db.Column[string](ctx, tx, b.SQL(), b.Args()...)
}

func deleteImported(ctx context.Context, tx *db.Tx, network string, persons, households []string) error {
	if err := findNoMore(ctx, tx, network, persons...); err != nil {
		return err
	}
	for _, of := range []struct {
		table, column string
		ids           []string
	}{{"region_digest", "person_id", persons}, {"person_identifier", "person_id", persons}, {"household_member", "person_id", persons},
		{"duplicate_pair", "a_id", persons}, {"duplicate_pair", "b_id", persons}, {"person_import", "id", persons}, {"person", "id", persons}, {"household", "id", households}} {
		b := db.NewBuild(`delete from `+of.table+` where network_id = ? and`, network).In(of.column, of.ids)
		if err := tx.Exec(ctx, b.SQL(), b.Args()...); err != nil {
			return err
		}
	}
	return nil
}
