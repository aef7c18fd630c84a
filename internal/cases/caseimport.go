package cases

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"tessuto/internal/people"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// importLife is how long a file waits for a decision, and how long a case that came in can
// be taken back.
const importLife = 24 * time.Hour

// CaseImport is a case that comes from another system, as who brings it in sees it.
type CaseImport struct {
	ID        string // of the case that it makes
	CreatedAt time.Time
	AppliedAt *time.Time
	UndoneAt  *time.Time
	Data      *CaseData      // while it waits
	Persons   []ImportPerson // while it waits
	Makes     []ImportLine   // what would be written
	Stays     []ImportLine   // what would not, and why
	Refused   string         // why it cannot be brought in, as a message key

	orgID, accountID string
	origin, sealed   []byte
	newcomers        []string
	household        string
}

// ImportPerson is somebody of the family, with whom the register may have already.
type ImportPerson struct {
	people.Newcomer
	people.Found
	Problem string // why they cannot be registered, as a message key
}

// ImportLine says of how many things of a kind what happens to them.
type ImportLine struct {
	Part FilePart
	N    int
	Why  string // a message key; empty of what is written
}

// Waits tells whether nobody has decided on it yet.
func (i *CaseImport) Waits() bool { return i.AppliedAt == nil }

// Undoable tells whether it may be taken back by its age.
func (i *CaseImport) Undoable(now time.Time) bool {
	return i.AppliedAt != nil && i.UndoneAt == nil && now.Before(i.AppliedAt.Add(importLife))
}

// ImportChoice is what bringing a case in asks for.
type ImportChoice struct {
	Persons []string // of each who they are: the id of somebody of the register, or people.Someone
}

// PersonChoice names the field of the nth person of a form.
func PersonChoice(n int) string { return "person" + itoa(n) }

func (i *CaseImport) place() string { return "case_import/" + i.ID }

// BeginCaseImport takes a file in, and keeps it sealed until its sender decides, a day at
// most: nothing of it is written anywhere else. What is no case in the open format is
// Invalid. The same form sent twice returns the first.
func (m *Module) BeginCaseImport(ctx context.Context, src []byte, sent crypto.Sending) (id string, err error) {
	actor, err := policy.Check(ctx, policy.CaseOpen)
	if err != nil {
		return "", err
	}
	d, err := ReadCaseData(src)
	if err != nil {
		return "", err
	}
	fresh := db.NewID()
	key, err := m.keys.CreateOne(ctx, actor.Network, fresh)
	if err != nil {
		return "", err
	}
	i := &CaseImport{ID: fresh, orgID: actor.OrgID, accountID: actor.AccountID}
	if i.origin, err = m.keys.MAC(ctx, actor.Network, "case_origin", d.Origin.Network, d.Origin.Case); err != nil {
		return "", err
	}
	err = m.db.Write(ctx, func(tx *db.Tx) (err error) {
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, sent, fresh); err != nil || id != fresh {
			return err
		}
		if err := insertCaseImport(ctx, tx, actor.Network, i, key.Seal(src, i.place())); err != nil {
			return err
		}
		return m.record(ctx, tx, "case.import_begin", id, "")
	})
	return id, err
}

// CaseImport returns a file that the actor brought in, with what it would write and what it
// would not; who of it may be in the register already is looked for. Of somebody else's it
// is NotFound.
func (m *Module) CaseImport(ctx context.Context, id string) (i *CaseImport, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		if i, err = m.ownImport(ctx, tx, id); err != nil || !i.Waits() {
			return err
		}
		if i.Data, err = m.importData(ctx, i); err != nil {
			return err
		}
		instruments, err := m.usable(ctx, tx)
		if err != nil {
			return err
		}
		i.foresee(ctx, instruments, tx.Today())
		return m.importRefused(ctx, tx, i)
	})
	if err != nil || !i.Waits() {
		return i, err
	}
	for _, p := range i.Data.Persons {
		n := ImportPerson{}
		relation := known(ctx, people.RelationList, p.Relation.Code, people.NotStated, db.DateOf(m.db.Now()))
		if n.Newcomer, err = p.PersonFacts.Newcomer(relation); err == nil {
			err = people.CheckNewcomers(ctx, []people.Newcomer{n.Newcomer}, db.DateOf(m.db.Now()))
		}
		if err == nil {
			n.Found, err = m.people.SearchFor(ctx, &n.Person)
		}
		if errs.CodeOf(err) == errs.Invalid {
			n.Problem, err = "caseimport.person_wrong", nil
		}
		if err != nil {
			return nil, err
		}
		i.Persons = append(i.Persons, n)
	}
	return i, nil
}

