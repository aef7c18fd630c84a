package app_test

import (
	"context"
	"testing"

	"tessuto/internal/platform/db"
)

// wrappedOf reads the wrapped key of an owner from a keystore, empty when it was
// destroyed.
func wrappedOf(t *testing.T, url, owner string) (wrapped []byte) {
	t.Helper()
	d, err := db.Open(context.WithoutCancel(t.Context()), url)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	err = d.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Get(t.Context(), `select wrapped from wrapped_key where owner = $1`, []any{owner}, &wrapped)
	})
	if err != nil {
		t.Fatal(err)
	}
	return wrapped
}
