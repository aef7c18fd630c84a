package db_test

import (
	"sync"
	"testing"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
)

func TestOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, c := range []struct {
			what, network, account, key, digest, id string
			want                                    string
			refused                                 bool
		}{
			{what: "first", network: "n", account: "a", key: "k", digest: "d", id: "1", want: "1"},
			{what: "sent again", network: "n", account: "a", key: "k", digest: "d", id: "2", want: "1"},
			{what: "other content", network: "n", account: "a", key: "k", digest: "e", id: "3", refused: true},
			{what: "other person", network: "n", account: "b", key: "k", digest: "e", id: "4", want: "4"},
			{what: "other network", network: "m", account: "a", key: "k", digest: "e", id: "5", want: "5"},
			{what: "other key", network: "n", account: "a", key: "l", digest: "d", id: "6", want: "6"},
			{what: "no key", network: "n", account: "a", digest: "d", id: "7", want: "7"},
			{what: "no key again", network: "n", account: "a", digest: "d", id: "8", want: "8"},
		} {
			var got string
			err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
				got, err = tx.Once(t.Context(), c.network, c.account, c.key, []byte(c.digest), c.id)
				return err
			})
			if c.refused != (errs.CodeOf(err) == errs.Conflict) || !c.refused && err != nil || got != c.want {
				t.Errorf("%s: %q, %v", c.what, got, err)
			}
		}
	})
}

// A double click: whoever is second gets what the first made.
func TestOnceAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		shelf(t, d)
		ctx := t.Context()
		var all sync.WaitGroup
		got := make(chan string, 8)
		for range cap(got) {
			all.Go(func() {
				id := db.NewID()
				var first string
				err := d.Write(ctx, func(tx *db.Tx) (err error) {
					if first, err = tx.Once(ctx, "n", "a", "k", []byte("d"), id); err == nil && first == id {
						err = put(ctx, tx, id)
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
				got <- first
			})
		}
		all.Wait()
		first := <-got
		for range cap(got) - 1 {
			if id := <-got; id != first || id == "" {
				t.Errorf("one click got %q, another %q", first, id)
			}
		}
		if n := onShelf(t, d); n != 1 {
			t.Errorf("%d things were made", n)
		}
	})
}
