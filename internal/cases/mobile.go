package cases

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/people"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// MobileState is where a request to the mobile team stands.
type MobileState string

// The states of a request. Asked waits for the team, More for who asked.
const (
	MobileAsked    MobileState = "asked"
	MobileMore     MobileState = "more"
	MobileTaken    MobileState = "taken"
	MobileDeclined MobileState = "declined"
	MobileClosed   MobileState = "closed"
)

// MobileStates lists them.
var MobileStates = []MobileState{MobileAsked, MobileMore, MobileTaken, MobileDeclined, MobileClosed}

// MobileUrgencies are how soon help is needed.
var MobileUrgencies = []string{"normal", "week", "urgent"}

// MobileModes are how who asks would like the team to help.
var MobileModes = []ledger.Mode{ledger.Remote, ledger.OnTerritory}

// The code lists of requests.
const (
	MobileReasonList  = "mobile_reason"
	MobileDeclineList = "mobile_decline_reason"
)

// mobileBody is what packs call the mobile team.
const mobileBody = "mobile_outreach_team"

// MobileRequest is what a service asks of the mobile team (Équipe Mobile
// Territoriale), on a case or on a brief that names nobody.
type MobileRequest struct {
	ID            string
	CaseID        string // empty: a brief
	AskedBy       string // account
	OrgID         string // who asks
	ToOrg         string // where the team works
	State         MobileState
	Reason        string // code of MobileReasonList
	Urgency       string
	Mode          ledger.Mode
	Languages     []string
	Sections      []policy.Section // of the case, that are shared
	DeclineReason string           // code of MobileDeclineList
	Rating        int              // of the help, 1 to 5; 0 is none
	AskedAt       time.Time
	Version       int
	ledger.Place  // where the work counts
	mobileWords

	Advised bool // the team has written an advice
	Mine    bool // the reader works on it
	OrgName string
	ToName  string
	Who     string // name of AskedBy
}

// mobileWords is what is sealed of a request.
type mobileWords struct {
	Brief       string `json:"brief"`
	DeclineNote string `json:"decline,omitempty"`
	RatingNote  string `json:"rating,omitempty"`
}

func (r *MobileRequest) place() string { return "mobile_request/" + r.ID }

// keyOwner is whose key seals what is written about a request.
func (r *MobileRequest) keyOwner() string {
	if r.CaseID != "" {
		return r.CaseID
	}
	return r.ID
}

// over tells whether nothing more is done on it.
func (r *MobileRequest) over() bool { return r.State == MobileDeclined || r.State == MobileClosed }

// MobileDraft is a request as a form asks for it.
type MobileDraft struct {
	CaseID    string
	ToOrg     string // where the team works
	Reason    string
	Urgency   string
	Mode      ledger.Mode
	Languages []string
	Sections  []policy.Section
	Brief     string
	Sent      crypto.Sending
}

// Check reports what is wrong with a request.
func (n *MobileDraft) Check(ctx context.Context, today db.Date) error {
	c := errs.Check{}
	c.That(n.ToOrg != "", "to", "mobile.to_missing")
	c.That(codelist.Valid(ctx, MobileReasonList, n.Reason, today), "reason", "mobile.reason_missing")
	c.That(slices.Contains(MobileUrgencies, n.Urgency), "urgency", "error.field_choice")
	c.That(slices.Contains(MobileModes, n.Mode), "mode", "error.field_choice")
	c.That(n.Brief != "", "brief", "mobile.brief_missing")
	c.That(errs.Fits(n.Brief, longText), "brief", "error.field_long")
	for _, l := range n.Languages {
		c.That(slices.Contains(people.Languages, l), "languages", "error.field_choice")
	}
	for _, s := range n.Sections {
		c.That(n.CaseID != "" && slices.Contains(policy.CaseSections, s), "sections", "error.field_choice")
	}
	return c.Err()
}