// ownImport finds one that the actor brought in, for the body they work for.
func (m *Module) ownImport(ctx context.Context, tx *db.Tx, id string) (*CaseImport, error) {
	actor, err := policy.Check(ctx, policy.CaseOpen)
	if err != nil {
		return nil, err
	}
	i, err := caseImportByID(ctx, tx, actor.Network, id)
	if err == nil && (i.accountID != actor.AccountID || i.orgID != actor.OrgID || i.Waits() && !tx.Now.Before(i.CreatedAt.Add(importLife))) {
		err = errs.Missing()
	}
	return &i, err
}

func (m *Module) importData(ctx context.Context, i *CaseImport) (*CaseData, error) {
	key, err := m.keys.GetOne(ctx, policy.From(ctx).Network, i.ID)
	if err != nil {
		return nil, err
	}
	src, err := key.Open(i.sealed, i.place())
	if err != nil {
		return nil, err
	}
	d := &CaseData{}
	return d, json.Unmarshal(src, d)
}

// importRefused says why a case cannot come in as it stands.
func (m *Module) importRefused(ctx context.Context, tx *db.Tx, i *CaseImport) error {
	if len(i.Data.Persons) == 0 {
		i.Refused = "caseimport.nobody"
		return nil
	}
	there, err := importedBefore(ctx, tx, policy.From(ctx).Network, i)
	if err == nil && there {
		i.Refused = "caseimport.already"
	}
	return err
}

// ApplyCaseImport makes a case of a file, whole or not at all: persons as they were chosen,
// the case, and what of it has a place here. It counts nothing that another body did. The
// same case a second time is a Conflict, and so is what importRefused says.
func (m *Module) ApplyCaseImport(ctx context.Context, id string, n ImportChoice) error {
	i, err := m.CaseImport(ctx, id)
	if err != nil {
		return err
	}
	if !i.Waits() {
		return nil // the same sent twice
	}
	if i.Refused != "" {
		return errs.New(errs.Conflict, i.Refused)
	}
	w := &importing{CaseImport: i, persons: map[string]string{}}
	if err := w.choose(n); err != nil {
		return err
	}
	if len(w.newcomers) > 0 {
		if w.prepared, err = m.people.Prepare(ctx, w.newcomers); err != nil {
			return importProblem(err)
		}
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		now, err := m.ownImport(ctx, tx, id)
		if err != nil || !now.Waits() {
			return err
		}
		if err := m.importRefused(ctx, tx, i); err == nil && i.Refused != "" {
			err = errs.New(errs.Conflict, i.Refused)
		}
		if err != nil {
			return err
		}
		if err := m.importFamily(ctx, tx, w); err != nil {
			return err
		}
		if err := m.importCase(ctx, tx, w); err != nil {
			return err
		}
		if err := appliedImport(ctx, tx, policy.From(ctx).Network, i); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: "case.import", Kind: policy.Case, ID: id, Section: policy.Overview})
	})
}

// importProblem says of what is wrong with a newcomer only that somebody cannot be
// registered: the file has no fields to mend.
func importProblem(err error) error {
	if errs.CodeOf(err) == errs.Invalid {
		return errs.New(errs.Conflict, "caseimport.person_wrong")
	}
	return err
}

// importing is a case on its way in.
type importing struct {
	*CaseImport
	newcomers []people.Newcomer
	prepared  *people.Sealed
	existing  []string          // persons of the register who were chosen
	fresh     []string          // identifiers, in the file, of the newcomers
	persons   map[string]string // who in the register somebody of the file is
	key       *crypto.Key       // of the case
	family    *people.Household
}

// choose reads who each person of the file is.
func (w *importing) choose(n ImportChoice) error {
	c := errs.Check{}
	for k, p := range w.Persons {
		c.That(p.Problem == "", PersonChoice(k), p.Problem)
		chosen := ""
		if k < len(n.Persons) {
			chosen = n.Persons[k]
		}
		switch {
		case chosen == people.Someone:
			w.newcomers, w.fresh = append(w.newcomers, p.Newcomer), append(w.fresh, w.Data.Persons[k].ID)
		case chosen != "" && !slices.Contains(w.existing, chosen):
			w.existing = append(w.existing, chosen)
			w.persons[w.Data.Persons[k].ID] = chosen
		default:
			c.That(false, PersonChoice(k), "caseimport.choose")
		}
	}
	for k := range w.newcomers { // a household has one reference person
		if n := &w.newcomers[k]; n.Relation == people.ReferencePerson && (k > 0 || len(w.existing) > 0) {
			n.Relation = people.NotStated
		}
	}
	return c.Err()
}

// joinedIDs are ids in one text, as a column keeps them.
func joinedIDs(ids []string) string { return strings.Join(ids, " ") }
