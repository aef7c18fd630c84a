package people

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// RequestKind is what a person asks for of their data.
type RequestKind string

// The kinds (GDPR, 15 to 18). Access is answered by a report, rectification by
// who registers persons; restriction and erasure are decided by who watches over
// data.
const (
	AskAccess   RequestKind = "access"
	AskRectify  RequestKind = "rectify"
	AskRestrict RequestKind = "restrict"
	AskErase    RequestKind = "erase"
)

// RequestKinds lists them.
var RequestKinds = []RequestKind{AskAccess, AskRectify, AskRestrict, AskErase}

// decided tells whether who watches over data answers, and not a worker.
func (k RequestKind) decided() bool { return k == AskRestrict || k == AskErase }

// RequestState is where a request stands.
type RequestState string

// The states. An erasure that was accepted restricts at once, and waits for the
// authorisation to dispose.
const (
	Asked        RequestState = "asked"
	Answered     RequestState = "answered" // done, or handed over
	Refused      RequestState = "refused"
	Lifted       RequestState = "lifted"
	Accepted     RequestState = "accepted" // a restriction that holds, an erasure that is not done yet
	ErasedByKey  RequestState = "erased"
	requestWords              = 2000 // characters
)

// RequestStates lists them.
var RequestStates = []RequestState{Asked, Answered, Refused, Lifted, Accepted, ErasedByKey}

// RectifyFields are what a person can say is wrong.
var RectifyFields = []string{"name", "birth_date", "sex", "citizenship", "language", "phone", "address", "household", "other"}

// RefusalReasons are why a request is refused.
var RefusalReasons = []string{"archive_duty", "legal_claim", "others_safety", "right_already", "not_theirs"}

// WasErased is why what waits is closed when the person it is about is erased.
const WasErased = "erased"

// Request is what a person asks for of their data, themselves or through a
// worker.
type Request struct {
	ID         string
	PersonID   string
	OrgID      string
	OrgName    string
	Kind       RequestKind
	State      RequestState
	Field      string // of a rectification: one of RectifyFields
	ByName     string
	ByPerson   bool // from their own page
	On, Due    db.Date
	Reason     string // one of RefusalReasons, or WasErased
	AnsweredBy string
	AnsweredAt *time.Time
	Version    int
	RequestWords

	by, answeredBy string
	sealed         []byte
}

// RequestWords are sealed under the key of the person.
type RequestWords struct {
	Asked  string `json:"asked"`
	Answer string `json:"answer,omitempty"`
}

// Check reports what is wrong with a request about to be made.
func (r *Request) Check() error {
	c := errs.Check{}
	c.That(slices.Contains(RequestKinds, r.Kind), "kind", "error.field_choice")
	c.That(r.Kind != AskRectify || slices.Contains(RectifyFields, r.Field), "field", "error.field_choice")
	c.That(r.Kind != AskRectify || r.Asked != "", "asked", "rights.asked_missing")
	c.That(errs.Fits(r.Asked, requestWords), "asked", "error.field_long")
	return c.Err()
}

func (r *Request) open() bool { return r.State == Asked || r.State == Accepted }

func (r *Request) seal(key *crypto.Key) error {
	plain, err := json.Marshal(r.RequestWords)
	if err == nil {
		r.sealed = key.Seal(plain, "rights/"+r.ID)
	}
	return err
}

// Ask writes down a request of a person who is open to the actor, and returns
// its id. The answer is due within a month.
func (m *Module) Ask(ctx context.Context, personID string, r Request, sent crypto.Sending) (string, error) {
	if err := r.Check(); err != nil {
		return "", err
	}
	key, err := m.keys.GetOne(ctx, policy.From(ctx).Network, personID)
	if err == crypto.ErrDestroyed {
		key, err = nil, nil // right refuses, or finds nobody
	}
	if err != nil {
		return "", err
	}
	return m.right(ctx, personID, "rights.request", sent, func(tx *db.Tx, actor policy.Actor, id string) error {
		r.ID, r.by = id, actor.AccountID
		return m.ask(ctx, tx, actor.Network, personID, &r, key)
	})
}

func (m *Module) ask(ctx context.Context, tx *db.Tx, network, personID string, r *Request, key *crypto.Key) error {
	p, err := rowByID(ctx, tx, network, personID)
	if err != nil {
		return err
	}
	r.PersonID, r.OrgID, r.State = personID, p.OrgID, Asked
	r.On, r.Due = tx.Today(), db.DateOf(tx.Now.AddDate(0, 1, 0))
	if err := r.seal(key); err != nil {
		return err
	}
	return insertRequest(ctx, tx, network, r)
}

