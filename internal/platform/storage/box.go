package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"strings"
	"time"
)

// box is where sealed content stands: a folder or a bucket. A blob is named by
// network and id, is there whole or not at all, and never changes.
type box interface {
	put(ctx context.Context, name string, content io.Reader) error
	// open returns fs.ErrNotExist, at once or from the first Read, when there is none.
	open(ctx context.Context, name string) (io.ReadCloser, error)
	// remove is content with what is not there.
	remove(ctx context.Context, name string) error
	// list calls fn for what stands under a network, in any order.
	list(ctx context.Context, network string, fn func(id string, at time.Time) error) error
}

func blob(network, id string) string { return network + "/" + id }

// openBox opens what an address names: s3://bucket?endpoint=…&region=…, or a
// folder.
func openBox(ctx context.Context, address string) (box, error) {
	if !strings.HasPrefix(address, "s3://") {
		return openFolder(address)
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("files: %w", err)
	}
	b, err := openBucket(ctx, u)
	if err != nil {
		return nil, fmt.Errorf("files: %s: %w", u.Host, err)
	}
	return b, nil
}

func gone(err error) bool { return errors.Is(err, fs.ErrNotExist) }
