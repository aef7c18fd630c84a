package app_test

import (
	"context"
	"testing"
	"time"

	"tessuto/internal/access"
	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/attendance"
	"tessuto/internal/cases"
	"tessuto/internal/governance"
	"tessuto/internal/ledger"
	"tessuto/internal/people"
	"tessuto/internal/platform/comment"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// A stolen folder names nobody: none of more than a thousand names, numbers, phones
// and dates of birth stands in the bytes of database, write-ahead log, keystore or
// files, nor in a backup of the data or of the keys: neither what was registered at
// desks, nor what came in with a table, nor what went out in one.
func TestStolenFolderNamesNobody(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			store := apptest.DemoStore(t, engine)
			a, err := app.Open(t.Context(), store, true)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { a.Close() })
			files := databaseFiles(t, a, store) // tells where the log begins
			secrets := needlesOf(append(secretsOf(t, a), meet(t, a)...))
			secrets.add(brought(t, a)...)
			if len(secrets.all) < 1000 {
				t.Fatalf("only %d names, numbers, phones and dates sampled", len(secrets.all))
			}
			inClear, looked := needlesOf([]string{"Comune di Bologna"}), 0
			for where, files := range map[string]map[string][]byte{"the folder": files(), "the backups": copies(t, a, store)} {
				control := 0
				for name, content := range files {
					looked, control = looked+len(content), control+len(inClear.in(content))
					for _, s := range secrets.in(content) {
						t.Errorf("%s holds %q", name, s)
					}
				}
				if control == 0 {
					t.Errorf("%s does not even hold what stands in the clear: it was not read", where)
				}
			}
			t.Logf("%s: %d values looked for in %d MiB", engine, len(secrets.all), looked>>20)
		})
	}
}

// meet registers somebody new, so that the write-ahead logs hold something, and
// returns what must not stand there.
func meet(t *testing.T, a *app.App) []string {
	t.Helper()
	ctx := as(t, a, "sportello")
	desks, err := a.Access.Desks(ctx)
	if err != nil {
		t.Fatal(err)
	}
	n := access.NewContact{}
	n.DeskID, n.On, n.Channel, n.Outcome, n.Asked = desks[0].ID, db.DateOf(a.DB.Now()), "in_person", "informed", "Vurgalische Worte"
	p := people.Newcomer{Relation: people.ReferencePerson}
	p.GivenName, p.FamilyName, p.Phone, p.Birth = "Vurgalip", "Hendorsky", "3987654321", people.Birth{Precision: people.ByUnknown}
	n.Newcomers = []people.Newcomer{p}
	if _, err := a.Access.SaveContact(ctx, n); err != nil {
		t.Fatal(err)
	}
	return append(written(t, a), "Vurgalip", "Hendorsky", "3987654321", "Vurgalische")
}

// staff are the surnames that colleagues have too; theirs are no secret.
var staff = map[string]bool{"Haddad": true}

