package crypto

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"testing"
	"testing/iotest"
)

func streamKey(t *testing.T) *Key {
	t.Helper()
	raw := make([]byte, keySize)
	rand.Read(raw)
	k, err := newKey(raw)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func sealAll(t *testing.T, k *Key, plain []byte, place string) []byte {
	t.Helper()
	r, err := k.SealStream(bytes.NewReader(plain), place)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func openAll(k *Key, sealed []byte, place string) ([]byte, error) {
	r, err := k.OpenStream(bytes.NewReader(sealed), place)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// What was sealed opens, whatever its length; one bit changed anywhere in the
// header or at the edges of a piece, a piece cut off or doubled, another place
// or another key does not.
func TestStream(t *testing.T) {
	t.Parallel()
	k, other := streamKey(t), streamKey(t)
	const piece = 64 << 10
	for _, size := range []int{0, 1, piece - 1, piece, piece + 1, 3*piece + 17} {
		plain := make([]byte, size)
		rand.Read(plain)
		sealed := sealAll(t, k, plain, "file/a")
		if got, err := openAll(k, sealed, "file/a"); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%d bytes: %v", size, err)
		}
		if size > 32 && bytes.Contains(sealed, plain[:32]) {
			t.Errorf("%d bytes: what was to be sealed can be read", size)
		}
		head := len(sealed) - size // about the header and the tags
		spots := []int{len(sealed) - 1, len(sealed) / 2}
		for i := range min(head, 220) {
			spots = append(spots, i)
		}
		for _, i := range spots {
			damaged := bytes.Clone(sealed)
			damaged[i] ^= 1
			if _, err := openAll(k, damaged, "file/a"); !errors.Is(err, ErrDamaged) {
				t.Fatalf("%d bytes, bit changed at %d: %v", size, i, err)
			}
		}
		cuts := [][]byte{sealed[:len(sealed)-1], sealed[:len(sealed)/2], nil, append(bytes.Clone(sealed), sealed[len(sealed)-16:]...)}
		if size > piece {
			cuts = append(cuts, sealed[:len(sealed)-size%piece-16])
		}
		for i, c := range cuts {
			if _, err := openAll(k, c, "file/a"); !errors.Is(err, ErrDamaged) {
				t.Errorf("%d bytes, cut %d: %v", size, i, err)
			}
		}
		if _, err := openAll(k, sealed, "file/b"); !errors.Is(err, ErrDamaged) {
			t.Errorf("%d bytes open in another place: %v", size, err)
		}
		if _, err := openAll(other, sealed, "file/a"); !errors.Is(err, ErrDamaged) {
			t.Errorf("%d bytes open with another key: %v", size, err)
		}
		if _, err := openAll(nil, sealed, "file/a"); !errors.Is(err, ErrDestroyed) {
			t.Errorf("%d bytes without a key: %v", size, err)
		}
	}
}

// A store that does not answer is not damage.
func TestStreamBlamesTheSource(t *testing.T) {
	t.Parallel()
	k := streamKey(t)
	sealed := sealAll(t, k, make([]byte, 200<<10), "file/a")
	away := errors.New("the network is away")
	r, err := k.OpenStream(io.MultiReader(bytes.NewReader(sealed[:100<<10]), iotest.ErrReader(away)), "file/a")
	if err == nil {
		_, err = io.ReadAll(r)
	}
	if !errors.Is(err, away) || errors.Is(err, ErrDamaged) {
		t.Errorf("%v", err)
	}
}

func FuzzOpenStream(f *testing.F) {
	raw := make([]byte, keySize)
	k, err := newKey(raw)
	if err != nil {
		f.Fatal(err)
	}
	r, err := k.SealStream(bytes.NewReader([]byte("a document")), "file/a")
	if err != nil {
		f.Fatal(err)
	}
	sealed, err := io.ReadAll(r)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Fuzz(func(t *testing.T, content []byte) {
		// Processes of the fuzzer seal the document each in its own way.
		if plain, err := openAll(k, content, "file/a"); err == nil && string(plain) != "a document" {
			t.Errorf("something else opens to %q", plain)
		}
	})
}
