package cases

import (
	"context"
	"slices"
	"time"

	"tessuto/internal/network"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// DocumentPath begins the address by which a body without an account takes a document.
const DocumentPath = "/document/"

// documentLinkLife is how long such an address holds.
const documentLinkLife = 7 * 24 * time.Hour

// DocumentBases are the grounds on which a document leaves a case.
var DocumentBases = []policy.Basis{policy.InstitutionalTask, policy.ChildProtection}

// DocumentLink is the way by which another body takes one version of a document: once.
type DocumentLink struct {
	ToOrg, ToOrgName string
	Version          int
	Basis            policy.Basis
	Language         string
	MadeBy           string // account
	Made, Expires    time.Time
	Taken            *time.Time
	Token            string // known when it was just made

	network, caseID, documentID, protect string
	class                                policy.Class
}

// NewDocumentLink is what making one asks for.
type NewDocumentLink struct {
	ToOrg    string
	Basis    policy.Basis
	Protect  string // one of Reasons, with ChildProtection
	Language string // of i18n.Staff
}

// MakeDocumentLink makes a link to the last version of a document, for a body with which
// an agreement lets its section be shared; what none covers is a Conflict, unless it is
// to protect a minor.
func (m *Module) MakeDocumentLink(ctx context.Context, caseID, id string, n NewDocumentLink) (l DocumentLink, err error) {
	c := errs.Check{}
	c.That(slices.Contains(i18n.Staff, n.Language), "language", "error.field_choice")
	c.That(slices.Contains(DocumentBases, n.Basis), "basis", "referral.basis_missing")
	c.That((n.Basis == policy.ChildProtection) == slices.Contains(Reasons, n.Protect), "protect", "referral.protect_missing")
	if err := c.Err(); err != nil {
		return l, err
	}
	token := auth.NewToken()
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		d, c, err := m.documentFor(ctx, tx, caseID, id)
		if err != nil {
			return err
		}
		if _, err := policy.Check(ctx, policy.CaseTeam); err != nil {
			return err
		}
		if d.WithdrawnReason != "" {
			return errs.New(errs.Conflict, "document.withdrawn_already")
		}
		l = DocumentLink{ToOrg: n.ToOrg, Version: d.Version, Basis: n.Basis, Language: n.Language, MadeBy: policy.From(ctx).AccountID, Made: tx.Now,
			Expires: tx.Now.Add(documentLinkLife), Token: token, network: policy.From(ctx).Network, caseID: c.ID, documentID: d.ID, protect: n.Protect}
		if l.class, err = m.documentShared(ctx, tx, c, d, n); err != nil {
			return err
		}
		if err := insertDocumentLink(ctx, tx, &l, hashToken(token)); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "document.link", Kind: policy.Case, ID: c.ID, Section: d.Section, Reason: n.Protect})
	})
	return l, err
}

// documentShared refuses what no agreement lets reach another body. It returns of which
// class the document is, as part of this case.
func (m *Module) documentShared(ctx context.Context, tx *db.Tx, c *Case, d *Document, n NewDocumentLink) (policy.Class, error) {
	bodies, err := m.referable(ctx, tx, c)
	if err != nil {
		return "", err
	}
	if !slices.ContainsFunc(bodies, func(o network.Organisation) bool { return o.ID == n.ToOrg }) {
		return "", errs.Check{"to": "error.field_choice"}.Err()
	}
	terms, err := m.referralTerms(ctx, tx, c, &Referral{Basis: n.Basis, ProtectReason: n.Protect, ToOrg: n.ToOrg})
	if err != nil {
		return "", err
	}
	if err := m.network.CheckSharing(ctx, tx, terms, n.ToOrg, d.Section); err != nil {
		return "", err
	}
	family, err := m.people.Terms(ctx, tx, c.HouseholdID, n.Basis)
	if err != nil {
		return "", err
	}
	family.Class = max(family.Class, terms.Class) // papers carry names
	return family.Class, m.network.CheckSharing(ctx, tx, family, n.ToOrg, policy.Identity)
}

// LinkedDocument is what who holds a link is shown.
type LinkedDocument struct {
	DocumentLink
	FromOrg string
	fileID  string
}

// ByDocumentLink finds what a link leads to, without opening it. NotFound once it was
// taken, withdrawn or over, and when no agreement covers it any more.
func (m *Module) ByDocumentLink(ctx context.Context, token string) (l *LinkedDocument, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		_, l, err = m.linkedDocument(ctx, tx, token)
		return err
	})
	return l, err
}

func (m *Module) linkedDocument(ctx context.Context, tx *db.Tx, token string) (context.Context, *LinkedDocument, error) {
	l, err := documentLinkBy(ctx, tx, hashToken(token))
	if err != nil {
		return ctx, nil, err
	}
	ctx = policy.With(ctx, policy.Actor{Network: l.network})
	c, err := anyCase(ctx, tx, l.network, l.caseID)
	if err != nil {
		return ctx, nil, err
	}
	d, err := documentByID(ctx, tx, l.network, l.caseID, l.documentID)
	if err != nil {
		return ctx, nil, err
	}
	terms := policy.Terms{Owner: c.OrgID, Purpose: policy.CaseWork, Basis: l.Basis, Class: l.class}
	open, err := policy.MayShare(ctx, tx, l.network, l.ToOrg, terms, d.Section, policy.Identity)
	if err != nil || !open || d.WithdrawnReason != "" {
		return ctx, nil, orMissing(err)
	}
	out := &LinkedDocument{DocumentLink: l}
	if out.FromOrg, _, err = m.network.Organisation(ctx, tx, l.network, c.OrgID); err != nil {
		return ctx, nil, err
	}
	files, err := documentFiles(ctx, tx, l.network, d.ID)
	for _, f := range files {
		if f.Version == l.Version {
			out.fileID = f.FileID
		}
	}
	return ctx, out, err
}

// TakeDocument ends a link, and returns the file that it led to, with the context in
// which it is sent: nobody's, in its network.
func (m *Module) TakeDocument(ctx context.Context, token string) (at context.Context, fileID string, err error) {
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		var l *LinkedDocument
		if at, l, err = m.linkedDocument(ctx, tx, token); err != nil {
			return err
		}
		fileID = l.fileID
		if err := takeDocumentLink(ctx, tx, hashToken(token)); err != nil {
			return err
		}
		return m.audit.Record(at, tx, audit.Entry{Act: "document.taken", Kind: policy.Case, ID: l.caseID})
	})
	return at, fileID, err
}
