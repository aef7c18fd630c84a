package i18n

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Rome is the time zone in which days of service begin and end.
var Rome = func() *time.Location {
	l, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		panic(err)
	}
	return l
}()

// Date writes a day as people here do: 5 marzo 2026, 5 March 2026.
func Date(ctx context.Context, d time.Time) string {
	if d.IsZero() {
		return ""
	}
	if Lang(ctx) == "zh" {
		return fmt.Sprintf("%d年%d月%d日", d.Year(), d.Month(), d.Day())
	}
	return fmt.Sprintf("%d %s %d", d.Day(), T(ctx, "month."+strconv.Itoa(int(d.Month()))), d.Year())
}

// Weekday writes a day without its year, and which of the week it is: lunedì 9
// marzo, Monday 9 March.
func Weekday(ctx context.Context, d time.Time) string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%s %d %s", T(ctx, "weekday."+strconv.Itoa(int(d.Weekday()))), d.Day(), T(ctx, "month."+strconv.Itoa(int(d.Month()))))
}

// DateTime writes an instant as day and hour in Rome.
func DateTime(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(Rome)
	return Date(ctx, t) + ", " + t.Format("15:04")
}

// List writes words one after the other, with the comma of the language.
func List(ctx context.Context, words []string) string {
	comma, ok := map[string]string{"ar": "، ", "ur": "، ", "zh": "、"}[Lang(ctx)]
	if !ok {
		comma = ", "
	}
	return strings.Join(words, comma)
}

// Number writes a whole number with the separators of the language; digits
// stay Western in every language.
func Number(ctx context.Context, n int64) string {
	lang := Lang(ctx)
	if slices.Contains([]string{"ar", "ur", "bn"}, lang) {
		lang = "en"
	}
	return message.NewPrinter(language.Make(lang)).Sprintf("%d", n)
}

// Hundredths writes an amount of which n is a hundred times as much, with the separators
// of the language, and with two decimals or none.
func Hundredths(ctx context.Context, n int64) string {
	whole, rest := n/100, n%100
	if rest == 0 {
		return Number(ctx, whole)
	}
	mark := ","
	if slices.Contains([]string{"en", "ar", "ur", "bn", "zh"}, Lang(ctx)) {
		mark = "."
	}
	return Number(ctx, whole) + mark + fmt.Sprintf("%02d", rest)
}
