package app

import (
	"context"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/internal/programme"
)

// pathsOf are where the records of each kind with a scope have their pages.
var pathsOf = map[policy.Kind]string{policy.Contact: "/contacts/", policy.Appointment: "/appointments/", policy.Case: "/cases/"}

// sourcesOf says where the records behind facts are, to who may open them, with
// as many questions as there are kinds of records.
func (a *App) sourcesOf(ctx context.Context, tx *db.Tx, list []ledger.Source) (map[ledger.Source]programme.Link, error) {
	ids, out := map[string][]string{}, map[ledger.Source]programme.Link{}
	for _, s := range list {
		ids[s.Kind] = append(ids[s.Kind], s.ID)
	}
	for kind, path := range pathsOf {
		if len(ids[string(kind)]) == 0 {
			continue
		}
		open, err := policy.Readable(ctx, tx, kind, ids[string(kind)])
		if err != nil {
			return nil, err
		}
		for _, id := range open {
			out[ledger.Source{Kind: string(kind), ID: id}] = programme.Link{Href: path + id}
		}
	}
	return out, a.meetingsOf(ctx, tx, ids["meeting"], ids["presence"], out)
}

// meetingsOf adds the pages of meetings, and of those on whose sheet a presence
// stands.
func (a *App) meetingsOf(ctx context.Context, tx *db.Tx, meetings, presences []string, out map[ledger.Source]programme.Link) error {
	if len(meetings)+len(presences) == 0 {
		return nil
	}
	owners, err := a.Attendance.Owners(ctx, tx, policy.From(ctx).Network, "meeting", presences)
	if err != nil {
		return err
	}
	all := meetings
	for _, id := range owners {
		all = append(all, id)
	}
	titles, err := a.Governance.Titles(ctx, tx, all)
	for id, title := range titles {
		out[ledger.Source{Kind: "meeting", ID: id}] = programme.Link{Href: "/meetings/" + id, Title: title}
	}
	for presence, id := range owners {
		if link, ok := out[ledger.Source{Kind: "meeting", ID: id}]; ok {
			out[ledger.Source{Kind: "presence", ID: presence}] = link
		}
	}
	return err
}
