package ui

import (
	"context"

	"tessuto/internal/platform/i18n"
)

// Found is something that a search over everything found: where it is, and a
// word that tells it from others of the same name.
type Found struct{ Title, Note, Href, Icon string }

// FoundGroup is what was found of one kind.
type FoundGroup struct {
	Label string
	Found []Found
}

// foundWord says how many were found.
func foundWord(ctx context.Context, groups []FoundGroup) string {
	n := 0
	for _, g := range groups {
		n += len(g.Found)
	}
	return i18n.N(ctx, "ui.find.found", n)
}

// optionNumber numbers the options of all groups in one row.
func optionNumber(groups []FoundGroup, group, i int) string {
	for _, g := range groups[:group] {
		i += len(g.Found)
	}
	return itoa(i)
}

// goKeys are the places of the reader that a key leads to.
func goKeys(ctx context.Context) (out []NavItem) {
	for _, g := range ShellOf(ctx).Nav {
		for _, n := range g.Items {
			if n.Letter != "" {
				out = append(out, n)
			}
		}
	}
	return out
}
