// Package config says where the program keeps its data, once, from flags and
// environment.
package config

import (
	"cmp"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
)

// Store is where data and keys are. Flags are read by the command line (see
// cmd/tessuto); each has an environment variable.
type Store struct {
	Data     string `help:"Folder of the data, when it is embedded." default:"data" env:"TESSUTO_DATA" type:"path"`
	DB       string `help:"URL of the database: postgres://… or file:…; empty is a file in the data folder." env:"TESSUTO_DB"`
	Keystore string `help:"URL of the keystore, a database of its own; empty is a file in the data folder." env:"TESSUTO_KEYSTORE"`
	Key      string `help:"File of the master key; empty is master.key in the data folder." env:"TESSUTO_KEY"`
	Files    string `help:"Where documents are kept, sealed: a folder, or s3://bucket?endpoint=https://…&region=… with the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; empty is files in the data folder." env:"TESSUTO_FILES"`
	FileMB   int64  `name:"file-mb" help:"How large a document may be, in MiB." default:"25" env:"TESSUTO_FILE_MB"`
}

// DatabaseURL returns where the data are.
func (s Store) DatabaseURL() string { return s.or(s.DB, "tessuto.db") }

// KeystoreURL returns where the wrapped keys are.
func (s Store) KeystoreURL() string { return s.or(s.Keystore, "keystore.db") }

// KeyFile returns where the master key is.
func (s Store) KeyFile() string {
	if s.Key != "" {
		return s.Key
	}
	return filepath.Join(s.Data, "master.key")
}

// FilesURL returns where documents are: a folder, or an s3:// address.
func (s Store) FilesURL() string { return cmp.Or(s.Files, filepath.Join(s.Data, "files")) }

// MostFile returns how large a document may be, in bytes.
func (s Store) MostFile() int64 { return cmp.Or(s.FileMB, 25) << 20 }

func (s Store) or(url, file string) string {
	if url != "" {
		return url
	}
	return "file:" + inURL.Replace(filepath.Join(s.Data, file))
}

// inURL writes what means something in a URL, and can stand in the name of a
// folder.
var inURL = strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23")

// MakeFolder makes the data folder, readable by its owner only, and fails
// clearly when it cannot be written.
func (s Store) MakeFolder() error {
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return err
	}
	probe, err := os.CreateTemp(s.Data, ".probe")
	if err != nil {
		return err
	}
	probe.Close()
	return os.Remove(probe.Name())
}

// Front is what stands before the program.
type Front struct {
	Proxies []netip.Prefix `help:"Networks (CIDR) of the proxies whose X-Forwarded-For and X-Forwarded-Proto are believed." default:"127.0.0.0/8,::1/128" env:"TESSUTO_PROXIES"`
}

// Post is how mail leaves, and what its links lead to. Empty Mail sends none.
type Post struct {
	Mail     string `help:"URL of the mail server: smtp://user:password@host:587, where the connection turns to TLS or is given up, or smtps://…; ?ca=file trusts a certificate of one's own, ?tls=none is for a server on the same machine. Empty sends no mail." env:"TESSUTO_MAIL"`
	MailFrom string `help:"Address that mail comes from." env:"TESSUTO_MAIL_FROM"`
	URL      string `help:"Address of this installation, as links in mail write it: https://tessuto.example." env:"TESSUTO_URL"`
}

// Paper is what prints PDF.
type Paper struct {
	Chromium string `help:"Path of Chromium, which prints PDF; empty looks for chromium, chromium-browser and google-chrome in the PATH. Without it pages offer the printing of the browser." env:"TESSUTO_CHROMIUM"`
}
