// Package region measures the program at the size of a region: 50 000 persons
// (REGION_PERSONS) and 500 000 facts (REGION_FACTS), 50 requests a second of many kinds,
// on both databases. The demo is worked through the use cases REGION_SCALE times; the
// rest are copies.
package region

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/cases"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/config"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
)

// How hard the program is asked.
const (
	perSecond = 50
	lasting   = 20 * time.Second
	warming   = 10 * time.Second
)

// number is what a variable of the environment says, or the usual number.
func number(variable string, usual int64) int64 {
	if n, err := strconv.ParseInt(os.Getenv(variable), 10, 64); err == nil {
		return n
	}
	return usual
}

// BenchmarkRegion prints, for each kind of request, the median and the 95th
// percentile of the time that the server took, in milliseconds.
func BenchmarkRegion(b *testing.B) {
	app.CollectSeldom() // as serve does
	for _, engine := range dbtest.Engines {
		b.Run(engine, func(b *testing.B) {
			r := fill(b, engine)
			r.plain()
			r.first()
			for b.Loop() {
				r.ask(lasting)
			}
			r.report()
		})
	}
}

type region struct {
	*testing.B
	*app.App
	store config.Store
	token map[string]string
	cases []string
	mu    sync.Mutex
	took  map[string][]time.Duration
	wrong int

	start, bare time.Duration // to open the filled database; for a bare count(distinct)
}

// fill makes the region, or finds it where it was kept.
func fill(b *testing.B, engine string) *region {
	b.Helper()
	dir, data, keys, filled := dbtest.Kept(b, engine)
	r := &region{B: b, store: config.Store{Data: dir, DB: data, Keystore: keys}, token: map[string]string{}, took: map[string][]time.Duration{}}
	if !filled {
		r.make(engine)
	}
	start := time.Now()
	var err error
	r.App, err = app.Open(b.Context(), r.store, true)
	must(b, err)
	r.start = time.Since(start)
	b.Cleanup(func() { r.Close() })
	r.enter()
	return r
}

// make works the demo through the use cases and copies it. In the end all is closed: what
// was hastened is written, and forgotten; what follows is as it would be served.
func (r *region) make(engine string) {
	r.Helper()
	a, err := app.Open(r.Context(), r.store, true)
	must(r.B, err)
	r.App = a
	must(r.B, a.DB.Hasten(r.Context()))
	must(r.B, a.Keys.Hasten(r.Context()))
	start := time.Now()
	must(r.B, a.FillDemo(r.Context(), int(number("REGION_SCALE", 20)), func(string, int, int) {}))
	worked := time.Since(start)
	first, facts := r.size()
	wanted := number("REGION_PERSONS", 50_000)
	for _, table := range copied {
		copies := wanted / first
		if table.name == "fact" {
			copies = number("REGION_FACTS", 10*wanted) / facts
		}
		must(r.B, table.copy(r.Context(), a.DB, copies))
	}
	must(r.B, a.DB.Queue(r.Context(), func(tx *db.Tx) error { return age(r.Context(), tx) }))
	must(r.B, a.DB.Analyze(r.Context()))
	persons, facts := r.size()
	r.Logf("%s: %d persons worked through the use cases in %s; with copies %d persons, %d facts", engine, first, worked.Round(time.Second), persons, facts)
	must(r.B, a.Close())
}

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (r *region) size() (persons, facts int64) {
	r.Helper()
	must(r.B, r.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		persons, facts, err = size(r.Context(), tx)
		return err
	}))
	return persons, facts
}

// enter gives the people who ask their tokens, and finds cases to open.
func (r *region) enter() {
	for _, who := range []string{"assistente", "sportello", "capofila", "regione"} {
		token, err := r.IssueToken(r.Context(), apptest.Mail(who), "region", 30)
		must(r.B, err)
		r.token[who] = token
	}
	list, _, err := r.Cases.Cases(r.as("assistente"), false, 200)
	must(r.B, err)
	for _, f := range list {
		r.cases = append(r.cases, f.ID)
	}
}

func (r *region) as(who string) context.Context {
	actor, err := r.Auth.Actor(r.Context(), apptest.Mail(who))
	must(r.B, err)
	return policy.With(r.Context(), actor)
}

// plain times a bare count(distinct) of the largest programme, as a measure of
// what the same machine and engine can do at this moment.
func (r *region) plain() {
	var best time.Duration
	network := policy.From(r.as("capofila")).Network
	for range 5 {
		start := time.Now()
		must(r.B, r.DB.Read(r.Context(), func(tx *db.Tx) error {
			_, err := plainDistinct(r.Context(), tx, network, "reboot", "cases.intervention")
			return err
		}))
		if took := time.Since(start); best == 0 || took < best {
			best = took
		}
	}
	r.bare = best
}

