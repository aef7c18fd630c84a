package programme

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tessuto/internal/disclosure"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/api"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// API adds the operations of the area.
func (m *Module) API(a *api.API) {
	tags := []string{"Programmes"}
	api.Add(a, huma.Operation{OperationID: "list-programmes", Method: http.MethodGet, Path: "/programmes", Tags: tags,
		Summary: "List the programmes of the network"}, policy.ProgrammeRead, "", m.apiProgrammes)
	api.Add(a, huma.Operation{OperationID: "list-indicators", Method: http.MethodGet, Path: "/programmes/{code}/indicators", Tags: tags,
		Summary:     "List the indicators of a programme, with what they say now",
		Description: "Who has no right to the records behind the figures gets small ones hidden, only the breakdowns that the programme declares, and no past day of their choice.",
	}, policy.ProgrammeRead, "", m.apiIndicators)
	api.Add(a, huma.Operation{OperationID: "list-indicator-records", Method: http.MethodGet,
		Path: "/programmes/{code}/indicators/{indicator}/records", Tags: tags,
		Summary:     "List the records behind an indicator",
		Description: "As many items in all as actual says when the indicator counts persons, households, operators, organisations or events. Of minutes, the quantities add up to actual; of a ratio, the items are those of its numerator.",
	}, policy.RecordsRead, "", m.apiRecords)
	api.Add(a, huma.Operation{OperationID: "count-region-persons", Method: http.MethodGet, Path: "/region/persons", Tags: tags,
		Summary:     "How many persons all networks have met, each counted once",
		Description: "Persons of several networks are linked by a comparison that runs each night and opens nobody; the figures are of the end of the last month, and small ones are hidden.",
	}, policy.RegionRead, "", m.apiRegion)
}

// ProgrammePeriod is from when to when a programme runs.
type ProgrammePeriod struct {
	From    string `json:"from" format:"date" doc:"First day" example:"2020-03-16"`
	To      string `json:"to" doc:"Last day, YYYY-MM-DD; empty when unknown" example:"2022-03-31"`
	Assumed bool   `json:"assumed" doc:"The source does not say it: it is our assumption"`
}

// ProgrammeItem is a programme as the API shows it.
type ProgrammeItem struct {
	Code          string           `json:"code" doc:"Code of the programme" example:"weita"`
	Title         string           `json:"title" doc:"Short name, in the caller's language" example:"WE-ITA"`
	FullName      string           `json:"full_name" doc:"Full name, in the caller's language"`
	Lead          string           `json:"lead" doc:"Organisation that leads"`
	Territory     string           `json:"territory" doc:"Where it works"`
	Fund          string           `json:"fund" doc:"Fund that pays" example:"FAMI 2014-2020"`
	ProjectNumber string           `json:"project_number" doc:"Number that the fund gave it; empty when the source gives none" example:"2463"`
	Period        *ProgrammePeriod `json:"period,omitempty" doc:"Absent when the source gives none"`
	Indicators    int              `json:"indicators" doc:"How many indicators it has" example:"14"`
	Fed           int              `json:"fed" doc:"How many of them are fed by records" example:"5"`
	Targets       int              `json:"targets" doc:"How many have a target" example:"7"`
	Reached       int              `json:"reached" doc:"How many targets are reached, as far as the caller may know" example:"1"`
}

type programmesOutput struct {
	Body struct {
		Items []ProgrammeItem `json:"items" nullable:"false" doc:"The programmes, in their order"`
		Next  string          `json:"next" doc:"Always empty: they come in one page"`
		Total int             `json:"total" doc:"How many there are" example:"6"`
	}
}

func (m *Module) apiProgrammes(ctx context.Context, _ *struct{}) (*programmesOutput, error) {
	list, err := m.Standings(ctx)
	if err != nil {
		return nil, err
	}
	out := &programmesOutput{}
	out.Body.Items, out.Body.Total = make([]ProgrammeItem, len(list)), len(list)
	for i, s := range list {
		out.Body.Items[i] = ProgrammeItem{Code: s.Pack.Code, Title: say(ctx, s.Title), FullName: say(ctx, s.FullName),
			Lead: leadName(s.Pack), Territory: s.Territory.Name, Fund: s.Fund.Programme, ProjectNumber: s.ProjectNumber,
			Indicators: len(s.Indicators), Fed: s.Fed, Targets: s.Targets, Reached: s.Reached}
		if p := s.Period; p != nil {
			out.Body.Items[i].Period = &ProgrammePeriod{p.From, p.To, p.Assumed}
		}
	}
	return out, nil
}

