package app_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/config"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/jobs"
	"tessuto/test/browser"
)

// bench is where probes of a test are worked: by what they say.
type bench struct {
	*app.App
	step chan int // how far "slow" is
}

func (b *bench) work(ctx context.Context, r *jobs.Run, p probe) error {
	switch p.Record {
	case "broken":
		return errors.New("the thread broke")
	case "refused":
		return errs.New(errs.Conflict, "jobs.over")
	case "slow":
		for {
			select {
			case n := <-b.step:
				r.Progress(n, 40)
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	r.Link("/programmes")
	return nil
}

func newBench(a *app.App) *bench {
	b := &bench{a, make(chan int)}
	jobs.Register(a.Jobs, b.work)
	return b
}

func (b *bench) ask(t *testing.T, who, what string, o jobs.Opts) (id string) {
	t.Helper()
	ctx := as(t, b.App, who)
	err := b.DB.Write(ctx, func(tx *db.Tx) (err error) {
		id, err = b.Jobs.Enqueue(ctx, tx, probe{what}, o)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

var errands sync.Map // id of the job, by program

// errandOf is a job that the desk operator of the demo asked for.
func errandOf(t *testing.T, a *app.App) string {
	t.Helper()
	if id, ok := errands.Load(a); ok {
		return id.(string)
	}
	id := newBench(a).ask(t, "sportello", "quick", jobs.Opts{})
	errands.Store(a, id)
	return id
}

// What one asked for is on one's page, and on nobody else's.
func TestOwnJobsPage(t *testing.T) {
	t.Parallel()
	onAccount(t, func(t *testing.T, a *app.App, here, there device) {
		b, stranger := newBench(a), newDevice(t, here.base)
		if !stranger.signIn("assistente", apptest.Password) {
			t.Fatal("nobody is signed in")
		}
		if _, _, page := here.send("/jobs", nil); !strings.Contains(page, word(t, "job.none")) || strings.Contains(page, "hx-get=\"/jobs") {
			t.Error("nothing is not said, or asked for again and again")
		}
		done, refused, waits := b.ask(t, "sportello", "quick", jobs.Opts{}), b.ask(t, "sportello", "refused", jobs.Opts{}), ""
		broken := b.ask(t, "sportello", "broken", jobs.Opts{Attempts: 1})
		if _, err := a.Jobs.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		waits = b.ask(t, "sportello", "quick", jobs.Opts{})
		_, _, page := here.send("/jobs", nil)
		for _, part := range []string{"job-" + done, "job-" + refused, "job-" + broken, "job-" + waits, `href="/programmes"`,
			word(t, "jobs.over"), word(t, "jobs.outcome.broken"), word(t, "job.state.done"), word(t, "job.now.soon"), `hx-get="/jobs?was=`,
			`action="/jobs/` + refused + `/retry"`, `action="/jobs/` + waits + `/cancel"`} {
			if !strings.Contains(page, part) {
				t.Errorf("not on the page: %s", part)
			}
		}
		if strings.Contains(page, "thread broke") || strings.Contains(page, `action="/jobs/`+done) {
			t.Error("the page shows an error of ours, or acts on what is done")
		}
		if _, _, page := stranger.send("/jobs", nil); strings.Contains(page, "job-0") {
			t.Error("another's jobs are shown")
		}
		for _, path := range []string{"/jobs/" + waits + "/cancel", "/jobs/" + refused + "/retry", "/jobs/nobody/cancel"} {
			if code, _, _ := stranger.send(path, url.Values{}); code != http.StatusNotFound {
				t.Errorf("another's %s: %d", path, code)
			}
		}
		if code, at, page := here.send("/jobs/"+waits+"/cancel", url.Values{}); code != 200 || at != "/jobs" ||
			!strings.Contains(page, word(t, "job.cancel.done")) || !strings.Contains(page, word(t, "job.state.cancelled")) {
			t.Errorf("cancelled: %d at %s", code, at)
		}
		for _, late := range []string{"/jobs/" + waits + "/cancel", "/jobs/" + done + "/retry"} {
			if code, _, _ := here.send(late, url.Values{}); code != http.StatusConflict {
				t.Errorf("too late for %s: %d", late, code)
			}
		}
		if code, _, _ := here.send("/jobs/"+done+"/cancel", nil); code != http.StatusConflict {
			t.Errorf("it asks whether to cancel what is done: %d", code)
		}
		if code, at, _ := here.send("/jobs/"+waits+"/retry", url.Values{}); code != 200 || at != "/jobs" {
			t.Errorf("tried again: %d at %s", code, at)
		}
		if n, err := a.Jobs.RunDue(t.Context()); n != 1 || err != nil {
			t.Errorf("%d ran, %v", n, err)
		}
	})
}

// The page that asks again is answered only when something has changed, and told
// aloud only when a job begins or ends.
func TestJobsPageAsksAgain(t *testing.T) {
	t.Parallel()
	onAccount(t, func(t *testing.T, a *app.App, here, _ device) {
		b := newBench(a)
		b.ask(t, "sportello", "quick", jobs.Opts{})
		again := func(was string) (int, string) {
			r, err := http.NewRequestWithContext(t.Context(), "GET", here.base+"/jobs?was="+was, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("HX-Request", "true")
			res, err := here.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			page, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			return res.StatusCode, string(page)
		}
		code, page := again("")
		if code != 200 || strings.Contains(page, "<html") || !strings.Contains(page, `id="jobs-said"`) {
			t.Fatalf("%d: %s", code, page)
		}
		_, mark, _ := strings.Cut(page, `hx-get="/jobs?was=`)
		mark, _, _ = strings.Cut(mark, `"`)
		if code, page := again(mark); code != http.StatusNoContent || page != "" {
			t.Errorf("nothing changed: %d", code)
		}
		if code, page := again("other." + mark[strings.Index(mark, ".")+1:]); code != 200 || strings.Contains(page, "jobs-said") {
			t.Errorf("a step was told aloud: %d", code)
		}
		if _, err := a.Jobs.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if code, page := again(mark); code != 200 || !strings.Contains(page, word(t, "job.said.none")) || strings.Contains(page, "hx-get") {
			t.Errorf("it ended: %d %s", code, page)
		}
	})
}

// In a browser: the bar moves by itself, and what has begun is cancelled after a
// question.
func TestJobsInABrowser(t *testing.T) {
	t.Parallel()
	a := apptest.Demo(t, "sqlite")
	b, base := newBench(a), apptest.Serve(t, a)
	ctx, stop := context.WithCancel(t.Context())
	var working sync.WaitGroup
	working.Go(func() { a.Jobs.Work(ctx, 2) })
	defer working.Wait()
	defer stop()
	for _, width := range []int{1280, 360} {
		p := browser.Start(t).NewPage(t, width, 900, "it")
		p.Goto(base + "/sign-in?to=/jobs")
		p.Fill("email", apptest.Mail("sportello"))
		p.Fill("password", apptest.Password)
		p.Submit(word(t, "signin.do"))
		b.ask(t, "sportello", "refused", jobs.Opts{})
		id := b.ask(t, "sportello", "slow", jobs.Opts{})
		b.step <- 12
		p.Goto(base + "/jobs")
		p.WaitText("12 su 40")
		p.Axe(t)
		p.Overflow(t)
		p.Screenshot(t, fmt.Sprintf("jobs-%d", width))
		b.step <- 31
		p.WaitText("31 su 40")
		p.Goto(base + "/jobs/" + id + "/cancel")
		p.Axe(t)
		p.Screenshot(t, fmt.Sprintf("jobs-cancel-%d", width))
		p.Submit(word(t, "job.cancel.do"))
		p.WaitText(word(t, "job.state.cancelled"))
	}
}

func TestEveryKindOfJobHasItsWord(t *testing.T) {
	t.Parallel()
	a, err := app.Open(t.Context(), config.Store{Data: t.TempDir()}, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	if len(a.Jobs.Kinds()) == 0 {
		t.Fatal("no kinds")
	}
	for _, kind := range a.Jobs.Kinds() {
		for _, lang := range i18n.Staff {
			if !i18n.Exists(lang, "job.kind."+kind) {
				t.Errorf("%s: no word for jobs of the kind %s", lang, kind)
			}
		}
	}
}
