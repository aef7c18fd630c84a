package app_test

import (
	"context"
	"regexp"
	"slices"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/platform/comment"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

var (
	uuids    = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	wildcard = regexp.MustCompile(`\{[a-z]+\}`)
)

// family is one record of each kind, and the name that must never leave.
type family struct {
	ids  map[policy.Kind]string
	name string
}

// others are the collections whose records have no scope of grants: which record
// the matrix asks for, and who finds it when the permission is held.
var others = map[string]struct {
	id   func(*testing.T, *app.App) string
	sees func(caste) bool
}{
	"tasks":         {ownTask, func(caste) bool { return false }}, // whom it is for, who wrote it
	"comments":      {ownComment, func(caste) bool { return false }},
	"accounts":      {func(t *testing.T, a *app.App) string { return policy.From(as(t, a, "collega")).AccountID }, caste.atHome},
	"organisations": {func(t *testing.T, a *app.App) string { return policy.From(as(t, a, "collega")).OrgID }, caste.atHome},
	"territories":   {placeOf, caste.atHome},
	"agreements":    {draftOf, caste.atHome},
	"files":         {paperOf, func(c caste) bool { return c.sees(policy.Case) }},
	"jobs":          {errandOf, func(caste) bool { return false }}, // another's
	"bodies":        {tableOf, caste.partners},
	"meetings":      {meetingOf, caste.partners},
	"rights":        {requestOf, caste.atHome},
	"imports":       {importOf, caste.nobodyElse},
	"case-imports":  {caseImportOf, caste.nobodyElse}, // its sender's alone
	"duplicates":    {pairOf, func(c caste) bool { return c.sees(policy.Person) }},
	"exports":       {exportOf, caste.nobodyElse},
	"mobile-team":   {helpOf, func(c caste) bool { return c.seat == works }}, // on a brief, of the body that asks
}

// nobodyElse is who finds what is somebody's own.
func (c caste) nobodyElse() bool { return false }

// partners is who works for an organisation of RE.BOOT: they know when its tables
// meet, and no more.
func (c caste) partners() bool { return c.seat == works || c.seat == beside }

func (c caste) atHome() bool { return c.seat != abroad }

// seat is the organisation that somebody works in, as the family sees it.
type seat string

const (
	works     seat = "works with the family" // registered it, met it, booked for it
	beside    seat = "works beside"          // has people in the team, by name
	elsewhere seat = "elsewhere"
	authority seat = "authority" // a prefecture: at tables, never at records (safeguards, 7)
	abroad    seat = "another network"
)

var seats = []seat{works, beside, elsewhere, authority, abroad}

// caste is one role in one seat.
type caste struct {
	name  string
	role  policy.Role
	seat  seat
	team  bool // named to the family's team
	token string
	actor policy.Actor
}

// reading is the right without which no record of a kind is there for somebody.
var reading = map[policy.Kind]policy.Permission{policy.Person: policy.PersonRead, policy.Household: policy.PersonRead,
	policy.Contact: policy.ContactRead, policy.Appointment: policy.AppointmentRead, policy.Case: policy.CaseRead, policy.Referral: policy.ReferralAnswer, policy.Report: policy.CaseOpen,
	policy.HealthPath: policy.HealthWork, policy.HealthGroup: policy.HealthWork}

// sees says which of the family's records are open to whom: what an organisation
// registered or did, to those of it whose role reads such records, but never to
// mediators through their organisation; the case, to its team alone.
func (c caste) sees(kind policy.Kind) bool {
	reads := c.role.Holds(reading[kind])
	switch kind {
	case policy.Case:
		return c.team && reads
	case policy.HealthPath, policy.HealthGroup: // the social worker opened it, and named nobody
		return c.team && c.role == policy.SocialWorker
	case policy.Referral: // it was sent to the body beside
		return reads && c.seat == beside && (!c.team || c.role == policy.Psychologist)
	case policy.Person, policy.Household:
		return reads && (c.team || c.seat == works && c.role != policy.Mediator)
	}
	return reads && c.seat == works && c.role != policy.Mediator
}

// cast is everybody: each role in each seat, the family's team, and nobody. The
// first are one of each role.
func cast(t *testing.T, a *app.App) (out []caste) {
	t.Helper()
	comune, asp := as(t, a, "assistente"), as(t, a, "psicologo")
	home := policy.From(comune).Network
	orgs := map[seat]string{works: policy.From(comune).OrgID, beside: policy.From(asp).OrgID}
	nets := map[seat]string{works: home, beside: home, elsewhere: home, authority: home}
	err := a.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
		if nets[abroad], err = a.Network.EnsureNetwork(t.Context(), tx, "altrove", "Un'altra rete"); err != nil {
			return err
		}
		for seat, kind := range map[seat]string{elsewhere: "cooperative", authority: "authority", abroad: "municipality"} {
			orgs[seat], err = a.Network.EnsureOrganisation(t.Context(), tx, nets[seat],
				network.Organisation{Code: "matrix_" + kind, Name: "Ente " + kind, Kind: kind})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, seat := range seats {
		for _, role := range policy.Roles {
			mail := string(role) + "." + string(rune('a'+i)) + "@matrix.example"
			found(t, a, nets[seat], network.NewOperator{Name: "Prova " + string(role), Email: mail, OrgID: orgs[seat], Role: role})
			out = append(out, casteOf(t, a, mail, seat))
		}
	}
	team := map[string]seat{"assistente": works, "psicologo": beside, "educatrice": beside}
	for who, seat := range team {
		c := casteOf(t, a, apptest.Mail(who), seat)
		c.team = true
		out = append(out, c)
	}
	if a.DB.Postgres() { // what decides is one code and one text of SQL: the seats at both ends show that it runs here too
		out = slices.DeleteFunc(out, func(c caste) bool { return slices.Contains([]seat{beside, elsewhere, authority}, c.seat) && !c.team })
	}
	return append(out, caste{name: "nobody"})
}

func found(t *testing.T, a *app.App, network string, n network.NewOperator) {
	t.Helper()
	err := a.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := a.Network.Found(t.Context(), tx, network, "", n)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func casteOf(t *testing.T, a *app.App, mail string, s seat) caste {
	t.Helper()
	actor, err := a.Auth.Actor(t.Context(), mail)
	if err != nil {
		t.Fatal(err)
	}
	token, err := a.IssueToken(t.Context(), mail, "matrix", 30)
	if err != nil {
		t.Fatal(err)
	}
	return caste{name: string(actor.Role) + " " + string(s), role: actor.Role, seat: s, token: token, actor: actor}
}

func canRead(kind policy.Kind, id string, ctx context.Context) func(*db.Tx) error {
	return func(tx *db.Tx) error { return policy.CanRead(ctx, tx, kind, id, policy.Any) }
}

// familyOf finds a family of RE.BOOT with a case and an appointment.
func familyOf(t *testing.T, a *app.App) family {
	t.Helper()
	ctx := as(t, a, "assistente")
	list, _, err := a.Cases.Cases(ctx, false, 200)
	if err != nil {
		t.Fatal(err)
	}
	appointments, err := a.Access.Appointments(ctx, "2000-01-01")
	if err != nil {
		t.Fatal(err)
	}
	contacts, _, err := a.Access.Contacts(as(t, a, "sportello"), "", 200)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		person := c.Household.Reference()
		f := family{name: person.Name(), ids: map[policy.Kind]string{policy.Case: c.ID, policy.Household: c.HouseholdID, policy.Person: person.ID}}
		for _, ap := range appointments {
			if ap.PersonID == person.ID {
				f.ids[policy.Appointment] = ap.ID
			}
		}
		for _, ct := range contacts {
			if ct.PersonID == person.ID {
				f.ids[policy.Contact] = ct.ID
			}
		}
		if len(f.ids) == 5 {
			f.ids[policy.Referral], f.ids[policy.Report] = referralOf(t, a, c.ID), reportOf(t, a)
			return f
		}
	}
	t.Fatal("the demo has no family with a record of every kind")
	return family{}
}

// referralOf is a referral of the family to the body beside, which waits for an answer.
func referralOf(t *testing.T, a *app.App, id string) string {
	t.Helper()
	ctx := as(t, a, "assistente")
	n := cases.NewReferral{ToOrg: policy.From(as(t, a, "psicologo")).OrgID, Reason: "psychological", Words: "Un sostegno", Basis: policy.InstitutionalTask,
		Sent: crypto.Sending{Key: "matrix", Content: id}}
	referral, err := a.Cases.Refer(ctx, id, n)
	if err != nil {
		t.Fatal(err)
	}
	return referral
}

// reportOf is a report that came to the body that works with the family.
func reportOf(t *testing.T, a *app.App) string {
	t.Helper()
	ctx := as(t, a, "assistente")
	token, err := a.Cases.MakeReportLink(ctx, "Una scuola", "it", crypto.Sending{})
	if err != nil {
		t.Fatal(err)
	}
	n := cases.NewReport{Urgency: "soon", ReportWords: cases.ReportWords{Reporter: "Maestra", Contact: "051", GivenName: "Vurgalip", FamilyName: "Zwartkop", Words: "Manca da scuola"}}
	if _, err := a.Cases.SendReport(t.Context(), token, n); err != nil {
		t.Fatal(err)
	}
	list, _, err := a.Cases.Reports(ctx, false, 1)
	if err != nil || len(list) != 1 {
		t.Fatal("no report", err)
	}
	return list[0].ID
}

// careOf is a path of care that somebody opened: of a person, or of a code.
func careOf(t *testing.T, a *app.App, who, person string) string {
	t.Helper()
	n := cases.HealthDraft{PersonID: person, State: cases.HealthSent, From: "social", To: "serd", Reason: "alcohol", ToName: "Wielewaalcentrum", Note: "Roerdompje"}
	if person == "" {
		n.Code, n.Sex, n.AgeClass = "Waterhoen-7", "M", "30-44"
	}
	id, err := a.Cases.OpenHealthPath(as(t, a, who), n)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// requestOf is a request about the data of somebody.
func requestOf(t *testing.T, a *app.App) string {
	t.Helper()
	list, err := a.People.Requests(as(t, a, "dpo"), false)
	if err != nil || len(list) == 0 {
		t.Fatal("nobody asked anything", err)
	}
	return list[0].ID
}

// tableOf is a body of RE.BOOT in which nobody of the cast sits.
func tableOf(t *testing.T, a *app.App) string {
	t.Helper()
	list, err := a.Governance.Bodies(as(t, a, "capofila"), "reboot")
	if err != nil || len(list) == 0 {
		t.Fatal("no body", err)
	}
	return list[0].ID
}

// meetingOf is a meeting of that body.
func meetingOf(t *testing.T, a *app.App) string {
	t.Helper()
	list, err := a.Governance.Meetings(as(t, a, "capofila"), "reboot")
	if err != nil || len(list) == 0 {
		t.Fatal("no meeting", err)
	}
	return list[0].ID
}

// ownTask is a task that concerns nobody but who wrote it.
func ownTask(t *testing.T, a *app.App) string {
	t.Helper()
	ctx := as(t, a, "collega")
	list, err := a.Tasks.List(ctx, task.Mine)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) > 0 {
		return list[0].ID
	}
	id, err := a.Tasks.Add(ctx, task.Draft{Words: task.Words{Title: "Telefonare"}, To: task.To{AccountID: policy.From(ctx).AccountID}})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// helpOf is a request to the mobile team that names nobody.
func helpOf(t *testing.T, a *app.App) string {
	t.Helper()
	id, err := a.Cases.AskMobileTeam(as(t, a, "assistente"), cases.MobileDraft{ToOrg: policy.From(as(t, a, "emt")).OrgID, Reason: "trust", Urgency: "week",
		Mode: ledger.Remote, Brief: "Una famiglia", Sent: crypto.Sending{Key: "matrix-help", Content: "help"}})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// ownComment is a comment of somebody beside a case that no caste changes.
func ownComment(t *testing.T, a *app.App) string {
	t.Helper()
	ctx := as(t, a, "bergamo.assistente")
	id, err := a.Comments.Add(ctx, comment.Draft{Words: comment.Words{Text: "Nota"}, Sent: crypto.Sending{Key: "matrix", Content: "matrix"},
		Record: task.Record{Kind: policy.Case, ID: caseOf(t, a, ctx), Section: policy.Diary}})
	if err != nil {
		t.Fatal(err)
	}
	return id
}
