package app

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tessuto/internal/cases"
	"tessuto/internal/network"
	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// details are what entries about accounts say beside the act, by name: the codes
// of closed lists, days, and codes of organisations and programmes. Each returns
// its word, or nothing for what is none of these.
var details = map[string]func(ctx context.Context, value string) string{
	"role": func(ctx context.Context, v string) string { return listed(ctx, "role.", v, roleCodes(policy.Roles)) },
	"profession": func(ctx context.Context, v string) string {
		return listed(ctx, "profession.", v, network.Professions)
	},
	"by": func(ctx context.Context, v string) string {
		return listed(ctx, "audit.detail.by.", v, []string{"mail", "hand"})
	},
	"purpose":    purposeWord,
	"parts":      partWords,
	"org":        coded,
	"programmes": coded,
	"from":       dayWord,
	"to":         dayWord,
	"days": func(ctx context.Context, v string) string {
		n, err := strconv.Atoi(v)
		if err != nil {
			return ""
		}
		return i18n.N(ctx, "me.token.for_days", n)
	},
}

// takenOut are the acts by which a case leaves the house: what and why are codes.
var takenOut = []string{"case.print", "case.export", "case.transfer"}

// auditDetails says in words what an entry about an account holds beside the act, or one
// by which a case leaves the house.
// Of other entries nothing is shown: people type reasons and purposes, and what
// they write may name somebody in care.
func auditDetails(ctx context.Context, l audit.Line) (out []string) {
	ofAccount := l.Kind == "account" && strings.HasPrefix(l.Act, "account.")
	if !ofAccount && !(l.Kind == policy.Case && slices.Contains(takenOut, l.Act)) {
		return nil
	}
	for _, part := range strings.Fields(l.Reason) {
		name, value, _ := strings.Cut(part, "=")
		if word := details[name]; word != nil {
			if text := word(ctx, value); text != "" {
				out = append(out, i18n.T(ctx, "audit.detail."+name, "Value", text))
			}
		}
	}
	return out
}

func purposeWord(ctx context.Context, code string) string {
	if !plainCodes.MatchString(code) {
		return ""
	}
	return codelist.Word(ctx, cases.FilePurposeList, code)
}

func partWords(ctx context.Context, codes string) string {
	var words []string
	for _, code := range strings.Split(codes, ",") {
		if slices.Contains(cases.FileParts, cases.FilePart(code)) {
			words = append(words, i18n.T(ctx, "dossier.part."+code))
		}
	}
	return strings.Join(words, ", ")
}

func roleCodes(roles []policy.Role) (out []string) {
	for _, r := range roles {
		out = append(out, string(r))
	}
	return out
}

// listed is the word of a code of a closed list.
func listed(ctx context.Context, prefix, code string, all []string) string {
	for _, one := range all {
		if one == code {
			return i18n.T(ctx, prefix+code)
		}
	}
	return ""
}

var plainCodes = regexp.MustCompile(`^[A-Za-z0-9_.,-]{1,100}$`)

func coded(_ context.Context, value string) string {
	if !plainCodes.MatchString(value) {
		return ""
	}
	return strings.ReplaceAll(value, ",", ", ")
}

func dayWord(ctx context.Context, value string) string {
	day, err := db.ParseDate(value)
	if err != nil {
		return ""
	}
	return i18n.Date(ctx, day.Time())
}
