package cases_test

import (
	"bytes"
	"testing"
	"time"

	"tessuto/internal/attendance"
	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

func (b *bench) group() cases.GroupDraft {
	return cases.GroupDraft{State: cases.GroupOpen, PlaceKey: "becomer/2.1", Sent: crypto.Sending{Key: "group"},
		GroupWords: cases.GroupWords{Name: "Kluutgroep", Theme: "alcohol", Where: "Tureluurstraat", Since: b.today(), Conductors: "Scholekster", Capacity: 3}}
}

// session is one that ended some minutes ago.
func (b *bench) session(minutes int) cases.NewGroupSession {
	now := b.DB.Now().In(i18n.Rome)
	begins := time.Date(now.Year(), now.Month(), now.Day(), 0, 5, 0, 0, i18n.Rome)
	return cases.NewGroupSession{Topic: "Kievit", Sent: crypto.Sending{Key: "met"},
		Session: attendance.Session{StartsAt: begins, EndsAt: begins.Add(time.Duration(minutes) * time.Minute), Mode: ledger.InPerson, Place: "Tureluurstraat"}}
}

func (b *bench) prevented(measure string, unit ledger.Unit) (n int64) {
	b.Helper()
	b.must(b.DB.Read(b.Context(), func(tx *db.Tx) (err error) {
		n, err = b.Ledger.Count(b.Context(), tx, ledger.Question{Network: policy.From(b.as("capofila")).Network, Programme: "becomer", Measure: "cases.prevention_" + measure, Unit: unit})
		return err
	}))
	return n
}

// A prevention group: opened once, seen by who is named alone, people come by a code or
// by name, others without saying who they are; its sessions count once their sheet is
// saved, are corrected with a reason, and taken back.
func TestHealthGroup(t *testing.T) {
	each(t, func(b *bench) {
		worker, mate := b.as("ravenna.psicologa"), b.as("ravenna.assistente")
		id, err := b.Cases.OpenHealthGroup(worker, b.group())
		b.must(err)
		if again, err := b.Cases.OpenHealthGroup(worker, b.group()); err != nil || again != id {
			t.Errorf("sent twice: %v, %v", again, err)
		}
		joins := func(code, key string) error {
			return b.Cases.JoinHealthGroup(worker, id, cases.NewGroupPerson{Code: code, Sex: "F", AgeClass: "18-29", Citizenship: "NGA", JoinedOn: b.today(), Sent: crypto.Sending{Key: key}})
		}
		for _, key := range []string{"one", "one", "two"} {
			b.must(joins("Grutto-"+key, key))
		}
		b.refused(joins("grutto-ONE", "again"), errs.Conflict, "who comes already")
		session, err := b.Cases.AddGroupSession(worker, id, b.session(90))
		b.must(err)
		for what, err := range map[string]error{
			"reading":      func() error { _, err := b.Cases.HealthGroup(mate, id); return err }(),
			"a change":     b.Cases.ChangeHealthGroup(mate, id, b.group()),
			"joining":      b.Cases.JoinHealthGroup(mate, id, cases.NewGroupPerson{Code: "Grutto-9", JoinedOn: b.today()}),
			"a session":    func() error { _, err := b.Cases.AddGroupSession(mate, id, b.session(60)); return err }(),
			"a sheet":      b.Cases.SaveGroupSheet(mate, id, session, cases.GroupSheet{Version: 1}),
			"taking back":  b.Cases.VoidGroupSession(mate, id, session, cases.VoidReasons[0]),
			"naming":       b.Cases.NameToHealthGroup(mate, id, b.account("ravenna.assistente")),
			"another body": func() error { _, err := b.Cases.HealthGroup(b.as("psicologo"), id); return err }(),
		} {
			b.refused(err, errs.NotFound, what)
		}
		g, err := b.Cases.HealthGroup(worker, id)
		b.must(err)
		one, two := attendance.Field(g.Sessions[0].Lines[0].Subject), attendance.Field(g.Sessions[0].Lines[1].Subject)
		sessions, people, minutes := b.prevented("session", ledger.Events), b.prevented("participant", ledger.Persons), b.prevented("minutes", ledger.Minutes)
		counts := func(what string, s, p, m int64) {
			t.Helper()
			if gs, gp, gm := b.prevented("session", ledger.Events)-sessions, b.prevented("participant", ledger.Persons)-people, b.prevented("minutes", ledger.Minutes)-minutes; gs != s || gp != p || gm != m {
				t.Errorf("%s: %d sessions, %d people, %d minutes; want %d, %d, %d", what, gs, gp, gm, s, p, m)
			}
			b.verify()
		}
		counts("a session without a sheet", 0, 0, 0)
		sheet := cases.GroupSheet{Marks: map[string]attendance.State{one: attendance.Present, two: attendance.Excused}, Unnamed: []cases.Headcount{{Number: 4, Sex: "F"}}, Version: 1}
		b.must(b.Cases.SaveGroupSheet(worker, id, session, sheet))
		b.must(b.Cases.SaveGroupSheet(worker, id, session, cases.GroupSheet{Marks: sheet.Marks, Unnamed: sheet.Unnamed, Version: 1}))
		counts("saved twice", 1, 1, 90)
		sheet.Marks[two] = attendance.Present
		if err := b.Cases.SaveGroupSheet(worker, id, session, sheet); errs.TheirsOf[[]attendance.Line](err) == nil {
			t.Errorf("from an old version: %v", err)
		}
		sheet.Version = 2
		if err := b.Cases.SaveGroupSheet(worker, id, session, sheet); errs.FieldsOf(err)["reason"] == "" {
			t.Errorf("a correction without a reason: %v", err)
		}
		sheet.Reason = "Segnata per errore"
		b.must(b.Cases.SaveGroupSheet(worker, id, session, sheet))
		counts("corrected", 1, 2, 90)
		sheet.Unnamed, sheet.Version = nil, 3
		b.must(b.Cases.SaveGroupSheet(worker, id, session, sheet))
		sheet.Unnamed = []cases.Headcount{{Number: 1}}
		b.refused(b.Cases.SaveGroupSheet(worker, id, session, sheet), errs.Conflict, "the unnamed, from an old version")
		b.must(b.Cases.NameToHealthGroup(worker, id, b.account("ravenna.assistente")))
		if g, err = b.Cases.HealthGroup(mate, id); err != nil || g.Sessions[0].Present() != 2 || g.People[0].Who() != "Grutto-one" || g.Where != "Tureluurstraat" {
			t.Errorf("%+v, %v", g, err)
		}
		b.must(b.Cases.VoidGroupSession(mate, id, session, cases.VoidReasons[0]))
		counts("taken back", 0, 0, 0)
		b.refused(b.Cases.SaveGroupSheet(mate, id, session, sheet), errs.Conflict, "a sheet that was taken back")
	})
}

func TestHealthGroupIsRefused(t *testing.T) {
	each(t, func(b *bench) {
		worker := b.as("ravenna.psicologa")
		for field, spoil := range map[string]func(n *cases.GroupDraft){
			"name": func(n *cases.GroupDraft) { n.Name = "" }, "theme": func(n *cases.GroupDraft) { n.Theme = "other_theme" }, "where": func(n *cases.GroupDraft) { n.Where = "" },
			"since": func(n *cases.GroupDraft) { n.Since = "" }, "until": func(n *cases.GroupDraft) { n.Until = n.Since.AddDays(-1) }, "conductors": func(n *cases.GroupDraft) { n.Conductors = "" },
			"capacity": func(n *cases.GroupDraft) { n.Capacity = 1000 }, "state": func(n *cases.GroupDraft) { n.State = cases.GroupEnded }, "place": func(n *cases.GroupDraft) { n.PlaceKey = "reboot/3.2" },
		} {
			n := b.group()
			spoil(&n)
			if _, err := b.Cases.OpenHealthGroup(worker, n); errs.FieldsOf(err)[field] == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		for _, who := range []string{"sportello", "capofila", "regione", "dpo", "admin", "valutatore", "mediatore"} {
			_, err := b.Cases.OpenHealthGroup(b.as(who), b.group())
			b.refused(err, errs.Forbidden, who)
			_, err = b.Cases.HealthGroups(b.as(who))
			b.refused(err, errs.Forbidden, who)
		}
		n := b.group()
		n.Capacity = 1
		id, err := b.Cases.OpenHealthGroup(worker, n)
		b.must(err)
		join := cases.NewGroupPerson{Code: "RSSMRA85T10A562S", JoinedOn: b.today().AddDays(1)}
		if f := errs.FieldsOf(b.Cases.JoinHealthGroup(worker, id, join)); f["code"] == "" || f["joined_on"] == "" {
			t.Errorf("%v", f)
		}
		b.refused(b.Cases.JoinHealthGroup(worker, id, cases.NewGroupPerson{PersonID: b.person, JoinedOn: b.today()}), errs.NotFound, "a person who is not open")
		join = cases.NewGroupPerson{Code: "Grutto-1", JoinedOn: b.today()}
		b.must(b.Cases.JoinHealthGroup(worker, id, join))
		join.Code = "Grutto-2"
		b.refused(b.Cases.JoinHealthGroup(worker, id, join), errs.Conflict, "a full group")
		later := b.session(60)
		later.Sent.Key = "later"
		later.StartsAt, later.EndsAt = later.StartsAt.AddDate(0, 0, 3), later.EndsAt.AddDate(0, 0, 3)
		session, err := b.Cases.AddGroupSession(worker, id, later)
		b.must(err)
		b.refused(b.Cases.SaveGroupSheet(worker, id, session, cases.GroupSheet{Version: 1}), errs.Conflict, "a session to come")
		n.State, n.Version = cases.GroupEnded, 1
		b.must(b.Cases.ChangeHealthGroup(worker, id, n))
		b.refused(b.Cases.JoinHealthGroup(worker, id, join), errs.Conflict, "a group that ended")
		_, err = b.Cases.AddGroupSession(worker, id, b.session(60))
		b.refused(err, errs.Conflict, "a session of a group that ended")
		if theirs := errs.TheirsOf[cases.HealthGroup](b.Cases.ChangeHealthGroup(worker, id, n)); theirs == nil || theirs.State != cases.GroupEnded {
			t.Errorf("an old version: %+v", theirs)
		}
		b.refused(b.Cases.EndGroupMember(worker, id, b.account("ravenna.psicologa")), errs.Conflict, "the last one")
	})
}

// Of a person, that they come to a group goes with their key, and leaves the counts as
// they are. Nothing in the database says who comes.
func TestHealthGroupGoesWithThePerson(t *testing.T) {
	each(t, func(b *bench) {
		worker := b.as("assistente")
		n := b.group()
		n.PlaceKey = ""
		id, err := b.Cases.OpenHealthGroup(worker, n)
		b.must(err)
		b.must(b.Cases.JoinHealthGroup(worker, id, cases.NewGroupPerson{PersonID: b.person, JoinedOn: b.today()}))
		session, err := b.Cases.AddGroupSession(worker, id, b.session(60))
		b.must(err)
		g, err := b.Cases.HealthGroup(worker, id)
		if err != nil || g.People[0].Who() != "Amina Bello Adamu" {
			t.Fatalf("%+v, %v", g, err)
		}
		b.must(b.Cases.SaveGroupSheet(worker, id, session, cases.GroupSheet{Marks: map[string]attendance.State{attendance.Field(g.Sessions[0].Lines[0].Subject): attendance.Present}, Version: 1}))
		for _, row := range groupRowsOf(b, id) {
			for _, secret := range []string{b.person, "Amina", "alcohol", "Kluutgroep", "Kievit", "Tureluurstraat", "Scholekster"} {
				if bytes.Contains(row, []byte(secret)) {
					t.Errorf("a row says %q", secret)
				}
			}
		}
		b.must(b.Keys.Destroy(b.Context(), policy.From(worker).Network, b.person))
		if g, err = b.Cases.HealthGroup(worker, id); err != nil || !g.People[0].Gone || g.People[0].Who() != "" || g.Sessions[0].Present() != 1 {
			t.Errorf("after the erasure: %+v, %v", g, err)
		}
		b.verify()
	})
}

// A session on a path of care is held by somebody, and the person comes or does not; of
// a path that ended one asks again on a day.
func TestHealthSessions(t *testing.T) {
	each(t, func(b *bench) {
		worker := b.as("ravenna.psicologa")
		n := toCare("T9-7714")
		n.HealthSchedule = cases.HealthSchedule{Care: "rehabilitation", Planned: 8, Since: b.today(), Until: b.today().AddDays(60)}
		id, err := b.Cases.OpenHealthPath(worker, n)
		b.must(err)
		for field, meeting := range map[string]cases.HealthMeeting{
			"kind":       {On: b.today(), Minutes: 30, Kind: "surgery", Profession: "psychologist"},
			"profession": {On: b.today(), Minutes: 30, Kind: "interview"},
			"missed":     {On: b.today(), Minutes: 30, Kind: "services", Who: "SerD", Missed: "said"},
			"minutes":    {On: b.today(), Kind: "interview", Profession: "psychologist"},
			"who":        {On: b.today(), Minutes: 30, Kind: "services"},
		} {
			if err := b.Cases.MeetOnHealthPath(worker, id, meeting, crypto.Sending{}); errs.FieldsOf(err)[field] == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		for _, meeting := range []cases.HealthMeeting{
			{On: b.today(), Minutes: 50, Kind: "interview", Profession: "psychologist", Mediator: true},
			{On: b.today().AddDays(-7), Minutes: 50, Kind: "rehabilitation", Profession: "educator", Missed: "said"},
			{On: b.today().AddDays(-8), Minutes: 30, Who: "SerD e servizio sociale"}, // as before there were kinds
		} {
			b.must(b.Cases.MeetOnHealthPath(worker, id, meeting, crypto.Sending{}))
		}
		p, err := b.Cases.HealthPath(worker, id)
		b.must(err)
		if held, missed := p.Sessions(); held != 1 || missed != 1 || len(p.Meetings) != 3 || p.Meetings[1].Minutes != 0 || p.Meetings[2].Kind != "interview" || p.Planned != 8 || p.Care != "rehabilitation" {
			t.Errorf("%d held, %d missed: %+v", held, missed, p.HealthWords)
		}
		end := cases.HealthEnd{Outcome: "completed", On: b.today(), FollowUpOn: b.today(), Version: p.Version}
		if err := b.Cases.EndHealthPath(worker, id, end); errs.FieldsOf(err)["follow_up_on"] == "" {
			t.Errorf("asked again on the day of the end: %v", err)
		}
		end.FollowUpOn = b.today().AddDays(90)
		b.must(b.Cases.EndHealthPath(worker, id, end))
		if p, err = b.Cases.HealthPath(worker, id); err != nil || p.FollowUpOn != end.FollowUpOn {
			t.Errorf("%+v, %v", p, err)
		}
		b.verify()
	})
}
