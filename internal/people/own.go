package people

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"slices"
	"strings"
	"time"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// Access is the way of a person to their own page: a code, which a worker prints,
// and a number, which the worker says aloud and nobody writes down. A sheet that
// is found opens nothing.
type Access struct {
	ID       string
	Language string // of i18n.People
	ByName   string
	Made     time.Time
	Expires  time.Time
	Used     *time.Time
	Ended    *time.Time
	failures int
	by       string
}

// How long a way holds, how often the number may be wrong before it ends, and how
// long a person reads before they are asked again.
const (
	accessLife  = 90 * 24 * time.Hour
	mostWrong   = 5
	OwnLife     = 30 * time.Minute
	adult       = 18
	codeLength  = 16 // characters of codeLetters: 80 bits
	codeLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)

// Holds tells whether the way can be used at an instant.
func (a *Access) Holds(now time.Time) bool {
	return a.Ended == nil && now.Before(a.Expires) && a.failures < mostWrong
}

// Handed is a way that was just made: what is on the sheet, and what is said.
type Handed struct {
	Access
	Code   string // in groups of four
	Number string // six digits, said and not printed
}

// HandOver makes the way of a person who is open to the actor to their own page;
// one that held before ends. Only an adult has a page. The code and the number
// are shown once.
func (m *Module) HandOver(ctx context.Context, personID, language string, sent crypto.Sending) (*Handed, error) {
	if !slices.Contains(i18n.People, language) {
		return nil, errs.Check{"own_language": "error.field_choice"}.Err()
	}
	p, err := m.Person(ctx, personID)
	if err != nil {
		return nil, err
	}
	if age, known := p.Age(db.DateOf(m.db.Now())); known && age < adult {
		return nil, errs.New(errs.Conflict, "sheet.minor")
	}
	h := &Handed{Access: Access{Language: language}, Code: newCode(), Number: newNumber()}
	id, err := m.right(ctx, personID, "own.code", sent, func(tx *db.Tx, actor policy.Actor, id string) error {
		h.ID, h.by, h.Made, h.Expires = id, actor.AccountID, tx.Now, tx.Now.Add(accessLife)
		mac, err := m.numberMAC(ctx, actor.Network, id, h.Number)
		if err != nil {
			return err
		}
		if err := endAccesses(ctx, tx, actor.Network, personID); err != nil {
			return err
		}
		return insertAccess(ctx, tx, actor, personID, h, hashCode(h.Code), mac)
	})
	if err == nil && id != h.ID {
		return nil, errs.New(errs.Conflict, "sheet.shown_already")
	}
	return h, err
}

// EndAccess ends the way of a person to their own page, and whoever reads there
// is out.
func (m *Module) EndAccess(ctx context.Context, personID string) error {
	_, err := m.right(ctx, personID, "own.code_end", crypto.Sending{}, func(tx *db.Tx, actor policy.Actor, _ string) error {
		return endAccesses(ctx, tx, actor.Network, personID)
	})
	return err
}

// Enter opens a person's own page for a while, and returns the token of the
// session. A code that is not known or holds no more, and a number that is wrong,
// are refused with the same words; the fifth wrong number ends the code.
func (m *Module) Enter(ctx context.Context, code, number string) (token string, err error) {
	refused := errs.Check{"code": "own.refused"}.Err()
	known := false
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		token, known = "", false
		w, err := accessByCode(ctx, tx, hashCode(code))
		if errs.CodeOf(err) == errs.NotFound || err == nil && !w.Holds(tx.Now) {
			return nil
		}
		if err != nil {
			return err
		}
		mac, err := m.numberMAC(ctx, w.network, w.ID, digits(number))
		if err != nil {
			return err
		}
		if known = hmac.Equal(mac, w.mac); !known {
			return countWrong(ctx, tx, w) // the count is kept: no error
		}
		raw := make([]byte, 32)
		rand.Read(raw)
		token = base64.RawURLEncoding.EncodeToString(raw)
		if err := insertOwnSession(ctx, tx, w, hashToken(token), tx.Now.Add(OwnLife)); err != nil {
			return err
		}
		ctx := policy.With(ctx, policy.Actor{Network: w.network, PersonID: w.person})
		return m.audit.Record(ctx, tx, audit.Entry{Act: "own.enter", Kind: policy.Person, ID: w.person})
	})
	if err == nil && !known {
		err = refused
	}
	return token, err
}

// CodeHolds tells whether a code can still be used, with a number.
func (m *Module) CodeHolds(ctx context.Context, code string) (holds bool, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		w, err := accessByCode(ctx, tx, hashCode(code))
		if errs.CodeOf(err) == errs.NotFound {
			return nil
		}
		holds = err == nil && w.Holds(tx.Now)
		return err
	})
	return holds, err
}

