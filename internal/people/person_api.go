package people

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tessuto/internal/platform/api"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// API adds the operations of the register.
func (m *Module) API(a *api.API) {
	m.duplicateAPI(a)
	tags := []string{"People"}
	api.Add(a, huma.Operation{OperationID: "list-people", Method: http.MethodGet, Path: "/people", Tags: tags,
		Summary:     "List the persons open to the caller",
		Description: "With q, the persons found by name, in any spelling, script and order, by date or year of birth, phone or number on a paper: best first and in one page, each with why it was found.",
	}, policy.PersonRead, "", m.apiPeople)
	api.Add(a, huma.Operation{OperationID: "register-person", Method: http.MethodPost, Path: "/people", Tags: tags,
		DefaultStatus: http.StatusCreated,
		Summary:       "Register a person, with a household of their own",
		Description:   "The same Idempotency-Key with the same content registers once and answers with the first; with another content it is a conflict. It is a conflict too when the register may have the person already: candidates says whom; confirm_new registers all the same.",
	}, policy.PersonRegister, "", m.apiRegister)
	api.Add(a, huma.Operation{OperationID: "get-person", Method: http.MethodGet, Path: "/people/{id}", Tags: tags,
		Summary: "Get a person"}, policy.PersonRead, policy.Person, m.apiPerson)
	api.Add(a, huma.Operation{OperationID: "change-person", Method: http.MethodPatch, Path: "/people/{id}", Tags: tags,
		Summary:     "Change what is written of a person",
		Description: "Only what the body names changes. If somebody has changed the same since the ETag of If-Match, it is a conflict and nothing changes.",
	}, policy.PersonRegister, policy.Person, m.apiPatch)
}

// PersonItem is a person as the API shows them.
type PersonItem struct {
	ID string `json:"id" doc:"Identifier of the person"`
	Likeness
	PersonFacts
}

// Likeness is what a search says of an item.
type Likeness struct {
	Display string   `json:"display,omitempty" doc:"Of a search: who it is, in a line"`
	Reasons []string `json:"reasons,omitempty" nullable:"false" doc:"Of a search: why the person was found. The code elsewhere stands alone, in an item without an id: another service knows the person, and can be asked to get in touch"`
	Score   float64  `json:"score,omitempty" doc:"Of a search: how alike, from 0 to 1"`
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
		f, err := m.Search(ctx, in.Query)
		out.Body.Items = f.items(ctx)
		out.Body.Total = len(out.Body.Items)
		return out, err
	}
	page, next, total, err := m.List(ctx, in.Cursor, in.Limit)
	for _, p := range page {
		out.Body.Items = append(out.Body.Items, personLine(p))
	}
	out.Body.Next, out.Body.Total = next, total
	return out, err
}

type personInput struct {
	ID string `path:"id" maxLength:"64" doc:"Identifier of the person"`
}

// PersonRecord is a person with the household they live in, and the numbers by
// which offices know them.
type PersonRecord struct {
	PersonItem
	HouseholdID string            `json:"household_id,omitempty" doc:"Household in which the person lives today; absent when there is none"`
	Identifiers []IdentifierFacts `json:"identifiers,omitempty" nullable:"false" doc:"Numbers by which offices know the person"`
}

// IdentifierFacts is a number by which an office knows a person, as the API
// writes it.
type IdentifierFacts struct {
	Scheme string `json:"scheme" enum:"it_cf,it_cf_num,permit,passport,id_card" doc:"What it is a number of: definitive and provisional codice fiscale, permit, passport, identity card"`
	Value  string `json:"value" doc:"The number"`
	Status string `json:"status" enum:"valid,provisional,replaced,expired" doc:"Where it stands today"`
	From   string `json:"valid_from,omitempty" format:"date" doc:"First day; absent when unknown"`
	To     string `json:"valid_to,omitempty" format:"date" doc:"Last day; absent when it has none, or it is unknown"`
}

type personOutput struct {
	ETag string `header:"ETag" doc:"Version of the person, for If-Match"`
	Body PersonRecord
}

