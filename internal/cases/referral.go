package cases

import (
	"context"
	"slices"
	"strings"

	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// ReferralState is where a referral stands.
type ReferralState string

// The states. The first two wait for somebody; the last three are over, and close what
// was shared.
const (
	ReferralSent      ReferralState = "sent"
	ReferralWaiting   ReferralState = "waiting" // in the waiting list of who was asked
	ReferralAccepted  ReferralState = "accepted"
	ReferralRefused   ReferralState = "refused"
	ReferralWithdrawn ReferralState = "withdrawn"
	ReferralClosed    ReferralState = "closed"
)

// ReferralStates lists them in the order of the work.
var ReferralStates = []ReferralState{ReferralSent, ReferralWaiting, ReferralAccepted, ReferralRefused, ReferralWithdrawn, ReferralClosed}

// unanswered are the states in which who was asked owes an answer.
var unanswered = []string{string(ReferralSent), string(ReferralWaiting)}

// ReferralOutcomes are how a referral that was accepted can end.
var ReferralOutcomes = []string{reached, "partly", "not_begun", "interrupted"}

const reached = "reached"

// The code lists of referrals.
const (
	ReferralReasonList  = "referral_reason"
	ReferralRefusalList = "referral_refusal"
)

// optional is the one reason for which consent is a basis: no service asks for it
// (safeguards, 1).
const optional = "optional_activity"

// How much of the persons is shared.
const (
	ShareNames   = "name"
	ShareContact = "contact" // and the telephone of the reference person; never an address
)

// IdentityShares lists them in the order of a form.
var IdentityShares = []string{ShareNames, ShareContact}

// replyDays is in how many days an answer is asked for, unless the sender says a day;
// to protect a minor it is urgentDays.
const (
	replyDays  = 10
	urgentDays = 3
)

// Referral is what a team asks of another body about a family (invio).
type Referral struct {
	ID            string
	CaseID        string
	SentBy        string // the account
	Sender        string // name of who sent it
	FromOrg       string // name of the body that leads the case
	ToOrg         string
	ToOrgName     string
	Reason        string           // a code of ReferralReasonList
	Sections      []policy.Section // of the case, the overview first
	Identity      string
	Basis         policy.Basis
	ProtectReason string // one of Reasons, when no agreement is waited for
	Class         policy.Class
	MeetsOn       db.Date // of a warm hand-over: when one meets together; empty: none
	SentOn        db.Date
	ReplyBy       db.Date
	State         ReferralState
	Position      int // in the waiting list; 0 not said
	Refusal       string
	AcceptedOn    db.Date
	OperatorID    string
	Operator      string // name of who works on it
	EndedOn       db.Date
	Outcome       string
	Version       int
	Answer        string // what who was asked has written
	Result        string // what was written at the end
	ReferralWords
	People []SharedPerson
	Name   string // of the family, as far as the reader may know

	raised                 int
	sealed, answer, result []byte
}

// ReferralWords is what is sealed of a referral when it is sent.
type ReferralWords struct {
	Words     string    `json:"words"`
	Attention string    `json:"attention,omitempty"` // the service, or whom to look for
	Shared    []Extract `json:"shared"`
}

// Late tells whether the day for the answer is over.
func (r *Referral) Late(today db.Date) bool { return r.open() && r.ReplyBy < today }

// open tells whether an answer is waited for.
func (r *Referral) open() bool { return slices.Contains(unanswered, string(r.State)) }

// over tells whether nothing is shared any more.
func (r *Referral) over() bool { return !r.open() && r.State != ReferralAccepted }

func (r *Referral) place() string { return "referral/" + r.ID }

func (r *Referral) source() ledger.Source { return ledger.Source{Kind: "referral", ID: r.ID} }

// facts are what a referral counts for, under the body that leads the case: who was
// asked stands in no figure.
func (r *Referral) facts(c *Case, territory string) []ledger.Fact {
	out := []ledger.Fact{c.fact("cases.referral_sent", r.SentOn, r.source(), territory)}
	if r.AcceptedOn != "" {
		out = append(out, c.fact("cases.referral_accepted", r.AcceptedOn, r.source(), territory))
	}
	if r.State == ReferralClosed {
		out = append(out, c.fact("cases.referral_closed", r.EndedOn, r.source(), territory))
	}
	if r.Outcome == reached {
		out = append(out, c.fact("cases.referral_reached", r.EndedOn, r.source(), territory))
	}
	return out
}

// referralFacts recomputes what the referrals of a network count for, for verify.
func (m *Module) referralFacts(ctx context.Context, tx *db.Tx, network string, cases map[string]*Case) (facts []ledger.Fact, err error) {
	list, err := allReferrals(ctx, tx, network)
	for _, r := range list {
		c := cases[r.CaseID]
		place, err := m.network.Territory(ctx, tx, network, c.OrgID)
		if err != nil {
			return nil, err
		}
		facts = append(facts, r.facts(c, place)...)
	}
	return facts, err
}

// NewReferral is what sending one asks for.
type NewReferral struct {
	ToOrg     string
	Attention string
	Reason    string
	Words     string
	Sections  []policy.Section // beside the overview, which goes always
	Identity  string           // one of IdentityShares; empty is ShareNames
	Basis     policy.Basis
	Protect   string  // one of Reasons, with ChildProtection
	ReplyBy   db.Date // empty is in replyDays, or urgentDays
	Warm      bool    // one meets together, on MeetsOn
	MeetsOn   db.Date
	Sent      crypto.Sending
}

// ReferralBases lists the grounds in the order of a form.
var ReferralBases = []policy.Basis{policy.InstitutionalTask, policy.ChildProtection, policy.Consent}

// Check reports what is wrong with a referral about to be sent.
func (n *NewReferral) Check(ctx context.Context, open policy.Open, today db.Date) error {
	c := errs.Check{}
	c.That(n.ToOrg != "", "to", "referral.to_missing")
	c.That(codelist.Valid(ctx, ReferralReasonList, n.Reason, today), "reason", "referral.reason_missing")
	c.That(n.Words != "", "words", "referral.words_missing")
	c.That(errs.Fits(n.Words, longText), "words", "error.field_long")
	c.That(errs.Fits(n.Attention, 200), "attention", "error.field_long")
	for _, s := range n.Sections {
		c.That(slices.Contains(policy.CaseSections, s) && open[s], "sections", "referral.section_closed")
	}
	c.That(slices.Contains(IdentityShares, n.Identity), "identity", "error.field_choice")
	c.That(slices.Contains(ReferralBases, n.Basis), "basis", "referral.basis_missing")
	c.That(n.Basis != policy.Consent || n.Reason == optional, "basis", "referral.basis_consent")
	c.That((n.Basis == policy.ChildProtection) == slices.Contains(Reasons, n.Protect), "protect", "referral.protect_missing")
	c.That(n.ReplyBy > today && n.ReplyBy.Within(today, 0, 1), "reply_by", "referral.reply_wrong")
	c.That(!n.Warm || n.MeetsOn >= today && n.MeetsOn.Within(today, 0, 1), "meets_on", "referral.meets_wrong")
	return c.Err()
}

// settle fills what a form may leave out.
func (n *NewReferral) settle(today db.Date) {
	if n.Identity == "" {
		n.Identity = ShareNames
	}
	if n.ReplyBy == "" {
		n.ReplyBy = today.AddDays(replyDays)
		if n.Basis == policy.ChildProtection {
			n.ReplyBy = today.AddDays(urgentDays)
		}
	}
	if !n.Warm {
		n.MeetsOn = ""
	}
	chosen := []policy.Section{policy.Overview}
	for _, s := range n.Sections {
		if !slices.Contains(chosen, s) {
			chosen = append(chosen, s)
		}
	}
	n.Sections = chosen
}

// Refer asks another body to work on something with a family, and shares with it the
// sections that are named, of those that the actor sees, as they stand now. What no
// agreement covers is a Conflict, unless it is to protect a minor. The same form sent
// twice returns the first.
func (m *Module) Refer(ctx context.Context, caseID string, n NewReferral) (id string, err error) {
	actor := policy.From(ctx)
	err = m.db.Write(ctx, func(tx *db.Tx) error {
		c, open, key, err := m.actOnAll(ctx, tx, caseID, policy.CaseTeam, policy.Overview)
		if err != nil {
			return err
		}
		if in, err := m.inTeam(ctx, tx, c.ID); err != nil || !in {
			return orMissing(err)
		}
		n.settle(tx.Today())
		fresh := db.NewID()
		if id, err = m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, fresh); err != nil || id != fresh {
			return err
		}
		if err := n.Check(ctx, open, tx.Today()); err != nil {
			return err
		}
		return m.refer(ctx, tx, c, key, id, n)
	})
	return id, err
}

