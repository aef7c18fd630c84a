package cases

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// Due is why a case asks for attention.
type Due string

// What cases are due: a review of the plan, somebody who does something, the handover
// of a family that leaves reception.
const (
	DueReview  Due = "review"
	DueWork    Due = "work"
	DueLeaving Due = "leaving"
)

// Dues lists them.
var Dues = []Due{DueReview, DueWork, DueLeaving}

// dues says of each who looks after it, the section it is read from, and the days from
// today by which its day must come. A family is invited to a review a week ahead; one
// that is followed is met once a month at least; for reception see safeguards.
var dues = map[Due]struct {
	permission policy.Permission
	section    policy.Section
	within     int
}{
	DueReview:  {policy.PlanReview, policy.Plan, 14},
	DueWork:    {policy.CaseTeam, policy.Diary, -30},
	DueLeaving: {policy.CaseWrite, policy.Plan, 60},
}

// Permission is that of who looks after it.
func (d Due) Permission() policy.Permission { return dues[d].permission }

// DueCase is a case that asks for attention, with the day of what it is due: of a
// review and of leaving, the day; of work, the last on which something was done.
type DueCase struct {
	File
	On db.Date
}

// CasesDue lists the open cases of the actor's own teams that are due, the earliest day
// first, as many as limit, and how many there are in all.
func (m *Module) CasesDue(ctx context.Context, due Due, limit int) (list []DueCase, total int, err error) {
	if dues[due].permission == "" {
		return nil, 0, errs.Missing()
	}
	actor, err := policy.Check(ctx, dues[due].permission)
	if err != nil {
		return nil, 0, err
	}
	var read []string
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		list, read = nil, nil
		rows, n, err := dueCases(ctx, tx, actor, due, limit)
		if err != nil {
			return err
		}
		total = n
		plain := make([]caseRow, len(rows))
		for i := range rows {
			plain[i] = rows[i].caseRow
		}
		files, persons, err := m.households(ctx, tx, plain)
		read = persons
		for i := range files {
			list = append(list, DueCase{files[i], rows[i].on})
		}
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	return list, total, m.audit.Read(ctx, policy.Person, policy.Identity, read...)
}