// ByOwn returns the person who holds a session of their own page, or SignIn.
func (m *Module) ByOwn(ctx context.Context, token string) (actor policy.Actor, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		if actor, err = ownActor(ctx, tx, hashToken(token)); err != nil {
			return err
		}
		actor.PersonID, err = rootOf(ctx, tx, actor.Network, actor.PersonID) // their entry may have been merged since
		return err
	})
	if errs.CodeOf(err) == errs.NotFound {
		err = errs.New(errs.SignIn, "own.enter_again")
	}
	return actor, err
}

// Leave ends the session of a token.
func (m *Module) Leave(ctx context.Context, token string) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		actor, err := ownActor(ctx, tx, hashToken(token))
		if errs.CodeOf(err) == errs.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if err := deleteOwnSession(ctx, tx, hashToken(token)); err != nil {
			return err
		}
		return m.audit.Record(policy.With(ctx, actor), tx, audit.Entry{Act: "own.leave", Kind: policy.Person, ID: actor.PersonID})
	})
}

// OwnEntry returns the entry of the person who reads, and logs that they did.
func (m *Module) OwnEntry(ctx context.Context) (*Person, error) {
	actor, err := policy.Own(ctx)
	if err != nil {
		return nil, err
	}
	var row personRow
	err = m.db.Read(ctx, func(tx *db.Tx) (err error) {
		row, err = personForOwn(ctx, tx, actor)
		return err
	})
	if err != nil {
		return nil, err
	}
	people, err := m.unsealed(ctx, actor.Network, []personRow{row})
	if err != nil {
		return nil, err
	}
	return &people[0], m.audit.Append(ctx, audit.Entry{Act: "own.read", Kind: policy.Person, ID: actor.PersonID})
}

// OwnRequests lists what the person who reads has asked for, the last first.
func (m *Module) OwnRequests(ctx context.Context) (list []Request, err error) {
	actor, err := policy.Own(ctx)
	if err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = requestsOf(ctx, tx, actor.Network, actor.PersonID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return m.openRequests(ctx, actor.Network, list)
}

// AskOwn writes down a request of the person who reads.
func (m *Module) AskOwn(ctx context.Context, r Request, sent crypto.Sending) error {
	actor, err := policy.Own(ctx)
	if err != nil {
		return err
	}
	if err := r.Check(); err != nil {
		return err
	}
	key, err := m.keys.GetOne(ctx, actor.Network, actor.PersonID)
	if err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		r.ID = db.NewID()
		if first, err := m.keys.Once(ctx, tx, actor.Network, actor.PersonID, sent, r.ID); err != nil || first != r.ID {
			return err
		}
		if err := m.ask(ctx, tx, actor.Network, actor.PersonID, &r, key); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "rights.request", Kind: policy.Person, ID: actor.PersonID})
	})
}

// OwnRecords are the records that speak of the person who reads, and the
// organisations that must not be seen to work with them.
func (m *Module) OwnRecords(ctx context.Context, tx *db.Tx) (records []policy.Record, silent map[string]bool, err error) {
	actor, err := policy.Own(ctx)
	if err != nil {
		return nil, nil, err
	}
	if records, err = m.recordsOf(ctx, tx, actor.Network, actor.PersonID); err != nil {
		return nil, nil, err
	}
	silent, err = m.silent(ctx, tx, actor.Network, actor.PersonID)
	return records, silent, err
}

func (m *Module) numberMAC(ctx context.Context, network, id, number string) ([]byte, error) {
	return m.keys.MAC(ctx, network, "own", id, number)
}

// newCode makes a code of letters and digits that are not taken for each other.
func newCode() string {
	raw := make([]byte, codeLength)
	rand.Read(raw)
	var b strings.Builder
	for i, r := range raw {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(codeLetters[int(r)%len(codeLetters)]) // 256 is a multiple of 32
	}
	return b.String()
}

func newNumber() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic(err) // the machine has no randomness
	}
	return strings.Repeat("0", 6-len(n.String())) + n.String()
}

// hashCode hashes a code as people type it: in small letters, without its
// strokes, O for nought and I or L for one.
func hashCode(code string) []byte {
	plain := strings.Map(func(r rune) rune {
		switch {
		case r == 'O':
			return '0'
		case r == 'I' || r == 'L':
			return '1'
		case strings.ContainsRune(codeLetters, r):
			return r
		}
		return -1
	}, strings.ToUpper(code))
	return hashToken(plain)
}

func hashToken(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// digits keeps the digits of a number as people type it, in Western, Arabic,
// Persian or Bengali figures.
func digits(text string) string {
	return strings.Map(func(r rune) rune {
		for _, zero := range []rune{'0', '٠', '۰', '০'} {
			if r >= zero && r <= zero+9 {
				return '0' + r - zero
			}
		}
		return -1
	}, text)
}

// BirthText writes the date of birth as precisely as it is known.
func (p *Person) BirthText(ctx context.Context) string { return p.birthText(ctx) }

// LanguageNames writes the languages of a person as the reader calls them.
func (p *Person) LanguageNames(ctx context.Context) string {
	return names(ctx, p.Languages, LanguageName)
}
