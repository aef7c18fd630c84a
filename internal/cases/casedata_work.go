package cases

import (
	"time"

	"tessuto/internal/platform/db"
)

// DataPlan is an edition of the plan.
type DataPlan struct {
	Edition    int             `json:"edition" minimum:"1" doc:"1 the first"`
	Subject    string          `json:"subject" maxLength:"64" doc:"household, or the identifier of a person"`
	SavedBy    string          `json:"saved_by,omitempty" maxLength:"200" doc:"Name of who wrote it last"`
	SignedOn   db.Date         `json:"signed_on,omitempty" format:"date" doc:"Since when it holds; absent of a draft"`
	ReplacedOn db.Date         `json:"replaced_on,omitempty" format:"date" doc:"Since when the next edition holds"`
	ReviewOn   db.Date         `json:"review_on,omitempty" format:"date" doc:"When to look at it again"`
	Objectives []DataObjective `json:"objectives" nullable:"false" maxItems:"100" doc:"What the family wants to reach"`
	Signatures []DataSignature `json:"signatures,omitempty" nullable:"false" maxItems:"100" doc:"Who signed it, and who did not"`
}

// DataObjective is something the family wants to reach.
type DataObjective struct {
	Text    string       `json:"text" maxLength:"2000" doc:"What"`
	Need    string       `json:"need,omitempty" maxLength:"2000" doc:"What is needed"`
	Outcome *Coded       `json:"outcome,omitempty" doc:"How it ended"`
	Actions []DataAction `json:"actions" nullable:"false" maxItems:"100" doc:"Who does what"`
}

// DataAction is a step towards an objective.
type DataAction struct {
	Text     string  `json:"text" maxLength:"2000" doc:"What"`
	By       string  `json:"by" enum:"family,team,body" doc:"Whether the family does it, somebody of the team, or a body"`
	Who      string  `json:"who,omitempty" maxLength:"2000" doc:"Name of the worker or of the body"`
	Resource string  `json:"resource,omitempty" maxLength:"2000" doc:"With what"`
	DueOn    db.Date `json:"due_on" format:"date" doc:"By when"`
	DoneOn   db.Date `json:"done_on,omitempty" format:"date" doc:"When it was found done"`
}

// DataSignature is how somebody signed a plan, or why not.
type DataSignature struct {
	Person string  `json:"person" maxLength:"200" doc:"Name"`
	On     db.Date `json:"on" format:"date" doc:"When"`
	How    string  `json:"how" maxLength:"4000" doc:"How, or why not, in words"`
}

// DataReview is a moment at which a plan was looked at.
type DataReview struct {
	On   db.Date `json:"on" format:"date" doc:"When"`
	By   string  `json:"by,omitempty" maxLength:"200" doc:"Name of who wrote it down"`
	Text string  `json:"text" maxLength:"8000" doc:"What was seen"`
}

// DataReferral is what was asked of another body.
type DataReferral struct {
	To      string  `json:"to" maxLength:"200" doc:"Name of the body"`
	Reason  Coded   `json:"reason" doc:"Code of the list referral_reason"`
	State   Coded   `json:"state" doc:"Where it stands"`
	SentOn  db.Date `json:"sent_on" format:"date" doc:"When it was sent"`
	Words   string  `json:"words,omitempty" maxLength:"8000" doc:"What was asked"`
	Answer  string  `json:"answer,omitempty" maxLength:"8000" doc:"What was answered"`
	Result  string  `json:"result,omitempty" maxLength:"8000" doc:"How it ended"`
	EndedOn db.Date `json:"ended_on,omitempty" format:"date" doc:"Absent of one under way"`
}

// DataSitting is a sitting on the case.
type DataSitting struct {
	Kind      Coded      `json:"kind" doc:"Who sat"`
	State     Coded      `json:"state" doc:"Where it stands"`
	StartsAt  time.Time  `json:"starts_at" doc:"When it began"`
	Minutes   int        `json:"minutes" doc:"How long it was"`
	Agenda    string     `json:"agenda,omitempty" maxLength:"2000" doc:"About what"`
	Present   []DataSeat `json:"asked,omitempty" nullable:"false" maxItems:"200" doc:"Who was asked"`
	Synthesis string     `json:"synthesis,omitempty" maxLength:"8000" doc:"What was said"`
	Decision  *Coded     `json:"decision,omitempty" doc:"Code of the list sitting_decision"`
	Decided   string     `json:"decided,omitempty" maxLength:"2000" doc:"The decision in words"`
}

