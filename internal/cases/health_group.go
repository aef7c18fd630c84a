package cases

import (
	"context"
	"encoding/json"
	"slices"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// GroupState is whether a prevention group takes people in.
type GroupState string

// The states of a prevention group.
const (
	GroupOpen   GroupState = "open"   // one comes in at any time
	GroupClosed GroupState = "closed" // it goes on, and nobody new comes in
	GroupEnded  GroupState = "ended"
)

// GroupStates lists them, in their order.
var GroupStates = []GroupState{GroupOpen, GroupClosed, GroupEnded}

// GroupThemes is the code list of what prevention groups are about.
const GroupThemes = "prevention_theme"

// HealthGroup is a prevention group (gruppo di prevenzione): people whom a body brings
// together, each by name, by a code, or without saying who they are. That one comes to
// it may tell of a need, so it is kept as a path of care is (class C4): open to who is
// named to it, and of no sign to anybody else.
type HealthGroup struct {
	ID      string
	OrgID   string
	State   GroupState
	Version int
	ledger.Place
	GroupWords

	// What its own page shows.
	Members  []HealthMember
	People   []GroupPerson
	Sessions []GroupSession // the last first
}

// GroupWords is what is sealed of a prevention group.
type GroupWords struct {
	Name       string  `json:"name"`
	Theme      string  `json:"theme"` // code of GroupThemes
	Where      string  `json:"where"`
	Since      db.Date `json:"since"`
	Until      db.Date `json:"until,omitempty"`
	Conductors string  `json:"conductors"`         // who leads it
	Capacity   int     `json:"capacity,omitempty"` // of those by name or code; 0: as many as come
	Note       string  `json:"note,omitempty"`
}

func (g *HealthGroup) ended() bool { return g.State == GroupEnded }

func (g *HealthGroup) place() string { return "health_group/" + g.ID }

func (g *HealthGroup) circle() circle { return circle{policy.HealthGroup, g.ID, g.OrgID} }

// GroupDraft is a prevention group as a form asks for it.
type GroupDraft struct {
	State GroupState
	GroupWords
	PlaceKey string // the activity it belongs to, or empty
	Version  int    // of the group the form was filled from; 0 for a new one
	Sent     crypto.Sending
}

const (
	maxGroupName = 120
	maxCapacity  = 200
)

// Check reports what is wrong with a prevention group, on a day.
func (n *GroupDraft) Check(ctx context.Context, today db.Date) error {
	c := errs.Check{}
	c.That(n.Name != "", "name", "group.name_missing")
	c.That(errs.Fits(n.Name, maxGroupName), "name", "error.field_long")
	c.That(codelist.Valid(ctx, GroupThemes, n.Theme, ""), "theme", "group.theme_missing")
	c.That(n.Where != "", "where", "group.where_missing")
	c.That(errs.Fits(n.Where, 200), "where", "error.field_long")
	c.That(n.Since != "" && n.Since.Within(today, 5, 2), "since", "health.period_far")
	c.That(n.Until == "" || n.Until.Within(today, 5, 5) && n.Until >= n.Since, "until", "health.period_wrong")
	c.That(n.Conductors != "", "conductors", "group.conductors_missing")
	c.That(errs.Fits(n.Conductors, 300), "conductors", "error.field_long")
	c.That(n.Capacity >= 0 && n.Capacity <= maxCapacity, "capacity", "health.planned_wrong")
	c.That(slices.Contains(GroupStates, n.State) && (n.Version > 0 || n.State != GroupEnded), "state", "error.field_choice")
	c.That(errs.Fits(n.Note, lineText), "note", "error.field_long")
	return c.Err()
}

// OpenHealthGroup begins a prevention group. From then on it is open to the actor alone,
// until they name somebody. It returns the id; the same form sent twice opens one.
func (m *Module) OpenHealthGroup(ctx context.Context, n GroupDraft) (id string, err error) {
	actor, err := policy.Check(ctx, policy.HealthWork)
	if err != nil {
		return "", err
	}
	if err := n.Check(ctx, db.DateOf(m.db.Now())); err != nil {
		return "", err
	}
	fresh := db.NewID()
	own, err := m.keys.CreateOne(ctx, actor.Network, fresh)
	if err != nil {
		return "", err
	}
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, fresh); err != nil || id != fresh {
			return err
		}
		g := &HealthGroup{ID: id, OrgID: actor.OrgID, State: n.State, GroupWords: n.GroupWords, Version: 1}
		if g.Place, err = m.healthPlace(ctx, tx, n.PlaceKey); err != nil {
			return err
		}
		sealed, err := g.seal(own)
		if err != nil {
			return err
		}
		if err := insertHealthGroup(ctx, tx, actor.Network, g, sealed); err != nil {
			return err
		}
		if err := policy.Grant(ctx, tx, actor.Network, policy.HealthGroup, id, policy.ToAccount(actor.AccountID), g.circle().terms(), healthSection); err != nil {
			return err
		}
		return m.recordGroup(ctx, tx, "group.open", id)
	})
	return id, err
}

// onGroup runs an act on a prevention group that the actor is named to.
func (m *Module) onGroup(ctx context.Context, id, act string, do func(tx *db.Tx, g *HealthGroup, own *crypto.Key) error) error {
	if _, err := policy.Check(ctx, policy.HealthWork); err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *db.Tx) error {
		g, own, err := m.healthGroup(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := do(tx, g, own); err != nil {
			return err
		}
		return m.recordGroup(ctx, tx, act, id)
	})
}

// ChangeHealthGroup writes a prevention group anew. What somebody else saved since comes
// back as an errs.Stale.
func (m *Module) ChangeHealthGroup(ctx context.Context, id string, n GroupDraft) error {
	if err := n.Check(ctx, db.DateOf(m.db.Now())); err != nil {
		return err
	}
	return m.onGroup(ctx, id, "group.change", func(tx *db.Tx, g *HealthGroup, own *crypto.Key) error {
		if g.Version != n.Version {
			return errs.Changed(*g)
		}
		g.State, g.GroupWords = n.State, n.GroupWords
		sealed, err := g.seal(own)
		if err != nil {
			return err
		}
		return updateHealthGroup(ctx, tx, policy.From(ctx).Network, g, sealed)
	})
}

// NameToHealthGroup opens a prevention group to somebody by name.
func (m *Module) NameToHealthGroup(ctx context.Context, id, account string) error {
	return m.onGroup(ctx, id, "group.member_add", func(tx *db.Tx, g *HealthGroup, _ *crypto.Key) error { return m.name(ctx, tx, g.circle(), account) })
}

// EndGroupMember closes a prevention group to somebody who was named to it. The last one
// is a Conflict.
func (m *Module) EndGroupMember(ctx context.Context, id, account string) error {
	return m.onGroup(ctx, id, "group.member_end", func(tx *db.Tx, g *HealthGroup, _ *crypto.Key) error { return m.unname(ctx, tx, g.circle(), account) })
}

func (g *HealthGroup) seal(own *crypto.Key) ([]byte, error) {
	plain, err := json.Marshal(g.GroupWords)
	return own.Seal(plain, g.place()), err
}

func (m *Module) recordGroup(ctx context.Context, tx *db.Tx, act, id string) error {
	return m.audit.Record(ctx, tx, audit.Entry{Act: act, Kind: policy.HealthGroup, ID: id})
}
