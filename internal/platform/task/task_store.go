package task

import (
	"context"
	"encoding/json"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

const columns = `t.id, t.record_kind, t.record_id, t.section, t.key_owner, t.sealed, t.message, t.args, t.source,
	t.assignee_id, t.org_id, t.role, t.due_on, t.snoozed_until, t.created_by, t.created_at, t.done_by, t.done_at,
	t.saved_by, t.saved_at, t.version`

func (t *Task) fields() []any {
	return []any{&t.ID, &t.Kind, &t.Record.ID, &t.Section, &t.keyOwner, &t.sealed, &t.Message, &t.argsJSON, &t.Source,
		&t.AccountID, &t.OrgID, &t.Role, &t.Due, &t.Snoozed, &t.CreatedBy, &t.CreatedAt, &t.DoneBy, &t.DoneAt,
		&t.SavedBy, &t.SavedAt, &t.Version}
}

func taskByID(ctx context.Context, tx *db.Tx, network, id string) (t Task, err error) {
	err = tx.Get(ctx, `select `+columns+` from task t where t.network_id = $1 and t.id = $2`, []any{network, id}, t.fields()...)
	return t, err
}

func insertTask(ctx context.Context, tx *db.Tx, network string, t *Task) error {
	args, err := json.Marshal(t.Args)
	if err != nil {
		return err
	}
	return tx.Exec(ctx, `
		insert into task (network_id, id, record_kind, record_id, section, key_owner, sealed, message, args, source,
			assignee_id, org_id, role, due_on, created_by, created_at, saved_by, saved_at, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $15, $16, 1)`,
		network, t.ID, t.Kind, t.Record.ID, t.Section, t.keyOwner, t.sealed, t.Message, string(args), t.Source,
		t.AccountID, t.OrgID, t.Role, t.Due, t.CreatedBy, tx.Now)
}

func updateTask(ctx context.Context, tx *db.Tx, network string, t *Task) error {
	return tx.ExecOne(ctx, `
		update task set sealed = $3, assignee_id = $4, org_id = $5, role = $6, due_on = $7, snoozed_until = null,
			saved_by = $8, saved_at = $9, version = version + 1
		where network_id = $1 and id = $2`, network, t.ID, t.sealed, t.AccountID, t.OrgID, t.Role, t.Due, t.SavedBy, tx.Now)
}

func setDone(ctx context.Context, tx *db.Tx, a policy.Actor, id string, done bool) error {
	if !done {
		return tx.ExecOne(ctx, `update task set done_by = '', done_at = null where network_id = $1 and id = $2`, a.Network, id)
	}
	return tx.ExecOne(ctx, `update task set done_by = $3, done_at = $4 where network_id = $1 and id = $2`,
		a.Network, id, a.AccountID, tx.Now)
}

func setSnoozed(ctx context.Context, tx *db.Tx, network, id string, until db.Date) error {
	return tx.ExecOne(ctx, `update task set snoozed_until = $3 where network_id = $1 and id = $2`, network, id, until)
}

func assign(ctx context.Context, tx *db.Tx, network, id, account string) error {
	return tx.ExecOne(ctx, `update task set assignee_id = $3, version = version + 1 where network_id = $1 and id = $2`,
		network, id, account)
}

func handOver(ctx context.Context, tx *db.Tx, network string, r Record, from, to string) error {
	return tx.Exec(ctx, `
		update task set assignee_id = $5, snoozed_until = null, version = version + 1
		where network_id = $1 and record_kind = $2 and record_id = $3 and assignee_id = $4 and done_at is null
		  and (message = '' or due_on is not null)`, network, r.Kind, r.ID, from, to)
}

// listed are the tasks of one of the actor's own lists; see Show.
func listed(ctx context.Context, tx *db.Tx, a policy.Actor, s Show, limit int) ([]Task, error) {
	b := db.NewBuild(`select `+columns+` from task t where t.network_id = ?`, a.Network)
	switch s {
	case Queue:
		b.Add("and t.assignee_id = '' and t.org_id = ? and (t.role = '' or t.role = ?) and t.done_at is null", a.OrgID, a.Role)
	case Given:
		b.Add("and t.created_by = ? and t.assignee_id <> ? and t.done_at is null", a.AccountID, a.AccountID)
	case Past:
		b.Add("and t.assignee_id = ? and t.done_at is not null order by t.done_at desc, t.id limit ?", a.AccountID, limit)
		return db.List(ctx, tx, b.SQL(), b.Args(), (*Task).fields)
	default:
		b.Add("and t.assignee_id = ? and t.done_at is null", a.AccountID)
	}
	b.Add("order by coalesce(t.due_on, '9999-12-31'), t.id limit ?", limit)
	return db.List(ctx, tx, b.SQL(), b.Args(), (*Task).fields)
}

// ofRecord are the tasks about a record that somebody wrote: reminders are for
// one person only.
func ofRecord(ctx context.Context, tx *db.Tx, network string, kind policy.Kind, id string) ([]Task, error) {
	return db.List(ctx, tx, `select `+columns+` from task t
		where t.network_id = $1 and t.record_kind = $2 and t.record_id = $3 and t.message = ''
		order by coalesce(t.due_on, '9999-12-31'), t.id`, []any{network, kind, id}, (*Task).fields)
}

// openRecords are those of the records, in one section, that are open to the
// actor: one question for a whole list.
func openRecords(ctx context.Context, tx *db.Tx, a policy.Actor, kind policy.Kind, s policy.Section, ids []string) ([]string, error) {
	b := db.NewBuild(`select distinct t.record_id from task t where t.network_id = ? and t.record_kind = ? and`, a.Network, kind)
	b.In("t.record_id", ids).Add("and")
	a.ScopeFew(b, tx, kind, s, "t.record_id")
	return db.Column[string](ctx, tx, b.SQL(), b.Args()...)
}

func upsertReminder(ctx context.Context, tx *db.Tx, network string, t *Task) error {
	n, err := tx.ExecN(ctx, `
		update task set due_on = $3, assignee_id = $4, org_id = $5, role = $6, snoozed_until = null, version = version + 1
		where network_id = $1 and source = $2 and done_at is null
		  and (due_on is distinct from $3 or assignee_id <> $4 or org_id <> $5 or role <> $6)`,
		network, t.Source, t.Due, t.AccountID, t.OrgID, t.Role)
	if err != nil || n > 0 {
		return err
	}
	var known int
	err = tx.Get(ctx, `select count(*) from task where network_id = $1 and source = $2`, []any{network, t.Source}, &known)
	if err != nil || known > 0 {
		return err
	}
	return insertTask(ctx, tx, network, t)
}

func deleteReminder(ctx context.Context, tx *db.Tx, network, source string) error {
	return tx.Exec(ctx, `delete from task where network_id = $1 and source = $2 and message <> '' and done_at is null`, network, source)
}

// sourcesOf are the reminders of a rule that wait.
func sourcesOf(ctx context.Context, tx *db.Tx, network, rule string) ([]string, error) {
	return db.Column[string](ctx, tx, `
		select source from task where network_id = $1 and source >= $2 and source < $3 and message <> '' and done_at is null`,
		network, rule+"/", rule+"0") // "0" comes after "/"
}
