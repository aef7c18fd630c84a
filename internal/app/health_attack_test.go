package app_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/cases"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// Somebody with an addiction begins a path of care, once by name and once by a code, and
// comes to a prevention group.
// Everybody else reads, before and after, everything that the program answers to them:
// pages, lists, searches, exports, counts, the API. No answer changes by a letter, so
// none tells of it; and none of what is written in it, nor its id, stands in any.
func TestNobodyCanTellOfAPathOfCare(t *testing.T) {
	eachDemo(t, func(t *testing.T, a *app.App) {
		real, at := a.DB.Now, a.DB.Now()
		a.DB.Now = func() time.Time { return at }
		defer func() { a.DB.Now = real }()
		w := watchersOf(t, a)
		w.everything(t) // what the first look changes is no sign
		before := w.look(t)
		needles := []string{careOf(t, a, "assistente", w.family.ids[policy.Person]), "Wielewaalcentrum", "Roerdompje", "Waterhoen", "Ijsvogeltje"}
		member := as(t, a, "assistente")
		begin := cases.HealthDraft{Code: "Waterhoen-7", Sex: "M", AgeClass: "30-44", State: cases.HealthFollowed, FirstOn: db.DateOf(at), From: "social", To: "serd", Reason: "alcohol", ToName: "Wielewaalcentrum"}
		id, err := a.Cases.OpenHealthPath(member, begin)
		if err == nil {
			err = a.Cases.NameToHealthPath(member, id, policy.From(as(t, a, "assistente")).AccountID)
		}
		if err == nil {
			err = a.Cases.MeetOnHealthPath(member, id, cases.HealthMeeting{On: db.DateOf(at), Minutes: 30, Who: "Ijsvogeltje"}, crypto.Sending{})
		}
		if err != nil {
			t.Fatal(err)
		}
		group := groupOf(t, a, "assistente", w.family.ids[policy.Person])
		needles = append(append(needles, id, group), groupSays...)
		after := w.look(t)
		for ask, was := range before {
			is := after[ask]
			if is != was {
				t.Errorf("%s is answered otherwise since there are a path of care and a group:\n%s", ask, firstDifference(was, is))
			}
			for _, s := range needles {
				if strings.Contains(is, s) {
					t.Errorf("%s tells %q", ask, s)
				}
			}
		}
		t.Logf("%d answers of %d readers compared", len(before), len(w.readers))
		if len(before) < 300 {
			t.Errorf("only %d answers say anything", len(before))
		}
		ask := asker(t, a, "assistente")
		if mine := ask(http.MethodGet, "/health-paths", nil); !strings.Contains(mine.Body.String(), "Waterhoen-7") || !strings.Contains(mine.Body.String(), id) {
			t.Error("not even who is named reads it: nothing was hidden")
		}
		for _, path := range []string{"/cases/{id}/file/paper" + wholeFile, "/cases/{id}/export.json" + wholeFile, "/api/v1/cases/{id}/export?purpose=meeting"} {
			whole := ask(http.MethodGet, strings.ReplaceAll(path, "{id}", w.family.ids[policy.Case]), nil)
			if whole.Code != http.StatusOK {
				t.Errorf("%s: %d %.300s", path, whole.Code, whole.Body)
			}
			for _, s := range needles {
				if strings.Contains(whole.Body.String(), s) {
					t.Errorf("who is named to the path takes %q along with the case: %s", s, path)
				}
			}
		}
		if mine := ask(http.MethodGet, "/health-groups/"+group, nil); !strings.Contains(mine.Body.String(), "Kievit") || !strings.Contains(mine.Body.String(), w.family.name) {
			t.Error("not even who leads the group reads it: nothing was hidden")
		}
		w.search(t)
	})
}

// watchers are those who look for a sign: who works with the person, in the team of
// the case or beside it, and who coordinates, counts, watches over data or manages.
type watchers struct {
	*matrix
	readers []caste
	asks    []watch // that have an answer
}

// watch is a page for one reader.
type watch struct {
	reader caste
	path   string
}

func (k watch) String() string { return k.reader.name + " " + k.path }

