package app_test

import (
	"bytes"
	"html"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/cases"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// maker is a form that makes something: whose it is, the page it stands on, and
// what is written in it beside the hidden fields. A value of "?" takes the first
// answer that the form offers; a file is the name of its field.
type maker struct {
	who, page string
	fill      url.Values
	file      string
}

// makers are the routes that make something, by pattern.
func makers(t *testing.T, a *app.App) map[string]maker {
	t.Helper()
	worker, day := as(t, a, "assistente"), db.DateOf(a.DB.Now())
	list, _, err := a.Cases.Cases(worker, false, 200)
	if err != nil {
		t.Fatal(err)
	}
	var own, reviewed, handed, mate string
	for _, c := range list {
		f, err := a.Cases.File(worker, c.ID)
		if err != nil || f.ManagerID != policy.From(worker).AccountID {
			continue
		}
		if f.Plan.Signed() {
			reviewed = c.ID
		}
		candidates, err := a.Cases.Candidates(worker, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, op := range candidates {
			if op.OrgID == f.OrgID && op.Role == policy.SocialWorker {
				if own != reviewed {
					handed = own
				}
				own, mate = c.ID, op.AccountID
			}
		}
	}
	people1, home1 := enrolled(t, a, "Vurgalip")
	_, home2 := enrolled(t, a, "Hendorsky")
	child, home3 := motherAndChild(t, a)
	_, home4 := enrolled(t, a, "Zurgalip")
	elsewhere, err := a.Cases.Open(worker, cases.NewCase{HouseholdID: home4, Reason: "Casa"})
	if err == nil {
		err = a.Cases.MoveTo(worker, elsewhere, cases.Move{To: cases.Oriented, On: day, Reason: "information", Version: 1})
	}
	if err != nil {
		t.Fatal(err)
	}
	person := "/people/" + people1
	office := policy.From(as(t, a, "collega"))
	body, agreement := "/organisations/"+office.OrgID, "/agreements/"+draftOf(t, a)
	return map[string]maker{
		"/desk": {"sportello", "/desk", url.Values{"requests": {"?"}, "outcome": {"?"}, "channel": {"?"}, "minutes": {"15"}, "on": {string(day)}, "save": {"anonymous"}}, ""},
		"/appointments": {"sportello", "/appointments/new?person=" + strings.TrimPrefix(person, "/people/"), url.Values{"date": {string(day.AddDays(3))},
			"time": {"10:30"}, "minutes": {"60"}, "where": {"Sportello"}, "language": {"?"}}, ""},
		"/people/{id}/notices": {"sportello", person + "/rights?form=notice", url.Values{"notice_language": {"?"}, "notice_edition": {"2026-03"},
			"notice_way": {"paper"}, "notice_on": {string(day)}}, ""},
		"/people/{id}/consents": {"sportello", person + "/rights?form=consent", url.Values{"consent_purpose": {"images"}, "consent_recipient": {office.OrgID},
			"consent_section": {"images"}, "consent_from": {string(day)}}, ""},
		"/people/{id}/requests":    {"sportello", person + "/rights?form=request", url.Values{"kind": {"access"}}, ""},
		"/households/{id}/members": {"sportello", "/households/" + home1 + "/members", url.Values{"member1.given_name": {"Binta"}, "member2.given_name": {"Binta"}, "save": {"members"}}, ""},
		"/people/{id}/identifiers": {"sportello", person + "/identifiers/new", url.Values{"scheme": {"passport"}, "value": {"YA1234567"}}, ""},
		"/people/{id}/permits":     {"assistente", person + "/permits/new", url.Values{"state": {"in_force"}, "number": {"I1234567"}}, ""},
		"/people/{id}/care":        {"sportello", "/people/" + child + "/care/new", url.Values{"adult": {"?"}, "kind": {"parent"}, "may": {"see"}}, ""},
		"/households/{id}/join":    {"sportello", "/households/" + home1 + "/join?q=Hendorsky", url.Values{"person": {"?"}, "relation": {"?"}, "on": {string(day)}}, ""},
		"/households/{id}/leave":   {"sportello", "/households/" + home3 + "/leave", url.Values{"persons": {"?"}, "on": {string(day)}, "where": {"together"}, "reference": {child}}, ""},
		"/people/{id}/guarded":     {"sportello", person + "/guarded/new", url.Values{"kind": {"stp"}, "code": {"STP0501234567890"}}, ""},
		"/cases":                   {"assistente", "/cases/new?household=" + home1, url.Values{"reason": {"Casa"}}, ""},
		"/cases/urgent":            {"assistente", "/cases/urgent?household=" + home2, url.Values{"on": {string(day)}, "mode": {"?"}, "minutes": {"30"}, "note": {"Subito"}}, ""},
		"/cases/emergency":         {"assistente", "/cases/emergency?person=" + people1, url.Values{"reason": {"in_front"}, "words": {"È qui"}}, ""},
		"/cases/handover":          {"assistente", "/cases/" + handed + "/handover", url.Values{"to": {mate}, "then": {"leave"}, "note": {"Ferie"}}, ""},
		"/cases/{id}/reopen":       {"assistente", "/cases/" + elsewhere + "/reopen", url.Values{"reason": {"Ancora"}}, ""},
		"/cases/{id}/team":         {"assistente", "/cases/" + own + "/team", url.Values{"account": {mate}, "mandate": {"social_worker"}}, ""},
		"/cases/{id}/referrals": {"assistente", "/cases/" + own + "/referrals/new", url.Values{"to": {policy.From(as(t, a, "psicologo")).OrgID}, "reason": {"housing"},
			"words": {"Una casa"}, "identity": {"name"}, "basis": {"institutional_task"}, "reply_by": {string(day.AddDays(9))}}, ""},
		"/cases/{id}/interventions": {"assistente", "/cases/" + own + "/interventions/new",
			url.Values{"on": {string(day)}, "mode": {"?"}, "minutes": {"30"}, "note": {"Colloquio"}, "place": {"?"}}, ""},
		"/cases/{id}/work":       {"assistente", "/cases/" + own + "/work/new", url.Values{"person": {"?"}, "skills": {"Cuoca"}, "place": {"?"}}, ""},
		"/cases/{id}/diary":      {"assistente", "/cases/" + own + "/diary/new", url.Values{"kind": {"?"}, "on": {string(day)}, "text": {"Telefonata"}, "readers": {"team"}}, ""},
		"/cases/{id}/acts":       {"assistente", "/cases/" + own + "/acts/new", url.Values{"kind": {"?"}, "authority": {"Procura"}, "asked": {"Una relazione"}, "readers": {"team"}}, ""},
		"/cases/{id}/mandates":   {"assistente", "/cases/" + own + "/mandates", url.Values{"account": {"?"}, "subject": {"social"}}, ""},
		"/cases/{id}/references": {"assistente", "/cases/" + own + "/references", url.Values{"scheme": {"?"}, "value": {"PG 4/2026"}}, ""},
		"/cases/{id}/documents":  {"assistente", "/cases/" + own + "/documents/new", url.Values{"title": {"Relazione"}, "kind": {"?"}, "section": {"overview"}}, "file"},
		"/cases/{id}/assessments": {"assistente", "/cases/" + own + "/assessments/new", url.Values{"on": {string(day)}, "instrument": {"?"}, "moment": {"?"},
			"subject": {"?"}}, ""},
		"/cases/{id}/eligibility": {"assistente", "/cases/" + own + "/eligibility", url.Values{"programme": {"?"}, "persons": {"?"}, "met": {"yes"}, "from": {string(day)}}, ""},
		"/cases/{id}/review":      {"assistente", "/cases/" + reviewed + "/review", url.Values{"on": {string(day)}, "note": {"Verifica"}, "next_on": {string(day.AddDays(30))}}, ""},
		"/mobile-team":            {"assistente", "/mobile-team/new", url.Values{"to": {"?"}, "mode": {"remote"}, "urgency": {"week"}, "reason": {"?"}, "brief": {"Senza nome"}}, ""},
		"/cases/{id}/sittings": {"assistente", "/cases/" + own + "/sittings/new", url.Values{"kind": {"assessment_unit"}, "mode": {"remote"}, "on": {string(day)}, "starts": {"09:00"}, "lasts": {"60"},
			"accounts": {policy.From(worker).AccountID}, "g0.name": {"Due"}, "g0.body": {"Scuola"}, "g0.profession": {"educator"}, "do": {"save"}}, ""},
		"/health-paths":     {"psicologo", "/health-paths/new", url.Values{"code": {"R7-0142"}, "state": {"sent"}, "from": {"social"}, "to": {"serd"}, "reason": {"alcohol"}}, ""},
		"/health-groups":    {"psicologo", "/health-groups/new", url.Values{"name": {"Giovedì"}, "theme": {"alcohol"}, "where": {"Qui"}, "since": {string(day)}, "conductors": {"Io"}, "state": {"open"}}, ""},
		"/tasks":            {"collega", "/tasks/new", url.Values{"title": {"Telefonare"}, "to": {"?"}}, ""},
		"/comments":         {"assistente", "/cases/" + own, url.Values{"text": {"Nota"}}, ""},
		"/code-lists/{key}": {"admin", "/code-lists/contact_request", url.Values{"code": {"twice"}, "label_it": {"Due volte"}}, ""},
		"/accounts": {"admin", "/accounts/new", url.Values{"name": {"Lommerd Due"}, "email": {"due@demo.tessuto.example"}, "language": {"it"}, "org": {"?"},
			"role": {string(policy.DeskOperator)}}, ""},
		"/accounts/{id}/places": {"admin", "/accounts/" + office.AccountID + "/places/new", url.Values{"org": {"?"}, "role": {string(policy.DPO)}, "from": {string(day)}}, ""},
		"/account/tokens":       {"collega", "/account", url.Values{"label": {"Foglio"}, "days": {"30"}}, ""},
		"/organisations":        {"admin", "/organisations/new", url.Values{"name": {"Lommerd ODV"}, "kind": {"?"}, "from": {string(day)}}, ""},
		"/organisations/{id}/partnerships": {"admin", body, url.Values{"programme": {"weita"}, "role": {"?"}, "functions": {"?"},
			"from": {string(day)}}, ""},
		"/territories": {"admin", "/territories/new", url.Values{"name": {"Lommerd"}, "kind": {"municipality"}, "parent": {"?"}, "on": {string(day)}}, ""},
		"/agreements": {"admin", "/agreements/new", url.Values{"title": {"Intesa"}, "kind": {"?"}, "lead": {office.OrgID}, "parties": {"?"}, "class": {"?"},
			"from": {string(day)}}, ""},
		"/agreements/{id}/documents": {"admin", agreement, nil, "document"},
		"/programmes/{code}/bodies":  {"capofila", "/programmes/fasi/bodies/new", url.Values{"title": {"Tavolo nuovo"}, "kind": {"?"}, "org": {"?"}, "activity": {"?"}}, ""},
		"/programmes/{code}/indicators/{indicator}/declare": {"capofila", "/programmes/labimpact/indicators/ambiti/declare",
			url.Values{"value": {"36"}, "on": {string(day)}, "evidence": {"Delibera"}}, ""},
		"/accounts/import":      {"admin", "/accounts/import", nil, "table"},
		"/organisations/import": {"admin", "/organisations/import", nil, "table"},
		"/people/import":        {"assistente", "/people/import", nil, "table"},
	}
}

// notMakers are the other routes that are sent by POST, and why the same form
// sent twice needs no key there. A new route stands here or in makers.
var notMakers = map[string][]string{
	"acts on what is there, in a state or a version that the second sending meets changed": {
		"/accounts/{id}/close", "/accounts/{id}/reopen", "/accounts/{id}/link/drop", "/accounts/{id}/places/{place}", "/accounts/{id}/places/{place}/end",
		"/accounts/{id}/places/{place}/resume", "/agreements/{id}/edit", "/agreements/{id}/sign", "/agreements/{id}/renew", "/agreements/{id}/end",
		"/agreements/{id}/documents/{file}/remove", "/organisations/{id}/edit", "/organisations/{id}/partnerships/{entry}/end", "/territories/{id}/edit",
		"/territories/{id}/end", "/code-lists/{key}/codes/{word}", "/code-lists/{key}/codes/{word}/end", "/code-lists/{key}/codes/{word}/reopen",
		"/code-lists/{key}/codes/{word}/reset", "/tasks/{id}", "/tasks/{id}/done", "/tasks/{id}/reopen", "/tasks/{id}/take", "/tasks/{id}/snooze",
		"/comments/{id}", "/comments/{id}/remove", "/comments/{id}/restore", "/cases/{id}/team/{member}/end", "/cases/{id}/team/{member}/return", "/cases/{id}/emergency-access/{entry}/end",
		"/cases/{id}/assessments/{entry}/edit", "/cases/{id}/plan", "/cases/{id}/approval", "/cases/{id}/approval/decide", "/cases/{id}/signature", "/cases/{id}/interventions/{entry}", "/cases/{id}/work/{entry}", "/cases/{id}/work-steps/{entry}", "/cases/{id}/work-steps/{entry}/void", "/cases/{id}/interventions/{entry}/void", "/cases/{id}/close", "/cases/{id}/stage", "/cases/{id}/reception",
		"/api/v1/cases/{id}/plan/approval", "/api/v1/cases/{id}/plan/decision", "/api/v1/cases/{id}/plan/in-force",
		"/mobile-team/{id}/take", "/mobile-team/{id}/decline", "/mobile-team/{id}/close", "/mobile-team/{id}/activities/{entry}/void",
		"/cases/{id}/sittings/{entry}/edit", "/cases/{id}/sittings/{entry}/cancel", "/cases/{id}/sittings/{entry}/minutes",
		"/cases/{id}/referrals/{entry}/withdraw", "/cases/{id}/referrals/{entry}/end", "/referrals/{id}/answer", "/referrals/{id}/end", "/answer/{token}", "/document/{token}", "/transfer/{token}", "/transfer/{token}/confirm", "/cases/{id}/transfers/{entry}/withdraw", "/cases/{id}/transfers/{entry}/confirm", "/health-paths/{id}/edit", "/health-paths/{id}/end", "/health-groups/{id}/edit", "/health-groups/{id}/people/{entry}/leave", "/health-groups/{id}/sessions/{entry}", "/health-groups/{id}/sessions/{entry}/void",
		"/health-groups/{id}/members", "/health-groups/{id}/members/{member}/end", "/api/v1/health-groups/{id}/sessions/{entry}/attendance", "/api/v1/health-paths/{id}/end",
		"/health-paths/{id}/members", "/health-paths/{id}/members/{member}/end", "/cases/{id}/diary/{entry}", "/cases/{id}/references/{entry}/remove", "/cases/{id}/mandates/{entry}/end", "/cases/{id}/mandates/{entry}/pass", "/cases/{id}/acts/{entry}/answer", "/cases/{id}/acts/{entry}/void", "/api/v1/cases/{id}/acts/{entry}/answer", "/cases/{id}/documents/{entry}/withdraw", "/cases/{id}/documents/{entry}/restore", "/reports/{id}/answer", "/reports/{id}/case", "/reports/links/{entry}/end",
		"/case-imports/{id}/apply", "/case-imports/{id}/undo", "/api/v1/case-imports/{id}/apply", "/api/v1/case-imports/{id}/undo",
		"/programmes/{code}/schedule/{activity}/edit", "/bodies/{id}/members/{member}/end", "/meetings/{id}", "/meetings/{id}/cancel", "/meetings/{id}/annul",
		"/api/v1/people/duplicates/scan", "/api/v1/people/duplicates/{id}/again", "/api/v1/people/duplicates/{id}/different", "/api/v1/people/duplicates/{id}/later",
		"/api/v1/people/duplicates/{id}/merge", "/api/v1/people/duplicates/{id}/undo", "/appointments/{id}/confirm", "/duplicates", "/duplicates/{id}/again",
		"/duplicates/{id}/different", "/duplicates/{id}/later", "/duplicates/{id}/merge", "/duplicates/{id}/undo", "/households/{id}/relations", "/imports/{id}",
		"/imports/{id}/drop", "/imports/{id}/run", "/imports/{id}/undo", "/jobs/{id}/cancel", "/jobs/{id}/retry", "/meetings/{id}/minutes", "/meetings/{id}/presence", "/people/ask",
		"/people/{id}/edit/{part}", "/people/{id}/guarded/{entry}/end", "/people/{id}/history/{version}", "/people/{id}/identifiers/{entry}/end",
		"/people/{id}/permits/{entry}/edit", "/people/{id}/reopen", "/people/{id}/show", "/people/{id}/twins",
		"/people/{id}/consents/{entry}/withdraw", "/people/{id}/requests/{entry}/answer", "/people/{id}/own-page/end",
		"/rights/{id}/accept", "/rights/{id}/refuse", "/rights/{id}/lift", "/rights/{id}/erase",
		"/account/tokens/revoke", "/account/sessions/close", "/account/sessions/close-others", "/invitation/{token}"},
	"carries a key; its form needs a body and a meeting of its own, and the tests of governance send it": {"/bodies/{id}/members", "/bodies/{id}/meetings",
		"/meetings/{id}/guests"},
	"carries a key; its form needs a plan to sign or a child, and the tests of cases send it":         {"/cases/{id}/signature/adult", "/cases/{id}/voice"},
	"says how things are, and says it again":                                                          {"/account/password", "/account/work-as", "/account/look", "/language", "/sign-out"},
	"what the file says holds already":                                                                {"/code-lists/{key}/import", "/packs", "/packs/preview", "/instruments"},
	"the file goes out with each answer, and each is written down":                                    {"/accounts/export", "/organisations/export", "/people/export", "/audit/export"},
	"adds to what is sealed of its record, under the key of the form: see TestHealthPathOfACode":      {"/health-paths/{id}/meetings"},
	"carries a key; its form needs a group, and TestHealthGroup sends it":                             {"/health-groups/{id}/people", "/health-groups/{id}/sessions"},
	"a new link takes the place of the one before":                                                    {"/accounts/{id}/link", "/people/{id}/own-page", "/cases/{id}/referrals/{entry}/link"},
	"shows a link once; a second is refused while the first is open":                                  {"/cases/{id}/transfer"},
	"shows a link once, and the one before holds too":                                                 {"/cases/{id}/documents/{entry}/link"},
	"carries a key; its form needs a path towards work, and TestWorkPath sends it":                    {"/cases/{id}/work/{entry}/steps"},
	"carries a key; its form needs a document, and TestDocuments sends it":                            {"/cases/{id}/documents/{entry}/versions"},
	"carries a key; its form needs the file of a case, and TestImportCase sends it":                   {"/cases/import"},
	"who signs in twice is at two screens; a letter waits for another":                                {"/sign-in", "/sign-in/forgotten"},
	"opens or ends a session of their own page; who enters twice reads twice":                         ownPosts("", "/leave"),
	"carries a key; its form needs a person who reads, and TestOwnPage sends it":                      ownPosts("/requests"),
	"a program sends its key in a header, which the register keeps":                                   {"/api/v1/people", "/api/v1/cases/{id}/assessments", "/api/v1/cases/{id}/handover", "/api/v1/cases/{id}/diary", "/api/v1/cases/{id}/interventions", "/api/v1/cases/{id}/work-paths", "/api/v1/cases/{id}/work-steps", "/api/v1/cases/{id}/references", "/api/v1/cases/{id}/acts", "/api/v1/case-imports", "/api/v1/sittings", "/api/v1/health-paths", "/api/v1/health-paths/{id}/meetings", "/api/v1/health-groups", "/api/v1/health-groups/{id}/people", "/api/v1/health-groups/{id}/sessions", "/api/v1/mobile-team/requests", "/api/v1/referrals", "/api/v1/referrals/{id}/answer", "/api/v1/cases/{id}/documents", "/api/v1/cases/{id}/plan/signatures", "/api/v1/emergency-access"},
	"carries a key; what it made is shown once, and TestReportLink sends it":                          {"/reports/links"},
	"carries a key; its form needs a link, and TestReport sends it":                                   {"/report/{token}"},
	"carries a key; its form needs a request that the team has taken on, and TestMobileTeam sends it": {"/mobile-team/{id}/notes", "/mobile-team/{id}/activities"},
}

// ownPosts are the routes of a person's own page, in every language.
func ownPosts(ends ...string) (out []string) {
	for _, lang := range i18n.People {
		for _, end := range ends {
			out = append(out, "/"+lang+"/me"+end)
		}
	}
	return out
}

// Every form that makes something makes it once, however often it arrives, and
// answers alike; with the same key and something else in it, it makes nothing.
func TestFormsSentTwiceMakeOne(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			base, all, devices := apptest.Serve(t, a), makers(t, a), map[string]device{}
			for _, pattern := range slices.Sorted(maps.Keys(all)) {
				m := all[pattern]
				if _, ok := devices[m.who]; !ok {
					d := newDevice(t, base)
					if !d.signIn(m.who, apptest.Password) {
						t.Fatalf("%s is not signed in", m.who)
					}
					d.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
					devices[m.who] = d
				}
				t.Run(strings.Trim(strings.ReplaceAll(pattern, "/", " "), " "), func(t *testing.T) { twice(t, a, devices[m.who], pattern, m) })
			}
		})
	}
}