// DataSeat is who was asked to a sitting.
type DataSeat struct {
	Name     string `json:"name" maxLength:"200" doc:"Who"`
	Body     string `json:"body,omitempty" maxLength:"200" doc:"For which body"`
	Presence string `json:"presence,omitempty" maxLength:"40" doc:"present, remote, excused or absent; absent where nobody said"`
}

// DataEntry is an entry of the diary.
type DataEntry struct {
	On      db.Date `json:"on" format:"date" doc:"The day it is about"`
	Kind    Coded   `json:"kind" doc:"Code of the list diary_kind"`
	Text    string  `json:"text" maxLength:"8000" doc:"What was written, as it stands"`
	Who     string  `json:"who,omitempty" maxLength:"2000" doc:"Who was there, in words"`
	By      string  `json:"by" maxLength:"400" doc:"Who wrote it"`
	Readers string  `json:"readers" enum:"team,body,author" doc:"Who of those who read the diary reads it"`
}

// DataIntervention is work that was done with or for the family.
type DataIntervention struct {
	On       db.Date `json:"on" format:"date" doc:"The day"`
	Mode     Coded   `json:"mode" doc:"Where it took place"`
	Minutes  int     `json:"minutes" doc:"How long it was; 0 where nobody said"`
	Text     string  `json:"text" maxLength:"8000" doc:"What was done"`
	By       string  `json:"by,omitempty" maxLength:"200" doc:"Who did it"`
	Given    *Coded  `json:"given,omitempty" doc:"Code of the list social_service"`
	Quantity float64 `json:"quantity,omitempty" doc:"How much was given"`
	Unit     *Coded  `json:"unit,omitempty" doc:"Code of the list service_unit"`
	Euros    float64 `json:"euros,omitempty" doc:"What it cost"`
	Provider string  `json:"provider,omitempty" maxLength:"2000" doc:"Who gave it"`
	Urgent   bool    `json:"urgent,omitempty" doc:"It was urgent"`
}

// DataWork is the way of a person into work.
type DataWork struct {
	Person   string     `json:"person" maxLength:"64" doc:"Identifier of the person"`
	OpenedOn db.Date    `json:"opened_on" format:"date" doc:"When it began"`
	Skills   string     `json:"skills,omitempty" maxLength:"8000" doc:"What they can do"`
	Wishes   string     `json:"wishes,omitempty" maxLength:"8000" doc:"What they look for"`
	Limits   string     `json:"limits,omitempty" maxLength:"8000" doc:"What stands in the way"`
	Steps    []DataStep `json:"steps,omitempty" nullable:"false" maxItems:"500" doc:"The steps they took"`
}

// DataStep is a step of a way into work.
type DataStep struct {
	Kind      Coded   `json:"kind" doc:"training, internship or job"`
	StartedOn db.Date `json:"started_on" format:"date" doc:"When it began"`
	EndedOn   db.Date `json:"ended_on,omitempty" format:"date" doc:"Absent of one under way"`
	Outcome   *Coded  `json:"outcome,omitempty" doc:"Code of the list work_outcome"`
	Contract  *Coded  `json:"contract,omitempty" doc:"Code of the list work_contract"`
	Host      string  `json:"host,omitempty" maxLength:"2000" doc:"Where"`
	Note      string  `json:"note,omitempty" maxLength:"8000" doc:"In words"`
}

// DataDocument is a document that there is.
type DataDocument struct {
	Title   string    `json:"title" maxLength:"200" doc:"What it is called"`
	Kind    Coded     `json:"kind" doc:"Code of the list document_kind"`
	Version int       `json:"version" minimum:"1" doc:"How often it was sent"`
	AddedAt time.Time `json:"added_at" doc:"When it was first sent"`
}
