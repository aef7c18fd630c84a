package cases

import (
	"context"

	"tessuto/internal/platform/db"
)

// casesOfPerson reads the cases in which a person is, or was, and those of the
// households they live or lived in.
func casesOfPerson(ctx context.Context, tx *db.Tx, network, person string, households []string) ([]string, error) {
	b := db.NewBuild(`select case_id from case_person where network_id = ? and person_id = ?
		union select id from case_file where network_id = ? and`, network, person, network).In("household_id", households)
	return db.Column[string](ctx, tx, b.Add("order by 1").SQL(), b.Args()...)
}

// signedBy reads the cases whose plan in force a person has signed, the last first.
func signedBy(ctx context.Context, tx *db.Tx, network, person string) ([]string, error) {
	return db.Column[string](ctx, tx, `
		select p.case_id from plan_signature s join plan p on p.network_id = s.network_id and p.id = s.plan_id
		where s.network_id = $1 and s.person_id = $2 and s.version = p.version and s.way <> 'missing'
			and p.signed_on is not null and p.replaced_on is null
		order by p.signed_on desc, p.id`, network, person)
}

// anyCase reads a case by no grant: for a person who signed its plan, for what was
// referred of it, and for who works on a request for help in which it is shared.
func anyCase(ctx context.Context, tx *db.Tx, network, id string) (Case, error) {
	var r caseRow
	err := tx.Get(ctx, `select `+caseColumns+` from case_file c where c.network_id = $1 and c.id = $2`, []any{network, id}, r.fields()...)
	return r.Case, err
}