func TestFormsThatMakeAreKnown(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, patterns := range notMakers {
		for _, p := range patterns {
			known[p] = true
		}
	}
	all := makers(t, apptest.Demo(t, dbtest.Engines[0]))
	for p := range all {
		if known[p] {
			t.Errorf("%s stands in both lists", p)
		}
		known[p] = true
	}
	for _, rt := range routes(t) {
		if rt.Method != http.MethodPost {
			continue
		}
		if !known[rt.Pattern] {
			t.Errorf("POST %s: does it make something? then it stands in makers, else in notMakers", rt.Pattern)
		}
		delete(known, rt.Pattern)
	}
	for p := range known {
		t.Errorf("no route %s", p)
	}
}

// twice sends a form twice, and once more with something else in it.
func twice(t *testing.T, a *app.App, d device, pattern string, m maker) {
	t.Helper()
	d.t = t
	_, _, page := d.raw(m.page)
	action, form := formOf(t, page, pattern, m)
	if len(form["_once"]) != 1 || form.Get("_once") == "" {
		t.Fatalf("the form carries no key: %v", form)
	}
	before := rowCounts(t, a)
	status, at, body := m.send(t, d, action, form, "")
	if status >= 400 {
		t.Fatalf("%d: %v\n%s", status, form, body)
	}
	first := rowCounts(t, a)
	if first["once"] != before["once"]+1 || len(grown(before, first)) < 2 {
		t.Fatalf("it makes nothing: %v", grown(before, first))
	}
	again, there, _ := m.send(t, d, action, form, "")
	if second := rowCounts(t, a); again != status || there != at || len(grown(first, second)) > 0 {
		t.Errorf("again: %d %s, want %d %s, and nothing new: %v", again, there, status, at, grown(first, second))
	}
	if status, _, _ := m.send(t, d, action, form, "altro"); status < 400 || len(grown(first, rowCounts(t, a))) > 0 {
		t.Errorf("something else with the same key: %d, %v", status, grown(first, rowCounts(t, a)))
	}
}

