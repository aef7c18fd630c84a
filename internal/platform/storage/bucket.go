package storage

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// partSize is how much of a blob is held in memory on its way to a bucket, in
// bytes: the least that S3 takes for a part.
const partSize = 5 << 20

// bucket keeps each blob as an object of S3.
type bucket struct {
	client *minio.Client
	name   string
}

// openBucket reads the keys from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY,
// where every S3 program looks for them. The endpoint is a host, or a URL.
func openBucket(ctx context.Context, u *url.URL) (box, error) {
	endpoint, secure := cmp.Or(u.Query().Get("endpoint"), "s3.amazonaws.com"), true
	if e, err := url.Parse(endpoint); err == nil && e.Host != "" {
		endpoint, secure = e.Host, e.Scheme != "http"
	}
	keys := credentials.NewStaticV4(os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY"), "")
	client, err := minio.New(endpoint, &minio.Options{Creds: keys, Secure: secure, Region: u.Query().Get("region")})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	there, err := client.BucketExists(ctx, u.Host)
	if err == nil && !there {
		err = errors.New("there is no such bucket, or not for these keys")
	}
	return bucket{client, u.Host}, err
}

// put sends what fits one part at once, and the rest in parts. The content needs
// no signature of its own: it is sealed.
func (b bucket) put(ctx context.Context, name string, content io.Reader) error {
	first, err := io.ReadAll(io.LimitReader(content, partSize))
	if err != nil {
		return err
	}
	size := int64(len(first))
	if size == partSize {
		size = -1 // there may be more
	}
	_, err = b.client.PutObject(ctx, b.name, name, io.MultiReader(bytes.NewReader(first), content), size,
		minio.PutObjectOptions{ContentType: "application/octet-stream", PartSize: partSize, NumThreads: 1, DisableContentSha256: true})
	return err
}

func (b bucket) open(ctx context.Context, name string) (io.ReadCloser, error) {
	o, err := b.client.GetObject(ctx, b.name, name, minio.GetObjectOptions{})
	if err != nil {
		return nil, err
	}
	return object{o}, nil
}

// object says of what is not there what a folder says.
type object struct{ *minio.Object }

func (o object) Read(p []byte) (int, error) {
	n, err := o.Object.Read(p)
	if minio.ToErrorResponse(err).StatusCode == http.StatusNotFound {
		err = fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	}
	return n, err
}

func (b bucket) remove(ctx context.Context, name string) error {
	return b.client.RemoveObject(ctx, b.name, name, minio.RemoveObjectOptions{})
}

func (b bucket) list(ctx context.Context, network string, fn func(string, time.Time) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends the listing when fn ends it
	for o := range b.client.ListObjects(ctx, b.name, minio.ListObjectsOptions{Prefix: network + "/", Recursive: true}) {
		if o.Err != nil {
			return o.Err
		}
		if err := fn(strings.TrimPrefix(o.Key, network+"/"), o.LastModified); err != nil {
			return err
		}
	}
	return nil
}
