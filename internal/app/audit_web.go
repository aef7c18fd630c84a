package app

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"tessuto/internal/network"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// auditRoutes are for the data protection officer: who did what, never what
// records say.
func (a *App) auditRoutes() []web.Route {
	return []web.Route{{Method: "GET", Pattern: "/audit", Permission: policy.AuditRead, Handler: a.getAudit}}
}

// auditActs are the acts that the auditor may ask for; each has a word.
var auditActs = []string{
	"account.accept", "account.close", "account.forgotten", "account.link", "account.link_drop", "account.open", "account.password", "account.place_add",
	"account.place_change", "account.place_end", "account.place_resume", "account.reopen", "account.reset", "account.sessions_end",
	"account.token_make", "account.token_revoke", "account.work_as", "agreement.add", "agreement.change", "agreement.end",
	"agreement.renew", "agreement.sign", "analysis.conclude", "analysis.save", "appointment.book", "appointment.confirm",
	"assessment.close", "assessment.correct", "assessment.save", "assessment.start",
	"audit.read", "authority.answer", "authority.void", "authority.write", "body.add", "body.member_add", "body.member_end", "case.close", "case.emergency", "case.emergency_end", "case.emergency_none", "case.export", "case.handover", "case.import", "case.import_begin", "case.import_lapse", "case.import_undo", "case.lapse", "case.open", "case.print", "case.reception", "case.reopen", "case.stage", "case.takeover", "case.team_add", "case.team_end", "case.team_protect", "case.team_return", "case.transfer", "case.transfer_confirm", "case.transfer_lapse", "case.transfer_taken", "case.transfer_withdraw", "codes.add",
	"codes.edit", "codes.end", "codes.import", "codes.reopen", "codes.reset", "comment.add", "comment.edit", "comment.remove",
	"comment.restore", "contact.record", "data.backup", "data.restore", "diary.correct", "diary.write", "document.add", "document.link", "document.restore", "document.revise", "document.taken", "document.withdraw", "eligibility.record", "export", "file.add", "file.read", "file.remove", "group.change", "group.join", "group.leave", "group.member_add", "group.member_end", "group.open", "group.session", "group.session_void", "group.sheet", "guarded.add", "guarded.end", "health.change", "health.end", "health.meeting", "health.member_add", "health.member_end", "health.open", "household.join", "household.leave", "household.relate", "import", "import.sweep", "import.undo", "instrument.load",
	"intervention.correct", "intervention.record", "intervention.void", "keys.backup", "keys.restore", "mandate.end", "mandate.give", "mandate.pass", "meeting.annul", "meeting.cancel", "meeting.change", "meeting.confirm", "meeting.convene",
	"meeting.guest", "meeting.minutes", "meeting.minutes_correct", "meeting.presence", "mobile.activity", "mobile.advice", "mobile.answer", "mobile.ask", "mobile.close", "mobile.decline", "mobile.question", "mobile.take", "mobile.void", "network.compare", "organisation.add", "organisation.change",
	"organisation.partner", "organisation.partner_end", "own.code", "own.code_end", "own.enter", "own.leave", "own.read", "pack.load", "person.ask_again",
	"person.ask_contact", "person.care", "person.change", "person.differ", "person.identifier_add", "person.identifier_end", "person.merge", "person.permit_add",
	"person.permit_change", "person.protect", "person.put_off", "person.register", "person.reopen", "person.scan", "person.show", "person.suspect", "person.unmerge", "plan.approve", "plan.propose", "plan.return", "plan.review", "plan.save", "plan.sign", "plan.signature", "plan.voice",
	"read", "records.read", "reference.add", "reference.remove", "referral.accept", "referral.end", "referral.late", "referral.link", "referral.open", "referral.protect", "referral.refuse", "referral.send",
	"referral.wait", "referral.withdraw", "report.answer", "report.case", "report.claim", "report.link", "report.link_end", "report.send", "rights.accept", "rights.answer", "rights.consent", "rights.consent_end", "rights.erase", "rights.key_destroyed",
	"rights.lift", "rights.notice", "rights.read", "rights.refuse", "rights.report", "rights.request",
	"schedule.change", "sitting.cancel", "sitting.change", "sitting.confirm", "sitting.convene", "sitting.correct", "sitting.minutes", "task.add", "task.done", "task.edit", "task.reopen", "task.snooze", "task.take", "territory.add",
	"territory.change", "territory.end", "value.declare", "work.open", "work.save", "work.step_add", "work.step_save", "work.step_void",
}

// auditPage is how many entries a page lists.
const auditPage = 50

// auditView is the auditor's page.
type auditView struct {
	from, to, act, who string // as asked
	record             string // kind/id of the one record that is asked for
	problems           map[string]string
	lines              []audit.Line
	state              audit.State
	staff              map[string]network.Operator // by account
	orgs               map[string]string           // names by id
	next               string                      // address of the next page
}

func (v auditView) filtered() bool { return v.from+v.to+v.act+v.who+v.record != "" }

// only is the address of the entries on one record: who read it, and when.
func (v auditView) only(l audit.Line) templ.SafeURL {
	return templ.URL("/audit?" + url.Values{"record": {string(l.Kind) + "/" + l.Record}}.Encode())
}

