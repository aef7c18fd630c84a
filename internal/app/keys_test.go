package app_test

import (
	"fmt"
	"strings"
	"testing"

	"tessuto/internal/access"
	"tessuto/internal/attendance"
	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/people"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/jobs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/programme"
)

// words are the codes that a closed list has, as text.
func words[T ~string](list ...T) (out []string) {
	for _, v := range list {
		out = append(out, string(v))
	}
	return out
}

// A code that the program can store has a word in each language of the staff.
// The prefixes are those that the pages put before the code.
func TestEveryCodeHasItsWord(t *testing.T) {
	t.Parallel()
	months := make([]string, 12)
	for m := range months {
		months[m] = fmt.Sprint(m + 1)
	}
	dimensions := words(ledger.AllDimensions...)
	for prefix, codes := range map[string][]string{
		"job.state.":               words(jobs.States...),
		"role.":                    words(policy.Roles...),
		"home.lead.":               words(policy.Roles...),
		"profession.":              cases.SittingProfessions,
		"section.":                 words(policy.CaseSections...),
		"analysis.outcome.":        cases.AnalysisOutcomes,
		"assessment.moment.":       words(cases.Moments...),
		"assessment.subject_kind.": words(cases.OfHousehold, cases.OfPerson, cases.OfChild),
		"stage.":                   words(append(cases.Stages, cases.Suspended, cases.Oriented, cases.Reopened)...),
		"referral.state.":          words(cases.ReferralStates...),
		"referral.outcome.":        cases.ReferralOutcomes,
		"referral.answer.":         cases.ReferralAnswers,
		"referral.answered.":       cases.ReferralAnswers,
		"referral.identity.":       cases.IdentityShares,
		"referral.basis.":          words(cases.ReferralBases...),
		"referral.basis_hint.":     words(cases.ReferralBases...),
		"referral.language.":       i18n.Staff,
		"referrals.show.":          cases.ReferralLists,
		"referrals.none.":          cases.ReferralLists,
		"referrals.none_hint.":     cases.ReferralLists,
		"intake.state.":            cases.ReportStates,
		"intake.urgency.":          cases.Urgencies,
		"intake.answer.":           {cases.ReportHeard, cases.ReportRefused},
		"answer.done.":             cases.ReferralAnswers,
		"stage.to.":                words(cases.FirstContact, cases.UnderAssessment, cases.Oriented, cases.Suspended, cases.InCharge, cases.PlanActive, cases.Reopened),
		"stage.reason.":            words(cases.Suspended, cases.Oriented),
		"outcome.":                 cases.Outcomes,
		"closing.reason.":          append([]string{"transferred"}, cases.ClosingReasons...),
		"transfer.state.":          cases.TransferStates,
		"missing.":                 cases.MissingReasons,
		"plan.way.":                cases.Ways,
		"plan.reading.":            cases.Readings,
		"voice.how.":               cases.HeardIn,
		"voice.why.":               cases.UnheardReasons,
		"void.":                    cases.VoidReasons,
		"diary.readers.":           cases.EntryReaders,
		"mandate.subject.":         cases.Subjects,
		"authority.state.":         cases.ActStates,
		"mode.":                    words(cases.Modes...),
		"team.reason.":             cases.Reasons,
		"emergency.reason.":        cases.EmergencyReasons,
		"emergency.reason_hint.":   cases.EmergencyReasons,
		"mobile.state.":            words(cases.MobileStates...),
		"mobile.urgency.":          cases.MobileUrgencies,
		"mobile.mode.":             words(cases.MobileModes...),
		"mobile.kind.":             words(cases.MobileKinds...),
		"mobile.note.":             words(cases.MobileNoteKinds...),
		"mobile.write.":            words(cases.MobileNoteKinds...),
		"mobile.text.":             words(cases.MobileNoteKinds...),
		"mobile.rating.":           cases.Ratings,
		"mobile.list.":             words(cases.MobileShows...),
		"health.state.":            words(cases.HealthStates...),
		"group.state.":             words(cases.GroupStates...),
		"group.mode.":              words(attendance.Modes...),
		"sitting.kind.":            words(cases.SittingKinds...),
		"sitting.state.":           words(cases.SittingStates...),
		"sitting.mode.":            words(cases.SittingModes...),
		"sitting.cancel.":          cases.SittingCancelReasons,
		"sitting.presence.":        words(cases.Presences...),
		"sitting.list.":            words(cases.SittingShows...),
		"organisation.kind.":       network.OrganisationKinds,
		"territory.kind.":          network.TerritoryKinds,
		"programme.role.":          network.PartnerRoles,
		"partnership.function.":    network.Functions,
		"agreement.kind.":          network.AgreementKinds,
		"agreement.state.":         words(network.AgreementStates...),
		"agreement.purpose.":       words(policy.Purposes...),
		"agreement.class.":         words(policy.Classes...),
		"agreement.class_hint.":    words(policy.Classes...),
		"mandate.":                 words(append(cases.Mandates, cases.CaseManager)...),
		"appointment.state.":       words(access.Booked, access.Held),
		"person.sex.":              people.Sexes,
		"person.part.":             words(people.Parts...),
		"person.level.":            people.Levels,
		"person.literacy.":         people.Literacies,
		"person.reach.":            people.ReachKinds,
		"person.safe.":             people.SafeWords,
		"identifier.scheme.":       words(people.Schemes...),
		"guarded.kind.":            words(people.GuardedKinds...),
		"permit.state.":            words(people.PermitStates...),
		"leaving.reason.":          people.LeavingReasons,
		"care.kind.":               people.CareKinds,
		"figure.sex.":              people.Sexes,
		"figure.age.":              ledger.AgeClasses,
		"figure.by.":               dimensions,
		"figure.dimension.":        dimensions,
		"figure.state.":            words(programme.NotFed, programme.Hidden, programme.NoTarget, programme.NotBegun, programme.Underway, programme.Reached),
		"schedule.state.":          words(programme.ActivityStates...),
		"public.state.":            words(programme.NotFed, programme.Unsaid, programme.Hidden, programme.NoTarget, programme.NotBegun, programme.Underway, programme.Reached),
		"packs.change.":            {programme.Added, programme.Removed, programme.Changed},
		"packs.part.":              {"programme", "organisation", "node", "indicator", "body", "recipient", "word"},
		"public.unit.":             words(ledger.Units...),
		"programme.amount.":        words(ledger.Units...),
		"programme.unit.":          words(ledger.Units...),
		"programme.node.":          {programme.NodeObjective, programme.NodeAction, programme.NodeResult, programme.NodeActivity},
		"programme.recipient.":     {"direct", "indirect", "final"},
		"month.":                   months,
		"weekday.":                 {"0", "1", "2", "3", "4", "5", "6"},
	} {
		if len(codes) == 0 {
			t.Errorf("%s: no codes", prefix)
		}
		for _, code := range codes {
			for _, lang := range i18n.Staff {
				if !i18n.Exists(lang, prefix+code) {
					t.Errorf("%s: no word for %s", lang, prefix+code)
				}
			}
		}
	}
}

// Every country and language of the forms has a name, in each language.
func TestEveryCountryAndLanguageHasAName(t *testing.T) {
	t.Parallel()
	if len(people.Countries) < 190 {
		t.Errorf("%d countries", len(people.Countries))
	}
	for _, lang := range i18n.Staff {
		ctx := i18n.With(t.Context(), lang)
		for _, c := range people.Countries {
			if name := people.CountryName(ctx, c); name == c || strings.TrimSpace(name) == "" {
				t.Errorf("%s: country %s is called %q", lang, c, name)
			}
		}
		for _, l := range people.Languages {
			if name := people.LanguageName(ctx, l); name == l || strings.TrimSpace(name) == "" {
				t.Errorf("%s: language %s is called %q", lang, l, name)
			}
		}
	}
}
