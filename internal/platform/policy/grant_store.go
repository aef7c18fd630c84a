package policy

import (
	"context"
	"strings"

	"tessuto/internal/platform/db"
)

type grantRow struct {
	to      Grantee
	section Section
	terms   Terms
}

func insertGrant(ctx context.Context, tx *db.Tx, network string, kind Kind, id string, g grantRow) error {
	return tx.Exec(ctx, `
		insert into access_grant (network_id, id, subject_kind, subject_id, grantee_kind, grantee_id, section,
			owner_org, purpose, class, basis, valid_from, valid_to)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		on conflict do nothing`,
		network, db.NewID(), kind, id, g.to.Kind, g.to.ID, g.section,
		g.terms.Owner, g.terms.Purpose, g.terms.class(g.section), g.terms.Basis, tx.Now, g.terms.Until)
}

func insertGrants(ctx context.Context, tx *db.Tx, network string, kind Kind, ids []string, g grantRow) error {
	rows := make([][]any, len(ids))
	for i, id := range ids {
		rows[i] = []any{network, db.NewID(), kind, id, g.to.Kind, g.to.ID, g.section, g.terms.Owner, g.terms.Purpose, g.terms.class(g.section), g.terms.Basis, tx.Now}
	}
	return tx.InsertMany(ctx, `insert into access_grant (network_id, id, subject_kind, subject_id, grantee_kind, grantee_id, section,
		owner_org, purpose, class, basis, valid_from)`, rows)
}

func deleteGrants(ctx context.Context, tx *db.Tx, network string, kind Kind, ids []string) error {
	b := db.NewBuild(`delete from access_grant where network_id = ? and subject_kind = ? and`, network, kind).In("subject_id", ids)
	return tx.Exec(ctx, b.SQL(), b.Args()...)
}

func endGrants(ctx context.Context, tx *db.Tx, network string, kind Kind, id string, to Grantee) error {
	return tx.Exec(ctx, `
		update access_grant set valid_to = $6
		where network_id = $1 and subject_kind = $2 and subject_id = $3
		  and grantee_kind = $4 and grantee_id = $5 and valid_to is null`,
		network, kind, id, to.Kind, to.ID, tx.Now)
}

func endTimed(ctx context.Context, tx *db.Tx, network string, kind Kind, id string, to Grantee) error {
	return tx.Exec(ctx, `
		update access_grant set valid_to = $6
		where network_id = $1 and subject_kind = $2 and subject_id = $3
		  and grantee_kind = $4 and grantee_id = $5 and valid_to > $6`,
		network, kind, id, to.Kind, to.ID, tx.Now)
}

func copyGrants(ctx context.Context, tx *db.Tx, network string, from Kind, fromID string, to Kind, toID string) error {
	rows, err := db.List(ctx, tx, `
		select grantee_kind, grantee_id, section, owner_org, purpose, class, basis from access_grant
		where network_id = $1 and subject_kind = $2 and subject_id = $3 and valid_to is null`,
		[]any{network, from, fromID}, func(g *grantRow) []any {
			return []any{&g.to.Kind, &g.to.ID, &g.section, &g.terms.Owner, &g.terms.Purpose, &g.terms.Class, &g.terms.Basis}
		})
	if err != nil {
		return err
	}
	for _, g := range rows {
		if err := insertGrant(ctx, tx, network, to, toID, g); err != nil {
			return err
		}
	}
	return nil
}

// scopeCondition is written once; everything that reads records goes by it. It
// ends the subquery on grants that Scope and ScopeFew begin.
func scopeCondition(b *db.Build, a Actor, tx *db.Tx, s Section) *db.Build {
	openTo(b, a, tx)
	if s != Any {
		b.Add("and g.section = ?", s)
	}
	return b.Add(")")
}