func watchersOf(t *testing.T, a *app.App) *watchers {
	t.Helper()
	m := newMatrix(t, a)
	m.family.ids[policy.HealthPath], m.family.ids[policy.HealthGroup] = never, never // that of somebody else's is the matrix's to ask
	w := &watchers{matrix: m}
	for _, who := range []string{"sportello", "collega", "psicologo", "educatrice", "mediatore", "capofila", "regione", "valutatore", "dpo", "admin", "partner", "ravenna.assistente"} {
		c := casteOf(t, a, apptest.Mail(who), works)
		c.name = who
		w.readers = append(w.readers, c)
	}
	return w
}

// queries are what is asked of lists beside the plain page.
var queries = map[string]string{"/people": "?q=%s", "/find": "?q=%s", "/api/v1/people": "?q=%s", "/people/matches": "?given_name=%s&family_name=x",
	"/cases/{id}/file/paper": wholeFile, "/cases/{id}/export.json": wholeFile, "/api/v1/cases/{id}/export": "?purpose=meeting", "/programmes/{code}": "", "/programmes/{code}/indicators/{indicator}": ""}

// everything asks all routes of everybody, and keeps what has an answer: that the rest
// has none is the matrix's to say. Nobody is told by who writes down reads, and a paper
// has the second in it in which it was made: the page that it is printed from is asked.
func (w *watchers) everything(t *testing.T) {
	t.Helper()
	for _, rt := range w.Routes() {
		if rt.Method != http.MethodGet || rt.Permission == policy.Public || rt.Permission == policy.OwnFile || strings.HasPrefix(rt.Pattern, "/audit") || strings.HasSuffix(rt.Pattern, ".pdf") {
			continue
		}
		for _, c := range w.readers {
			for _, path := range w.paths(t, rt.Pattern) {
				if got := w.get(t, c, http.MethodGet, path); got.Code == http.StatusOK {
					w.asks = append(w.asks, watch{c, path})
				}
			}
		}
	}
}

// look asks again what has an answer.
func (w *watchers) look(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, k := range w.asks {
		out[k.String()] = stillHidden(w.get(t, k.reader, http.MethodGet, k.path))
	}
	return out
}

func (w *watchers) paths(t *testing.T, pattern string) []string {
	path := w.path(t, pattern, "")
	out := []string{path}
	if q, ok := queries[pattern]; ok && q != "" {
		out = append(out, path+strings.ReplaceAll(q, "%s", url.QueryEscape(w.family.name)))
	}
	if strings.Contains(pattern, "/programmes/{code}") {
		for _, of := range []string{"2-percorsi", "2.1-gruppi-persone", "2.1-gruppi-incontri", "2.1-gruppi-ore"} {
			if other := strings.NewReplacer("/reboot", "/becomer", "1.1-operatori", of).Replace(path); !slices.Contains(out, other) {
				out = append(out, other)
			}
		}
	}
	return out
}

var moving = regexp.MustCompile(`nonce-[^"']+|"request_id":"[^"]*"`)

func stillHidden(w *httptest.ResponseRecorder) string {
	return moving.ReplaceAllString(blank(w.Body.String()), "") + w.Header().Get("Location")
}

func firstDifference(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	from := max(0, i-120)
	return fmt.Sprintf("was %q\nis  %q", a[from:min(len(a), i+120)], b[from:min(len(b), i+120)])
}

// search asks for whoever began a path as one asks for a person who is there already.
func (w *watchers) search(t *testing.T) {
	t.Helper()
	for _, c := range w.readers {
		for _, q := range []string{"Waterhoen", "Waterhoen-7", "Wielewaalcentrum", "Grutto-9", "Kluutgroep"} {
			for _, path := range []string{"/people?q=", "/find?q=", "/api/v1/people?q="} {
				got, none := w.get(t, c, http.MethodGet, path+q), w.get(t, c, http.MethodGet, path+"Nachtzwaluw-7")
				if got.Code != none.Code || len(strings.ReplaceAll(stillHidden(got), q, "")) != len(strings.ReplaceAll(stillHidden(none), "Nachtzwaluw-7", "")) {
					t.Errorf("%s finds %q by %s: %d, %d", c.name, q, path, got.Code, none.Code)
				}
			}
		}
	}
}
