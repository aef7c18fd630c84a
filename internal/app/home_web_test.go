package app_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tessuto/internal/access"
	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/comment"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/jobs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
)

// noon is today at noon in Rome: what the tests book is not moved over midnight.
func noon(a *app.App) time.Time {
	now := a.DB.Now().In(i18n.Rome)
	return time.Date(now.Year(), now.Month(), now.Day(), 12, 0, 0, 0, i18n.Rome)
}

// book agrees an appointment of the family's reference person.
func book(t *testing.T, ctx context.Context, a *app.App, person string, at time.Time, where string) string {
	t.Helper()
	ap := access.Appointment{PersonID: person, StartsAt: at, Minutes: 30}
	ap.Where = where
	id, err := a.Access.Book(ctx, ap, crypto.Sending{})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// onDay serves the demo, at noon, to somebody of its staff.
func onDay(t *testing.T, fn func(t *testing.T, a *app.App, as func(who string) device)) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			at := noon(a)
			a.DB.Now = func() time.Time { return at }
			base := apptest.Serve(t, a)
			fn(t, a, func(who string) device {
				d := newDevice(t, base)
				if !d.signIn(who, apptest.Password) {
					t.Fatal(who, "is not signed in")
				}
				return d
			})
		})
	}
}

var tile = regexp.MustCompile(`(?s)<a class="tile" href="([^"]+)".*?<span class="big">(\d+)</span>`)

// What a count leads to is exactly what was counted, and the day holds what is
// one's own: a colleague's appointment is on the agenda and not in the day.
func TestDayCountsWhatItOpens(t *testing.T) {
	t.Parallel()
	onDay(t, func(t *testing.T, a *app.App, login func(string) device) {
		family := familyOf(t, a)
		mine := as(t, a, "assistente")
		person := family.ids["person"]
		early := book(t, mine, a, person, noon(a).Add(-3*time.Hour), "Stanza uno")
		late := book(t, mine, a, person, noon(a).Add(3*time.Hour), "Stanza due")
		desk := book(t, as(t, a, "sportello"), a, person, noon(a).Add(time.Hour), "Banco dello sportello")
		book(t, mine, a, person, noon(a).AddDate(0, 0, 8), "Stanza tre")

		addTasks(t, mine, a)
		keepJobs(t, a)
		d := login("assistente")
		_, _, page := d.send("/home", nil)
		for _, want := range []string{early, late, "Stanza uno", "Stanza due", `class="is-past"`, `class="is-next"`} {
			if !strings.Contains(page, want) {
				t.Errorf("the day lacks %q", want)
			}
		}
		for _, never := range []string{desk, "Banco dello sportello", "Stanza tre"} {
			if strings.Contains(page, never) {
				t.Errorf("the day has %q, which is not mine or not near", never)
			}
		}
		counts := tile.FindAllStringSubmatch(page, -1)
		opens := map[string]string{}
		for _, m := range counts {
			code, _, list := d.send(m[1], nil)
			_, list, _ = strings.Cut(list, "<main")
			opens[m[1]] = m[2]
			if n := standIn(m[1], list); code != http.StatusOK || strconv.Itoa(n) != m[2] {
				t.Errorf("%s: %d, %d records, and the day says %s", m[1], code, n, m[2])
			}
		}
		if len(opens) < 3 || opens["/jobs?open=1"] != "2" || opens["/tasks?soon=1"] == "" {
			t.Errorf("counts: %v", opens)
		}
		_, _, soon := d.send("/tasks?soon=1", nil) // the page of the day has the first of them
		if strings.Contains(page+soon, "Fra due settimane") || !strings.Contains(soon, "Entro domani") {
			t.Error("the tasks of the day are not those of the next seven")
		}
	})
}

// Each role's day: every count is as many as the list that it opens.
func TestDayOfEachRoleCountsWhatItOpens(t *testing.T) {
	t.Parallel()
	onDay(t, func(t *testing.T, _ *app.App, login func(string) device) {
		seen := map[string]bool{}
		for _, who := range []string{"assistente", "collega", "psicologo", "emt", "mediatore", "capofila", "pistoia.assistente"} {
			d := login(who)
			_, _, page := d.send("/home", nil)
			for _, m := range tile.FindAllStringSubmatch(page, -1) {
				seen[m[1]] = true
				code, _, list := d.send(m[1], nil)
				_, list, _ = strings.Cut(list, "<main")
				if n := standIn(m[1], list); code != http.StatusOK || strconv.Itoa(n) != m[2] {
					t.Errorf("%s of %s: %d, %d records, and the day says %s", m[1], who, code, n, m[2])
				}
			}
		}
		for _, href := range []string{"/cases/due?show=review", "/cases/due?show=work", "/cases/due?show=leaving", "/cases/approvals", "/referrals?show=to_answer"} {
			if !seen[href] {
				t.Errorf("nobody's day opens %s: %v", href, seen)
			}
		}
	})
}

