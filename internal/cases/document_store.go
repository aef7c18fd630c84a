package cases

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

type documentRow struct {
	Document
	sealed []byte
}

const documentColumns = `
	select d.id, d.case_id, d.kind, d.section, d.added_by, d.added_at, d.withdrawn_reason, d.withdrawn_at, d.sealed, v.version, v.file_id
	from case_document d join case_document_version v on v.network_id = d.network_id and v.document_id = d.id
		and v.version = (select max(w.version) from case_document_version w where w.network_id = d.network_id and w.document_id = d.id)
	where d.network_id = $1 and d.case_id = $2`

func (r *documentRow) fields() []any {
	return []any{&r.ID, &r.CaseID, &r.Kind, &r.Section, &r.AddedBy, &r.AddedAt, &r.WithdrawnReason, &r.WithdrawnAt, &r.sealed, &r.Version, &r.FileID}
}

func insertDocument(ctx context.Context, tx *db.Tx, network string, d *Document, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into case_document (network_id, id, case_id, kind, section, sealed, added_by, added_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`, network, d.ID, d.CaseID, d.Kind, d.Section, sealed, d.AddedBy, d.AddedAt)
}

func insertDocumentVersion(ctx context.Context, tx *db.Tx, network, document string, version int, file string) error {
	return tx.Exec(ctx, `insert into case_document_version (network_id, document_id, version, file_id) values ($1, $2, $3, $4)`,
		network, document, version, file)
}

// documentByID finds one of a case, never one of another.
func documentByID(ctx context.Context, tx *db.Tx, network, caseID, id string) (r documentRow, err error) {
	err = tx.Get(ctx, documentColumns+` and d.id = $3`, []any{network, caseID, id}, r.fields()...)
	return r, err
}

func documentsOf(ctx context.Context, tx *db.Tx, network, caseID string) ([]documentRow, error) {
	return db.List(ctx, tx, documentColumns+` order by d.id desc`, []any{network, caseID}, (*documentRow).fields)
}

type documentFile struct {
	Version int
	FileID  string
}

// documentFiles are the versions of a document, the last first.
func documentFiles(ctx context.Context, tx *db.Tx, network, document string) ([]documentFile, error) {
	return db.List(ctx, tx, `
		select version, file_id from case_document_version where network_id = $1 and document_id = $2 order by version desc`,
		[]any{network, document}, func(f *documentFile) []any { return []any{&f.Version, &f.FileID} })
}

func setWithdrawn(ctx context.Context, tx *db.Tx, by policy.Actor, id, reason string) error {
	at := &tx.Now
	if reason == "" {
		at = nil
	}
	return tx.ExecOne(ctx, `
		update case_document set withdrawn_reason = $3, withdrawn_by = $4, withdrawn_at = $5 where network_id = $1 and id = $2`,
		by.Network, id, reason, by.AccountID, at)
}

const documentLinkColumns = `network_id, case_id, document_id, version, to_org, basis, protect_reason, class, language, made_by, created_at, expires_at, taken_at`

func (l *DocumentLink) fields() []any {
	return []any{&l.network, &l.caseID, &l.documentID, &l.Version, &l.ToOrg, &l.Basis, &l.protect, &l.class, &l.Language, &l.MadeBy, &l.Made, &l.Expires, &l.Taken}
}

func insertDocumentLink(ctx context.Context, tx *db.Tx, l *DocumentLink, hash []byte) error {
	return tx.Exec(ctx, `insert into document_link (token_hash, `+documentLinkColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`, hash, l.network, l.caseID, l.documentID, l.Version, l.ToOrg,
		l.Basis, l.protect, l.class, l.Language, l.MadeBy, l.Made, l.Expires, l.Taken)
}

func documentLinksOf(ctx context.Context, tx *db.Tx, network, document string) ([]DocumentLink, error) {
	return db.List(ctx, tx, `select `+documentLinkColumns+` from document_link where network_id = $1 and document_id = $2 order by created_at desc`,
		[]any{network, document}, (*DocumentLink).fields)
}

// documentLinkBy finds a link by which nothing was taken, and that holds today.
func documentLinkBy(ctx context.Context, tx *db.Tx, hash []byte) (l DocumentLink, err error) {
	err = tx.Get(ctx, `select `+documentLinkColumns+` from document_link where token_hash = $1 and expires_at > $2 and taken_at is null`,
		[]any{hash, tx.Now}, l.fields()...)
	return l, err
}

// takeDocumentLink ends a link; of two who take it at once, one meets NotFound.
func takeDocumentLink(ctx context.Context, tx *db.Tx, hash []byte) error {
	return tx.ExecOne(ctx, `update document_link set taken_at = $2 where token_hash = $1 and taken_at is null`, hash, tx.Now)
}
