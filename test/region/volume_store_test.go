package region

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tessuto/internal/platform/db"
)

// copiedTable is a table, and the columns that tell one record from another.
type copiedTable struct{ name, own string }

// copied are the tables of people and of work.
var copied = []copiedTable{
	{"person", "id"},
	{"household", "id"},
	{"household_member", "id household_id person_id"},
	{"case_file", "id household_id manager_id"},
	{"case_person", "case_id person_id"},
	{"case_reception", "case_id saved_by"},
	{"case_stage", "id case_id account_id"},
	{"case_team", "id case_id account_id"},
	{"assessment", "id case_id subject_id created_by"},
	{"assessment_score", "assessment_id"},
	{"plan", "id case_id subject_id proposed_to proposed_by approved_by saved_by"},
	{"plan_objective", "id plan_id"},
	{"plan_action", "id objective_id account_id"},
	{"plan_review", "id plan_id account_id"},
	{"intervention", "id case_id account_id"},
	{"referral", "id case_id operator_id sent_by"},
	{"referral_person", "referral_id person_id"},
	{"sitting", "id case_id convened_by confirmed_by"},
	{"sitting_seat", "id sitting_id account_id"},
	{"mobile_request", "id case_id asked_by"},
	{"diary_entry", "id case_id account_id"},
	{"case_document", "id case_id added_by"},
	{"case_document_version", "document_id"},
	{"task", "id record_id assignee_id source created_by done_by saved_by"},
	{"appointment", "id person_id booked_by mediator_id"},
	{"contact", "id person_id household_id account_id"},
	{"access_grant", "id subject_id grantee_id"},
	{"fact", "id subject_id source_id reverses"},
}

// atOnce is how many copies are written in one transaction: of a million persons, all
// in one would need room for every table twice.
const atOnce = 100

// copy adds so many copies of all that is in the table, in the hands of others.
func (c copiedTable) copy(ctx context.Context, d *db.DB, copies int64) error {
	err := d.Queue(ctx, func(tx *db.Tx) error { return tx.Exec(ctx, "create table originals as select * from "+c.name) })
	for from := int64(0); from < copies && err == nil; from += atOnce {
		err = d.Queue(ctx, func(tx *db.Tx) error { return c.mark(ctx, tx, from, min(from+atOnce, copies)) })
	}
	if err == nil {
		err = d.Queue(ctx, func(tx *db.Tx) error { return tx.Exec(ctx, "drop table originals") })
	}
	if err != nil {
		return fmt.Errorf("%s: %w", c.name, err)
	}
	return nil
}

// mark writes the copies with some numbers. An identifier keeps its length, looks old,
// and gets a mark of its own; what is sealed stays sealed for somebody else, and nobody
// may open it.
func (c copiedTable) mark(ctx context.Context, tx *db.Tx, from, to int64) error {
	all, err := tx.Columns(ctx, c.name)
	if err != nil {
		return err
	}
	var names, values []string
	for _, column := range all {
		value := column.Name
		switch {
		case slices.Contains(strings.Fields(c.own), value):
			value = strings.ReplaceAll("case when ? = '' then '' when length(?) = 36 then '01900000' || substr(?, 9, 23) else ? end || case when ? = '' then '' else cast(n as text) end", "?", value)
		case value == "number": // of a case, one after the other in a year
			value = "number + n * 1000"
		}
		names, values = append(names, column.Name), append(values, value)
	}
	return tx.Exec(ctx, "with recursive marks (n) as (select cast($1 as bigint) union all select n + 1 from marks where n + 1 < $2) insert into "+c.name+
		" ("+strings.Join(names, ", ")+") select "+strings.Join(values, ", ")+" from originals cross join marks", 10001+from, 10001+to)
}

// age makes the facts that were worked through the use cases a moment ago as old as
// the others: in a region hardly any is of the last minutes. Their beginning is not that
// of copies, whose end may be that of one of them.
func age(ctx context.Context, tx *db.Tx) error {
	return tx.Exec(ctx, `update fact set id = '01900001' || substr(id, 9), reverses = case when reverses = '' then '' else '01900001' || substr(reverses, 9) end
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
