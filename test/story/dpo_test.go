package story

import (
	"strings"
)

// watcher reads what everybody did, takes it along with a purpose, and finds no
// record: read is the case that somebody read before.
func (s *story) watcher(read string) {
	p := s.page("dpo", 1280)
	s.both(p, "dpo-home")
	p.Goto(s.base + "/audit")
	p.Never(s.name)
	s.both(p, "dpo-audit")
	p.Select("act", "read")
	p.Submit(s.say("audit.filter"))
	p.WaitText("Anna Conti")
	code := read[len(read)-8:]
	line := ""
	for _, row := range p.Texts("tbody tr") {
		if strings.Contains(row, code) && strings.Contains(row, "Anna Conti") {
			line = row
		}
	}
	for _, word := range []string{s.say("audit.kind.case"), s.say("role.social_worker"), s.say("audit.act.read")} {
		if !strings.Contains(line, word) {
			s.Errorf("the reading of %s is told as %q, without %q", code, line, word)
		}
	}
	s.both(p, "dpo-audit-reads")
	for _, act := range []string{"account.link", "account.place_resume", "organisation.change", "organisation.partner", "agreement.end", "file.add", "codes.reset"} {
		p.Goto(s.base + "/audit?act=" + act)
		if rows := p.Texts("tbody tr"); len(rows) == 0 || !strings.Contains(rows[0], "Irene Costa") {
			s.Errorf("%s is not in the audit: %v", act, rows)
		}
	}
	p.Goto(s.base + "/audit?act=read")
	p.Click(s.say("audit.export"))
	s.both(p, "dpo-export")
	p.Check("purpose", "oversight")
	p.Fill("note", "Controllo di novembre")
	p.Check("format", "ods")
	p.Submit(s.say("exchange.export.do"))
	p.Goto(s.base + "/exports")
	p.WaitText("Controllo di novembre")
	s.both(p, "dpo-exports")
	p.Goto(s.base + "/agreements#without")
	p.WaitText(s.say("agreement.without"))
	s.both(p, "dpo-agreements")
	p.Goto(s.base + "/audit?act=export")
	p.WaitText("Davide Serra")
	s.gone(p, read, "/people", "/cases", "/contacts", "/accounts", "/code-lists", "/organisations/new", "/agreements/new")
}
