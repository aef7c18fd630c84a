package codelist_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
)

const requests = "contact_request"

type bench struct {
	*app.App
	*testing.T
}

func each(t *testing.T, fn func(b *bench)) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			fn(&bench{App: apptest.Demo(t, engine), T: t})
		})
	}
}

func (b *bench) as(who string) context.Context {
	b.Helper()
	actor, err := b.Auth.Actor(b.Context(), apptest.Mail(who))
	b.must(err)
	return policy.With(b.Context(), actor)
}

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) refused(err error, want errs.Code, what string) {
	b.Helper()
	if err == nil || errs.CodeOf(err) != want {
		b.Errorf("%s: got %v, want %s", what, err, want)
	}
}

func (b *bench) today() db.Date { return db.DateOf(b.DB.Now()) }

// lists is a context with the lists of the demo's network.
func (b *bench) lists() context.Context {
	b.Helper()
	ctx := b.as("admin")
	set, err := b.Codes.Of(ctx, policy.From(ctx).Network)
	b.must(err)
	return codelist.With(ctx, set, b.today())
}

func (b *bench) entry(code string) *codelist.Entry {
	b.Helper()
	l, _, err := b.Codes.History(b.as("admin"), requests)
	b.must(err)
	return l.Entry(code)
}

// The story of a list: a code gets other words, one is ended, one added; what
// ended is taken back, what was changed is restored, and nothing is lost.
func TestEdit(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		admin := b.as("admin")
		e := *b.entry("work")
		e.Label = map[string]string{"it": "Lavoro e tirocini", "ar": "عمل"}
		b.must(b.Codes.Save(admin, requests, e))
		if got := codelist.Word(b.lists(), requests, "work"); got != "Lavoro e tirocini" {
			b.Errorf("in this process it is called %q", got)
		}
		b.must(b.Codes.Add(admin, requests, codelist.Entry{Code: "sport", Label: map[string]string{"it": "Sport"}, From: b.today().AddDays(1)}, crypto.Sending{}))
		if codelist.Valid(b.lists(), requests, "sport", "") || !codelist.Valid(b.lists(), requests, "sport", b.today().AddDays(1)) {
			b.Error("a code that begins tomorrow")
		}
		b.must(b.Codes.End(admin, requests, "italian", b.today().AddDays(-1), "school"))
		ctx := b.lists()
		if codelist.Valid(ctx, requests, "italian", "") || !codelist.Valid(ctx, requests, "italian", b.today().AddDays(-1)) {
			b.Error("the day of service says whether a code holds")
		}
		has := func(list ...string) bool {
			return slices.ContainsFunc(codelist.Options(ctx, requests, "", list...), func(o ui.Option) bool { return o.Value == "italian" })
		}
		if has() || !has("italian") {
			b.Error("a form offers what holds, and what the record has")
		}
		b.must(b.Codes.Reopen(admin, requests, "italian"))
		if got := b.entry("italian"); got.To != "" || got.ReplacedBy != "" || got.Version != 2 {
			b.Errorf("taken back: %+v", got)
		}
		b.must(b.Codes.Reset(admin, requests, "work"))
		if got := b.entry("work"); got.Label["it"] != "Lavoro" || got.Version != 2 {
			b.Errorf("restored: %+v", got)
		}
		_, edits, err := b.Codes.History(admin, requests)
		b.must(err)
		if len(edits) != 5 || edits[0].Who != "Irene Costa" {
			b.Errorf("the history: %+v", edits)
		}
		if codelist.Word(t.Context(), requests, "work") != "Lavoro" {
			b.Error("another network sees the edit")
		}
	})
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		admin, words := b.as("admin"), map[string]string{"it": "x"}
		for _, who := range []string{"assistente", "capofila", "dpo", "regione"} {
			b.refused(b.Codes.Add(b.as(who), requests, codelist.Entry{Code: "x", Label: words}, crypto.Sending{}), errs.Forbidden, who+" adds")
			_, _, err := b.Codes.History(b.as(who), requests)
			b.refused(err, errs.Forbidden, who+" reads")
			if code, _ := b.send(who, "GET", "/code-lists/"+requests, nil); code != http.StatusNotFound {
				b.Errorf("%s opens the page: %d", who, code)
			}
		}
		b.refused(b.Codes.Add(admin, "nothing", codelist.Entry{Code: "x", Label: words}, crypto.Sending{}), errs.NotFound, "a list that is none")
		for what, e := range map[string]codelist.Entry{
			"no words":            {Code: "x", Label: map[string]string{"en": "x"}},
			"blank words":         {Code: "x", Label: map[string]string{"it": " "}},
			"a code with spaces":  {Code: "x y", Label: words},
			"a code that is used": {Code: "work", Label: words},
			"days the wrong way":  {Code: "x", Label: words, From: "2026-02-01", To: "2026-01-01"},
			"in place of nothing": {Code: "x", Label: words, ReplacedBy: "nothing"},
		} {
			b.refused(b.Codes.Add(admin, requests, e, crypto.Sending{}), errs.Invalid, what)
		}
		b.refused(b.Codes.End(admin, "household_relation", "1", b.today(), ""), errs.Invalid, "ending what rules speak of")
		b.refused(b.Codes.End(admin, requests, "work", "", ""), errs.Invalid, "ending without a day")
		b.refused(b.Codes.End(admin, requests, "never", b.today(), ""), errs.NotFound, "ending what is not there")
		b.must(b.Codes.Add(admin, requests, codelist.Entry{Code: "own", Label: words}, crypto.Sending{}))
		b.refused(b.Codes.Reset(admin, requests, "own"), errs.Conflict, "taking out what may be in records")
		e := *b.entry("work")
		e.Label = map[string]string{"it": "Loro"}
		b.must(b.Codes.Save(admin, requests, e))
		e.Label = map[string]string{"it": "Mie"}
		err := b.Codes.Save(admin, requests, e)
		if theirs := errs.TheirsOf[codelist.Entry](err); theirs == nil || theirs.Label["it"] != "Loro" {
			b.Errorf("a conflict: %v", err)
		}
		code, page := b.send("admin", "POST", "/code-lists/"+requests+"/codes/work", url.Values{"label_it": {"Mie"}})
		if code != http.StatusConflict || !strings.Contains(page, "Loro") || !strings.Contains(page, "Mie") {
			b.Errorf("the page of a conflict: %d", code)
		}
	})
}

