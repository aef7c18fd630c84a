package ledger_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
)

// plainCount knows no reversal and no merge: what the ledger is measured by.
func plainCount(ctx context.Context, tx *db.Tx, programme, measure string) (n int64, err error) {
	err = tx.Get(ctx, `select count(distinct subject_id) from fact where network_id = $1 and programme = $2 and measure = $3`,
		[]any{"bench", programme, measure}, &n)
	return n, err
}

// plainDistinct is the count(distinct) over everything.
func plainDistinct(ctx context.Context, tx *db.Tx) (n int64, err error) {
	err = tx.Get(ctx, `select count(distinct subject_id) from fact where network_id = $1`, []any{"bench"}, &n)
	return n, err
}

const factFields = 20

// writeFacts adds facts many at a time; one of each fifty is reversed.
func writeFacts(ctx context.Context, tx *db.Tx, facts []ledger.Fact, kinds ledger.Catalogue) error {
	var text strings.Builder
	var args []any
	row := func(f ledger.Fact, id, reverses string, at time.Time) {
		m, _ := kinds.Find(f.Measure)
		if len(args) > 0 {
			text.WriteString(", ")
		}
		text.WriteString("(")
		for i := range factFields {
			if i > 0 {
				text.WriteString(", ")
			}
			fmt.Fprintf(&text, "$%d", len(args)+i+1)
		}
		text.WriteString(")")
		args = append(args, "bench", at, reverses, id, f.Measure, f.Date, m.Subject, f.SubjectID, f.Programme, f.Activity,
			f.OrgID, f.TerritoryID, f.Mode, f.Quantity, f.Source.Kind, f.Source.ID, f.Sex, f.AgeClass, f.Citizenship, f.Profession)
	}
	for i, f := range facts {
		id := db.NewID()
		row(f, id, "", tx.Now)
		if i%50 == 0 {
			f.Quantity = -f.Quantity
			row(f, db.NewID(), id, tx.Now)
		}
	}
	return tx.Exec(ctx, `insert into fact (network_id, posted_at, reverses, id, measure, service_date, subject_kind, subject_id,
		programme, activity, org_id, territory_id, mode, quantity, source_kind, source_id, sex, age_class, citizenship, profession)
		values `+text.String(), args...)
}
