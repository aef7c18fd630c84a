package cases

import (
	"context"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

const emergencyColumns = `id, case_id, account_id, org_id, reason, asked_at, until, ended_by, sealed`

func (e *Emergency) fields() []any {
	return []any{&e.ID, &e.CaseID, &e.account, &e.org, &e.Reason, &e.AskedAt, &e.Until, &e.EndedBy, &e.sealed}
}

func insertEmergency(ctx context.Context, tx *db.Tx, network string, e *Emergency, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into emergency_access (network_id, id, case_id, account_id, org_id, reason, asked_at, until, sealed)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		network, e.ID, e.CaseID, e.account, e.org, e.Reason, tx.Now, e.Until, sealed)
}

func emergencyByID(ctx context.Context, tx *db.Tx, network, caseID, id string) (e Emergency, err error) {
	err = tx.Get(ctx, `select `+emergencyColumns+` from emergency_access where network_id = $1 and case_id = $2 and id = $3`,
		[]any{network, caseID, id}, e.fields()...)
	return e, err
}

func endEmergency(ctx context.Context, tx *db.Tx, network, id, by string) error {
	return tx.ExecOne(ctx, `update emergency_access set until = $3, ended_by = $4 where network_id = $1 and id = $2`, network, id, tx.Now, by)
}

// emergenciesOf reads those that hold on a case.
func emergenciesOf(ctx context.Context, tx *db.Tx, network, caseID string) ([]Emergency, error) {
	return db.List(ctx, tx, `select `+emergencyColumns+` from emergency_access
		where network_id = $1 and case_id = $2 and until > $3 order by asked_at`, []any{network, caseID, tx.Now}, (*Emergency).fields)
}

// emergenciesBy reads the actor's that hold.
func emergenciesBy(ctx context.Context, tx *db.Tx, a policy.Actor) ([]Emergency, error) {
	b := db.NewBuild(`select `+emergencyColumns+` from emergency_access where network_id = ? and account_id = ? and case_id <> '' and until > ? and`,
		a.Network, a.AccountID, tx.Now)
	a.ScopeFew(b, tx, policy.Case, policy.Overview, "case_id").Add("order by asked_at desc, id")
	return db.List(ctx, tx, b.SQL(), b.Args(), (*Emergency).fields)
}

func allEmergencies(ctx context.Context, tx *db.Tx, network string, limit int) ([]Emergency, error) {
	return db.List(ctx, tx, `select `+emergencyColumns+` from emergency_access where network_id = $1 order by asked_at desc, id desc limit $2`,
		[]any{network, limit}, (*Emergency).fields)
}

// emergenciesSince counts what somebody has asked for since an instant.
func emergenciesSince(ctx context.Context, tx *db.Tx, a policy.Actor, since time.Time) (n int, err error) {
	err = tx.Get(ctx, `select count(distinct asked_at) from emergency_access where network_id = $1 and account_id = $2 and asked_at > $3`,
		[]any{a.Network, a.AccountID, since}, &n)
	return n, err
}

// emergencyOn is until when the actor reads a case by emergency access; nil when they
// read it by a mandate or a referral, which stand.
func emergencyOn(ctx context.Context, tx *db.Tx, a policy.Actor, caseID string) (until *time.Time, err error) {
	err = tx.Get(ctx, `
		select e.until from emergency_access e
		where e.network_id = $1 and e.case_id = $2 and e.account_id = $3 and e.until > $4
		and not exists (select 1 from access_grant g
			where g.network_id = e.network_id and g.subject_kind = $5 and g.subject_id = e.case_id
			and g.grantee_kind = 'account' and g.grantee_id = e.account_id and g.valid_to is null)
		order by e.until desc limit 1`,
		[]any{a.Network, caseID, a.AccountID, tx.Now, policy.Case}, &until)
	if errs.CodeOf(err) == errs.NotFound {
		return nil, nil
	}
	return until, err
}

// openCasesOn reads the open cases on a household, whoever works on them.
func openCasesOn(ctx context.Context, tx *db.Tx, network, household string) ([]caseRow, error) {
	return db.List(ctx, tx, `select `+caseColumns+` from case_file c
		where c.network_id = $1 and c.household_id = $2 and c.closed_on is null order by c.id`, []any{network, household}, (*caseRow).fields)
}
