// Package audit writes down who read and who changed what. A row is added in
// the transaction of the use case and carries a MAC, so that a changed row is
// found; it names records by id and never holds what they say.
package audit

import (
	"context"
	"fmt"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// Entry is what happened. Reason is what the actor typed, where one is asked.
type Entry struct {
	Act     string // such as "case.open"; reading is "read"
	Kind    policy.Kind
	ID      string
	Section policy.Section
	Reason  string
}

// Log writes entries under the key of each network.
type Log struct {
	db   *db.DB
	keys *crypto.Keystore
	line line

	insert func(ctx context.Context, tx *db.Tx, rows []row) error // a benchmark measures what it costs

	// OnGroup, when set, is told how many share each commit of reads.
	OnGroup func(size int)
}

// New returns the log of a database.
func New(d *db.DB, keys *crypto.Keystore) *Log { return &Log{db: d, keys: keys, insert: insertRows} }

// Record adds an entry in the transaction of a use case.
func (l *Log) Record(ctx context.Context, tx *db.Tx, e Entry) error {
	return l.write(ctx, tx, []row{rowOf(ctx, e)})
}

// Read adds that the actor read records, before the answer leaves.
func (l *Log) Read(ctx context.Context, kind policy.Kind, section policy.Section, ids ...string) error {
	entries := make([]Entry, len(ids))
	for i, id := range ids {
		entries[i] = Entry{Act: "read", Kind: kind, ID: id, Section: section}
	}
	return l.Append(ctx, entries...)
}

// ReadSections adds that the actor read sections of one record: a page of a case
// is one call.
func (l *Log) ReadSections(ctx context.Context, kind policy.Kind, id string, sections ...policy.Section) error {
	entries := make([]Entry, len(sections))
	for i, s := range sections {
		entries[i] = Entry{Act: "read", Kind: kind, ID: id, Section: s}
	}
	return l.Append(ctx, entries...)
}

// Person stands for the account of who reads their own file.
const Person = "person"

// rowOf is an entry by the actor of ctx.
func rowOf(ctx context.Context, e Entry) row {
	a := policy.From(ctx)
	if a.PersonID != "" {
		a.AccountID = Person
	}
	return row{Entry: e, network: a.Network, account: a.AccountID, org: a.OrgID, role: string(a.Role), request: requestID(ctx)}
}

// write adds rows, each under the key of its network.
func (l *Log) write(ctx context.Context, tx *db.Tx, rows []row) (err error) {
	for i := range rows {
		r := &rows[i]
		r.id, r.at = db.NewID(), tx.Now
		if r.mac, err = l.mac(ctx, r); err != nil {
			return err
		}
	}
	return l.insert(ctx, tx, rows)
}

func (l *Log) mac(ctx context.Context, r *row) ([]byte, error) {
	return l.keys.MAC(ctx, r.network, "audit", r.parts()...)
}

// parts is what a row says: what its MAC is made of, and its place in the tree.
func (r *row) parts() []string {
	return []string{r.id, fmt.Sprint(r.at.UnixMicro()), r.account, r.org, r.role,
		r.Act, string(r.Kind), r.ID, string(r.Section), r.Reason, r.request}
}

type requestKey struct{}

// WithRequest returns ctx with the id of the request, which entries carry.
func WithRequest(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}
