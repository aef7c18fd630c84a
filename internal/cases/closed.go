package cases

import (
	"context"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// closedReads is for how many days after its end the team of other bodies reads a case.
// The team of the body that leads keeps it, as the body keeps the file.
const closedReads = 90

// LapseClosed ends the mandates of other bodies in cases that were closed closedReads
// days ago: they find the case no more, and who reopens it brings them along. It runs
// every night; again, it does nothing.
func (m *Module) LapseClosed(ctx context.Context) error {
	return m.inEachNetwork(ctx, m.lapseClosed)
}

func (m *Module) lapseClosed(ctx context.Context, tx *db.Tx) error {
	net := policy.From(ctx).Network
	list, err := lapsingMandates(ctx, tx, net, tx.Today().AddDays(-closedReads))
	for i := range list {
		l := &list[i]
		if err := lapseTeamMember(ctx, tx, net, l.TeamMember.ID); err != nil {
			return err
		}
		if err := m.closeTo(ctx, tx, &l.Case, l.AccountID); err != nil {
			return err
		}
		if err := m.audit.Record(ctx, tx, audit.Entry{Act: "case.lapse", Kind: policy.Case, ID: l.Case.ID, Section: policy.Overview}); err != nil {
			return err
		}
	}
	return err
}
