package cases_test

import (
	"context"
	"testing"
	"time"

	"tessuto/internal/cases"
	"tessuto/internal/network"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// stranger is a body that has signed an agreement with that of the worker, and in which
// nobody has an account.
func (b *bench) stranger() (id string) {
	b.Helper()
	admin, today := b.as("admin"), db.DateOf(b.DB.Now())
	id, err := b.Network.AddOrganisation(admin, network.Organisation{Name: "Lommerd ODV", Kind: "association", From: today.AddDays(-30)}, crypto.Sending{})
	if err != nil {
		b.Fatal(err)
	}
	a := network.Agreement{Kind: "convention", Title: "Intesa", Purposes: []policy.Purpose{policy.CaseWork}, Class: policy.Personal,
		Sections: []policy.Section{policy.Overview, policy.AreaHousing}, From: today.AddDays(-10), To: today.AddDays(300), Contact: "Ufficio",
		Parties: []network.Party{{OrgID: policy.From(admin).OrgID, Role: network.PartyLead}, {OrgID: id, Role: network.PartyMember}}}
	agreement, err := b.Network.AddAgreement(admin, a, crypto.Sending{})
	if err == nil {
		err = b.Network.SignAgreement(admin, agreement, today.AddDays(-11), "PG 1/2026", 1)
	}
	if err != nil {
		b.Fatal(err)
	}
	return id
}

// A body without an account answers by a link: it sees what was shared and nothing
// else, once; each opening is written down.
func TestReferralByLink(t *testing.T) {
	each(t, func(b *bench) {
		id, worker, body := b.noted(), b.as("assistente"), b.stranger()
		n := b.asked("bologna.tavolo")
		n.ToOrg, n.Sections = body, []policy.Section{policy.AreaHousing, policy.Diary}
		_, err := b.Cases.Refer(worker, id, n)
		b.refused(err, errs.Conflict, "a section that the agreement does not cover")
		n.Sections = n.Sections[:1]
		referral := b.refer(id, n)
		make := func() string {
			b.Helper()
			l, err := b.Cases.MakeReferralLink(worker, id, referral, cases.NewLink{Language: "en"})
			if err != nil || l.Token == "" {
				b.Fatal(err)
			}
			return l.Token
		}
		old, token := make(), make()
		gone := func(token, what string) {
			b.Helper()
			_, err := b.Cases.ByReferralLink(b.Context(), token)
			b.refused(err, errs.NotFound, "read by "+what)
			b.refused(b.Cases.AnswerByLink(b.Context(), token, cases.ReferralAnswer{Answer: cases.Accept}), errs.NotFound, "answered by "+what)
		}
		gone(old, "a link whose place another took")
		gone("never", "a link that nobody made")
		for range 2 { // mail programs open links too
			f, err := b.Cases.ByReferralLink(b.Context(), token)
			if err != nil || f.Words != n.Words || len(f.Shared) != 2 || f.Name != "Amina Bello Adamu" || f.Case != nil || f.FromOrg == "" {
				b.Fatalf("%+v %v", f, err)
			}
		}
		lines, _, err := b.Audit.Lines(b.as("dpo"), audit.Query{Act: "referral.open", Kind: policy.Referral, Record: referral}, 10)
		if err != nil || len(lines) != 2 {
			b.Errorf("%d openings are written down: %v", len(lines), err)
		}
		now := b.DB.Now()
		b.DB.Now = func() time.Time { return now.AddDate(0, 0, 21) }
		gone(token, "a link that expired")
		b.DB.Now = func() time.Time { return now }
		b.refused(b.Cases.AnswerByLink(b.Context(), token, cases.ReferralAnswer{Answer: cases.Refuse}), errs.Invalid, "no, without why")
		if err := b.Cases.AnswerByLink(b.Context(), token, cases.ReferralAnswer{Answer: cases.WaitList, Until: db.DateOf(now).AddDays(9)}); err != nil {
			b.Fatal(err)
		}
		b.race("accept", func(ctx context.Context) error {
			err := b.Cases.AnswerByLink(ctx, token, cases.ReferralAnswer{Answer: cases.Accept, Words: "Sì"})
			if errs.CodeOf(err) == errs.NotFound { // the answer has ended the link
				err = errs.New(errs.Conflict, "x")
			}
			return err
		}, b.Context(), b.Context())
		gone(token, "a link that was used")
		_, err = b.Cases.MakeReferralLink(worker, id, referral, cases.NewLink{Language: "it"})
		b.refused(err, errs.Conflict, "a link to what was answered")
		if err := b.Cases.RecordReferralEnd(worker, id, referral, cases.ReferralEnd{Outcome: "partly"}); err != nil {
			b.Fatal(err)
		}
		b.verify()
	})
}

// A link to what was withdrawn opens nothing, and none is made to who has an account.
func TestReferralLinkEnds(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.noted(), b.as("assistente")
		n := b.asked("bologna.tavolo")
		_, err := b.Cases.MakeReferralLink(worker, id, b.refer(id, n), cases.NewLink{Language: "it"})
		b.refused(err, errs.Conflict, "a link to who has an account")
		n.ToOrg = b.stranger()
		referral := b.refer(id, n)
		l, err := b.Cases.MakeReferralLink(worker, id, referral, cases.NewLink{Language: "it"})
		if err != nil {
			b.Fatal(err)
		}
		_, err = b.Cases.MakeReferralLink(b.as("collega"), id, referral, cases.NewLink{Language: "it"})
		b.refused(err, errs.NotFound, "out of the team")
		if err := b.Cases.WithdrawReferral(worker, id, referral); err != nil {
			b.Fatal(err)
		}
		_, err = b.Cases.ByReferralLink(b.Context(), l.Token)
		b.refused(err, errs.NotFound, "after it was withdrawn")
	})
}
