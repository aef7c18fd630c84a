package cases

import (
	"context"
	"slices"

	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// AuthorityActList is the code list of what authorities order or ask.
const AuthorityActList = "authority_act"

// States of an act of an authority.
const (
	ActOpen     = "open"
	ActAnswered = "answered"
	ActExpired  = "expired" // its day is over, and nobody has answered
	ActVoid     = "void"
)

// ActStates lists them.
var ActStates = []string{ActOpen, ActAnswered, ActExpired, ActVoid}

// AuthorityAct is what an authority ordered or asked about a family (safeguards, 7). It is
// read with the diary, by those for whom it was written down; that there is one is no
// sign for anybody else.
type AuthorityAct struct {
	ID string
	Audience
	DueOn db.Date // the answer is due; empty: no day was set
	AuthorityWords
	Author     string  // name
	AnsweredOn db.Date // empty of one that waits
	Answer     string
	DocumentID string // of the case, that answers
	VoidReason string // of VoidReasons; empty of one that stands
}

// AuthorityWords is the sealed part of an act.
type AuthorityWords struct {
	Kind      string  `json:"kind"` // of AuthorityActList
	Authority string  `json:"authority"`
	Number    string  `json:"number,omitempty"`
	On        db.Date `json:"on,omitempty"` // of the act
	Asked     string  `json:"asked"`
}

func (a *AuthorityAct) place() string { return "authority/" + a.ID }

// State says where an act is on a day.
func (a *AuthorityAct) State(today db.Date) string {
	switch {
	case a.VoidReason != "":
		return ActVoid
	case a.AnsweredOn != "":
		return ActAnswered
	case a.DueOn != "" && a.DueOn < today:
		return ActExpired
	}
	return ActOpen
}

// NewAct is what writing one down asks for.
type NewAct struct {
	AuthorityWords
	Readers string
	DueOn   db.Date
	Sent    crypto.Sending
}

// Check reports what is wrong with an act about to be written down.
func (n *NewAct) Check(ctx context.Context, today db.Date) error {
	c := errs.Check{}
	c.That(codelist.Valid(ctx, AuthorityActList, n.Kind, today), "kind", "authority.kind_missing")
	c.That(slices.Contains(EntryReaders, n.Readers), "readers", "error.field_choice")
	c.That(n.Authority != "", "authority", "authority.authority_missing")
	c.That(errs.Fits(n.Authority, 200), "authority", "error.field_long")
	c.That(errs.Fits(n.Number, longestReference), "number", "error.field_long")
	c.That(n.On == "" || n.On.Within(today, 20, 0), "on", "reference.on_wrong")
	c.That(n.Asked != "", "asked", "authority.asked_missing")
	c.That(errs.Fits(n.Asked, longText), "asked", "error.field_long")
	c.That(n.DueOn == "" || n.DueOn.Within(today, 1, 5), "due", "task.due_wrong")
	return c.Err()
}

// WriteAct writes down what an authority ordered or asked, and reminds who answers for the
// case of the day on which the answer is due. The same form sent twice returns the first.
func (m *Module) WriteAct(ctx context.Context, caseID string, n NewAct) (id string, err error) {
	if err := n.Check(ctx, db.DateOf(m.db.Now())); err != nil {
		return "", err
	}
	actor := policy.From(ctx)
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		c, _, key, err := m.act(ctx, tx, caseID, policy.CaseWrite, policy.Diary)
		if err != nil {
			return err
		}
		fresh := db.NewID()
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, fresh); err != nil || id != fresh {
			return err
		}
		a := &AuthorityAct{ID: id, Audience: Audience{n.Readers, actor.AccountID, actor.OrgID}, DueOn: n.DueOn, AuthorityWords: n.AuthorityWords}
		sealed, err := sealMore(key, a.place(), a.AuthorityWords)
		if err != nil {
			return err
		}
		if err := insertAct(ctx, tx, actor.Network, c.ID, a, sealed); err != nil {
			return err
		}
		if err := m.remindAct(ctx, tx, c, a); err != nil {
			return err
		}
		return m.record(ctx, tx, "authority.write", c.ID, policy.Diary)
	})
	return id, err
}

// remindAct gives the day of an act to who answers for the case, or to who wrote it down
// where the first may not read it.
func (m *Module) remindAct(ctx context.Context, tx *db.Tx, c *Case, a *AuthorityAct) error {
	if a.DueOn == "" {
		return nil
	}
	to := c.ManagerID
	if !a.reads(to, c.OrgID, c) {
		to = a.AccountID
	}
	return m.tasks.Remind(ctx, tx, task.Reminder{Key: a.place(), Due: a.DueOn, To: task.To{AccountID: to},
		Record: task.Record{Kind: policy.Case, ID: c.ID, Section: policy.Diary}, Message: "task.reminder.authority"})
}

