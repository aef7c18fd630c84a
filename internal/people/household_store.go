package people

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

func insertHousehold(ctx context.Context, tx *db.Tx, s *Sealed) error {
	return tx.Exec(ctx, `insert into household (network_id, id, org_id, class, created_at) values ($1, $2, $3, $4, $5)`,
		s.network, s.ID, s.org, s.class, tx.Now)
}

// householdOwner reads whose record a household is, and how careful one must be
// with that it is there at all.
func householdOwner(ctx context.Context, tx *db.Tx, network, id string) (org string, class policy.Class, err error) {
	err = tx.Get(ctx, `select org_id, class from household where network_id = $1 and id = $2`, []any{network, id}, &org, &class)
	return org, class, err
}

// homeOf reads the household in which a person lives today, whoever it is open to.
func homeOf(ctx context.Context, tx *db.Tx, network, person string) (id string, err error) {
	err = tx.Get(ctx, `select household_id from household_member
		where network_id = $1 and person_id = $2 and valid_from <= $3 and (valid_to is null or valid_to > $3) order by id limit 1`,
		[]any{network, person, tx.Today()}, &id)
	if errs.CodeOf(err) == errs.NotFound {
		return "", nil
	}
	return id, err
}

func insertMember(ctx context.Context, tx *db.Tx, network, household, person, relation string, from db.Date) error {
	return tx.Exec(ctx, `
		insert into household_member (network_id, id, household_id, person_id, relation, valid_from)
		values ($1, $2, $3, $4, $5, $6)`, network, db.NewID(), household, person, relation, from)
}

// endMember closes the place of a person in a household: on is the first day on
// which they do not have it any more.
func endMember(ctx context.Context, tx *db.Tx, network, household, person string, on db.Date, reason string) error {
	return tx.ExecOne(ctx, `
		update household_member set valid_to = $4, left_for = $5
		where network_id = $1 and household_id = $2 and person_id = $3 and valid_to is null`, network, household, person, on, reason)
}

// spansOf reads every stay in a household, first to last.
func spansOf(ctx context.Context, tx *db.Tx, network, household string) ([]spanRow, error) {
	return db.List(ctx, tx, `
		select person_id, relation, valid_from, valid_to, left_for from household_member
		where network_id = $1 and household_id = $2
		order by valid_from, id`, []any{network, household},
		func(s *spanRow) []any { return []any{&s.PersonID, &s.Relation, &s.From, &s.to, &s.leftFor} })
}

// goneFrom are those who left a household and live today in none that is open to
// a grantee: nothing else keeps them open.
func goneFrom(ctx context.Context, tx *db.Tx, network, household string, g policy.Grantee) ([]string, error) {
	return db.Column[string](ctx, tx, `
		select distinct m.person_id from household_member m
		where m.network_id = $1 and m.household_id = $2 and m.valid_to <= $3 and not exists (
			select 1 from household_member n, access_grant a
			where n.network_id = m.network_id and n.person_id = m.person_id and n.household_id <> m.household_id
			  and n.valid_from <= $3 and (n.valid_to is null or n.valid_to > $3)
			  and a.network_id = n.network_id and a.subject_kind = $4 and a.subject_id = n.household_id
			  and a.grantee_kind = $5 and a.grantee_id = $6 and a.valid_to is null)`,
		network, household, tx.Today(), policy.Household, g.Kind, g.ID)
}

// place is a member and the household they live in.
type place struct {
	household string
	Member
}

// membersInScope reads who lives today in those of the households that are open
// to the actor.
func membersInScope(ctx context.Context, tx *db.Tx, a policy.Actor, households []string) ([]place, error) {
	b := db.NewBuild(`select m.household_id, m.person_id, m.relation, m.valid_from from household_member m
		where m.network_id = ? and m.valid_from <= ? and (m.valid_to is null or m.valid_to > ?) and`,
		a.Network, tx.Today(), tx.Today()).In("m.household_id", households).Add("and")
	a.ScopeFew(b, tx, policy.Household, policy.Identity, "m.household_id").Add("order by m.id")
	return db.List(ctx, tx, b.SQL(), b.Args(), func(p *place) []any {
		return []any{&p.household, &p.PersonID, &p.Relation, &p.From}
	})
}

func membersOf(ctx context.Context, tx *db.Tx, network, household string) ([]Member, error) {
	return db.List(ctx, tx, `
		select person_id, relation, valid_from from household_member
		where network_id = $1 and household_id = $2 and valid_from <= $3 and (valid_to is null or valid_to > $3)
		order by id`, []any{network, household, tx.Today()},
		func(m *Member) []any { return []any{&m.PersonID, &m.Relation, &m.From} })
}

// householdOf is the household of a person today, of those open to the actor.
func householdOf(ctx context.Context, tx *db.Tx, a policy.Actor, person string) (id string, err error) {
	b := db.NewBuild(`select m.household_id from household_member m
		where m.network_id = ? and m.person_id = ? and m.valid_from <= ? and (m.valid_to is null or m.valid_to > ?) and`,
		a.Network, person, tx.Today(), tx.Today())
	a.ScopeFew(b, tx, policy.Household, policy.Identity, "m.household_id").Add("order by m.id limit 1")
	err = tx.Get(ctx, b.SQL(), b.Args(), &id)
	if errs.CodeOf(err) == errs.NotFound {
		return "", nil
	}
	return id, err
}
