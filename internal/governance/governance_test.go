package governance_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/attendance"
	"tessuto/internal/governance"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// bench is the program with FA.SI's steering committee, whose chair is Rita Fedi,
// and a clock that the test sets.
type bench struct {
	*app.App
	*testing.T
	body string
	now  time.Time
}

const chair = "pistoia.responsabile"

func each(t *testing.T, fn func(b *bench)) {
	t.Parallel()
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			b := &bench{App: apptest.Demo(t, engine), T: t}
			b.now = b.DB.Now()
			b.DB.Now = func() time.Time { return b.now }
			b.body = b.card("fasi", "cabina_di_regia").ID
			fn(b)
		})
	}
}

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) as(who string) context.Context {
	b.Helper()
	actor, err := b.Auth.Actor(b.Context(), apptest.Mail(who))
	b.must(err)
	return policy.With(b.Context(), actor)
}

func (b *bench) account(who string) string { return policy.From(b.as(who)).AccountID }

// refused asserts how something is refused.
func (b *bench) refused(err error, code errs.Code, what string) {
	b.Helper()
	if err == nil || errs.CodeOf(err) != code {
		b.Errorf("%s: %v, want %s", what, err, code)
	}
}

func (b *bench) card(programme, code string) governance.Card {
	b.Helper()
	list, err := b.Governance.Bodies(b.as("capofila"), programme)
	b.must(err)
	i := slices.IndexFunc(list, func(c governance.Card) bool { return c.Code == code })
	if i < 0 {
		b.Fatalf("%s has no %s", programme, code)
	}
	return list[i]
}

// count asks the ledger about the steering committee.
func (b *bench) count(measure string, unit ledger.Unit, asOf db.Date) (n int64) {
	b.Helper()
	b.must(b.DB.Read(b.Context(), func(tx *db.Tx) (err error) {
		n, err = b.Ledger.Count(b.Context(), tx, ledger.Question{Network: policy.From(b.as(chair)).Network, Programme: "fasi", Activities: []string{"1.1"},
			Measure: measure, Unit: unit, AsOf: asOf})
		return err
	}))
	return n
}

func (b *bench) draft(at time.Time) governance.Draft {
	return governance.Draft{Agenda: "Prova", Session: attendance.Session{StartsAt: at, EndsAt: at.Add(time.Hour), Mode: ledger.InPerson, Place: "Sala"}}
}

// noon is the middle of the day of the clock.
func (b *bench) noon() time.Time {
	return time.Date(b.now.Year(), b.now.Month(), b.now.Day(), 9, 0, 0, 0, time.UTC)
}

// convened is a meeting of yesterday.
func (b *bench) convened() string {
	b.Helper()
	id, err := b.Governance.Convene(b.as(chair), b.body, b.draft(b.noon().AddDate(0, 0, -1)))
	b.must(err)
	return id
}

func (b *bench) file(who, id string) *governance.MeetingFile {
	b.Helper()
	f, err := b.Governance.Meeting(b.as(who), id)
	b.must(err)
	return f
}

// marks says of everybody on a sheet that they were there, but for some.
func (b *bench) marks(id string, away ...string) (map[string]attendance.Mark, int) {
	b.Helper()
	f, out := b.file(chair, id), map[string]attendance.Mark{}
	for _, r := range f.Rows {
		out[attendance.Field(r.Subject)] = attendance.Mark{State: attendance.Present, Mode: ledger.InPerson, Minutes: 60}
		if slices.ContainsFunc(away, func(who string) bool { return b.account(who) == r.Subject.ID }) {
			out[attendance.Field(r.Subject)] = attendance.Mark{State: attendance.Absent}
		}
	}
	return out, f.Session.Version
}

func (b *bench) present(id, reason string, away ...string) error {
	b.Helper()
	marks, version := b.marks(id, away...)
	return b.Governance.SavePresence(b.as(chair), id, marks, reason, version)
}

func (b *bench) verify() {
	b.Helper()
	if r, err := b.Verify(b.Context()); err != nil || len(r.Problems) > 0 {
		b.Errorf("verify: %v %v", err, r.Problems)
	}
}

