package cases

import (
	"context"
	"strings"
	"time"

	"tessuto/internal/platform/db"
)

func insertCaseImport(ctx context.Context, tx *db.Tx, network string, i *CaseImport, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into case_import (network_id, id, org_id, account_id, origin, sealed, created_at) values ($1, $2, $3, $4, $5, $6, $7)`,
		network, i.ID, i.orgID, i.accountID, i.origin, sealed, tx.Now)
}

func caseImportByID(ctx context.Context, tx *db.Tx, network, id string) (i CaseImport, err error) {
	var newcomers string
	err = tx.Get(ctx, `
		select id, org_id, account_id, origin, sealed, created_at, applied_at, undone_at, newcomers, household
		from case_import where network_id = $1 and id = $2`, []any{network, id},
		&i.ID, &i.orgID, &i.accountID, &i.origin, &i.sealed, &i.CreatedAt, &i.AppliedAt, &i.UndoneAt, &newcomers, &i.household)
	i.newcomers = strings.Fields(newcomers)
	return i, err
}

// importedBefore tells whether the same case has come in already, for the same body.
func importedBefore(ctx context.Context, tx *db.Tx, network string, i *CaseImport) (bool, error) {
	var n int
	err := tx.Get(ctx, `
		select count(*) from case_import
		where network_id = $1 and org_id = $2 and origin = $3 and applied_at is not null and undone_at is null`,
		[]any{network, i.orgID, i.origin}, &n)
	return n > 0, err
}

// appliedImport writes that a file became a case; what it said is not kept beside it.
func appliedImport(ctx context.Context, tx *db.Tx, network string, i *CaseImport) error {
	return tx.ExecOne(ctx, `
		update case_import set applied_at = $3, sealed = null, newcomers = $4, household = $5
		where network_id = $1 and id = $2 and applied_at is null`, network, i.ID, tx.Now, joinedIDs(i.newcomers), i.household)
}

func undoneImport(ctx context.Context, tx *db.Tx, network, id string, n Number) error {
	return tx.ExecOne(ctx, `
		update case_import set undone_at = $3, number_year = $4, number = $5 where network_id = $1 and id = $2 and undone_at is null`,
		network, id, tx.Now, n.Year, n.Serial)
}

func lapsedImports(ctx context.Context, tx *db.Tx, network string, before time.Time) ([]string, error) {
	return db.Column[string](ctx, tx, `select id from case_import where network_id = $1 and created_at < $2 and sealed is not null order by id`, network, before)
}

func deleteImport(ctx context.Context, tx *db.Tx, network, id string) error {
	return tx.ExecOne(ctx, `delete from case_import where network_id = $1 and id = $2 and applied_at is null`, network, id)
}

// deleteImportedCase takes out a case on which nobody has worked.
func deleteImportedCase(ctx context.Context, tx *db.Tx, network, id string) error {
	for _, sql := range []string{
		`delete from plan_action where network_id = $1 and objective_id in (select o.id from plan_objective o
			join plan p on p.network_id = o.network_id and p.id = o.plan_id where o.network_id = $1 and p.case_id = $2)`,
		`delete from plan_objective where network_id = $1 and plan_id in (select id from plan where network_id = $1 and case_id = $2)`,
		`delete from plan_version where network_id = $1 and plan_id in (select id from plan where network_id = $1 and case_id = $2)`,
		`delete from plan where network_id = $1 and case_id = $2`,
		`delete from assessment_score where network_id = $1 and assessment_id in (select id from assessment where network_id = $1 and case_id = $2)`,
		`delete from assessment where network_id = $1 and case_id = $2`,
		`delete from authority_act where network_id = $1 and case_id = $2`,
		`delete from case_reference where network_id = $1 and case_id = $2`,
		`delete from diary_entry where network_id = $1 and case_id = $2`,
		`delete from case_team where network_id = $1 and case_id = $2`,
		`delete from case_stage where network_id = $1 and case_id = $2`,
		`delete from case_person where network_id = $1 and case_id = $2`,
		`delete from case_file where network_id = $1 and id = $2`,
	} {
		if err := tx.Exec(ctx, sql, network, id); err != nil {
			return err
		}
	}
	return nil
}

// markImported writes that another body made an assessment, and when it closed it.
func markImported(ctx context.Context, tx *db.Tx, network, id string, closed db.Date) error {
	return tx.ExecOne(ctx, `update assessment set imported = true, closed_on = $3, revision = 1 where network_id = $1 and id = $2`, network, id, closed)
}
