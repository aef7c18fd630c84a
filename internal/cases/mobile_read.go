package cases

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// MobileNote is what somebody wrote on a request.
type MobileNote struct {
	ID   string
	Kind MobileNoteKind
	By   string // account
	Who  string // name
	At   time.Time
	Text string
}

func (n *MobileNote) place() string { return "mobile_note/" + n.ID }

type mobileNoteRow struct {
	MobileNote
	sealed []byte
}

// MobileFile is a request as one actor may see it.
type MobileFile struct {
	MobileRequest
	Team       bool // the actor is of the team that is asked
	Asks       bool // the actor is on the side that asks
	Workers    []string
	Notes      []MobileNote
	Activities []MobileActivity
	Shared     *File // of the case, what is shared with who works on it; nil for all others
}

// mobile loads a request that the actor may see, and its key: see mobileScope. To all
// others it does not exist.
func (m *Module) mobile(ctx context.Context, tx *db.Tx, id string) (*MobileRequest, *crypto.Key, error) {
	actor := policy.From(ctx)
	row, err := mobileByID(ctx, tx, actor, id)
	if err != nil {
		return nil, nil, err
	}
	r := &row.MobileRequest
	ok, err := m.mobileOpen(ctx, tx, &row, mobileGates{})
	if err == nil && !ok {
		err = errs.Missing()
	}
	if err != nil {
		return nil, nil, err
	}
	keys, err := m.keys.Get(ctx, actor.Network, r.keyOwner())
	if err != nil {
		return nil, nil, err
	}
	key := keys[r.keyOwner()]
	if key == nil {
		return nil, nil, errs.Missing()
	}
	plain, err := key.Open(row.sealed, r.place())
	if err == nil {
		err = json.Unmarshal(plain, &r.mobileWords)
	}
	return r, key, err
}

// mobileGates is what was asked about agreements already, by who leads a case and its
// programme: a list asks as often however long it is.
type mobileGates map[[2]string]bool

// mobileOpen tells whether a request that the store found for the actor is open to them
// today: to a team, one on a case is while an agreement covers it.
func (m *Module) mobileOpen(ctx context.Context, tx *db.Tx, r *mobileRow, gates mobileGates) (bool, error) {
	actor := policy.From(ctx)
	if !actor.May(policy.MobileRead) || actor.OrgKind == policy.Authority {
		return false, nil
	}
	if r.CaseID == "" || r.ToOrg != actor.OrgID {
		return true, nil
	}
	on := [2]string{r.caseOrg, r.caseProgramme}
	open, known := gates[on]
	if known {
		return open, nil
	}
	terms, err := m.mobileTerms(ctx, tx, r.caseOrg, r.caseProgramme)
	if err != nil {
		return false, err
	}
	gates[on], err = policy.MayShare(ctx, tx, actor.Network, r.ToOrg, terms, policy.Overview)
	return gates[on], err
}

// mobileTerms are those on which a case is shared with a mobile team, whoever reads: as
// with who is named to its team.
func (m *Module) mobileTerms(ctx context.Context, tx *db.Tx, org, programme string) (policy.Terms, error) {
	_, kind, err := m.network.Organisation(ctx, tx, policy.From(ctx).Network, org)
	if err != nil {
		return policy.Terms{}, err
	}
	owner := policy.Actor{OrgKind: kind}
	class, err := m.programmes.Class(ctx, tx, programme)
	return policy.Terms{Owner: org, Purpose: policy.CaseWork, Basis: policy.InstitutionalTask, Class: max(class, owner.Class())}, err
}

