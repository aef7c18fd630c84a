package story

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/programme"
)

// committee is the story of FA.SI's cabina di regia.
type committee struct {
	*story
	*app.App
	body, meeting string // paths
}

// FA.SI's cabina di regia is composed as its rule says and meets; the indicator
// moves; who coordinates reads the meetings behind it; a presence is corrected the
// day after, and as of the day before the figure stays as it was. The region sees
// the figures and no record.
func TestCommitteeMeets(t *testing.T) {
	t.Parallel()
	a := apptest.Demo(t, "postgres")
	c := &committee{App: a, story: &story{T: t, base: apptest.Serve(t, a), lang: "it", ctx: i18n.With(t.Context(), "it"), name: "Ada Vurgalip"}}
	meetings, operators := c.figure("1.1-riunioni", ""), c.figure("1.1-operatori", "")
	c.composed()
	c.convenes()
	c.marks()
	if n := c.figure("1.1-riunioni", ""); n != meetings {
		t.Errorf("without minutes %d meetings count, want %d", n, meetings)
	}
	c.writes()
	if n := c.figure("1.1-riunioni", ""); n != meetings+1 {
		t.Errorf("%d meetings count, want %d", n, meetings+1)
	}
	if n := c.figure("1.1-operatori", ""); n != operators+1 {
		t.Errorf("%d operators were there, want %d", n, operators+1)
	}
	c.behind()
	c.correctedNextDay(operators)
	c.region()
	c.narrow()
	r, err := a.Verify(t.Context())
	if err != nil || len(r.Problems) > 0 {
		t.Errorf("verify: %v %v", err, r.Problems)
	}
}

// as returns a context in the name of somebody of the demo.
func (c *committee) as(who string) context.Context {
	c.Helper()
	actor, err := c.Auth.Actor(c.Context(), apptest.Mail(who))
	if err != nil {
		c.Fatal(err)
	}
	return policy.With(c.Context(), actor)
}

func (c *committee) account(who string) string { return policy.From(c.as(who)).AccountID }

// figure reads an indicator as the lead does, as it was known on a day.
func (c *committee) figure(code string, asOf db.Date) (n int) {
	c.Helper()
	figures, err := c.Programmes.Figures(c.as("capofila"), "fasi", programme.View{AsOf: asOf})
	if err != nil {
		c.Fatal(err)
	}
	for _, f := range figures {
		if f.Code == code {
			n, _ := f.Actual.Number()
			return int(n)
		}
	}
	c.Fatalf("no indicator %s", code)
	return 0
}

// composed sees that one seat is lost when its member ends, and filled again.
func (c *committee) composed() {
	p := c.page("capofila", 1280)
	p.Goto(c.base + "/bodies?programme=fasi")
	p.WaitText(c.say("body.rule.kept"))
	c.judge(p, "bodies")
	p.Click("Cabina di regia")
	c.body = c.path(p)
	p.WaitText(c.say("body.rule.kept.text"))
	c.judge(p, "body")
	p.Click(c.say("body.members.change"))
	c.judge(p, "body-members")
	p.Within("tbody tr:nth-child(1)").Click(c.say("body.member.end"))
	p.Within("tbody tr:nth-child(1) .confirm-body").Submit(c.say("body.member.end"))
	p.WaitText(c.say("body.rule.lacking.text"))
	p.WaitText("Responsabile della Società della Salute")
	c.judge(p, "body-lacking")
	p.Expect(422)
	p.Submit(c.say("body.member.save"))
	p.WaitText(c.say("body.member_missing"))
	p.Select("account", c.account("pistoia.responsabile"))
	p.Select("seat", "1")
	p.Select("task", "chair")
	p.Submit(c.say("body.member.save"))
	p.WaitText(c.say("body.rule.kept.text"))
}

// convenes calls the committee for this morning, which is over by now.
func (c *committee) convenes() {
	p := c.page("pistoia.responsabile", 1280)
	p.Goto(c.base + c.body)
	p.Click(c.say("meeting.convene"))
	p.Expect(422)
	p.Submit(c.say("meeting.convene"))
	p.WaitText(c.say("error.form_invalid"))
	p.Fill("on", string(db.DateOf(c.DB.Now().AddDate(0, 0, -1))))
	p.Fill("place", "Sala del consiglio")
	p.Fill("agenda", "Percorsi di housing\nDecisioni aperte")
	c.judge(p, "meeting-new")
	p.Submit(c.say("meeting.convene"))
	p.WaitText(c.say("attendance.none_yet"))
	c.meeting = c.path(p)
	c.judge(p, "meeting-convened")
	p.Goto(c.base + "/home")
	p.WaitText(c.say("home.minutes"))
	c.judge(p, "home-minutes")
}

