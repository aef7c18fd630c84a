package cases

import (
	"context"
	"strconv"

	"tessuto/internal/platform/i18n"
	"tessuto/internal/programme"
)

func itoa(n int) string { return strconv.Itoa(n) }

func option(ctx context.Context, c programme.Choice) PlaceOption {
	lang := i18n.Lang(ctx)
	return PlaceOption{c.Key(), c.ProgrammeTitle.In(lang) + " – " + c.Activity + " " + c.Title.In(lang)}
}
