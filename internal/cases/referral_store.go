package cases

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

const referralColumns = `r.id, r.case_id, r.sent_by, r.to_org, r.reason, r.sections, r.identity, r.basis, r.protect_reason, r.class,
	r.meets_on, r.sent_on, r.reply_by, r.state, r.position, r.refusal, r.accepted_on, r.operator_id, r.ended_on, r.outcome,
	r.raised, r.sealed, r.answer, r.result, r.version`

// referralRow is a referral as it stands in its row, with who answers for the case.
type referralRow struct {
	Referral
	sections string
	manager  string
}

func (r *referralRow) fields() []any {
	return []any{&r.ID, &r.CaseID, &r.SentBy, &r.ToOrg, &r.Reason, &r.sections, &r.Identity, &r.Basis, &r.ProtectReason, &r.Class,
		&r.MeetsOn, &r.SentOn, &r.ReplyBy, &r.State, &r.Position, &r.Refusal, &r.AcceptedOn, &r.OperatorID, &r.EndedOn, &r.Outcome,
		&r.raised, &r.sealed, &r.answer, &r.result, &r.Version}
}

func (r *referralRow) managed() []any { return append(r.fields(), &r.manager) }

// whole is the referral with its sections read.
func (r *referralRow) whole() *Referral {
	r.Sections = sectionsOf(r.sections)
	return &r.Referral
}

func whole(rows []referralRow) []Referral {
	out := make([]Referral, len(rows))
	for i := range rows {
		out[i] = *rows[i].whole()
	}
	return out
}

func insertReferral(ctx context.Context, tx *db.Tx, network string, r *Referral, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into referral (network_id, id, case_id, sent_by, to_org, reason, sections, identity, basis, protect_reason, class,
			meets_on, sent_on, reply_by, state, sealed, version, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
		network, r.ID, r.CaseID, r.SentBy, r.ToOrg, r.Reason, sectionsText(r.Sections), r.Identity, r.Basis, r.ProtectReason, r.Class,
		r.MeetsOn, r.SentOn, r.ReplyBy, r.State, sealed, r.Version, tx.Now)
}

func insertReferralPerson(ctx context.Context, tx *db.Tx, network, referral, person string, sealed []byte) error {
	return tx.Exec(ctx, `insert into referral_person (network_id, referral_id, person_id, sealed) values ($1, $2, $3, $4)`,
		network, referral, person, sealed)
}

// updateReferral writes what moves a referral on. One that somebody else moved since it
// was read is a Conflict.
func updateReferral(ctx context.Context, tx *db.Tx, network string, r *Referral) error {
	n, err := tx.ExecN(ctx, `
		update referral set state = $4, reply_by = $5, position = $6, refusal = $7, accepted_on = $8, operator_id = $9, ended_on = $10,
			outcome = $11, raised = $12, answer = $13, result = $14, version = version + 1
		where network_id = $1 and id = $2 and version = $3`,
		network, r.ID, r.Version, r.State, r.ReplyBy, r.Position, r.Refusal, r.AcceptedOn, r.OperatorID, r.EndedOn,
		r.Outcome, r.raised, r.answer, r.result)
	if err == nil && n == 0 {
		return errs.New(errs.Conflict, "referral.answered_already")
	}
	r.Version++
	return err
}

func scopedReferrals(tx *db.Tx, a policy.Actor, within scope, s policy.Section, what string) *db.Build {
	b := db.NewBuild(`select `+what+` from referral r where r.network_id = ? and`, a.Network)
	return within(b, tx, policy.Referral, s, "r.id")
}

// referralInScope finds a referral that is open to the actor, as who was asked.
func referralInScope(ctx context.Context, tx *db.Tx, a policy.Actor, id string) (*Referral, error) {
	var row referralRow
	b := scopedReferrals(tx, a, a.ScopeFew, policy.Overview, referralColumns).Add("and r.id = ?", id)
	err := tx.Get(ctx, b.SQL(), b.Args(), row.fields()...)
	return row.whole(), err
}

