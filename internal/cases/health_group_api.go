package cases

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tessuto/internal/attendance"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/api"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

func (m *Module) groupAPI(a *api.API) {
	op := func(id, method, path, summary, about string) huma.Operation {
		o := huma.Operation{OperationID: id, Method: method, Path: "/health-groups" + path, Tags: []string{"Prevention groups"}, Summary: summary, Description: about}
		if method == http.MethodPost && path != "/{id}/sessions/{entry}/attendance" {
			o.DefaultStatus = http.StatusCreated
		}
		return o
	}
	twice := "The same Idempotency-Key with the same content makes one; with another content it is a conflict."
	api.Add(a, op("list-health-groups", http.MethodGet, "", "List the prevention groups that the caller is named to",
		"Those that have not ended first, then the last opened first, up to 200. No other answer of the API says that one is there."), policy.HealthWork, "", m.apiHealthGroups)
	api.Add(a, op("open-health-group", http.MethodPost, "", "Open a prevention group", "It is open to the caller alone until somebody is named on its page. "+twice), policy.HealthWork, "", m.apiOpenGroup)
	api.Add(a, op("get-health-group", http.MethodGet, "/{id}", "Read a prevention group", "With who comes to it and its sessions; of one that the caller is not named to, not found."), policy.HealthWork, policy.HealthGroup, m.apiHealthGroup)
	api.Add(a, op("join-health-group", http.MethodPost, "/{id}/people", "Add somebody to a prevention group", "A person whom the caller may read, or whoever gives a code. "+twice),
		policy.HealthWork, policy.HealthGroup, m.apiJoinGroup)
	api.Add(a, op("add-health-group-session", http.MethodPost, "/{id}/sessions", "Write down a session of a prevention group", "It counts once who was there is written down. "+twice),
		policy.HealthWork, policy.HealthGroup, m.apiGroupSession)
	api.Add(a, op("save-health-group-attendance", http.MethodPost, "/{id}/sessions/{entry}/attendance", "Write down who was at a session",
		"Of those by name or code the marks that are said; of who came without saying who they are, all of them. From the second time on a change needs a reason. Of an old version it is a conflict."),
		policy.HealthWork, policy.HealthGroup, m.apiGroupSheet)
}

// GroupFacts are what a prevention group says of itself.
type GroupFacts struct {
	Name       string     `json:"name" maxLength:"120" doc:"As those who lead it call it" example:"Gruppo del giovedì"`
	Theme      string     `json:"theme" maxLength:"60" doc:"Code of the list prevention_theme" example:"wellbeing"`
	Where      string     `json:"where" maxLength:"200" doc:"Where it meets" example:"Casa della comunità"`
	Since      string     `json:"since" format:"date" doc:"First day" example:"2026-03-05"`
	Until      string     `json:"until,omitempty" format:"date" doc:"Last day, when it is known" example:"2026-06-25"`
	Conductors string     `json:"conductors" maxLength:"300" doc:"Who leads it" example:"Psicologa e mediatrice"`
	Capacity   int        `json:"capacity,omitempty" minimum:"0" maximum:"200" doc:"How many by name or code; 0 is as many as come" example:"12"`
	State      GroupState `json:"state" enum:"open,closed,ended" doc:"Whether one comes in at any time, nobody new does, or it has ended" example:"open"`
	Note       string     `json:"note,omitempty" maxLength:"2000" doc:"Notes"`
}

// NewGroup is what opening a prevention group asks for.
type NewGroup struct {
	GroupFacts
	Place string `json:"place,omitempty" maxLength:"80" doc:"Programme and activity it belongs to; absent when to none" example:"becomer/2.1"`
}

// GroupItem is a prevention group as the API shows it to who is named to it.
type GroupItem struct {
	ID string `json:"id" doc:"Identifier of the group"`
	GroupFacts
	Version int `json:"version" doc:"One more each time it is saved" example:"3"`
}

func (g *HealthGroup) item() GroupItem {
	return GroupItem{g.ID, GroupFacts{g.Name, g.Theme, g.Where, string(g.Since), string(g.Until), g.Conductors, g.Capacity, g.State, g.Note}, g.Version}
}

// GroupFile is a prevention group with who comes to it and its sessions.
type GroupFile struct {
	GroupItem
	People   []GroupPersonItem  `json:"people" nullable:"false" doc:"Who comes, or came, by name or code"`
	Sessions []GroupSessionItem `json:"sessions" nullable:"false" doc:"Its sessions, the last first"`
}

// GroupPersonItem is somebody who comes to a group.
type GroupPersonItem struct {
	ID       string `json:"id" doc:"Identifier in the group"`
	Person   string `json:"person,omitempty" doc:"Identifier of the person; absent when a code stands in its place"`
	Code     string `json:"code,omitempty" doc:"Code of who gives no name" example:"R7-0142"`
	JoinedOn string `json:"joined_on" format:"date" doc:"First day" example:"2026-03-05"`
	LeftOn   string `json:"left_on,omitempty" format:"date" doc:"First day on which they come no more" example:"2026-05-01"`
}