// AskMobileTeam asks a mobile team for help and returns the id of the request; the same
// form sent twice asks once. On a case it shares the sections that are chosen, of those
// open to the actor, and an agreement must cover them; a brief names nobody and needs
// none.
func (m *Module) AskMobileTeam(ctx context.Context, n MobileDraft) (id string, err error) {
	actor, err := policy.Check(ctx, policy.MobileAsk)
	if err != nil {
		return "", err
	}
	if err := n.Check(ctx, db.DateOf(m.db.Now())); err != nil {
		return "", err
	}
	fresh := db.NewID()
	var key *crypto.Key
	if n.CaseID == "" {
		if key, err = m.keys.CreateOne(ctx, actor.Network, fresh); err != nil {
			return "", err
		}
	}
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		r := &MobileRequest{ID: fresh, CaseID: n.CaseID, AskedBy: actor.AccountID, OrgID: actor.OrgID, ToOrg: n.ToOrg, State: MobileAsked,
			Reason: n.Reason, Urgency: n.Urgency, Mode: n.Mode, Languages: n.Languages, Version: 1, mobileWords: mobileWords{Brief: n.Brief}}
		key, programme := key, ""
		if n.CaseID != "" {
			c, ofCase, err := m.sharedCase(ctx, tx, r, n)
			if err != nil {
				return err
			}
			key, programme = ofCase, c.Programme
		}
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, fresh); err != nil || id != fresh {
			return err
		}
		teams, err := m.mobileTeams(ctx, tx)
		if err != nil {
			return err
		}
		if teams[n.ToOrg] == "" {
			return errs.Check{"to": "error.field_choice"}.Err()
		}
		if r.Place, err = m.mobilePlace(ctx, tx, n.ToOrg, programme); err != nil {
			return err
		}
		sealed, err := r.seal(key)
		if err != nil {
			return err
		}
		if err := insertMobile(ctx, tx, actor.Network, r, sealed); err != nil {
			return err
		}
		return m.recordMobile(ctx, tx, "mobile.ask", r)
	})
	return id, err
}

// sharedCase loads the case of a request and checks that what is shared of it may be.
func (m *Module) sharedCase(ctx context.Context, tx *db.Tx, r *MobileRequest, n MobileDraft) (*Case, *crypto.Key, error) {
	c, open, key, err := m.actOnAll(ctx, tx, n.CaseID, policy.MobileAsk, policy.Diary)
	if err != nil {
		return nil, nil, err
	}
	r.Sections = []policy.Section{policy.Overview}
	for _, s := range policy.CaseSections[1:] {
		if !slices.Contains(n.Sections, s) {
			continue
		}
		if !open[s] {
			return nil, nil, errs.Check{"sections": "error.field_choice"}.Err()
		}
		r.Sections = append(r.Sections, s)
	}
	terms, err := m.mobileTerms(ctx, tx, c.OrgID, c.Programme)
	if err != nil {
		return nil, nil, err
	}
	return c, key, m.network.CheckSharing(ctx, tx, terms, n.ToOrg, r.Sections...)
}

func (r *MobileRequest) seal(key *crypto.Key) ([]byte, error) {
	plain, err := json.Marshal(r.mobileWords)
	return key.Seal(plain, r.place()), err
}

// mobileTeams are the bodies where a mobile team works, with their names.
func (m *Module) mobileTeams(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	staff, err := m.network.Operators(ctx, tx, policy.MobileTeam)
	out := map[string]string{}
	for _, op := range staff {
		if op.Active {
			out[op.OrgID] = op.OrgName
		}
	}
	return out, err
}

// mobilePlace is the activity of the mobile team in the programmes of its body: that of
// the case's programme, or the first; empty when no pack has such a team.
func (m *Module) mobilePlace(ctx context.Context, tx *db.Tx, toOrg, programme string) (ledger.Place, error) {
	places, err := m.programmes.BodyPlaces(ctx, tx, mobileBody)
	if err != nil {
		return ledger.Place{}, err
	}
	codes, err := m.network.WorksIn(ctx, tx, toOrg, tx.Today())
	places = slices.DeleteFunc(places, func(p ledger.Place) bool { return !slices.Contains(codes, p.Programme) })
	if i := slices.IndexFunc(places, func(p ledger.Place) bool { return p.Programme == programme }); i >= 0 {
		return places[i], err
	}
	return append(places, ledger.Place{})[0], err
}

// recordMobile writes an act on a request into the audit: of the case, when it is about
// one.
func (m *Module) recordMobile(ctx context.Context, tx *db.Tx, act string, r *MobileRequest) error {
	return m.audit.Record(ctx, tx, r.entry(act))
}

func (r *MobileRequest) entry(act string) audit.Entry {
	if r.CaseID != "" {
		return audit.Entry{Act: act, Kind: policy.Case, ID: r.CaseID, Section: policy.Overview}
	}
	return audit.Entry{Act: act, Kind: "mobile_request", ID: r.ID}
}

func spaced[T ~string](list []T) string { return strings.Join(words(list), " ") }