// IndicatorCount is one of the two counts of a ratio.
type IndicatorCount struct {
	Count  *int64 `json:"count" doc:"Null when hidden" example:"9"`
	Hidden bool   `json:"hidden" doc:"Hidden to protect people"`
}

// IndicatorPart is one value of a breakdown.
type IndicatorPart struct {
	Value  string `json:"value" doc:"Code of the value: M, F, X; a class of age; ISO 3166-1 alpha-3; the month, YYYY-MM, in which a thing first counted; the id of an organisation or a territory. Empty when not stated" example:"F"`
	Label  string `json:"label" doc:"The value in words, in the caller's language" example:"Femmine"`
	Count  *int64 `json:"count" doc:"Null when hidden" example:"12"`
	Hidden bool   `json:"hidden" doc:"Hidden to protect people: too few, or hidden with those that are"`
}

// IndicatorCross is a figure by two dimensions at once.
type IndicatorCross struct {
	Rows    string          `json:"rows" doc:"The dimension of the rows" example:"sex"`
	Columns string          `json:"columns" doc:"The dimension of the columns" example:"age_class"`
	Row     []IndicatorPart `json:"row" doc:"The rows with their sums"`
	Column  []IndicatorPart `json:"column" doc:"The columns with their sums"`
	Counts  [][]*int64      `json:"counts" doc:"By row, by column; null when hidden"`
}

// IndicatorDeclaration says who answers for a value that was not counted.
type IndicatorDeclaration struct {
	On       string    `json:"on" format:"date" doc:"The day that the value is of" example:"2026-03-31"`
	Author   string    `json:"author" doc:"Who declared it"`
	Evidence string    `json:"evidence" doc:"Where it comes from"`
	At       time.Time `json:"at" doc:"When it was declared"`
}

// IndicatorItem is an indicator and what it says.
type IndicatorItem struct {
	Code        string                     `json:"code" doc:"Code of the indicator in its programme" example:"3.2"`
	Title       string                     `json:"title" doc:"Name, in the caller's language"`
	Definition  string                     `json:"definition" doc:"What is counted, in the caller's language"`
	Unit        string                     `json:"unit" enum:"persons,households,operators,organisations,citizens,events,minutes,ratio" doc:"What it counts; a ratio is per cent"`
	Target      *int                       `json:"target" doc:"Null when the source gives none" example:"14"`
	AtLeast     bool                       `json:"at_least" doc:"The target is a minimum"`
	Approximate bool                       `json:"approximate" doc:"The source says about"`
	Actual      *int64                     `json:"actual" doc:"Null when nothing feeds it yet, or when hidden" example:"5"`
	Fed         bool                       `json:"fed" doc:"Records feed it"`
	Hidden      bool                       `json:"hidden" doc:"Hidden to protect people"`
	Untold      bool                       `json:"untold" doc:"Very restricted: hidden from everybody while it is small, and no record behind it is shown to anybody"`
	Declared    bool                       `json:"declared" doc:"Written by a person and not counted from records"`
	Assumed     bool                       `json:"assumed" doc:"The source does not name this indicator: we propose it"`
	State       string                     `json:"state" enum:"not_fed,unsaid,hidden,no_target,not_begun,underway,reached" doc:"Where it stands"`
	StateText   string                     `json:"state_text" doc:"The state as a sentence, in the caller's language"`
	Node        string                     `json:"node" doc:"Code of the logframe node it measures; empty: the whole programme" example:"R3.2"`
	AsOf        string                     `json:"as_of" doc:"The end of the day that the figure is of; empty means now. Figures of people for who has no right to their records are of the end of the last month" example:"2026-10-31"`
	Numerator   *IndicatorCount            `json:"numerator,omitempty" doc:"Of a ratio that is fed"`
	Denominator *IndicatorCount            `json:"denominator,omitempty" doc:"Of a ratio that is fed"`
	Cross       []IndicatorCross           `json:"cross,omitempty" doc:"The tables of two of the dimensions asked for that the programme declares; without rows where any figure would tell a hidden one"`
	Declaration *IndicatorDeclaration      `json:"declaration,omitempty" doc:"Of a declared value"`
	Breakdown   map[string][]IndicatorPart `json:"breakdown" doc:"The parts by each of the dimensions asked for. A dimension is absent where it cannot be given, and without parts where any part would tell a hidden one"`
}

