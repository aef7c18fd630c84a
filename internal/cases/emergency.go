package cases

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// emergencyLasts is how long emergency access opens a case.
const emergencyLasts = 24 * time.Hour

// mostEmergencies is how many times somebody can ask in emergencyLasts: it is for the
// family one has in front of oneself, and not for looking around.
const mostEmergencies = 10

// EmergencyReasons are why somebody outside the team must read a case at once.
var EmergencyReasons = []string{"life", "minor", "in_front"}

// emergencyBases are their grounds. Without an agreement between the two bodies only
// the first two open anything.
var emergencyBases = map[string]policy.Basis{
	"life": policy.VitalInterest, "minor": policy.ChildProtection, "in_front": policy.InstitutionalTask,
}

// emergencyOpens are the sections that emergency access opens.
var emergencyOpens = []policy.Section{policy.Overview, policy.Plan, policy.Diary}

// EmergencyAsk is what emergency access (accesso d'emergenza motivato) asks for.
type EmergencyAsk struct {
	PersonID string // somebody open to the actor; or else
	CaseID   string // the id of the case or its address, as somebody gave it
	Reason   string // of EmergencyReasons
	Words    string // why; who answers for the case and the DPO read it
	Sent     crypto.Sending
}

// Emergency is an access that was asked for. Without a case nothing was opened.
type Emergency struct {
	ID      string
	CaseID  string
	Family  string // as far as the reader may know; empty for the DPO
	Who     string
	OrgName string
	Reason  string
	Words   string
	AskedAt time.Time
	Until   *time.Time
	EndedBy string // name; empty of one that ran out

	account, org string
	sealed       []byte
}

// Holds tells whether it opens the case at an instant.
func (e *Emergency) Holds(now time.Time) bool { return e.Until != nil && e.Until.After(now) }

func (e *Emergency) place() string { return "emergency/" + e.ID }

func (n *EmergencyAsk) check() error {
	c := errs.Check{}
	c.That(n.PersonID+n.CaseID != "", "case", "emergency.case_missing")
	c.That(slices.Contains(EmergencyReasons, n.Reason), "reason", "emergency.reason_missing")
	c.That(n.Words != "", "words", "emergency.words_missing")
	c.That(errs.Fits(n.Words, lineText), "words", "error.field_long")
	return c.Err()
}

// caseIn finds the id of a case in what somebody was told by phone: the id, or the
// address of its page.
func caseIn(told string) string {
	if _, after, ok := strings.Cut(told, "/cases/"); ok {
		told = after
	}
	told = strings.TrimSpace(told)
	if i := strings.IndexFunc(told, func(r rune) bool { return strings.ContainsRune("/?#", r) || unicode.IsSpace(r) }); i >= 0 {
		told = told[:i]
	}
	return told
}

// AskEmergency opens overview, plan and diary of the cases of a family to the actor,
// who is not in their team, for emergencyLasts, and tells who answers for them and the
// DPO at once. It answers alike whether there is a case or not, and opens none that is
// very restricted (C4), for no authority and, with a Conflict that is about themselves,
// for nobody of a discreet body: that they ask would say that the family is known there.
func (m *Module) AskEmergency(ctx context.Context, n EmergencyAsk) error {
	actor, err := policy.Check(ctx, policy.CaseRead)
	if err != nil {
		return err
	}
	if actor.Class() == policy.VeryRestricted {
		return errs.New(errs.Conflict, "emergency.discreet")
	}
	if err := n.check(); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		fresh := db.NewID()
		if first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, fresh); err != nil || first != fresh {
			return err
		}
		asked, err := emergenciesSince(ctx, tx, actor, tx.Now.Add(-emergencyLasts))
		if err != nil {
			return err
		}
		if asked >= mostEmergencies {
			return errs.New(errs.Conflict, "emergency.too_many")
		}
		list, err := m.emergencyCases(ctx, tx, n)
		if err != nil {
			return err
		}
		for i := range list {
			if err := m.openEmergency(ctx, tx, &list[i], n); err != nil {
				return err
			}
		}
		if len(list) > 0 {
			return nil
		}
		e := Emergency{ID: fresh, account: actor.AccountID, org: actor.OrgID, Reason: n.Reason}
		if err := m.audit.Record(ctx, tx, audit.Entry{Act: "case.emergency_none", Reason: n.Reason}); err != nil {
			return err
		}
		if err := m.tellDPO(ctx, tx, &e); err != nil {
			return err
		}
		return insertEmergency(ctx, tx, actor.Network, &e, nil)
	})
}