// HeadcountItem is how many came without saying who they are.
type HeadcountItem struct {
	Number      int    `json:"number" minimum:"1" maximum:"300" doc:"How many" example:"4"`
	Sex         string `json:"sex,omitempty" enum:"F,M,X" doc:"As far as they say" example:"F"`
	AgeClass    string `json:"age_class,omitempty" maxLength:"10" doc:"As far as they say" example:"18-29"`
	Citizenship string `json:"citizenship,omitempty" maxLength:"3" doc:"As far as they say" example:"NGA"`
}

// GroupSessionItem is one session of a group.
type GroupSessionItem struct {
	ID       string          `json:"id" doc:"Identifier of the session"`
	StartsAt time.Time       `json:"starts_at" doc:"When it begins" example:"2026-03-05T16:00:00Z"`
	Minutes  int             `json:"minutes" doc:"How long it lasts" example:"90"`
	Mode     ledger.Mode     `json:"mode" enum:"in_person,remote,territory" doc:"How it is held" example:"in_person"`
	Where    string          `json:"where" doc:"Where it is" example:"Casa della comunità"`
	Topic    string          `json:"topic" doc:"What it is about" example:"Dormire bene"`
	Present  []string        `json:"present" nullable:"false" doc:"Identifiers in the group of who was there"`
	Unnamed  []HeadcountItem `json:"unnamed" nullable:"false" doc:"Who came without saying who they are"`
	Held     bool            `json:"held" doc:"Who was there is written down: it counts"`
	Voided   bool            `json:"voided" doc:"It was taken back"`
	Version  int             `json:"version" doc:"Of its sheet" example:"2"`
}

func (s *GroupSession) item() GroupSessionItem {
	out := GroupSessionItem{s.ID, s.StartsAt, s.Minutes(), s.Mode, s.Session.Place, s.Topic, []string{}, []HeadcountItem{}, s.Held, s.Voided, s.Session.Version}
	for _, h := range s.Unnamed {
		out.Unnamed = append(out.Unnamed, HeadcountItem(h))
	}
	for _, l := range s.Lines {
		if l.State == attendance.Present {
			out.Present = append(out.Present, l.Subject.ID)
		}
	}
	return out
}

func (g *HealthGroup) file() GroupFile {
	out := GroupFile{GroupItem: g.item(), People: []GroupPersonItem{}, Sessions: []GroupSessionItem{}}
	for i := range g.People {
		p := &g.People[i]
		out.People = append(out.People, GroupPersonItem{p.ID, p.PersonID, p.Code, string(p.JoinedOn), string(p.LeftOn)})
	}
	for i := range g.Sessions {
		out.Sessions = append(out.Sessions, g.Sessions[i].item())
	}
	return out
}

type groupsOutput struct {
	Body struct {
		Items []GroupItem `json:"items" nullable:"false" doc:"The groups"`
		Next  string      `json:"next" doc:"Always empty: they come in one page"`
		Total int         `json:"total" doc:"How many there are" example:"2"`
	}
}

func (m *Module) apiHealthGroups(ctx context.Context, _ *struct{}) (*groupsOutput, error) {
	list, err := m.HealthGroups(ctx)
	out := &groupsOutput{}
	out.Body.Items, out.Body.Total = []GroupItem{}, len(list)
	for i := range list {
		out.Body.Items = append(out.Body.Items, list[i].item())
	}
	return out, err
}

type groupInput struct {
	ID string `path:"id" doc:"Identifier of the group"`
}

type groupOutput struct {
	Location string `header:"Location" doc:"The page of the group"`
	Body     GroupFile
}

func (m *Module) groupOut(ctx context.Context, id string) (*groupOutput, error) {
	g, err := m.HealthGroup(ctx, id)
	if err != nil {
		return nil, err
	}
	return &groupOutput{g.path(), g.file()}, nil
}

func (m *Module) apiHealthGroup(ctx context.Context, in *groupInput) (*groupOutput, error) {
	return m.groupOut(ctx, in.ID)
}

type openGroupInput struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a request sent twice count once"`
	Body           NewGroup
}

// sendingOf is what a program sends with a key, as the register of keys holds it.
func sendingOf(key, what string, body any) (crypto.Sending, error) {
	sent, err := json.Marshal(body)
	return crypto.Sending{Key: key, Content: what + string(sent)}, err
}