// grown are the tables with more rows than before.
func grown(before, after map[string]int) (out []string) {
	for name, n := range after {
		if n > before[name] {
			out = append(out, name)
		}
	}
	return out
}

var (
	anyForm  = regexp.MustCompile(`(?s)<form[^>]* action="([^"]*)"[^>]*>(.*?)</form>`)
	hidden1  = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)
	anyValue = regexp.MustCompile(`value="([^"]+)"`)
)

// formOf finds the form of a route on a page, and fills it in.
func formOf(t *testing.T, page, pattern string, m maker) (action string, form url.Values) {
	t.Helper()
	path := regexp.MustCompile("^" + regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(pattern, `[^/]+`) + "$")
	for _, f := range anyForm.FindAllStringSubmatch(page, -1) {
		if action = html.UnescapeString(f[1]); !path.MatchString(action) || !strings.Contains(strings.ToLower(f[0]), `method="post"`) {
			continue
		}
		form = url.Values{}
		for _, h := range hidden1.FindAllStringSubmatch(f[2], -1) {
			form.Set(h[1], html.UnescapeString(h[2]))
		}
		for name, values := range m.fill {
			if values[0] == "?" {
				_, rest, _ := strings.Cut(f[2], `name="`+name+`"`)
				if v := anyValue.FindStringSubmatch(rest); v != nil {
					values = []string{html.UnescapeString(v[1])}
				}
			}
			form[name] = values
		}
		return action, form
	}
	t.Fatalf("no form for %s on %s:\n%s", pattern, m.page, page)
	return "", nil
}

