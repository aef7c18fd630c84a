package ledger

import (
	"context"

	"tessuto/internal/platform/db"
)

const factColumns = `id, measure, service_date, subject_kind, subject_id, programme, activity, org_id, territory_id,
	mode, quantity, source_kind, source_id, sex, age_class, citizenship, profession, for_programme, for_activity`

// StandingFact is a fact that was not reversed.
type StandingFact struct {
	ID      string
	subject SubjectKind
	Fact
}

func (f *StandingFact) fields() []any {
	return []any{&f.ID, &f.Measure, &f.Date, &f.subject, &f.SubjectID, &f.Programme, &f.Activity, &f.OrgID, &f.TerritoryID,
		&f.Mode, &f.Quantity, &f.Source.Kind, &f.Source.ID, &f.Sex, &f.AgeClass, &f.Citizenship, &f.Profession, &f.For.Programme, &f.For.Activity}
}

func insertFact(ctx context.Context, tx *db.Tx, network string, p *posted) error {
	return tx.Exec(ctx, `
		insert into fact (network_id, posted_at, reverses, mac, `+factColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`,
		network, p.at, p.reverses, p.mac, p.ID, p.Measure, p.Date, p.subject, p.SubjectID, p.Programme, p.Activity,
		p.OrgID, p.TerritoryID, p.Mode, p.Quantity, p.Source.Kind, p.Source.ID,
		p.Sex, p.AgeClass, p.Citizenship, p.Profession, p.For.Programme, p.For.Activity)
}

// postedAfter reads facts and reversals of a network in the order of their ids.
func postedAfter(ctx context.Context, tx *db.Tx, network, after string, limit int) ([]posted, error) {
	return db.List(ctx, tx, `select posted_at, reverses, mac, `+factColumns+` from fact where network_id = $1 and id > $2 order by id limit $3`,
		[]any{network, after, limit}, func(p *posted) []any { return append([]any{&p.at, &p.reverses, &p.mac}, p.fields()...) })
}

// stands leaves out what was reversed. Saying that reverses is not empty lets both
// engines use the index of reversals, which holds nothing else.
const stands = ` reverses = '' and not exists (
	select 1 from fact r where r.network_id = fact.network_id and r.reverses = fact.id and r.reverses <> '')`

func standingOf(ctx context.Context, tx *db.Tx, network string, s Source) ([]StandingFact, error) {
	return db.List(ctx, tx, `select `+factColumns+` from fact
		where network_id = $1 and source_kind = $2 and source_id = $3 and`+stands+` order by id`,
		[]any{network, s.Kind, s.ID}, (*StandingFact).fields)
}

// standingFor returns what stands of some subjects and belongs to a programme,
// whether or not it counts there.
func standingFor(ctx context.Context, tx *db.Tx, network, programme string, subjects []string) ([]StandingFact, error) {
	b := db.NewBuild(`select `+factColumns+` from fact where network_id = ? and`+stands+`
		and (programme = ? or for_programme = ?) and`, network, programme, programme).In("subject_id", subjects).Add("order by id")
	return db.List(ctx, tx, b.SQL(), b.Args(), (*StandingFact).fields)
}

// AllStanding returns every fact of a network that was not reversed, for the
// comparison with what the records say.
func AllStanding(ctx context.Context, tx *db.Tx, network string) ([]StandingFact, error) {
	return db.List(ctx, tx, `select `+factColumns+` from fact where network_id = $1 and`+stands+` order by id`,
		[]any{network}, (*StandingFact).fields)
}

// FactsOf counts the facts of a subject: for who asks what is kept of it.
func FactsOf(ctx context.Context, tx *db.Tx, network, subject string) (n int, err error) {
	err = tx.Get(ctx, `select count(*) from fact where network_id = $1 and subject_id = $2`, []any{network, subject}, &n)
	return n, err
}