// marks fills in the sheet: all present, and then the exceptions, by the keyboard
// where it serves; a guest comes by the name and one by the account.
func (c *committee) marks() {
	p := c.page("pistoia.responsabile", 1280)
	p.Goto(c.base + c.meeting)
	p.Click(c.say("attendance.fill"))
	p.WaitText(c.say("attendance.all_present"))
	p.Check("p_operator_"+c.account("formatore"), "excused")
	p.Check("p_operator_"+c.account("emt"), "present remote")
	c.judge(p, "presence")
	p.Submit(c.say("attendance.save"))
	p.WaitText(c.say("attendance.saved"))
	p.Click(c.say("attendance.fill"))
	p.Select("account", c.account("pistoia.sportello"))
	p.Submit(c.say("attendance.guest.save"))
	p.WaitText(c.say("attendance.guest_added"))
	p.Fill("name", "Ada Vurgalip")
	p.Fill("from", "Questura")
	p.Submit(c.say("attendance.guest.save"))
	p.WaitText("Ada Vurgalip")
	c.judge(p, "presence-guests")
}

// writes prepares the minutes: a draft first, then decisions, then confirmed.
func (c *committee) writes() {
	p := c.page("pistoia.responsabile", 1280)
	p.Goto(c.base + c.meeting)
	p.Click(c.say("minutes.write"))
	p.Fill("text", "Si esaminano i percorsi di housing.\nSi decide chi scrive ai servizi.")
	p.Fill("d0.text", "Scrivere ai servizi della zona")
	p.Select("d0.who", "account:"+c.account("emt"))
	p.Submit(c.say("decision.add"))
	p.Fill("d1.text", "Cercare due alloggi")
	c.judge(p, "minutes")
	p.Submit(c.say("minutes.save"))
	p.WaitText(c.say("minutes.saved"))
	c.judge(p, "meeting-draft")
	p.Click(c.say("minutes.write"))
	p.Click(c.say("minutes.confirm"))
	p.Submit(c.say("minutes.confirm.do"))
	p.WaitText(c.say("minutes.confirmed"))
	c.judge(p, "meeting-held")
	mate := c.page("emt", 1280)
	mate.Goto(c.base + "/tasks")
	mate.WaitText("Scrivere ai servizi della zona")
	mate.Goto(c.base + c.body)
	mate.WaitText("Cercare due alloggi")
	c.judge(mate, "body-decisions")
}

// behind follows the figure to the meetings behind it.
func (c *committee) behind() {
	p := c.page("capofila", 1280)
	p.Goto(c.base + "/programmes/fasi/indicators/1.1-riunioni")
	c.judge(p, "indicator-meetings")
	rows := p.Texts("section[aria-labelledby=records] tbody tr")
	if n := c.figure("1.1-riunioni", ""); len(rows) != n {
		c.Errorf("%d rows behind %d meetings", len(rows), n)
	}
	if !strings.Contains(p.HTML(), `href="`+c.meeting+`"`) {
		c.Errorf("no row leads to %s", c.meeting)
	}
	p.Goto(c.base + c.meeting)
	p.WaitText("Si esaminano i percorsi di housing.")
	p.WaitText("Ada Vurgalip")
}

// correctedNextDay says on the day after that the operator of the desk was not
// there at all.
func (c *committee) correctedNextDay(operators int) {
	yesterday := db.DateOf(c.DB.Now())
	real := c.DB.Now
	c.DB.Now = func() time.Time { return real().AddDate(0, 0, 1) }
	p := c.page("pistoia.responsabile", 1280)
	p.Goto(c.base + c.meeting)
	p.Click(c.say("attendance.correct"))
	p.Check("p_operator_"+c.account("pistoia.sportello"), "absent")
	p.Expect(422)
	p.Submit(c.say("attendance.save"))
	p.WaitText(c.say("attendance.reason_missing"))
	c.judge(p, "presence-reason")
	p.Fill("reason", "Segnata per errore")
	p.Submit(c.say("attendance.save"))
	p.WaitText(c.say("attendance.corrected"))
	c.judge(p, "meeting-corrected")
	if now, then := c.figure("1.1-operatori", ""), c.figure("1.1-operatori", yesterday); now != operators || then != operators+1 {
		c.Errorf("%d operators now and %d as of yesterday, want %d and %d", now, then, operators, operators+1)
	}
}

// region reads the figure and no record of it.
func (c *committee) region() {
	p := c.page("regione", 1280)
	p.Goto(c.base + "/programmes/fasi/indicators/1.1-riunioni")
	p.WaitText(strconv.Itoa(c.figure("1.1-riunioni", "")))
	p.Never(c.meeting)
	c.gone(p, c.meeting, c.body, "/bodies", "/meetings", "/api/v1/programmes/fasi/indicators/"+url.PathEscape("1.1-riunioni")+"/records", "/api/v1/programmes/fasi/bodies")
}

// narrow looks at the same pages on a telephone, and in Arabic frames.
func (c *committee) narrow() {
	p := c.page("pistoia.responsabile", 360)
	for _, path := range []string{"/bodies", c.body, c.body + "/meetings/new", c.meeting, c.meeting + "/presence", c.meeting + "/minutes", "/meetings"} {
		p.Goto(c.base + path)
		c.judge(p, "narrow-gov-"+strings.Trim(strings.NewReplacer(id(c.body), "one", id(c.meeting), "one", "/", "-").Replace(path), "-"))
	}
}
