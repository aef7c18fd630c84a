package ledger

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

// endedRun is a comparison that has ended, and when.
type endedRun struct {
	id string
	at time.Time
}

func (r *endedRun) fields() []any { return []any{&r.id, &r.at} }

func openLinkRun(ctx context.Context, tx *db.Tx) (r LinkRun, err error) {
	err = tx.Get(ctx, `select id, mark from link_run where ended_at is null order by id limit 1`, nil, &r.ID, &r.Mark)
	if errs.CodeOf(err) == errs.NotFound {
		err = nil
	}
	return r, err
}

func insertLinkRun(ctx context.Context, tx *db.Tx, id string) error {
	return tx.Exec(ctx, `insert into link_run (id, mark, begun_at) values ($1, '', $2)`, id, tx.Now)
}

func markLinkRun(ctx context.Context, tx *db.Tx, r LinkRun, next string) error {
	return tx.ExecOne(ctx, `update link_run set mark = $3 where id = $1 and mark = $2 and ended_at is null`, r.ID, r.Mark, next)
}

func endLinkRun(ctx context.Context, tx *db.Tx, id string) error {
	return tx.ExecOne(ctx, `update link_run set ended_at = $2 where id = $1 and ended_at is null`, id, tx.Now)
}

// endedLinkRuns are those that have ended, the last first.
func endedLinkRuns(ctx context.Context, tx *db.Tx) ([]endedRun, error) {
	return db.List(ctx, tx, `select id, ended_at from link_run where ended_at is not null order by ended_at desc, id desc`, nil, (*endedRun).fields)
}

// lastLinkRun is the last that had ended at an instant; none has no id.
func lastLinkRun(ctx context.Context, tx *db.Tx, known time.Time) (r endedRun, err error) {
	err = tx.Get(ctx, `select id, ended_at from link_run where ended_at <= $1 order by ended_at desc, id desc limit 1`, []any{known}, r.fields()...)
	if errs.CodeOf(err) == errs.NotFound {
		err = nil
	}
	return r, err
}

func deleteLinkRun(ctx context.Context, tx *db.Tx, id string) error {
	if err := tx.Exec(ctx, `delete from ledger_link where run_id = $1`, id); err != nil {
		return err
	}
	return tx.ExecOne(ctx, `delete from link_run where id = $1`, id)
}

func linkedTo(ctx context.Context, tx *db.Tx, run string, s Subject) ([]Subject, error) {
	return db.List(ctx, tx, `
		select o.network_id, o.subject_id from ledger_link l join ledger_link o on o.run_id = l.run_id and o.link_id = l.link_id
		where l.network_id = $1 and l.run_id = $2 and l.subject_id = $3`, []any{s.Network, run, s.ID},
		func(s *Subject) []any { return []any{&s.Network, &s.ID} })
}

func upsertLink(ctx context.Context, tx *db.Tx, run string, s Subject, link string) error {
	return tx.Exec(ctx, `
		insert into ledger_link (network_id, run_id, subject_id, link_id) values ($1, $2, $3, $4)
		on conflict (network_id, run_id, subject_id) do update set link_id = excluded.link_id`, s.Network, run, s.ID, link)
}

func deleteLinks(ctx context.Context, tx *db.Tx, network string, ids []string) error {
	b := db.NewBuild(`delete from ledger_link where network_id = ? and`, network).In("subject_id", ids)
	return tx.Exec(ctx, b.SQL(), b.Args()...)
}

// linked are the links of those whom a network has met, once for each person: facts
// speak of each under any of the entries that were merged into theirs.
func (p plan) linked(ctx context.Context, tx *db.Tx, run string) ([]string, error) {
	known := p.known(tx)
	b := db.NewBuild(`with recursive linked as (select subject_id, link_id from ledger_link where network_id = ? and run_id = ?)`, p.Network, run)
	if p.merged {
		merges(b, p.Network, p.kind, known).Add(`
			, whole as (select coalesce(m.into_id, l.subject_id) as id, min(l.link_id) as link_id
				from linked l left join merged m on m.from_id = l.subject_id group by coalesce(m.into_id, l.subject_id))
			, entry as (select id, link_id from whole union all select m.from_id, w.link_id from whole w join merged m on m.into_id = w.id)`)
	} else {
		b.Add(`, entry as (select subject_id as id, link_id from linked)`)
	}
	b.Add(`select distinct e.link_id from entry e join fact f on f.subject_id = e.id where`)
	p.standing(b, known)
	return db.Column[string](ctx, tx, b.SQL(), b.Args()...)
}
