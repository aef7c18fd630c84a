package db

import (
	"bytes"
	"context"

	"tessuto/internal/platform/errs"
)

// Once makes a create happen once, however often it is sent. A form carries a
// hidden key, an API client an Idempotency-Key; digest is a MAC of what was
// sent and id what this transaction is about to create.
//
// It returns the id of what the first sending created: id itself when this is
// the first. The same key with another content is a Conflict. An empty key
// asks for nothing.
func (t *Tx) Once(ctx context.Context, network, account, key string, digest []byte, id string) (string, error) {
	if key == "" {
		return id, nil
	}
	var was string
	var sent []byte
	err := t.Get(ctx, `
		select result_id, digest from once where network_id = $1 and account_id = $2 and key = $3`,
		[]any{network, account, key}, &was, &sent)
	switch {
	case err == nil && !bytes.Equal(sent, digest):
		return "", errs.New(errs.Conflict, "error.once_other")
	case err == nil:
		return was, nil
	case errs.CodeOf(err) != errs.NotFound:
		return "", err
	}
	return id, t.Exec(ctx, `
		insert into once (network_id, account_id, key, digest, result_id, created_at)
		values ($1, $2, $3, $4, $5, $6)`, network, account, key, digest, id, t.Now)
}
