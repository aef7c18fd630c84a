package programme

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

type programmeRow struct{ id, text string }

func (r *programmeRow) fields() []any { return []any{&r.id, &r.text} }

func (r *programmeRow) programme() (Programme, error) {
	pack, err := storedPack(r.text)
	return Programme{r.id, pack}, err
}

func insertProgramme(ctx context.Context, tx *db.Tx, network string, position int, p *Pack, text []byte) error {
	return tx.Exec(ctx, `
		insert into programme (network_id, id, code, position, class, pack, loaded_at)
		values ($1, $2, $3, $4, $5, $6, $7)`,
		network, db.NewID(), p.Code, position, p.Confidentiality, string(text), tx.Now)
}

func codesOf(ctx context.Context, tx *db.Tx, network string) ([]string, error) {
	return db.Column[string](ctx, tx, `select code from programme where network_id = $1`, network)
}

func programmesOf(ctx context.Context, tx *db.Tx, network string) ([]Programme, error) {
	rows, err := db.List(ctx, tx, `select id, pack from programme where network_id = $1 order by position, code`,
		[]any{network}, (*programmeRow).fields)
	out := make([]Programme, 0, len(rows))
	for _, r := range rows {
		p, err := r.programme()
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, err
}

func programmeByCode(ctx context.Context, tx *db.Tx, network, code string) (Programme, error) {
	var r programmeRow
	err := tx.Get(ctx, `select id, pack from programme where network_id = $1 and code = $2`,
		[]any{network, code}, r.fields()...)
	if err != nil {
		return Programme{}, err
	}
	return r.programme()
}

func classOf(ctx context.Context, tx *db.Tx, network, code string) (class policy.Class, err error) {
	err = tx.Get(ctx, `select class from programme where network_id = $1 and code = $2`, []any{network, code}, &class)
	return class, err
}

func updateProgramme(ctx context.Context, tx *db.Tx, network string, p *Pack, text []byte) error {
	return tx.ExecOne(ctx, `update programme set class = $3, pack = $4, loaded_at = $5 where network_id = $1 and code = $2`,
		network, p.Code, p.Confidentiality, string(text), tx.Now)
}