// send sends a form, with something more in it when other is set.
func (m maker) send(t *testing.T, d device, action string, form url.Values, other string) (status int, at, body string) {
	t.Helper()
	form = maps.Clone(form)
	if other != "" {
		form.Set("other", other)
	}
	if m.file == "" {
		return d.post(action, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	}
	content := new(bytes.Buffer)
	w := multipart.NewWriter(content)
	for name := range form {
		if err := w.WriteField(name, form.Get(name)); err != nil {
			t.Fatal(err)
		}
	}
	name, text := "tabella.csv", "Denominazione;Tipologia\nLommerd;Associazione\n"
	if m.file == "document" || m.file == "file" {
		name, text = "carta.pdf", "%PDF-1.7\nConvenzione firmata\n%%EOF\n"
	}
	file, err := w.CreateFormFile(m.file, name)
	if err == nil {
		_, err = file.Write([]byte(text))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return d.post(action, w.FormDataContentType(), content)
}

func enrolled(t *testing.T, a *app.App, name string) (person, household string) {
	t.Helper()
	newcomers := people.Newcomers([]people.NewcomerForm{{GivenName: "Amara", FamilyName: name, BirthDate: "1990", Relation: people.ReferencePerson}}, name)
	person, household, err := a.People.Enrol(as(t, a, "assistente"), newcomers, crypto.Sending{})
	if err != nil {
		t.Fatal(err)
	}
	return person, household
}

// motherAndChild is a mother and her child: the child's id, and where they live.
func motherAndChild(t *testing.T, a *app.App) (child, household string) {
	t.Helper()
	ctx := as(t, a, "assistente")
	rows := []people.NewcomerForm{{GivenName: "Zwartkop", BirthDate: "1990", Relation: people.ReferencePerson}, {GivenName: "Vink", BirthDate: "2019", Relation: people.Child}}
	_, household, err := a.People.Enrol(ctx, people.Newcomers(rows, "Zwartkop"), crypto.Sending{})
	if err != nil {
		t.Fatal(err)
	}
	h, err := a.People.Household(ctx, household)
	if err != nil {
		t.Fatal(err)
	}
	return h.Members[1].PersonID, household
}
