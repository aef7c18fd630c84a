package audit_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
)

// BenchmarkUseCase measures what the audit costs the work itself: 8 clients
// send the form of an intervention, with the audit and its sealer and
// without, in turns of two seconds; a turn ends when all it wrote is sealed.
func BenchmarkUseCase(b *testing.B) {
	for _, engine := range dbtest.Engines {
		b.Run(engine, func(b *testing.B) {
			if engine == "postgres" && os.Getenv("TESSUTO_TEST_PG") == "" {
				b.Skip("no PostgreSQL")
			}
			a := apptest.Demo(b, engine)
			who := apptest.Mail("assistente")
			actor, err := a.Auth.Actor(b.Context(), who)
			if err != nil {
				b.Fatal(err)
			}
			c := costs{App: a, ctx: b.Context(), handler: a.Handler(), today: string(db.DateOf(a.DB.Now()))}
			if c.token, err = a.IssueToken(c.ctx, who, "bench", 30); err != nil {
				b.Fatal(err)
			}
			list, _, err := a.Cases.Cases(policy.With(c.ctx, actor), false, 100)
			if err != nil || len(list) == 0 {
				b.Fatal("no cases", err)
			}
			for _, f := range list {
				c.cases = append(c.cases, f.ID)
			}
			c.turn(b, true) // both engines plan and cache first
			var with, without []time.Duration
			for b.Loop() {
				without = append(without, c.turn(b, false)...)
				with = append(with, c.turn(b, true)...)
			}
			b.ReportMetric(rate(without), "writes/s-without")
			b.ReportMetric(rate(with), "writes/s-with")
			b.ReportMetric(rate(with)/rate(without), "ratio")
			b.ReportMetric(float64(quantile(with, 0.95).Microseconds())/1000, "p95-ms-with")
			b.ReportMetric(float64(quantile(without, 0.95).Microseconds())/1000, "p95-ms-without")
			b.ReportMetric(0, "ns/op")
		})
	}
}

const (
	clients = 8
	turnFor = 2 * time.Second
)

type costs struct {
	*app.App
	ctx     context.Context
	handler http.Handler
	token   string
	today   string
	cases   []string
}

// turn lets the clients write for a while, and returns how long each write took;
// what the sealer needs after them is shared out among the writes.
func (c *costs) turn(b *testing.B, audited bool) []time.Duration {
	b.Helper()
	c.Audit.Mute(!audited)
	defer c.Audit.Mute(false)
	sealing, stop := context.WithCancel(c.ctx)
	sealed, answered := make(chan struct{}), make(chan struct{})
	close(answered)
	go func() { defer close(sealed); c.Work(sealing, answered) }()
	took := make([][]time.Duration, clients)
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() {
			for begun := time.Now(); time.Since(begun) < turnFor; {
				at := time.Now()
				if err := c.write(i, len(took[i])); err != nil {
					b.Error("refused:", err)
				}
				took[i] = append(took[i], time.Since(at))
			}
		})
	}
	wg.Wait()
	at := time.Now()
	stop()
	<-sealed
	all := slices.Concat(took...)
	late := time.Since(at) * clients / time.Duration(max(1, len(all)))
	for i := range all {
		all[i] += late
	}
	return all
}

// write sends the form of an intervention, as a page does.
func (c *costs) write(client, n int) error {
	form := url.Values{"place": {"-"}, "on": {c.today}, "mode": {"territory"}, "minutes": {"30"}, "note": {"Una visita, per misurare."},
		"_once": {db.NewID()}}
	path := "/cases/" + c.cases[(client+n)%len(c.cases)] + "/interventions"
	r := httptest.NewRequestWithContext(c.ctx, http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer "+c.token)
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	if w.Code != http.StatusSeeOther {
		return fmt.Errorf("%d %s", w.Code, w.Body)
	}
	return nil
}

// rate is how many writes a second all clients make together.
func rate(took []time.Duration) float64 {
	var all time.Duration
	for _, d := range took {
		all += d
	}
	return clients * float64(len(took)) / all.Seconds()
}

func quantile(took []time.Duration, q float64) time.Duration {
	slices.Sort(took)
	return took[int(float64(len(took)-1)*q)]
}
