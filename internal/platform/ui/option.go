package ui

import (
	"context"

	"tessuto/internal/platform/i18n"
)

// Options turns the codes of a closed list into answers: the words of each
// stand in the catalogue under prefix.
func Options[T ~string](ctx context.Context, prefix string, codes []T) []Option {
	out := make([]Option, len(codes))
	for i, c := range codes {
		out[i] = Option{Value: string(c), Label: i18n.T(ctx, prefix+string(c))}
	}
	return out
}
