package programme

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Record is one thing behind a figure, as far as it may be shown: who or what,
// under a pseudonym of this programme; where the work was done; and the way to
// its source, for who may open it.
type Record struct {
	ledger.Record
	Code      string // stands for the thing counted, and tells nothing of it
	Pseudonym string // of the person, household or operator; empty when nobody was named
	OrgName   string
	Territory string
	Link
}

// RecordPage is a part of the things behind a figure. Total is the figure as it
// was when the page was read: how many things there are in all or, of minutes,
// what the rows add up to. Next asks for what follows; empty at the end.
type RecordPage struct {
	Items []Record
	Start int64 // how many things came before these
	Total int64
	Unit  ledger.Unit // of a ratio, whose records are those of its numerator, the unit of that
	Next  string
}

// maxRecords is how many records one answer carries at most.
const maxRecords = 500

// Records returns the things behind a figure, in pages: as many in all as the
// figure says, now or as known on a day. NotFound for who may read the figures of
// this programme only, and for everybody where it counts what is very restricted. Each page is logged.
func (m *Module) Records(ctx context.Context, code, indicator string, asOf db.Date, cursor string, limit int) (page RecordPage, err error) {
	actor := policy.From(ctx)
	if !actor.MayIn(policy.RecordsRead, code) {
		return page, errs.Missing()
	}
	if err := m.allowed(actor, code, asOf); err != nil {
		return page, err
	}
	place := "records/" + code + "/" + indicator + "/" + string(asOf)
	from, err := m.openCursor(ctx, cursor, place)
	if err != nil {
		return page, err
	}
	page.Start = from.seen
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		p, err := programmeByCode(ctx, tx, actor.Network, code)
		if err != nil {
			return err
		}
		i := p.Indicator(indicator)
		switch {
		case i == nil, slices.ContainsFunc(i.Counts(), m.veryRestricted):
			return errs.Missing()
		case !i.Fed():
			return nil
		}
		return m.readPage(ctx, tx, p, i.Counts()[0].question(actor.Network, p.Code, asOf), from.key, min(max(limit, 1), maxRecords), &page)
	})
	if err != nil {
		return page, err
	}
	if page.Next != "" {
		page.Next, err = m.sealCursor(ctx, position{page.Start + int64(len(page.Items)), page.Next}, place)
	}
	if err != nil {
		return page, err
	}
	return page, m.audit.Append(ctx, audit.Entry{Act: "records.read", Kind: "indicator", ID: code + "/" + indicator})
}

// readPage fills a page; its Next is still the bare key of the last record.
func (m *Module) readPage(ctx context.Context, tx *db.Tx, p Programme, q ledger.Question, after string, limit int, page *RecordPage) (err error) {
	page.Unit = q.Unit
	if page.Total, err = m.ledger.Count(ctx, tx, q); err != nil {
		return err
	}
	found, err := m.ledger.Records(ctx, tx, q, after, limit+1)
	if err != nil {
		return err
	}
	if len(found) > limit {
		found = found[:limit]
		page.Next = found[limit-1].Key
	}
	page.Items, err = m.present(ctx, tx, p, q.Unit, found)
	return err
}

func (m *Module) present(ctx context.Context, tx *db.Tx, p Programme, unit ledger.Unit, found []ledger.Record) ([]Record, error) {
	names, err := m.network.Names(ctx, tx)
	if err != nil {
		return nil, err
	}
	sources := make([]ledger.Source, len(found))
	for i, r := range found {
		sources[i] = r.Source
	}
	links, err := m.Sources(ctx, tx, sources)
	if err != nil {
		return nil, err
	}
	out := make([]Record, len(found))
	for i, r := range found {
		out[i] = Record{Record: r, Link: links[r.Source], OrgName: names[r.OrgID], Territory: names[r.TerritoryID]}
		if out[i].Code, err = m.pseudonym(ctx, p.Code, r.Key); err != nil {
			return nil, err
		}
		// An organisation is counted for what it did, not for whom it met first.
		if unit == ledger.Organisations {
			continue
		}
		if out[i].Pseudonym, err = m.pseudonym(ctx, p.Code, r.SubjectID); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// pseudonym makes of an id a code that people can read out: the same person has
// the same one in a
// place, such as a programme, and another in the next. Twelve of 31 letters are
// 59 bits: two of a million people share one with a chance of one in a million.
func (m *Module) pseudonym(ctx context.Context, place, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	mac, err := m.keys.MAC(ctx, policy.From(ctx).Network, "pseudonym", place, id)
	if err != nil {
		return "", err
	}
	const letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
	out := make([]byte, 0, 14)
	for i, b := range mac[:12] {
		if i > 0 && i%4 == 0 {
			out = append(out, '-')
		}
		out = append(out, letters[int(b)%len(letters)])
	}
	return string(out), nil
}

// position is where a page of records begins: after the key of the last one
// shown, and after how many. A key can be the id of a person, so it travels
// sealed.
type position struct {
	seen int64
	key  string
}

func (m *Module) sealCursor(ctx context.Context, at position, place string) (string, error) {
	key, err := m.cursorKey(ctx)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(key.Seal(fmt.Appendf(nil, "%d %s", at.seen, at.key), place)), nil
}

// openCursor reads what sealCursor wrote for the same list; anything else is
// Invalid.
func (m *Module) openCursor(ctx context.Context, cursor, place string) (at position, err error) {
	if cursor == "" {
		return at, nil
	}
	key, err := m.cursorKey(ctx)
	if err != nil {
		return at, err
	}
	sealed, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		sealed, err = key.Open(sealed, place)
	}
	if err == nil {
		_, err = fmt.Sscanf(string(sealed), "%d %s", &at.seen, &at.key)
	}
	if err != nil {
		return at, errs.New(errs.Invalid, "record.cursor")
	}
	return at, nil
}

// cursorKey returns the key of the network for cursors.
func (m *Module) cursorKey(ctx context.Context) (*crypto.Key, error) {
	return m.networkKey(ctx, "cursor")
}

// networkKey returns a key of the network's own, and makes the first one; who is
// second to make it takes the one made first.
func (m *Module) networkKey(ctx context.Context, owner string) (*crypto.Key, error) {
	network := policy.From(ctx).Network
	key, err := m.keys.GetOne(ctx, network, owner)
	if err == nil {
		return key, nil
	}
	if key, err = m.keys.CreateOne(ctx, network, owner); err == nil {
		return key, nil
	}
	return m.keys.GetOne(ctx, network, owner)
}
