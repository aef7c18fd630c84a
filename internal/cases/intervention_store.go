package cases

import (
	"context"

	"tessuto/internal/platform/db"
)

type interventionRow struct {
	Intervention
	caseID string
	sealed []byte
}

const interventionColumns = `i.id, i.case_id, i.account_id, i.org_id, i.held_on, i.mode, i.minutes, i.urgent,
	i.programme, i.activity, i.funding_line, i.code, i.provider_id, i.quantity, i.unit, i.cost, i.covers_from, i.covers_to,
	i.starts_minute, i.ends_minute, i.void_reason, i.voided_at, i.version, i.sealed`

func (r *interventionRow) fields() []any {
	return []any{&r.ID, &r.caseID, &r.AccountID, &r.OrgID, &r.On, &r.Mode, &r.Minutes, &r.Urgent,
		&r.Programme, &r.Activity, &r.FundingLine, &r.Code, &r.ProviderID, &r.Quantity, &r.Unit, &r.Cost, &r.From, &r.To,
		&r.Starts, &r.Ends, &r.VoidReason, &r.VoidedAt, &r.Version, &r.sealed}
}

func insertIntervention(ctx context.Context, tx *db.Tx, network, caseID string, i *Intervention, sealed []byte) error {
	return tx.Exec(ctx, `
		insert into intervention (network_id, id, case_id, account_id, org_id, held_on, mode, minutes, urgent,
			programme, activity, funding_line, code, provider_id, quantity, unit, cost, covers_from, covers_to,
			starts_minute, ends_minute, version, sealed, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)`,
		network, i.ID, caseID, i.AccountID, i.OrgID, i.On, i.Mode, i.Minutes, i.Urgent,
		i.Programme, i.Activity, i.FundingLine, i.Code, i.ProviderID, i.Quantity, i.Unit, i.Cost, i.From, i.To,
		i.Starts, i.Ends, i.Version, sealed, tx.Now)
}

// interventionByID finds one of a case, never one of another.
func interventionByID(ctx context.Context, tx *db.Tx, network, caseID, id string) (r interventionRow, err error) {
	err = tx.Get(ctx, `select `+interventionColumns+` from intervention i
		where i.network_id = $1 and i.case_id = $2 and i.id = $3`, []any{network, caseID, id}, r.fields()...)
	return r, err
}

// updateIntervention writes what was corrected; of two who correct it at once, one meets
// NotFound.
func updateIntervention(ctx context.Context, tx *db.Tx, network string, i *Intervention, sealed []byte) error {
	return tx.ExecOne(ctx, `
		update intervention set held_on = $3, mode = $4, minutes = $5, programme = $6, activity = $7, funding_line = $8, code = $9, provider_id = $10,
			quantity = $11, unit = $12, cost = $13, covers_from = $14, covers_to = $15, starts_minute = $16, ends_minute = $17, version = $18, sealed = $19
		where network_id = $1 and id = $2 and version = $18 - 1 and void_reason = ''`,
		network, i.ID, i.On, i.Mode, i.Minutes, i.Programme, i.Activity, i.FundingLine, i.Code, i.ProviderID,
		i.Quantity, i.Unit, i.Cost, i.From, i.To, i.Starts, i.Ends, i.Version, sealed)
}

type earlierInterventionRow struct {
	EarlierIntervention
	intervention string
	sealed       []byte
}

func insertEarlierIntervention(ctx context.Context, tx *db.Tx, network string, i *Intervention, sealed []byte) error {
	return tx.Exec(ctx, `insert into intervention_earlier (network_id, intervention_id, version, sealed, ended_at) values ($1, $2, $3, $4, $5)`,
		network, i.ID, i.Version, sealed, tx.Now)
}

func earlierInterventions(ctx context.Context, tx *db.Tx, network, caseID string) ([]earlierInterventionRow, error) {
	return db.List(ctx, tx, `
		select b.intervention_id, b.version, b.ended_at, b.sealed from intervention_earlier b
		join intervention i on i.network_id = b.network_id and i.id = b.intervention_id
		where b.network_id = $1 and i.case_id = $2 order by b.version desc`,
		[]any{network, caseID}, func(r *earlierInterventionRow) []any { return []any{&r.intervention, &r.Version, &r.Until, &r.sealed} })
}

// hoursTaken lists what an operator has written of the same hours of a day.
func hoursTaken(ctx context.Context, tx *db.Tx, network string, i *Intervention) ([]interventionRow, error) {
	return db.List(ctx, tx, `select `+interventionColumns+` from intervention i
		where i.network_id = $1 and i.account_id = $2 and i.held_on = $3 and i.starts_minute < $5 and i.ends_minute > $4
			and i.void_reason = '' and i.id <> $6
		order by i.starts_minute, i.id`, []any{network, i.AccountID, i.On, i.Starts, i.Ends, i.ID}, (*interventionRow).fields)
}

type givenRow struct {
	interventionRow
	leadOrg, caseProgramme string
}

// givenAlike lists what was given of the same kind to a household in the same days, in
// whatever case.
func givenAlike(ctx context.Context, tx *db.Tx, network, household string, i *Intervention) ([]givenRow, error) {
	return db.List(ctx, tx, `select `+interventionColumns+`, c.org_id, c.programme from case_file c
		join intervention i on i.network_id = c.network_id and i.case_id = c.id
		where c.network_id = $1 and c.household_id = $2 and i.code = $3 and (i.quantity > 0 or i.cost > 0)
			and i.covers_from <= $5 and i.covers_to >= $4 and i.void_reason = '' and i.id <> $6
		order by i.held_on desc, i.id`, []any{network, household, i.Code, i.From, i.To, i.ID},
		func(r *givenRow) []any { return append(r.fields(), &r.leadOrg, &r.caseProgramme) })
}

func caseOfIntervention(ctx context.Context, tx *db.Tx, network, id string) (caseID string, err error) {
	err = tx.Get(ctx, `select case_id from intervention where network_id = $1 and id = $2`, []any{network, id}, &caseID)
	return caseID, err
}

func diaryOf(ctx context.Context, tx *db.Tx, network, caseID string) ([]interventionRow, error) {
	return db.List(ctx, tx, `select `+interventionColumns+` from intervention i
		where i.network_id = $1 and i.case_id = $2 order by i.held_on desc, i.id desc`,
		[]any{network, caseID}, (*interventionRow).fields)
}

func voidIntervention(ctx context.Context, tx *db.Tx, network, id, reason string) error {
	return tx.ExecOne(ctx, `
		update intervention set void_reason = $3, voided_at = $4
		where network_id = $1 and id = $2 and void_reason = ''`, network, id, reason, tx.Now)
}

// allInterventions reads those of every case of a network, for verify.
func allInterventions(ctx context.Context, tx *db.Tx, network string) ([]interventionRow, error) {
	return db.List(ctx, tx, `select `+interventionColumns+` from intervention i
		where i.network_id = $1 order by i.id`, []any{network}, (*interventionRow).fields)
}
