package network

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Territory is a place in the tree of places, as it was on a day. Assumed says
// that no source names it so.
type Territory struct {
	ID          string
	Code        string
	Name        string
	Kind        string
	ParentID    string
	Assumed     bool
	ISTAT       string  // of ISTAT's list of territorial units: digits
	SuccessorID string  // into which it was merged, once it has ended
	From, To    db.Date // since when it has this name and place; To is the first day after
	Version     int
}

// TerritoryKinds are the kinds of places, from the largest.
var TerritoryKinds = []string{"country", "region", "metropolitan_area", "province", "social_district", "zone",
	"union_of_municipalities", "municipality", "city_district"}

// istatDigits is how many digits ISTAT gives to the places of a kind; Ambiti and
// zones have no code of its.
var istatDigits = map[string]int{"region": 2, "province": 3, "metropolitan_area": 3, "municipality": 6}

var digits = regexp.MustCompile(`^\d+$`)

const maxName = 200

// Check reports what is wrong with a territory.
func (t *Territory) Check() error {
	c := errs.Check{}
	c.That(t.Name != "", "name", "error.field_required")
	c.That(errs.Fits(t.Name, maxName), "name", "error.field_long")
	c.That(slices.Contains(TerritoryKinds, t.Kind), "kind", "error.field_choice")
	c.That(t.ISTAT == "" || digits.MatchString(t.ISTAT) && len(t.ISTAT) == istatDigits[t.Kind], "istat", "territory.istat_wrong")
	return c.Err()
}

// EnsureTerritory returns the id of the territory of that code, and writes it
// when new. One that stood at the top is put under the parent given here: two
// programmes tell two parts of one tree. What one source names is not assumed any
// more.
func (m *Module) EnsureTerritory(ctx context.Context, tx *db.Tx, network string, t Territory) (string, error) {
	there, err := territoryByCode(ctx, tx, network, t.Code)
	if errs.CodeOf(err) == errs.NotFound {
		t.ID = db.NewID()
		return t.ID, insertTerritory(ctx, tx, network, t)
	}
	if err != nil {
		return "", err
	}
	if there.Assumed && !t.Assumed && t.Kind != "" {
		if err := knownTerritory(ctx, tx, network, there.ID); err != nil {
			return "", err
		}
	}
	if there.ParentID != "" || t.ParentID == "" {
		return there.ID, nil
	}
	list, err := territoriesOn(ctx, tx, network, tx.Today())
	if err != nil || under(list, t.ParentID, there.ID) {
		return there.ID, err
	}
	return there.ID, adoptTerritory(ctx, tx, network, there.ID, t.ParentID)
}

// Territories lists the territories of the actor's network as they were on a
// day, by code.
func (m *Module) Territories(ctx context.Context, tx *db.Tx, on db.Date) ([]Territory, error) {
	return territoriesOn(ctx, tx, policy.From(ctx).Network, on)
}

// AddTerritory writes a new place from a day on. The same form sent twice returns
// the first.
func (m *Module) AddTerritory(ctx context.Context, t Territory, sent crypto.Sending) (string, error) {
	if err := t.Check(); err != nil {
		return "", err
	}
	return m.create(ctx, policy.OrganisationManage, "territory.add", "", sent, func(tx *db.Tx, network, id string) error {
		if err := checkParent(ctx, tx, network, t.ParentID, t.From); err != nil {
			return err
		}
		taken, err := territoryCodes(ctx, tx, network)
		if err != nil {
			return err
		}
		t.ID, t.Code = id, freeCode(t.Name, taken)
		return insertTerritory(ctx, tx, network, t)
	})
}

// TerritoryChange gives a place another name or another parent from a day on.
// Before that day the tree stays as it was.
type TerritoryChange struct {
	ID       string
	Name     string
	ParentID string
	ISTAT    string
	On       db.Date
	Version  int
}

