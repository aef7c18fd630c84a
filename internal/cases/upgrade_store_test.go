package cases_test

import (
	"strconv"
	"strings"
	"testing"

	"tessuto/internal/cases"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/migrations"
)

// What an older installation wrote of the six areas, as 0007 has them, is there after
// 0034 with its words, its level and its version, and is written on from there.
func TestOlderAnalysisIsAnAssessment(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		actor := policy.From(worker)
		keys, err := b.Keys.Get(b.Context(), actor.Network, id)
		if err != nil {
			b.Fatal(err)
		}
		err = b.DB.Write(b.Context(), func(tx *db.Tx) error {
			do := func(sql string, args ...any) {
				b.Helper()
				if err := tx.Exec(b.Context(), sql, args...); err != nil {
					b.Fatal(err)
				}
			}
			for _, s := range statements(t, "0007_cases.sql") {
				if strings.Contains(s, "create table case_area") {
					do(s)
				}
			}
			sealed := keys[id].Seal([]byte("Vive da una zia"), "case_area/"+id+"/area_5")
			do(`insert into case_area (network_id, case_id, area, severity, sealed, saved_by, saved_at, version)
				values ($1, $2, 'area_5', 3, $3, $4, $5, 2)`, actor.Network, id, sealed, actor.AccountID, tx.Now)
			for _, s := range statements(t, "0034_assessment.sql") {
				if strings.Contains(s, "case_area") {
					do(s)
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		area := func() cases.Score {
			b.Helper()
			_, a, err := b.Cases.Assessment(worker, id, id)
			if err != nil || len(a.Scores) != 6 {
				b.Fatal(a, err)
			}
			return a.Scores[4]
		}
		if s := area(); s.Level != 3 || s.Notes != "Vive da una zia" || s.Version != 2 || s.SavedBy == "" {
			b.Errorf("what was written is lost: %+v", s)
		}
		again := cases.Score{Domain: "area_5", Version: 2, Said: cases.Said{Level: 0, Self: cases.NotScored, Notes: "Ha una casa"}}
		if err := b.analyse(worker, id, []cases.Score{again}, ""); err != nil {
			b.Fatal(err)
		}
		if s := area(); s.Level != 0 || s.Notes != "Ha una casa" || s.Version != 3 {
			b.Errorf("written again: %+v", s)
		}
	})
}

// A plan that an older installation holds is the first edition after 0038, signed by
// whom it was.
func TestOlderPlanIsAnEdition(t *testing.T) {
	each(t, func(b *bench) {
		id, worker := b.open(), b.as("assistente")
		b.takeOn(worker, id)
		actor := policy.From(worker)
		err := b.DB.Write(b.Context(), func(tx *db.Tx) error {
			do := func(sql string, args ...any) {
				b.Helper()
				if strings.HasSuffix(b.Name(), "sqlite") { // as migrations are read there
					sql = strings.NewReplacer("timestamptz", "timestamp", "bytea", "blob").Replace(sql)
				}
				if err := tx.Exec(b.Context(), sql, args...); err != nil {
					b.Fatal(err)
				}
			}
			for _, table := range []string{"plan", "plan_signature", "plan_voice"} {
				do("drop table " + table)
			}
			for _, s := range statements(t, "0007_cases.sql") {
				if strings.Contains(s, "create table plan (") || strings.Contains(s, "create table plan_signature") {
					do(s)
				}
			}
			do(`insert into plan (network_id, id, case_id, signed_on, saved_by, saved_at, version) values ($1, 'old', $2, $3, $4, $5, 2)`,
				actor.Network, id, tx.Today(), actor.AccountID, tx.Now)
			do(`insert into plan_signature (network_id, plan_id, person_id) values ($1, 'old', $2)`, actor.Network, b.person)
			for _, s := range statements(t, "0038_plan.sql") {
				if strings.TrimSpace(s) != "" && !strings.Contains(s, "add column") {
					do(s)
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		f, err := b.Cases.File(worker, id)
		if err != nil {
			b.Fatal(err)
		}
		if f.Plan == nil || f.Plan.Edition != 1 || !f.Plan.Signed() || len(f.Plan.Signers()) != 1 || f.Plan.Signers()[0] != b.person {
			b.Errorf("the older plan is lost: %+v", f.Plan)
		}
	})
}

// statements are those of a migration, without comments.
func statements(t *testing.T, file string) []string {
	t.Helper()
	text, err := migrations.FS.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var kept []string
	for _, line := range strings.Split(string(text), "\n") {
		line, _, _ = strings.Cut(line, "--")
		kept = append(kept, line)
	}
	return strings.Split(strings.Join(kept, "\n"), ";")
}

// Cases that an older installation holds have their number after 0050, in the order in
// which each body opened them.
func TestOlderCasesHaveNumbers(t *testing.T) {
	each(t, func(b *bench) {
		b.open()
		type row struct{ org, id, serial string }
		var before, after []row
		err := b.DB.Write(b.Context(), func(tx *db.Tx) (err error) {
			read := func() []row {
				rows, err := db.List(b.Context(), tx, `select org_id || '/' || cast(number_year as text), id, cast(number as text) from case_file where number_year > 2000 order by org_id, number_year, id`, nil,
					func(r *row) []any { return []any{&r.org, &r.id, &r.serial} })
				if err != nil {
					b.Fatal(err)
				}
				return rows
			}
			before = read()
			for _, s := range append([]string{"drop index case_file_number", "update case_file set number_year = 0, number = 0"}, statements(t, "0050_number.sql")...) {
				if strings.Contains(s, "index case_file_number") || strings.Contains(s, "update case_file") {
					if err := tx.Exec(b.Context(), s); err != nil {
						b.Fatal(s, err)
					}
				}
			}
			after = read()
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		if len(before) < 10 || len(after) != len(before) {
			b.Fatal(len(before), len(after))
		}
		next := map[string]int{}
		for _, r := range after {
			next[r.org]++
			if r.serial != strconv.Itoa(next[r.org]) {
				b.Errorf("%s of %s has number %s, want %d", r.id, r.org, r.serial, next[r.org])
			}
		}
	})
}
