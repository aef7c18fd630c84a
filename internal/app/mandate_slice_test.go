package app_test

import (
	"cmp"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/storage"
	"tessuto/internal/platform/web"
)

// opens says in plain words, apart from the code that decides, which parts of a case the
// mandate of a body opens to its people.
var opens = map[string][]policy.Section{
	"social":  {policy.Overview, policy.AreaPersonal, policy.AreaEconomic, policy.AreaWork, policy.AreaLearning, policy.AreaHousing, policy.AreaNetworks, policy.Plan, policy.Diary},
	"minors":  {policy.Overview, policy.AreaPersonal, policy.AreaLearning, policy.AreaHousing, policy.AreaNetworks, policy.Plan, policy.Diary},
	"housing": {policy.Overview, policy.AreaEconomic, policy.AreaHousing, policy.Plan, policy.Diary},
	"work":    {policy.Overview, policy.AreaEconomic, policy.AreaWork, policy.Plan, policy.Diary},
	"school":  {policy.Overview, policy.AreaLearning, policy.Plan, policy.Diary},
	"health":  {policy.Overview, policy.AreaPersonal, policy.Plan, policy.Diary},
	"legal":   {policy.Overview, policy.Plan},
}

// partOf is the part of a case that what stands after its id belongs to; a document
// belongs to its own. A new route stands here.
var partOf = map[string]policy.Section{
	"": policy.Overview, "file": policy.Overview, "file.pdf": policy.Overview, "export": policy.Overview, "export.json": policy.Overview, "transfer": policy.Overview, "transfers": policy.Overview, "team": policy.Overview, "mandates": policy.Overview, "handover": policy.Overview, "stage": policy.Overview,
	"reopen": policy.Overview, "referrals": policy.Overview, "assessments": policy.Overview, "documents": policy.Overview, "emergency-access": policy.Overview,
	"plan": policy.Plan, "plan.pdf": policy.Plan, "approval": policy.Plan, "signature": policy.Plan, "voice": policy.Plan, "review": policy.Plan, "close": policy.Plan,
	"eligibility": policy.Plan, "reception": policy.Plan,
	"sittings": policy.Plan, "sittings/new": policy.Diary, "sittings/minutes": policy.Diary, "sittings/edit": policy.Diary,
	"diary": policy.Diary, "interventions": policy.Diary, "references": policy.Diary, "acts": policy.Diary,
	"work": policy.AreaWork, "work-steps": policy.AreaWork, "work-paths": policy.AreaWork,
}

// needs is the part that a route needs, by its longest words.
func needs(rt web.Route) (policy.Section, bool) {
	_, after, _ := strings.Cut(rt.Pattern, "/cases/{id}")
	var words []string
	for _, w := range strings.Split(strings.Trim(after, "/"), "/") {
		if !strings.HasPrefix(w, "{") {
			words = append(words, w)
		}
	}
	for n := len(words); n > 0; n-- {
		if s, ok := partOf[strings.Join(words[:n], "/")]; ok {
			return s, true
		}
	}
	s, ok := partOf[strings.Join(words, "/")]
	return s, ok
}

// sends is what a program sends to write into a case, by the last word of the path: good,
// so that what refuses it is that the part is closed.
func (s *slice) sends(path string) string {
	return strings.NewReplacer("DAY", string(db.DateOf(s.DB.Now())), "PERSON", s.family.ids[policy.Person], "PATH", s.children["/work/"]).Replace(map[string]string{
		"diary":         `{"kind": "note", "readers": "team", "on": "DAY", "text": "Prova"}`,
		"acts":          `{"kind": "police", "authority": "Questura", "asked": "Notizie", "readers": "team"}`,
		"references":    `{"scheme": "protocol", "value": "PG 8/2026"}`,
		"interventions": `{"on": "DAY", "mode": "remote", "minutes": 30, "note": "Prova"}`,
		"work-paths":    `{"person": "PERSON", "skills": "Cuoca"}`,
		"work-steps":    `{"path": "PATH", "kind": "training", "started_on": "DAY", "host": "Scuola"}`,
	}[path[strings.LastIndex(path, "/")+1:]])
}

