package people

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

const insertIntoDigest = `insert into region_digest (network_id, person_id, slot, digest)`

func digestRows(network, person string, digests [][]byte) (rows [][]any) {
	for slot, digest := range digests {
		rows = append(rows, []any{network, person, slot, digest})
	}
	return rows
}

func insertDigests(ctx context.Context, tx *db.Tx, network, person string, digests [][]byte) error {
	return tx.InsertMany(ctx, insertIntoDigest, digestRows(network, person, digests))
}

func deleteDigests(ctx context.Context, tx *db.Tx, network, person string) error {
	return tx.Exec(ctx, `delete from region_digest where network_id = $1 and person_id = $2`, network, person)
}

// toldOf are those of the persons of whom it may be told that some service knows
// them.
func toldOf(ctx context.Context, tx *db.Tx, network string, ids []string) ([]string, error) {
	b := db.NewBuild(`select p.id from person p where p.network_id = ? and`, network).In("p.id", ids).Add("and")
	policy.Told(b, tx, network, policy.Person, policy.Identity, "p.id")
	return db.Column[string](ctx, tx, b.SQL(), b.Args()...)
}

func anyDigest(ctx context.Context, tx *db.Tx, network string) (there bool, err error) {
	err = tx.Get(ctx, `select exists (select 1 from region_digest where network_id = $1)`, []any{network}, &there)
	return there, err
}

// holder is a person of a network with one of their digests.
type holder struct {
	network, person string
	digest          []byte
}

func (h *holder) fields() []any { return []any{&h.network, &h.person, &h.digest} }

// slotRange are the first and the last slot that a pass of the link job compares.
type slotRange struct{ from, to int }

// sharedDigests are the next digests that more than one network has.
func sharedDigests(ctx context.Context, tx *db.Tx, in slotRange, after []byte, limit int) ([][]byte, error) {
	return db.Column[[]byte](ctx, tx, `
		select digest from region_digest where slot >= $1 and slot <= $2 and digest > $3
		group by digest having min(network_id) <> max(network_id) order by digest limit $4`, in.from, in.to, after, limit)
}

// holdersOfDigest are who has a digest now.
func holdersOfDigest(ctx context.Context, tx *db.Tx, in slotRange, digest []byte) ([]holder, error) {
	return db.List(ctx, tx, `
		select distinct network_id, person_id, digest from region_digest
		where digest = $1 and slot >= $2 and slot <= $3 order by network_id, person_id`, []any{digest, in.from, in.to}, (*holder).fields)
}

// codeDigest is what stands in the slot of a codice fiscale.
func codeDigest(ctx context.Context, tx *db.Tx, network, person string) (digest []byte, err error) {
	err = tx.Get(ctx, `select digest from region_digest where network_id = $1 and person_id = $2 and slot = 0`, []any{network, person}, &digest)
	return digest, err
}
