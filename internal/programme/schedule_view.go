package programme

import (
	"context"
	"net/url"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
)

// scheduleView is what the page of the schedule shows.
type scheduleView struct {
	Programme
	List  []Scheduled
	Today db.Date
}

// activityView is an activity and, in its form, what was written of it.
type activityView struct {
	scheduleView
	Scheduled
	Written  Plan
	Theirs   *Plan // saved meanwhile by somebody else
	Problems map[string]string
	Partners []Partner
}

// mayPlan tells whether the reader may change the schedule of a programme.
func mayPlan(ctx context.Context, code string) bool {
	return policy.From(ctx).MayIn(policy.ProgrammePlan, code)
}

func scheduleHref(code string) string { return programmeHref(code) + "/schedule" }

func activityHref(code, activity string) string {
	return scheduleHref(code) + "/" + url.PathEscape(activity)
}

// span is the time that the drawing covers: all that is known of the activities,
// with the period of the programme.
func (v *scheduleView) span() (from, to db.Date) {
	widen := func(days ...db.Date) {
		for _, d := range days {
			if d != "" && (from == "" || d < from) {
				from = d
			}
			to = max(to, d)
		}
	}
	if p := v.Period; p != nil {
		widen(db.Date(p.From), db.Date(p.To))
	}
	for _, s := range v.List {
		widen(s.From, s.To)
		for _, d := range s.departures() {
			widen(d.Since, d.Until)
		}
	}
	return from, to
}

// chart is the schedule as the kit draws it.
func (v *scheduleView) chart(ctx context.Context) ui.ScheduleProps {
	from, to := v.span()
	share := func(d db.Date) float64 {
		return float64(daysBetween(from, d)) / float64(max(1, daysBetween(from, to)+1))
	}
	stretch := func(a, b db.Date) ui.Stretch {
		if b == "" {
			b = max(to, a)
		}
		if a == "" || from == "" {
			return ui.Stretch{}
		}
		return ui.Stretch{Start: share(a), End: share(b.AddDays(1))}
	}
	props := ui.ScheduleProps{Caption: i18n.T(ctx, "schedule.title"), Today: -1,
		Head: headOf(ctx, "schedule.activity", "schedule.when", "schedule.org", "schedule.mode", "schedule.state")}
	if from != "" {
		props.Today = share(v.Today)
		for y := from.Time().Year() + 1; y <= to.Time().Year(); y++ {
			props.Marks = append(props.Marks, share(db.Date(time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006-01-02"))))
		}
	}
	for i := range v.List {
		s := &v.List[i]
		row := ui.ScheduleRow{Label: s.Code + " " + say(ctx, s.Title), Href: activityHref(v.Programme.Code, s.Code), Span: stretch(s.From, s.To), Text: days(ctx, string(s.From), string(s.To)),
			Cells: []ui.Cell{{Text: s.OrgName}, {Text: modeText(ctx, s.Mode)}, {Body: planState(v.Pack, &s.Plan)}}}
		for _, d := range s.departures() {
			row.Breaks = append(row.Breaks, stretch(d.Since, d.Until))
		}
		props.Rows = append(props.Rows, row)
	}
	return props
}

// legend says how to read the drawing.
func (v *scheduleView) legend(ctx context.Context) string {
	from, to := v.span()
	if from == "" {
		return i18n.T(ctx, "schedule.undated")
	}
	return i18n.T(ctx, "schedule.legend", "From", i18n.Date(ctx, from.Time()), "To", i18n.Date(ctx, to.Time()), "Today", i18n.Date(ctx, v.Today.Time()))
}

func stateOfPlan(s ActivityState) string {
	switch s {
	case Running:
		return ui.Info
	case Completed:
		return ui.Success
	case Suspended, Redesigned:
		return ui.Warning
	}
	return ui.Neutral
}

// departure says from when to when it was not done as planned, and why. What the
// pack says is said in the language of the reader.
func departure(ctx context.Context, p *Pack, plan *Plan) string {
	reason := plan.Reason
	for _, c := range p.Changes {
		if plan.Version == 0 && c.Reason.It == reason {
			reason = say(ctx, c.Reason)
		}
	}
	return days(ctx, string(plan.Since), string(plan.Until)) + ": " + reason
}

// facts say what a plan is.
func (v *activityView) facts(ctx context.Context, p *Plan) []ui.Pair {
	return []ui.Pair{
		{Label: i18n.T(ctx, "schedule.when"), Value: days(ctx, string(p.From), string(p.To))},
		{Label: i18n.T(ctx, "schedule.org"), Value: p.OrgName},
		{Label: i18n.T(ctx, "schedule.mode"), Value: modeText(ctx, p.Mode)},
		{Label: i18n.T(ctx, "schedule.state"), Body: planState(v.Pack, p)},
	}
}

// history are the versions before, as rows.
func (v *activityView) history(ctx context.Context) (rows [][]ui.Cell) {
	for i := range v.Before {
		p := &v.Before[i]
		when := i18n.T(ctx, "schedule.from_pack")
		if p.Version > 0 {
			when = i18n.DateTime(ctx, p.ChangedAt)
		}
		rows = append(rows, []ui.Cell{{Text: when}, {Text: days(ctx, string(p.From), string(p.To))}, {Text: p.OrgName},
			{Text: modeText(ctx, p.Mode)}, {Body: planState(v.Pack, p)}})
	}
	return rows
}

func (v *activityView) field(ctx context.Context, name, value string, f ui.Field) ui.Field {
	f.Name, f.Label, f.Value, f.Error = name, i18n.T(ctx, "schedule."+name), value, v.Problems[name]
	return f
}

var planFields = []string{"from", "to", "org", "mode", "state", "reason", "since", "until"}

func (v *activityView) orgs(ctx context.Context) []ui.Option {
	out, seen := []ui.Option{{Label: i18n.T(ctx, "schedule.org.none")}}, map[string]bool{}
	for _, p := range v.Partners {
		if !seen[p.OrgID] {
			out = append(out, ui.Option{Value: p.OrgID, Label: p.Name})
		}
		seen[p.OrgID] = true
	}
	if id := v.Scheduled.OrgID; id != "" && !seen[id] {
		out = append(out, ui.Option{Value: id, Label: v.Scheduled.OrgName})
	}
	return out
}

func (v *activityView) modes(ctx context.Context) []ui.Option {
	return append([]ui.Option{{Label: i18n.T(ctx, "schedule.mode.none")}}, ui.Options(ctx, "programme.mode.", Modes)...)
}
