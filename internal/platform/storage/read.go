package storage

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strconv"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// Routes lists the one address under which documents are read.
func (s *Store) Routes() []web.Route {
	return []web.Route{{Method: "GET", Pattern: "/files/{id}", Permission: policy.Home, Handler: s.getFile}}
}

// Path is where a document is read.
func Path(id string) string { return "/files/" + id }

func (s *Store) getFile(w http.ResponseWriter, r *http.Request) error {
	f, err := s.find(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.send(w, r, f)
}

// find returns a document of a record that is open to the actor; what is
// somebody's own is theirs alone. It is the only way to a document but SendTo.
func (s *Store) find(ctx context.Context, id string) (f File, err error) {
	actor := policy.From(ctx)
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if f, err = fileByID(ctx, tx, actor.Network, id); err != nil {
			return err
		}
		if f.held || f.Expires != nil && !f.Expires.After(tx.Now) {
			return errs.Missing()
		}
		if p, shared := s.open[f.Kind]; f.Kind == Mine && f.Parent.ID == actor.AccountID || shared && actor.May(p) {
			return nil
		} else if shared || f.Kind == Mine {
			return errs.Missing()
		}
		return policy.CanRead(ctx, tx, f.Kind, f.Parent.ID, f.Section)
	})
	return f, err
}

// SendTo answers with a document to who came by a link. Whether it holds the caller has
// asked: no grant is looked at, and the actor of the context is nobody, in a network.
func (s *Store) SendTo(w http.ResponseWriter, r *http.Request, id string) error {
	var f File
	err := s.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		f, err = fileByID(r.Context(), tx, policy.From(r.Context()).Network, id)
		return err
	})
	if err == nil && f.held {
		err = errs.Missing()
	}
	if err != nil {
		return err
	}
	return s.send(w, r, f)
}

// Read opens a document for the program itself, on behalf of the actor: a job
// reads the table that was sent to it. The caller closes it. Content that is
// not whole is an error of Read, at the latest where it should end.
func (s *Store) Read(ctx context.Context, id string) (File, io.ReadCloser, error) {
	f, err := s.find(ctx, id)
	if err != nil {
		return f, nil, err
	}
	network := policy.From(ctx).Network
	if ok, err := s.name(ctx, network, &f); err != nil || !ok {
		return f, nil, said(ctx, id, errors.Join(err, crypto.ErrDestroyed))
	}
	content, err := s.content(ctx, network, f)
	return f, content, err
}

// content opens what is stored; errors are in words, also those of reading on.
func (s *Store) content(ctx context.Context, network string, f File) (io.ReadCloser, error) {
	key, err := s.keys.GetOne(ctx, network, f.owner)
	if err != nil {
		return nil, said(ctx, f.ID, err)
	}
	sealed, err := s.box.open(ctx, blob(network, f.ID))
	if err != nil {
		return nil, said(ctx, f.ID, err)
	}
	plain, err := key.OpenStream(sealed, place(network, f.ID, "content"))
	if err != nil {
		sealed.Close()
		return nil, said(ctx, f.ID, err)
	}
	return &reading{ctx, f.ID, plain, sealed}, nil
}

type reading struct {
	ctx    context.Context
	id     string
	plain  io.Reader
	sealed io.Closer
}

func (r *reading) Read(p []byte) (int, error) {
	n, err := r.plain.Read(p)
	if err != nil && err != io.EOF {
		err = said(r.ctx, r.id, err)
	}
	return n, err
}

func (r *reading) Close() error { return r.sealed.Close() }

// said puts into words why a document does not open; the log gets the rest.
func said(ctx context.Context, id string, err error) error {
	out := errs.New(errs.Busy, "file.away")
	switch {
	case errors.Is(err, crypto.ErrDestroyed):
		return errs.New(errs.NotFound, "file.destroyed")
	case errors.Is(err, context.Canceled):
		return err
	case gone(err):
		out = errs.New(errs.Internal, "file.lost")
	case errors.Is(err, crypto.ErrDamaged):
		out = errs.New(errs.Internal, "file.damaged")
	}
	slog.ErrorContext(ctx, "file not opened", "id", id, "err", err)
	return out
}

// sandbox is the policy under which a browser that would show a document shows
// it.
const sandbox = "default-src 'none'; sandbox; frame-ancestors 'none'"

// send answers with a document. It is read twice: to its end first, so that no
// part of a damaged one leaves. That it was read is logged before.
func (s *Store) send(w http.ResponseWriter, r *http.Request, f File) error {
	ctx := r.Context()
	network := policy.From(ctx).Network
	if ok, err := s.name(ctx, network, &f); err != nil || !ok {
		return said(ctx, f.ID, errors.Join(err, crypto.ErrDestroyed))
	}
	whole, err := s.content(ctx, network, f)
	if err != nil {
		return err
	}
	n, err := io.Copy(io.Discard, whole)
	whole.Close()
	if err != nil {
		return err
	}
	if err := s.log.Append(ctx, entry("file.read", &f)); err != nil {
		return err
	}
	content, err := s.content(ctx, network, f)
	if err != nil {
		return err
	}
	defer content.Close()
	h := w.Header()
	h.Set("Content-Type", f.MediaType)
	h.Set("Content-Length", strconv.FormatInt(n, 10))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	h.Set("Content-Security-Policy", sandbox)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	if _, err := io.Copy(w, content); err != nil {
		panic(http.ErrAbortHandler) // the answer has begun: cut short, it is not taken for whole
	}
	return nil
}
