package app_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"tessuto/internal/app"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
)

// A search, the look while one types, the API and a registration do the same work for
// a person whom only an antiviolence centre knows as for one whom nobody knows: as
// many statements, as many keys opened. So not even the time of an answer tells of
// her (safeguards, 4).
func TestNoWorkTellsWhoIsUntold(t *testing.T) {
	eachDemo(t, func(t *testing.T, a *app.App) {
		const tries = 5
		desk, centre := as(t, a, "sportello"), discreetly(as(t, a, "sportello"))
		p := proberOf(t, a)
		asks := p.asks()
		p.spend(t, asks[0], p.next()) // the first reads what is kept in memory
		for _, ask := range asks {
			var unknown, untold [tries]effort
			for i := range tries {
				nobody, she := p.next(), guest{}
				if she = nobody; ask.makes {
					nobody, she = p.likeNobody(t), p.likeNobody(t)
				}
				unknown[i] = p.spend(t, ask, nobody)
				she.register(t, a, centre)
				if untold[i] = p.spend(t, ask, she); untold[i].work != unknown[i].work {
					t.Errorf("%s: %+v for who is untold, %+v for who is unknown", ask.what, untold[i].work, unknown[i].work)
				}
			}
			t.Logf("%-24s %+v; the median answer took %v for who is untold, %v for who is unknown", ask.what, untold[0].work, median(untold[:]), median(unknown[:]))
		}
		told := p.next()
		before := p.spend(t, asks[0], told)
		told.register(t, a, desk)
		if after := p.spend(t, asks[0], told); after.work == before.work {
			t.Errorf("%s does as much for whom another desk knows, %+v: what is counted tells nothing", asks[0].what, after.work)
		}
	})
}

// discreetly is an actor of a service to which one goes for what must stay untold.
func discreetly(ctx context.Context) context.Context {
	actor := policy.From(ctx)
	actor.OrgKind = "antiviolence_centre"
	return policy.With(ctx, actor)
}

// guest is somebody as a desk types them, with the number of a passport.
type guest struct{ given, family, born, phone, passport string }

// next is somebody whom nobody knows.
func (p *prober) next() guest {
	p.n++
	n := p.n
	name := func() string {
		out := ""
		for range 4 {
			out += string("bdfgklmnprstvz"[p.dice.IntN(14)]) + string("aeiou"[p.dice.IntN(5)])
		}
		return strings.ToUpper(out[:1]) + out[1:]
	}
	return guest{name(), name(), fmt.Sprintf("%02d/%02d/%d", 1+n%28, 1+n%12, 1930+n%70), fmt.Sprintf("34%08d", 11117*n), fmt.Sprintf("YA%07d", 10007*n)}
}

func (g guest) register(t *testing.T, a *app.App, ctx context.Context) {
	t.Helper()
	rows := []people.NewcomerForm{{GivenName: g.given, FamilyName: g.family, BirthDate: g.born, Phone: g.phone, Relation: people.ReferencePerson}}
	id, _, err := a.People.Enrol(ctx, people.Newcomers(rows, ""), crypto.Sending{})
	if err == nil {
		err = a.People.AddIdentifier(ctx, people.NewIdentifier{Identifier: people.Identifier{PersonID: id, Scheme: people.Passport, Value: g.passport}})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// prober asks, at a desk of another body, whether somebody is known.
type prober struct {
	teller
	desk string
	dice *rand.Rand
	n    int // of those whom it invented
	time func() time.Time
}

func proberOf(t *testing.T, a *app.App) *prober {
	t.Helper()
	real, at := a.DB.Now, a.DB.Now()
	a.DB.Now = func() time.Time { return at } // every two seconds somebody's request reads the code lists again: not here
	p := &prober{teller: tellerOf(t, a, "ravenna.sportello"), dice: rand.New(rand.NewPCG(1, 1)), time: real}
	desks, err := a.Access.Desks(as(t, a, p.who))
	if err != nil || len(desks) == 0 {
		t.Fatal("no desk", err)
	}
	p.desk = desks[0].ID
	return p
}

// likeNobody is somebody for whom nobody of the register is opened to compare: two of
// them take the same work.
func (p *prober) likeNobody(t *testing.T) guest {
	t.Helper()
	for range 100 {
		if g := p.next(); p.spend(t, p.asks()[0], g).Keys == 0 {
			return g
		}
	}
	t.Fatal("everybody is like somebody")
	return guest{}
}

// question is a request in which somebody's name or number stands, and what its
// answer must be whether or not an untold service knows them.
type question struct {
	what    string
	request func(guest) *http.Request
	status  int
	makes   bool // it registers who is asked for
}

// asks are all ways to ask, the search first.
func (p *prober) asks() []question {
	get := func(path string, q func(guest) url.Values) func(guest) *http.Request {
		return func(g guest) *http.Request { return httptest.NewRequest(http.MethodGet, path+"?"+q(g).Encode(), nil) }
	}
	post := func(path, kind string, body func(guest) string) func(guest) *http.Request {
		return func(g guest) *http.Request {
			r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body(g)))
			r.Header.Set("Content-Type", kind)
			return r
		}
	}
	const form = "application/x-www-form-urlencoded"
	all := func(g guest) url.Values {
		return url.Values{"q": {g.given + " " + g.family + " " + g.born + " " + g.phone + " " + g.passport}}
	}
	typed := func(g guest) url.Values {
		return url.Values{"given_name": {g.given}, "family_name": {g.family}, "birth_date": {g.born}, "phone": {g.phone}}
	}
	return []question{
		{"GET /people", get("/people", all), 200, false},
		{"GET /people, a number", get("/people", func(g guest) url.Values { return url.Values{"q": {g.passport}} }), 200, false},
		{"GET /find", get("/find", all), 200, false},
		{"GET /api/v1/people", get("/api/v1/people", all), 200, false},
		{"GET /people/matches", get("/people/matches", typed), 200, false},
		{"POST /people/ask", post("/people/ask", form, func(g guest) string { return all(g).Encode() }), 303, false},
		{"POST /api/v1/people", post("/api/v1/people", "application/json", func(g guest) string {
			iso, _, _ := people.ParseBirth(g.born)
			return fmt.Sprintf(`{"given_name":%q,"family_name":%q,"birth_date":%q,"phone":%q}`, g.given, g.family, iso, g.phone)
		}), 201, true},
		{"POST /desk", post("/desk", form, func(g guest) string {
			f := typed(g)
			for name, value := range map[string]string{"desk": p.desk, "on": string(db.DateOf(p.DB.Now())), "requests": "housing", "outcome": "informed",
				"channel": "in_person", "minutes": "15", "save": "named", "ask_contact": "yes"} {
				f.Set(name, value)
			}
			return f.Encode()
		}), 303, true},
	}
}

// work is what an answer takes: statements that read, statements that write, keys.
type work struct{ Asked, Told, Keys int64 }

type effort struct {
	work
	took time.Duration
}

func (p *prober) spend(t *testing.T, q question, g guest) effort {
	t.Helper()
	r := q.request(g)
	before, keys, begun := p.DB.Stats(), p.Keys.Opened(), p.time()
	p.do(t, r, q.status)
	took, after := p.time().Sub(begun), p.DB.Stats()
	return effort{work{after.Asked - before.Asked, after.Told - before.Told, p.Keys.Opened() - keys}, took}
}

func median(all []effort) time.Duration {
	slices.SortFunc(all, func(a, b effort) int { return int(a.took - b.took) })
	return all[len(all)/2].took.Round(10 * time.Microsecond)
}
