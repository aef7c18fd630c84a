package network

import (
	"context"
	"slices"
	"strings"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// NewPlace is a membership about to be given: where and as what a person works.
type NewPlace struct {
	OrgID      string
	Role       policy.Role
	Profession string
	Programmes string // codes with spaces between, of those whose records and full figures one reads
	From, To   db.Date
	Sent       crypto.Sending
}

func (n *NewPlace) check(c errs.Check) {
	c.That(n.OrgID != "", "org", "error.field_required")
	c.That(slices.Contains(policy.Roles, n.Role), "role", "error.field_choice")
	c.That(n.Profession == "" || slices.Contains(Professions, n.Profession), "profession", "error.field_choice")
	c.That(errs.Fits(n.Programmes, 400) && !slices.ContainsFunc(strings.Fields(n.Programmes), notCode), "programmes", "account.programmes.wrong")
	c.That(n.Programmes == "" || n.Role.Holds(policy.RecordsRead), "programmes", "account.programmes.role")
}

// notCode tells whether a word cannot be the code of a programme.
func notCode(word string) bool {
	return strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789_-") != ""
}

// Check reports what is wrong with a new membership.
func (n *NewPlace) Check(today db.Date) error {
	c := errs.Check{}
	n.check(c)
	c.That(n.From.Within(today, 10, 1), "from", "place.from.far")
	c.That(n.To == "" || n.To >= n.From, "to", "place.to.before")
	c.That(n.To == "" || n.To >= today, "to", "place.to.past")
	c.That(n.To == "" || n.To.Within(today, 0, 10), "to", "place.to.far")
	return c.Err()
}

// AddPlace gives a person one more membership. The same work twice on one day is
// refused, unless it is the same form sent twice; nobody gives one to themselves.
func (m *Module) AddPlace(ctx context.Context, accountID string, n NewPlace) error {
	return m.onAccount(ctx, accountID, "account.own_place", func(tx *db.Tx, acc auth.Account) error {
		if err := n.Check(tx.Today()); err != nil {
			return err
		}
		fresh, actor := db.NewID(), policy.From(ctx)
		if first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, fresh); err != nil || first != fresh {
			return err
		}
		mb, err := m.addPlace(ctx, tx, actor.Network, acc.ID, n)
		if err != nil {
			return err
		}
		return m.recordPlace(ctx, tx, "account.place_add", mb)
	})
}

// addPlace writes a membership, which must not overlap with another of the same
// work.
func (m *Module) addPlace(ctx context.Context, tx *db.Tx, network, accountID string, n NewPlace) (auth.Membership, error) {
	mb := auth.Membership{ID: db.NewID(), Network: network, AccountID: accountID, OrgID: n.OrgID, Role: n.Role,
		Profession: n.Profession, Programmes: codes(n.Programmes), From: n.From, To: n.To}
	if _, err := organisationByID(ctx, tx, network, n.OrgID); err != nil {
		return mb, err
	}
	if err := m.alone(ctx, tx, mb, "from"); err != nil {
		return mb, err
	}
	return mb, m.auth.AddMembership(ctx, tx, mb)
}

// alone refuses a membership while the person has another of the same work.
func (m *Module) alone(ctx context.Context, tx *db.Tx, mb auth.Membership, field string) error {
	all, err := m.auth.Memberships(ctx, tx, mb.Network, mb.AccountID)
	if err != nil {
		return err
	}
	c := errs.Check{}
	for _, other := range all {
		c.That(other.ID == mb.ID || !mb.Overlaps(other), field, "place.overlap")
	}
	return c.Err()
}

// codes are programmes as they are kept.
func codes(programmes string) string { return strings.Join(strings.Fields(programmes), " ") }

// PlaceChange is what is asked of a membership that holds or will. Version is
// that of the membership the form was filled from.
type PlaceChange struct {
	ID         string
	Version    int
	Role       policy.Role
	Profession string
	Programmes string
}

// ChangePlace changes what a person does in an organisation. Another role ends
// the membership now and begins a new one, so that what was done before stays
// done in the old role.
func (m *Module) ChangePlace(ctx context.Context, accountID string, p PlaceChange) error {
	return m.onPlace(ctx, accountID, p.ID, p.Version, func(tx *db.Tx, mb auth.Membership) error {
		n := NewPlace{OrgID: mb.OrgID, Role: p.Role, Profession: p.Profession, Programmes: p.Programmes, From: max(tx.Today(), mb.From), To: mb.To}
		c := errs.Check{}
		if n.check(c); len(c) > 0 {
			return c.Err()
		}
		if over(mb, tx.Today()) {
			return errs.New(errs.Invalid, "place.is_over")
		}
		if p.Role == mb.Role {
			mb.Profession, mb.Programmes = p.Profession, codes(p.Programmes)
			if err := m.auth.SaveMembership(ctx, tx, mb); err != nil {
				return err
			}
			return m.recordPlace(ctx, tx, "account.place_change", mb)
		}
		if err := m.end(ctx, tx, mb, tx.Today()); err != nil {
			return err
		}
		next, err := m.addPlace(ctx, tx, mb.Network, mb.AccountID, n)
		if errs.FieldsOf(err)["from"] != "" {
			return errs.Check{"role": "place.overlap"}.Err()
		}
		if err != nil {
			return err
		}
		return m.recordPlace(ctx, tx, "account.place_add", next)
	})
}

