package cases

import (
	"context"

	"tessuto/internal/network"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Which referrals a list shows.
const (
	ReferralsToAnswer = "to_answer" // that wait for an answer of the reader's body
	ReferralsReceived = "received"  // that it works on
	ReferralsSent     = "sent"      // of the cases in whose team the reader is
	ReferralsLate     = "late"      // of these, those that nobody has answered in time
)

// ReferralLists lists them in the order of the page.
var ReferralLists = []string{ReferralsToAnswer, ReferralsReceived, ReferralsSent, ReferralsLate}

// Referrals lists, as far as limit, referrals that the actor has to do with, and how
// many there are: those they received by the day for the answer, those they sent from
// the newest. What is sent is for who may send.
func (m *Module) Referrals(ctx context.Context, show string, limit int) (list []Referral, total int, err error) {
	actor, err := policy.Check(ctx, policy.ReferralAnswer)
	if err != nil {
		return nil, 0, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		switch show {
		case ReferralsToAnswer:
			list, total, err = receivedBy(ctx, tx, actor, unanswered, limit)
		case ReferralsReceived:
			list, total, err = receivedBy(ctx, tx, actor, []string{string(ReferralAccepted)}, limit)
		case ReferralsSent:
			list, total, err = sentBy(ctx, tx, actor, "", limit)
		case ReferralsLate:
			list, total, err = sentBy(ctx, tx, actor, tx.Today(), limit)
		default:
			return errs.Check{"show": "error.field_choice"}.Err()
		}
		if err != nil {
			return err
		}
		return m.listed(ctx, tx, list, show == ReferralsToAnswer || show == ReferralsReceived)
	})
	if err != nil {
		return nil, 0, err
	}
	ids := make([]string, len(list))
	for i, r := range list {
		ids[i] = r.ID
	}
	return list, total, m.audit.Read(ctx, policy.Referral, policy.Identity, ids...)
}

// listed fills what a list shows of referrals beside their rows: names, of the families
// as far as they are open to who was asked.
func (m *Module) listed(ctx context.Context, tx *db.Tx, list []Referral, received bool) error {
	if len(list) == 0 {
		return nil
	}
	var named []*Referral
	open := map[string]bool{}
	if received {
		ids, err := namedReferrals(ctx, tx, policy.From(ctx), list)
		if err != nil {
			return err
		}
		for _, id := range ids {
			open[id] = true
		}
	}
	for i := range list {
		if !received || open[list[i].ID] {
			named = append(named, &list[i])
		}
	}
	if err := m.sharedPeople(ctx, tx, named...); err != nil {
		return err
	}
	return m.nameReferrals(ctx, tx, list)
}

// nameReferrals fills the names of bodies and staff.
func (m *Module) nameReferrals(ctx context.Context, tx *db.Tx, list []Referral) error {
	names, err := m.network.Names(ctx, tx)
	if err != nil {
		return err
	}
	staff, err := m.network.StaffNames(ctx, tx)
	if err != nil {
		return err
	}
	cases := make([]string, len(list))
	for i, r := range list {
		cases[i] = r.CaseID
	}
	leads, err := leadsOf(ctx, tx, policy.From(ctx).Network, cases)
	for i := range list {
		r := &list[i]
		r.ToOrgName, r.FromOrg, r.Sender, r.Operator = names[r.ToOrg], names[leads[r.CaseID]], staff[r.SentBy], staff[r.OperatorID]
	}
	return err
}

// ReferralFile is a referral as one of its two ends sees it.
type ReferralFile struct {
	Referral
	Case  *File              // for the team of the case; nil for who was asked
	Staff []network.Operator // who can work on it
	Link  *ReferralLink      // the way by which who was asked answers, if there is one
	Today db.Date
	Opens bool // the reader may open the case itself
}

// ReferralOf returns a referral as who was asked sees it: exactly what was shared, as
// far as an agreement covers it today. It logs that they read it.
func (m *Module) ReferralOf(ctx context.Context, id string) (f *ReferralFile, err error) {
	actor := policy.From(ctx)
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		r, err := referralInScope(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		open, err := policy.Sections(ctx, tx, policy.Referral, id)
		if err != nil {
			return err
		}
		if err := m.unseal(ctx, tx, r, open); err != nil {
			return err
		}
		f = &ReferralFile{Today: tx.Today()}
		if f.Staff, err = m.answerers(ctx, tx, actor.OrgID); err != nil {
			return err
		}
		err = policy.CanRead(ctx, tx, policy.Case, r.CaseID, policy.Overview)
		if f.Opens = err == nil; err != nil && errs.CodeOf(err) != errs.NotFound {
			return err
		}
		return m.whole(ctx, tx, f, r)
	})
	if err != nil {
		return nil, err
	}
	return f, m.audit.ReadSections(ctx, policy.Referral, id, append(f.Sections, policy.Identity)...)
}

// whole puts a referral, with its names, into what is shown of it.
func (m *Module) whole(ctx context.Context, tx *db.Tx, f *ReferralFile, r *Referral) error {
	list := []Referral{*r}
	err := m.nameReferrals(ctx, tx, list)
	f.Referral = list[0]
	return err
}

// SentReferral returns a referral of a case as its team sees it, and logs that it was
// read.
func (m *Module) SentReferral(ctx context.Context, caseID, id string) (f *ReferralFile, err error) {
	file, err := m.File(ctx, caseID)
	if err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		_, r, err := m.sent(ctx, tx, caseID, id)
		if err != nil {
			return err
		}
		if err := m.unsealSent(ctx, tx, file, r); err != nil {
			return err
		}
		f = &ReferralFile{Case: file, Today: tx.Today()}
		if f.Staff, err = m.answerers(ctx, tx, r.ToOrg); err != nil {
			return err
		}
		if f.Link, err = m.linkOf(ctx, tx, r.ID); err != nil {
			return err
		}
		return m.whole(ctx, tx, f, r)
	})
	if err != nil {
		return nil, err
	}
	return f, m.audit.Append(ctx, audit.Entry{Act: "read", Kind: policy.Referral, ID: id, Section: policy.Overview})
}

// unsealSent reads a referral as the team of its case sees it.
func (m *Module) unsealSent(ctx context.Context, tx *db.Tx, f *File, r *Referral) error {
	open := f.Open
	if open[policy.Diary] || r.SentBy == policy.From(ctx).AccountID {
		open = policy.Open{policy.Identity: true}
		for _, s := range r.Sections {
			open[s] = true
		}
	}
	return m.unseal(ctx, tx, r, open)
}

// caseReferrals are those that the page of a case lists: its team alone sees any.
func (m *Module) caseReferrals(ctx context.Context, tx *db.Tx, c *Case, open policy.Open) (out []Referral, err error) {
	in, err := m.inTeam(ctx, tx, c.ID)
	if err != nil || !in {
		return nil, err
	}
	all, err := referralsOfCase(ctx, tx, policy.From(ctx).Network, c.ID)
	for _, r := range all {
		if r.shows(open) {
			out = append(out, r)
		}
	}
	if err != nil || len(out) == 0 {
		return nil, err
	}
	return out, m.nameReferrals(ctx, tx, out)
}

// ReferralBodies lists the bodies to which a case can be referred.
func (m *Module) ReferralBodies(ctx context.Context, c *Case) (list []network.Organisation, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		list, err = m.referable(ctx, tx, c)
		return err
	})
	return list, err
}