// Answer closes a request for access or rectification of a person who is open to
// the actor: done, or refused for one of RefusalReasons. A request that somebody
// else answered meanwhile is a Conflict.
func (m *Module) Answer(ctx context.Context, personID string, answer Request) error {
	_, err := m.right(ctx, personID, "rights.answer", crypto.Sending{}, func(tx *db.Tx, actor policy.Actor, _ string) error {
		r, err := requestByID(ctx, tx, actor.Network, answer.ID)
		if err != nil {
			return err
		}
		entries, err := entriesOf(ctx, tx, actor.Network, personID)
		if err != nil {
			return err
		}
		if !slices.Contains(entries, r.PersonID) || r.Kind.decided() {
			return errs.Missing()
		}
		key, err := m.keys.GetOne(ctx, actor.Network, r.PersonID)
		if err == crypto.ErrDestroyed {
			err = errs.Missing()
		}
		if err != nil {
			return err
		}
		return m.answered(ctx, tx, actor, &r, answer, key)
	})
	return err
}

// answered writes what a request was answered with.
func (m *Module) answered(ctx context.Context, tx *db.Tx, actor policy.Actor, r *Request, answer Request, key *crypto.Key) error {
	c := errs.Check{}
	c.That(answer.State != Refused || slices.Contains(RefusalReasons, answer.Reason), "reason", "rights.reason_missing")
	c.That(errs.Fits(answer.Answer, requestWords), "answer", "error.field_long")
	if err := c.Err(); err != nil {
		return err
	}
	if !r.open() || answer.Version != r.Version {
		return errs.New(errs.Conflict, "rights.answered_already")
	}
	if err := r.unseal(key); err != nil {
		return err
	}
	r.State, r.Reason, r.Answer, r.answeredBy = answer.State, answer.Reason, cmp.Or(answer.Answer, r.Answer), actor.AccountID
	if err := r.seal(key); err != nil {
		return err
	}
	return updateRequest(ctx, tx, actor.Network, r)
}

// unseal opens the words of a request; those of a person who was erased are gone.
func (r *Request) unseal(key *crypto.Key) error {
	plain, err := key.Open(r.sealed, "rights/"+r.ID)
	if err == crypto.ErrDestroyed {
		return nil
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, &r.RequestWords)
}

// openRequests opens the words of requests.
func (m *Module) openRequests(ctx context.Context, network string, list []Request) ([]Request, error) {
	owners := make([]string, len(list))
	for i, r := range list {
		owners[i] = r.PersonID
	}
	keys, err := m.keys.Get(ctx, network, owners...)
	for i := range list {
		if err == nil {
			err = list[i].unseal(keys[list[i].PersonID])
		}
	}
	return list, err
}

// Requests lists what is asked of the network, and not answered yet, for who
// decides: the first due first. They name nobody.
func (m *Module) Requests(ctx context.Context, closed bool) (list []Request, err error) {
	actor, err := policy.Check(ctx, policy.RightsDecide)
	if err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		if list, err = requestsIn(ctx, tx, actor.Network, closed); err != nil {
			return err
		}
		names, err := m.network.Names(ctx, tx)
		for i := range list {
			list[i].OrgName = names[list[i].OrgID]
		}
		return err
	})
	return list, err
}

// Decision is a request as who decides sees it: what it asks, what stands of the
// person, and what an erasure would leave. It names nobody.
type Decision struct {
	Request
	Standing Standing
	Kept     []Kept
	Erasure  *Erasure // nil until it is done
}

// Request returns a request for who decides, and logs that it was read.
func (m *Module) Request(ctx context.Context, id string) (*Decision, error) {
	actor, err := policy.Check(ctx, policy.RightsDecide)
	if err != nil {
		return nil, err
	}
	d := &Decision{}
	err = m.db.Read(ctx, func(tx *db.Tx) (err error) {
		if d.Request, err = requestByID(ctx, tx, actor.Network, id); err != nil {
			return err
		}
		if d.Standing, err = m.gravest(ctx, tx, d.PersonID); err != nil {
			return err
		}
		if d.OrgName, _, err = m.network.Organisation(ctx, tx, actor.Network, d.OrgID); err != nil {
			return err
		}
		staff, err := m.network.StaffNames(ctx, tx)
		if err != nil {
			return err
		}
		d.ByName, d.AnsweredBy = staff[d.by], staff[d.answeredBy]
		if d.Kind != AskErase {
			return nil
		}
		if d.Erasure, err = erasureOf(ctx, tx, actor.Network, d.PersonID); err != nil || d.Erasure != nil {
			return err
		}
		d.Kept, err = m.kept(ctx, tx, actor.Network, d.PersonID)
		return err
	})
	if err != nil {
		return nil, err
	}
	list, err := m.openRequests(ctx, actor.Network, []Request{d.Request})
	if err != nil {
		return nil, err
	}
	d.Request = list[0]
	return d, m.audit.Append(ctx, audit.Entry{Act: "rights.read", Kind: policy.Person, ID: d.PersonID})
}