// ChangeTerritory writes a change. A place under itself is Invalid; so is a day
// before the last change that is known of it.
func (m *Module) ChangeTerritory(ctx context.Context, c TerritoryChange) error {
	return m.manage(ctx, policy.OrganisationManage, "territory.change", c.ID, func(tx *db.Tx, network string) error {
		t, err := openTerritory(ctx, tx, network, c.ID)
		if err != nil {
			return err
		}
		next := t
		next.Name, next.ParentID, next.ISTAT, next.From, next.Version = c.Name, c.ParentID, c.ISTAT, c.On, c.Version
		if err := next.Check(); err != nil {
			return err
		}
		k := errs.Check{}
		k.That(c.On != "", "on", "error.field_required")
		k.That(c.On >= t.From, "on", "territory.later_change")
		if err := k.Err(); err != nil {
			return err
		}
		if err := checkParent(ctx, tx, network, c.ParentID, c.On); err != nil {
			return err
		}
		if err := m.checkCycle(ctx, tx, network, c); err != nil {
			return err
		}
		return replaceTerritory(ctx, tx, network, t, next)
	})
}

// EndTerritory ends a place on a day: the first on which it is there no more,
// merged into a successor when one is given. What has children then is a
// Conflict: they would hang in the air.
func (m *Module) EndTerritory(ctx context.Context, id string, on db.Date, successor string, version int) error {
	return m.manage(ctx, policy.OrganisationManage, "territory.end", id, func(tx *db.Tx, network string) error {
		t, err := openTerritory(ctx, tx, network, id)
		if err != nil {
			return err
		}
		c := errs.Check{}
		c.That(on != "", "on", "error.field_required")
		c.That(on == "" || on > t.From, "on", "territory.later_change")
		c.That(successor != id, "successor", "error.field_choice")
		if err := c.Err(); err != nil {
			return err
		}
		if successor != "" {
			if _, err := openTerritory(ctx, tx, network, successor); err != nil {
				return errs.Check{"successor": "error.field_choice"}.Err()
			}
		}
		n, err := childrenFrom(ctx, tx, network, id, on)
		if err == nil && n > 0 {
			err = errs.New(errs.Conflict, "territory.has_children").With("N", n)
		}
		if err != nil {
			return err
		}
		return endTerritory(ctx, tx, network, id, on, successor, version)
	})
}

// checkParent makes sure that the place above is there on that day.
func checkParent(ctx context.Context, tx *db.Tx, network, parent string, on db.Date) error {
	if parent == "" {
		return nil
	}
	p, err := openTerritory(ctx, tx, network, parent)
	if errs.CodeOf(err) == errs.NotFound || err == nil && on != "" && p.From > on {
		return errs.Check{"parent": "error.field_choice"}.Err()
	}
	return err
}

// checkCycle walks up from the new parent, on the day of the change and on every
// later day on which the tree is known to change.
func (m *Module) checkCycle(ctx context.Context, tx *db.Tx, network string, c TerritoryChange) error {
	days, err := laterChanges(ctx, tx, network, c.On)
	if err != nil {
		return err
	}
	for _, day := range append([]db.Date{c.On}, days...) {
		list, err := territoriesOn(ctx, tx, network, day)
		if err != nil {
			return err
		}
		if under(list, c.ParentID, c.ID) {
			return errs.Check{"parent": "territory.cycle"}.Err()
		}
	}
	return nil
}

// under tells whether a place is another or stands below it.
func under(list []Territory, id, above string) bool {
	parents := make(map[string]string, len(list))
	for _, t := range list {
		parents[t.ID] = t.ParentID
	}
	for steps := 0; id != "" && steps <= len(list); steps++ {
		if id == above {
			return true
		}
		id = parents[id]
	}
	return id != ""
}

// manage runs an act on the network's own data: who may, the transaction, the
// audit. The kind of record is the first word of the act.
func (m *Module) manage(ctx context.Context, p policy.Permission, act, id string, do func(tx *db.Tx, network string) error) error {
	actor, err := policy.Check(ctx, p)
	if err != nil {
		return err
	}
	kind, _, _ := strings.Cut(act, ".")
	return m.db.Write(ctx, func(tx *db.Tx) error {
		if err := do(tx, actor.Network); err != nil {
			return err
		}
		return m.audit.Record(ctx, tx, audit.Entry{Act: act, Kind: policy.Kind(kind), ID: id})
	})
}
