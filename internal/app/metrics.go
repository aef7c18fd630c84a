package app

import (
	"context"
	"crypto/subtle"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/jobs"
	"tessuto/internal/platform/web"
)

// metrics is what /metrics says. Its labels come from lists that the program
// knows: routes of the registry, methods, statuses. None names a person, a
// record or a network.
type metrics struct {
	page     http.Handler
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
}

func newMetrics(a *App) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tessuto_requests_total",
			Help: "Requests answered; the route is empty where none matched."}, []string{"route", "method", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "tessuto_request_seconds", Help: "How long answers took.",
			Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}}, []string{"route", "method"}),
	}
	groups := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "tessuto_audit_group_size",
		Help: "How many reads shared one commit of the audit.", Buckets: []float64{1, 2, 4, 8, 16, 32, 64}})
	a.Audit.OnGroup = func(size int) { groups.Observe(float64(size)) }
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		m.requests, m.took, groups, &gauges{a})
	m.page = promhttp.HandlerFor(reg, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
	return m
}

// saw counts a request.
func (m *metrics) saw(s web.Seen) {
	m.requests.WithLabelValues(s.Route, s.Method, strconv.Itoa(s.Status)).Inc()
	m.took.WithLabelValues(s.Route, s.Method).Observe(s.Took.Seconds())
}

// getMetrics answers to this machine, and to who holds the token. To everybody
// else there is no such page.
func (a *App) getMetrics(w http.ResponseWriter, r *http.Request) error {
	if !fromHere(r) && !a.holdsMetricsToken(r) {
		return errs.Missing()
	}
	a.metrics.page.ServeHTTP(w, r)
	return nil
}

func (a *App) holdsMetricsToken(r *http.Request) bool {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return ok && a.MetricsToken != "" && subtle.ConstantTimeCompare([]byte(token), []byte(a.MetricsToken)) == 1
}

// fromHere tells whether a program on this machine asks for itself. A proxy on
// this machine asks for others, and says so in a header.
func fromHere(r *http.Request) bool {
	for _, header := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"} {
		if r.Header.Get(header) != "" {
			return false
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	ip := net.ParseIP(host)
	return err == nil && ip != nil && ip.IsLoopback()
}

// gauges are read when somebody asks.
type gauges struct{ app *App }

func described(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("tessuto_"+name, help, labels, nil)
}

var (
	dbOpen     = described("db_connections_open", "Open connections to the database.")
	dbInUse    = described("db_connections_in_use", "Connections in use.")
	dbWaited   = described("db_wait_seconds_total", "Time spent waiting for a connection.")
	dbRetried  = described("db_write_retries_total", "Writes that ran again because they collided.")
	dbBusy     = described("db_write_busy_total", "Writes that gave up and were told busy.")
	dbAsked    = described("db_statements_total", "Statements of transactions that read, and of those that write.", "transaction")
	keysOpened = described("keys_opened_total", "Keys of persons and other records that were opened.")
	unsealed   = described("audit_unsealed_rows", "Audit rows that wait to be sealed, of all networks.")
	sessions   = described("sessions_open", "Sessions that are open.")
	jobCount   = described("jobs", "Jobs by state; those that are over are forgotten after a while.", "state")
	databaseUp = described("database_up", "1 when the database answered what this page asks.")
)

// Describe lists the gauges.
func (g *gauges) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{dbOpen, dbInUse, dbWaited, dbRetried, dbBusy, dbAsked, keysOpened, unsealed, sessions, jobCount, databaseUp} {
		out <- d
	}
}

// Collect reads them. A database that does not answer leaves the others.
func (g *gauges) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64) { out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v) }
	counter := func(d *prometheus.Desc, v float64) {
		out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v)
	}
	s := g.app.DB.Stats()
	gauge(dbOpen, float64(s.Open))
	gauge(dbInUse, float64(s.InUse))
	counter(dbWaited, s.Waited.Seconds())
	counter(dbRetried, float64(s.Retried))
	counter(dbBusy, float64(s.Busy))
	for transaction, n := range map[string]int64{"read": s.Asked, "write": s.Told} {
		out <- prometheus.MustNewConstMetric(dbAsked, prometheus.CounterValue, float64(n), transaction)
	}
	counter(keysOpened, float64(g.app.Keys.Opened()))
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	now, err := g.app.situation(ctx)
	if err != nil {
		gauge(databaseUp, 0)
		return
	}
	gauge(databaseUp, 1)
	gauge(unsealed, float64(now.unsealed))
	gauge(sessions, float64(now.sessions))
	for _, state := range jobs.States {
		out <- prometheus.MustNewConstMetric(jobCount, prometheus.GaugeValue, float64(now.jobs[state]), string(state))
	}
}

// situation is what the database says of the program, in numbers.
type situation struct {
	unsealed, sessions int
	jobs               map[jobs.State]int
}

func (a *App) situation(ctx context.Context) (s situation, err error) {
	networks, err := a.networks(ctx)
	if err != nil {
		return s, err
	}
	err = a.DB.Read(ctx, func(tx *db.Tx) (err error) {
		for _, id := range networks {
			n, err := a.Audit.Unsealed(ctx, tx, id)
			if err != nil {
				return err
			}
			s.unsealed += n
		}
		if s.sessions, err = a.Auth.CountSessions(ctx, tx); err != nil {
			return err
		}
		s.jobs, err = a.Jobs.Count(ctx, tx)
		return err
	})
	return s, err
}
