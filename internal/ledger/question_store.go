package ledger

import (
	"context"
	"fmt"
	"time"

	"tessuto/internal/platform/db"
)

// standing starts a query on the facts that a question is about and that stood
// at the instant it asks for.
func standing(q Question, tx *db.Tx, column string) *db.Build {
	known := tx.Now
	if q.AsOf != "" {
		known = q.AsOf.End().Add(-time.Microsecond) // midnight is the next day's
	}
	b := db.NewBuild(`with standing as (
		select f.* from fact f
		where f.network_id = ? and f.programme = ? and f.measure = ? and f.posted_at <= ? and f.reverses = ''
		  and not exists (select 1 from fact r
			where r.network_id = f.network_id and r.reverses = f.id and r.reverses <> '' and r.posted_at <= ?)
		  and f.`+column+` <> ''`, q.Network, q.Programme, q.Measure, known, known)
	if len(q.Activities) > 0 {
		b.Add("and").In("f.activity", q.Activities)
	}
	if q.Mode != "" {
		b.Add("and f.mode = ?", q.Mode)
	}
	if q.From != "" {
		b.Add("and f.service_date >= ?", q.From)
	}
	if q.To != "" {
		b.Add("and f.service_date <= ?", q.To)
	}
	return b.Add(")")
}

// amount is what is added up: minutes are a sum, the rest are things.
func amount(q Question, column string) string {
	if q.Unit == Minutes {
		return "cast(coalesce(sum(quantity), 0) as bigint)"
	}
	return "count(distinct " + column + ")"
}

func countStanding(ctx context.Context, tx *db.Tx, q Question, column string) (n int64, err error) {
	b := standing(q, tx, column).Add("select " + amount(q, column) + " from standing")
	err = tx.Get(ctx, b.SQL(), b.Args(), &n)
	return n, err
}

var dimensionColumn = map[Dimension]string{
	BySex: "sex", ByAgeClass: "age_class", ByCitizenship: "citizenship",
	ByTerritory: "territory_id", ByOrganisation: "org_id",
}

func breakStanding(ctx context.Context, tx *db.Tx, q Question, column string, by Dimension) ([]Part, error) {
	dimension, ok := dimensionColumn[by]
	if !ok {
		return nil, fmt.Errorf("no dimension %q", by)
	}
	b := standing(q, tx, column).Add(`, first as (
		select s.*, row_number() over (partition by ` + column + ` order by service_date, id) as place from standing s)
		select ` + dimension + `, ` + amount(q, column) + ` from first where place = 1
		group by ` + dimension + ` order by ` + dimension)
	return db.List(ctx, tx, b.SQL(), b.Args(), func(p *Part) []any { return []any{&p.Value, &p.Count} })
}

func recordsStanding(ctx context.Context, tx *db.Tx, q Question, column, after string, limit int) ([]Record, error) {
	b := standing(q, tx, column).Add(`, first as (
		select s.*, row_number() over (partition by `+column+` order by service_date, id) as place,
			count(*) over (partition by `+column+`) as facts from standing s)
		select `+column+`, service_date, facts, measure, subject_id, org_id, territory_id, activity, mode, quantity,
			source_kind, source_id
		from first where place = 1 and `+column+` > ? order by `+column+` limit ?`, after, limit)
	return db.List(ctx, tx, b.SQL(), b.Args(), func(r *Record) []any {
		return []any{&r.Key, &r.First, &r.Facts, &r.Measure, &r.SubjectID, &r.OrgID, &r.TerritoryID, &r.Activity,
			&r.Mode, &r.Quantity, &r.Source.Kind, &r.Source.ID}
	})
}
