package cases

import (
	"context"

	"tessuto/internal/network"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/storage"
)

// documents lists those of the sections that are open.
func (m *Module) documents(ctx context.Context, tx *db.Tx, f *File, key *crypto.Key) (out []Document, err error) {
	rows, err := documentsOf(ctx, tx, policy.From(ctx).Network, f.ID)
	for _, r := range rows {
		if !f.Open[r.Section] {
			continue
		}
		if err := r.unseal(key); err != nil {
			return nil, err
		}
		out = append(out, r.Document)
	}
	return out, err
}

// DocumentVersion is a document as it was sent once.
type DocumentVersion struct {
	Version int
	storage.File
	Who string // sent it
}

// DocumentFile is a document with all its versions, as one actor sees it.
type DocumentFile struct {
	*File
	Document
	Versions []DocumentVersion // the last first; none of one that was withdrawn
	Links    []DocumentLink    // the last first
	Bodies   []network.Organisation
}

// DocumentOf returns a document of a case with its versions, and logs that the case was
// read; NotFound where its section is not open.
func (m *Module) DocumentOf(ctx context.Context, caseID, id string) (*DocumentFile, error) {
	f, err := m.File(ctx, caseID)
	if err != nil {
		return nil, err
	}
	out := &DocumentFile{File: f}
	return out, m.db.Read(ctx, func(tx *db.Tx) error {
		c, open, key, err := m.load(ctx, tx, caseID)
		if err != nil {
			return err
		}
		d, err := m.document(ctx, tx, c, open, key, id)
		if err != nil {
			return err
		}
		out.Document = *d
		if err := m.sentVersions(ctx, tx, out); err != nil {
			return err
		}
		return m.documentLinks(ctx, tx, c, out)
	})
}

func (m *Module) sentVersions(ctx context.Context, tx *db.Tx, f *DocumentFile) error {
	files, err := documentFiles(ctx, tx, policy.From(ctx).Network, f.Document.ID)
	if err != nil {
		return err
	}
	signed, err := m.authors(ctx, tx, &f.File.Case)
	if err != nil {
		return err
	}
	stored, err := m.files.Of(ctx, tx, policy.Case, f.CaseID)
	if err != nil {
		return err
	}
	by := map[string]storage.File{}
	for _, s := range stored {
		by[s.ID] = s
	}
	for _, v := range files {
		if s, there := by[v.FileID]; there {
			f.Versions = append(f.Versions, DocumentVersion{v.Version, s, signed.of(s.By)})
		}
	}
	return nil
}

// documentLinks reads where a document was sent, and where it may be: for who may send it.
func (m *Module) documentLinks(ctx context.Context, tx *db.Tx, c *Case, f *DocumentFile) (err error) {
	if !policy.From(ctx).May(policy.CaseTeam) {
		return nil
	}
	if f.Bodies, err = m.referable(ctx, tx, c); err != nil {
		return err
	}
	net := policy.From(ctx).Network
	f.Links, err = documentLinksOf(ctx, tx, net, f.Document.ID)
	for i := range f.Links {
		if err != nil {
			break
		}
		f.Links[i].ToOrgName, _, err = m.network.Organisation(ctx, tx, net, f.Links[i].ToOrg)
	}
	return err
}