// A meeting counts when it was held, and not before; its decisions are tasks of
// who answers for them; a correction the day after moves the figure, and as of the
// day before it stays as it was.
func TestMeetingCountsWhenHeld(t *testing.T) {
	each(t, func(b *bench) {
		ctx := b.as(chair)
		held, minutes := b.count("governance.meeting_held", ledger.Events, ""), b.count("governance.presence_minutes", ledger.Minutes, "")
		id := b.convened()
		b.refused(b.Governance.Confirm(ctx, id, "Verbale", nil, 1), errs.Invalid, "nobody was marked")
		b.must(b.present(id, "", "formatore"))
		b.refused(b.Governance.Confirm(ctx, id, "", nil, 1), errs.Invalid, "minutes that say nothing")
		if n := b.count("governance.meeting_held", ledger.Events, ""); n != held {
			b.Errorf("not confirmed, and counts: %d", n)
		}
		decisions := []governance.Decision{{Text: "Scrivere ai servizi", Who: governance.ByAccount(b.account("emt")), Due: db.DateOf(b.now).AddDays(9)},
			{Text: "Senza nessuno"}}
		for range 2 { // sent twice
			b.must(b.Governance.Confirm(ctx, id, "Verbale", decisions, 1))
		}
		// Four operators were there for an hour; the consultant has no account.
		if h, m := b.count("governance.meeting_held", ledger.Events, ""), b.count("governance.presence_minutes", ledger.Minutes, ""); h != held+1 || m != minutes+4*60 {
			b.Errorf("%d meetings and %d minutes, want %d and %d", h, m, held+1, minutes+240)
		}
		tasks, err := b.Tasks.List(b.as("emt"), task.Mine)
		b.must(err)
		if !slices.ContainsFunc(tasks, func(t task.Task) bool { return t.Title == "Scrivere ai servizi" && t.About != "" }) {
			b.Errorf("the decision is no task: %+v", tasks)
		}
		if f := b.file("emt", id); len(f.Decisions) != 2 || f.Decisions[0].TaskID == "" || f.Decisions[1].TaskID != "" || f.State != governance.Held {
			b.Errorf("%+v", f.Decisions)
		}
		b.corrected(id, minutes)
		b.verify()
	})
}

// corrected corrects a presence and the minutes on the day after.
func (b *bench) corrected(id string, minutes int64) {
	b.Helper()
	yesterday := db.DateOf(b.now)
	b.now = b.now.AddDate(0, 0, 1)
	b.refused(b.present(id, "", "formatore", "emt"), errs.Invalid, "a correction without a reason")
	b.refused(b.present(id, "Tutti assenti", "formatore", "emt", chair, "pistoia.madiba", "pistoia.educatore"), errs.Invalid, "with too few it would not count")
	b.must(b.present(id, "Era assente", "formatore", "emt"))
	if now, then := b.count("governance.presence_minutes", ledger.Minutes, ""), b.count("governance.presence_minutes", ledger.Minutes, yesterday); now != minutes+180 || then != minutes+240 {
		b.Errorf("%d minutes now and %d as of yesterday, want %d and %d", now, then, minutes+180, minutes+240)
	}
	version := b.file(chair, id).Version
	b.refused(b.Governance.SaveMinutes(b.as(chair), id, "Altro", nil, version), errs.Conflict, "a draft of confirmed minutes")
	b.refused(b.Governance.CorrectMinutes(b.as(chair), id, "Verbale corretto", "", version), errs.Invalid, "without a reason")
	b.must(b.Governance.CorrectMinutes(b.as(chair), id, "Verbale corretto", "Mancava un punto", version))
	f := b.file(chair, id)
	if f.Minutes.Text != "Verbale corretto" || len(f.Minutes.Earlier) != 1 || f.Minutes.Earlier[0].Text != "Verbale" || f.Minutes.Reason != "Mancava un punto" {
		b.Errorf("%+v", f.Minutes)
	}
	b.refused(b.Governance.Cancel(b.as(chair), id, "other", ""), errs.Conflict, "what was held is cancelled")
	b.refused(b.Governance.Change(b.as(chair), id, b.draft(b.noon())), errs.Conflict, "what was held is moved")
}

// What is to come, or was cancelled, has neither sheet nor minutes.
func TestNotYetAndCancelled(t *testing.T) {
	each(t, func(b *bench) {
		ctx := b.as(chair)
		id, err := b.Governance.Convene(ctx, b.body, b.draft(b.noon().AddDate(0, 0, 3)))
		b.must(err)
		b.refused(b.present(id, ""), errs.Invalid, "presences of what is to come")
		b.refused(b.Governance.SaveMinutes(ctx, id, "Verbale", nil, 1), errs.Invalid, "minutes of what is to come")
		b.refused(b.Governance.Confirm(ctx, id, "Verbale", nil, 1), errs.Invalid, "what is to come was held")
		b.refused(b.Governance.Cancel(ctx, id, "bored", ""), errs.Invalid, "a reason that is none")
		for range 2 {
			b.must(b.Governance.Cancel(ctx, id, "health_emergency", "Covid-19"))
		}
		if f := b.file(chair, id); f.State != governance.Cancelled || f.CancelReason != "health_emergency" || f.CancelNote != "Covid-19" {
			b.Errorf("%+v", f.Meeting)
		}
		b.now = b.now.AddDate(0, 0, 4)
		b.refused(b.present(id, ""), errs.Conflict, "presences of what was cancelled")
		b.refused(b.Governance.Confirm(ctx, id, "Verbale", nil, 2), errs.Conflict, "what was cancelled was held")
		b.verify()
	})
}

