package app

import (
	"tessuto/internal/platform/policy"
)

// command is something one can begin. Areas add theirs to the table; each is
// offered to the roles that may.
type command struct {
	key, href, icon string
	permission      policy.Permission
	daily           bool // offered at the top of one's day
}

// commands lists what can be begun, the most common first.
var commands = []command{
	{"command.contact", "/desk", "hearing", policy.ContactRecord, true},
	{"command.person", "/people", "search", policy.PersonRead, true},
	{"command.urgent", "/cases/urgent", "warning-circle", policy.InterventionDo, true},
	{"command.case", "/people", "folder", policy.CaseOpen, false},
	{"command.appointment", "/people", "calendar", policy.AppointmentBook, false},
	{"command.account", "/accounts/new", "plus", policy.Account, true},
	{"command.me", "/account", "user", policy.Home, false},
}

// dailyCommands are those at the top of an actor's day.
func dailyCommands(actor policy.Actor) (out []command) {
	for _, c := range commands {
		if c.daily && actor.May(c.permission) {
			out = append(out, c)
		}
	}
	return out
}

// commandKind makes the first of several the one that stands out.
func commandKind(i int) string {
	if i == 0 {
		return "primary"
	}
	return "secondary"
}
