package cases

import (
	"context"
	"slices"
	"time"

	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/storage"
)

// DocumentKindList is the code list of what documents are.
const DocumentKindList = "document_kind"

// Document is a paper of a case: what was sent first under its title, and since.
type Document struct {
	ID              string
	CaseID          string
	Kind            string // of DocumentKindList
	Section         policy.Section
	Title           string
	AddedBy         string // account
	AddedAt         time.Time
	WithdrawnReason string // of VoidReasons; empty of one that stands
	WithdrawnAt     *time.Time
	Version         int    // of the last that was sent
	FileID          string // of it
}

func (d *Document) place() string { return "document/" + d.ID }

// NewDocument is what adding one asks for.
type NewDocument struct {
	Kind    string
	Title   string
	Section policy.Section
	Sent    crypto.Sending
}

// Check reports what is wrong with a document about to be added.
func (n *NewDocument) Check(ctx context.Context, open policy.Open, today db.Date) error {
	c := errs.Check{}
	c.That(codelist.Valid(ctx, DocumentKindList, n.Kind, today), "kind", "document.kind_missing")
	c.That(n.Title != "", "title", "document.title_missing")
	c.That(errs.Fits(n.Title, 200), "title", "error.field_long")
	c.That(slices.Contains(policy.CaseSections, n.Section) && open[n.Section], "section", "error.field_choice")
	return c.Err()
}

// AddDocument makes a stored document part of a case: who reads the section reads it.
// The same form sent twice returns the first.
func (m *Module) AddDocument(ctx context.Context, caseID string, n NewDocument, k *storage.Kept) (id string, err error) {
	if k == nil {
		return "", errs.Check{"file": "document.file_missing"}.Err()
	}
	actor := policy.From(ctx)
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		c, open, key, err := m.act(ctx, tx, caseID, policy.CaseWrite, policy.Overview)
		if err != nil {
			return err
		}
		if err := n.Check(ctx, open, tx.Today()); err != nil {
			return err
		}
		fresh := db.NewID()
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, fresh); err != nil || id != fresh {
			return err
		}
		d := &Document{ID: id, CaseID: c.ID, Kind: n.Kind, Section: n.Section, AddedBy: actor.AccountID, AddedAt: tx.Now}
		if err := insertDocument(ctx, tx, actor.Network, d, key.Seal([]byte(n.Title), d.place())); err != nil {
			return err
		}
		return m.addVersion(ctx, tx, d, k, "document.add")
	})
	return id, err
}

func (m *Module) addVersion(ctx context.Context, tx *db.Tx, d *Document, k *storage.Kept, act string) error {
	if err := m.files.Attach(ctx, tx, k, storage.Parent{Kind: policy.Case, ID: d.CaseID, Section: d.Section}); err != nil {
		return err
	}
	if err := insertDocumentVersion(ctx, tx, policy.From(ctx).Network, d.ID, d.Version+1, k.ID); err != nil {
		return err
	}
	return m.record(ctx, tx, act, d.CaseID, d.Section)
}

// ReviseDocument adds a stored document as the next version of one: those before stay
// readable. The same form sent twice adds one.
func (m *Module) ReviseDocument(ctx context.Context, caseID, id string, k *storage.Kept, sent crypto.Sending) error {
	if k == nil {
		return errs.Check{"file": "document.file_missing"}.Err()
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		d, _, err := m.documentFor(ctx, tx, caseID, id)
		if err != nil {
			return err
		}
		if d.WithdrawnReason != "" {
			return errs.New(errs.Conflict, "document.withdrawn_already")
		}
		actor := policy.From(ctx)
		if first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, sent, k.ID); err != nil || first != k.ID {
			return err
		}
		return m.addVersion(ctx, tx, d, k, "document.revise")
	})
}

// documentFor loads a document for an act on it; one of a section that is not open to
// the actor is NotFound.
func (m *Module) documentFor(ctx context.Context, tx *db.Tx, caseID, id string) (*Document, *Case, error) {
	c, open, key, err := m.act(ctx, tx, caseID, policy.CaseWrite, policy.Overview)
	if err != nil {
		return nil, nil, err
	}
	d, err := m.document(ctx, tx, c, open, key, id)
	return d, c, err
}

func (m *Module) document(ctx context.Context, tx *db.Tx, c *Case, open policy.Open, key *crypto.Key, id string) (*Document, error) {
	row, err := documentByID(ctx, tx, policy.From(ctx).Network, c.ID, id)
	if err == nil {
		err = open.Require(row.Section)
	}
	if err != nil {
		return nil, err
	}
	return &row.Document, row.unseal(key)
}

func (r *documentRow) unseal(key *crypto.Key) error {
	title, err := key.Open(r.sealed, r.place())
	r.Title = string(title)
	return err
}

// WithdrawDocument takes a document away that should not be there, with one of
// VoidReasons: its title stays, crossed out, and nobody opens any of its versions until
// it is restored. Who added it may, and who answers for the case.
func (m *Module) WithdrawDocument(ctx context.Context, caseID, id, reason string) error {
	if !slices.Contains(VoidReasons, reason) {
		return errs.Check{"reason": "error.field_choice"}.Err()
	}
	return m.holdDocument(ctx, caseID, id, reason, "document.withdraw")
}

// RestoreDocument takes back that a document was withdrawn.
func (m *Module) RestoreDocument(ctx context.Context, caseID, id string) error {
	return m.holdDocument(ctx, caseID, id, "", "document.restore")
}

func (m *Module) holdDocument(ctx context.Context, caseID, id, reason, act string) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		d, c, err := m.documentFor(ctx, tx, caseID, id)
		if err != nil {
			return err
		}
		actor := policy.From(ctx)
		switch {
		case d.AddedBy != actor.AccountID && c.ManagerID != actor.AccountID:
			return errs.New(errs.Forbidden, "document.withdraw_not_yours")
		case (d.WithdrawnReason == "") == (reason == ""):
			return nil // the same sent twice
		}
		if err := setWithdrawn(ctx, tx, actor, d.ID, reason); err != nil {
			return err
		}
		files, err := documentFiles(ctx, tx, actor.Network, d.ID)
		if err != nil {
			return err
		}
		for _, v := range files {
			if err := m.files.Hold(ctx, tx, v.FileID, reason != ""); err != nil {
				return err
			}
		}
		return m.record(ctx, tx, act, c.ID, d.Section)
	})
}
