// Package policy answers two questions: may this actor do this at all (a
// permission, from the role), and to which records (the scope, from grants).
package policy

import "slices"

// Permission names what is asked. Every permission is listed here, and nowhere
// else; testdata/matrix.golden shows who holds which.
type Permission string

// The permissions.
const (
	Public  Permission = "public"  // anybody, also nobody
	Home    Permission = "home"    // whoever is signed in
	Account Permission = "account" // manage accounts and memberships

	PersonRead     Permission = "person.read"
	PersonRegister Permission = "person.register" // and to write what is known of them
	PersonMerge    Permission = "person.merge"    // to say of two entries whether they are one person
	PersonRights   Permission = "person.rights"   // what a person was told and asks for; the way to their own page
	RightsDecide   Permission = "rights.decide"   // restriction and erasure, for who watches over data
	OwnFile        Permission = "own.file"        // a person's own page: no role holds it, see Actor.PersonID
	PermitWork     Permission = "permit.work"     // residence permits; never at the desk
	PersonExchange Permission = "person.exchange" // many at once: to bring them in from a table, and to let out those one may see
	ContactRead    Permission = "contact.read"
	ContactRecord  Permission = "contact.record"

	AppointmentRead    Permission = "appointment.read"
	AppointmentBook    Permission = "appointment.book"
	AppointmentConfirm Permission = "appointment.confirm" // the mediator's hours

	CaseRead         Permission = "case.read"
	CaseWrite        Permission = "case.write" // its diary and its documents
	CaseOpen         Permission = "case.open"
	CaseTeam         Permission = "case.team"
	CaseClose        Permission = "case.close"
	AnalysisWrite    Permission = "analysis.write"    // assessments, and the preliminary analysis among them
	AnalysisEnd      Permission = "analysis.conclude" // to say what the preliminary analysis leads to
	PlanWrite        Permission = "plan.write"
	PlanSign         Permission = "plan.sign"
	PlanReview       Permission = "plan.review"
	PlanApprove      Permission = "plan.approve" // of a colleague's plan, when asked
	SittingWork      Permission = "sitting.work" // to convene the team or the assessment unit on a case, and to write its minutes
	InterventionDo   Permission = "intervention.record"
	InterventionVoid Permission = "intervention.void"

	ReferralAnswer Permission = "referral.answer" // what other bodies ask of one's own
	MobileRead     Permission = "mobile.read"     // requests to the mobile team: of one's body, and for the team those to it
	MobileAsk      Permission = "mobile.ask"      // to ask it for help, answer it, and say what the help was worth
	MobileWork     Permission = "mobile.work"     // to be of it: take requests on, work on them, advise

	HealthWork Permission = "health.work" // paths of care and prevention groups: to open one, and those one is named to

	EligibilityRecord Permission = "eligibility.record" // who can be counted for a programme, and when

	ProgrammeRead Permission = "programme.read" // what a programme is, and its figures
	RecordsRead   Permission = "records.read"   // the records behind a figure; per programme, see Actor.MayIn
	ProgrammePlan Permission = "programme.plan" // when its activities run and where they stand; per programme
	PackLoad      Permission = "pack.load"      // programmes from files, new ones and changed ones
	FiguresInFull Permission = "figures.full"   // figures without small-cell suppression; per programme too

	RegionRead Permission = "region.read" // how many persons all networks have met: numbers and nobody

	GovernanceRead Permission = "governance.read" // which bodies a programme has and when they meet; not what they say
	MeetingWork    Permission = "meeting.work"    // in the bodies one sits in: who was there, minutes, decisions; to convene and to write
	BodyManage     Permission = "body.manage"     // which bodies there are and who sits in them; per programme, see Actor.MayIn
	ValueDeclare   Permission = "value.declare"   // the value of a figure that no record can give; per programme too

	OrganisationRead   Permission = "organisation.read"   // who works in the network and where: public facts
	OrganisationManage Permission = "organisation.manage" // organisations, territories, partnerships
	AgreementRead      Permission = "agreement.read"      // on which agreements bodies share
	AgreementManage    Permission = "agreement.manage"
	CodeEdit           Permission = "codes.edit" // the lists of codes that forms offer

	AuditRead Permission = "audit.read" // who did and read what, never what records say
)

// Role is what a membership makes of a person in an organisation.
type Role string

// The roles.
const (
	DeskOperator  Role = "desk_operator"
	SocialWorker  Role = "social_worker"
	Psychologist  Role = "psychologist"
	Educator      Role = "educator"
	Mediator      Role = "mediator"
	MobileTeam    Role = "mobile_team"
	Trainer       Role = "trainer"
	ProgrammeLead Role = "programme_lead"
	Regional      Role = "regional_coordinator"
	Evaluator     Role = "evaluator"
	DPO           Role = "dpo"
	Admin         Role = "admin"
)

