package access

import (
	"context"

	"tessuto/internal/people"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// FilesOf lists the contacts and appointments of a person, whoever they are open
// to: see people.Module.Files.
func (m *Module) FilesOf(ctx context.Context, tx *db.Tx, network, personID string) (out []policy.Record, err error) {
	for kind, read := range map[policy.Kind]func(context.Context, *db.Tx, string, string) ([]string, error){
		policy.Contact: contactsWith, policy.Appointment: appointmentsWith} {
		ids, err := read(ctx, tx, network, personID)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			out = append(out, policy.Record{Kind: kind, ID: id})
		}
	}
	return out, nil
}

// KeptOf says what is kept of a person here: words sealed under their own key.
func (m *Module) KeptOf(ctx context.Context, tx *db.Tx, network, personID string) ([]people.Kept, error) {
	contacts, err := contactsWith(ctx, tx, network, personID)
	if err != nil {
		return nil, err
	}
	appointments, err := appointmentsWith(ctx, tx, network, personID)
	return []people.Kept{
		{What: "contacts", Records: len(contacts), Fate: people.Unreadable},
		{What: "appointments", Records: len(appointments), Fate: people.Unreadable},
	}, err
}
