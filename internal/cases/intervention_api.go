package cases

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tessuto/internal/ledger"
	"tessuto/internal/platform/api"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

func (m *Module) interventionAPI(a *api.API) {
	tags := []string{"Interventions"}
	api.Add(a, huma.Operation{OperationID: "list-interventions", Method: http.MethodGet, Path: "/cases/{id}/interventions", Tags: tags,
		Summary:     "Read the interventions of a case and what they add up to",
		Description: "The last day first. What was taken back is listed with its reason, and is in no sum.",
	}, policy.CaseRead, policy.Case, m.apiInterventions)
	api.Add(a, huma.Operation{OperationID: "record-intervention", Method: http.MethodPost, Path: "/cases/{id}/interventions", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Record an intervention of the caller's",
		Description: "An hour that the caller has recorded already is a conflict, and so is the same expense of the family for the same period. Another support of the same kind in the same days " +
			"is refused under \"why\" until a word says why. The same Idempotency-Key with the same content records once; with another content it is a conflict.",
	}, policy.InterventionDo, policy.Case, m.apiRecordIntervention)
}

// InterventionFacts are what an intervention says.
type InterventionFacts struct {
	On       string      `json:"on" format:"date" doc:"Day on which it was done" example:"2026-03-05"`
	Mode     ledger.Mode `json:"mode" enum:"in_person,territory,remote" doc:"How it reached the family" example:"in_person"`
	Minutes  int         `json:"minutes,omitempty" minimum:"0" maximum:"1440" doc:"How long it took; counted from starts and ends when they are there" example:"60"`
	Starts   string      `json:"starts,omitempty" maxLength:"5" doc:"From when; with ends, or not at all" example:"09:00"`
	Ends     string      `json:"ends,omitempty" maxLength:"5" doc:"To when, on the same day" example:"10:00"`
	Urgent   bool        `json:"urgent,omitempty" doc:"It could not wait: a closed case takes it too"`
	Place    string      `json:"place,omitempty" maxLength:"80" doc:"Programme and activity that pay; absent is those of the case, and \"none\" is no programme" example:"reboot/3.2"`
	Funding  string      `json:"funding,omitempty" maxLength:"60" doc:"Code of the list funding_line, for what no programme pays" example:"municipal"`
	Note     string      `json:"note" maxLength:"8000" doc:"What was done" example:"Colloquio con la famiglia e pagamento dell'affitto di marzo."`
	Code     string      `json:"code,omitempty" maxLength:"60" doc:"Code of the list social_service; absent for work alone" example:"transfer_rent"`
	Provider string      `json:"provider,omitempty" maxLength:"64" doc:"Identifier of the body of the network that gave it; absent is the body of who records, or the one in words"`
	Outside  string      `json:"outside,omitempty" maxLength:"2000" doc:"Who gave it, when not of the network" example:"Il proprietario di casa"`
	Quantity int64       `json:"quantity,omitempty" minimum:"0" doc:"In hundredths of the unit" example:"100"`
	Unit     string      `json:"unit,omitempty" maxLength:"60" doc:"Code of the list service_unit" example:"months"`
	Cost     int64       `json:"cost,omitempty" minimum:"0" doc:"In cents of euro" example:"45000"`
	From     string      `json:"covers_from,omitempty" format:"date" doc:"First day that it covers; absent is the day itself" example:"2026-03-01"`
	To       string      `json:"covers_to,omitempty" format:"date" doc:"Last day that it covers" example:"2026-03-31"`
	Why      string      `json:"why,omitempty" maxLength:"2000" doc:"Why it is given beside another of its kind in the same days" example:"Due mesi arretrati"`
}

// InterventionItem is an intervention as the API shows it.
type InterventionItem struct {
	ID        string `json:"id" doc:"Identifier of the intervention" example:"018f3c2a-7b10-7c44-9f2e-2b1a6d3e5f70"`
	Account   string `json:"account" doc:"Account of who did it; empty when the caller is not told of their body"`
	Version   int    `json:"version" doc:"Grows with each correction" example:"1"`
	TakenBack string `json:"taken_back,omitempty" enum:"mistake,duplicate,other_case" doc:"Why it does not count any more; absent of one that does" example:"duplicate"`
	InterventionFacts
}

func (i *Intervention) item() InterventionItem {
	f := InterventionFacts{On: string(i.On), Mode: i.Mode, Minutes: i.Minutes, Urgent: i.Urgent, Place: apiPlace(i.Place), Funding: i.FundingLine, Note: i.Note,
		Code: i.Code, Provider: i.ProviderID, Outside: i.Outside, Quantity: i.Quantity, Unit: i.Unit, Cost: i.Cost, From: string(i.From), To: string(i.To), Why: i.Why}
	if i.Ends > 0 {
		f.Starts, f.Ends = clock(i.Starts), clock(i.Ends)
	}
	return InterventionItem{i.ID, i.AccountID, i.Version, i.VoidReason, f}
}

