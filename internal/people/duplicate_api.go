package people

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tessuto/internal/platform/api"
	"tessuto/internal/platform/policy"
)

// duplicateAPI adds the operations on who is in the register twice.
func (m *Module) duplicateAPI(a *api.API) {
	op := func(id, method, path, summary, description string, status int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/people/duplicates" + path, Tags: []string{"People"},
			Summary: summary, Description: description, DefaultStatus: status}
	}
	api.Add(a, op("scan-duplicates", http.MethodPost, "/scan", "Look for duplicates",
		"Compares all entries of the register in a job of the caller's; one runs at a time.", http.StatusAccepted), policy.PersonMerge, "", m.apiScan)
	api.Add(a, op("list-duplicates", http.MethodGet, "", "List pairs of entries that may be of one person",
		"Those of which both are open to the caller, the most likely first.", http.StatusOK), policy.PersonMerge, "", m.apiDuplicates)
	api.Add(a, op("get-duplicate", http.MethodGet, "/{id}", "Get a pair", "", http.StatusOK), policy.PersonMerge, "", m.apiDuplicate)
	api.Add(a, op("merge-duplicate", http.MethodPost, "/{id}/merge", "Merge a pair",
		"Who asks for the entry that is gone gets the one that is kept. It can be undone.", http.StatusOK), policy.PersonMerge, "", m.apiMerge)
	for act, do := range map[string]struct {
		summary string
		by      func(context.Context, string) error
	}{
		"undo": {"Undo the merge of a pair", m.UndoMerge}, "different": {"Say that they are two people", m.Differ},
		"later": {"Put a pair off by two weeks", m.PutOff}, "again": {"Put a pair back among those to look at", m.AskAgain},
	} {
		api.Add(a, op(act+"-duplicate", http.MethodPost, "/{id}/"+act, do.summary, "", http.StatusOK), policy.PersonMerge, "",
			func(ctx context.Context, in *pairInput) (*pairOutput, error) {
				if err := do.by(ctx, in.Pair); err != nil {
					return nil, err
				}
				return m.apiDuplicate(ctx, in)
			})
	}
}

// PairItem is a pair as the API shows it.
type PairItem struct {
	ID          string      `json:"id" doc:"Identifier of the pair"`
	State       string      `json:"state" enum:"open,later,different,merged" doc:"What was said of it"`
	Probability float64     `json:"probability" doc:"How likely both are one person, from 0 to 1"`
	Fields      []PairField `json:"fields" nullable:"false" doc:"What each field says"`
	First       PersonItem  `json:"first" doc:"One entry"`
	Second      PersonItem  `json:"second" doc:"The other"`
	Kept        string      `json:"kept,omitempty" doc:"Of a merged pair: the entry that stands for both"`
	Homes       []string    `json:"homes,omitempty" nullable:"false" doc:"Of one pair that is not merged, when each lives elsewhere: the households to choose from"`
}

// PairField is what one field says of a pair.
type PairField struct {
	Field string  `json:"field" doc:"What is compared"`
	Bits  float64 `json:"bits" doc:"What it says: one doubles the odds that both are one person, minus one halves them"`
}

// fieldCodes are the codes of fields in the API.
var fieldCodes = []string{"given_name", "family_name", "name_order", "birth_date", "sex", "citizenship", "phone", "identifier", "comune", "address"}

func (p Pair) item() PairItem {
	out := PairItem{ID: p.ID, State: string(p.State), Probability: p.Probability, Fields: []PairField{}, First: personLine(p.A), Second: personLine(p.B)}
	for _, f := range p.Fields {
		out.Fields = append(out.Fields, PairField{fieldCodes[f.Field], f.Bits})
	}
	for _, h := range p.Homes {
		out.Homes = append(out.Homes, h.ID)
	}
	if p.Merge != nil {
		out.Kept = p.Merge.Kept
	}
	return out
}

type scanOutput struct {
	Body struct {
		Job string `json:"job" doc:"Identifier of the job that compares"`
	}
}

func (m *Module) apiScan(ctx context.Context, _ *struct{}) (out *scanOutput, err error) {
	out = &scanOutput{}
	out.Body.Job, err = m.StartScan(ctx)
	return out, err
}

type duplicatesInput struct {
	State string `query:"state" enum:"open,later,different,merged" default:"open" doc:"Which pairs"`
}

type duplicatesOutput struct {
	Body struct {
		Items []PairItem `json:"items" nullable:"false" doc:"The pairs, fifty at the most"`
		Next  string     `json:"next" doc:"Always empty: what is decided makes room for the next"`
		Total int        `json:"total" doc:"How many there are in all"`
	}
}

func (m *Module) apiDuplicates(ctx context.Context, in *duplicatesInput) (*duplicatesOutput, error) {
	list, total, err := m.Duplicates(ctx, PairState(in.State))
	out := &duplicatesOutput{}
	out.Body.Items, out.Body.Total = []PairItem{}, total
	for _, p := range list {
		out.Body.Items = append(out.Body.Items, p.item())
	}
	return out, err
}

type pairInput struct {
	Pair string `path:"id" maxLength:"64" doc:"Identifier of the pair"`
}

type pairOutput struct{ Body PairItem }

func (m *Module) apiDuplicate(ctx context.Context, in *pairInput) (*pairOutput, error) {
	p, err := m.Duplicate(ctx, in.Pair)
	if err != nil {
		return nil, err
	}
	return &pairOutput{p.item()}, nil
}

type mergeInput struct {
	Pair string `path:"id" maxLength:"64" doc:"Identifier of the pair"`
	Body struct {
		Keep string `json:"keep" maxLength:"64" doc:"Identifier of the entry that is kept"`
		Take []Part `json:"take,omitempty" nullable:"false" enum:"names,civil,languages,contacts,address" doc:"What is taken over from the other"`
		Home string `json:"home,omitempty" maxLength:"64" doc:"Household in which the person lives from now on: one of homes, or all; when it is left out, that of the entry that is kept"`
	}
}

func (m *Module) apiMerge(ctx context.Context, in *mergeInput) (*pairOutput, error) {
	if err := m.MergePair(ctx, in.Pair, in.Body.Keep, in.Body.Take, in.Body.Home); err != nil {
		return nil, err
	}
	return m.apiDuplicate(ctx, &pairInput{in.Pair})
}
