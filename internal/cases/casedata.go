package cases

import (
	"time"

	"tessuto/internal/people"
	"tessuto/internal/platform/db"
)

// The format in which a case leaves for another system, and its version: what a version
// says never changes, and schemas/ has its JSON Schema, made of these types.
const (
	CaseFormat        = "tessuto-case"
	CaseFormatVersion = 1
)

// CaseData is a case in the open format.
type CaseData struct {
	Format        string             `json:"format" enum:"tessuto-case" doc:"The name of the format"`
	Version       int                `json:"version" minimum:"1" maximum:"1" doc:"The version of the format"`
	Exported      DataExported       `json:"exported" doc:"Who took the case out, when and why"`
	Origin        DataOrigin         `json:"origin" doc:"Which case it is where it comes from"`
	Case          DataCase           `json:"case" doc:"Where the case stands"`
	Persons       []DataPerson       `json:"persons,omitempty" nullable:"false" maxItems:"100" doc:"Who is in the household; the reference person first"`
	Stages        []DataStage        `json:"stages,omitempty" nullable:"false" maxItems:"1000" doc:"The stages it came to, the first first"`
	References    []DataReference    `json:"references,omitempty" nullable:"false" maxItems:"200" doc:"Numbers of other systems"`
	Acts          []DataAct          `json:"acts,omitempty" nullable:"false" maxItems:"1000" doc:"What authorities ordered and asked, the last first"`
	Team          []DataMember       `json:"team,omitempty" nullable:"false" maxItems:"1000" doc:"Who is and who was in the team"`
	Mandates      []DataMandate      `json:"mandates,omitempty" nullable:"false" maxItems:"1000" doc:"What bodies beside it do in their own right"`
	Assessments   []DataAssessment   `json:"assessments,omitempty" nullable:"false" maxItems:"1000" doc:"The oldest first"`
	Plans         []DataPlan         `json:"plans,omitempty" nullable:"false" maxItems:"200" doc:"Every edition of the plan, the first first"`
	Reviews       []DataReview       `json:"reviews,omitempty" nullable:"false" maxItems:"1000" doc:"Reviews of the plan in force"`
	Referrals     []DataReferral     `json:"referrals,omitempty" nullable:"false" maxItems:"1000" doc:"What was asked of other bodies"`
	Sittings      []DataSitting      `json:"sittings,omitempty" nullable:"false" maxItems:"1000" doc:"When the team or the assessment unit sat on it"`
	Diary         []DataEntry        `json:"diary,omitempty" nullable:"false" maxItems:"20000" doc:"Entries of the diary, the last day first"`
	Interventions []DataIntervention `json:"interventions,omitempty" nullable:"false" maxItems:"20000" doc:"Work that was done, the last day first; not what was taken back"`
	Work          []DataWork         `json:"work,omitempty" nullable:"false" maxItems:"100" doc:"Ways of persons into work"`
	Documents     []DataDocument     `json:"documents,omitempty" nullable:"false" maxItems:"5000" doc:"Which documents there are; what they say is not in the file"`
}

// Coded is a code with its word in the language of who exported.
type Coded struct {
	Code  string `json:"code" maxLength:"80" doc:"The code"`
	Label string `json:"label,omitempty" maxLength:"400" doc:"What it means, in words"`
}

// DataExported says how a case left.
type DataExported struct {
	At       time.Time `json:"at" doc:"When"`
	By       string    `json:"by" maxLength:"200" doc:"Name of who exported"`
	Body     string    `json:"body" maxLength:"200" doc:"The body they work for"`
	Purpose  Coded     `json:"purpose" doc:"Code of the list file_purpose"`
	Language string    `json:"language" maxLength:"10" doc:"Language of the labels"`
	Parts    []string  `json:"parts" nullable:"false" maxItems:"20" doc:"The parts that were asked for; of one that is not among them nothing is said"`
}

// DataOrigin names a case where it comes from.
type DataOrigin struct {
	Network string `json:"network" maxLength:"64" doc:"Identifier of the network, or of the system"`
	Case    string `json:"case" maxLength:"64" doc:"Identifier of the case in it"`
	Number  string `json:"number" maxLength:"40" doc:"By which it is named aloud"`
	Body    string `json:"body" maxLength:"200" doc:"The body that leads it"`
}

// DataCase is where a case stands.
type DataCase struct {
	Stage         Coded   `json:"stage" doc:"Where it stands"`
	OpenedOn      db.Date `json:"opened_on" format:"date" doc:"Day on which it was opened"`
	ChargedOn     db.Date `json:"charged_on,omitempty" format:"date" doc:"Day on which the family was taken on"`
	ClosedOn      db.Date `json:"closed_on,omitempty" format:"date" doc:"Absent of an open one"`
	ClosingReason *Coded  `json:"closing_reason,omitempty" doc:"Why it was closed"`
	Reason        string  `json:"reason,omitempty" maxLength:"8000" doc:"Why it was opened"`
}

