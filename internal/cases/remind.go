package cases

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// remindReview reminds who answers for the case of the next review of its plan;
// without a day there is none, and the reminder goes.
func (m *Module) remindReview(ctx context.Context, tx *db.Tx, c *Case, p *Plan, on db.Date) error {
	rule := "plan_review/" + p.ID
	if on == "" {
		return m.tasks.Settle(ctx, tx, rule, nil)
	}
	return m.tasks.Settle(ctx, tx, rule, []task.Reminder{{Key: rule + "/" + string(on), Due: on, To: task.To{AccountID: c.ManagerID},
		Record: task.Record{Kind: policy.Case, ID: c.ID, Section: policy.Plan}, Message: "task.reminder.plan_review"}})
}