// Roles lists every role.
var Roles = []Role{DeskOperator, SocialWorker, Psychologist, Educator, Mediator, MobileTeam, Trainer,
	ProgrammeLead, Regional, Evaluator, DPO, Admin}

var teamWork = []Permission{PersonRead, MobileRead, CaseRead, CaseWrite, ReferralAnswer, AnalysisWrite, PlanWrite, SittingWork, InterventionDo, InterventionVoid, HealthWork,
	AppointmentRead, ProgrammeRead, GovernanceRead, MeetingWork, OrganisationRead}

// held is the one table of who may do what.
var held = map[Role][]Permission{
	DeskOperator: {MobileRead, MobileAsk, PersonRead, PersonRegister, PersonMerge, PersonRights, ContactRead, ContactRecord, AppointmentRead, AppointmentBook, ProgrammeRead,
		GovernanceRead, MeetingWork, OrganisationRead},
	SocialWorker: append([]Permission{MobileAsk, PersonRegister, PersonMerge, PersonRights, PermitWork, PersonExchange, ContactRead, ContactRecord, AppointmentBook,
		CaseOpen, CaseTeam, CaseClose, AnalysisEnd, PlanSign, PlanReview, PlanApprove, EligibilityRecord}, teamWork...),
	Psychologist:  append([]Permission{MobileAsk}, teamWork...),
	Educator:      append([]Permission{MobileAsk}, teamWork...),
	MobileTeam:    append([]Permission{PermitWork, MobileWork}, teamWork...),
	Mediator:      {AppointmentRead, AppointmentConfirm, GovernanceRead, MeetingWork, OrganisationRead},
	Trainer:       {ProgrammeRead, GovernanceRead, MeetingWork, OrganisationRead},
	ProgrammeLead: {ProgrammeRead, ProgrammePlan, RecordsRead, FiguresInFull, ValueDeclare, GovernanceRead, MeetingWork, BodyManage, OrganisationRead, AgreementRead},
	Regional:      {ProgrammeRead, RegionRead, OrganisationRead, AgreementRead},
	Evaluator:     {ProgrammeRead, RecordsRead, FiguresInFull, GovernanceRead, OrganisationRead},
	DPO:           {ProgrammeRead, AuditRead, RightsDecide, OrganisationRead, AgreementRead},
	Admin:         {Account, PackLoad, OrganisationRead, OrganisationManage, AgreementRead, AgreementManage, CodeEdit},
}

// Holds tells whether the role carries the permission.
func (r Role) Holds(p Permission) bool {
	return p == Home || slices.Contains(held[r], p)
}

// Kind is a kind of record that grants speak of.
type Kind string

// The kinds of records with a scope.
const (
	Person      Kind = "person"
	Household   Kind = "household"
	Contact     Kind = "contact"
	Appointment Kind = "appointment"
	Case        Kind = "case"
	Guarded     Kind = "guarded"      // what of a person only those see who are named to it
	Referral    Kind = "referral"     // of a case, as who was asked sees it
	Report      Kind = "report"       // of somebody, by a service without an account
	HealthPath  Kind = "health_path"  // of care; open to who is named to it, and to nobody through an organisation or a case
	HealthGroup Kind = "health_group" // of prevention; open as a path of care is
	Body        Kind = "body"         // that governs a programme, with what it says in its meetings; nobody's file
)

// reading is the permission without which no record of a kind exists for one.
var reading = map[Kind]Permission{
	Person: PersonRead, Household: PersonRead, Guarded: PersonRead, Contact: ContactRead,
	Appointment: AppointmentRead, Case: CaseRead, Referral: ReferralAnswer, Report: CaseOpen, HealthPath: HealthWork, HealthGroup: HealthWork, Body: MeetingWork,
}

// Section is a part of a record that a grant opens. A case has several, so
// that each member of a team sees what the mandate needs.
type Section string

// Any asks for whatever section, and opens none by itself.
const Any Section = ""

// The sections.
const (
	Identity     Section = "identity" // of a person or household
	Whole        Section = "whole"    // of a record that has no parts
	Overview     Section = "overview" // of a case: stage, team, dates
	AreaPersonal Section = "area_1"   // the six areas of the preliminary analysis
	AreaEconomic Section = "area_2"   //
	AreaWork     Section = "area_3"   //
	AreaLearning Section = "area_4"   //
	AreaHousing  Section = "area_5"   //
	AreaNetworks Section = "area_6"   //
	Plan         Section = "plan"     // objectives, actions, reviews
	Diary        Section = "diary"    // interventions and what was noted
)

// Areas lists the sections of the preliminary analysis, in order.
var Areas = []Section{AreaPersonal, AreaEconomic, AreaWork, AreaLearning, AreaHousing, AreaNetworks}

// CaseSections lists every section of a case.
var CaseSections = append(append([]Section{Overview}, Areas...), Plan, Diary)
