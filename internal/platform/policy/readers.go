package policy

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
)

// Record names a record by its kind and id.
type Record struct {
	Kind Kind
	ID   string
}

// Grantees lists to whom a record is open now, in whatever section. Whether
// somebody of an organisation can read it is for CanRead to say.
func Grantees(ctx context.Context, tx *db.Tx, network string, kind Kind, id string) ([]Grantee, error) {
	return granteesOf(ctx, tx, network, kind, id)
}

// Shared is to whom a record is open, by whom, for what and on what basis.
type Shared struct {
	To      Grantee
	Owner   string
	Purpose Purpose
	Basis   Basis
	Since   time.Time
}

// Shares lists what holds of a record now, the oldest first. The caller has the
// record in scope, and shows of it what its reader may know.
func Shares(ctx context.Context, tx *db.Tx, network string, kind Kind, id string) ([]Shared, error) {
	return sharesOf(ctx, tx, network, kind, id)
}

// VeryRestrictedTo lists who owns something very restricted (C4) among the
// records, or was ever given it: whoever shows who works with a person leaves
// them out (safeguards, 3 and 4).
func VeryRestrictedTo(ctx context.Context, tx *db.Tx, network string, records []Record) ([]Grantee, error) {
	return veryRestrictedTo(ctx, tx, network, records)
}
