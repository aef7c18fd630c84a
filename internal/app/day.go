package app

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
)

// dayPart is a part of "La mia giornata": something that may wait for somebody.
// Areas know nothing of it: dayParts adapts what their use cases return. A part
// gives only what is the actor's own.
type dayPart struct {
	key        string // message of its title; key+".none" is the line when nothing waits
	icon       string
	permission policy.Permission
	first      []policy.Role // whose day begins with it
	quiet      bool          // it says nothing when nothing waits
	load       func(ctx context.Context, lines int) (day, error)
}

// day is what one part says to one person. What is in count opens at href, all
// of it and nothing else; stops and lines show the first of it.
type day struct {
	count int
	href  string
	stops []ui.Stop // hour by hour
	lines []ui.Line
}

// dayLines is how many of each part the page shows at most: what is not shown is
// not read either.
const dayLines = 8

// dayPartView is a part with what it said.
type dayPartView struct {
	dayPart
	day
}

// loadDay asks the parts of an actor's role, all at once, and puts first those that
// their day begins with.
func loadDay(ctx context.Context, parts []dayPart) ([]dayPartView, error) {
	actor := policy.From(ctx)
	parts = slices.DeleteFunc(slices.Clone(parts), func(p dayPart) bool { return !actor.May(p.permission) })
	out := make([]dayPartView, len(parts))
	asked, ctx := errgroup.WithContext(ctx)
	for i, p := range parts {
		asked.Go(func() (err error) {
			out[i].dayPart = p
			out[i].day, err = p.load(ctx, dayLines)
			return err
		})
	}
	if err := asked.Wait(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(out, func(a, b dayPartView) int { return a.rank(actor.Role) - b.rank(actor.Role) })
	return out, nil
}

func (p dayPart) rank(r policy.Role) int {
	if slices.Contains(p.first, r) {
		return 0
	}
	return 1
}

// id names the part's heading in the page.
func (p dayPart) id() string { return "part-" + strings.TrimPrefix(p.key, "home.") }

// headlined is a part of records that say themselves what stands in a line: those of
// one of the lists of an area, which is what the count opens.
func headlined[T any, S ~string](list func(context.Context, S) ([]T, error), show S, path string, say func(*T, context.Context) (title, note, href string)) func(context.Context, int) (day, error) {
	return func(ctx context.Context, lines int) (day, error) {
		all, err := list(ctx, show)
		d := day{count: len(all), href: path + "?show=" + string(show)}
		for i := range all[:min(len(all), lines)] {
			var l ui.Line
			l.Title, l.Note, l.Href = say(&all[i], ctx)
			d.lines = append(d.lines, l)
		}
		return d, err
	}
}

// once asks for what several parts of the page need when the first of them does.
func once[T any](load func(context.Context) (T, error)) func(context.Context) (T, error) {
	var one sync.Once
	var v T
	var err error
	return func(ctx context.Context) (T, error) {
		one.Do(func() { v, err = load(ctx) })
		return v, err
	}
}

// listedIn is a list of an area for headlined, of what all its lists hold together.
func listedIn[T any, S ~string](all func(context.Context) ([]T, error), in func(*T, S, time.Time) bool, now time.Time) func(context.Context, S) ([]T, error) {
	all = once(all)
	return func(ctx context.Context, show S) (out []T, err error) {
		list, err := all(ctx)
		for i := range list {
			if in(&list[i], show, now) {
				out = append(out, list[i])
			}
		}
		return out, err
	}
}