// Mobile returns a request with what was written and done on it and, for who works on
// it, what is shared of the case. It logs what was read.
func (m *Module) Mobile(ctx context.Context, id string) (f *MobileFile, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		f, err = m.mobileFile(ctx, tx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	if f.Shared != nil {
		if err := m.audit.ReadSections(ctx, policy.Case, f.CaseID, f.Sections...); err != nil {
			return nil, err
		}
	}
	return f, m.audit.Append(ctx, f.entry("read"))
}

func (m *Module) mobileFile(ctx context.Context, tx *db.Tx, id string) (*MobileFile, error) {
	r, key, err := m.mobile(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	actor := policy.From(ctx)
	f := &MobileFile{MobileRequest: *r, Team: r.ToOrg == actor.OrgID && actor.May(policy.MobileWork), Asks: r.OrgID == actor.OrgID && actor.May(policy.MobileAsk)}
	names, err := m.network.StaffNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	if err := m.nameMobile(ctx, tx, names, &f.MobileRequest); err != nil {
		return nil, err
	}
	workers, err := mobileWorkersOf(ctx, tx, actor.Network, id)
	if err != nil {
		return nil, err
	}
	for _, w := range workers {
		f.Workers = append(f.Workers, names[w])
	}
	notes, err := mobileNotesOf(ctx, tx, actor.Network, id)
	if err != nil {
		return nil, err
	}
	for _, n := range notes {
		plain, err := key.Open(n.sealed, n.place())
		if err != nil {
			return nil, err
		}
		n.Text, n.Who = string(plain), names[n.By]
		f.Notes = append(f.Notes, n.MobileNote)
	}
	if f.Activities, err = mobileActivitiesOf(ctx, tx, actor.Network, id); err != nil {
		return nil, err
	}
	for i := range f.Activities {
		a := &f.Activities[i]
		plain, err := key.Open(a.sealed, a.place())
		if err != nil {
			return nil, err
		}
		a.Note, a.Who = string(plain), names[a.AccountID]
	}
	if f.Mine && f.Team && f.CaseID != "" && f.State == MobileTaken {
		f.Shared, err = m.shared(ctx, tx, r, key)
	}
	return f, err
}

func (m *Module) nameMobile(ctx context.Context, tx *db.Tx, names map[string]string, list ...*MobileRequest) error {
	orgs, err := m.network.Names(ctx, tx)
	for _, r := range list {
		r.Who, r.OrgName, r.ToName = names[r.AskedBy], orgs[r.OrgID], orgs[r.ToOrg]
	}
	return err
}

// shared is the case of a request as far as the asker shares it and an agreement covers
// it today. Nobody's name is in it: who has to meet the family is named to its team.
func (m *Module) shared(ctx context.Context, tx *db.Tx, r *MobileRequest, key *crypto.Key) (*File, error) {
	net := policy.From(ctx).Network
	c, err := anyCase(ctx, tx, net, r.CaseID)
	if err != nil {
		return nil, err
	}
	terms, err := m.mobileTerms(ctx, tx, c.OrgID, c.Programme)
	if err != nil {
		return nil, err
	}
	f := &File{Case: c, Open: policy.Open{}, Household: &people.Household{}}
	for _, s := range r.Sections {
		if f.Open[s], err = policy.MayShare(ctx, tx, net, r.ToOrg, terms, s); err != nil {
			return nil, err
		}
	}
	all, err := m.assessments(ctx, tx, &assessing{&c, f.Open, key})
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(a Assessment) bool { return a.Subject.Kind != OfHousehold })
	if f.Assessments, err = m.seen(ctx, tx, f, all); err != nil {
		return nil, err
	}
	if f.Open[policy.Plan] {
		if f.Plan, err = m.plan(ctx, tx, &c, key); err != nil {
			return nil, err
		}
	}
	if f.Open[policy.Diary] {
		f.Diary, err = m.diary(ctx, tx, &c, key)
	}
	return f, err
}

// MobileShow is which requests are listed.
type MobileShow string

// The lists of requests: those that wait for the actor, those that are not over, all.
const (
	MobileWaiting MobileShow = "waiting"
	MobileOpen    MobileShow = "open"
	MobileAll     MobileShow = "all"
)

// MobileShows lists them.
var MobileShows = []MobileShow{MobileWaiting, MobileOpen, MobileAll}

// waits tells whether a request waits for the actor: of the team, who triages or works
// on it; of who asked, who is asked for more or has an advice to read and to rate.
func (r *MobileRequest) waits(a policy.Actor) bool {
	if r.ToOrg == a.OrgID && a.May(policy.MobileWork) && (r.State == MobileAsked || r.State == MobileTaken && r.Mine) {
		return true
	}
	return r.AskedBy == a.AccountID && (r.State == MobileMore || r.State == MobileTaken && r.Advised)
}

// MobileRequests lists the requests that are open to the actor, the newest first,
// without what was written.
func (m *Module) MobileRequests(ctx context.Context, show MobileShow) (out []MobileRequest, err error) {
	actor, err := policy.Check(ctx, policy.MobileRead)
	if err != nil {
		return nil, err
	}
	return out, m.db.Read(ctx, func(tx *db.Tx) (err error) {
		rows, err := mobileShown(ctx, tx, actor, show)
		if err != nil {
			return err
		}
		rows = slices.DeleteFunc(rows, func(r mobileRow) bool { return show == MobileWaiting && !r.waits(actor) })
		out, err = m.mobileRequests(ctx, tx, rows)
		return err
	})
}

// caseMobile are the requests about a case that are open to the actor.
func (m *Module) caseMobile(ctx context.Context, tx *db.Tx, c *Case) ([]MobileRequest, error) {
	rows, err := mobileOf(ctx, tx, policy.From(ctx), c.ID)
	if err != nil {
		return nil, err
	}
	return m.mobileRequests(ctx, tx, rows)
}

// mobileRequests leaves those of the rows on whose case an agreement stands.
func (m *Module) mobileRequests(ctx context.Context, tx *db.Tx, rows []mobileRow) (out []MobileRequest, err error) {
	if len(rows) == 0 {
		return nil, nil
	}
	var list []*MobileRequest
	gates := mobileGates{}
	for i := range rows {
		ok, err := m.mobileOpen(ctx, tx, &rows[i], gates)
		if err != nil {
			return nil, err
		}
		if ok {
			list = append(list, &rows[i].MobileRequest)
		}
	}
	names, err := m.network.StaffNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	err = m.nameMobile(ctx, tx, names, list...)
	for _, r := range list {
		out = append(out, *r)
	}
	return out, err
}