// page is one kind of request: who asks what. Of a hundred requests, share are of
// this kind.
type page struct {
	name, who string
	share     int
	path      func(i int) string
}

func (r *region) pages() []page {
	at := func(path string) func(int) string { return func(int) string { return path } }
	programmes := []string{"reboot", "intarsi", "becomer", "labimpact", "fasi", "weita"}
	return []page{
		{"my-day", "assistente", 30, at("/home")},
		{"case", "assistente", 25, func(i int) string { return "/cases/" + r.cases[i%len(r.cases)] }},
		{"cases", "assistente", 20, at("/cases")},
		{"desk", "sportello", 9, at("/contacts")},
		{"dashboard", "capofila", 8, func(i int) string { return "/programmes/" + programmes[i%6] }},
		{"breakdown", "capofila", 4, func(i int) string {
			return "/api/v1/programmes/" + programmes[i%6] + "/indicators?by=sex,age,territory"
		}},
		{"aggregate", "regione", 2, func(i int) string { return "/programmes/" + programmes[i%6] }},
		{"write", "assistente", 2, nil},
	}
}

// first prints how long the first look at each kind of page takes after a start,
// before anything is remembered; of programmes, the first look at each of the six.
func (r *region) first() {
	handler := r.Handler()
	for _, p := range r.pages() {
		if p.path == nil {
			continue
		}
		var most time.Duration
		for i := range 6 {
			start := time.Now()
			r.one(handler, p, i)
			most = max(most, time.Since(start))
		}
		fmt.Fprintf(os.Stderr, "  %-10s first look, at the most %7.1f ms\n", p.name, float64(most.Microseconds())/1000)
	}
	r.ask(warming) // what connections remember of statements; on PostgreSQL how to run each
	clear(r.took)
}

// ask sends requests at a steady pace, whether or not earlier ones were answered.
func (r *region) ask(lasting time.Duration) {
	handler := r.Handler()
	var kinds []page
	for _, p := range r.pages() {
		for range p.share {
			kinds = append(kinds, p)
		}
	}
	tick := time.NewTicker(time.Second / perSecond)
	defer tick.Stop()
	var all sync.WaitGroup
	for i := range int(lasting.Seconds() * perSecond) {
		<-tick.C
		all.Go(func() { r.one(handler, kinds[i*37%len(kinds)], i) })
	}
	all.Wait()
}

func (r *region) one(handler http.Handler, p page, i int) {
	start := time.Now()
	ok := true
	if p.path == nil {
		ok = r.write(i) == nil
	} else {
		req := httptest.NewRequestWithContext(r.Context(), "GET", p.path(i), nil)
		req.Header.Set("Authorization", "Bearer "+r.token[p.who])
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, req)
		_, err := io.Copy(io.Discard, w.Result().Body)
		ok = err == nil && w.Code == http.StatusOK
	}
	took := time.Since(start)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.took[p.name] = append(r.took[p.name], took)
	if !ok {
		r.wrong++
	}
}

// write records work, so that figures have to be counted anew.
func (r *region) write(i int) error {
	n := cases.NewIntervention{On: db.DateOf(r.DB.Now()), Mode: ledger.OnTerritory, Minutes: 30, PlaceKey: cases.SamePlace, Note: "Visita"}
	_, err := r.Cases.RecordIntervention(r.as("assistente"), r.cases[i%len(r.cases)], n)
	return err
}

func (r *region) report() {
	plain := float64(r.bare.Microseconds()) / 1000
	for _, p := range r.pages() {
		took := r.took[p.name]
		slices.Sort(took)
		at := func(share float64) float64 {
			return float64(took[min(len(took)-1, int(share*float64(len(took))))].Microseconds()) / 1000
		}
		r.ReportMetric(at(0.95), p.name+"-p95-ms")
		fmt.Fprintf(os.Stderr, "  %-10s %5d requests, p50 %7.1f ms, p95 %7.1f ms, worst %7.1f ms, p95 / bare count(distinct) %5.1f\n",
			p.name, len(took), at(0.5), at(0.95), at(1), at(0.95)/plain)
	}
	r.ReportMetric(float64(r.wrong), "wrong")
	r.ReportMetric(float64(r.start.Microseconds())/1000, "start-ms") // here: Loop forgets what was reported before it
	r.ReportMetric(plain, "plain-ms")
}
