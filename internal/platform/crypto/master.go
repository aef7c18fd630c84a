// Package crypto seals what identifies a person. Each person and each case has
// a key of its own; a network key wraps it, and the master key wraps that one.
// Wrapped keys live in the keystore, apart from the data: destroying a key
// there closes every copy of the data, older backups too.
package crypto

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// keySize is the length of every key, in bytes: AES-256 and HMAC-SHA-256.
const keySize = 32

// Key seals and opens. The zero Key opens nothing.
type Key struct{ aead cipher.AEAD }

func newKey(raw []byte) (*Key, error) {
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return &Key{aead}, err
}

// Seal encrypts plain. The place says where the result is stored, such as
// "person/<id>": what is moved to another place does not open there.
func (k *Key) Seal(plain []byte, place string) []byte {
	return k.aead.Seal(nil, nil, plain, []byte(place))
}

// Open decrypts what Seal made for the same place. Nothing sealed opens to
// nothing.
func (k *Key) Open(sealed []byte, place string) ([]byte, error) {
	if len(sealed) == 0 {
		return nil, nil
	}
	if k == nil || k.aead == nil {
		return nil, ErrDestroyed
	}
	plain, err := k.aead.Open(nil, nil, sealed, []byte(place))
	if err != nil {
		return nil, fmt.Errorf("cannot open %s: %w", place, err)
	}
	return plain, nil
}

// ErrDestroyed is returned when a key was destroyed: what it sealed is gone.
var ErrDestroyed = errors.New("the key was destroyed")

// ErrWrongKey is returned when the master key does not open this keystore.
var ErrWrongKey = errors.New("the master key does not belong to this keystore")

// Master is the key that wraps the keys of networks. It is never stored beside
// the data.
type Master struct{ key *Key }

// LoadMaster reads the master key from a file, or makes the file when create is
// set and there is none. The file is one line of base64, readable by its owner.
func LoadMaster(path string, create bool) (*Master, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && create {
		text, err = makeMaster(path)
	}
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(raw) != keySize {
		return nil, fmt.Errorf("master key: %s does not hold %d bytes in base64", path, keySize)
	}
	key, err := newKey(raw)
	return &Master{key}, err
}

// makeMaster writes a new key where there is none; it never replaces one.
func makeMaster(path string) (text []byte, err error) {
	raw := make([]byte, keySize)
	rand.Read(raw)
	text = []byte(base64.StdEncoding.EncodeToString(raw) + "\n")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = f.Write(text)
	return text, errors.Join(err, f.Sync(), f.Close())
}