// DataPerson is somebody of the household. An address that is protected is not given.
type DataPerson struct {
	ID       string `json:"id" maxLength:"64" doc:"Identifier where it comes from; other parts name persons by it"`
	Relation Coded  `json:"relation" doc:"Code of the list household_relation"`
	people.PersonFacts
}

// DataStage is a stage to which a case came.
type DataStage struct {
	Stage  Coded   `json:"stage" doc:"The stage"`
	Since  db.Date `json:"since" format:"date" doc:"Since when"`
	By     string  `json:"by,omitempty" maxLength:"200" doc:"Name of who took it there"`
	Reason *Coded  `json:"reason,omitempty" doc:"Why, where one is asked"`
}

// DataReference is a number of another system.
type DataReference struct {
	Scheme Coded   `json:"scheme" doc:"Code of the list reference_scheme"`
	Value  string  `json:"value" maxLength:"60" doc:"The number"`
	On     db.Date `json:"on,omitempty" format:"date" doc:"When it was given"`
}

// DataAct is what an authority ordered or asked.
type DataAct struct {
	Kind       Coded   `json:"kind" doc:"Code of the list authority_act"`
	Authority  string  `json:"authority" maxLength:"200" doc:"Which one"`
	Number     string  `json:"number,omitempty" maxLength:"60" doc:"Of the act"`
	On         db.Date `json:"on,omitempty" format:"date" doc:"Day of the act"`
	Asked      string  `json:"asked" maxLength:"8000" doc:"What it asks"`
	DueOn      db.Date `json:"due_on,omitempty" format:"date" doc:"By when to answer"`
	AnsweredOn db.Date `json:"answered_on,omitempty" format:"date" doc:"Absent of one that waits"`
	Answer     string  `json:"answer,omitempty" maxLength:"8000" doc:"What was answered"`
	Readers    string  `json:"readers" enum:"team,body,author" doc:"Who of those who read the diary reads it"`
}

// DataMember is who is or was in the team.
type DataMember struct {
	Name    string  `json:"name" maxLength:"200" doc:"Who"`
	Body    string  `json:"body" maxLength:"200" doc:"For which body they worked"`
	Mandate Coded   `json:"mandate" doc:"As what"`
	From    db.Date `json:"from" format:"date" doc:"Since when"`
	To      db.Date `json:"to,omitempty" format:"date" doc:"Absent of who is there today"`
}

// DataMandate is what a body does beside the one that leads.
type DataMandate struct {
	Body    string  `json:"body" maxLength:"200" doc:"Which body"`
	Subject Coded   `json:"subject" doc:"On what"`
	From    db.Date `json:"from" format:"date" doc:"Since when"`
	To      db.Date `json:"to,omitempty" format:"date" doc:"Absent of one that holds"`
	Ended   *Coded  `json:"ended,omitempty" doc:"Code of the list mandate_end"`
}

// DataAssessment is what was seen with an instrument.
type DataAssessment struct {
	Instrument Coded       `json:"instrument" doc:"The instrument"`
	Edition    string      `json:"edition" maxLength:"40" doc:"Its edition"`
	Subject    string      `json:"subject" maxLength:"64" doc:"household, or the identifier of a person"`
	Moment     Coded       `json:"moment" doc:"When in the course of the case"`
	On         db.Date     `json:"on" format:"date" doc:"The day"`
	ClosedOn   db.Date     `json:"closed_on,omitempty" format:"date" doc:"Absent of a draft"`
	Outcome    *Coded      `json:"outcome,omitempty" doc:"Of the preliminary analysis, to what it led"`
	Scores     []DataScore `json:"scores" nullable:"false" maxItems:"500" doc:"What was said, domain by domain"`
}

// DataScore is what was said of a domain.
type DataScore struct {
	Domain   Coded  `json:"domain" doc:"The domain"`
	Level    *Coded `json:"level,omitempty" doc:"The worker's; absent where none was given"`
	Self     *Coded `json:"self,omitempty" doc:"What the person or the family says"`
	Notes    string `json:"notes,omitempty" maxLength:"8000" doc:"In words"`
	Evidence string `json:"evidence,omitempty" maxLength:"2000" doc:"What the level rests on"`
	By       string `json:"by,omitempty" maxLength:"200" doc:"Name of who said it"`
}
