package ledger

import (
	"context"
	"strconv"
	"strings"
	"time"

	"tessuto/internal/platform/db"
)

var dimensionColumn = map[Dimension]string{
	BySex: "f.sex", ByAgeClass: "f.age_class", ByCitizenship: "f.citizenship", ByProfession: "f.profession",
	ByTerritory: "f.territory_id", ByOrganisation: "f.org_id", ByActivity: "f.activity", ByMode: "f.mode",
	ByMonth: "substr(cast(f.service_date as text), 1, 7)", ByProgramme: "f.programme",
}

// known is the instant up to which a question knows what was posted.
func (q Question) known(tx *db.Tx) time.Time {
	if q.AsOf == "" {
		return tx.Now
	}
	return q.AsOf.End().Add(-time.Microsecond) // midnight is the next day's
}

// asked adds which facts a question is about, whether they stand or not: what
// reverses a fact says the same of itself.
func (p plan) asked(b *db.Build, known time.Time) *db.Build {
	b.Add("f.network_id = ? and", p.Network).In("f.programme", p.Programmes).Add("and").In("f.measure", p.measures)
	b.Add(`and f.posted_at <= ? and f.`+p.column+` <> ''`, known)
	if len(p.Activities) > 0 {
		b.Add("and").In("f.activity", p.Activities)
	}
	if p.Mode != "" {
		b.Add("and f.mode = ?", p.Mode)
	}
	if p.From != "" {
		b.Add("and f.service_date >= ?", p.From)
	}
	if p.To != "" {
		b.Add("and f.service_date <= ?", p.To)
	}
	return b
}

// tail is how many facts of each measure of each programme came after an id, as
// known at an instant, and the last of them.
type tail map[place]struct {
	facts int64
	last  string
}

type place struct{ programme, measure string }

func tailOf(ctx context.Context, tx *db.Tx, network, after string, known time.Time) (tail, error) {
	return db.Keep(tx, "ledger.tail "+network+after+known.String(), func() (tail, error) {
		type row struct {
			place
			facts int64
			last  string
		}
		// What came last is read first, and then grouped: an engine that does not know
		// how little it is would rather walk the index that has the groups in order.
		rows, err := db.List(ctx, tx, `with recent as materialized (
				select programme, measure, id from fact where network_id = $1 and id > $2 and posted_at <= $3 order by id)
			select programme, measure, count(*), max(id) from recent group by programme, measure`,
			[]any{network, after, known}, func(r *row) []any { return []any{&r.programme, &r.measure, &r.facts, &r.last} })
		out := tail{}
		for _, r := range rows {
			out[r.place] = struct {
				facts int64
				last  string
			}{r.facts, r.last}
		}
		return out, err
	})
}

// basis is what an answer is worked out from: the facts of old, which are the same
// for all, and those that came after.
func (p plan) basis(ctx context.Context, tx *db.Tx, after string) (from basis, err error) {
	known := p.known(tx)
	found, err := tailOf(ctx, tx, p.Network, after, known)
	from.after = after
	for _, programme := range p.Programmes {
		for _, measure := range p.measures {
			t := found[place{programme, measure}]
			from.facts, from.lastFact = from.facts+t.facts, max(from.lastFact, t.last)
		}
	}
	if err == nil && p.merged {
		err = tx.Get(ctx, `select count(*), coalesce(max(id), '') from ledger_alias where network_id = $1 and kind = $2 and posted_at <= $3`,
			[]any{p.Network, p.kind, known}, &from.aliases, &from.lastAliases)
	}
	return from, err
}

// standing adds which of them stood.
func (p plan) standing(b *db.Build, known time.Time) *db.Build {
	return p.asked(b, known).Add(`and f.reverses = '' and not exists (select 1 from fact r
		where r.network_id = f.network_id and r.reverses = f.id and r.reverses <> '' and r.posted_at <= ?)`, known)
}

// Where each thing counts is its first fact, ties by id. A smallest text finds it
// without sorting: day, id, then what is asked of that fact.
const (
	key      = `cast(f.service_date as text) || f.id`
	keyDay   = 10
	keyAfter = keyDay + 36
	between  = "\x1f" // no code and no id has it
)