// Another process finds what was edited, after a moment; without an edit it asks
// only how many there are.
func TestOtherProcess(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		other := codelist.New(b.DB, b.Keys, b.Audit, b.Auth)
		now := b.DB.Now()
		b.DB.Now = func() time.Time { return now }
		admin := b.as("admin")
		network := policy.From(admin).Network
		before, err := other.Of(admin, network)
		b.must(err)
		b.must(b.Codes.Add(admin, requests, codelist.Entry{Code: "sport", Label: map[string]string{"it": "Sport"}}, crypto.Sending{}))
		same, err := other.Of(admin, network)
		b.must(err)
		now = now.Add(3 * time.Second)
		after, err := other.Of(admin, network)
		b.must(err)
		if same != before || after.List(requests).Entry("sport") == nil || before.List(requests).Entry("sport") != nil {
			b.Error("an edit of another process")
		}
		now = now.Add(3 * time.Second)
		if again, _ := other.Of(admin, network); again != after {
			b.Error("read again without an edit")
		}
	})
}

// What is exported is what is imported: nothing changes. What differs does.
func TestExportImport(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		admin := b.as("admin")
		for _, key := range codelist.Shipped().Keys() {
			l, _, err := b.Codes.History(admin, key)
			b.must(err)
			text, err := codelist.Write(l)
			b.must(err)
			if n, err := b.Codes.Import(admin, key, text); n != 0 || err != nil {
				b.Errorf("%s: %d changed, %v\n%s", key, n, err, text)
			}
			_, err = b.Codes.Import(admin, "contact_outcome", text)
			if key != "contact_outcome" {
				b.refused(err, errs.Invalid, "another list")
			}
		}
		l, _, err := b.Codes.History(admin, requests)
		b.must(err)
		l.Entries[0].Label = map[string]string{"it": "Abitare"}
		l.Entries = append(l.Entries, codelist.Entry{Code: "sport", Label: map[string]string{"it": "Sport"}})
		text, err := codelist.Write(l)
		b.must(err)
		if n, err := b.Codes.Import(admin, requests, text); n != 2 || err != nil {
			b.Errorf("%d changed, %v", n, err)
		}
		if codelist.Word(b.lists(), requests, "housing") != "Abitare" || codelist.Word(b.lists(), requests, "sport") != "Sport" {
			b.Error("what was imported is not there")
		}
		if code, page := b.send("admin", "GET", "/code-lists/"+requests+"/export", nil); code != http.StatusOK || !strings.Contains(page, "code: sport") {
			b.Errorf("the download: %d %s", code, page)
		}
		for _, key := range []string{"", "?on=2020-01-01", "?on=x"} {
			if code, _ := b.send("admin", "GET", "/code-lists/"+requests+key, nil); code != http.StatusOK {
				b.Errorf("%s: %d", key, code)
			}
		}
	})
}

// A desk writes what holds on the day, and reads what was ended since.
func TestDesk(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		_, page := b.send("sportello", "GET", "/desk", nil)
		if !strings.Contains(page, "Corsi di italiano") && !strings.Contains(page, `value="italian"`) {
			b.Fatal("the desk does not offer the codes")
		}
		b.must(b.Codes.End(b.as("admin"), requests, "italian", b.today().AddDays(-1), ""))
		b.must(b.Codes.Add(b.as("admin"), requests, codelist.Entry{Code: "sport", Label: map[string]string{"it": "Sport di quartiere"}}, crypto.Sending{}))
		_, page = b.send("sportello", "GET", "/desk", nil)
		if strings.Contains(page, `value="italian"`) || !strings.Contains(page, "Sport di quartiere") {
			b.Error("the desk offers what was ended, or not what was added")
		}
		desks, err := b.Access.Desks(b.as("sportello"))
		b.must(err)
		form := func(on db.Date) url.Values {
			return url.Values{"requests": {"italian"}, "outcome": {"informed"}, "channel": {"phone"}, "minutes": {"5"}, "on": {string(on)},
				"desk": {desks[0].ID}, "save": {"anonymous"}, "_once": {"k" + string(on)}}
		}
		if code, _ := b.send("sportello", "POST", "/desk", form(b.today())); code != http.StatusUnprocessableEntity {
			b.Errorf("a code that was ended: %d", code)
		}
		if code, _ := b.send("sportello", "POST", "/desk", form(b.today().AddDays(-1))); code != http.StatusSeeOther {
			b.Errorf("a code that held on the day of service: %d", code)
		}
	})
}

func (b *bench) send(who, method, path string, form url.Values) (int, string) {
	b.Helper()
	token, err := b.IssueToken(b.Context(), apptest.Mail(who), "test", 30)
	b.must(err)
	r := httptest.NewRequestWithContext(b.Context(), method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	b.Handler().ServeHTTP(w, r)
	return w.Code, w.Body.String()
}
