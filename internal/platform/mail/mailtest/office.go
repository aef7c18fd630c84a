// Package mailtest gives tests a real SMTP server, which keeps what it gets.
package mailtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Office is the server. Addr is where it listens, CA the file of its certificate
// when it has one.
type Office struct {
	Addr, CA string

	mu      sync.Mutex
	got     []Letter
	refuse  *smtp.SMTPError // what it answers to RCPT
	users   []string        // who signed in
	secured bool
}

// Letter is what arrived: the envelope, and the message as it came.
type Letter struct {
	From string
	To   []string
	Data string
}

// Open opens a post office for the length of the test; with secured it offers STARTTLS, and takes mail
// only after it.
func Open(t testing.TB, secured bool) *Office {
	t.Helper()
	o := &Office{secured: secured}
	s := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{office: o, conn: c}, nil }))
	s.Domain = "office.example"
	s.AllowInsecureAuth = !secured
	s.ErrorLog = quiet{}
	if secured {
		s.TLSConfig = o.certify(t)
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.Addr = l.Addr().String()
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return o
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// certify makes a certificate for 127.0.0.1 and writes it where CA is.
func (o *Office) certify(t testing.TB) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	cert := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, cert, cert, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	o.CA = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(o.CA, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

// Answer says what the office answers to every recipient from now on; nil takes
// all.
func (o *Office) Answer(e *smtp.SMTPError) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.refuse = e
}

// Letters returns what arrived, the first first.
func (o *Office) Letters() []Letter {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.got)
}

type session struct {
	office *Office
	conn   *smtp.Conn
	one    Letter
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "s3cret/word" {
			return smtp.ErrAuthFailed
		}
		s.office.mu.Lock()
		defer s.office.mu.Unlock()
		s.office.users = append(s.office.users, user)
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if _, secured := s.conn.TLSConnectionState(); s.office.secured && !secured {
		return &smtp.SMTPError{Code: 530, Message: "Must issue a STARTTLS command first"}
	}
	s.one = Letter{From: from}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.office.mu.Lock()
	defer s.office.mu.Unlock()
	if e := s.office.refuse; e != nil {
		return e
	}
	s.one.To = append(s.one.To, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	s.one.Data = string(data)
	s.office.mu.Lock()
	defer s.office.mu.Unlock()
	s.office.got = append(s.office.got, s.one)
	return err
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// Read takes a letter apart: its header, and its parts by type.
func (l Letter) Read(t testing.TB) (header netmail.Header, parts map[string]string) {
	t.Helper()
	msg, err := netmail.ReadMessage(strings.NewReader(l.Data))
	if err != nil {
		t.Fatal(err)
	}
	kind, args, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatal(kind, err)
	}
	parts = map[string]string{}
	for pages := multipart.NewReader(msg.Body, args["boundary"]); ; {
		p, err := pages.NextRawPart()
		if err == io.EOF {
			return msg.Header, parts
		}
		if err != nil {
			t.Fatal(err)
		}
		if p.Header.Get("Content-Transfer-Encoding") != "quoted-printable" {
			t.Errorf("encoding %s", p.Header.Get("Content-Transfer-Encoding"))
		}
		text, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		kind, args, err := mime.ParseMediaType(p.Header.Get("Content-Type"))
		if err != nil || !strings.EqualFold(args["charset"], "utf-8") {
			t.Errorf("%s in %v: %v", kind, args, err)
		}
		parts[kind] = strings.ReplaceAll(string(text), "\r\n", "\n")
	}
}

// Header is a line of a header, as one reads it.
func Header(t testing.TB, h netmail.Header, name string) string {
	t.Helper()
	text, err := new(mime.WordDecoder).DecodeHeader(h.Get(name))
	if err != nil {
		t.Fatal(fmt.Errorf("%s: %w", name, err))
	}
	return text
}

// Users returns who signed in at the office.
func (o *Office) Users() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.users)
}
