package cases

import (
	"cmp"
	"context"
	"slices"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/people"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/comment"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// Case is a family that an organisation has taken on with others.
type Case struct {
	ID              string
	Number          Number // by which it is named aloud
	HouseholdID     string
	OrgID           string // who leads
	ManagerID       string
	Stage           Stage
	OpenedOn        db.Date
	AnalysedOn      db.Date // the preliminary analysis was completed
	ChargedOn       db.Date // the family was taken on
	AnalysisOutcome string
	ClosedOn        db.Date
	ClosingReason   string
	Reopens         string // the closed case with which it goes on; empty for most
	Reason          string // why it was opened; sealed, and open with the diary
	Version         int
	Emergency       *time.Time // until when the actor reads it by emergency access, and by nothing else; then they write nothing
	ledger.Place
}

// File is a case as one actor may see it.
type File struct {
	Case
	Open         policy.Open // the sections that are open to the actor
	Household    *people.Household
	Steps        []Step // the stages it came to, the first first
	GoneOn       string // the case that goes on from this closed one, when it is open to the actor
	Team         []TeamMember
	Mandates     []BodyMandate            // of the bodies beside it, that the actor may know of
	Assessments  []Assessment             // the oldest first
	Plan         *Plan                    // in force, else the first draft; nil until one is written
	Draft        *Plan                    // the next edition, beside the one in force
	Today        db.Date                  // of the reading
	Alone        bool                     // who writes the plan may approve it
	Signed       map[string]people.Person // who signs it, by id, of those open to the actor
	Earlier      []Plan                   // what the text that is being written, or stands, said before, newest first
	Reviews      []Review
	Reception    *Reception // of who sees the plan; of the version 0 where nobody wrote one
	Sittings     []Sitting  // of who sees the plan; the last first, without what was said
	Diary        []Intervention
	Entries      []Entry        // of the diary, that are open to the actor
	References   []Reference    // the numbers of other systems; with the diary
	Acts         []AuthorityAct // of authorities, that are open to the actor; with the diary
	Tasks        task.Board
	Comments     comment.Thread  // with the diary
	Work         []WorkPath      // of who reads the work section, and the person
	Referrals    []Referral      // the newest first; of the team alone
	Mobile       []MobileRequest // about the case, as far as they are open to the actor; the newest first
	Documents    []Document      // the newest first, of the open sections
	Emergencies  []Emergency     // that hold now, for who names the team
	OrgName      string
	PlaceOptions []PlaceOption
}

// PlaceOption is an activity that work can belong to. Mine says that the
// actor's organisation works in its programme, and may choose it.
type PlaceOption struct {
	Key, Label string
	Mine       bool
}

// fact is the start of every fact about the case.
func (c *Case) fact(measure string, on db.Date, source ledger.Source, territory string) ledger.Fact {
	return ledger.Fact{Measure: measure, Date: on, SubjectID: c.HouseholdID, Place: c.Place, OrgID: c.OrgID,
		TerritoryID: territory, Quantity: 1, Source: source}
}

func (c *Case) source() ledger.Source { return ledger.Source{Kind: "case", ID: c.ID} }

// How long texts may be, in characters.
const (
	lineText = 2000
	longText = 8000
)

// NewCase is what opening a case asks for.
type NewCase struct {
	HouseholdID string
	PlaceKey    string // the activity it belongs to, or empty
	Stage       Stage  // one of FirstStages; empty is UnderAssessment
	Reason      string
	Reopens     string // the closed case with which it goes on
	Sent        crypto.Sending
}

// Check reports what is wrong with a case about to be opened.
func (n *NewCase) Check() error {
	c := errs.Check{}
	c.That(n.Reason != "", "reason", "case.reason_missing")
	c.That(errs.Fits(n.Reason, longText), "reason", "error.field_long")
	return c.Err()
}

// Open opens a case on a household that the actor can see; the actor answers
// for it. A second open case of the same body on the same household is a
// Conflict: of two who try at once, exactly one wins.
func (m *Module) Open(ctx context.Context, n NewCase) (string, error) {
	actor, err := policy.Check(ctx, policy.CaseOpen)
	if err != nil {
		return "", err
	}
	if err := n.Check(); err != nil {
		return "", err
	}
	if n.Stage != "" && !slices.Contains(FirstStages, n.Stage) {
		return "", errs.Check{"stage": "error.field_choice"}.Err()
	}
	fresh, id := db.NewID(), ""
	key, err := m.keys.CreateOne(ctx, actor.Network, fresh)
	if err != nil {
		return "", err
	}
	err = m.db.Write(ctx, func(tx *db.Tx) (err error) {
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, fresh); err != nil || id != fresh {
			return err
		}
		if err := m.openable(ctx, tx, n.HouseholdID); err != nil {
			return err
		}
		return m.open(ctx, tx, actor, id, n, key)
	})
	return id, err
}

