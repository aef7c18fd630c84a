// Package mail writes to people in their language. A message is put into the
// transaction that causes it and leaves with a job: what is rolled back is never
// sent. Until it has left, recipient and words are sealed under a key of their
// own; then key and row are gone, and nothing tells who got it.
package mail

import (
	"context"
	"encoding/json"
	"errors"
	netmail "net/mail"
	"strings"
	"time"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/jobs"
)

// Message is one letter to one person. Key is that of its words: Key.subject,
// Key.body, Key.why (why one got it) and, with a link, Key.link, in each
// language of i18n.Public that is written to. They may use Args, and Network,
// the network's name.
type Message struct {
	Network string // whose letter it is; empty: of the installation
	To      string // an address alone
	Name    string // of the recipient; may be empty
	Lang    string
	Key     string
	Args    map[string]any
	Link    string // a path of ours that the letter leads to; may be empty
}

// keep is how long a letter may wait for a server that takes it.
const keep = 7 * 24 * time.Hour

// attempts reach over most of a week, by the back-off of the jobs.
const attempts = 20

// Mail sends letters.
type Mail struct {
	db   *db.DB
	keys *crypto.Keystore
	jobs *jobs.Jobs
	site

	// NetworkName is filled by app: how a network is called.
	NetworkName func(ctx context.Context, network string) (string, error)
}

// New returns the mail of a database. It sends nothing before Configure.
func New(d *db.DB, keys *crypto.Keystore, j *jobs.Jobs) *Mail {
	m := &Mail{db: d, keys: keys, jobs: j, NetworkName: func(context.Context, string) (string, error) { return "", nil }}
	jobs.Register(j, m.work)
	j.Every("mail.forget", jobs.Daily(4), m.forgetOld)
	return m
}

// Ready tells whether mail can leave. Where it cannot, pages show the link that
// the letter would have carried.
func (m *Mail) Ready() bool { return m.server != nil }

// Link returns the address of a path of ours, for whoever is not here: the path
// alone while the installation does not know its own address.
func (m *Mail) Link(path string) string { return m.url + path }

// Prepared is a letter whose key exists.
type Prepared struct {
	mail    *Mail
	id      string
	network string
	content []byte
}

// Prepare seals a letter, before the transaction in which it is sent: one that
// is never sent harms nobody. It returns Invalid for what is no address, with
// the key mail.address.
func (m *Mail) Prepare(ctx context.Context, msg Message) (*Prepared, error) {
	if !m.Ready() {
		return nil, errors.New("mail: no server is configured; ask Ready first")
	}
	msg, err := msg.clean()
	if err != nil {
		return nil, err
	}
	plain, err := json.Marshal(msg)
	if err != nil {
		return nil, err
	}
	p := &Prepared{mail: m, id: db.NewID(), network: msg.Network}
	key, err := m.keys.CreateOne(ctx, p.network, owner(p.id))
	if err != nil {
		return nil, err
	}
	p.content = key.Seal(plain, owner(p.id))
	return p, nil
}

func owner(id string) string { return "mail/" + id }

// clean refuses an address that is more than one, or none, and takes line ends
// out of the name.
func (msg Message) clean() (Message, error) {
	at, err := netmail.ParseAddress(msg.To)
	if err != nil || at.Address != msg.To || at.Name != "" || strings.ContainsFunc(msg.To, isControl) {
		return msg, errs.New(errs.Invalid, "mail.address")
	}
	if msg.Link != "" && !strings.HasPrefix(msg.Link, "/") {
		return msg, errors.New("mail: a link is a path of ours")
	}
	msg.Name = oneLine(msg.Name)
	return msg, nil
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// oneLine makes one line of a text: a header has no other.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || isControl(r) || r == '\u2028' || r == '\u2029' }), " ")
}

// Send puts the letter into tx: it leaves after the commit, and not without it.
// Who is signed in sees among their jobs when it was refused.
func (p *Prepared) Send(ctx context.Context, tx *db.Tx) error {
	if err := insertMail(ctx, tx, p.network, p.id, p.content); err != nil {
		return err
	}
	_, err := p.mail.jobs.Enqueue(ctx, tx, send{p.id}, jobs.Opts{System: true, Network: p.network, Attempts: attempts})
	return err
}

// send is the job that lets a letter leave.
type send struct{ Mail string }

// Kind names the job.
func (send) Kind() string { return "mail.send" }

// work sends a letter and forgets it. When the program is killed between the
// two it is sent again, with the same Message-ID.
func (m *Mail) work(ctx context.Context, r *jobs.Run, s send) error {
	msg, at, err := m.open(ctx, r.Network, s.Mail)
	if err != nil {
		return err
	}
	if !m.Ready() {
		return errors.New("mail: no server is configured any more")
	}
	l, err := m.compose(ctx, msg)
	if err != nil {
		return err
	}
	l.id, l.at = s.Mail, at
	err = m.server.send(ctx, l)
	if err == nil || errs.CodeOf(err) == errs.Invalid {
		err = errors.Join(err, m.forget(ctx, r.Network, s.Mail))
	}
	return err
}

// open reads a letter that waits.
func (m *Mail) open(ctx context.Context, network, id string) (msg Message, at time.Time, err error) {
	var content []byte
	err = m.db.Read(ctx, func(tx *db.Tx) (err error) {
		content, at, err = mailByID(ctx, tx, network, id)
		return err
	})
	gone := errs.New(errs.NotFound, "mail.gone")
	if errs.CodeOf(err) == errs.NotFound {
		return msg, at, gone
	}
	if err != nil {
		return msg, at, err
	}
	key, err := m.keys.GetOne(ctx, network, owner(id))
	if errors.Is(err, crypto.ErrDestroyed) {
		return msg, at, gone
	}
	if err != nil {
		return msg, at, err
	}
	plain, err := key.Open(content, owner(id))
	if err == nil {
		err = json.Unmarshal(plain, &msg)
	}
	return msg, at, err
}

// forget destroys the key of a letter, in whatever copy of the data it still
// stands, and deletes its row.
func (m *Mail) forget(ctx context.Context, network, id string) error {
	if err := m.keys.Destroy(ctx, network, owner(id)); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error { return deleteMail(ctx, tx, network, id) })
}

// forgetOld gives up what no server took for a week.
func (m *Mail) forgetOld(ctx context.Context) error {
	var old []waiting
	err := m.db.Read(ctx, func(tx *db.Tx) (err error) {
		old, err = mailBefore(ctx, tx, tx.Now.Add(-keep))
		return err
	})
	for _, w := range old {
		err = errors.Join(err, m.forget(ctx, w.network, w.id))
	}
	return err
}
