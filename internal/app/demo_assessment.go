package app

import (
	"context"
	"time"

	"tessuto/internal/cases"
)

// demoMatrix is how a domain of the matrix stands in the demo: at the start, and by
// how much it moves until the review. Level 0 does not apply.
var demoMatrix = []struct {
	domain      string
	level, gain int
	evidence    string
}{
	{"legal_status", 3, 1, "Ricevuta del rinnovo"}, {"housing", 1, 2, "Lettera di sfratto, poi contratto d'affitto visto insieme"},
	{"income", 2, 0, "Estratto conto"}, {"employment", 2, 1, "Contratto a termine di tre mesi"}, {"italian", 2, 1, "Attestato A2"},
	{"adult_learning", 2, 0, ""}, {"children_school", 3, 1, "Colloquio con la maestra"}, {"parenting", 4, 0, ""}, {"physical_health", 3, 1, "Scelto il medico di base"},
	{"mental_wellbeing", 2, 1, ""}, {"substances", 0, 0, ""}, {"daily_life", 4, 0, ""}, {"safety", 4, 0, ""}, {"social_network", 2, 0, ""},
	{"services", 2, 2, "Va da sola agli appuntamenti da due mesi"}, {"digital", 3, 0, ""}, {"community", 3, -1, "Ha lasciato il corso del sabato"}, {"mobility", 3, 0, ""},
}

// assess is an assessment of the family by the matrix: the first, or the review that
// shows what moved. It takes nothing from the dice, so that all else of the demo stays
// what it is.
func (d *demo) assess(ctx context.Context, id string, i int, moment cases.Moment) error {
	d.now = d.now.Add(time.Hour)
	f, err := d.Cases.File(ctx, id)
	if err != nil {
		return err
	}
	n := cases.NewAssessment{Instrument: "autonomy/1", Subject: f.HouseholdID, Moment: moment, On: d.today()}
	n.Sheet = cases.Sheet{Close: true, ReviewOn: d.today().AddDays(120)}
	for at, m := range demoMatrix {
		said := cases.Said{Level: m.level, Self: m.level, Evidence: m.evidence}
		if m.level > 0 && m.level < 3 && (at+i)%4 == 3 {
			said.Level, said.Self = m.level+1, m.level+1 // no two families are alike
		}
		if moment != cases.Moments[0] {
			said.Level = min(5, said.Level+m.gain)
		}
		if at%5 == 2 && said.Level > 1 {
			said.Self = said.Level - 1
		}
		n.Sheet.Scores = append(n.Sheet.Scores, cases.Score{Domain: m.domain, Said: said})
	}
	_, err = d.Cases.StartAssessment(ctx, id, n)
	return err
}
