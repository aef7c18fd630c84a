package programme

import (
	"context"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

// IndicatorRecord is a record behind a figure as the API shows it: it names
// nobody.
type IndicatorRecord struct {
	Code         string `json:"code" doc:"Stands for the thing counted: the same in every answer, and tells nothing of it" example:"7KQF-3MBT-W9HC"`
	Subject      string `json:"subject" doc:"Pseudonym of the person, household or operator in this programme; empty when nobody was named" example:"7KQF-3MBT-W9HC"`
	Date         string `json:"date" format:"date" doc:"Date of service of its first fact" example:"2026-03-05"`
	Measure      string `json:"measure" doc:"What was recorded" example:"cases.plan_signed"`
	Organisation string `json:"organisation" doc:"Organisation that did the work"`
	Territory    string `json:"territory" doc:"Where; empty when not stated"`
	Activity     string `json:"activity" doc:"Code of the activity in the logframe" example:"3.2"`
	Mode         string `json:"mode" enum:"in_person,territory,remote," doc:"How; empty when not stated"`
	Quantity     int64  `json:"quantity" doc:"1, or minutes" example:"1"`
	Facts        int64  `json:"facts" doc:"How many facts stand behind this one thing" example:"3"`
	SourceKind   string `json:"source_kind" doc:"Kind of record that the first fact comes from" example:"plan"`
}

type recordsInput struct {
	Code      string `path:"code" doc:"Code of the programme" example:"weita"`
	Indicator string `path:"indicator" doc:"Code of the indicator" example:"3.2"`
	AsOf      string `query:"as_of" format:"date" doc:"What was known by the end of that day in Rome" example:"2026-03-31"`
	Limit     int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"How many items at most"`
	Cursor    string `query:"cursor" doc:"The next of the answer before; empty for the first"`
}

type recordsOutput struct {
	Body struct {
		Items []IndicatorRecord `json:"items" nullable:"false" doc:"The records, in a stable order"`
		Next  string            `json:"next" doc:"Cursor of what follows; empty at the end"`
	}
}

func (m *Module) apiRecords(ctx context.Context, in *recordsInput) (*recordsOutput, error) {
	asOf, err := db.ParseDate(in.AsOf)
	if err != nil {
		return nil, errs.Check{"as_of": "error.field_date"}.Err()
	}
	page, err := m.Records(ctx, in.Code, in.Indicator, asOf, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &recordsOutput{}
	out.Body.Next, out.Body.Items = page.Next, make([]IndicatorRecord, len(page.Items))
	for i, r := range page.Items {
		out.Body.Items[i] = IndicatorRecord{Code: r.Code, Subject: r.Pseudonym, Date: string(r.First), Measure: r.Measure,
			Organisation: r.OrgName, Territory: r.Territory, Activity: r.Activity, Mode: string(r.Mode),
			Quantity: r.Quantity, Facts: r.Facts, SourceKind: r.Source.Kind}
	}
	return out, nil
}