// ActAnswer is what answering an act asks for.
type ActAnswer struct {
	On         db.Date
	Words      string
	DocumentID string // of the case; empty: none
}

func (n *ActAnswer) check(today db.Date) error {
	c := errs.Check{}
	c.That(n.On != "" && n.On.Within(today, 5, 0), "on", "intervention.date_wrong")
	c.That(n.Words != "", "words", "authority.answer_missing")
	c.That(errs.Fits(n.Words, longText), "words", "error.field_long")
	return c.Err()
}

// AnswerAct writes down what was answered to an authority, in a closed case too: an
// authority waits for no case. One that was answered already is a Conflict, unless the
// same form is sent twice.
func (m *Module) AnswerAct(ctx context.Context, caseID, id string, n ActAnswer) error {
	return m.onAct(ctx, caseID, id, func(tx *db.Tx, c *Case, open policy.Open, key *crypto.Key, a *AuthorityAct) error {
		if err := n.check(tx.Today()); err != nil {
			return err
		}
		if a.VoidReason != "" || a.AnsweredOn != "" {
			if a.AnsweredOn == n.On && a.Answer == n.Words && a.DocumentID == n.DocumentID {
				return nil // the same sent twice
			}
			return errs.New(errs.Conflict, "authority.answered_already")
		}
		if n.DocumentID != "" {
			if _, err := m.document(ctx, tx, c, open, key, n.DocumentID); err != nil {
				return errs.Check{"document": "error.field_choice"}.Err()
			}
		}
		if err := answerAct(ctx, tx, policy.From(ctx), id, n, key.Seal([]byte(n.Words), a.place()+"/answer")); err != nil {
			return err
		}
		return m.actDone(ctx, tx, c, a, "authority.answer")
	})
}

// VoidAct takes back an act that should not stand in this case, with one of VoidReasons:
// it stays readable, crossed out, and waits for no answer. Who wrote it down may, and who
// answers for the case.
func (m *Module) VoidAct(ctx context.Context, caseID, id, reason string) error {
	if !slices.Contains(VoidReasons, reason) {
		return errs.Check{"reason": "error.field_choice"}.Err()
	}
	return m.onAct(ctx, caseID, id, func(tx *db.Tx, c *Case, _ policy.Open, _ *crypto.Key, a *AuthorityAct) error {
		actor := policy.From(ctx)
		switch {
		case a.AccountID != actor.AccountID && c.ManagerID != actor.AccountID:
			return errs.New(errs.Forbidden, "authority.void_not_yours")
		case a.VoidReason != "":
			return nil // the same sent twice
		}
		if err := voidAct(ctx, tx, actor, id, reason); err != nil {
			return err
		}
		return m.actDone(ctx, tx, c, a, "authority.void")
	})
}

// onAct writes on an act that the actor may read; another is NotFound.
func (m *Module) onAct(ctx context.Context, caseID, id string,
	do func(tx *db.Tx, c *Case, open policy.Open, key *crypto.Key, a *AuthorityAct) error) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, open, key, err := m.actOnClosed(ctx, tx, caseID, policy.CaseWrite, policy.Diary)
		if err != nil {
			return err
		}
		acts, err := m.acts(ctx, tx, c, key)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(acts, func(a AuthorityAct) bool { return a.ID == id })
		if i < 0 {
			return errs.Missing()
		}
		return do(tx, c, open, key, &acts[i])
	})
}

// actDone ends what an act waited for.
func (m *Module) actDone(ctx context.Context, tx *db.Tx, c *Case, a *AuthorityAct, what string) error {
	if err := m.tasks.Withdraw(ctx, tx, a.place()); err != nil {
		return err
	}
	return m.record(ctx, tx, what, c.ID, policy.Diary)
}

// acts are those of a case that the actor may read, the last first. Of the others there
// is no sign.
func (m *Module) acts(ctx context.Context, tx *db.Tx, c *Case, key *crypto.Key) (out []AuthorityAct, err error) {
	actor := policy.From(ctx)
	rows, err := actsOf(ctx, tx, actor.Network, c.ID)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	signed, err := m.authors(ctx, tx, c)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if !r.openTo(actor, c) {
			continue
		}
		if err := openMore(key, r.place(), r.sealed, &r.AuthorityWords); err != nil {
			return nil, err
		}
		if len(r.answer) > 0 {
			words, err := key.Open(r.answer, r.place()+"/answer")
			if err != nil {
				return nil, err
			}
			r.Answer = string(words)
		}
		r.Author = signed.sign(&r.AccountID, &r.OrgID)
		out = append(out, r.AuthorityAct)
	}
	return out, nil
}
