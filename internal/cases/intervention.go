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
	Note       string
	VoidReason string // why it does not count any more
	VoidedAt   *time.Time
	ledger.Place
	FundingLine string // a code of FundingList, for what no programme pays; empty is not stated
	NotCounted  bool   // the programme it belongs to does not count it, by SetEligibility
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
	Minutes  int
	Urgent   bool
	PlaceKey string // the activity it belongs to; "-" takes the case's own
	Funding  string // of FundingList; for work that no programme pays
	Note     string
	Sent     crypto.Sending
}

// SamePlace says that an intervention belongs where its case does.
const SamePlace = "-"

// Check reports what is wrong with an intervention.
func (n *NewIntervention) Check(ctx context.Context, today db.Date) error {
	c := errs.Check{}
	c.That(n.On != "" && n.On.Within(today, 5, 0), "on", "intervention.date_wrong")
	c.That(slices.Contains(Modes, n.Mode), "mode", "error.field_choice")
	c.That(n.Minutes >= 0 && n.Minutes <= 24*60, "minutes", "intervention.minutes_wrong")
	c.That(n.Funding == "" || codelist.Valid(ctx, FundingList, n.Funding, n.On), "funding", "error.field_choice")
	c.That(n.Note != "", "note", "intervention.note_missing")
	c.That(errs.Fits(n.Note, longText), "note", "error.field_long")
	return c.Err()
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
	place, err := c.Place, error(nil)
	if n.PlaceKey != SamePlace {
		if place, err = m.programmes.PlaceOf(ctx, tx, n.PlaceKey); err != nil {
			return err
		}
	}
	i := Intervention{ID: id, AccountID: actor.AccountID, OrgID: actor.OrgID, On: n.On, Mode: n.Mode, Minutes: n.Minutes,
		Urgent: n.Urgent, Place: place}
	if place.Programme == "" { // one hour is never charged twice
		i.FundingLine = n.Funding
	}
	sealed := key.Seal([]byte(n.Note), "intervention/"+id)
	if err := insertIntervention(ctx, tx, actor.Network, c.ID, &i, sealed); err != nil {
		return err
	}
	if err := m.record(ctx, tx, "intervention.record", c.ID, policy.Diary); err != nil {
		return err
	}
	territory, err := m.network.Territory(ctx, tx, actor.Network, i.OrgID)
	if err != nil {
		return err
	}
	return m.ledger.Post(ctx, tx, actor.Network, i.facts(c, territory)...)
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
		i, err := interventionByID(ctx, tx, net, c.ID, id)
		if err != nil {
			return err
		}
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

func (m *Module) diary(ctx context.Context, tx *db.Tx, c *Case, key *crypto.Key) ([]Intervention, error) {
	names, err := m.network.StaffNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	rows, err := diaryOf(ctx, tx, policy.From(ctx).Network, c.ID)
	out := make([]Intervention, len(rows))
	for i, r := range rows {
		note, err := key.Open(r.sealed, "intervention/"+r.ID)
		if err != nil {
			return nil, err
		}
		r.Note, r.Who = string(note), names[r.AccountID]
		out[i] = r.Intervention
	}
	if err == nil {
		err = m.notCounted(ctx, tx, c, out)
	}
	return out, err
}