// openTo adds that a grant g holds now, for the actor, and that the actor's
// organisation owns the record or has an open gate to it today; what is opened to
// a programme needs none.
func openTo(b *db.Build, a Actor, tx *db.Tx) {
	b.Add("and (g.grantee_kind = 'account' and g.grantee_id = ?", a.AccountID)
	if a.throughOrg() {
		b.Add("or g.grantee_kind = 'org' and g.grantee_id = ?", a.OrgID)
	}
	if codes := strings.Fields(a.Programmes); len(codes) > 0 {
		b.Add("or g.grantee_kind = 'programme' and").In("g.grantee_id", codes)
	}
	b.Add(") and g.valid_from <= ? and (g.valid_to is null or g.valid_to > ?)", tx.Now, tx.Now)
	b.Add(`and (g.owner_org = ? or g.grantee_kind = 'programme' or g.owner_org <> '' and (g.basis in (?, ?) or exists (
		select 1 from sharing_gate s
		where s.network_id = g.network_id and s.to_org = ? and s.from_org = g.owner_org
		  and s.purpose = g.purpose and s.section = g.section and s.class >= g.class
		  and s.valid_from <= ? and (s.valid_to is null or s.valid_to >= ?))))`,
		a.OrgID, ChildProtection, VitalInterest, a.OrgID, tx.Today(), tx.Today())
}

// Told adds the condition that others may be told that a record is there: it is
// open to somebody to whom one does not go for a need that must stay untold.
func Told(b *db.Build, tx *db.Tx, network string, kind Kind, section Section, column string) *db.Build {
	return b.Add(`exists (select 1 from access_grant g where g.network_id = ? and g.subject_kind = ? and g.subject_id = `+column+`
		and g.section = ? and g.class < ? and g.valid_from <= ? and (g.valid_to is null or g.valid_to > ?))`,
		network, kind, section, VeryRestricted, tx.Now, tx.Now)
}

func inScope(ctx context.Context, tx *db.Tx, a Actor, kind Kind, id string, s Section) (bool, error) {
	b := db.NewBuild(`select count(*) from (select cast(? as text) as id) r where`, id)
	a.ScopeFew(b, tx, kind, s, "r.id")
	var n int
	err := tx.Get(ctx, b.SQL(), b.Args(), &n)
	return n > 0, err
}

func readableOf(ctx context.Context, tx *db.Tx, a Actor, kind Kind, ids []string) ([]string, error) {
	b := db.NewBuild(`select distinct g.subject_id from access_grant g
		where g.network_id = ? and g.subject_kind = ? and`, a.Network, kind).In("g.subject_id", ids)
	openTo(b, a, tx)
	return db.Column[string](ctx, tx, b.SQL(), b.Args()...)
}

func openSections(ctx context.Context, tx *db.Tx, a Actor, kind Kind, id string) ([]Section, error) {
	b := db.NewBuild(`select distinct g.section from access_grant g
		where g.network_id = ? and g.subject_kind = ? and g.subject_id = ?`, a.Network, kind, id)
	openTo(b, a, tx)
	return db.Column[Section](ctx, tx, b.SQL(), b.Args()...)
}

func granteesOf(ctx context.Context, tx *db.Tx, network string, kind Kind, id string) ([]Grantee, error) {
	return db.List(ctx, tx, `
		select distinct grantee_kind, grantee_id from access_grant
		where network_id = $1 and subject_kind = $2 and subject_id = $3
		  and valid_from <= $4 and (valid_to is null or valid_to > $4)`,
		[]any{network, kind, id, tx.Now}, func(g *Grantee) []any { return []any{&g.Kind, &g.ID} })
}

func sharesOf(ctx context.Context, tx *db.Tx, network string, kind Kind, id string) ([]Shared, error) {
	return db.List(ctx, tx, `
		select grantee_kind, grantee_id, owner_org, purpose, basis, valid_from from access_grant
		where network_id = $1 and subject_kind = $2 and subject_id = $3
		  and valid_from <= $4 and (valid_to is null or valid_to > $4)
		order by valid_from, id`, []any{network, kind, id, tx.Now}, func(s *Shared) []any {
		return []any{&s.To.Kind, &s.To.ID, &s.Owner, &s.Purpose, &s.Basis, &s.Since}
	})
}

func veryRestrictedTo(ctx context.Context, tx *db.Tx, network string, records []Record) (out []Grantee, err error) {
	for _, r := range records {
		rows, err := db.List(ctx, tx, `
			select distinct grantee_kind, grantee_id, owner_org from access_grant
			where network_id = $1 and subject_kind = $2 and subject_id = $3 and class = $4`,
			[]any{network, r.Kind, r.ID, VeryRestricted}, func(g *[2]Grantee) []any {
				g[1].Kind = "org"
				return []any{&g[0].Kind, &g[0].ID, &g[1].ID}
			})
		if err != nil {
			return nil, err
		}
		for _, pair := range rows {
			out = append(out, pair[0], pair[1])
		}
	}
	return out, nil
}
