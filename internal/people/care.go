package people

import (
	"context"
	"encoding/json"
	"slices"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Care is what an adult is to a minor, and what they may see and sign of them:
// said for each adult, not supposed (safeguards, 9). Why a parent may not is
// nobody's business here: the act of the court says it.
type Care struct {
	ID      string  `json:"-"`
	MinorID string  `json:"-"`
	AdultID string  `json:"-"`
	Kind    string  `json:"kind"` // of CareKinds
	MaySee  bool    `json:"may_see"`
	MaySign bool    `json:"may_sign"`
	Act     string  `json:"act,omitempty"` // that says so: number and day
	Adult   Person  `json:"-"`
	Since   db.Date `json:"-"`
}

// CareKinds are what an adult can be to a minor.
var CareKinds = []string{"parent", "guardian", "curator", "foster", "relative", "none"}

// maxAct is how long the mention of an act may be, in characters.
const maxAct = 200

// SetCare says what an adult may see and sign of a minor, both open to the actor.
// What was said before of the two is kept, and holds no more.
func (m *Module) SetCare(ctx context.Context, c Care, sent crypto.Sending) error {
	actor, err := policy.Check(ctx, policy.PersonRegister)
	if err != nil {
		return err
	}
	k := errs.Check{}
	k.That(c.AdultID != "" && c.AdultID != c.MinorID, "adult", "care.adult_missing")
	k.That(slices.Contains(CareKinds, c.Kind), "kind", "error.field_choice")
	k.That(errs.Fits(c.Act, maxAct), "act", "error.field_long")
	k.That(!c.MaySign || c.MaySee, "may", "care.signs_unseen")
	if err := k.Err(); err != nil {
		return err
	}
	c.ID = db.NewID()
	return m.db.Write(ctx, func(tx *db.Tx) error {
		first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, sent, c.ID)
		if err != nil || first != c.ID {
			return err
		}
		found, err := m.opened(ctx, tx, []string{c.MinorID, c.AdultID})
		if err != nil {
			return err
		}
		if len(found) != 2 {
			return errs.Missing()
		}
		for _, p := range found {
			adult := p.AdultOn(tx.Today())
			k.That(p.ID != c.AdultID || adult, "adult", "care.adult_minor")
			k.That(p.ID != c.MinorID || !adult || p.Birth.Year == 0, "adult", "care.of_age")
		}
		if err := k.Err(); err != nil {
			return err
		}
		key, err := m.keys.GetOne(ctx, actor.Network, c.MinorID)
		if err != nil {
			return err
		}
		plain, err := json.Marshal(c)
		if err != nil {
			return err
		}
		if err := insertCare(ctx, tx, actor.Network, &c, key.Seal(plain, c.place())); err != nil {
			return err
		}
		return m.record(ctx, tx, "person.care", c.MinorID)
	})
}

func (c *Care) place() string { return "care/" + c.ID }

// cares opens what was said of the adults of a minor, of each the last; adults who
// are not open to the actor are left out.
func (m *Module) cares(ctx context.Context, tx *db.Tx, minor string, key *crypto.Key) (out []Care, err error) {
	rows, err := caresOf(ctx, tx, policy.From(ctx).Network, minor)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.AdultID
	}
	cards, err := m.Cards(ctx, tx, ids)
	for _, r := range rows {
		card, open := cards[r.AdultID]
		if !open {
			continue
		}
		if err := r.unseal(key); err != nil {
			return nil, err
		}
		r.Adult, r.Since = card, db.DateOf(r.at)
		out = append(out, r.Care)
	}
	return out, err
}

func (r *careRow) unseal(key *crypto.Key) error {
	plain, err := key.Open(r.sealed, r.place())
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, &r.Care)
}

// CareOf says what an adult may see and sign of a minor: what was said of them or,
// where nobody said anything, what a parent who lives with the child may. Somebody
// who is not theirs may nothing. It asks for no grant: the pages of the family
// themselves go by it.
func (m *Module) CareOf(ctx context.Context, tx *db.Tx, network, adult, minor string) (Care, error) {
	adult, err := rootOf(ctx, tx, network, adult)
	if err != nil {
		return Care{}, err
	}
	said, err := m.said(ctx, tx, network, minor)
	if err != nil {
		return Care{}, err
	}
	if c, ok := said[adult]; ok {
		return c, nil
	}
	together, err := parentAtHome(ctx, tx, network, adult, minor)
	return Care{MinorID: minor, AdultID: adult, Kind: "parent", MaySee: together, MaySign: together}, err
}