// referralOfCase finds one of a case, never one of another.
func referralOfCase(ctx context.Context, tx *db.Tx, network, caseID, id string) (*Referral, error) {
	var row referralRow
	err := tx.Get(ctx, `select `+referralColumns+` from referral r where r.network_id = $1 and r.case_id = $2 and r.id = $3`,
		[]any{network, caseID, id}, row.fields()...)
	return row.whole(), err
}

// anyReferral finds a referral by no scope: for who came by a link.
func anyReferral(ctx context.Context, tx *db.Tx, network, id string) (*Referral, error) {
	var row referralRow
	err := tx.Get(ctx, `select `+referralColumns+` from referral r where r.network_id = $1 and r.id = $2`, []any{network, id}, row.fields()...)
	return row.whole(), err
}

func referralsOfCase(ctx context.Context, tx *db.Tx, network, caseID string) ([]Referral, error) {
	rows, err := db.List(ctx, tx, `select `+referralColumns+` from referral r where r.network_id = $1 and r.case_id = $2 order by r.id desc`,
		[]any{network, caseID}, (*referralRow).fields)
	return whole(rows), err
}

// acceptedBy are the referrals of a case on which somebody works.
func acceptedBy(ctx context.Context, tx *db.Tx, network, caseID, account string) ([]Referral, error) {
	rows, err := db.List(ctx, tx, `select `+referralColumns+` from referral r
		where r.network_id = $1 and r.case_id = $2 and r.operator_id = $3 and r.state = $4 order by r.id`,
		[]any{network, caseID, account, ReferralAccepted}, (*referralRow).fields)
	return whole(rows), err
}

// receivedBy are the referrals that were sent to the actor's body, in the states; those
// that wait longest come first.
func receivedBy(ctx context.Context, tx *db.Tx, a policy.Actor, states []string, limit int) (list []Referral, total int, err error) {
	count := scopedReferrals(tx, a, a.Scope, policy.Overview, "count(*)").Add("and").In("r.state", states)
	if err := tx.Get(ctx, count.SQL(), count.Args(), &total); err != nil {
		return nil, 0, err
	}
	b := scopedReferrals(tx, a, a.Scope, policy.Overview, referralColumns).Add("and").In("r.state", states).Add("order by r.reply_by, r.id limit ?", limit)
	rows, err := db.List(ctx, tx, b.SQL(), b.Args(), (*referralRow).fields)
	return whole(rows), total, err
}

// sentBy are the referrals of the cases in whose team the actor is, the newest first;
// only those that are late on a day, when it is given. Those of a class that not every
// member sees are left to the page of the case.
func sentBy(ctx context.Context, tx *db.Tx, a policy.Actor, late db.Date, limit int) (list []Referral, total int, err error) {
	from := func(what string) *db.Build {
		b := db.NewBuild(`select `+what+` from referral r
			join case_team t on t.network_id = r.network_id and t.case_id = r.case_id and t.account_id = ? and t.valid_to is null
			where r.network_id = ? and r.class < ? and`, a.AccountID, a.Network, policy.VeryRestricted)
		a.Scope(b, tx, policy.Case, policy.Overview, "r.case_id")
		if late != "" {
			b.Add("and r.reply_by < ? and", late).In("r.state", unanswered)
		}
		return b
	}
	count := from("count(*)")
	if err := tx.Get(ctx, count.SQL(), count.Args(), &total); err != nil {
		return nil, 0, err
	}
	b := from(referralColumns).Add("order by r.id desc limit ?", limit)
	rows, err := db.List(ctx, tx, b.SQL(), b.Args(), (*referralRow).fields)
	return whole(rows), total, err
}

// lateReferrals are those of a network that nobody has answered by a day, and of which
// less was said than they are late.
func lateReferrals(ctx context.Context, tx *db.Tx, network string, sender, receiver db.Date) ([]referralRow, error) {
	b := db.NewBuild(`select `+referralColumns+`, c.manager_id from referral r
		join case_file c on c.network_id = r.network_id and c.id = r.case_id
		where r.network_id = ? and`, network).In("r.state", unanswered)
	b.Add("and (r.raised < 1 and r.reply_by < ? or r.raised < 2 and r.reply_by < ?) order by r.id", sender, receiver)
	return db.List(ctx, tx, b.SQL(), b.Args(), (*referralRow).managed)
}

