package ledger

import (
	"context"
	"strings"

	"tessuto/internal/platform/db"
)

// met starts a query on what was met in which programmes, each thing once, with
// the programmes as one text.
func (p plan) met(tx *db.Tx) *db.Build {
	known := p.known(tx)
	b := db.NewBuild(`with recursive alone as (select f.` + p.column + ` as thing, f.programme as programme,
			min(f.service_date) as day, count(*) as facts
		from fact f where`)
	p.standing(b, known).Add(`group by f.` + p.column + `, f.programme)`)
	whole := "a.thing"
	if p.merged {
		merges(b, p.Network, p.kind, known)
		whole = "coalesce(m.into_id, a.thing)"
	}
	b.Add(`, each_once as (select ` + whole + ` as thing, a.programme as programme, min(a.day) as day, sum(a.facts) as facts from alone a`)
	if p.merged {
		b.Add(`left join merged m on m.from_id = a.thing`)
	}
	return b.Add(`group by ` + whole + `, a.programme)
	, met as (select thing, string_agg(programme, ' ' order by programme) as programmes, count(*) as n,
			min(day) as day, cast(sum(facts) as bigint) as facts from each_once group by thing)`)
}

func (p plan) overlap(ctx context.Context, tx *db.Tx) (Overlap, error) {
	type row struct {
		programmes string
		n          int64
	}
	b := p.met(tx).Add(`select programmes, count(*) from met group by programmes order by programmes`)
	rows, err := db.List(ctx, tx, b.SQL(), b.Args(), func(r *row) []any { return []any{&r.programmes, &r.n} })
	out := make(Overlap, len(rows))
	for i, r := range rows {
		out[i] = Meeting{strings.Fields(r.programmes), r.n}
	}
	return out, err
}

func (p plan) shared(ctx context.Context, tx *db.Tx, after string, limit int) ([]Shared, error) {
	type row struct {
		Shared
		programmes string
	}
	b := p.met(tx).Add(`select thing, programmes, day, facts from met where n > 1 and thing > ? order by thing limit ?`, after, limit)
	rows, err := db.List(ctx, tx, b.SQL(), b.Args(), func(r *row) []any { return []any{&r.Key, &r.programmes, &r.First, &r.Facts} })
	out := make([]Shared, len(rows))
	for i, r := range rows {
		out[i] = r.Shared
		out[i].Programmes = strings.Fields(r.programmes)
	}
	return out, err
}
