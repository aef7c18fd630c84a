package crypto

import (
	"context"

	"tessuto/internal/platform/db"
)

// Sending tells a create that was sent twice from two creates: Key comes with
// the form, or from the API client, and Content is what was sent. The zero
// Sending asks for nothing.
type Sending struct{ Key, Content string }

// Once makes a create happen once in its own transaction; see db.Tx.Once. What
// is kept of the content is a MAC.
func (k *Keystore) Once(ctx context.Context, tx *db.Tx, network, account string, sent Sending, id string) (string, error) {
	if sent.Key == "" {
		return id, nil
	}
	digest, err := k.MAC(ctx, network, "once", sent.Content)
	if err != nil {
		return "", err
	}
	return tx.Once(ctx, network, account, sent.Key, digest, id)
}