// openable refuses, with a Conflict, a case that is not urgent on a household in
// which nobody lives, or somebody whose data are only kept.
func (m *Module) openable(ctx context.Context, tx *db.Tx, household string) error {
	if err := policy.CanRead(ctx, tx, policy.Household, household, policy.Identity); err != nil {
		return err
	}
	members, err := m.people.MemberIDs(ctx, tx, policy.From(ctx).Network, household)
	if err == nil && len(members) == 0 {
		err = errs.New(errs.Conflict, "case.of_nobody")
	}
	if err != nil {
		return err
	}
	return m.people.CheckHousehold(ctx, tx, household)
}

func (m *Module) open(ctx context.Context, tx *db.Tx, actor policy.Actor, id string, n NewCase, key *crypto.Key) error {
	if err := policy.CanRead(ctx, tx, policy.Household, n.HouseholdID, policy.Identity); err != nil {
		return err
	}
	place, err := m.programmes.PlaceOf(ctx, tx, n.PlaceKey)
	if err != nil {
		return err
	}
	if _, err := openCaseOf(ctx, tx, actor.Network, n.HouseholdID, actor.OrgID); err == nil {
		return errs.New(errs.Conflict, "case.open_already")
	} else if errs.CodeOf(err) != errs.NotFound {
		return err
	}
	c := &Case{ID: id, HouseholdID: n.HouseholdID, OrgID: actor.OrgID, ManagerID: actor.AccountID,
		Stage: cmp.Or(n.Stage, UnderAssessment), OpenedOn: tx.Today(), Reason: n.Reason, Reopens: n.Reopens, Place: place}
	if c.Number, err = nextNumber(ctx, tx, actor.Network, c.OrgID, c.OpenedOn.Time().Year()); err != nil {
		return err
	}
	if err := insertCase(ctx, tx, actor.Network, c, key.Seal([]byte(n.Reason), "case/"+id)); err != nil {
		return err
	}
	if err := m.record(ctx, tx, "case.open", id, ""); err != nil {
		return err
	}
	if err := m.step(ctx, tx, c, Step{ID: db.NewID(), CaseID: id, Stage: c.Stage, Since: c.OpenedOn}); err != nil {
		return err
	}
	manager, err := m.network.Operator(ctx, tx, actor.AccountID)
	if err != nil {
		return err
	}
	return m.join(ctx, tx, c, manager, CaseManager, policy.InstitutionalTask)
}

// OpenOn is the open case of the actor's body on a household; empty when there is
// none, or none that the actor may read. App hands it to people, whose page of a
// household leads there.
func (m *Module) OpenOn(ctx context.Context, tx *db.Tx, household string) (string, error) {
	actor := policy.From(ctx)
	id, err := openCaseOf(ctx, tx, actor.Network, household, actor.OrgID)
	if errs.CodeOf(err) == errs.NotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if err := policy.CanRead(ctx, tx, policy.Case, id, policy.Overview); err != nil {
		if errs.CodeOf(err) == errs.NotFound {
			return "", nil
		}
		return "", err
	}
	return id, nil
}

