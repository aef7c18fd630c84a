package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	netmail "net/mail"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"tessuto/internal/platform/config"
	"tessuto/internal/platform/errs"
)

// site is where mail leaves and what its links lead to.
type site struct {
	server *server
	url    string // without a slash at its end
}

// server is an SMTP server to which mail is given.
type server struct {
	host    string
	from    netmail.Address
	options []gomail.Option
}

// answerTime is how long a server may take for one answer.
const answerTime = 30 * time.Second

// Configure says where mail leaves. Its errors hold no password.
func (m *Mail) Configure(p config.Post) error {
	home, err := url.Parse(p.URL)
	if err != nil || p.URL != "" && (home.Host == "" || home.Scheme != "https" && home.Scheme != "http") {
		return errors.New("TESSUTO_URL is the address of this installation, such as https://tessuto.example")
	}
	next := site{url: strings.TrimSuffix(p.URL, "/")}
	if p.Mail != "" {
		if p.URL == "" || p.MailFrom == "" {
			return errors.New("TESSUTO_MAIL needs TESSUTO_MAIL_FROM and TESSUTO_URL beside it")
		}
		if next.server, err = parseServer(p.Mail, p.MailFrom); err != nil {
			return err
		}
	}
	m.site = next
	return nil
}

func parseServer(address, from string) (*server, error) {
	sender, err := netmail.ParseAddress(from)
	if err != nil {
		return nil, errors.New("TESSUTO_MAIL_FROM is no address")
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("TESSUTO_MAIL is a URL such as smtp://user:password@mail.example:587")
	}
	s := &server{host: u.Hostname(), from: *sender, options: []gomail.Option{gomail.WithTimeout(answerTime)}}
	port := map[string]int{"smtp": 587, "smtps": 465}[u.Scheme]
	if port == 0 {
		return nil, errors.New("TESSUTO_MAIL begins with smtp:// or smtps://")
	}
	if p := u.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil {
			return nil, errors.New("TESSUTO_MAIL: the port is no number")
		}
	}
	s.options = append(s.options, gomail.WithPort(port))
	if name := u.User.Username(); name != "" {
		password, _ := u.User.Password()
		s.options = append(s.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(name), gomail.WithPassword(password))
	}
	return s, s.secure(u.Scheme, u.Query())
}

// secure says how the connection is protected.
func (s *server) secure(scheme string, query url.Values) error {
	conf := &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}
	if file := query.Get("ca"); file != "" {
		pem, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("TESSUTO_MAIL: %w", err)
		}
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM(pem) {
			return errors.New("TESSUTO_MAIL: no certificate in the file that ca names")
		}
	}
	s.options = append(s.options, gomail.WithTLSConfig(conf))
	policy := gomail.TLSMandatory
	switch how := query.Get("tls"); {
	case scheme == "smtps":
		s.options = append(s.options, gomail.WithSSL())
		policy = gomail.NoTLS // it is TLS from the first byte
	case how == "none":
		policy = gomail.NoTLS
	case how != "" && how != "starttls":
		return errors.New("TESSUTO_MAIL: tls is starttls or none")
	}
	s.options = append(s.options, gomail.WithTLSPolicy(policy))
	return nil
}

// send gives a letter to the server. What the server refuses for good is
// Invalid, mail.refused with its Code; anything else may go better later. No
// error names the recipient, because errors are logged.
func (s *server) send(ctx context.Context, l *letter) error {
	msg, err := s.message(l)
	if err != nil {
		return errors.New("mail: the letter cannot be written")
	}
	client, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	if err := client.DialWithContext(ctx); err != nil {
		return fmt.Errorf("mail: no connection: %w", err)
	}
	defer client.Close()
	err = client.Send(msg)
	var refusal *gomail.SendError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &refusal):
		return errors.New("mail: the connection broke")
	case refusal.ErrorCode() >= 500:
		return errs.New(errs.Invalid, "mail.refused").With("Code", refusal.ErrorCode())
	}
	return fmt.Errorf("mail: not taken for now: %d, %s", refusal.ErrorCode(), refusal.Reason)
}

// message writes a letter as RFC 5322 wants it.
func (s *server) message(l *letter) (*gomail.Msg, error) {
	name := l.network
	if name == "" {
		name = s.from.Name
	}
	_, domain, _ := strings.Cut(s.from.Address, "@")
	msg := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithNoDefaultUserAgent())
	if err := errors.Join(msg.FromFormat(name, s.from.Address), msg.AddToFormat(l.name, l.to)); err != nil {
		return nil, err
	}
	msg.Subject(l.subject)
	msg.SetDateWithValue(l.at)
	msg.SetMessageIDWithValue(l.id + "@" + domain)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no holiday replies
	msg.SetGenHeader("Content-Language", l.lang)
	msg.SetBodyString(gomail.TypeTextPlain, l.text())
	msg.AddAlternativeString(gomail.TypeTextHTML, l.html)
	return msg, nil
}

// Check sends a letter at once and says what the server answers: for whoever
// sets the installation up.
func (m *Mail) Check(ctx context.Context, to, lang string) error {
	if !m.Ready() {
		return errors.New("no mail server is configured: set TESSUTO_MAIL, TESSUTO_MAIL_FROM and TESSUTO_URL")
	}
	msg, err := Message{To: to, Lang: lang, Key: "mail.check", Link: "/"}.clean()
	if err != nil {
		return err
	}
	l, err := m.compose(ctx, msg)
	if err != nil {
		return err
	}
	l.id, l.at = "check-"+strconv.FormatInt(m.db.Now().UnixNano(), 36), m.db.Now()
	return m.server.send(ctx, l)
}
