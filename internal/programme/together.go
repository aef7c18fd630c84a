package programme

import (
	"context"
	"slices"

	"tessuto/internal/disclosure"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// Together is how many persons the programmes of a network have met in common,
// whatever was done with them. Programmes whose data are very restricted are left
// out: that somebody is known there must not show anywhere (safeguards, 4).
type Together struct {
	Programmes []Programme
	Left       []Programme // very restricted
	Full       bool        // the actor has a right to the figures of each of them
	Told       bool        // there is an answer that points at nobody
	Least      int64       // 1, or the smallest number that this actor is shown
	Known      db.Date     // the end of the day that the numbers are of; empty means now
	Overlap    ledger.Overlap
	Records    *SharedPage // nil for who may not read records in each of them
}

// SharedRecord is somebody met in more than one programme, under a pseudonym
// that stands in no other list.
type SharedRecord struct {
	ledger.Shared
	Code string
}

// SharedPage is a part of those met in more than one programme.
type SharedPage struct {
	Items []SharedRecord
	Next  string // asks for what follows; empty at the end
}

// Together answers how many persons were met in more than one programme of the
// actor's network. Who has no right to the figures of each gets no number from
// which a small one could be worked out, nor which programmes they were, and what
// was known when the last month ended. Each page of records is logged.
func (m *Module) Together(ctx context.Context, cursor string) (t Together, err error) {
	actor, err := policy.Check(ctx, policy.ProgrammeRead)
	if err != nil {
		return t, err
	}
	from, err := m.openCursor(ctx, cursor, togetherPlace)
	if err != nil {
		return t, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		if err := m.sharing(ctx, tx, actor, &t); err != nil || len(t.Programmes) < 2 {
			return err
		}
		q := t.question(tx, actor)
		t.Known = q.AsOf
		o, err := m.ledger.Overlap(ctx, tx, q)
		if t.Told = t.Full || tellable(o, t.Least); t.Told {
			t.Overlap = o
		}
		if err != nil || !t.every(actor, policy.RecordsRead) {
			return err
		}
		t.Records = &SharedPage{}
		return m.sharedPage(ctx, tx, q, from, t.Records)
	})
	if err != nil || t.Records == nil || len(t.Records.Items) == 0 {
		return t, err
	}
	return t, m.audit.Append(ctx, audit.Entry{Act: "records.read", Kind: "indicator", ID: "together"})
}

const togetherPlace = "together"

// sharing lists the programmes that can be held beside each other.
func (m *Module) sharing(ctx context.Context, tx *db.Tx, actor policy.Actor, t *Together) error {
	all, err := programmesOf(ctx, tx, actor.Network)
	for _, p := range all {
		if disclosure.Class(p.Confidentiality) == disclosure.C4 {
			t.Left = append(t.Left, p)
			continue
		}
		t.Programmes = append(t.Programmes, p)
		t.Least = max(t.Least, disclosure.Threshold(disclosure.Class(p.Confidentiality), false))
	}
	if t.Full = t.every(actor, policy.FiguresInFull); t.Full {
		t.Least = 1
	}
	return err
}

// every tells whether the actor holds a right in each of the programmes.
func (t *Together) every(actor policy.Actor, p policy.Permission) bool {
	return !slices.ContainsFunc(t.Programmes, func(one Programme) bool { return !actor.MayIn(p, one.Code) })
}

func (t *Together) question(tx *db.Tx, actor policy.Actor) ledger.Question {
	q := ledger.Question{Network: actor.Network, Unit: ledger.Persons}
	for _, p := range t.Programmes {
		q.Programmes = append(q.Programmes, p.Code)
	}
	if !t.Full {
		q.AsOf = lastMonthEnd(tx)
	}
	return q
}

// tellable tells whether the total and how many are in more than one programme
// point at nobody. Who adds up the programmes from other pages finds by how much
// they exceed the total; so that is looked at too, and what it says of those in
// three or more.
func tellable(o ledger.Overlap, least int64) bool {
	total, more := o.Total(), o.More()
	for _, n := range []int64{total, more, total - more, o.Twice() - more} {
		if disclosure.One(n, least).Hidden() {
			return false
		}
	}
	return true
}

// sharedPage reads who was met in more than one programme.
func (m *Module) sharedPage(ctx context.Context, tx *db.Tx, q ledger.Question, from position, page *SharedPage) error {
	found, err := m.ledger.Shared(ctx, tx, q, from.key, recordsPerPage+1)
	if err != nil {
		return err
	}
	if len(found) > recordsPerPage {
		found = found[:recordsPerPage]
		at := position{from.seen + recordsPerPage, found[recordsPerPage-1].Key}
		if page.Next, err = m.sealCursor(ctx, at, togetherPlace); err != nil {
			return err
		}
	}
	for _, s := range found {
		code, err := m.pseudonym(ctx, togetherPlace, s.Key)
		if err != nil {
			return err
		}
		page.Items = append(page.Items, SharedRecord{s, code})
	}
	return nil
}