// orMissing is err, or NotFound where there is none.
func orMissing(err error) error {
	if err == nil {
		err = errs.Missing()
	}
	return err
}

func (m *Module) refer(ctx context.Context, tx *db.Tx, c *Case, key *crypto.Key, id string, n NewReferral) error {
	actor := policy.From(ctx)
	r := &Referral{ID: id, CaseID: c.ID, SentBy: actor.AccountID, ToOrg: n.ToOrg, Reason: n.Reason, Sections: n.Sections, Identity: n.Identity,
		Basis: n.Basis, ProtectReason: n.Protect, MeetsOn: n.MeetsOn, SentOn: tx.Today(), ReplyBy: n.ReplyBy, State: ReferralSent, Version: 1}
	terms, err := m.openReferral(ctx, tx, c, r)
	if err != nil {
		return err
	}
	r.Class = terms.Class
	r.ReferralWords = ReferralWords{Words: n.Words, Attention: n.Attention}
	if err := m.writeReferral(ctx, tx, c, r, key); err != nil {
		return err
	}
	e := audit.Entry{Act: "referral.send", Kind: policy.Referral, ID: r.ID}
	if r.ProtectReason != "" {
		e.Act, e.Reason = "referral.protect", r.ProtectReason
	}
	if err := m.audit.Record(ctx, tx, e); err != nil {
		return err
	}
	territory, err := m.network.Territory(ctx, tx, actor.Network, c.OrgID)
	if err != nil {
		return err
	}
	return m.ledger.Post(ctx, tx, actor.Network, r.facts(c, territory)...)
}

