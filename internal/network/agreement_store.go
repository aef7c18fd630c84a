package network

import (
	"context"
	"slices"
	"strings"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

const agreementColumns = `select id, kind, title, programmes, class, signed_on, valid_from, valid_to, ended_on, end_reason,
	protocol, contact, version from agreement`

func (a *Agreement) fields() []any {
	return []any{&a.ID, &a.Kind, &a.Title, (*words)(&a.Programmes), &a.Class, &a.SignedOn, &a.From, &a.To, &a.EndedOn, &a.EndReason,
		&a.Protocol, &a.Contact, &a.Version}
}

func insertAgreement(ctx context.Context, tx *db.Tx, network string, a Agreement) error {
	return tx.Exec(ctx, `
		insert into agreement (network_id, id, kind, title, programmes, class, valid_from, valid_to, protocol, contact, version, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11)`,
		network, a.ID, a.Kind, a.Title, strings.Join(a.Programmes, " "), a.Class, a.From, a.To, a.Protocol, a.Contact, tx.Now)
}

// insertParts writes the parties and what the agreement covers.
func insertParts(ctx context.Context, tx *db.Tx, network string, a Agreement) error {
	for _, p := range a.Parties {
		if err := tx.Exec(ctx, `insert into agreement_party (network_id, agreement_id, org_id, role) values ($1, $2, $3, $4)`,
			network, a.ID, p.OrgID, p.Role); err != nil {
			return err
		}
	}
	for _, purpose := range a.Purposes {
		sections := a.Sections
		if purpose != policy.CaseWork {
			sections = []policy.Section{policy.Whole}
		}
		for _, s := range sections {
			if err := tx.Exec(ctx, `insert into agreement_cover (network_id, agreement_id, purpose, section) values ($1, $2, $3, $4)`,
				network, a.ID, purpose, s); err != nil {
				return err
			}
		}
	}
	return nil
}

func replaceParts(ctx context.Context, tx *db.Tx, network string, a Agreement) error {
	for _, table := range []string{"agreement_party", "agreement_cover"} {
		if err := tx.Exec(ctx, `delete from `+table+` where network_id = $1 and agreement_id = $2`, network, a.ID); err != nil {
			return err
		}
	}
	return insertParts(ctx, tx, network, a)
}

func updateAgreement(ctx context.Context, tx *db.Tx, network string, a Agreement) error {
	n, err := tx.ExecN(ctx, `
		update agreement set kind = $4, title = $5, programmes = $6, class = $7, signed_on = $8, valid_from = $9, valid_to = $10,
			ended_on = $11, end_reason = $12, protocol = $13, contact = $14, version = version + 1
		where network_id = $1 and id = $2 and version = $3`,
		network, a.ID, a.Version, a.Kind, a.Title, strings.Join(a.Programmes, " "), a.Class, a.SignedOn, a.From, a.To,
		a.EndedOn, a.EndReason, a.Protocol, a.Contact)
	if err == nil && n == 0 {
		err = errs.New(errs.Conflict, "error.version")
	}
	return err
}

func agreementByID(ctx context.Context, tx *db.Tx, network, id string) (a Agreement, err error) {
	if err = tx.Get(ctx, agreementColumns+` where network_id = $1 and id = $2`, []any{network, id}, a.fields()...); err != nil {
		return a, err
	}
	list := []Agreement{a}
	err = readParts(ctx, tx, network, list, id)
	return list[0], err
}

// agreementsOf reads every agreement of a network, the newest first.
func agreementsOf(ctx context.Context, tx *db.Tx, network string) ([]Agreement, error) {
	list, err := db.List(ctx, tx, agreementColumns+` where network_id = $1 order by id desc`, []any{network}, (*Agreement).fields)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list, readParts(ctx, tx, network, list, "")
}

type partRow struct{ agreement, a, b string }

func (r *partRow) fields() []any { return []any{&r.agreement, &r.a, &r.b} }

// readParts fills in parties and covers, of one agreement or of all.
func readParts(ctx context.Context, tx *db.Tx, network string, list []Agreement, id string) error {
	at := make(map[string]*Agreement, len(list))
	for i := range list {
		at[list[i].ID] = &list[i]
	}
	parties, err := partRows(ctx, tx, `select agreement_id, org_id, role from agreement_party where network_id = ?`, network, id)
	if err != nil {
		return err
	}
	for _, r := range parties {
		at[r.agreement].Parties = append(at[r.agreement].Parties, Party{OrgID: r.a, Role: r.b})
	}
	covers, err := partRows(ctx, tx, `select agreement_id, purpose, section from agreement_cover where network_id = ?`, network, id)
	for _, r := range covers {
		a := at[r.agreement]
		if p := policy.Purpose(r.a); !slices.Contains(a.Purposes, p) {
			a.Purposes = append(a.Purposes, p)
		}
		if s := policy.Section(r.b); s != policy.Whole {
			a.Sections = append(a.Sections, s)
		}
	}
	return err
}

func partRows(ctx context.Context, tx *db.Tx, query, network, id string) ([]partRow, error) {
	b := db.NewBuild(query, network)
	if id != "" {
		b.Add("and agreement_id = ?", id)
	}
	b.Add("order by 1, 3, 2")
	return db.List(ctx, tx, b.SQL(), b.Args(), (*partRow).fields)
}
