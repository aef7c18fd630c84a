package audit

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// Reader is an organisation that read records, in one role, and when it last did.
// It names nobody.
type Reader struct {
	Org  string
	Role policy.Role
	Last time.Time
}

// Readers lists which organisations have read any of the records since an
// instant, the last first. Whoever shows it says first whom it may show.
func (l *Log) Readers(ctx context.Context, tx *db.Tx, network string, records []policy.Record, since time.Time) ([]Reader, error) {
	return readersOf(ctx, tx, network, records, since)
}
