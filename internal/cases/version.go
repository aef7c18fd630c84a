package cases

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// keepVersion keeps the text of a plan as it is saved, under the key of the
// case.
func (m *Module) keepVersion(ctx context.Context, tx *db.Tx, p *Plan, key *crypto.Key) error {
	plain, err := json.Marshal(p.Objectives)
	if err != nil {
		return err
	}
	actor := policy.From(ctx)
	return insertVersion(ctx, tx, actor.Network, p, actor.AccountID, key.Seal(plain, versionPlace(p)))
}

// versions returns the earlier texts of a plan, newest first, without the one
// that stands.
func (m *Module) versions(ctx context.Context, tx *db.Tx, p *Plan, key *crypto.Key) ([]Plan, error) {
	if p == nil {
		return nil, nil
	}
	rows, err := versionsOf(ctx, tx, policy.From(ctx).Network, p.ID)
	if err != nil || len(rows) < 2 {
		return nil, err
	}
	names, err := m.network.StaffNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	var out []Plan
	for _, r := range rows[1:] {
		plain, err := key.Open(r.sealed, versionPlace(&r.Plan))
		if err == nil {
			err = json.Unmarshal(plain, &r.Objectives)
		}
		if err != nil {
			return nil, err
		}
		r.SavedBy = names[r.SavedBy]
		for i := range r.Objectives {
			for j := range r.Objectives[i].Actions {
				a := &r.Objectives[i].Actions[j]
				a.Who = names[a.AccountID]
			}
		}
		out = append(out, r.Plan)
	}
	return out, nil
}

func versionPlace(p *Plan) string { return fmt.Sprintf("plan_version/%s/%d", p.ID, p.Version) }

// planned fills in what a file says of the plan of its case.
func (m *Module) planned(ctx context.Context, tx *db.Tx, f *File, key *crypto.Key) (err error) {
	inForce, draft, err := m.plans(ctx, tx, &f.Case, key)
	if err != nil {
		return err
	}
	if f.Plan, f.Draft = inForce, draft; inForce == nil {
		f.Plan, f.Draft = draft, nil
	}
	if draft != nil {
		if f.Alone, err = m.network.ApprovesAlone(ctx, tx, f.OrgID); err != nil {
			return err
		}
	}
	f.hideSources(f.Plan)
	f.hideSources(f.Draft)
	standing := f.Writing()
	if standing == nil {
		standing = f.Plan
	}
	if f.Earlier, err = m.versions(ctx, tx, standing, key); err != nil {
		return err
	}
	var signers []string
	for _, p := range []*Plan{f.Plan, f.Draft} {
		if p != nil {
			signers = append(signers, p.signersAsked()...)
		}
	}
	if f.Signed, err = m.people.Cards(ctx, tx, signers); err != nil {
		return err
	}
	f.Reviews, err = m.reviews(ctx, tx, &f.Case, key)
	return err
}

// hideSources leaves of where needs were seen only what is open to the reader.
func (f *File) hideSources(p *Plan) {
	if p == nil {
		return
	}
	for i := range p.Objectives {
		if o := &p.Objectives[i]; f.domain(o.Source) == nil {
			o.Source = ""
		}
	}
}

// Writing is the draft of the plan, or nil.
func (f *File) Writing() *Plan {
	if f.Draft != nil || f.Plan == nil || f.Plan.Signed() {
		return f.Draft
	}
	return f.Plan
}

// signersAsked lists of whom a signature was recorded, missing ones too.
func (p *Plan) signersAsked() (out []string) {
	for _, s := range p.Signatures {
		out = append(out, s.PersonID)
	}
	return out
}

// PlanEditions returns a case with every edition of its plan, the newest first, and
// logs that they were read; NotFound when the plan is not open to the actor.
func (m *Module) PlanEditions(ctx context.Context, caseID string) (f *File, out []Plan, err error) {
	if f, err = m.File(ctx, caseID); err != nil {
		return nil, nil, err
	}
	if err := f.Open.Require(policy.Plan); err != nil {
		return nil, nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		out, err = m.editions(ctx, tx, f)
		return err
	})
	slices.Reverse(out)
	return f, out, err
}

// editions reads every edition of the plan of a file, the first first, and names all who
// signed one.
func (m *Module) editions(ctx context.Context, tx *db.Tx, f *File) ([]Plan, error) {
	c, _, key, err := m.load(ctx, tx, f.ID)
	if err != nil {
		return nil, err
	}
	rows, err := plansOf(ctx, tx, policy.From(ctx).Network, c.ID)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	out, err := m.readPlans(ctx, tx, rows, key)
	if err != nil {
		return nil, err
	}
	var signers []string
	for i := range out {
		signers = append(signers, out[i].signersAsked()...)
		f.hideSources(&out[i])
	}
	f.Signed, err = m.people.Cards(ctx, tx, signers)
	return out, err
}