type indicatorsInput struct {
	Code string   `path:"code" doc:"Code of the programme" example:"weita"`
	AsOf string   `query:"as_of" format:"date" doc:"What was known by the end of that day in Rome" example:"2026-03-31"`
	By   []string `query:"by" enum:"sex,age,citizenship,territory,organisation,profession,activity,mode,month" doc:"Break down by these, separated by commas" example:"[\"sex\",\"age\"]"`
}

type indicatorsOutput struct {
	Body struct {
		Items []IndicatorItem `json:"items" nullable:"false" doc:"The indicators, in the order of the programme"`
		Next  string          `json:"next" doc:"Always empty: they come in one page"`
		Total int             `json:"total" doc:"How many there are"`
	}
}

// dimensionOf reads a dimension as the API names it.
func dimensionOf(by string) ledger.Dimension {
	if by == "age" {
		return ledger.ByAgeClass
	}
	return ledger.Dimension(by)
}

func (m *Module) apiIndicators(ctx context.Context, in *indicatorsInput) (*indicatorsOutput, error) {
	asOf, err := db.ParseDate(in.AsOf)
	if err != nil {
		return nil, errs.Check{"as_of": "error.field_date"}.Err()
	}
	v := View{AsOf: asOf}
	for _, by := range in.By {
		v.By = append(v.By, dimensionOf(by))
	}
	figures, err := m.Figures(ctx, in.Code, v)
	if err != nil {
		return nil, err
	}
	out := &indicatorsOutput{}
	out.Body.Items, out.Body.Total = make([]IndicatorItem, len(figures)), len(figures)
	for i := range figures {
		out.Body.Items[i] = indicatorItem(ctx, &figures[i], in.By)
	}
	return out, nil
}

func indicatorItem(ctx context.Context, f *Figure, by []string) IndicatorItem {
	item := IndicatorItem{Code: f.Code, Title: say(ctx, f.Title), Definition: say(ctx, f.Definition), Unit: string(f.Unit),
		AtLeast: f.AtLeast, Approximate: f.Approximate, Fed: f.Fed, Hidden: f.Fed && f.Actual.Hidden(), Untold: f.Untold, Assumed: f.Assumed,
		Declared: f.Declared, State: string(f.State()), StateText: stateText(ctx, f), Node: f.Node, Breakdown: map[string][]IndicatorPart{}}
	if f.Target > 0 {
		item.Target = &f.Target
	}
	if f.Said != nil {
		item.Actual = countOf(f.Actual)
		item.Declaration = &IndicatorDeclaration{string(f.Said.On), f.Said.Author, f.Said.Evidence, f.Said.At}
	}
	if !f.Fed {
		return item
	}
	item.Actual, item.AsOf = countOf(f.Actual), string(f.Known)
	if f.Unit == ledger.Ratio {
		item.Numerator = &IndicatorCount{countOf(f.Numerator), f.Numerator.Hidden()}
		item.Denominator = &IndicatorCount{countOf(f.Denominator), f.Denominator.Hidden()}
	}
	for _, t := range f.Crosses {
		item.Cross = append(item.Cross, crossItem(ctx, t))
	}
	for _, name := range by {
		d := dimensionOf(name)
		parts, ok := f.Breakdown[d]
		if !ok {
			continue
		}
		item.Breakdown[name] = []IndicatorPart{}
		for _, r := range rowsOf(ctx, d, parts) {
			item.Breakdown[name] = append(item.Breakdown[name], partItem(r))
		}
	}
	return item
}

func crossItem(ctx context.Context, t Cross) IndicatorCross {
	out := IndicatorCross{Rows: string(t.By[0]), Columns: string(t.By[1]), Row: []IndicatorPart{}, Column: []IndicatorPart{}, Counts: [][]*int64{}}
	cols := rowsOf(ctx, t.By[1], t.Cols)
	for _, c := range cols {
		out.Column = append(out.Column, partItem(c))
	}
	for _, r := range rowsOf(ctx, t.By[0], t.Rows) {
		out.Row = append(out.Row, partItem(r))
		line := make([]*int64, len(cols))
		for i, c := range cols {
			line[i] = countOf(t.Cells[r.at][c.at])
		}
		out.Counts = append(out.Counts, line)
	}
	return out
}

func partItem(r row) IndicatorPart {
	return IndicatorPart{r.Value, r.Name, countOf(r.Cell), r.Hidden()}
}

// countOf is null for what is hidden: a program would take a 0 for none.
func countOf(c disclosure.Cell) *int64 {
	n, shown := c.Number()
	if !shown {
		return nil
	}
	return &n
}
