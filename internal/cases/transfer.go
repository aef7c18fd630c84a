package cases

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// TransferPath begins the address by which who receives a case takes it and confirms it.
const TransferPath = "/transfer/"

// How long a link leads to the file, and how long who took it can confirm by it.
const (
	transferLife = 7 * 24 * time.Hour
	confirmLife  = 60 * 24 * time.Hour
)

// transferPurpose is the code of FilePurposeList of a file that leaves with its case.
const transferPurpose = "handover"

// TransferBases are the grounds on which a case goes to another network.
var TransferBases = []policy.Basis{policy.InstitutionalTask, policy.ChildProtection, policy.Consent}

// States of a transfer.
const (
	TransferWaiting   = "waiting" // nobody has taken the file yet
	TransferTaken     = "taken"
	TransferConfirmed = "confirmed"
	TransferWithdrawn = "withdrawn"
	TransferExpired   = "expired"
)

// TransferStates lists them.
var TransferStates = []string{TransferWaiting, TransferTaken, TransferConfirmed, TransferWithdrawn, TransferExpired}

// Transfer is a case on its way to another network.
type Transfer struct {
	ID       string
	CaseID   string
	Basis    policy.Basis
	Language string
	TransferWords
	MadeBy    string // account
	Made      time.Time
	Expires   time.Time
	Taken     *time.Time
	Confirmed *time.Time
	Withdrawn *time.Time
	Token     string // known when it was just made
	FromOrg   string // for who holds the link

	network      string
	sealed, file []byte
}

// TransferWords is what is sealed of it.
type TransferWords struct {
	To  string `json:"to"`  // body and network, in words
	Act string `json:"act"` // the act, agreement or consent on which it rests
}

func (t *Transfer) place() string { return "transfer/" + t.ID }

// State says where it stands at an instant.
func (t *Transfer) State(now time.Time) string {
	switch {
	case t.Withdrawn != nil:
		return TransferWithdrawn
	case t.Confirmed != nil:
		return TransferConfirmed
	case t.Taken != nil:
		return TransferTaken
	case !now.Before(t.Expires):
		return TransferExpired
	}
	return TransferWaiting
}

// Open tells whether it can still be confirmed.
func (t *Transfer) Open(now time.Time) bool {
	return slices.Contains([]string{TransferWaiting, TransferTaken}, t.State(now))
}

// NewTransfer is what sending a case to another network asks for.
type NewTransfer struct {
	TransferWords
	Basis policy.Basis
	Parts []FilePart
	Sent  crypto.Sending
}

// Check reports what is wrong with a transfer about to be made.
func (n *NewTransfer) Check() error {
	c := errs.Check{}
	c.That(n.To != "", "to", "transfer.to_missing")
	c.That(errs.Fits(n.To, 200), "to", "error.field_long")
	c.That(slices.Contains(TransferBases, n.Basis), "basis", "referral.basis_missing")
	c.That(n.Act != "", "act", "transfer.act_missing")
	c.That(errs.Fits(n.Act, 200), "act", "error.field_long")
	return c.Err()
}

