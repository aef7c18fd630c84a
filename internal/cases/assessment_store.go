package cases

import (
	"context"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
)

type assessmentRow struct {
	Assessment
	code, edition, of string // of the instrument
}

func (r *assessmentRow) instrumentKey() instrumentKey { return instrumentKey{r.of, r.code, r.edition} }

const assessmentColumns = `a.id, a.case_id, a.instrument, a.edition, a.instrument_of, a.subject_kind, a.subject_id, a.moment,
	a.held_on, a.closed_on, a.revision, a.review_on, a.improved, a.imported`

func (r *assessmentRow) fields() []any {
	return []any{&r.ID, &r.CaseID, &r.code, &r.edition, &r.of, &r.Subject.Kind, &r.Subject.ID, &r.Moment,
		&r.On, &r.ClosedOn, &r.Revision, &r.ReviewOn, &r.improved, &r.Imported}
}

// insertAssessment writes a draft. One that is there already, as the preliminary
// analysis that a colleague began at once, stays.
func insertAssessment(ctx context.Context, tx *db.Tx, network string, a *Assessment, by string) error {
	return tx.Exec(ctx, `
		insert into assessment (network_id, id, case_id, instrument, edition, instrument_of, subject_kind, subject_id,
			moment, held_on, revision, created_by, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $12) on conflict do nothing`,
		network, a.ID, a.CaseID, a.Instrument.Code, a.Instrument.Edition, a.Instrument.OrgID, a.Subject.Kind, a.Subject.ID,
		a.Moment, a.On, by, tx.Now)
}

// updateAssessment writes that an assessment was closed or corrected.
func updateAssessment(ctx context.Context, tx *db.Tx, network string, a *Assessment) error {
	return tx.ExecOne(ctx, `
		update assessment set closed_on = $3, revision = $4, review_on = $5 where network_id = $1 and id = $2`,
		network, a.ID, a.ClosedOn, a.Revision, a.ReviewOn)
}

func setImproved(ctx context.Context, tx *db.Tx, network, id, improved string) error {
	return tx.ExecOne(ctx, `update assessment set improved = $3 where network_id = $1 and id = $2`, network, id, improved)
}

func assessmentsOf(ctx context.Context, tx *db.Tx, network, caseID string) ([]assessmentRow, error) {
	return db.List(ctx, tx, `select `+assessmentColumns+` from assessment a
		where a.network_id = $1 and a.case_id = $2 order by a.held_on, a.id`, []any{network, caseID}, (*assessmentRow).fields)
}

// closedAssessments reads those of a network that count, for verify.
func closedAssessments(ctx context.Context, tx *db.Tx, network string) ([]assessmentRow, error) {
	return db.List(ctx, tx, `select `+assessmentColumns+` from assessment a
		where a.network_id = $1 and a.instrument <> $2 and a.imported = false order by a.case_id, a.held_on, a.id`,
		[]any{network, SixAreas}, (*assessmentRow).fields)
}

// assessedAs counts the assessments of a person by themselves.
func assessedAs(ctx context.Context, tx *db.Tx, network, person string) (n int, err error) {
	err = tx.Get(ctx, `select count(*) from assessment where network_id = $1 and subject_id = $2`, []any{network, person}, &n)
	return n, err
}

type scoreRow struct {
	Score
	assessment string
	level      *int // in the clear only in what is older than the table
	sealed     []byte
}

func (r *scoreRow) fields() []any {
	return []any{&r.assessment, &r.Domain, &r.Version, &r.level, &r.sealed, &r.SavedBy, &r.SavedAt}
}

func insertScore(ctx context.Context, tx *db.Tx, network string, a *Assessment, s Score, key *crypto.Key, by string) error {
	r := scoreRow{Score: s, assessment: a.ID}
	sealed, err := r.seal(key)
	if err != nil {
		return err
	}
	return tx.Exec(ctx, `
		insert into assessment_score (network_id, assessment_id, domain, version, sealed, saved_by, saved_at)
		values ($1, $2, $3, $4, $5, $6, $7)`, network, a.ID, s.Domain, s.Version, sealed, by, tx.Now)
}

const scoreColumns = `s.assessment_id, s.domain, s.version, s.level, s.sealed, s.saved_by, s.saved_at`

// standingScores reads what stands in all assessments of a case.
func standingScores(ctx context.Context, tx *db.Tx, network, caseID string) ([]scoreRow, error) {
	return db.List(ctx, tx, `
		select `+scoreColumns+`
		from assessment a join assessment_score s on s.network_id = a.network_id and s.assessment_id = a.id
		where a.network_id = $1 and a.case_id = $2 and s.version = (
			select max(n.version) from assessment_score n
			where n.network_id = s.network_id and n.assessment_id = s.assessment_id and n.domain = s.domain)`,
		[]any{network, caseID}, (*scoreRow).fields)
}

// scoresOf reads every version of what an assessment said, the newest first.
func scoresOf(ctx context.Context, tx *db.Tx, network, assessment string) ([]scoreRow, error) {
	return db.List(ctx, tx, `
		select `+scoreColumns+` from assessment_score s
		where s.network_id = $1 and s.assessment_id = $2 order by s.saved_at desc, s.domain, s.version desc`,
		[]any{network, assessment}, (*scoreRow).fields)
}
