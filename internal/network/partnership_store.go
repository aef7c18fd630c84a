package network

import (
	"context"
	"strings"

	"tessuto/internal/platform/db"
)

// words is a list of codes that is stored with spaces between.
type words []string

// Scan reads the list as either engine gives it.
func (w *words) Scan(src any) error {
	text, _ := src.(string)
	*w = strings.Fields(text)
	return nil
}

func (p *Partnership) fields() []any {
	return []any{&p.ID, &p.Programme, &p.OrgID, &p.Role, (*words)(&p.Functions), &p.Assumed, &p.From, &p.To, &p.Version}
}

// partnershipsWhere reads the partnerships of a programme or of a body: column
// is one of the two.
func partnershipsWhere(ctx context.Context, tx *db.Tx, network, column, value string) ([]Partnership, error) {
	return db.List(ctx, tx, `select id, programme, org_id, role, functions, assumed, valid_from, valid_to, version
		from partnership where network_id = $1 and `+column+` = $2 order by id`, []any{network, value}, (*Partnership).fields)
}

// partnersByOrganisation reads in which programmes each body is or was a partner.
func partnersByOrganisation(ctx context.Context, tx *db.Tx, network string) (map[string][]string, error) {
	list, err := db.List(ctx, tx, `select id, programme, org_id, role, functions, assumed, valid_from, valid_to, version
		from partnership where network_id = $1 order by id`, []any{network}, (*Partnership).fields)
	out := map[string][]string{}
	for _, p := range list {
		out[p.OrgID] = append(out[p.OrgID], p.Programme)
	}
	return out, err
}

func insertPartnership(ctx context.Context, tx *db.Tx, network string, p Partnership) error {
	return tx.Exec(ctx, `
		insert into partnership (network_id, id, programme, org_id, role, functions, assumed, valid_from, valid_to)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
		network, p.ID, p.Programme, p.OrgID, p.Role, strings.Join(p.Functions, " "), p.Assumed, p.From, p.To)
}

func endPartnership(ctx context.Context, tx *db.Tx, network, id string, on db.Date) error {
	return tx.ExecOne(ctx, `update partnership set valid_to = $3, version = version + 1
		where network_id = $1 and id = $2 and valid_to is null`, network, id, on)
}
