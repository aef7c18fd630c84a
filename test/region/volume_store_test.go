package region

import (
	"context"
	"fmt"
	"strings"

	"tessuto/internal/platform/db"
)

// copied are the tables of people and of work, with the columns that tell one
// record from another.
var copied = []struct{ table, columns, own string }{
	{"person", "org_id sex birth_year birth_month birth_precision citizenships languages comune sealed version created_at", "id"},
	{"household", "created_at org_id", "id"},
	{"household_member", "relation valid_from valid_to", "id household_id person_id"},
	{"case_file", "org_id manager_id programme activity stage opened_on analysed_on charged_on analysis_outcome closed_on closing_reason sealed version created_at", "id household_id"},
	{"assessment", "instrument edition instrument_of subject_kind moment held_on closed_on revision review_on improved created_by created_at", "id case_id subject_id"},
	{"assessment_score", "domain version level sealed saved_by saved_at", "assessment_id"},
	{"case_person", "since", "case_id person_id"},
	{"case_team", "account_id org_id mandate profession valid_from valid_to", "id case_id"},
	{"intervention", "account_id org_id held_on mode minutes urgent programme activity sealed void_reason voided_at created_at funding_line", "id case_id"},
	{"contact", "desk_id org_id account_id held_on channel language outcome minutes sex age_class citizenship sealed created_at", "id person_id household_id"},
	{"access_grant", "subject_kind grantee_kind section basis valid_from valid_to owner_org purpose class", "id subject_id grantee_id"},
	{"fact", "posted_at measure service_date subject_kind programme activity org_id territory_id mode quantity source_kind sex age_class citizenship profession for_programme for_activity", "id subject_id source_id reverses"},
}

// copyAll adds one more copy of all people and all work, in the hands of other
// bodies. An identifier keeps its length, looks old, and gets a mark of its own; what is
// sealed stays sealed for somebody else, and nobody may open it.
func copyAll(ctx context.Context, tx *db.Tx, n int) error {
	mark := fmt.Sprintf("~%02x", n)
	for _, c := range copied {
		names, values := []string{"network_id"}, []string{"network_id"}
		for _, column := range strings.Fields(c.columns) {
			names, values = append(names, column), append(values, column)
		}
		own := strings.Fields(c.own)
		for _, column := range own {
			names = append(names, column)
			values = append(values, "case when "+column+" = '' then '' else '01900000' || substr("+column+", 9, 25) || '"+mark+"' end")
		}
		err := tx.Exec(ctx, "insert into "+c.table+" ("+strings.Join(names, ", ")+") select "+strings.Join(values, ", ")+
			" from "+c.table+" where "+own[0]+" not like '%~__'")
		if err != nil {
			return fmt.Errorf("%s: %w", c.table, err)
		}
	}
	return nil
}

// age makes the facts that were worked through the use cases a moment ago as old as
// the others: in a region hardly any is of the last minutes.
func age(ctx context.Context, tx *db.Tx) error {
	return tx.Exec(ctx, `update fact set id = '01900000' || substr(id, 9), reverses = case when reverses = '' then '' else '01900000' || substr(reverses, 9) end
		where id not like '01900000%'`)
}

// size counts persons and facts.
func size(ctx context.Context, tx *db.Tx) (persons, facts int64, err error) {
	err = tx.Get(ctx, `select (select count(*) from person), (select count(*) from fact)`, nil, &persons, &facts)
	return persons, facts, err
}

// plainDistinct is what a figure costs at the least: distinct persons of a measure
// of a programme, whether or not anything was reversed.
func plainDistinct(ctx context.Context, tx *db.Tx, network, programme, measure string) (n int64, err error) {
	err = tx.Get(ctx, `select count(distinct subject_id) from fact where network_id = $1 and programme = $2 and measure = $3`, []any{network, programme, measure}, &n)
	return n, err
}
