package cases

import (
	"context"
	"strings"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

type mobileRow struct {
	MobileRequest
	sealed                 []byte
	languages, sections    string
	advices, works         int
	caseOrg, caseProgramme string // of its case: on whose terms it is shared
}

const mobileColumns = `r.id, r.case_id, r.asked_by, r.org_id, r.to_org, r.state, r.reason, r.urgency, r.mode, r.languages, r.sections, r.programme,
	r.activity, r.decline_reason, r.rating, r.asked_at, r.version, r.sealed, coalesce(c.org_id, ''), coalesce(c.programme, ''),
	(select count(*) from mobile_note n where n.network_id = r.network_id and n.request_id = r.id and n.kind = 'advice'),
	(select count(*) from mobile_worker w where w.network_id = r.network_id and w.request_id = r.id and w.account_id = ?)
	from mobile_request r left join case_file c on c.network_id = r.network_id and c.id = r.case_id`

func (r *mobileRow) fields() []any {
	return []any{&r.ID, &r.CaseID, &r.AskedBy, &r.OrgID, &r.ToOrg, &r.State, &r.Reason, &r.Urgency, &r.Mode, &r.languages, &r.sections, &r.Programme,
		&r.Activity, &r.DeclineReason, &r.Rating, &r.AskedAt, &r.Version, &r.sealed, &r.caseOrg, &r.caseProgramme,
		&r.advices, &r.works}
}

func (r *mobileRow) fill() {
	r.Languages, r.Advised, r.Mine = strings.Fields(r.languages), r.advices > 0, r.works > 0
	for _, s := range strings.Fields(r.sections) {
		r.Sections = append(r.Sections, policy.Section(s))
	}
}

func insertMobile(ctx context.Context, tx *db.Tx, network string, r *MobileRequest, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into mobile_request (network_id, id, case_id, asked_by, org_id, to_org, state, reason, urgency, mode, languages, sections,
			programme, activity, sealed, asked_at, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 1)`,
		network, r.ID, r.CaseID, r.AskedBy, r.OrgID, r.ToOrg, r.State, r.Reason, r.Urgency, r.Mode, spaced(r.Languages), spaced(r.Sections),
		r.Programme, r.Activity, sealed, tx.Now)
}

// updateMobile writes where a request stands. One that somebody else moved since it was
// read is a Conflict.
func updateMobile(ctx context.Context, tx *db.Tx, network string, r *MobileRequest, sealed []byte) error {
	n, err := tx.ExecN(ctx, `
		update mobile_request set state = $4, decline_reason = $5, rating = $6, sealed = $7, version = version + 1
		where network_id = $1 and id = $2 and version = $3`, network, r.ID, r.Version, r.State, r.DeclineReason, r.Rating, sealed)
	if err == nil && n == 0 {
		return errs.New(errs.Conflict, "error.version")
	}
	return err
}

func mobileByID(ctx context.Context, tx *db.Tx, a policy.Actor, id string) (r mobileRow, err error) {
	b := mobileScope(tx, a, "r.org_id").Add("and r.id = ?", id)
	err = tx.Get(ctx, b.SQL(), b.Args(), r.fields()...)
	r.fill()
	return r, err
}

// mobileShown reads the requests that are open to an actor, the newest first: all, those
// under way, or those that wait for the actor.
func mobileShown(ctx context.Context, tx *db.Tx, a policy.Actor, show MobileShow) ([]mobileRow, error) {
	b := mobileScope(tx, a, "r.org_id")
	switch show {
	case MobileWaiting:
		b.Add("and (r.asked_by = ? and r.state in (?, ?)", a.AccountID, MobileMore, MobileTaken)
		if a.May(policy.MobileWork) {
			b.Add("or r.to_org = ? and r.state in (?, ?)", a.OrgID, MobileAsked, MobileTaken)
		}
		b.Add(")")
	case MobileOpen:
		b.Add("and r.state not in (?, ?)", MobileDeclined, MobileClosed)
	}
	return mobilesIn(ctx, tx, b)
}

// mobileOf reads those of them about one case. With "|| ”" no engine looks through the
// requests of the whole body.
func mobileOf(ctx context.Context, tx *db.Tx, a policy.Actor, caseID string) ([]mobileRow, error) {
	return mobilesIn(ctx, tx, mobileScope(tx, a, "r.org_id || ''").Add("and r.case_id = ?", caseID))
}

func mobilesIn(ctx context.Context, tx *db.Tx, b *db.Build) ([]mobileRow, error) {
	b.Add("order by r.id desc limit ?", listed)
	rows, err := db.List(ctx, tx, b.SQL(), b.Args(), (*mobileRow).fields)
	for i := range rows {
		rows[i].fill()
	}
	return rows, err
}

// mobileScope is what an actor may see but for the agreement on a case: the requests of
// their body, on cases whose diary is open to them and on briefs, and for who is of a
// mobile team those to it.
func mobileScope(tx *db.Tx, a policy.Actor, body string) *db.Build {
	b := db.NewBuild(`select `+mobileColumns+` where r.network_id = ? and (`, a.AccountID, a.Network)
	if a.May(policy.MobileWork) {
		b.Add("r.to_org = ? or", a.OrgID)
	}
	b.Add(body+" = ? and (r.case_id = '' or", a.OrgID)
	return a.ScopeFew(b, tx, policy.Case, policy.Diary, "r.case_id").Add("))")
}

// allMobile reads every request of a network, for verify.
func allMobile(ctx context.Context, tx *db.Tx, network string) ([]mobileRow, error) {
	b := db.NewBuild(`select `+mobileColumns+` where r.network_id = ? order by r.id`, "", network)
	return db.List(ctx, tx, b.SQL(), b.Args(), (*mobileRow).fields)
}

func insertMobileWorker(ctx context.Context, tx *db.Tx, network, request, account string) error {
	return tx.Exec(ctx, `
		insert into mobile_worker (network_id, request_id, account_id, since) values ($1, $2, $3, $4)
		on conflict do nothing`, network, request, account, tx.Now)
}

func mobileWorkersOf(ctx context.Context, tx *db.Tx, network, request string) ([]string, error) {
	return db.Column[string](ctx, tx, `
		select account_id from mobile_worker where network_id = $1 and request_id = $2 order by since, account_id`, network, request)
}

func insertMobileNote(ctx context.Context, tx *db.Tx, network, request string, n MobileNote, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into mobile_note (network_id, id, request_id, kind, account_id, written_at, sealed)
		values ($1, $2, $3, $4, $5, $6, $7)`, network, n.ID, request, n.Kind, n.By, tx.Now, sealed)
}

func mobileNotesOf(ctx context.Context, tx *db.Tx, network, request string) ([]mobileNoteRow, error) {
	return db.List(ctx, tx, `
		select id, kind, account_id, written_at, sealed from mobile_note
		where network_id = $1 and request_id = $2 order by written_at, id`, []any{network, request},
		func(n *mobileNoteRow) []any { return []any{&n.ID, &n.Kind, &n.By, &n.At, &n.sealed} })
}

func insertMobileActivity(ctx context.Context, tx *db.Tx, network string, a MobileActivity, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into mobile_activity (network_id, id, request_id, kind, held_on, minutes, professionals, account_id, org_id, sealed, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		network, a.ID, a.requestID, a.Kind, a.On, a.Minutes, spaced(a.Professionals), a.AccountID, a.OrgID, sealed, tx.Now)
}

func voidMobileActivity(ctx context.Context, tx *db.Tx, network, id, reason string) error {
	return tx.ExecOne(ctx, `
		update mobile_activity set void_reason = $3 where network_id = $1 and id = $2 and void_reason = ''`, network, id, reason)
}

type mobileActivityRow struct {
	MobileActivity
	professionals string
}

const mobileActivityColumns = `a.id, a.request_id, a.kind, a.held_on, a.minutes, a.professionals, a.account_id, a.org_id, a.void_reason, a.sealed`

func (r *mobileActivityRow) fields() []any {
	return []any{&r.ID, &r.requestID, &r.Kind, &r.On, &r.Minutes, &r.professionals, &r.AccountID, &r.OrgID, &r.VoidReason, &r.sealed}
}

func mobileActivitiesOf(ctx context.Context, tx *db.Tx, network, request string) (out []MobileActivity, err error) {
	return listMobileActivities(ctx, tx, `select `+mobileActivityColumns+` from mobile_activity a
		where a.network_id = $1 and a.request_id = $2 order by a.held_on, a.id`, network, request)
}

// allMobileActivities reads those of every request of a network, for verify.
func allMobileActivities(ctx context.Context, tx *db.Tx, network string) (out []MobileActivity, err error) {
	return listMobileActivities(ctx, tx, `select `+mobileActivityColumns+` from mobile_activity a where a.network_id = $1 order by a.id`, network)
}

func listMobileActivities(ctx context.Context, tx *db.Tx, query string, args ...any) (out []MobileActivity, err error) {
	rows, err := db.List(ctx, tx, query, args, (*mobileActivityRow).fields)
	for _, r := range rows {
		r.Professionals = strings.Fields(r.professionals)
		out = append(out, r.MobileActivity)
	}
	return out, err
}