// send asks as somebody, with a form or with what a program sends.
func (s *slice) send(method, path string) (int, string) {
	body, kind := "reason=mistake", "application/x-www-form-urlencoded"
	if strings.HasPrefix(path, "/api/") {
		body, kind = cmp.Or(s.sends(path), "{}"), "application/json"
	}
	r := httptest.NewRequestWithContext(s.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Authorization", "Bearer "+s.token)
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// slice is a case with something in each of its parts, and somebody of a body beside.
type slice struct {
	*testing.T
	*app.App
	family   family
	children map[string]string
	papers   map[policy.Section]string // a document of each part
	says     map[string]policy.Section // what stands in one part alone
	account  string
	token    string
	handler  http.Handler
	asked    map[string]int
}

func (s *slice) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func newSlice(t *testing.T, a *app.App) *slice {
	t.Helper()
	s := &slice{T: t, App: a, family: familyOf(t, a), papers: map[policy.Section]string{}, says: map[string]policy.Section{}, asked: map[string]int{}}
	s.children = childrenOf(t, a, s.family)
	ctx, id := as(t, a, "assistente"), s.family.ids[policy.Case]
	for _, section := range policy.CaseSections {
		title := "Naaldbos-" + string(section)
		k, err := a.Files.Put(ctx, storage.Incoming{Name: "carta.pdf", Content: strings.NewReader("%PDF-1.4\n" + title + "\n%%EOF\n"), Owner: id})
		s.must(err)
		s.papers[section], err = a.Cases.AddDocument(ctx, id, cases.NewDocument{Kind: "report", Title: title, Section: section}, k)
		s.must(err)
		s.says[title] = section
	}
	today := db.DateOf(a.DB.Now())
	entry, err := a.Cases.WriteDiary(ctx, id, cases.NewEntry{Kind: "note", Readers: cases.TeamReads, On: today, EntryWords: cases.EntryWords{Text: "Naaldkussen"}})
	s.must(err)
	s.children["/diary/"] = entry
	s.children["/interventions/"], err = a.Cases.RecordIntervention(ctx, id, cases.NewIntervention{On: today, Mode: ledger.InPerson, Minutes: 30, PlaceKey: cases.SamePlace, Note: "Naaldhak"})
	s.must(err)
	s.says["Naaldkussen"], s.says["Naaldhak"], s.says["PG 7/2026"], s.says["Notizie"] = policy.Diary, policy.Diary, policy.Diary, policy.Diary
	mail := "naald@matrix.example"
	found(t, a, policy.From(ctx).Network, network.NewOperator{Name: "Prova Naald", Email: mail, OrgID: policy.From(as(t, a, "psicologo")).OrgID, Role: policy.SocialWorker})
	c := casteOf(t, a, mail, beside)
	s.account = c.actor.AccountID
	s.handler, s.token = a.Handler(), c.token
	return s
}

// paths are what is asked for by a route, and of what each is a part: one path, or one for
// each part of the case. One of several parts is enough.
func (s *slice) paths(rt web.Route) map[string][]policy.Section {
	section, known := needs(rt)
	if !known {
		s.Errorf("%s: say in partOf to which part of a case it belongs", rt.Pattern)
	}
	path := strings.Replace(rt.Pattern, "{id}", s.family.ids[policy.Case], 1)
	if strings.Contains(rt.Pattern, "/documents/{entry}") {
		out := map[string][]policy.Section{}
		for of, id := range s.papers {
			out[strings.Replace(path, "{entry}", id, 1)] = []policy.Section{of}
		}
		return out
	}
	if strings.HasSuffix(path, "/file/paper") { // each part of it that is asked for by itself
		out := map[string][]policy.Section{}
		for _, part := range cases.FileParts {
			out[path+"?purpose=meeting&part="+string(part)] = []policy.Section{section}
		}
		return out
	}
	any := []policy.Section{section}
	if strings.Contains(rt.Pattern, "/assessments/{entry}") { // one is there for who sees one of its areas
		any = policy.Areas
	}
	if child := childOf(s.children, rt); child != "" {
		path = wildcard.ReplaceAllString(path, child)
	}
	return map[string][]policy.Section{wildcard.ReplaceAllString(path, noPart): any}
}

// absent are the routes whose part this case has none of, and those that are not for the
// people of a body beside, whatever they see: not found says nothing there.
func absent(rt web.Route) bool {
	return slices.ContainsFunc([]string{"/referrals/{entry}", "/emergency-access/{entry}", "/team/{member}", "/transfers/{entry}"}, func(s string) bool { return strings.Contains(rt.Pattern, s) })
}

// everywhere asks for all that belongs to the case, with the parts that are open; what an
// act changes would not be there for the next, so of what is open reading is asked, and adding.
func (s *slice) everywhere(when string, open []policy.Section) {
	s.Helper()
	for _, rt := range s.Routes() {
		if rt.Record != policy.Case {
			continue
		}
		for path, any := range s.paths(rt) {
			may := slices.ContainsFunc(any, func(of policy.Section) bool { return slices.Contains(open, of) })
			adds := strings.HasPrefix(path, "/api/") && s.sends(path) != ""
			if may && (rt.Method != http.MethodGet && !adds || strings.HasSuffix(rt.Pattern, ".pdf")) { // a paper is printed from a page that is asked
				continue
			}
			s.asked[when]++
			code, body := s.send(rt.Method, path)
			switch {
			case !may && code != http.StatusNotFound:
				s.Errorf("%s: %s %s is %s and answers %d", when, rt.Method, rt.Pattern, any, code)
			case may && code == http.StatusNotFound && !absent(rt):
				s.Errorf("%s: %s %s is %s and not found", when, rt.Method, rt.Pattern, any)
			}
			for words, of := range s.says {
				if strings.Contains(body, words) && !slices.Contains(open, of) {
					s.Errorf("%s: %s %s says %q, which is %s", when, rt.Method, path, words, of)
				}
			}
		}
	}
}

// For every subject of the mandate of a body: what it opens answers to its people, what it
// does not is not found, whatever the method, and no answer says a word of it; after its
// end they find nothing.
func TestMandateSlices(t *testing.T) {
	eachDemo(t, func(t *testing.T, a *app.App) {
		s := newSlice(t, a)
		ctx, id := as(t, a, "assistente"), s.family.ids[policy.Case]
		s.must(a.Cases.EndBodyMandate(ctx, id, s.children["/mandates/"], "done"))
		subjects := cases.Subjects
		if a.DB.Postgres() { // one code and one text of SQL decide: the widest and the narrowest show that it runs here too
			subjects = []string{"social", "legal"}
		}
		for _, subject := range subjects {
			s.must(a.Cases.AddToTeam(ctx, id, s.account, "social_worker", crypto.Sending{}))
			mandate, err := a.Cases.GiveMandate(ctx, id, cases.NewMandate{AccountID: s.account, Subject: subject, Told: true})
			s.must(err)
			s.children["/mandates/"] = mandate
			s.everywhere(subject, opens[subject])
			s.must(a.Cases.EndBodyMandate(ctx, id, mandate, "done"))
			s.everywhere("after "+subject, nil)
		}
		all := 0
		for _, n := range s.asked {
			all += n
		}
		t.Logf("%d combinations of %d subjects, before and after their end, with what belongs to a case: %v", all, len(subjects), s.asked)
		if all < 150*len(subjects) {
			t.Error("too few: is the registry whole?")
		}
	})
}
