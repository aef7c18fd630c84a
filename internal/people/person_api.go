package people

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tessuto/internal/platform/api"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// API adds the operations of the register.
func (m *Module) API(a *api.API) {
	tags := []string{"People"}
	api.Add(a, huma.Operation{OperationID: "list-people", Method: http.MethodGet, Path: "/people", Tags: tags,
		Summary:     "List the persons open to the caller",
		Description: "With q, the persons found by name, in any spelling and order, or by phone, best first and in one page.",
	}, policy.PersonRead, "", m.apiPeople)
	api.Add(a, huma.Operation{OperationID: "register-person", Method: http.MethodPost, Path: "/people", Tags: tags,
		DefaultStatus: http.StatusCreated,
		Summary:       "Register a person, with a household of their own",
		Description:   "The same Idempotency-Key with the same content registers once and answers with the first; with another content it is a conflict.",
	}, policy.PersonRegister, "", m.apiRegister)
	api.Add(a, huma.Operation{OperationID: "get-person", Method: http.MethodGet, Path: "/people/{id}", Tags: tags,
		Summary: "Get a person"}, policy.PersonRead, policy.Person, m.apiPerson)
}

// PersonFacts is what is known of a person, as the API reads and writes it.
type PersonFacts struct {
	GivenName      string   `json:"given_name" maxLength:"200" doc:"Given name" example:"Amina"`
	FamilyName     string   `json:"family_name,omitempty" maxLength:"200" doc:"Family name" example:"Diallo"`
	Sex            string   `json:"sex,omitempty" enum:"M,F,X" doc:"Sex as in the civil register; X is not disclosed; absent when nobody asked"`
	BirthDate      string   `json:"birth_date,omitempty" format:"date" doc:"Date of birth, as precise as birth_precision says; absent when unknown" example:"1990-03-12"`
	BirthPrecision string   `json:"birth_precision,omitempty" enum:"day,month,year,unknown" doc:"How much of birth_date is known; day when it is left out and there is a date"`
	Citizenships   []string `json:"citizenships,omitempty" nullable:"false" maxItems:"5" doc:"ISO 3166-1 alpha-3 codes, the first counts in figures" example:"[\"SEN\"]"`
	Languages      []string `json:"languages,omitempty" nullable:"false" maxItems:"10" doc:"BCP 47 tags of languages spoken" example:"[\"wo\",\"fr\"]"`
	Phone          string   `json:"phone,omitempty" maxLength:"40" doc:"Phone number"`
}

// PersonItem is a person as the API shows them.
type PersonItem struct {
	ID string `json:"id" doc:"Identifier of the person"`
	PersonFacts
}

type peopleInput struct {
	Query  string `query:"q" maxLength:"200" doc:"Name or phone to search for"`
	Cursor string `query:"cursor" maxLength:"64" doc:"What next said on the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"How many to give at most"`
}

type peopleOutput struct {
	Body struct {
		Items []PersonItem `json:"items" nullable:"false" doc:"The persons, oldest registration first"`
		Next  string       `json:"next" doc:"Cursor of the next page; empty on the last"`
		Total int          `json:"total" doc:"How many there are in all"`
	}
}

func (m *Module) apiPeople(ctx context.Context, in *peopleInput) (*peopleOutput, error) {
	out := &peopleOutput{}
	out.Body.Items = []PersonItem{}
	if in.Query != "" {
		hits, err := m.Search(ctx, in.Query)
		for _, h := range hits {
			out.Body.Items = append(out.Body.Items, personItem(h.Person))
		}
		out.Body.Total = len(hits)
		return out, err
	}
	page, next, total, err := m.List(ctx, in.Cursor, in.Limit)
	for _, p := range page {
		out.Body.Items = append(out.Body.Items, personItem(p))
	}
	out.Body.Next, out.Body.Total = next, total
	return out, err
}

type personInput struct {
	ID string `path:"id" maxLength:"64" doc:"Identifier of the person"`
}

// PersonRecord is a person with the household they live in.
type PersonRecord struct {
	PersonItem
	HouseholdID string `json:"household_id,omitempty" doc:"Household in which the person lives today; absent when there is none"`
}

type personOutput struct{ Body PersonRecord }

func (m *Module) apiPerson(ctx context.Context, in *personInput) (*personOutput, error) {
	p, err := m.Person(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	home, err := m.Home(ctx, in.ID)
	return &personOutput{PersonRecord{personItem(*p), home}}, err
}

type registerInput struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a request sent twice count once"`
	Body           PersonFacts
}

type registerOutput struct {
	Location string `header:"Location" doc:"Where the person is"`
	Body     struct {
		ID          string `json:"id" doc:"Identifier of the person"`
		HouseholdID string `json:"household_id" doc:"Identifier of the household"`
	}
}

func (m *Module) apiRegister(ctx context.Context, in *registerInput) (*registerOutput, error) {
	p, err := in.Body.person()
	if err != nil {
		return nil, err
	}
	sent, err := json.Marshal(in.Body)
	if err != nil {
		return nil, err
	}
	out := &registerOutput{}
	out.Body.ID, out.Body.HouseholdID, err = m.Enrol(ctx,
		[]Newcomer{{Person: p, Relation: ReferencePerson}}, crypto.Sending{Key: in.IdempotencyKey, Content: string(sent)})
	out.Location = "/api/v1/people/" + out.Body.ID
	return out, err
}

// shown is how much of YYYY-MM-DD each precision keeps.
var shown = map[Precision]int{ByDay: 10, ByMonth: 7, ByYear: 4}

// person reads what was sent. A date without a precision is known by the day,
// and a precision without a date is refused.
func (f PersonFacts) person() (Person, error) {
	p := Person{Sex: f.Sex, Citizenships: f.Citizenships, Languages: f.Languages,
		Private: Private{GivenName: f.GivenName, FamilyName: f.FamilyName, Phone: f.Phone}}
	precision := Precision(f.BirthPrecision)
	if precision == "" && f.BirthDate != "" {
		precision = ByDay
	}
	known := f.BirthDate[:min(len(f.BirthDate), shown[precision])]
	iso, birth, err := ParseBirth(known)
	if err != nil || known == "" && shown[precision] > 0 {
		return p, errs.Check{"birth_date": "person.birth_unreadable"}.Err()
	}
	p.BirthDate, p.Birth = iso, birth
	return p, nil
}

// personItem writes a person for the API. A date that is known in part begins
// its month or its year.
func personItem(p Person) PersonItem {
	item := PersonItem{ID: p.ID, PersonFacts: PersonFacts{GivenName: p.GivenName, FamilyName: p.FamilyName, Sex: p.Sex,
		BirthPrecision: string(p.Birth.Precision), Citizenships: p.Citizenships, Languages: p.Languages, Phone: p.Phone}}
	if n := shown[p.Birth.Precision]; n > 0 && len(p.BirthDate) == n {
		item.BirthDate = p.BirthDate + "0000-01-01"[n:]
	}
	return item
}