// SumItem is what interventions of one kind add up to.
type SumItem struct {
	Code     string `json:"code,omitempty" doc:"Code of the list social_service; absent for work alone" example:"transfer_rent"`
	Unit     string `json:"unit,omitempty" doc:"Code of the list service_unit" example:"months"`
	Place    string `json:"place,omitempty" doc:"Programme and activity that pay" example:"reboot/3.2"`
	Funding  string `json:"funding,omitempty" doc:"Code of the list funding_line" example:"municipal"`
	Times    int    `json:"times" doc:"How many interventions" example:"2"`
	Minutes  int    `json:"minutes" doc:"Their minutes" example:"90"`
	Quantity int64  `json:"quantity,omitempty" doc:"In hundredths of the unit; only where one unit is added up" example:"200"`
	Cost     int64  `json:"cost" doc:"In cents of euro" example:"90000"`
}

type interventionsOutput struct {
	Body struct {
		Items     []InterventionItem `json:"items" nullable:"false" doc:"The interventions, the last day first"`
		ByCode    []SumItem          `json:"by_code" nullable:"false" doc:"What they add up to by kind and unit"`
		ByFunding []SumItem          `json:"by_funding" nullable:"false" doc:"What they add up to by who pays"`
		Next      string             `json:"next" doc:"Always empty: they come in one page"`
		Total     int                `json:"total" doc:"How many there are" example:"4"`
	}
}

func (m *Module) apiInterventions(ctx context.Context, in *caseInput) (*interventionsOutput, error) {
	f, err := m.File(ctx, in.ID)
	if err == nil {
		err = f.Open.Require(policy.Diary)
	}
	if err != nil {
		return nil, err
	}
	out := &interventionsOutput{}
	b := &out.Body
	b.Items, b.ByCode, b.ByFunding, b.Total = []InterventionItem{}, []SumItem{}, []SumItem{}, len(f.Diary)
	for i := range f.Diary {
		b.Items = append(b.Items, f.Diary[i].item())
	}
	for _, s := range ByCode(f.Diary) {
		b.ByCode = append(b.ByCode, SumItem{Code: s.Code, Unit: s.Unit, Times: s.Times, Minutes: s.Minutes, Quantity: s.Quantity, Cost: s.Cost})
	}
	for _, s := range ByFunding(f.Diary) {
		b.ByFunding = append(b.ByFunding, SumItem{Place: s.Place, Funding: s.Funding, Times: s.Times, Minutes: s.Minutes, Cost: s.Cost})
	}
	return out, nil
}

// noProgramme is how the API writes that work belongs to no programme.
const noProgramme = "none"

func apiPlace(p ledger.Place) string { return cmp.Or(placeKey(p), noProgramme) }

// placeOfAPI reads a place: one that is absent is that of the case.
func placeOfAPI(place string) string {
	if place == noProgramme {
		return ""
	}
	return cmp.Or(place, SamePlace)
}

type recordInterventionInput struct {
	ID             string `path:"id" maxLength:"64" doc:"Identifier of the case"`
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a request sent twice count once"`
	Body           InterventionFacts
}

// madeOutput answers what made something.
type madeOutput struct {
	Body struct {
		ID string `json:"id" doc:"Identifier of what was made" example:"018f3c2a-7b10-7c44-9f2e-2b1a6d3e5f70"`
	}
}

func (m *Module) apiRecordIntervention(ctx context.Context, in *recordInterventionInput) (*madeOutput, error) {
	sent, err := json.Marshal(in.Body)
	if err != nil {
		return nil, err
	}
	b, c := in.Body, errs.Check{}
	day := func(field, text string) db.Date {
		d, err := db.ParseDate(text)
		c.That(err == nil, field, "error.field_date")
		return d
	}
	n := NewIntervention{On: day("on", b.On), Mode: b.Mode, Minutes: b.Minutes, Urgent: b.Urgent, PlaceKey: placeOfAPI(b.Place), Funding: b.Funding, Note: b.Note,
		Hours: ParseHours(c, b.Starts, b.Ends), Outside: b.Outside, Why: b.Why, Sent: crypto.Sending{Key: in.IdempotencyKey, Content: in.ID + string(sent)},
		Support: Support{Code: b.Code, ProviderID: b.Provider, Quantity: b.Quantity, Unit: b.Unit, Cost: b.Cost, From: day("covers_from", b.From), To: day("covers_to", b.To)}}
	if err := c.Err(); err != nil {
		return nil, err
	}
	out := &madeOutput{}
	out.Body.ID, err = m.RecordIntervention(ctx, in.ID, n)
	return out, err
}
