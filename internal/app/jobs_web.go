package app

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/jobs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// jobRoutes are the pages about what one asked the program to do. Another's job
// is not found.
func (a *App) jobRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/jobs", Permission: policy.Home, Handler: a.getJobs},
		{Method: "GET", Pattern: "/jobs/{id}/cancel", Permission: policy.Home, Handler: a.getCancelJob},
		{Method: "POST", Pattern: "/jobs/{id}/cancel", Permission: policy.Home, Handler: a.jobAct(a.Jobs.Cancel, "job.cancel.done")},
		{Method: "POST", Pattern: "/jobs/{id}/retry", Permission: policy.Home, Handler: a.jobAct(a.Jobs.Retry, "job.retry.done")},
	}
}

// jobsView is one's own jobs as they are shown.
type jobsView struct {
	jobs []jobs.Job
	now  time.Time
	open bool   // only those that wait, run or failed
	was  string // the mark of what the reader has before them
}

// getJobs shows one's jobs; asked again by the page itself, it answers only when
// something has changed.
func (a *App) getJobs(w http.ResponseWriter, r *http.Request) (err error) {
	q := r.URL.Query()
	v := jobsView{now: a.DB.Now(), was: q.Get("was"), open: q.Get("open") != ""}
	if v.jobs, err = a.Jobs.Own(r.Context()); err != nil {
		return err
	}
	if v.open {
		v.jobs = openJobs(v.jobs)
	}
	switch {
	case !web.Fragment(r):
		return web.Show(w, r, http.StatusOK, jobsPage(v))
	case v.was == v.mark():
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return web.Show(w, r, http.StatusOK, jobsNews(v))
}

// openJobs are those that somebody may still have to look after.
func openJobs(list []jobs.Job) (out []jobs.Job) {
	for _, j := range list {
		if !j.Over() || j.State == jobs.Failed {
			out = append(out, j)
		}
	}
	return out
}

// getCancelJob asks before a job that has begun is cancelled.
func (a *App) getCancelJob(w http.ResponseWriter, r *http.Request) error {
	job, err := a.Jobs.Find(r.Context(), r.PathValue("id"))
	if err == nil && job.Over() {
		err = errs.New(errs.Conflict, "jobs.over")
	}
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, jobCancelPage(job))
}

func (a *App) jobAct(act func(context.Context, string) error, notice string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := act(r.Context(), r.PathValue("id")); err != nil {
			return err
		}
		return web.Go(w, r, "/jobs", notice)
	}
}

// count is how many jobs are in a state.
func (v jobsView) count(s jobs.State) (n int) {
	for _, j := range v.jobs {
		if j.State == s {
			n++
		}
	}
	return n
}

// counts tells when there is something to say aloud: not each step, but each job
// that begins or ends.
func (v jobsView) counts() string {
	return fmt.Sprint(v.count(jobs.Running), "-", v.count(jobs.Waiting))
}

// mark changes when anything that is shown does.
func (v jobsView) mark() string {
	h := fnv.New64a()
	json.NewEncoder(h).Encode(v.jobs)
	return fmt.Sprintf("%x.%s", h.Sum64(), v.counts())
}

// news tells whether the reader was told other counts before.
func (v jobsView) news() bool { return !strings.HasSuffix(v.was, "."+v.counts()) }

// said is what is read aloud of the whole.
func (v jobsView) said(ctx context.Context) string {
	running, waiting := v.count(jobs.Running), v.count(jobs.Waiting)
	if running+waiting == 0 {
		return i18n.T(ctx, "job.said.none")
	}
	return i18n.T(ctx, "job.said", "Running", running, "Waiting", waiting)
}

// live lets the page ask again by itself while something is under way.
func (v jobsView) live() templ.Attributes {
	if v.count(jobs.Running)+v.count(jobs.Waiting) == 0 {
		return nil
	}
	return templ.Attributes{"hx-get": v.path() + "was=" + v.mark(), "hx-trigger": "every 2s", "hx-swap": "outerHTML"}
}

// path is the address of the list, to which a query can be added.
func (v jobsView) path() string {
	if v.open {
		return "/jobs?open=1&"
	}
	return "/jobs?"
}

func jobTitle(ctx context.Context, j jobs.Job) string { return i18n.T(ctx, "job.kind."+j.Kind) }

var jobBadges = map[jobs.State]string{jobs.Running: ui.Info, jobs.Done: ui.Success, jobs.Failed: ui.Danger}

// jobWhen says when a job was asked for, and when it ended.
func jobWhen(ctx context.Context, j jobs.Job) string {
	asked := i18n.DateTime(ctx, j.CreatedAt)
	if j.FinishedAt != nil {
		return i18n.T(ctx, "job.when.over", "Asked", asked, "Over", i18n.DateTime(ctx, *j.FinishedAt))
	}
	return i18n.T(ctx, "job.when", "Asked", asked)
}

// jobNow says what happens to a job that is not over.
func (v jobsView) jobNow(ctx context.Context, j jobs.Job) string {
	switch {
	case j.Over():
		return ""
	case j.CancelAsked:
		return i18n.T(ctx, "job.now.stops")
	case j.State == jobs.Running && j.Steps > 0:
		return ""
	case j.State == jobs.Running:
		return i18n.T(ctx, "job.now.runs")
	case j.Attempt > 0:
		return i18n.T(ctx, "job.now.again", "At", i18n.DateTime(ctx, j.RunAt))
	case j.RunAt.After(v.now):
		return i18n.T(ctx, "job.now.later", "At", i18n.DateTime(ctx, j.RunAt))
	}
	return i18n.T(ctx, "job.now.soon")
}
