package cases

import (
	"context"

	"tessuto/internal/people"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// FilesOf lists the cases and the referrals that speak of a person, whoever they are open to: see
// people.Module.Files.
func (m *Module) FilesOf(ctx context.Context, tx *db.Tx, network, personID string) (out []policy.Record, err error) {
	ids, err := m.casesOf(ctx, tx, network, personID)
	for _, id := range ids {
		out = append(out, policy.Record{Kind: policy.Case, ID: id})
	}
	if err != nil {
		return nil, err
	}
	referrals, err := referralsOfPerson(ctx, tx, network, personID)
	for _, id := range referrals {
		out = append(out, policy.Record{Kind: policy.Referral, ID: id})
	}
	return out, err
}

// KeptOf says what an erasure leaves of a person in the cases of the family: it is
// sealed under the keys of the cases.
func (m *Module) KeptOf(ctx context.Context, tx *db.Tx, network, personID string) ([]people.Kept, error) {
	ids, err := m.casesOf(ctx, tx, network, personID)
	if err != nil {
		return nil, err
	}
	signed, err := signedBy(ctx, tx, network, personID)
	if err != nil {
		return nil, err
	}
	referrals, err := referralsOfPerson(ctx, tx, network, personID)
	if err != nil {
		return nil, err
	}
	work, err := workPathsAs(ctx, tx, network, personID)
	if err != nil {
		return nil, err
	}
	assessed, err := assessedAs(ctx, tx, network, personID)
	return []people.Kept{
		{What: "assessments", Records: assessed, Fate: people.Unreadable},
		{What: "work_paths", Records: work, Fate: people.Unreadable},
		{What: "referrals", Records: len(referrals), Fate: people.Unreadable},
		{What: "case_words", Records: len(ids), Fate: people.Stays, Why: "may_name"},
		{What: "signatures", Records: len(signed), Fate: people.Stays, Why: "others"},
	}, err
}

func (m *Module) casesOf(ctx context.Context, tx *db.Tx, network, personID string) ([]string, error) {
	homes, err := m.people.HouseholdsOf(ctx, tx, network, personID)
	if err != nil {
		return nil, err
	}
	return casesOfPerson(ctx, tx, network, personID, homes)
}