// Two who write at once: the second is told, and nothing is lost; a form that is
// sent twice happens once.
func TestConflictAndTwice(t *testing.T) {
	each(t, func(b *bench) {
		ctx := b.as(chair)
		n := b.draft(b.noon().AddDate(0, 0, -2))
		n.Sent = crypto.Sending{Key: "once", Content: "same"}
		id, err := b.Governance.Convene(ctx, b.body, n)
		b.must(err)
		if again, err := b.Governance.Convene(ctx, b.body, n); err != nil || again != id {
			b.Errorf("sent twice: %q %v, want %q", again, err, id)
		}
		n.Version, n.Agenda = 1, "Due"
		b.must(b.Governance.Change(ctx, id, n))
		err = b.Governance.Change(b.as("emt"), id, n)
		if theirs := errs.TheirsOf[governance.Meeting](err); theirs == nil || theirs.Agenda != "Due" || theirs.Version != 2 {
			b.Errorf("moved from an old version: %v", err)
		}
		b.must(b.Governance.SaveMinutes(ctx, id, "Bozza", nil, 2))
		if err := b.Governance.SaveMinutes(b.as("emt"), id, "Altra bozza", nil, 2); errs.TheirsOf[governance.Meeting](err) == nil {
			b.Errorf("minutes over those of somebody else: %v", err)
		}
		b.must(b.Governance.SaveMinutes(b.as("emt"), id, "Bozza", nil, 2)) // the same words are no conflict
		marks, version := b.marks(id)
		b.must(b.Governance.SavePresence(ctx, id, marks, "", version))
		b.must(b.Governance.SavePresence(ctx, id, marks, "", version))
		for field := range marks {
			marks[field] = attendance.Mark{State: attendance.Excused}
		}
		err = b.Governance.SavePresence(b.as("emt"), id, marks, "", version)
		if theirs := errs.TheirsOf[[]attendance.Line](err); theirs == nil || attendance.PresentAt(*theirs) != 6 {
			b.Errorf("a sheet over that of somebody else: %v", err)
		}
	})
}

// Who sits in the body and who coordinates work in it; the programme's other
// organisations know when it meets; to everybody else there is no such body.
func TestWhoSeesWhat(t *testing.T) {
	each(t, func(b *bench) {
		id := b.convened()
		b.must(b.Governance.SaveMinutes(b.as(chair), id, "Parole riservate", nil, 1))
		for who, full := range map[string]bool{chair: true, "emt": true, "capofila": true, "pistoia.assistente": false, "pistoia.sportello": false} {
			f := b.file(who, id)
			if f.Body.Full != full || (f.Minutes != nil) != full || (len(f.Rows) > 0) != full || (f.Agenda != "") != full || (f.Session.Place != "") != full {
				b.Errorf("%s: full %v, want %v: %+v", who, f.Body.Full, full, f)
			}
			page, err := b.Governance.Body(b.as(who), b.body)
			b.must(err)
			named := slices.ContainsFunc(page.Members, func(m governance.Member) bool { return m.Name == "Ottavia Lenzi" })
			if named != full || (page.Tasks != nil) != full {
				b.Errorf("%s: names who has no account: %v", who, named)
			}
		}
		b.refused(b.Governance.SaveMinutes(b.as("pistoia.assistente"), id, "Io", nil, 2), errs.Forbidden, "who does not sit in it writes")
		_, err := b.Governance.Convene(b.as("pistoia.assistente"), b.body, b.draft(b.noon()))
		b.refused(err, errs.Forbidden, "who does not sit in it convenes")
		for _, who := range []string{"assistente", "valutatore", "regione", "dpo", "admin", "mediatore", "grosseto.assistente"} {
			_, err := b.Governance.Meeting(b.as(who), id)
			b.refused(err, errs.NotFound, who+" reads a meeting")
			_, err = b.Governance.Body(b.as(who), b.body)
			b.refused(err, errs.NotFound, who+" reads a body")
			b.refused(b.Governance.SaveMinutes(b.as(who), id, "Io", nil, 2), errs.NotFound, who+" writes")
		}
		b.refused(b.Governance.AddMember(b.as(chair), b.body, governance.NewMember{AccountID: b.account("collega"), Task: "member", From: "2026-01-01"}), errs.Forbidden, "a member names members")
		f := b.file("capofila", id)
		people, orgs, err := b.Governance.Responsible(b.as("capofila"), f.Body)
		b.must(err)
		if !slices.ContainsFunc(people, func(a policy.Actor) bool { return a.AccountID == b.account("capofila") }) || len(people) != 6 || len(orgs) != 4 {
			b.Errorf("%d people and %d organisations can answer for a decision", len(people), len(orgs))
		}
		list, err := b.Governance.Bodies(b.as("valutatore"), "")
		b.must(err)
		if len(list) != 1 || list[0].Programme != "reboot" || list[0].Full {
			b.Errorf("the evaluator of RE.BOOT knows of %+v", list)
		}
	})
}