// secretsOf collects what identifies people: names, phones, dates of birth, and
// what was said of them. A given name alone is also that of a colleague.
func secretsOf(t *testing.T, a *app.App) (secrets []string) {
	t.Helper()
	secrets = []string{"Visita sul territorio con la famiglia", "Una casa stabile per la famiglia", "Entrate irregolari"}
	for _, who := range []string{"sportello", "savio.sportello", "ravenna.sportello", "bergamo.sportello", "grosseto.sportello", "vicina.sportello"} {
		actor, err := a.Auth.Actor(t.Context(), apptest.Mail(who))
		if err != nil {
			t.Fatal(err)
		}
		ctx := policy.With(context.WithoutCancel(t.Context()), actor)
		list, _, _, err := a.People.List(ctx, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range list {
			secrets = append(secrets, p.Name(), p.GivenName+`","family_name":"`+p.FamilyName)
			if len(p.FamilyName) > 5 && !staff[p.FamilyName] {
				secrets = append(secrets, p.FamilyName)
			}
			if p.Phone != "" {
				secrets = append(secrets, p.Phone)
			}
			if len(p.BirthDate) == len("1990-03-12") {
				secrets = append(secrets, `"birth_date":"`+p.BirthDate)
			}
		}
	}
	return secrets
}

// written writes what colleagues tell each other, about a case and about nothing
// in particular, and returns words that must not stand in the clear.
func written(t *testing.T, a *app.App) []string {
	t.Helper()
	ctx := as(t, a, "assistente")
	list, _, err := a.Cases.Cases(ctx, false, 1)
	if err != nil || len(list) == 0 {
		t.Fatal("no case", err)
	}
	to := task.To{AccountID: policy.From(ctx).AccountID}
	about := task.Record{Kind: policy.Case, ID: list[0].ID, Section: policy.Overview}
	for _, d := range []task.Draft{
		{Words: task.Words{Title: "Zwartkopje bellen", Text: "Zwartvoetje"}, To: to},
		{Words: task.Words{Title: "Zwartkopje schrijven", Text: "Zwartvoetje"}, To: to, Record: about},
	} {
		if _, err := a.Tasks.Add(ctx, d); err != nil {
			t.Fatal(err)
		}
	}
	note := comment.Draft{Record: task.Record{Kind: policy.Case, ID: list[0].ID, Section: policy.Diary}, Words: comment.Words{Text: "Roodborstje zingt"}}
	id, err := a.Comments.Add(ctx, note)
	if err != nil {
		t.Fatal(err)
	}
	note.Text, note.Version = "Winterkoninkje zwijgt", 1
	if err := a.Comments.Edit(ctx, id, note); err != nil {
		t.Fatal(err)
	}
	path := careOf(t, a, "psicologo", "")
	if err := a.Cases.MeetOnHealthPath(as(t, a, "psicologo"), path, cases.HealthMeeting{On: db.DateOf(a.DB.Now()), Minutes: 30, Who: "Ijsvogeltje"}, crypto.Sending{}); err != nil {
		t.Fatal(err)
	}
	groupOf(t, a, "psicologo", "")
	return append(append(met(t, a), groupSays...), "PG 48213/2026", "48213/2026", "RG 512/2026", "sulle condizioni dei figli", "il certificato di frequenza", "Waterhoen", "Wielewaalcentrum", "Roerdompje", "Ijsvogeltje", "Zwartkopje", "Zwartvoetje", "Roodborstje", "Winterkoninkje")
}

// met lets a body meet, and returns what its papers say: where, about what, who
// came by name, why a presence was corrected, what was said and decided.
func met(t *testing.T, a *app.App) []string {
	t.Helper()
	ctx, now := as(t, a, "pistoia.responsabile"), a.DB.Now()
	list, err := a.Governance.Bodies(ctx, "fasi")
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	begins := now.Add(-26 * time.Hour).Truncate(24 * time.Hour).Add(9 * time.Hour)
	n := governance.Draft{Agenda: "Koolmeesje roept", Session: attendance.Session{StartsAt: begins, EndsAt: begins.Add(time.Hour), Mode: ledger.InPerson, Place: "Boomkruipersteeg"}}
	id, err := a.Governance.Convene(ctx, list[0].ID, n)
	must(err)
	for _, name := range []string{"Boomklever", "Goudhaantje"} {
		must(a.Governance.AddGuest(ctx, id, governance.NewGuest{Name: name, From: "Vinkenbaan", Mode: ledger.InPerson}))
	}
	must(a.Governance.Confirm(ctx, id, "Pimpelmeesje zingt", []governance.Decision{{Text: "Staartmeesje vliegt", Who: governance.ByAccount(policy.From(ctx).AccountID)}}, 1))
	f, err := a.Governance.Meeting(ctx, id)
	must(err)
	must(a.Governance.SavePresence(ctx, id, map[string]attendance.Mark{attendance.Field(f.Rows[len(f.Rows)-1].Subject): {State: attendance.Present, Mode: ledger.Remote}}, "Grasmusje", f.Session.Version))
	must(a.Governance.AddMember(as(t, a, "capofila"), list[0].ID, governance.NewMember{Name: "Tjiftjaf", Task: "member", From: db.DateOf(now)}))
	return []string{"Koolmeesje", "Boomkruiper", "Boomklever", "Goudhaantje", "Vinkenbaan", "Pimpelmeesje", "Staartmeesje", "Grasmusje", "Tjiftjaf"}
}