// EndPlace ends a membership on a day, its last; on today it ends at once. One
// that does not hold any more is refused, and so is ending the last who manages
// accounts.
func (m *Module) EndPlace(ctx context.Context, accountID, placeID string, version int, on db.Date) error {
	return m.onPlace(ctx, accountID, placeID, version, func(tx *db.Tx, mb auth.Membership) error {
		c := errs.Check{}
		c.That(on != "", "to", "error.field_required")
		c.That(on == "" || on.Within(tx.Today(), 10, 10), "to", "place.to.far")
		c.That(on >= mb.From || mb.From > tx.Today() && on == tx.Today(), "to", "place.to.before")
		if err := c.Err(); err != nil {
			return err
		}
		if over(mb, tx.Today()) {
			return errs.New(errs.Invalid, "place.is_over")
		}
		return m.end(ctx, tx, mb, on)
	})
}

// end writes that a membership ends. One that was to begin later never holds.
func (m *Module) end(ctx context.Context, tx *db.Tx, mb auth.Membership, on db.Date) error {
	after := tx.Today()
	if mb.To = max(on, mb.From); on <= tx.Today() {
		mb.EndedAt = &tx.Now
	} else {
		after = on.AddDays(1)
	}
	if mb.Role == policy.Admin {
		if err := m.keepsAdmin(ctx, tx, mb.AccountID, after); err != nil {
			return err
		}
	}
	if err := m.auth.SaveMembership(ctx, tx, mb); err != nil {
		return err
	}
	return m.recordPlace(ctx, tx, "account.place_end", mb)
}

// ResumePlace takes back the end of a membership that is still to come, or was
// written today: it holds again, until further notice.
func (m *Module) ResumePlace(ctx context.Context, accountID, placeID string, version int) error {
	return m.onPlace(ctx, accountID, placeID, version, func(tx *db.Tx, mb auth.Membership) error {
		if !resumable(mb, tx.Today()) {
			return errs.New(errs.Invalid, "place.is_over")
		}
		mb.To, mb.EndedAt = "", nil
		if err := m.alone(ctx, tx, mb, ""); err != nil {
			return errs.New(errs.Invalid, "place.overlap")
		}
		if err := m.auth.SaveMembership(ctx, tx, mb); err != nil {
			return err
		}
		return m.recordPlace(ctx, tx, "account.place_resume", mb)
	})
}

// over tells whether a membership holds no more, today or later.
func over(mb auth.Membership, today db.Date) bool {
	return mb.EndedAt != nil || mb.To != "" && mb.To < today
}

// resumable tells whether the end of a membership can be taken back.
func resumable(mb auth.Membership, today db.Date) bool {
	if mb.EndedAt != nil {
		return db.DateOf(*mb.EndedAt) == today
	}
	return mb.To >= today
}

// onPlace does something with a membership of another. One that is not theirs is
// NotFound; one that was changed meanwhile is a Conflict.
func (m *Module) onPlace(ctx context.Context, accountID, placeID string, version int, do func(tx *db.Tx, mb auth.Membership) error) error {
	return m.onAccount(ctx, accountID, "account.own_place", func(tx *db.Tx, acc auth.Account) error {
		all, err := m.auth.Memberships(ctx, tx, policy.From(ctx).Network, acc.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(mb auth.Membership) bool { return mb.ID == placeID })
		if i < 0 {
			return errs.Missing()
		}
		if all[i].Version != version {
			return errs.New(errs.Conflict, "error.version")
		}
		return do(tx, all[i])
	})
}

// recordPlace writes down what a membership is now, in codes.
func (m *Module) recordPlace(ctx context.Context, tx *db.Tx, act string, mb auth.Membership) error {
	org, err := organisationByID(ctx, tx, mb.Network, mb.OrgID)
	if err != nil {
		return err
	}
	what := []string{"org=" + org.Code, "role=" + string(mb.Role), "from=" + string(mb.From)}
	for name, value := range map[string]string{"to": string(mb.To), "profession": mb.Profession, "programmes": strings.ReplaceAll(mb.Programmes, " ", ",")} {
		if value != "" {
			what = append(what, name+"="+value)
		}
	}
	slices.Sort(what)
	return m.audit.Record(ctx, tx, audit.Entry{Act: act, Kind: "account", ID: mb.AccountID, Reason: strings.Join(what, " ")})
}