// MakeTransfer seals what of a case goes to another network, and makes the link by which it
// is taken, once. What not the whole team reads stays. Who may export the case may; while
// another transfer is open it is a Conflict. The case goes on until the other network has
// confirmed.
func (m *Module) MakeTransfer(ctx context.Context, caseID string, n NewTransfer) (t *Transfer, err error) {
	if err := n.Check(); err != nil {
		return nil, err
	}
	d, err := m.dossier(ctx, caseID, FileOrder{Purpose: transferPurpose, Parts: n.Parts})
	if err == nil {
		err = m.mayLeave(ctx, d.File)
	}
	if err != nil {
		return nil, err
	}
	d.Entries = slices.DeleteFunc(d.Entries, func(e Entry) bool { return e.Readers != TeamReads })
	d.Acts = slices.DeleteFunc(d.Acts, func(a AuthorityAct) bool { return a.Readers != TeamReads })
	src, err := json.Marshal(d.data(ctx))
	if err != nil {
		return nil, err
	}
	actor, token := policy.From(ctx), auth.NewToken()
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		c, _, key, err := m.act(ctx, tx, caseID, policy.CaseTeam, policy.Overview)
		if err != nil {
			return err
		}
		t = &Transfer{ID: db.NewID(), CaseID: c.ID, Basis: n.Basis, Language: i18n.Lang(ctx), TransferWords: n.TransferWords, MadeBy: actor.AccountID, Made: tx.Now,
			Expires: tx.Now.Add(transferLife), Token: token, network: actor.Network}
		if first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, t.ID); err != nil || first != t.ID {
			return orConflict(err, "transfer.open_already") // its link was shown once
		}
		before, err := m.transfers(ctx, tx, c, key)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(before, func(o Transfer) bool { return o.Open(tx.Now) }) {
			return errs.New(errs.Conflict, "transfer.open_already")
		}
		if t.sealed, err = sealMore(key, t.place(), t.TransferWords); err != nil {
			return err
		}
		t.file = key.Seal(src, t.place()+"/file")
		if err := insertTransfer(ctx, tx, t, hashToken(token)); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "case.transfer", Kind: policy.Case, ID: c.ID, Section: policy.Overview, Reason: d.said()})
	})
	return t, err
}

func orConflict(err error, key string) error {
	if err == nil {
		err = errs.New(errs.Conflict, key)
	}
	return err
}

// transfers are those of a case, the last first.
func (m *Module) transfers(ctx context.Context, tx *db.Tx, c *Case, key *crypto.Key) ([]Transfer, error) {
	list, err := transfersOf(ctx, tx, policy.From(ctx).Network, c.ID)
	for i := range list {
		t := &list[i]
		if err := openMore(key, t.place(), t.sealed, &t.TransferWords); err != nil {
			return nil, err
		}
	}
	return list, err
}

// Transfers returns a case with its transfers, for who may make one: see ExportCase.
func (m *Module) Transfers(ctx context.Context, caseID string) (f *File, list []Transfer, err error) {
	if f, err = m.FileToExport(ctx, caseID); err != nil {
		return nil, nil, err
	}
	return f, list, m.db.Read(ctx, func(tx *db.Tx) error {
		c, _, key, err := m.load(ctx, tx, caseID)
		if err != nil {
			return err
		}
		list, err = m.transfers(ctx, tx, c, key)
		return err
	})
}

// WithdrawTransfer ends a link before anybody took the file by it; later it is a Conflict.
func (m *Module) WithdrawTransfer(ctx context.Context, caseID, id string) error {
	return m.onTransfer(ctx, caseID, id, func(tx *db.Tx, _ *Case, t *Transfer) error {
		switch t.State(tx.Now) {
		case TransferWithdrawn, TransferExpired:
			return nil
		case TransferWaiting:
		default:
			return errs.New(errs.Conflict, "transfer.taken_already")
		}
		if err := withdrawTransfer(ctx, tx, t); err != nil {
			return err
		}
		return m.record(ctx, tx, "case.transfer_withdraw", caseID, policy.Overview)
	})
}

// ConfirmTransfer closes a case that the other network has said in another way that it has:
// see closeTransferred.
func (m *Module) ConfirmTransfer(ctx context.Context, caseID, id string) error {
	return m.onTransfer(ctx, caseID, id, func(tx *db.Tx, c *Case, t *Transfer) error {
		if t.Confirmed != nil {
			return nil
		}
		if t.Taken == nil {
			return errs.New(errs.Conflict, "transfer.not_taken")
		}
		return m.closeTransferred(ctx, tx, c, t)
	})
}

// onTransfer runs an act on a transfer of a case, for who may make one.
func (m *Module) onTransfer(ctx context.Context, caseID, id string, do func(*db.Tx, *Case, *Transfer) error) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, _, key, err := m.actOnClosed(ctx, tx, caseID, policy.CaseTeam, policy.Overview)
		if err == nil && policy.From(ctx).OrgID != c.OrgID {
			err = errs.New(errs.Forbidden, "dossier.not_leading")
		}
		if err != nil {
			return err
		}
		list, err := m.transfers(ctx, tx, c, key)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(t Transfer) bool { return t.ID == id })
		if i < 0 {
			return errs.Missing()
		}
		return do(tx, c, &list[i])
	})
}
