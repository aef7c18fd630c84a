package people

import (
	"context"
	"encoding/json"
	"time"

	"tessuto/internal/linkage"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

// scanRow is a search for duplicates that was begun: on which register, with what
// model, and which block comes next.
type scanRow struct {
	population string
	model      linkage.Model
	next       int
	begun      time.Time
}

// learnt reads a model.
type learnt linkage.Model

func (l *learnt) Scan(src any) error {
	text, _ := src.(string)
	return json.Unmarshal([]byte(text), (*linkage.Model)(l))
}

// scanOf returns the search that was begun in a network, an empty one when none
// was.
func scanOf(ctx context.Context, tx *db.Tx, network string) (*scanRow, error) {
	s := &scanRow{}
	err := tx.Get(ctx, `select population, model, next_block, begun_at from duplicate_scan where network_id = $1`, []any{network},
		&s.population, (*learnt)(&s.model), &s.next, &s.begun)
	if errs.CodeOf(err) == errs.NotFound {
		return s, nil
	}
	return s, err
}

func saveScan(ctx context.Context, tx *db.Tx, network string, s *scanRow) error {
	model, err := json.Marshal(s.model)
	if err != nil {
		return err
	}
	return tx.Exec(ctx, `
		insert into duplicate_scan (network_id, population, model, next_block, begun_at) values ($1, $2, $3, $4, $5)
		on conflict (network_id) do update set population = excluded.population, model = excluded.model,
			next_block = excluded.next_block, begun_at = excluded.begun_at`,
		network, s.population, string(model), s.next, s.begun)
}

// endScan ends a search. Open pairs that it did not see again are no longer
// likely: what made them so was changed.
func endScan(ctx context.Context, tx *db.Tx, network string, begun time.Time) error {
	if err := tx.Exec(ctx, `delete from duplicate_pair where network_id = $1 and state = $2 and seen_at < $3 and by_hand = false`, network, PairOpen, begun); err != nil {
		return err
	}
	return tx.Exec(ctx, `delete from duplicate_scan where network_id = $1`, network)
}
