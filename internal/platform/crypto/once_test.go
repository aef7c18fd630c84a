package crypto_test

import (
	"testing"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
)

// A form that is sent twice makes one thing; what is kept of it is a MAC.
func TestOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := open(t, empty(t, "sqlite"), master(t, "master.key"))
		ctx := t.Context()
		once := func(sent crypto.Sending, id string) (got string, err error) {
			err = d.Write(ctx, func(tx *db.Tx) (err error) {
				got, err = k.Once(ctx, tx, "n", "a", sent, id)
				return err
			})
			return got, err
		}
		for _, c := range []struct {
			sent     crypto.Sending
			id, want string
			code     errs.Code
		}{
			{crypto.Sending{Key: "k", Content: "name=Amina"}, "1", "1", ""},
			{crypto.Sending{Key: "k", Content: "name=Amina"}, "2", "1", ""},
			{crypto.Sending{Key: "k", Content: "name=Amira"}, "3", "", errs.Conflict},
			{crypto.Sending{Key: "l", Content: "name=Amina"}, "4", "4", ""},
			{crypto.Sending{}, "5", "5", ""},
			{crypto.Sending{}, "6", "6", ""},
		} {
			got, err := once(c.sent, c.id)
			if got != c.want || err != nil && errs.CodeOf(err) != c.code || err == nil && c.code != "" {
				t.Errorf("%+v as %s: %q, %v", c.sent, c.id, got, err)
			}
		}
		err := d.Read(ctx, func(tx *db.Tx) error {
			kept, err := db.Column[[]byte](ctx, tx, `select digest from once`)
			for _, digest := range kept {
				if len(digest) != 32 {
					t.Errorf("kept %q", digest)
				}
			}
			if len(kept) != 2 {
				t.Errorf("%d rows, want 2", len(kept))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
