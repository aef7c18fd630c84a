package people

import (
	"context"
	"encoding/json"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

func insertErasure(ctx context.Context, tx *db.Tx, actor policy.Actor, request, person string, e *Erasure) error {
	kept, err := json.Marshal(e.Kept)
	if err != nil {
		return err
	}
	return tx.Exec(ctx, `
		insert into person_erasure (network_id, person_id, request_id, reference, authorised_on, kept, erased_by, erased_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		actor.Network, person, request, e.Reference, e.AuthorisedOn, string(kept), actor.AccountID, tx.Now)
}

// erasureOf reads the erasure of a person, or nil.
func erasureOf(ctx context.Context, tx *db.Tx, network, person string) (*Erasure, error) {
	e, kept := &Erasure{}, ""
	err := tx.Get(ctx, `
		select reference, authorised_on, kept, erased_at, done_at is not null from person_erasure
		where network_id = $1 and person_id = $2`, []any{network, person}, &e.Reference, &e.AuthorisedOn, &kept, &e.At, &e.Done)
	if errs.CodeOf(err) == errs.NotFound {
		return nil, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(kept), &e.Kept)
	}
	return e, err
}

func finishErasure(ctx context.Context, tx *db.Tx, network, person string) error {
	return tx.Exec(ctx, `
		update person_erasure set done_at = $3 where network_id = $1 and person_id = $2 and done_at is null`, network, person, tx.Now)
}

// erasedOne is a person who was erased; done says that the key is gone.
type erasedOne struct {
	network, person string
	done            bool
}

func allErasures(ctx context.Context, tx *db.Tx) ([]erasedOne, error) {
	return db.List(ctx, tx, `select network_id, person_id, done_at is not null from person_erasure order by network_id, person_id`, nil,
		func(e *erasedOne) []any { return []any{&e.network, &e.person, &e.done} })
}

// forget deletes what a person is found by, the way to their own page, and what
// stands of them in the clear and no figure needs.
func forget(ctx context.Context, tx *db.Tx, network, person string) error {
	if err := findNoMore(ctx, tx, network, person); err != nil {
		return err
	}
	for _, q := range []string{
		`delete from region_digest where network_id = $1 and person_id = $2`,
		`delete from own_session where network_id = $1 and person_id = $2`,
		`delete from own_access where network_id = $1 and person_id = $2`,
		`delete from person_identifier where network_id = $1 and person_id = $2`,
		`delete from person_guarded where network_id = $1 and person_id = $2`,
		`delete from person_permit where network_id = $1 and person_id = $2`,
		`delete from person_care where network_id = $1 and minor_id = $2`,
		`update person_version set languages = '', comune = '' where network_id = $1 and person_id = $2`,
		`update person set languages = '', comune = '', version = version + 1 where network_id = $1 and id = $2`,
	} {
		if err := tx.Exec(ctx, q, network, person); err != nil {
			return err
		}
	}
	return nil
}

// keptHere counts what this area keeps of a person.
func keptHere(ctx context.Context, tx *db.Tx, network, person string) ([]Kept, error) {
	out := []Kept{
		{What: "identity", Fate: Unreadable},
		{What: "found_by", Fate: Deleted},
		{What: "identifiers", Fate: Deleted},
		{What: "guarded", Fate: Deleted},
		{What: "versions", Fate: Unreadable},
		{What: "dimensions", Fate: Stays, Why: "counts"},
		{What: "household", Fate: Stays, Why: "others"},
		{What: "notices", Fate: Stays, Why: "proof"},
		{What: "consents", Fate: Stays, Why: "proof"},
		{What: "requests", Fate: Stays, Why: "proof"},
		{What: "own_page", Fate: Deleted},
	}
	for i, q := range []string{
		`select count(*) from person where network_id = $1 and id = $2`,
		`select count(*) from search_entry where network_id = $1 and person_id = $2`,
		`select count(*) from person_identifier where network_id = $1 and person_id = $2`,
		`select count(*) from person_guarded where network_id = $1 and person_id = $2`,
		`select count(*) from person_version where network_id = $1 and person_id = $2`,
		`select count(*) from person where network_id = $1 and id = $2`,
		`select count(*) from household_member where network_id = $1 and person_id = $2`,
		`select count(*) from person_notice where network_id = $1 and person_id = $2`,
		`select count(*) from person_consent where network_id = $1 and person_id = $2`,
		`select count(*) from rights_request where network_id = $1 and person_id = $2`,
		`select count(*) from own_access where network_id = $1 and person_id = $2`,
	} {
		if err := tx.Get(ctx, q, []any{network, person}, &out[i].Records); err != nil {
			return nil, err
		}
	}
	return out, nil
}