// File returns a case with the sections that are open to the actor, and logs
// that they were read. NotFound when none is.
func (m *Module) File(ctx context.Context, id string) (*File, error) {
	var f *File
	err := m.db.Read(ctx, func(tx *db.Tx) (err error) {
		f, err = m.file(ctx, tx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	var read []policy.Section
	for _, s := range policy.CaseSections {
		if f.Open[s] {
			read = append(read, s)
		}
	}
	return f, m.audit.ReadSections(ctx, policy.Case, id, read...)
}

func (m *Module) file(ctx context.Context, tx *db.Tx, id string) (*File, error) {
	c, open, key, err := m.load(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	f := &File{Case: *c, Open: open, Today: tx.Today()}
	if f.Household, err = m.people.HouseholdIn(ctx, tx, c.HouseholdID); err != nil {
		return nil, err
	}
	if f.OrgName, _, err = m.network.Organisation(ctx, tx, policy.From(ctx).Network, c.OrgID); err != nil {
		return nil, err
	}
	if f.Steps, err = m.steps(ctx, tx, c); err != nil {
		return nil, err
	}
	if f.GoneOn, err = m.goneOn(ctx, tx, c); err != nil {
		return nil, err
	}
	if f.Team, err = m.team(ctx, tx, c, open, key); err != nil {
		return nil, err
	}
	if f.Tasks, err = m.tasks.Of(ctx, tx, task.Record{Kind: policy.Case, ID: id, Section: policy.Overview}, open); err != nil {
		return nil, err
	}
	if f.Comments, err = m.comments.Of(ctx, tx, task.Record{Kind: policy.Case, ID: id, Section: policy.Diary}, open); err != nil {
		return nil, err
	}
	all, err := m.assessments(ctx, tx, &assessing{c, open, key})
	if err != nil {
		return nil, err
	}
	if f.Assessments, err = m.seen(ctx, tx, f, all); err != nil {
		return nil, err
	}
	if open[policy.Plan] {
		if err := m.planned(ctx, tx, f, key); err != nil {
			return nil, err
		}
		if f.Sittings, err = m.sittings(ctx, tx, c); err != nil {
			return nil, err
		}
		if f.Reception, err = m.reception(ctx, tx, c, key); err != nil {
			return nil, err
		}
	}
	if open[policy.AreaWork] {
		if f.Work, err = m.workPaths(ctx, tx, f); err != nil {
			return nil, err
		}
	}
	if open[policy.Diary] {
		if err := m.told(ctx, tx, f, key); err != nil {
			return nil, err
		}
	}
	return f, m.beside(ctx, tx, f, key)
}

// beside reads what the page of a case shows that is no section of it.
func (m *Module) beside(ctx context.Context, tx *db.Tx, f *File, key *crypto.Key) (err error) {
	if f.Documents, err = m.documents(ctx, tx, f, key); err != nil {
		return err
	}
	if f.Mandates, err = m.bodyMandates(ctx, tx, f); err != nil {
		return err
	}
	if f.Referrals, err = m.caseReferrals(ctx, tx, &f.Case, f.Open); err != nil {
		return err
	}
	if f.Mobile, err = m.caseMobile(ctx, tx, &f.Case); err != nil {
		return err
	}
	if f.Emergencies, err = m.emergenciesNow(ctx, tx, f); err != nil {
		return err
	}
	return m.placeOptions(ctx, tx, f)
}

// load reads a case in the actor's scope, with what is open of it and its key.
// Every use case on a case begins here: a part of a case is found only through
// the case. Who reads it by emergency access is Forbidden to write.
func (m *Module) load(ctx context.Context, tx *db.Tx, id string) (*Case, policy.Open, *crypto.Key, error) {
	actor := policy.From(ctx)
	row, err := caseByID(ctx, tx, actor, id)
	if err != nil {
		return nil, nil, nil, err
	}
	open, err := policy.Sections(ctx, tx, policy.Case, id)
	if err != nil {
		return nil, nil, nil, err
	}
	keys, err := m.keys.Get(ctx, actor.Network, id)
	if err != nil {
		return nil, nil, nil, err
	}
	if row.Emergency, err = m.readsInEmergency(ctx, tx, id); err != nil {
		return nil, nil, nil, err
	}
	// Why the case was opened is a narrative: it opens with the diary.
	if open[policy.Diary] {
		reason, err := keys[id].Open(row.sealed, "case/"+id)
		if err != nil {
			return nil, nil, nil, err
		}
		row.Reason = string(reason)
	}
	return &row.Case, open, keys[id], nil
}

// act loads a case for an act that needs a permission and a section: what is
// not open is NotFound, what the role does not carry is Forbidden, and a closed
// case takes no more work.
func (m *Module) act(ctx context.Context, tx *db.Tx, id string, p policy.Permission, s policy.Section) (*Case, policy.Open, *crypto.Key, error) {
	c, open, key, err := m.actOnClosed(ctx, tx, id, p, s)
	if err == nil && c.closed() {
		err = errs.New(errs.Conflict, "case.closed_already")
	}
	if err != nil {
		return nil, nil, nil, err
	}
	return c, open, key, nil
}

// actOnClosed is act for what a closed case takes too.
func (m *Module) actOnClosed(ctx context.Context, tx *db.Tx, id string, p policy.Permission, s policy.Section) (*Case, policy.Open, *crypto.Key, error) {
	c, open, key, err := m.load(ctx, tx, id)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := open.Require(s); err != nil {
		return nil, nil, nil, err
	}
	if _, err := policy.Check(ctx, p); err != nil {
		return nil, nil, nil, err
	}
	return c, open, key, m.works(ctx, tx, c, p)
}

// actOnAll is act for what is about everybody of the family: it is refused, with a
// Conflict, while the data of one of them are only kept.
func (m *Module) actOnAll(ctx context.Context, tx *db.Tx, id string, p policy.Permission, s policy.Section) (*Case, policy.Open, *crypto.Key, error) {
	c, open, key, err := m.act(ctx, tx, id, p, s)
	if err == nil {
		err = m.people.CheckHousehold(ctx, tx, c.HouseholdID)
	}
	return c, open, key, err
}

func (m *Module) record(ctx context.Context, tx *db.Tx, act, id string, s policy.Section) error {
	return m.audit.Record(ctx, tx, audit.Entry{Act: act, Kind: policy.Case, ID: id, Section: s})
}
