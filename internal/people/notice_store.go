package people

import (
	"context"

	"tessuto/internal/platform/db"
)

func insertNotice(ctx context.Context, tx *db.Tx, network, person string, n Notice) error {
	return tx.Exec(ctx, `
		insert into person_notice (network_id, id, person_id, org_id, language, edition, way, given_on, given_by, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		network, n.ID, person, n.orgID, n.Language, n.Edition, n.Way, n.On, n.by, tx.Now)
}

// noticesOf reads what a person was told, the last first.
func noticesOf(ctx context.Context, tx *db.Tx, network, person string) ([]Notice, error) {
	return db.List(ctx, tx, `
		select id, org_id, language, edition, way, given_on, given_by from person_notice
		where network_id = $1 and person_id = $2 order by given_on desc, id desc`, []any{network, person},
		func(n *Notice) []any { return []any{&n.ID, &n.orgID, &n.Language, &n.Edition, &n.Way, &n.On, &n.by} })
}

func insertConsent(ctx context.Context, tx *db.Tx, network, person string, c Consent) error {
	return tx.Exec(ctx, `
		insert into person_consent (network_id, id, person_id, org_id, purpose, recipient_id, section, valid_from, valid_to,
			given_by, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		network, c.ID, person, c.orgID, c.Purpose, c.RecipientID, c.Section, c.From, c.To, c.by, tx.Now)
}

// consentsOf reads what a person agreed to, the last first.
func consentsOf(ctx context.Context, tx *db.Tx, network, person string) ([]Consent, error) {
	return db.List(ctx, tx, `
		select id, org_id, purpose, recipient_id, section, valid_from, valid_to, given_by, withdrawn_at from person_consent
		where network_id = $1 and person_id = $2 order by valid_from desc, id desc`, []any{network, person},
		func(c *Consent) []any {
			return []any{&c.ID, &c.orgID, &c.Purpose, &c.RecipientID, &c.Section, &c.From, &c.To, &c.by, &c.WithdrawnAt}
		})
}

func endConsent(ctx context.Context, tx *db.Tx, network, person, id, by string) error {
	return tx.ExecOne(ctx, `
		update person_consent set withdrawn_at = coalesce(withdrawn_at, $4), withdrawn_by = case when withdrawn_at is null then $5 else withdrawn_by end
		where network_id = $1 and person_id = $2 and id = $3`, network, person, id, tx.Now, by)
}