func (a *App) getAudit(w http.ResponseWriter, r *http.Request) (err error) {
	ctx := r.Context()
	v, q, err := auditAsked(ctx, r.URL.Query())
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(v.problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	if v.lines, v.state, err = a.Audit.Lines(ctx, q, auditPage+1); err != nil {
		return err
	}
	if len(v.lines) > auditPage {
		v.lines = v.lines[:auditPage]
		v.next = v.nextPage()
	}
	if err := a.auditPeople(ctx, &v); err != nil {
		return err
	}
	return web.Show(w, r, status, auditList(v))
}

// auditPeople reads who the accounts and organisations of the entries are.
func (a *App) auditPeople(ctx context.Context, v *auditView) error {
	return a.DB.Read(ctx, func(tx *db.Tx) error {
		all, err := a.Network.Operators(ctx, tx)
		v.staff = make(map[string]network.Operator, len(all))
		for _, o := range all {
			v.staff[o.AccountID] = o
		}
		if err == nil {
			v.orgs, err = a.Network.Names(ctx, tx)
		}
		return err
	})
}

// exportPath leads to the table of what the filter lists.
func (v auditView) exportPath() string {
	q := v.query()
	if len(q) == 0 {
		return "/audit/export"
	}
	return "/audit/export?" + q.Encode()
}

// auditAsked reads the filter of an address. A day that is none is said beside
// its field, and limits nothing.
func auditAsked(ctx context.Context, values url.Values) (v auditView, q audit.Query, err error) {
	v = auditView{from: values.Get("from"), to: values.Get("to"), act: values.Get("act"), who: values.Get("who"), record: values.Get("record"),
		problems: map[string]string{}}
	from, fromOK := v.day(ctx, "from", v.from)
	if fromOK {
		q.From = from.AddDays(-1).End()
	}
	if to, ok := v.day(ctx, "to", v.to); ok && fromOK && to < from {
		v.problems["to"] = i18n.T(ctx, "error.field_before")
	} else if ok {
		q.Until = to.End()
	}
	q.Act, q.Account = v.act, v.who
	if kind, id, ok := strings.Cut(v.record, "/"); ok {
		q.Kind, q.Record = policy.Kind(kind), id
	}
	if before := values.Get("before"); before != "" {
		micro, id, _ := strings.Cut(before, "-")
		at, err := strconv.ParseInt(micro, 10, 64)
		if err != nil || id == "" || at < 0 || at > 1e16 {
			return v, q, errs.Missing()
		}
		q.Before = audit.Place{At: time.UnixMicro(at), ID: id}
	}
	return v, q, nil
}

func (v *auditView) day(ctx context.Context, field, text string) (db.Date, bool) {
	if text == "" {
		return "", false
	}
	day, err := db.ParseDate(text)
	if err != nil {
		v.problems[field] = i18n.T(ctx, "error.field_date")
	}
	return day, err == nil
}

// nextPage is the address of the entries after the last that is shown.
func (v auditView) nextPage() string {
	last := v.lines[len(v.lines)-1]
	q := v.query()
	q.Set("before", strconv.FormatInt(last.At.UnixMicro(), 10)+"-"+last.ID)
	return "/audit?" + q.Encode()
}

// query is the filter, as an address holds it.
func (v auditView) query() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"from": v.from, "to": v.to, "act": v.act, "who": v.who, "record": v.record} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}

// whose names who did it: a colleague, the command line, or an account that
// works here no more.
func (v auditView) whose(ctx context.Context, l audit.Line) string {
	if o, ok := v.staff[l.Account]; ok {
		return o.Name
	}
	if l.Account == "terminal" {
		return i18n.T(ctx, "audit.terminal")
	}
	if l.Account == audit.Person {
		return i18n.T(ctx, "audit.person")
	}
	return i18n.T(ctx, "audit.nobody")
}

func (v auditView) staffOptions(ctx context.Context) []ui.Option {
	var out []ui.Option
	for id, o := range v.staff {
		out = append(out, ui.Option{Value: id, Label: o.Name + " – " + o.OrgName})
	}
	return sorted(ctx, "audit.who.all", out)
}

func actOptions(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, act := range auditActs {
		out = append(out, ui.Option{Value: act, Label: actWord(ctx, act)})
	}
	return sorted(ctx, "audit.acts.all", out)
}

// sorted puts options into the order of their labels, after the one for all.
func sorted(ctx context.Context, all string, options []ui.Option) []ui.Option {
	order := collate.New(language.Make(i18n.Lang(ctx)))
	slices.SortFunc(options, func(a, b ui.Option) int { return order.CompareString(a.Label, b.Label) })
	return append([]ui.Option{{Label: i18n.T(ctx, all)}}, options...)
}

func actWord(ctx context.Context, act string) string { return i18n.T(ctx, "audit.act."+act) }

// recordWord is the kind of record, with the section where there is one.
func recordWord(ctx context.Context, l audit.Line) string {
	word := i18n.T(ctx, "audit.kind."+string(l.Kind))
	switch l.Section {
	case policy.Any, policy.Whole:
		return word
	case policy.Identity:
		return word + ": " + i18n.T(ctx, "audit.identity")
	}
	return word + ": " + i18n.T(ctx, "section."+string(l.Section))
}

// short is enough of an id to tell two records apart.
func short(id string) string {
	if len(id) != 36 {
		return id // a code
	}
	return "…" + id[len(id)-8:]
}