// emergencyCases are the open cases that an emergency may open to the actor: those of
// the person's household, or the one that was named. What cannot be opened is not there.
func (m *Module) emergencyCases(ctx context.Context, tx *db.Tx, n EmergencyAsk) (out []Case, err error) {
	actor := policy.From(ctx)
	if actor.OrgKind == policy.Authority {
		return nil, nil
	}
	var rows []caseRow
	if n.PersonID != "" {
		if err := policy.CanRead(ctx, tx, policy.Person, n.PersonID, policy.Identity); err != nil {
			return nil, err
		}
		home, err := m.people.HomeOf(ctx, tx, actor.Network, n.PersonID)
		if err != nil || home == "" {
			return nil, err
		}
		if rows, err = openCasesOn(ctx, tx, actor.Network, home); err != nil {
			return nil, err
		}
	} else {
		c, err := anyCase(ctx, tx, actor.Network, caseIn(n.CaseID))
		if errs.CodeOf(err) == errs.NotFound {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		rows = []caseRow{{Case: c}}
	}
	for i := range rows {
		may, err := m.emergencyMay(ctx, tx, &rows[i].Case, emergencyBases[n.Reason])
		if err != nil {
			return nil, err
		}
		if may {
			out = append(out, rows[i].Case)
		}
	}
	return out, nil
}

// emergencyMay tells whether a case can be opened to the actor in an emergency: it is
// open, not theirs to read, nothing of it and of the family is very restricted, and an
// agreement holds or the ground waits for none.
func (m *Module) emergencyMay(ctx context.Context, tx *db.Tx, c *Case, basis policy.Basis) (bool, error) {
	actor := policy.From(ctx)
	if c.closed() {
		return false, nil
	}
	switch err := policy.CanRead(ctx, tx, policy.Case, c.ID, policy.Any); {
	case err == nil:
		return false, nil
	case errs.CodeOf(err) != errs.NotFound:
		return false, err
	}
	restricted, err := policy.VeryRestrictedTo(ctx, tx, actor.Network, []policy.Record{{Kind: policy.Case, ID: c.ID}, {Kind: policy.Household, ID: c.HouseholdID}})
	if err != nil || len(restricted) > 0 {
		return false, err
	}
	terms, err := m.terms(ctx, tx, c, basis)
	if err != nil || terms.Class == policy.VeryRestricted {
		return false, err
	}
	family, err := m.people.Terms(ctx, tx, c.HouseholdID, basis)
	if err != nil || family.Class == policy.VeryRestricted {
		return false, err
	}
	may, err := policy.MayShare(ctx, tx, actor.Network, actor.OrgID, terms, policy.Overview)
	if err != nil || !may {
		return false, err
	}
	return policy.MayShare(ctx, tx, actor.Network, actor.OrgID, family, policy.Identity)
}

func (m *Module) openEmergency(ctx context.Context, tx *db.Tx, c *Case, n EmergencyAsk) error {
	actor, until := policy.From(ctx), tx.Now.Add(emergencyLasts)
	e := Emergency{ID: db.NewID(), CaseID: c.ID, account: actor.AccountID, org: actor.OrgID, Reason: n.Reason, Until: &until}
	keys, err := m.keys.Get(ctx, actor.Network, c.ID)
	if err != nil {
		return err
	}
	terms, err := m.terms(ctx, tx, c, emergencyBases[n.Reason])
	if err != nil {
		return err
	}
	family, err := m.people.Terms(ctx, tx, c.HouseholdID, terms.Basis)
	if err != nil {
		return err
	}
	to := policy.ToAccount(actor.AccountID)
	terms.Until, family.Until = &until, &until
	if err := policy.Grant(ctx, tx, actor.Network, policy.Case, c.ID, to, terms, emergencyOpens...); err != nil {
		return err
	}
	if err := m.people.ShareOn(ctx, tx, c.HouseholdID, to, family); err != nil {
		return err
	}
	if err := m.audit.Record(ctx, tx, audit.Entry{Act: "case.emergency", Kind: policy.Case, ID: c.ID, Section: policy.Overview, Reason: n.Reason}); err != nil {
		return err
	}
	if err := m.tasks.Remind(ctx, tx, task.Reminder{Key: e.place(), Due: tx.Today(), To: task.To{AccountID: c.ManagerID}, Message: "task.reminder.emergency",
		Record: task.Record{Kind: policy.Case, ID: c.ID, Section: policy.Overview}}); err != nil {
		return err
	}
	if err := m.tellDPO(ctx, tx, &e); err != nil {
		return err
	}
	return insertEmergency(ctx, tx, actor.Network, &e, keys[c.ID].Seal([]byte(n.Words), e.place()))
}

// tellDPO gives word to who watches over data, of what was asked for, opened or not.
func (m *Module) tellDPO(ctx context.Context, tx *db.Tx, e *Emergency) error {
	staff, err := m.network.Operators(ctx, tx, policy.DPO)
	for _, op := range staff {
		if err == nil && op.Active {
			err = m.tasks.Remind(ctx, tx, task.Reminder{Key: e.place() + "/" + op.AccountID, Due: tx.Today(), To: task.To{AccountID: op.AccountID},
				Message: "task.reminder.emergency_dpo"})
		}
	}
	return err
}

// EndEmergency closes a case to who reads it by emergency access, before its time. Who
// names the team may. One that holds no more is a Conflict.
func (m *Module) EndEmergency(ctx context.Context, caseID, id string) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, open, _, err := m.load(ctx, tx, caseID)
		if err != nil {
			return err
		}
		if err := open.Require(policy.Overview); err != nil {
			return err
		}
		actor, err := policy.Check(ctx, policy.CaseTeam)
		if err != nil {
			return err
		}
		if err := m.works(ctx, tx, c, policy.CaseTeam); err != nil {
			return err
		}
		e, err := emergencyByID(ctx, tx, actor.Network, c.ID, id)
		if err != nil {
			return err
		}
		if !e.Holds(tx.Now) {
			return errs.New(errs.Conflict, "emergency.over")
		}
		if err := m.record(ctx, tx, "case.emergency_end", c.ID, policy.Overview); err != nil {
			return err
		}
		from := policy.ToAccount(e.account)
		if err := policy.RevokeTimed(ctx, tx, actor.Network, policy.Case, c.ID, from); err != nil {
			return err
		}
		if err := m.people.UnshareTimed(ctx, tx, c.HouseholdID, from); err != nil {
			return err
		}
		return endEmergency(ctx, tx, actor.Network, e.ID, actor.AccountID)
	})
}
