package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tessuto/assets"
	"tessuto/internal/app"
	"tessuto/internal/platform/auth"
	"tessuto/internal/platform/config"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/pdf"
	"tessuto/internal/platform/web"
)

// oneLine writes an error for a person at a terminal: drivers break theirs into
// several lines, and say one twice when they tried twice.
func oneLine(err error) string {
	var lines []string
	for line := range strings.Lines(err.Error()) {
		if line = strings.Join(strings.Fields(line), " "); !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, " ")
}

// plain says a refusal in English, where its error would only name keys.
func plain(ctx context.Context, err error) error {
	var e *errs.Error
	if !errors.As(err, &e) {
		return err
	}
	ctx = i18n.With(ctx, "en")
	text := i18n.M(ctx, e.Key, e.Args)
	for field, key := range e.Fields {
		text += "; " + field + ": " + i18n.T(ctx, key)
	}
	return errors.New(text)
}

type serveCmd struct {
	config.Store
	config.Front
	config.Post
	config.Paper
	Listen       string        `help:"Address to listen on." default:"127.0.0.1:8080" env:"TESSUTO_LISTEN"`
	MetricsToken string        `help:"Bearer token that opens /metrics to another machine; without it only this one reads it." env:"TESSUTO_METRICS_TOKEN"`
	Drain        time.Duration `help:"How long /readyz says that the program is stopping before it takes no more requests." default:"300ms" env:"TESSUTO_DRAIN"`
	Clock        string        `help:"Begin at this time in Rome, such as 2027-01-15T09:00, to show what expires; demo data only." placeholder:"TIME"`
}

// Run serves until it is told to stop.
func (c *serveCmd) Run(ctx context.Context) error {
	at, err := clockTime(c.Clock)
	if err != nil {
		return err
	}
	l, err := listen(ctx, c.Listen)
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, c.Store, false)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.Mail.Configure(c.Post); err != nil {
		return err
	}
	if err := setClock(ctx, a, at); err != nil {
		return err
	}
	a.MetricsToken, a.PDF = c.MetricsToken, pdf.New(c.Chromium)
	return serve(ctx, l, a, c.Proxies, c.Drain)
}

const clockForm = "2006-01-02T15:04"

// clockTime reads --clock, before anything is done; empty is the zero time.
func clockTime(text string) (at time.Time, err error) {
	if text == "" {
		return at, nil
	}
	if at, err = time.ParseInLocation(clockForm, text, i18n.Rome); err != nil {
		return at, fmt.Errorf("--clock %s is not a time such as 2027-01-15T09:00", text)
	}
	return at, nil
}

// setClock makes the program believe that it is another time; demo data only.
func setClock(ctx context.Context, a *app.App, at time.Time) error {
	if at.IsZero() {
		return nil
	}
	if err := a.SetClock(ctx, at); err != nil {
		return err
	}
	fmt.Printf("The clock says %s, and goes on from there.\n", at.Format(clockForm))
	return nil
}

// listen takes the port before anything else is done, so that a port in use is
// said at once. Connections wait until serve answers them.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	if err := assets.Ready(); err != nil {
		return nil, err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", addr, err)
	}
	return l, nil
}

// How long stopping may take: what is under way is answered, or let go; then
// the rest ends, or the process does.
const (
	answerWithin = 8 * time.Second
	stopWithin   = 14 * time.Second
)

// serve answers until ctx ends, and then stops in order: /readyz says so, what
// is under way is answered, jobs are left to others, and the audit is sealed.
func serve(ctx context.Context, l net.Listener, a *app.App, proxies []netip.Prefix, drain time.Duration) error {
	app.CollectSeldom()
	s := &http.Server{Handler: web.Behind(proxies, a.Handler()), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn)}
	working, stop := context.WithCancel(ctx)
	answered, rested := make(chan struct{}), make(chan struct{})
	go func() { defer close(rested); a.Work(working, answered) }()
	defer func() { stop(); close(answered); <-rested }() // before the database is closed
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	fmt.Printf("Tessuto: http://%s\n", l.Addr())
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	time.AfterFunc(drain+stopWithin, func() { os.Exit(1) })
	a.Drain()
	time.Sleep(drain) // whoever asks /readyz now and then has time to ask
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerWithin)
	defer cancel()
	if err := s.Shutdown(wait); err != nil {
		slog.Warn("requests were let go that took too long", "err", err)
		return s.Close()
	}
	return nil
}

