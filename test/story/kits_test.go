package story

import (
	"strings"
	"testing"
	"time"

	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/i18n"
)

// Tasks beside a case: written, done, taken back, on a wide and on a narrow
// screen, and with nothing but plain forms.
func TestTasksOfACaseOnSqlite(t *testing.T) {
	t.Parallel()
	a := apptest.Demo(t, "sqlite")
	s := &story{T: t, base: apptest.Serve(t, a), lang: "it", ctx: i18n.With(t.Context(), "it")}
	p := s.page("assistente", 1280)
	p.Goto(s.base + "/tasks")
	s.judge(p, "tasks")
	p.Goto(s.base + "/cases")
	p.Goto(s.base + p.Attr("main tbody a", "href"))
	p.Click(s.say("task.new"))
	p.Expect(422)
	p.Submit(s.say("task.save"))
	p.WaitText(s.say("task.title_missing"))
	s.judge(p, "task-refused")
	p.Fill("title", "الاتصال بالمدرسة قبل الاجتماع")
	p.Fill("text", "Chiedere della riunione")
	p.Fill("due", time.Now().Format("2006-01-02"))
	p.Submit(s.say("task.save"))
	p.WaitText("الاتصال بالمدرسة")
	s.judge(p, "case-tasks")
	file := strings.TrimSuffix(s.path(p), "#tasks")
	narrow := s.page("assistente", 360)
	for path, name := range map[string]string{file: "case-tasks-narrow", "/tasks": "tasks-narrow"} {
		narrow.Goto(s.base + path)
		s.judge(narrow, name)
	}
	narrow.Goto(s.base + "/tasks")
	narrow.Click("الاتصال بالمدرسة قبل الاجتماع")
	s.judge(narrow, "task-edit-narrow")
	narrow.Goto(s.base + "/tasks")
	narrow.Submit(s.say("task.do"))
	narrow.WaitText(s.say("task.finished"))
	s.judge(narrow, "task-undo-narrow")
	plain := s.page("assistente", 360)
	plain.NoScript()
	plain.Goto(s.base + "/tasks")
	plain.Submit(s.say("task.do"))
	plain.WaitText(s.say("task.finished"))
	plain.Submit(s.say("ui.undo"))
	plain.WaitText(s.say("task.reopened"))
	plain.Clean(t)
}
