package crypto

import (
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
)

// A document is sealed as an age file: a random key of its own seals it in
// pieces of 64 KiB, and the header holds that key under the owner's. Pieces that
// are changed, moved or missing, at the end too, do not open.

// stanza is the type of the header's line.
const stanza = "tessuto"

// SealStream returns what plain becomes when it is sealed, as it is read. The
// place says where the result is stored, as with Seal.
func (k *Key) SealStream(plain io.Reader, place string) (io.Reader, error) {
	if k == nil || k.aead == nil {
		return nil, ErrDestroyed
	}
	return age.EncryptReader(plain, lock{k, place})
}

// OpenStream returns what SealStream was given for the same place, as it is
// read: ErrDestroyed without a key, ErrDamaged from here or from a later Read
// when the sealed content is not whole. Who must not pass on a part reads to the
// end first.
func (k *Key) OpenStream(sealed io.Reader, place string) (io.Reader, error) {
	if k == nil || k.aead == nil {
		return nil, ErrDestroyed
	}
	source := &source{Reader: sealed}
	plain, err := age.Decrypt(source, lock{k, place})
	if err != nil {
		return nil, source.blame(err, place)
	}
	return &opened{plain, source, place}, nil
}

// ErrDamaged is returned when sealed content is not what was sealed there.
var ErrDamaged = errors.New("the sealed content is damaged")

// lock wraps the key of one stream with the owner's, for one place.
type lock struct {
	key   *Key
	place string
}

// Wrap seals the key of a stream, for its header.
func (l lock) Wrap(fileKey []byte) ([]*age.Stanza, error) {
	return []*age.Stanza{{Type: stanza, Body: l.key.Seal(fileKey, l.place)}}, nil
}

// Unwrap opens the key of a stream.
func (l lock) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	if len(stanzas) != 1 || stanzas[0].Type != stanza || len(stanzas[0].Body) == 0 {
		return nil, ErrDamaged
	}
	return l.key.Open(stanzas[0].Body, l.place)
}

// source remembers why reading the sealed content failed, so that a store that
// does not answer is not called damage.
type source struct {
	io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

func (s *source) blame(err error, place string) error {
	if s.err != nil {
		return s.err
	}
	return fmt.Errorf("%w: %s: %w", ErrDamaged, place, err)
}

type opened struct {
	io.Reader
	source *source
	place  string
}

func (o *opened) Read(p []byte) (int, error) {
	n, err := o.Reader.Read(p)
	if err != nil && err != io.EOF {
		err = o.source.blame(err, o.place)
	}
	return n, err
}
