package access

import (
	"context"
	"strings"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

type contactRow struct {
	Contact
	sealed []byte
}

const contactColumns = `c.id, c.desk_id, d.name, c.org_id, c.account_id, c.held_on, c.channel, c.language, c.outcome,
	c.minutes, c.person_id, c.household_id, c.sex, c.age_class, c.citizenship, c.sealed`

func (r *contactRow) fields() []any {
	return []any{&r.ID, &r.DeskID, &r.DeskName, &r.OrgID, &r.AccountID, &r.On, &r.Channel, &r.Language, &r.Outcome,
		&r.Minutes, &r.PersonID, &r.HouseholdID, &r.Said.Sex, &r.Said.AgeClass, &r.Said.Citizenship, &r.sealed}
}

func insertContact(ctx context.Context, tx *db.Tx, network string, c *Contact, sealed []byte) error {
	err := tx.Exec(ctx, `
		insert into contact (network_id, id, desk_id, org_id, account_id, held_on, channel, language, outcome,
			minutes, person_id, household_id, sex, age_class, citizenship, sealed, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		network, c.ID, c.DeskID, c.OrgID, c.AccountID, c.On, c.Channel, c.Language, c.Outcome,
		c.Minutes, c.PersonID, c.HouseholdID, c.Said.Sex, c.Said.AgeClass, c.Said.Citizenship, sealed, tx.Now)
	if err != nil {
		return err
	}
	for _, code := range c.Requests {
		if err := tx.Exec(ctx, `
			insert into contact_request (network_id, contact_id, code) values ($1, $2, $3) on conflict do nothing`,
			network, c.ID, code); err != nil {
			return err
		}
	}
	return nil
}

func scopedContacts(tx *db.Tx, a policy.Actor, within scope, what string) *db.Build {
	b := db.NewBuild(`select `+what+` from contact c join desk d on d.network_id = c.network_id and d.id = c.desk_id
		where c.network_id = ? and`, a.Network)
	return within(b, tx, policy.Contact, policy.Whole, "c.id")
}

func contactByID(ctx context.Context, tx *db.Tx, a policy.Actor, id string) (r contactRow, err error) {
	b := scopedContacts(tx, a, a.ScopeFew, contactColumns).Add("and c.id = ?", id)
	if err = tx.Get(ctx, b.SQL(), b.Args(), r.fields()...); err != nil {
		return r, err
	}
	r.Requests, err = requestsOf(ctx, tx, a.Network, id)
	return r, err
}

func requestsOf(ctx context.Context, tx *db.Tx, network, id string) ([]string, error) {
	return db.Column[string](ctx, tx, `
		select code from contact_request where network_id = $1 and contact_id = $2 order by code`, network, id)
}

func contactsOf(ctx context.Context, tx *db.Tx, a policy.Actor, before string, limit int) (page []Contact, total int, err error) {
	count := scopedContacts(tx, a, a.Scope, "count(*)")
	if err = tx.Get(ctx, count.SQL(), count.Args(), &total); err != nil {
		return nil, 0, err
	}
	b := scopedContacts(tx, a, a.Scope, contactColumns+`, (
		select string_agg(q.code, ' ') from contact_request q where q.network_id = c.network_id and q.contact_id = c.id)`)
	if before != "" {
		b.Add("and (c.held_on, c.id) < (select l.held_on, l.id from contact l where l.network_id = ? and l.id = ?)", a.Network, before)
	}
	b.Add("order by c.held_on desc, c.id desc limit ?", limit)
	type line struct {
		contactRow
		codes *string
	}
	rows, err := db.List(ctx, tx, b.SQL(), b.Args(), func(r *line) []any { return append(r.fields(), &r.codes) })
	for _, r := range rows {
		if r.codes != nil {
			r.Requests = strings.Fields(*r.codes)
		}
		page = append(page, r.Contact)
	}
	return page, total, err
}

// allContacts reads every contact of a network, for verify.
func allContacts(ctx context.Context, tx *db.Tx, network string) ([]Contact, error) {
	rows, err := db.List(ctx, tx, `select `+contactColumns+` from contact c
		join desk d on d.network_id = c.network_id and d.id = c.desk_id where c.network_id = $1 order by c.id`,
		[]any{network}, (*contactRow).fields)
	out := make([]Contact, len(rows))
	for i, r := range rows {
		out[i] = r.Contact
	}
	return out, err
}

// ofPerson are the contacts, or the appointments, of a body with a person.
func ofPerson(ctx context.Context, tx *db.Tx, kind policy.Kind, a policy.Actor, person string) ([]string, error) {
	query := `select id from contact where network_id = $1 and org_id = $2 and person_id = $3`
	if kind == policy.Appointment {
		query = `select id from appointment where network_id = $1 and org_id = $2 and person_id = $3`
	}
	return db.Column[string](ctx, tx, query, a.Network, a.OrgID, person)
}
