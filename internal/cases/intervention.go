package cases

import (
	"context"
	"slices"
	"time"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Intervention is work done with or for the family: at the desk, on the
// territory, or at a distance.
type Intervention struct {
	ID         string
	AccountID  string
	Who        string // name of who did it
	OrgID      string
	On         db.Date
	Mode       ledger.Mode
	Minutes    int
	Urgent     bool
	VoidReason string // why it does not count any more
	VoidedAt   *time.Time
	ledger.Place
	FundingLine string // a code of FundingList, for what no programme pays; empty is not stated
	Support
	Hours
	InterventionWords
	Version      int                   // grows with each correction; 0 was written before there were any
	NotCounted   bool                  // the programme it belongs to does not count it, by SetEligibility
	ProviderName string                // of the body of the network that gave it
	Earlier      []EarlierIntervention // what it said until it was corrected, the last first
}

// InterventionWords is what is sealed of an intervention.
type InterventionWords struct {
	Note    string `json:"note"`
	Outside string `json:"outside,omitempty"` // a provider that is not of the network
	Why     string `json:"why,omitempty"`     // it goes on beside another of its kind
	Reason  string `json:"reason,omitempty"`  // why it was corrected
}

// FundingList is the code list of other money.
const FundingList = "funding_line"

// Modes are where an intervention can take place.
var Modes = []ledger.Mode{ledger.InPerson, ledger.OnTerritory, ledger.Remote}

// VoidReasons are why an intervention is taken back.
var VoidReasons = []string{"mistake", "duplicate", "other_case"}

// NewIntervention is what recording one asks for.
type NewIntervention struct {
	On       db.Date
	Mode     ledger.Mode
	Minutes  int // with Hours they are counted
	Urgent   bool
	PlaceKey string // the activity it belongs to; "-" takes the case's own
	Funding  string // of FundingList; for work that no programme pays
	Note     string
	Hours
	Support
	Outside string // the provider, when it is not of the network
	Why     string // it goes on beside another of its kind in the same days
	Sent    crypto.Sending
}

// SamePlace says that an intervention belongs where its case does.
const SamePlace = "-"

// Check reports what is wrong with an intervention.
func (n *NewIntervention) Check(ctx context.Context, today db.Date) error {
	c := errs.Check{}
	n.check(ctx, c, today, &Intervention{})
	return c.Err()
}

// check is Check for one that said was before; it counts the minutes.
func (n *NewIntervention) check(ctx context.Context, c errs.Check, today db.Date, was *Intervention) {
	c.That(n.On != "" && n.On.Within(today, 5, 0), "on", "intervention.date_wrong")
	c.That(slices.Contains(Modes, n.Mode), "mode", "error.field_choice")
	if n.Ends > 0 {
		c.That(n.Starts >= 0 && n.Starts < n.Ends && n.Ends <= dayMinutes, "ends", "intervention.ends_wrong")
		n.Minutes = n.Ends - n.Starts
	}
	c.That(n.Minutes >= 0 && n.Minutes <= dayMinutes, "minutes", "intervention.minutes_wrong")
	c.That(n.Funding == "" || n.Funding == was.FundingLine || codelist.Valid(ctx, FundingList, n.Funding, n.On), "funding", "error.field_choice")
	c.That(n.Note != "", "note", "intervention.note_missing")
	c.That(errs.Fits(n.Note, longText), "note", "error.field_long")
	c.That(errs.Fits(n.Why, lineText), "why", "error.field_long")
	n.Support.check(ctx, c, n.On, n.Outside, was.Support)
}

// RecordIntervention writes work down on a case and counts it. An urgent one is
// taken at any stage, on a closed case too. It returns the intervention's id;
// the same form sent twice returns the first.
func (m *Module) RecordIntervention(ctx context.Context, caseID string, n NewIntervention) (id string, err error) {
	if err := n.Check(ctx, db.DateOf(m.db.Now())); err != nil {
		return "", err
	}
	actor := policy.From(ctx)
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		c, open, key, err := m.load(ctx, tx, caseID)
		if err != nil {
			return err
		}
		if err := open.Require(policy.Diary); err != nil {
			return err
		}
		if _, err := policy.Check(ctx, policy.InterventionDo); err != nil {
			return err
		}
		if err := m.works(ctx, tx, c, policy.InterventionDo); err != nil {
			return err
		}
		if c.closed() && !n.Urgent {
			return errs.New(errs.Conflict, "case.closed_already")
		}
		if !n.Urgent {
			if err := m.people.CheckHousehold(ctx, tx, c.HouseholdID); err != nil {
				return err
			}
		}
		fresh := db.NewID()
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, fresh); err != nil || id != fresh {
			return err
		}
		return m.intervene(ctx, tx, c, key, id, n)
	})
	return id, err
}

// intervene writes one intervention in the transaction of the caller.
func (m *Module) intervene(ctx context.Context, tx *db.Tx, c *Case, key *crypto.Key, id string, n NewIntervention) error {
	actor := policy.From(ctx)
	i := Intervention{ID: id, AccountID: actor.AccountID, OrgID: actor.OrgID, Urgent: n.Urgent, Version: 1}
	if err := m.fill(ctx, tx, c, &i, n); err != nil {
		return err
	}
	sealed, err := sealMore(key, i.sealedAt(), i.InterventionWords)
	if err != nil {
		return err
	}
	if err := insertIntervention(ctx, tx, actor.Network, c.ID, &i, sealed); err != nil {
		return err
	}
	if err := m.record(ctx, tx, "intervention.record", c.ID, policy.Diary); err != nil {
		return err
	}
	return m.countIntervention(ctx, tx, c, &i)
}

