package network

import (
	"context"
	"net/http"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/storage"
	"tessuto/internal/platform/web"
)

// agreementKind is what documents of an agreement belong to. Agreements are the
// network's: no grant opens them, the permission to read agreements does.
const agreementKind policy.Kind = "agreement"

// AttachAgreement adds a stored document, a PDF as it was signed, to an agreement
// of the actor's network. The same form sent twice adds one.
func (m *Module) AttachAgreement(ctx context.Context, id string, k *storage.Kept, sent crypto.Sending) error {
	actor, err := policy.Check(ctx, policy.AgreementManage)
	if err != nil {
		return err
	}
	if k.MediaType != "application/pdf" {
		return errs.Check{"document": "agreement.file.pdf"}.Err()
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := agreementByID(ctx, tx, actor.Network, id); err != nil {
			return err
		}
		if first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, sent, k.ID); err != nil || first != k.ID {
			return err
		}
		return m.files.Attach(ctx, tx, k, storage.Parent{Kind: agreementKind, ID: id, Section: policy.Whole})
	})
}

// DetachAgreement takes a document away from an agreement of the actor's network.
func (m *Module) DetachAgreement(ctx context.Context, id, file string) error {
	if _, err := policy.Check(ctx, policy.AgreementManage); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		there, err := m.files.Of(ctx, tx, agreementKind, id)
		if err != nil {
			return err
		}
		for _, f := range there {
			if f.ID == file {
				return m.files.Remove(ctx, tx, file)
			}
		}
		return errs.Missing()
	})
}

func (m *Module) postAgreementFile(w http.ResponseWriter, r *http.Request) error {
	ctx, id := r.Context(), r.PathValue("id")
	if _, err := m.Agreement(ctx, id); err != nil {
		return err // before anything is stored
	}
	var kept *storage.Kept
	f, err := web.ParseUpload(w, r, m.files.Most(), func(u web.Upload) (err error) {
		if u.Field == "document" {
			kept, err = m.files.Put(ctx, storage.Incoming{Name: u.Name, Content: u.Content})
		}
		return err
	})
	if err == nil {
		f.Problem.That(kept != nil, "document", "agreement.file.choose")
		err = f.Problem.Err()
	}
	if err == nil {
		err = m.AttachAgreement(ctx, id, kept, f.Sent())
	}
	if web.Fixable(err) {
		return m.showAgreement(w, r, web.Status(err), web.Problems(ctx, err))
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/agreements/"+id+"#documents", "agreement.file.added")
}

func (m *Module) postAgreementFileRemove(w http.ResponseWriter, r *http.Request) error {
	if err := m.DetachAgreement(r.Context(), r.PathValue("id"), r.PathValue("file")); err != nil {
		return err
	}
	return web.Go(w, r, "/agreements/"+r.PathValue("id")+"#documents", "agreement.file.removed")
}