func (m *Module) apiOpenGroup(ctx context.Context, in *openGroupInput) (*groupOutput, error) {
	sent, err := sendingOf(in.IdempotencyKey, "group", in.Body)
	if err != nil {
		return nil, err
	}
	b := in.Body
	id, err := m.OpenHealthGroup(ctx, GroupDraft{State: b.State, PlaceKey: b.Place, Sent: sent,
		GroupWords: GroupWords{b.Name, b.Theme, b.Where, db.Date(b.Since), db.Date(b.Until), b.Conductors, b.Capacity, b.Note}})
	if err != nil {
		return nil, err
	}
	return m.groupOut(ctx, id)
}

type joinGroupInput struct {
	groupInput
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a request sent twice count once"`
	Body           struct {
		Person      string `json:"person,omitempty" maxLength:"64" doc:"Identifier of the person; absent when a code stands in its place"`
		Code        string `json:"code,omitempty" maxLength:"40" doc:"Code of who gives no name; never a name nor a tax code" example:"R7-0142"`
		Sex         string `json:"sex,omitempty" enum:"F,M,X" doc:"Of who gives a code, as far as they say" example:"F"`
		AgeClass    string `json:"age_class,omitempty" maxLength:"10" doc:"Of who gives a code, as far as they say" example:"30-44"`
		Citizenship string `json:"citizenship,omitempty" maxLength:"3" doc:"Of who gives a code, as far as they say" example:"NGA"`
		JoinedOn    string `json:"joined_on" format:"date" doc:"First day" example:"2026-03-05"`
	}
}

func (m *Module) apiJoinGroup(ctx context.Context, in *joinGroupInput) (*groupOutput, error) {
	sent, err := sendingOf(in.IdempotencyKey, "join "+in.ID, in.Body)
	if err != nil {
		return nil, err
	}
	b := in.Body
	n := NewGroupPerson{PersonID: b.Person, Code: b.Code, Sex: b.Sex, AgeClass: b.AgeClass, Citizenship: b.Citizenship, JoinedOn: db.Date(b.JoinedOn), Sent: sent}
	if err := m.JoinHealthGroup(ctx, in.ID, n); err != nil {
		return nil, err
	}
	return m.groupOut(ctx, in.ID)
}

type groupSessionInput struct {
	groupInput
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a request sent twice count once"`
	Body           struct {
		StartsAt time.Time   `json:"starts_at" doc:"When it begins" example:"2026-03-05T16:00:00Z"`
		Minutes  int         `json:"minutes" minimum:"1" maximum:"1440" doc:"How long it lasts, on one day" example:"90"`
		Mode     ledger.Mode `json:"mode" enum:"in_person,remote,territory" doc:"How it is held" example:"in_person"`
		Where    string      `json:"where,omitempty" maxLength:"200" doc:"Where it is" example:"Casa della comunità"`
		Topic    string      `json:"topic" maxLength:"300" doc:"What it is about" example:"Dormire bene"`
	}
}

func (m *Module) apiGroupSession(ctx context.Context, in *groupSessionInput) (*groupOutput, error) {
	sent, err := sendingOf(in.IdempotencyKey, "session "+in.ID, in.Body)
	if err != nil {
		return nil, err
	}
	b := in.Body
	n := NewGroupSession{Topic: b.Topic, Sent: sent, Session: attendance.Session{StartsAt: b.StartsAt, EndsAt: b.StartsAt.Add(time.Duration(b.Minutes) * time.Minute), Mode: b.Mode, Place: b.Where}}
	if _, err := m.AddGroupSession(ctx, in.ID, n); err != nil {
		return nil, err
	}
	return m.groupOut(ctx, in.ID)
}

type groupSheetInput struct {
	groupInput
	Entry string `path:"entry" doc:"Identifier of the session"`
	Body  struct {
		Marks   map[string]attendance.State `json:"marks" doc:"By the identifier in the group: present, absent or excused"`
		Unnamed []HeadcountItem             `json:"unnamed" nullable:"false" maxItems:"12" doc:"Who came without saying who they are"`
		Reason  string                      `json:"reason,omitempty" maxLength:"200" doc:"Why it is corrected" example:"Segnata per errore"`
		Version int                         `json:"version" doc:"Of the sheet, as it was read" example:"1"`
	}
}

func (m *Module) apiGroupSheet(ctx context.Context, in *groupSheetInput) (*groupOutput, error) {
	n := GroupSheet{Marks: map[string]attendance.State{}, Reason: in.Body.Reason, Version: in.Body.Version}
	for _, h := range in.Body.Unnamed {
		n.Unnamed = append(n.Unnamed, Headcount(h))
	}
	for id, state := range in.Body.Marks {
		p := GroupPerson{ID: id}
		n.Marks[attendance.Field(p.listed())] = state
	}
	if err := m.SaveGroupSheet(ctx, in.ID, in.Entry, n); err != nil {
		return nil, err
	}
	return m.groupOut(ctx, in.ID)
}