// referable are the bodies to which a case can be referred, today: those that work in
// the network, save the one that leads it and public authorities, which open no record.
func (m *Module) referable(ctx context.Context, tx *db.Tx, c *Case) ([]network.Organisation, error) {
	all, err := m.network.Organisations(ctx, tx)
	return slices.DeleteFunc(all, func(o network.Organisation) bool {
		return o.ID == c.OrgID || o.Kind == policy.Authority || !o.Works(tx.Today())
	}), err
}

// answerers are those of a body who can answer for it, and work on what is referred.
func (m *Module) answerers(ctx context.Context, tx *db.Tx, org string) ([]network.Operator, error) {
	all, err := m.network.Operators(ctx, tx, teamRoles...)
	return slices.DeleteFunc(all, func(o network.Operator) bool { return o.OrgID != org || !o.Active }), err
}

// inTeam tells whether the actor is in the team of a case today: to whom a part of it
// was shared by a referral is not.
func (m *Module) inTeam(ctx context.Context, tx *db.Tx, caseID string) (bool, error) {
	actor := policy.From(ctx)
	_, err := memberOf(ctx, tx, actor.Network, caseID, actor.AccountID)
	if errs.CodeOf(err) == errs.NotFound {
		return false, nil
	}
	return err == nil, err
}

// sectionsText and sectionsOf write and read the list of sections.
func sectionsText(list []policy.Section) string {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = string(s)
	}
	return strings.Join(words, " ")
}

func sectionsOf(text string) (out []policy.Section) {
	for _, s := range strings.Fields(text) {
		out = append(out, policy.Section(s))
	}
	return out
}