// fill puts into i what was said of it, unless an hour or an expense would be charged
// twice.
func (m *Module) fill(ctx context.Context, tx *db.Tx, c *Case, i *Intervention, n NewIntervention) (err error) {
	switch n.PlaceKey {
	case SamePlace:
		i.Place = c.Place
	case placeKey(i.Place): // it stays where it was
	default:
		if i.Place, err = m.programmes.PlaceOf(ctx, tx, n.PlaceKey); err != nil {
			return err
		}
	}
	i.FundingLine = ""
	if i.Programme == "" { // one hour is never charged twice
		i.FundingLine = n.Funding
	}
	i.On, i.Mode, i.Minutes, i.Hours, i.Support = n.On, n.Mode, n.Minutes, n.Hours, n.Support
	if i.Code != "" && i.From == "" {
		i.From, i.To = n.On, n.On
	}
	i.Note, i.Outside, i.Why = n.Note, n.Outside, n.Why
	if err := m.checkProvider(ctx, tx, i.ProviderID); err != nil {
		return err
	}
	if err := m.checkHours(ctx, tx, i); err != nil {
		return err
	}
	return m.checkGiven(ctx, tx, c, i)
}

func placeKey(p ledger.Place) string {
	if p.Programme == "" {
		return ""
	}
	return p.Programme + "/" + p.Activity
}

func (m *Module) countIntervention(ctx context.Context, tx *db.Tx, c *Case, i *Intervention) error {
	network := policy.From(ctx).Network
	territory, err := m.network.Territory(ctx, tx, network, i.OrgID)
	if err != nil {
		return err
	}
	return m.ledger.Post(ctx, tx, network, i.facts(c, territory)...)
}

// facts are what an intervention counts for: nothing, once it was taken back.
func (i *Intervention) facts(c *Case, territory string) []ledger.Fact {
	if i.VoidReason != "" {
		return nil
	}
	one := c.fact("cases.intervention", i.On, i.source(), territory)
	one.OrgID, one.Mode, one.Place = i.OrgID, i.Mode, i.Place
	minutes := one
	minutes.Measure, minutes.Quantity = "cases.intervention_minutes", int64(i.Minutes)
	if i.Minutes == 0 {
		return []ledger.Fact{one}
	}
	return []ledger.Fact{one, minutes}
}

func (i *Intervention) sealedAt() string { return "intervention/" + i.ID + "/" + itoa(i.Version) }

func (i *Intervention) source() ledger.Source { return ledger.Source{Kind: "intervention", ID: i.ID} }

// VoidIntervention takes back an intervention that was written down by mistake:
// it stays in the diary, crossed out, and counts no more.
func (m *Module) VoidIntervention(ctx context.Context, caseID, id, reason string) error {
	if !slices.Contains(VoidReasons, reason) {
		return errs.Check{"reason": "error.field_choice"}.Err()
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		net := policy.From(ctx).Network
		c, open, _, err := m.load(ctx, tx, caseID)
		if err != nil {
			return err
		}
		if err := open.Require(policy.Diary); err != nil {
			return err
		}
		if _, err := policy.Check(ctx, policy.InterventionVoid); err != nil {
			return err
		}
		if err := m.works(ctx, tx, c, policy.InterventionVoid); err != nil {
			return err
		}
		row, err := interventionByID(ctx, tx, net, c.ID, id)
		if err != nil {
			return err
		}
		i := row.Intervention
		actor := policy.From(ctx)
		if i.AccountID != actor.AccountID && c.ManagerID != actor.AccountID {
			return errs.New(errs.Forbidden, "intervention.void_not_yours")
		}
		if i.VoidReason != "" {
			return errs.New(errs.Conflict, "intervention.void_already")
		}
		if err := voidIntervention(ctx, tx, net, id, reason); err != nil {
			return err
		}
		if err := m.record(ctx, tx, "intervention.void", c.ID, policy.Diary); err != nil {
			return err
		}
		return m.ledger.Reverse(ctx, tx, net, i.source())
	})
}

// Urgent records an urgent intervention on a household, before any assessment,
// and opens the case that it needs when there is none, all in one. It returns
// the case's id; the same form sent twice returns the first.
func (m *Module) Urgent(ctx context.Context, householdID string, n NewIntervention) (caseID string, err error) {
	n.Urgent = true
	if err := n.Check(ctx, db.DateOf(m.db.Now())); err != nil {
		return "", err
	}
	actor, err := policy.Check(ctx, policy.InterventionDo)
	if err != nil {
		return "", err
	}
	fresh := db.NewID()
	key, err := m.keys.CreateOne(ctx, actor.Network, fresh)
	if err != nil {
		return "", err
	}
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		entry := db.NewID()
		first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, entry)
		if err != nil {
			return err
		}
		if first != entry {
			caseID, err = caseOfIntervention(ctx, tx, actor.Network, first)
			return err
		}
		if caseID, err = caseOfHousehold(ctx, tx, actor, householdID); err != nil {
			return err
		}
		if caseID == "" {
			if _, err := policy.Check(ctx, policy.CaseOpen); err != nil {
				return err
			}
			caseID = fresh
			opening := NewCase{HouseholdID: householdID, PlaceKey: placeOrNone(n.PlaceKey), Reason: n.Note}
			if err := m.open(ctx, tx, actor, caseID, opening, key); err != nil {
				return err
			}
		}
		c, open, key, err := m.load(ctx, tx, caseID)
		if err == nil {
			err = open.Require(policy.Diary)
		}
		if err != nil {
			return err
		}
		return m.intervene(ctx, tx, c, key, entry, n)
	})
	return caseID, err
}

func placeOrNone(key string) string {
	if key == SamePlace {
		return ""
	}
	return key
}
