// Package cases is integrated case management (presa in carico): one family, a
// team from several organisations, one plan.
//
// A case is reported, then under assessment, then in charge, then its plan is active,
// then it is closed; stage.go has the rest. An urgent intervention is possible at any stage, before any
// assessment (safeguards, 10). Each member of the team sees the sections that
// the mandate needs; whoever is not in the team finds nothing.
package cases

import (
	"tessuto/internal/attendance"
	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/people"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/comment"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/mail"
	"tessuto/internal/platform/storage"
	"tessuto/internal/platform/task"
	"tessuto/internal/programme"
)

// Module is the area: its methods are what one can do with cases.
type Module struct {
	db         *db.DB
	keys       *crypto.Keystore
	audit      *audit.Log
	ledger     *ledger.Ledger
	network    *network.Module
	people     *people.Module
	programmes *programme.Module
	tasks      *task.Module
	comments   *comment.Module
	attendance *attendance.Module
	mail       *mail.Mail
	files      *storage.Store
}

// New returns the area on a database.
func New(d *db.DB, keys *crypto.Keystore, log *audit.Log, l *ledger.Ledger,
	n *network.Module, p *people.Module, pr *programme.Module, t *task.Module, c *comment.Module, letters *mail.Mail, files *storage.Store) *Module {
	return &Module{d, keys, log, l, n, p, pr, t, c, attendance.New(l), letters, files}
}

// Measures are the facts that the area posts.
var Measures = ledger.Catalogue{
	{Code: "cases.household_in_charge", Subject: ledger.Household},
	{Code: "cases.person_in_charge", Subject: ledger.Person},
	{Code: "cases.analysis_done", Subject: ledger.Household},
	{Code: "cases.assessment_done", Subject: ledger.Household}, // of the family or of one of its persons
	{Code: "cases.person_assessed", Subject: ledger.Person},
	{Code: "cases.autonomy_improved", Subject: ledger.Household}, // and what follows: see recount
	{Code: "cases.autonomy_improved_economic", Subject: ledger.Household},
	{Code: "cases.autonomy_improved_work", Subject: ledger.Household},
	{Code: "cases.autonomy_improved_learning", Subject: ledger.Household},
	{Code: "cases.autonomy_improved_housing", Subject: ledger.Household},
	{Code: "cases.autonomy_improved_networks", Subject: ledger.Household},
	{Code: "cases.person_autonomy_improved", Subject: ledger.Person},
	{Code: "cases.plan_signed", Subject: ledger.Household},
	{Code: "cases.intervention", Subject: ledger.Household},
	{Code: "cases.intervention_minutes", Subject: ledger.Household, Minutes: true},
	{Code: "cases.review_held", Subject: ledger.Household},
	{Code: "cases.sitting_held", Subject: ledger.Household}, // with its quorum
	{Code: "cases.objective_reached", Subject: ledger.Household},
	{Code: "cases.mobile_activity", Subject: ledger.Household}, // of the mobile team; on a brief of nobody
	{Code: "cases.mobile_minutes", Subject: ledger.Household, Minutes: true},
	{Code: "cases.team_operator", Subject: ledger.Operator},
	{Code: "cases.closed", Subject: ledger.Household},
	{Code: "cases.oriented", Subject: ledger.Household},
	{Code: "cases.reopened", Subject: ledger.Household},
	{Code: "cases.referral_sent", Subject: ledger.Household},
	{Code: "cases.referral_accepted", Subject: ledger.Household},
	{Code: "cases.referral_closed", Subject: ledger.Household},
	{Code: "cases.referral_reached", Subject: ledger.Household},
	{Code: "cases.work_path_opened", Subject: ledger.Person},
	{Code: "cases.work_training_completed", Subject: ledger.Person},
	{Code: "cases.work_internship_started", Subject: ledger.Person},
	{Code: "cases.work_job_started", Subject: ledger.Person},
	{Code: "cases.work_job_kept_3", Subject: ledger.Person}, // after three months
	{Code: "cases.work_job_kept_6", Subject: ledger.Person},
	{Code: "cases.health_path_opened", Subject: ledger.Person, VeryRestricted: true},
	{Code: "cases.health_first_appointment", Subject: ledger.Person, VeryRestricted: true},
	{Code: "cases.prevention_session", Subject: ledger.Event, VeryRestricted: true},
	{Code: "cases.prevention_minutes", Subject: ledger.Event, Minutes: true, VeryRestricted: true},
	{Code: "cases.prevention_participant", Subject: ledger.Person, VeryRestricted: true},
}
