package crypto_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tessuto/internal/platform/crypto"
)

func sum(t *testing.T, k *crypto.Keystore, network, purpose string, parts ...string) []byte {
	t.Helper()
	mac, err := k.MAC(t.Context(), network, purpose, parts...)
	if err != nil {
		t.Fatal(err)
	}
	return mac
}

// Parts cannot run into each other, and neither networks nor purposes meet.
func TestMACTellsApart(t *testing.T) {
	t.Parallel()
	k := open(t, empty(t, "sqlite"), master(t, "master.key"))
	macs := map[string]string{}
	for name, mac := range map[string][]byte{
		"ab c":          sum(t, k, "n", "p", "ab", "c"),
		"a bc":          sum(t, k, "n", "p", "a", "bc"),
		"abc":           sum(t, k, "n", "p", "abc"),
		"abc and empty": sum(t, k, "n", "p", "abc", ""),
		"2:ab1:c":       sum(t, k, "n", "p", "2:ab1:c"),
		"none":          sum(t, k, "n", "p"),
		"one empty":     sum(t, k, "n", "p", ""),
		"other purpose": sum(t, k, "n", "q", "abc"),
		"other network": sum(t, k, "m", "p", "abc"),
	} {
		if len(mac) != 32 {
			t.Errorf("%s: %d bytes", name, len(mac))
		}
		if same, ok := macs[string(mac)]; ok {
			t.Errorf("%q and %q have one MAC", name, same)
		}
		macs[string(mac)] = name
	}
	rapid.Check(t, func(r *rapid.T) {
		word := rapid.StringOfN(rapid.RuneFrom([]rune("a1:")), 0, 3, -1)
		a, b := rapid.SliceOfN(word, 0, 4).Draw(r, "a"), rapid.SliceOfN(word, 0, 4).Draw(r, "b")
		if got := bytes.Equal(sum(t, k, "n", "p", a...), sum(t, k, "n", "p", b...)); got != slices.Equal(a, b) {
			r.Fatalf("%q and %q: same MAC %v", a, b, got)
		}
	})
}

func TestLoadMaster(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "master.key")
	if _, err := crypto.LoadMaster(path, false); err == nil {
		t.Error("a key was made where none may be")
	}
	if _, err := crypto.LoadMaster(path, true); err != nil {
		t.Fatal(err)
	}
	made, err := os.ReadFile(path)
	info, err2 := os.Stat(path)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("others can read it: %v", info.Mode())
	}
	if _, err := crypto.LoadMaster(path, true); err != nil {
		t.Fatal(err)
	}
	if again, _ := os.ReadFile(path); !bytes.Equal(made, again) {
		t.Error("an existing key was written over")
	}
	for name, text := range map[string]string{"empty": "", "short": "YWJj\n", "not base64": "ü\n", "long": string(made[:44]) + string(made)} {
		bad := filepath.Join(t.TempDir(), "bad.key")
		if err := os.WriteFile(bad, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := crypto.LoadMaster(bad, true); err == nil {
			t.Errorf("%s: taken for a key", name)
		}
		if after, _ := os.ReadFile(bad); string(after) != text {
			t.Errorf("%s: the file was changed", name)
		}
	}
}