// standIn counts what stands in the list that a count opens.
func standIn(href, list string) int {
	switch {
	case strings.HasPrefix(href, "/tasks"):
		return strings.Count(list, `class="task-title"`)
	case strings.HasPrefix(href, "/jobs"):
		return strings.Count(list, `<article class="panel" id="job-`)
	}
	records := "appointments|cases"
	if strings.HasPrefix(href, "/permits") || strings.HasPrefix(href, "/coming-of-age") {
		records = "people"
	}
	for _, collection := range []string{"reports", "referrals", "mobile-team", "meetings", "agreements"} {
		if strings.HasPrefix(href, "/"+collection) {
			records = collection
		}
	}
	if strings.HasSuffix(href, "?show=late") {
		records = "cases/[0-9a-f-]{36}/referrals"
	}
	links := regexp.MustCompile(`<a href="/(?:`+records+`)/[0-9a-f-]{36}["#/]`).FindAllString(list, -1)
	slices.Sort(links)
	return len(slices.Compact(links))
}

func addTasks(t *testing.T, ctx context.Context, a *app.App) {
	t.Helper()
	today := db.DateOf(a.DB.Now())
	for title, due := range map[string]db.Date{"Entro domani": today.AddDays(1), "Per oggi": today, "Fra due settimane": today.AddDays(14), "Quando si può": ""} {
		_, err := a.Tasks.Add(ctx, task.Draft{Words: task.Words{Title: title}, Due: due, To: task.To{AccountID: policy.From(ctx).AccountID}})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// keepJobs leaves a job that waits, one that failed and one that is done.
func keepJobs(t *testing.T, a *app.App) {
	t.Helper()
	b := newBench(a)
	b.ask(t, "assistente", "quick", jobs.Opts{})
	b.ask(t, "assistente", "refused", jobs.Opts{})
	if _, err := a.Jobs.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.ask(t, "assistente", "quick", jobs.Opts{})
}

// Who has nothing waiting is told so in a line; who has no such work at all is
// led on, and nobody sees a part of another's work.
func TestDayOfEachRole(t *testing.T) {
	t.Parallel()
	onDay(t, func(t *testing.T, a *app.App, login func(string) device) {
		for who, c := range map[string]struct{ has, lacks []string }{
			"mediatore": {[]string{"home.today.none", "home.hours.none"}, []string{"home.cases", "command.contact"}},
			"psicologo": {[]string{"home.cases", "command.urgent"}, []string{"command.contact", "home.hours"}},
			"admin":     {[]string{"command.account", "nav.accounts.what"}, []string{"home.cases", "home.today", "command.person"}},
			"dpo":       {[]string{"nav.audit.what"}, []string{"home.cases", "command.person"}},
		} {
			_, _, page := login(who).send("/home", nil)
			for _, key := range c.has {
				if !strings.Contains(page, word(t, key)) {
					t.Errorf("%s: the day lacks %q", who, word(t, key))
				}
			}
			for _, key := range c.lacks {
				if strings.Contains(page, ">"+word(t, key)+"<") {
					t.Errorf("%s: the day has %q", who, word(t, key))
				}
			}
			if bareKey(page) {
				t.Errorf("%s: the page shows a key", who)
			}
		}
	})
}

// Days that cannot be read, or that end before they begin, are said beside the
// days that were asked for, not answered with other days.
func TestAgendaSaysWrongDays(t *testing.T) {
	t.Parallel()
	ask := asker(t, apptest.Demo(t, "sqlite"), "assistente")
	for query, want := range map[string]string{
		"from=2026-13-99":               "error.field_date",
		"to=ieri":                       "error.field_date",
		"from=2026-03-02&to=2026-03-01": "error.field_before",
		"from=2026-03-01&to=2026-03-01": "",
		"from=&to=":                     "",
	} {
		got := ask(http.MethodGet, "/appointments?"+query, nil)
		page := got.Body.String()
		if want == "" && (got.Code != http.StatusOK || strings.Contains(page, "data-error-summary")) {
			t.Errorf("%s: %d", query, got.Code)
		}
		if want != "" && (got.Code != http.StatusUnprocessableEntity || !strings.Contains(page, word(t, want)) || !strings.Contains(page, `name="from"`)) {
			t.Errorf("%s: %d", query, got.Code)
		}
	}
	if page := ask(http.MethodGet, "/appointments?from=2026-13-99", nil).Body.String(); !strings.Contains(page, `value="2026-13-99"`) {
		t.Error("what was asked for is not kept")
	}
}

// Who is called in a note finds it in their day, and nobody else does.
func TestMentionIsInTheDay(t *testing.T) {
	t.Parallel()
	onDay(t, func(t *testing.T, a *app.App, login func(string) device) {
		id := familyOf(t, a).ids["case"]
		called := policy.From(as(t, a, "psicologo"))
		for who, before := range map[string]int{"psicologo": 0, "mediatore": 0} {
			if n := calls(t, login(who), id); n != before {
				t.Fatalf("%s has %d calls before the note", who, n)
			}
		}
		note := comment.Draft{Record: task.Record{Kind: policy.Case, ID: id, Section: policy.Diary}, Words: comment.Words{Text: "@" + called.Name + " può sentirla?"}}
		if _, err := a.Comments.Add(as(t, a, "assistente"), note); err != nil {
			t.Fatal(err)
		}
		for who, want := range map[string]int{"psicologo": 1, "mediatore": 0, "assistente": 0} {
			if n := calls(t, login(who), id); n != want {
				t.Errorf("%s: the day has %d calls, not %d", who, n, want)
			}
		}
	})
}

// calls counts the notes about a case that wait in somebody's day.
func calls(t *testing.T, d device, id string) int {
	t.Helper()
	code, _, page := d.send("/home", nil)
	if code != http.StatusOK {
		t.Fatal(code)
	}
	if n := strings.Count(page, word(t, "comment.called")); n == 0 || strings.Contains(page, "/cases/"+id) {
		return n
	}
	return -1
}

// A search over everything finds what the actor may see, and writes down that
// they saw it; a stranger finds nobody.
func TestFindKeepsTheScope(t *testing.T) {
	t.Parallel()
	onDay(t, func(t *testing.T, a *app.App, login func(string) device) {
		family := familyOf(t, a)
		ask := "?q=" + url.QueryEscape(family.name)
		logged := reads(t, a)
		_, _, page := login("assistente").send("/find"+ask, nil)
		for _, want := range []string{family.name, "/people/" + family.ids["person"], "/cases/" + family.ids["case"]} {
			if !strings.Contains(page, want) {
				t.Errorf("the search lacks %q", want)
			}
		}
		if now := reads(t, a); now <= logged {
			t.Errorf("%d readings written down before, %d after", logged, now)
		}
		for _, who := range []string{"partner", "admin", "mediatore", "bergamo.assistente"} {
			for _, as := range []string{"", "&as=options"} {
				_, _, page := login(who).send("/find"+ask+as, nil)
				if strings.Contains(page, "/people/"+family.ids["person"]) || strings.Contains(page, family.ids["case"]) {
					t.Errorf("%s finds the family", who)
				}
			}
		}
		long := strings.Repeat("vurgalip ", 12)
		for _, path := range []string{"/find?q=", "/find?as=options&q="} {
			_, _, page := login("assistente").send(path+url.QueryEscape(long), nil)
			if strings.Contains(page, strings.TrimSpace(long)) || (path == "/find?q=") != strings.Contains(page, i18n.T(i18n.With(t.Context(), "it"), "find.cut", "Most", 100)) {
				t.Errorf("%s: what is too long comes back, or is cut in silence", path)
			}
		}
		_, _, page = login("assistente").send("/find?q=nuo+cont&as=options", nil)
		if !strings.Contains(page, `role="option"`) || !strings.Contains(page, word(t, "command.contact")) || strings.Contains(page, "<html") {
			t.Errorf("options: %s", page)
		}
		if _, _, page = login("admin").send("/find?q=nuo", nil); strings.Contains(page, word(t, "command.contact")) {
			t.Error("the admin is offered the desk")
		}
	})
}

// What is offered is there, and asks for the same right.
func TestPlacesAndCommandsAreRoutes(t *testing.T) {
	t.Parallel()
	letters := map[string]string{}
	all := routes(t)
	for _, o := range app.Offered() {
		found := false
		for _, rt := range all {
			if rt.Method == http.MethodGet && rt.Pattern == o.Href {
				found = true
				for _, r := range policy.Roles {
					if r.Holds(o.Permission) && !r.Holds(rt.Permission) {
						t.Errorf("%s is offered to %s, who may not", o.Href, r)
					}
				}
			}
		}
		if !found {
			t.Errorf("%s is offered and nothing answers", o.Href)
		}
		if o.Letter != "" && letters[o.Letter] != "" {
			t.Errorf("%s and %s share the key %q", o.Href, letters[o.Letter], o.Letter)
		}
		letters[o.Letter] = o.Href
	}
}

func TestThemeAndKeysAreKept(t *testing.T) {
	t.Parallel()
	onDay(t, func(t *testing.T, a *app.App, login func(string) device) {
		d := login("dpo")
		_, _, page := d.send("/home", nil)
		if strings.Contains(page, "data-theme") || !strings.Contains(page, "<body data-keys>") {
			t.Error("at first the theme is the machine's and the keys work")
		}
		d.send("/account/look", url.Values{"theme": {"dark"}})
		_, _, page = d.send("/home", nil)
		if !strings.Contains(page, `data-theme="dark"`) || strings.Contains(page, "data-keys") {
			t.Error("dark without keys was chosen")
		}
		d.send("/account/look", url.Values{"theme": {`x" onload="`}, "keys": {"on"}})
		if _, _, page = d.send("/account", nil); strings.Contains(page, "data-theme") || !strings.Contains(page, "<body data-keys>") {
			t.Error("a theme that is none was kept")
		}
	})
}
