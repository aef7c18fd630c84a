package cases

import (
	"cmp"
	"context"
	"slices"

	"tessuto/internal/network"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// raiseAfter is how many days after the sender the body that does not answer is told.
const raiseAfter = 3

// coordinating is the profession of who is told of what a body leaves unanswered.
const coordinating = "coordinator"

// lateKey names the reminder of a referral that is late: to the sender, 1, and to who
// was asked, 2.
func (r *Referral) lateKey(raised int) string { return r.place() + "/late/" + itoa(raised) }

// RaiseLate gives a task to who answers for a case of which a referral was not answered
// in time, and some days later to who coordinates the body that was asked. The tasks
// name nobody. It runs every night; again, it does nothing.
func (m *Module) RaiseLate(ctx context.Context) error {
	return m.inEachNetwork(ctx, m.raiseLate)
}

// inEachNetwork writes in one network after the other, in nobody's name.
func (m *Module) inEachNetwork(ctx context.Context, write func(context.Context, *db.Tx) error) error {
	var all []network.Network
	err := m.db.Read(ctx, func(tx *db.Tx) (err error) {
		all, err = network.Networks(ctx, tx)
		return err
	})
	for _, n := range all {
		ctx := policy.With(ctx, policy.Actor{Network: n.ID})
		err = cmp.Or(err, m.db.Write(ctx, func(tx *db.Tx) error { return write(ctx, tx) }))
	}
	return err
}

func (m *Module) raiseLate(ctx context.Context, tx *db.Tx) error {
	net, today := policy.From(ctx).Network, tx.Today()
	rows, err := lateReferrals(ctx, tx, net, today, today.AddDays(-raiseAfter))
	for i := range rows {
		r, raised := rows[i].whole(), 1
		reminder := task.Reminder{Due: today, To: task.To{AccountID: rows[i].manager}, Message: "task.reminder.referral_late"}
		if r.raised == 1 {
			raised, reminder.Message = 2, "task.reminder.referral_owed"
			if reminder.To, err = m.coordinator(ctx, tx, r.ToOrg); err != nil {
				return err
			}
		}
		reminder.Key = r.lateKey(raised)
		if reminder.To != (task.To{}) {
			if err := m.tasks.Remind(ctx, tx, reminder); err != nil {
				return err
			}
		}
		if err := raiseReferral(ctx, tx, net, r.ID, raised); err != nil {
			return err
		}
		if err := m.audit.Record(ctx, tx, audit.Entry{Act: "referral.late", Kind: policy.Referral, ID: r.ID}); err != nil {
			return err
		}
	}
	return err
}

// coordinator is whom one tells of what a body leaves unanswered: who coordinates it, or
// else whoever takes it there; nobody where nobody has an account.
func (m *Module) coordinator(ctx context.Context, tx *db.Tx, org string) (task.To, error) {
	staff, err := m.answerers(ctx, tx, org)
	if err != nil || len(staff) == 0 {
		return task.To{}, err
	}
	if i := slices.IndexFunc(staff, func(o network.Operator) bool { return o.Profession == coordinating }); i >= 0 {
		return task.To{AccountID: staff[i].AccountID}, nil
	}
	to := task.To{OrgID: org, Role: staff[0].Role}
	if slices.ContainsFunc(staff, func(o network.Operator) bool { return o.Role == managing }) {
		to.Role = managing
	}
	return to, nil
}