// things starts a query on what is counted: each once, with its first fact and
// what is asked of that, and how many facts it has. What was merged is one thing.
func (p plan) things(known time.Time, of string) *db.Build {
	b := db.NewBuild(`with recursive alone as (select f.` + p.column + ` as thing, min(` + key + of + `) as first, count(*) as facts
		from fact f where`)
	p.standing(b, known).Add(`group by f.` + p.column + `)`)
	if !p.merged {
		return b.Add(`, things as (select thing, first, facts from alone)`)
	}
	return merges(b, p.Network, p.kind, known).Add(`, things as (
		select coalesce(m.into_id, a.thing) as thing, min(a.first) as first, cast(sum(a.facts) as bigint) as facts
		from alone a left join merged m on m.from_id = a.thing group by coalesce(m.into_id, a.thing))`)
}

// count asks for nobody's first fact, and so need not know which fact a reversal
// takes back: a thing counts if it has more facts than reversals.
func (p plan) count(ctx context.Context, tx *db.Tx) (n int64, err error) {
	known := p.known(tx)
	b := db.NewBuild(`select cast(coalesce(sum(f.quantity), 0) as bigint) from fact f where`)
	if p.Unit == Minutes {
		p.asked(b, known)
	} else {
		b = db.NewBuild(`with recursive alone as (select f.` + p.column + ` as thing from fact f where`)
		p.asked(b, known).Add(`group by f.` + p.column + ` having sum(case when f.reverses = '' then 1 else -1 end) > 0)`)
		if p.merged {
			merges(b, p.Network, p.kind, known).Add(`select count(distinct coalesce(m.into_id, a.thing))
				from alone a left join merged m on m.from_id = a.thing`)
		} else {
			b.Add(`select count(*) from alone`)
		}
	}
	err = tx.Get(ctx, b.SQL(), b.Args(), &n)
	return n, err
}

func (p plan) cells(ctx context.Context, tx *db.Tx, by []Dimension) ([]Cell, error) {
	var of string
	for _, d := range by {
		of += ` || '` + between + `' || ` + dimensionColumn[d]
	}
	b := db.NewBuild(`select ` + strings.TrimPrefix(of, ` || `) + `, cast(sum(f.quantity) as bigint) from fact f where`)
	if p.Unit == Minutes { // each fact counts under itself
		p.asked(b, p.known(tx)).Add(`group by 1 having sum(f.quantity) <> 0 order by 1`)
	} else {
		b = p.things(p.known(tx), of).Add(`select substr(first, ` + strconv.Itoa(keyAfter+1) + `), count(*) from things group by 1 order by 1`)
	}
	type row struct {
		values string
		n      int64
	}
	rows, err := db.List(ctx, tx, b.SQL(), b.Args(), func(r *row) []any { return []any{&r.values, &r.n} })
	cells := make([]Cell, len(rows))
	for i, r := range rows {
		cells[i] = Cell{strings.Split(strings.TrimPrefix(r.values, between), between), r.n}
	}
	return cells, err
}

func (p plan) records(ctx context.Context, tx *db.Tx, after string, limit int) ([]Record, error) {
	b := p.things(p.known(tx), "").Add(`, page as (select * from things where thing > ? order by thing limit ?)
		select p.thing, f.service_date, p.facts, f.measure, f.subject_id, f.org_id, f.territory_id, f.activity, f.mode, f.quantity,
			f.source_kind, f.source_id
		from page p join fact f on f.network_id = ? and f.id = substr(p.first, `+strconv.Itoa(keyDay+1)+`) order by p.thing`,
		after, limit, p.Network)
	return db.List(ctx, tx, b.SQL(), b.Args(), func(r *Record) []any {
		return []any{&r.Key, &r.First, &r.Facts, &r.Measure, &r.SubjectID, &r.OrgID, &r.TerritoryID, &r.Activity,
			&r.Mode, &r.Quantity, &r.Source.Kind, &r.Source.ID}
	})
}
