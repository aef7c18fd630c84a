package people

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

const requestColumns = `id, person_id, org_id, kind, state, field, asked_by, asked_by = '', asked_on, due_on, sealed, reason,
	answered_by, answered_at, version`

func (r *Request) fields() []any {
	return []any{&r.ID, &r.PersonID, &r.OrgID, &r.Kind, &r.State, &r.Field, &r.by, &r.ByPerson, &r.On, &r.Due, &r.sealed, &r.Reason,
		&r.answeredBy, &r.AnsweredAt, &r.Version}
}

func insertRequest(ctx context.Context, tx *db.Tx, network string, r *Request) error {
	return tx.Exec(ctx, `
		insert into rights_request (network_id, id, person_id, org_id, kind, state, field, asked_by, asked_on, due_on, sealed, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)`,
		network, r.ID, r.PersonID, r.OrgID, r.Kind, r.State, r.Field, r.by, r.On, r.Due, r.sealed)
}

// updateRequest writes what a request was answered with. One that somebody else
// moved since it was read is a Conflict.
func updateRequest(ctx context.Context, tx *db.Tx, network string, r *Request) error {
	n, err := tx.ExecN(ctx, `
		update rights_request set state = $4, reason = $5, sealed = $6, answered_by = $7, answered_at = $8, version = version + 1
		where network_id = $1 and id = $2 and version = $3`,
		network, r.ID, r.Version, r.State, r.Reason, r.sealed, r.answeredBy, tx.Now)
	if err == nil && n == 0 {
		err = errs.New(errs.Conflict, "rights.answered_already")
	}
	return err
}

func requestByID(ctx context.Context, tx *db.Tx, network, id string) (r Request, err error) {
	err = tx.Get(ctx, `select `+requestColumns+` from rights_request where network_id = $1 and id = $2`, []any{network, id}, r.fields()...)
	return r, err
}

// requestsOf reads what a person asked for, under any of their entries, the last
// first.
func requestsOf(ctx context.Context, tx *db.Tx, network, person string) ([]Request, error) {
	entries, err := entriesOf(ctx, tx, network, person)
	if err != nil {
		return nil, err
	}
	b := db.NewBuild(`select `+requestColumns+` from rights_request where network_id = ? and`, network).In("person_id", entries).Add("order by id desc")
	return db.List(ctx, tx, b.SQL(), b.Args(), (*Request).fields)
}

// requestsIn reads the requests of a network: those that wait, the first due
// first, or those that were closed, the last first.
func requestsIn(ctx context.Context, tx *db.Tx, network string, closed bool) ([]Request, error) {
	b := db.NewBuild(`select `+requestColumns+` from rights_request where network_id = ? and`, network)
	if closed {
		b.In("state", []string{string(Answered), string(Refused), string(Lifted), string(ErasedByKey)}).Add("order by answered_at desc, id desc")
	} else {
		b.In("state", []string{string(Asked), string(Accepted)}).Add("order by due_on, id")
	}
	b.Add("limit 200")
	return db.List(ctx, tx, b.SQL(), b.Args(), (*Request).fields)
}

// closeRequests closes what a person who is erased asked for beside it: what waits
// is refused, a restriction that holds ends.
func closeRequests(ctx context.Context, tx *db.Tx, by policy.Actor, person, but string) error {
	return tx.Exec(ctx, `
		update rights_request set state = case when state = $4 then $5 else $6 end, reason = $7, answered_by = $8, answered_at = $9, version = version + 1
		where network_id = $1 and person_id = $2 and id <> $3 and state in ($4, $10)`,
		by.Network, person, but, Accepted, Lifted, Refused, WasErased, by.AccountID, tx.Now, Asked)
}

func insertRestriction(ctx context.Context, tx *db.Tx, network, person, request string) error {
	return tx.Exec(ctx, `
		insert into person_restriction (network_id, person_id, request_id, since) values ($1, $2, $3, $4) on conflict do nothing`,
		network, person, request, tx.Now)
}

func liftRestriction(ctx context.Context, tx *db.Tx, network, person, request string) error {
	return tx.Exec(ctx, `
		update person_restriction set lifted_at = $4
		where network_id = $1 and person_id = $2 and request_id = $3 and lifted_at is null`, network, person, request, tx.Now)
}
