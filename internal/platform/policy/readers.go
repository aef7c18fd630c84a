package policy

import (
	"context"

	"tessuto/internal/platform/db"
)

// Grantees lists to whom a record is open now, in whatever section. Whether
// somebody of an organisation can read it is for CanRead to say.
func Grantees(ctx context.Context, tx *db.Tx, network string, kind Kind, id string) ([]Grantee, error) {
	return granteesOf(ctx, tx, network, kind, id)
}