type demoCmd struct {
	config.Front
	Data   string `help:"Folder to fill; one that holds a demo already is served as it is." default:"data" type:"path"`
	Listen string `help:"Address to listen on." default:"127.0.0.1:8080"`
	Scale  int    `help:"How many times the smallest demo." default:"1"`
	Clock  string `help:"Begin at this time in Rome, such as 2027-01-15T09:00, to show what expires." placeholder:"TIME"`
	DB     string `help:"Fill this empty PostgreSQL database instead of a file." placeholder:"URL"`
}

// Run fills the folder when it is empty, then serves it.
func (c *demoCmd) Run(ctx context.Context) error {
	at, err := clockTime(c.Clock)
	if err != nil {
		return err
	}
	l, err := listen(ctx, c.Listen)
	if err != nil {
		return err
	}
	defer l.Close()
	store := config.Store{Data: c.Data, DB: c.DB}
	if err := app.NoRealWork(ctx, store); err != nil {
		return notDemo(err)
	}
	if err := c.fill(ctx, store); err != nil {
		return err
	}
	a, err := app.Open(ctx, store, true)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.OnlyDemo(ctx); err != nil {
		return notDemo(err)
	}
	if err := setClock(ctx, a, at); err != nil {
		return err
	}
	fmt.Printf("\nDemo accounts, password %s:\n", auth.DemoPassword)
	for _, account := range app.DemoAccounts() {
		fmt.Printf("  %-36s %s\n", account.Email, account.Name)
	}
	fmt.Println()
	return serve(ctx, l, a, c.Proxies, 0)
}

func notDemo(err error) error {
	return fmt.Errorf("only a demo is served as one: %w; name an empty folder with --data, or serve this one with tessuto serve", err)
}

// fill makes the demo beside its place and moves it there when it is whole: a
// demo that was interrupted is never served.
func (c *demoCmd) fill(ctx context.Context, store config.Store) error {
	if store.DB != "" {
		return fillInto(ctx, store, c.Scale)
	}
	if _, err := os.Stat(filepath.Join(c.Data, "tessuto.db")); err == nil {
		return nil
	}
	if err := store.MakeFolder(); err != nil {
		return fmt.Errorf("the data folder cannot be written: %w", err)
	}
	beside, err := os.MkdirTemp(c.Data, ".filling")
	if err != nil {
		return err
	}
	defer os.RemoveAll(beside)
	if err := fillInto(ctx, config.Store{Data: beside}, c.Scale); err != nil {
		return err
	}
	for _, name := range []string{"master.key", "keystore.db", "files", "tessuto.db"} {
		if err := os.Rename(filepath.Join(beside, name), filepath.Join(c.Data, name)); err != nil {
			return err
		}
	}
	return nil
}

func fillInto(ctx context.Context, store config.Store, scale int) error {
	a, err := app.Open(ctx, store, true)
	if err != nil {
		return err
	}
	defer a.Close()
	filled, err := a.Filled(ctx)
	if err != nil || filled {
		return err
	}
	if err := errors.Join(a.DB.Hasten(ctx), a.Keys.Hasten(ctx)); err != nil {
		return err
	}
	fmt.Println("Filling the demo with made-up people and work:")
	return a.FillDemo(ctx, max(scale, 1), func(what string, done, total int) {
		fmt.Printf("\r  %-10s %4d of %d", what, done, total)
		if done == total {
			fmt.Println()
		}
	})
}
