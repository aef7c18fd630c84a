package programme

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"tessuto/internal/ledger"
	"tessuto/internal/people"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/ui"
)

// say is a text of a pack in the reader's language.
func say(ctx context.Context, t Text) string { return t.In(i18n.Lang(ctx)) }

// word translates a code, and shows the code itself when a pack of somebody
// else uses one that has no words yet.
func word(ctx context.Context, prefix, code string) string {
	if i18n.Exists(i18n.Lang(ctx), prefix+code) {
		return i18n.T(ctx, prefix+code)
	}
	return code
}

// amount says a number with what it counts: 34 persone, 45%.
func amount(ctx context.Context, u ledger.Unit, n int64) string {
	return i18n.N(ctx, "programme.amount."+string(u), int(n), "Count", i18n.Number(ctx, n))
}

// plain says a number of a figure without what it counts.
func plain(ctx context.Context, u ledger.Unit, n int64) string {
	if u == ledger.Ratio {
		return amount(ctx, u, n)
	}
	return i18n.Number(ctx, n)
}

// hedged says how sure a number of the source is: 20, circa 20, almeno 20.
func hedged(ctx context.Context, number string, approximate, atLeast bool) string {
	switch {
	case approximate:
		return i18n.T(ctx, "programme.about", "Number", number)
	case atLeast:
		return i18n.T(ctx, "programme.at_least", "Number", number)
	}
	return number
}

// targetText says the target, or that the source gives none.
func targetText(ctx context.Context, f *Figure) string {
	if f.Target == 0 {
		return i18n.T(ctx, "figure.state.no_target")
	}
	return hedged(ctx, amount(ctx, f.Unit, int64(f.Target)), f.Approximate, f.AtLeast)
}

// actualText says how much there is: 87 su 96 or, without a target, 34 persone.
func actualText(ctx context.Context, f *Figure) string {
	switch {
	case f.Target == 0:
		return amount(ctx, f.Unit, number(f))
	case f.Unit == ledger.Ratio:
		return plain(ctx, f.Unit, number(f))
	}
	target := hedged(ctx, plain(ctx, f.Unit, int64(f.Target)), f.Approximate, f.AtLeast)
	return i18n.T(ctx, "figure.of", "Actual", plain(ctx, f.Unit, number(f)), "Target", target)
}

// ratioText says the two counts of a ratio: 9 nuclei su 20.
func ratioText(ctx context.Context, f *Figure) string {
	above, known := f.Numerator.Number()
	below, also := f.Denominator.Number()
	if !known || !also {
		return ""
	}
	return i18n.T(ctx, "figure.of", "Actual", i18n.Number(ctx, above), "Target", i18n.Number(ctx, below))
}

// stateText says in a sentence where the figure stands.
func stateText(ctx context.Context, f *Figure) string {
	key := "figure.state." + string(f.State())
	target := plain(ctx, f.Unit, int64(f.Target))
	switch f.State() {
	case NotFed:
		return i18n.T(ctx, key, "Area", word(ctx, "programme.area.", f.FeedsFrom))
	case Hidden:
		return i18n.T(ctx, key, "Least", f.Least)
	case NotBegun:
		return i18n.N(ctx, key, f.Target, "Target", target)
	case Underway:
		if f.Unit == ledger.Ratio {
			key += ".ratio"
		}
		return i18n.N(ctx, key, int(f.Missing()), "Missing", i18n.Number(ctx, f.Missing()), "Target", target)
	}
	return i18n.T(ctx, key)
}

// stateKind colours the state; the words stand beside it.
func stateKind(f *Figure) string {
	switch f.State() {
	case Reached:
		return ui.Success
	case Underway:
		return ui.Info
	}
	return ui.Neutral
}

// shown tells whether there is a number that this actor may see.
func shown(f *Figure) bool { return (f.Fed || f.Said != nil) && !f.Actual.Hidden() }

// number is the number of a figure that is shown.
func number(f *Figure) int64 {
	n, _ := f.Actual.Number()
	return n
}

// behindKey is the key of the words that lead to the records of a unit.
func behindKey(u ledger.Unit) string {
	switch u {
	case ledger.Persons, ledger.Households, ledger.Operators, ledger.Citizens, ledger.Ratio:
		return "figure.who"
	}
	return "figure.records"
}

// partName says a value of a breakdown in words.
func partName(ctx context.Context, d ledger.Dimension, p Part) string {
	switch {
	case p.Value == "":
		return i18n.T(ctx, "figure.not_stated")
	case p.Name != "":
		return p.Name
	case d == ledger.BySex:
		return word(ctx, "figure.sex.", p.Value)
	case d == ledger.ByAgeClass:
		return word(ctx, "figure.age.", p.Value)
	case d == ledger.ByCitizenship:
		return people.CountryName(ctx, p.Value)
	case d == ledger.ByMonth:
		return monthName(ctx, p.Value)
	case d == ledger.ByProfession:
		return word(ctx, "profession.", p.Value)
	case d == ledger.ByMode:
		return word(ctx, "programme.mode.", p.Value)
	}
	return p.Value
}

// row is a line of a breakdown as a page shows it.
type row struct {
	Name string
	Part
	at int // its place among the parts
}

// rowsOf are the parts in the order in which one looks for them: ages by age,
// the rest by name, and what is not stated last.
func rowsOf(ctx context.Context, d ledger.Dimension, parts []Part) []row {
	rows := make([]row, len(parts))
	for i, p := range parts {
		rows[i] = row{partName(ctx, d, p), p, i}
	}
	byName := collate.New(language.Make(i18n.Lang(ctx)))
	slices.SortStableFunc(rows, func(a, b row) int {
		switch {
		case a.Value == "":
			return 1
		case b.Value == "":
			return -1
		case d == ledger.ByMonth:
			return strings.Compare(a.Value, b.Value)
		case d == ledger.ByAgeClass:
			return slices.Index(ledger.AgeClasses, a.Value) - slices.Index(ledger.AgeClasses, b.Value)
		}
		return byName.CompareString(a.Name, b.Name)
	})
	return rows
}

// percent is the share of a part, in whole per cent.
func percent(ctx context.Context, n, total int64) string {
	if total == 0 {
		return ""
	}
	return plain(ctx, ledger.Ratio, perCent(n, total))
}

// joined writes several words as one list.
func joined(words []string) string { return strings.Join(words, ", ") }