func (m *Module) apiPerson(ctx context.Context, in *personInput) (*personOutput, error) {
	p, err := m.Profile(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &personOutput{ETag: etag(p.Version), Body: PersonRecord{PersonItem: personItem(p.Person), HouseholdID: p.Household}}
	today := db.DateOf(m.db.Now())
	for _, i := range p.Identifiers {
		out.Body.Identifiers = append(out.Body.Identifiers, IdentifierFacts{string(i.Scheme), i.Value, i.Status(today), string(i.From), string(i.To)})
	}
	return out, nil
}

func etag(version int) string { return strconv.Quote(strconv.Itoa(version)) }

type patchInput struct {
	ID      string `path:"id" maxLength:"64" doc:"Identifier of the person"`
	IfMatch string `header:"If-Match" maxLength:"40" doc:"ETag of the person that was read"`
	RawBody []byte
	Body    PersonFacts
}

// apiPatch changes what the body names. A list takes the place of the one before.
func (m *Module) apiPatch(ctx context.Context, in *patchInput) (*personOutput, error) {
	quoted, err := strconv.Unquote(in.IfMatch)
	if err != nil {
		return nil, errs.Check{"If-Match": "person.if_match"}.Err()
	}
	version, err := strconv.Atoi(quoted)
	if err != nil {
		return nil, errs.Check{"If-Match": "person.if_match"}.Err()
	}
	now, err := m.Person(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	facts := personItem(*now).PersonFacts
	if in.Body.BirthDate != "" {
		facts.BirthPrecision = ""
	}
	if err := json.Unmarshal(in.RawBody, &facts); err != nil {
		return nil, errs.New(errs.Invalid, "error.form_unreadable")
	}
	next, err := facts.person()
	if err != nil {
		return nil, err
	}
	next.ID, next.Version = in.ID, version
	next.settle() // what follows from what is written, as it is kept
	if err := m.SavePerson(ctx, next, Parts...); err != nil {
		return nil, err
	}
	return m.apiPerson(ctx, &personInput{in.ID})
}

type registerInput struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a request sent twice count once"`
	Body           NewPerson
}

// NewPerson is a person about to be registered.
type NewPerson struct {
	PersonFacts
	ConfirmNew bool `json:"confirm_new,omitempty" doc:"It is none of those whom the register may have already"`
}

type registerOutput struct {
	Location string `header:"Location" doc:"Where the person is"`
	Body     struct {
		ID          string `json:"id" doc:"Identifier of the person"`
		HouseholdID string `json:"household_id" doc:"Identifier of the household"`
	}
}

func (m *Module) apiRegister(ctx context.Context, in *registerInput) (*registerOutput, error) {
	p, err := in.Body.PersonFacts.person()
	if err != nil {
		return nil, err
	}
	sent, err := json.Marshal(in.Body.PersonFacts)
	if err != nil {
		return nil, err
	}
	out := &registerOutput{}
	newcomers, sending := []Newcomer{{Person: p, Relation: ReferencePerson}}, crypto.Sending{Key: in.IdempotencyKey, Content: string(sent)}
	if in.Body.ConfirmNew {
		out.Body.ID, out.Body.HouseholdID, err = m.Enrol(ctx, newcomers, sending)
	} else {
		out.Body.ID, out.Body.HouseholdID, err = m.EnrolUnknown(ctx, newcomers, sending)
	}
	out.Location = "/api/v1/people/" + out.Body.ID
	return out, err
}

// items are what a search found, as the API shows it.
func (f Found) items(ctx context.Context) []PersonItem {
	out := []PersonItem{}
	if f.Elsewhere {
		out = append(out, PersonItem{Likeness: Likeness{Display: i18n.T(ctx, "search.elsewhere"), Reasons: []string{"elsewhere"}}})
	}
	for _, h := range f.Hits {
		item := personLine(h.Person)
		item.Display, item.Score = strings.Trim(NameOf(ctx, h.Person)+" · "+h.Apart(ctx), " ·"), h.Score
		for _, r := range h.Reasons {
			item.Reasons = append(item.Reasons, string(r))
		}
		out = append(out, item)
	}
	return out
}

// known refuses to register whom the register may have already.
type known struct {
	error
	found []PersonItem
}

// Unwrap returns the conflict.
func (k *known) Unwrap() error { return k.error }

// Candidates are those who may be meant, for the API.
func (k *known) Candidates() any { return k.found }
