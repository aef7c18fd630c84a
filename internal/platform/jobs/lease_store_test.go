package jobs

import (
	"context"
	"testing"
	"time"

	"tessuto/internal/platform/db"
)

// leaseOf reads until when a job is somebody's.
func leaseOf(t *testing.T, d *db.DB, id string) (until time.Time) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Get(t.Context(), `select lease_until from job where id = $1`, []any{id}, &until)
	})
	if err != nil {
		t.Fatal(err)
	}
	return until
}

// giveToAnother does what a second worker does that finds the lease over.
func giveToAnother(t *testing.T, d *db.DB, id string) {
	t.Helper()
	err := d.Queue(t.Context(), func(tx *db.Tx) error {
		return tx.ExecOne(t.Context(), `update job set worker = 'another', attempt = attempt + 1 where id = $1`, id)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// emptyQueue takes away every job.
func emptyQueue(ctx context.Context, d *db.DB) error {
	return d.Queue(ctx, func(tx *db.Tx) error { return tx.Exec(ctx, `delete from job`) })
}