// allReferrals reads those of every case of a network, for verify.
func allReferrals(ctx context.Context, tx *db.Tx, network string) ([]Referral, error) {
	rows, err := db.List(ctx, tx, `select `+referralColumns+` from referral r where r.network_id = $1 order by r.id`, []any{network}, (*referralRow).fields)
	return whole(rows), err
}

func raiseReferral(ctx context.Context, tx *db.Tx, network, id string, raised int) error {
	return tx.ExecOne(ctx, `update referral set raised = $3 where network_id = $1 and id = $2`, network, id, raised)
}

func referralPeople(ctx context.Context, tx *db.Tx, network string, referrals ...string) ([]SharedPerson, error) {
	b := db.NewBuild(`select referral_id, person_id, sealed from referral_person where network_id = ? and`, network)
	b.In("referral_id", referrals).Add("order by referral_id, person_id")
	return db.List(ctx, tx, b.SQL(), b.Args(), func(p *SharedPerson) []any { return []any{&p.referral, &p.ID, &p.sealed} })
}

// referralsOfPerson are those in which somebody stands, whoever they are open to.
func referralsOfPerson(ctx context.Context, tx *db.Tx, network, person string) ([]string, error) {
	return db.Column[string](ctx, tx, `select referral_id from referral_person where network_id = $1 and person_id = $2 order by referral_id`, network, person)
}

// namedReferrals are those of the referrals that tell the actor who the persons are.
func namedReferrals(ctx context.Context, tx *db.Tx, a policy.Actor, list []Referral) ([]string, error) {
	ids := make([]string, len(list))
	for i, r := range list {
		ids[i] = r.ID
	}
	b := scopedReferrals(tx, a, a.ScopeFew, policy.Identity, "r.id").Add("and").In("r.id", ids)
	return db.Column[string](ctx, tx, b.SQL(), b.Args()...)
}

// leadsOf are the bodies that lead cases, by case.
func leadsOf(ctx context.Context, tx *db.Tx, network string, cases []string) (map[string]string, error) {
	b := db.NewBuild(`select id, org_id from case_file where network_id = ? and`, network).In("id", cases)
	type row struct{ id, org string }
	rows, err := db.List(ctx, tx, b.SQL(), b.Args(), func(r *row) []any { return []any{&r.id, &r.org} })
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.id] = r.org
	}
	return out, err
}

const linkColumns = `network_id, referral_id, language, made_by, created_at, expires_at`

func (l *ReferralLink) fields() []any {
	return []any{&l.network, &l.referral, &l.Language, &l.by, &l.Made, &l.Expires}
}

func insertReferralLink(ctx context.Context, tx *db.Tx, l *ReferralLink, hash []byte) error {
	return tx.Exec(ctx, `insert into referral_link (token_hash, `+linkColumns+`) values ($1, $2, $3, $4, $5, $6, $7)`,
		hash, l.network, l.referral, l.Language, l.by, l.Made, l.Expires)
}

func dropReferralLink(ctx context.Context, tx *db.Tx, network, referral string) error {
	return tx.Exec(ctx, `delete from referral_link where network_id = $1 and referral_id = $2`, network, referral)
}

func referralLinkOf(ctx context.Context, tx *db.Tx, network, referral string) (l ReferralLink, err error) {
	err = tx.Get(ctx, `select `+linkColumns+` from referral_link where network_id = $1 and referral_id = $2`, []any{network, referral}, l.fields()...)
	return l, err
}

// referralLinkBy finds a link that holds today by what its token is kept as.
func referralLinkBy(ctx context.Context, tx *db.Tx, hash []byte) (l ReferralLink, err error) {
	err = tx.Get(ctx, `select `+linkColumns+` from referral_link where token_hash = $1 and expires_at > $2`, []any{hash, tx.Now}, l.fields()...)
	return l, err
}
