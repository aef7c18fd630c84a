package governance

import (
	"context"
	"strings"

	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/programme"
)

func say(ctx context.Context, t programme.Text) string { return t.In(i18n.Lang(ctx)) }

// name is the title of the body in the reader's language.
func (b *Body) name(ctx context.Context) string { return say(ctx, b.Title) }

func (b *Body) path() string { return "/bodies/" + b.ID }

func (mt *Meeting) path() string { return "/meetings/" + mt.ID }

// title names a meeting by its body and day.
func (mt *Meeting) title(ctx context.Context) string {
	return i18n.T(ctx, "meeting.title", "Body", mt.Body.name(ctx), "Date", mt.day(ctx))
}

func (mt *Meeting) day(ctx context.Context) string { return i18n.Date(ctx, mt.Session.Date().Time()) }

// hours says from when to when.
func (mt *Meeting) hours() string {
	return mt.Session.StartsAt.In(i18n.Rome).Format("15:04") + "–" + mt.Session.EndsAt.In(i18n.Rome).Format("15:04")
}

// stateKind colours a state; the word stands beside it.
func (mt *Meeting) stateKind() string {
	switch mt.State {
	case Held:
		return ui.Success
	case Cancelled, Annulled:
		return ui.Neutral
	}
	return ui.Info
}

// Headline is a meeting in a list: its body, and when it is.
func (mt *Meeting) Headline(ctx context.Context) (title, note, href string) {
	note = i18n.Weekday(ctx, mt.Session.StartsAt.In(i18n.Rome)) + ", " + mt.hours()
	if mt.Session.Place != "" {
		note += " · " + mt.Session.Place
	}
	return mt.Body.name(ctx), note, mt.path()
}

// lacks says in words what the composition lacks of its rule.
func lacks(ctx context.Context, seats []Filled) string {
	var parts []string
	for _, s := range seats {
		switch {
		case s.Missing > 0:
			parts = append(parts, i18n.N(ctx, "body.lacks", s.Missing, "Seat", say(ctx, s.Title)))
		case s.Over > 0:
			parts = append(parts, i18n.N(ctx, "body.over", s.Over, "Seat", say(ctx, s.Title)))
		}
	}
	return strings.Join(parts, "; ")
}

// ruleKind colours the composition.
func ruleKind(seats []Filled) string {
	switch {
	case len(seats) == 0:
		return ui.Neutral
	case composed(seats):
		return ui.Success
	}
	return ui.Warning
}

// ruleWord says in a few words whether the composition is as its rule says.
func ruleWord(ctx context.Context, seats []Filled) string {
	switch {
	case len(seats) == 0:
		return i18n.T(ctx, "body.rule.none")
	case composed(seats):
		return i18n.T(ctx, "body.rule.kept")
	}
	return i18n.T(ctx, "body.rule.lacking")
}

// who names a member: an operator, somebody from outside, or that the name is not
// for this reader.
func (mb *Member) who(ctx context.Context) string {
	if mb.Name != "" {
		return mb.Name
	}
	return i18n.T(ctx, "body.member.outside")
}

// manages tells whether the actor says who sits in the body.
func (b *Body) manages(ctx context.Context) bool {
	return policy.From(ctx).MayIn(policy.BodyManage, b.Programme)
}

func (b *Body) works(ctx context.Context) bool {
	return b.Full && policy.From(ctx).May(policy.MeetingWork)
}

// heads translates the heads of a table.
func heads(ctx context.Context, keys ...string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		if k != "" {
			out[i] = i18n.T(ctx, k)
		}
	}
	return out
}
