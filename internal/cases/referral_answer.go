package cases

import (
	"context"
	"slices"

	"tessuto/internal/network"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// Answers to a referral, in the order of a form.
const (
	Accept   = "accept"
	Refuse   = "refuse"
	WaitList = "wait"
)

// ReferralAnswers lists them.
var ReferralAnswers = []string{Accept, Refuse, WaitList}

// answerActs are what the audit says of each answer, and what the sender is told.
var answerActs = map[string]struct{ act, message string }{
	Accept:   {"referral.accept", "task.reminder.referral_accept"},
	Refuse:   {"referral.refuse", "task.reminder.referral_refuse"},
	WaitList: {"referral.wait", "task.reminder.referral_wait"},
}

// ReferralAnswer is what who was asked says.
type ReferralAnswer struct {
	Answer   string
	Operator string  // to accept: who works on it, of the body that was asked
	Refusal  string  // to refuse: a code of ReferralRefusalList
	Position int     // in the waiting list; 0 is not said
	Until    db.Date // to wait: by when one answers for good
	Words    string
	Sent     crypto.Sending
}

// Check reports what is wrong with an answer; staff are those who can work on it, none
// where nobody has an account.
func (n *ReferralAnswer) Check(ctx context.Context, staff []network.Operator, today db.Date) error {
	c := errs.Check{}
	c.That(slices.Contains(ReferralAnswers, n.Answer), "answer", "referral.answer_missing")
	named := slices.ContainsFunc(staff, func(o network.Operator) bool { return o.AccountID == n.Operator })
	c.That(n.Answer != Accept || named || len(staff) == 0 && n.Operator == "", "operator", "referral.operator_missing")
	c.That(n.Answer != Refuse || codelist.Valid(ctx, ReferralRefusalList, n.Refusal, today), "refusal", "referral.refusal_missing")
	c.That(n.Answer != WaitList || n.Until > today && n.Until.Within(today, 0, 1), "until", "referral.until_wrong")
	c.That(n.Position >= 0 && n.Position < 1000, "position", "error.field_number")
	c.That(errs.Fits(n.Words, lineText), "words", "error.field_long")
	return c.Err()
}

// AnswerReferral says whether the actor's body takes on what was referred to it. Who
// is named to work on it sees of the case what was shared, until the referral ends. One
// that somebody has answered, or that was withdrawn meanwhile, is a Conflict.
func (m *Module) AnswerReferral(ctx context.Context, id string, n ReferralAnswer) error {
	actor := policy.From(ctx)
	return m.db.Write(ctx, func(tx *db.Tx) error {
		fresh := db.NewID() // before the referral: what was refused is found no more
		if first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, fresh); err != nil || first != fresh {
			return err
		}
		r, err := referralInScope(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if _, err := policy.Check(ctx, policy.ReferralAnswer); err != nil {
			return err
		}
		staff, err := m.answerers(ctx, tx, actor.OrgID)
		if err != nil {
			return err
		}
		return m.answer(ctx, tx, r, n, staff)
	})
}

// answer writes an answer, for who has an account and for who came by a link.
func (m *Module) answer(ctx context.Context, tx *db.Tx, r *Referral, n ReferralAnswer, staff []network.Operator) error {
	if !r.open() {
		return errs.New(errs.Conflict, "referral.answered_already")
	}
	if err := n.Check(ctx, staff, tx.Today()); err != nil {
		return err
	}
	net := policy.From(ctx).Network
	c, err := anyCase(ctx, tx, net, r.CaseID)
	if err != nil {
		return err
	}
	posted := len(r.facts(&c, ""))
	switch n.Answer {
	case Accept:
		r.State, r.AcceptedOn, r.OperatorID = ReferralAccepted, tx.Today(), n.Operator
	case Refuse:
		r.State, r.Refusal, r.EndedOn = ReferralRefused, n.Refusal, tx.Today()
	case WaitList:
		r.State, r.Position, r.ReplyBy, r.raised = ReferralWaiting, n.Position, n.Until, 0
	}
	if r.answer, err = m.sealReferral(ctx, r, n.Words); err != nil {
		return err
	}
	if err := m.saveReferral(ctx, tx, &c, r, posted, answerActs[n.Answer].act); err != nil {
		return err
	}
	if r.State == ReferralAccepted && r.OperatorID != "" {
		if err := m.shareReferral(ctx, tx, &c, r); err != nil {
			return err
		}
	}
	return m.tellSender(ctx, tx, &c, r, answerActs[n.Answer].message)
}

// sealReferral seals what is written into a referral after it was sent; nothing is nil.
func (m *Module) sealReferral(ctx context.Context, r *Referral, words string) ([]byte, error) {
	if words == "" {
		return nil, nil
	}
	key, err := m.keys.GetOne(ctx, policy.From(ctx).Network, r.CaseID)
	if err != nil {
		return nil, err
	}
	return key.Seal([]byte(words), r.place()), nil
}

// saveReferral writes a step of a referral, and counts what it adds to the facts that
// were posted. What is over is open to who was asked no more.
func (m *Module) saveReferral(ctx context.Context, tx *db.Tx, c *Case, r *Referral, posted int, act string) error {
	net := policy.From(ctx).Network
	if err := updateReferral(ctx, tx, net, r); err != nil {
		return err
	}
	if err := m.audit.Record(ctx, tx, audit.Entry{Act: act, Kind: policy.Referral, ID: r.ID}); err != nil {
		return err
	}
	if r.State != ReferralWaiting {
		if err := dropReferralLink(ctx, tx, net, r.ID); err != nil {
			return err
		}
	}
	if r.over() {
		if err := m.closeReferral(ctx, tx, c, r); err != nil {
			return err
		}
	}
	territory, err := m.network.Territory(ctx, tx, net, c.OrgID)
	if err != nil {
		return err
	}
	return m.ledger.Post(ctx, tx, net, r.facts(c, territory)[posted:]...)
}

// shareReferral opens to who works on a referral what was shared of the case.
func (m *Module) shareReferral(ctx context.Context, tx *db.Tx, c *Case, r *Referral) error {
	terms := policy.Terms{Owner: c.OrgID, Purpose: policy.CaseWork, Basis: r.Basis, Class: r.Class}
	to := policy.ToAccount(r.OperatorID)
	if err := policy.Grant(ctx, tx, policy.From(ctx).Network, policy.Case, c.ID, to, terms, r.Sections...); err != nil {
		return err
	}
	return m.people.Share(ctx, tx, c.HouseholdID, to, r.Basis)
}

// closeReferral takes back what a referral shared. Who is in the team sees what their
// mandate opens.
func (m *Module) closeReferral(ctx context.Context, tx *db.Tx, c *Case, r *Referral) error {
	net := policy.From(ctx).Network
	if err := policy.Revoke(ctx, tx, net, policy.Referral, r.ID, policy.ToOrg(r.ToOrg)); err != nil || r.OperatorID == "" {
		return err
	}
	_, err := memberOf(ctx, tx, net, c.ID, r.OperatorID)
	if errs.CodeOf(err) == errs.NotFound {
		return m.closeTo(ctx, tx, c, r.OperatorID)
	}
	return err
}

// closeTo closes a case and its family to who has no mandate in it any more, save for
// what referrals still share with them.
func (m *Module) closeTo(ctx context.Context, tx *db.Tx, c *Case, account string) error {
	net := policy.From(ctx).Network
	if err := policy.Revoke(ctx, tx, net, policy.Case, c.ID, policy.ToAccount(account)); err != nil {
		return err
	}
	left, err := acceptedBy(ctx, tx, net, c.ID, account)
	for i := range left {
		if err := m.shareReferral(ctx, tx, c, &left[i]); err != nil {
			return err
		}
	}
	if err != nil || len(left) > 0 {
		return err
	}
	return m.unshare(ctx, tx, net, c, account)
}

// tellSender leaves word with who answers for the case, in place of what was said of it
// before. It names nobody and stands beside no record: a referral shows to the team alone.
func (m *Module) tellSender(ctx context.Context, tx *db.Tx, c *Case, r *Referral, message string) error {
	for _, key := range []string{r.lateKey(1), r.lateKey(2)} {
		if err := m.tasks.Withdraw(ctx, tx, key); err != nil {
			return err
		}
	}
	rule := r.place() + "/news"
	return m.tasks.Settle(ctx, tx, rule, []task.Reminder{{Key: rule + "/" + itoa(r.Version), To: task.To{AccountID: c.ManagerID}, Message: message}})
}

// ReferralEnd is how a referral that was accepted ended.
type ReferralEnd struct {
	Outcome string
	Words   string
	Sent    crypto.Sending
}

// Check reports what is wrong with the end of a referral.
func (n *ReferralEnd) Check() error {
	c := errs.Check{}
	c.That(slices.Contains(ReferralOutcomes, n.Outcome), "outcome", "referral.outcome_missing")
	c.That(errs.Fits(n.Words, longText), "result", "error.field_long")
	return c.Err()
}

// EndReferral sends the outcome of a referral back, and closes what was shared: who
// works for the body that accepted it may.
func (m *Module) EndReferral(ctx context.Context, id string, n ReferralEnd) error {
	actor := policy.From(ctx)
	return m.db.Write(ctx, func(tx *db.Tx) error {
		fresh := db.NewID()
		if first, err := m.keys.Once(ctx, tx, actor.Network, actor.AccountID, n.Sent, fresh); err != nil || first != fresh {
			return err
		}
		r, err := referralInScope(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if _, err := policy.Check(ctx, policy.ReferralAnswer); err != nil {
			return err
		}
		c, err := anyCase(ctx, tx, actor.Network, r.CaseID)
		if err != nil {
			return err
		}
		if err := m.end(ctx, tx, &c, r, n); err != nil {
			return err
		}
		return m.tellSender(ctx, tx, &c, r, "task.reminder.referral_end")
	})
}

func (m *Module) end(ctx context.Context, tx *db.Tx, c *Case, r *Referral, n ReferralEnd) (err error) {
	if r.State != ReferralAccepted {
		return errs.New(errs.Conflict, "referral.not_under_way")
	}
	if err := n.Check(); err != nil {
		return err
	}
	posted := len(r.facts(c, ""))
	r.State, r.Outcome, r.EndedOn = ReferralClosed, n.Outcome, tx.Today()
	if r.result, err = m.sealReferral(ctx, r, n.Words); err != nil {
		return err
	}
	return m.saveReferral(ctx, tx, c, r, posted, "referral.end")
}

// sent loads a referral of a case for an act of its team, whatever the stage.
func (m *Module) sent(ctx context.Context, tx *db.Tx, caseID, id string) (*Case, *Referral, error) {
	c, open, _, err := m.load(ctx, tx, caseID)
	if err != nil {
		return nil, nil, err
	}
	in, err := m.inTeam(ctx, tx, c.ID)
	if err != nil || !in {
		return nil, nil, orMissing(err)
	}
	r, err := referralOfCase(ctx, tx, policy.From(ctx).Network, c.ID, id)
	if err == nil && !r.shows(open) {
		err = errs.Missing()
	}
	if err != nil {
		return nil, nil, err
	}
	_, err = policy.Check(ctx, policy.CaseTeam)
	return c, r, err
}

// shows tells whether a member of the team sees a referral: one to a body whose name
// tells of the need, with the diary alone (safeguards, 4).
func (r *Referral) shows(open policy.Open) bool {
	return open[policy.Diary] || open[policy.Overview] && r.Class != policy.VeryRestricted
}

// WithdrawReferral takes a referral back, answered or not, and closes what it shared:
// the team of the case may, in which the right to name it lies. One that is over is a
// Conflict.
func (m *Module) WithdrawReferral(ctx context.Context, caseID, id string) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, r, err := m.sent(ctx, tx, caseID, id)
		if err != nil {
			return err
		}
		if r.over() {
			return errs.New(errs.Conflict, "referral.over")
		}
		posted := len(r.facts(c, ""))
		r.State, r.EndedOn = ReferralWithdrawn, tx.Today()
		return m.saveReferral(ctx, tx, c, r, posted, "referral.withdraw")
	})
}

// RecordReferralEnd writes how a referral ended that a body without an account has
// accepted: the team of the case heard it.
func (m *Module) RecordReferralEnd(ctx context.Context, caseID, id string, n ReferralEnd) error {
	return m.db.Write(ctx, func(tx *db.Tx) error {
		c, r, err := m.sent(ctx, tx, caseID, id)
		if err != nil {
			return err
		}
		if r.OperatorID != "" {
			return errs.New(errs.Conflict, "referral.theirs_to_end")
		}
		return m.end(ctx, tx, c, r, n)
	})
}
