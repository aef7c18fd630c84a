package cases

import (
	"context"
	"slices"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/programme"
)

// NewEligibility says of members of the family that they can be counted for a
// programme on some days of service, or that it was not verified.
type NewEligibility struct {
	Programme string
	Persons   []string
	From, To  db.Date
	Met       bool
	Sent      crypto.Sending
}

// SaidOnce is one thing that was said of several of the family at once.
type SaidOnce struct {
	programme.Said
	Names []string
	Who   string
}

// SetEligibility writes down for which of the family the requirements of a
// programme were verified, and lets their work count accordingly. When it is said
// of everybody it is said of the family too. The closed case takes it as well: it
// is often known late.
func (m *Module) SetEligibility(ctx context.Context, caseID string, n NewEligibility) (moved int, err error) {
	e := programme.Eligibility{Programme: n.Programme, Persons: n.Persons, From: n.From, To: n.To, Met: n.Met}
	if err := e.Check(db.DateOf(m.db.Now())); err != nil {
		return 0, err
	}
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		actor := policy.From(ctx)
		c, open, _, err := m.load(ctx, tx, caseID)
		if err == nil {
			err = open.Require(policy.Plan)
		}
		if err != nil {
			return err
		}
		if _, err := policy.Check(ctx, policy.EligibilityRecord); err != nil {
			return err
		}
		if err := m.works(ctx, tx, c, policy.EligibilityRecord); err != nil {
			return err
		}
		members, err := m.people.MemberIDs(ctx, tx, actor.Network, c.HouseholdID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(n.Persons, func(id string) bool { return !slices.Contains(members, id) }) {
			return errs.Check{"persons": "error.field_choice"}.Err()
		}
		if err := m.people.CheckUse(ctx, tx, n.Persons...); err != nil {
			return err
		}
		if !slices.ContainsFunc(members, func(id string) bool { return !slices.Contains(n.Persons, id) }) {
			e.Household = c.HouseholdID
		}
		fresh := db.NewID()
		first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, fresh)
		if err != nil || first != fresh {
			return err
		}
		if moved, err = m.programmes.SetEligibility(ctx, tx, c.Programme, e); err != nil {
			return err
		}
		return m.record(ctx, tx, "eligibility.record", c.ID, policy.Plan)
	})
	return moved, err
}

// Eligibility is what was said of the family for the programmes that may be named
// beside its work, the last first, and those programmes. The case is the actor's,
// as it was loaded for them.
func (m *Module) Eligibility(ctx context.Context, f *File) (out []SaidOnce, judged []programme.Programme, err error) {
	if _, err := policy.Check(ctx, policy.EligibilityRecord); err != nil {
		return nil, nil, err
	}
	names := map[string]string{}
	var ids []string
	for _, member := range f.Household.Members {
		names[member.PersonID] = member.Person.Name()
		ids = append(ids, member.PersonID)
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		staff, err := m.network.StaffNames(ctx, tx)
		if err != nil {
			return err
		}
		if judged, err = m.programmes.Judged(ctx, tx, f.Programme); err != nil {
			return err
		}
		all, err := m.programmes.Eligibilities(ctx, tx, ids)
		for _, s := range all {
			last := len(out) - 1
			if names[s.SubjectID] == "" || !slices.ContainsFunc(judged, func(p programme.Programme) bool { return p.Code == s.Programme }) {
				continue
			}
			if last < 0 || !out[last].together(s) {
				out = append(out, SaidOnce{Said: s, Who: staff[s.By]})
				last++
			}
			out[last].Names = append(out[last].Names, names[s.SubjectID])
		}
		return err
	})
	return out, judged, err
}

// together tells whether two things were said in one act.
func (s *SaidOnce) together(other programme.Said) bool {
	return s.At.Equal(other.At) && s.Programme == other.Programme && s.From == other.From && s.Met == other.Met
}

// notCounted marks in the diary what belongs to a programme and does not count
// there.
func (m *Module) notCounted(ctx context.Context, tx *db.Tx, c *Case, diary []Intervention) error {
	var facts []ledger.Fact
	for i := range diary {
		facts = append(facts, diary[i].facts(c, "")...)
	}
	facts, err := m.ledger.Charged(ctx, tx, policy.From(ctx).Network, facts)
	elsewhere := map[string]bool{}
	for _, f := range facts {
		elsewhere[f.Source.ID] = f.For.Programme != ""
	}
	for i := range diary {
		diary[i].NotCounted = elsewhere[diary[i].ID]
	}
	return err
}
