package cases

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
)

// The code lists of what interventions give: services by the headings of ISTAT's
// survey (domain.md, 1.6), and units.
const (
	SupportList = "social_service"
	UnitList    = "service_unit"
)

// Support is what an intervention gave to the family; nothing, without a code.
type Support struct {
	Code       string  // of SupportList
	ProviderID string  // the body of the network that gave it; empty: the body of who wrote, or one in words
	Quantity   int64   // hundredths of Unit
	Unit       string  // of UnitList
	Cost       int64   // cents of euro
	From, To   db.Date // the days that it covers
}

// isGiven tells whether it is something that can be given twice, and not work alone.
func (s *Support) isGiven() bool { return s.Code != "" && (s.Quantity > 0 || s.Cost > 0) }

// Hours says from when to when on its day an intervention was, in minutes after
// midnight; Ends is 0 when nobody said.
type Hours struct{ Starts, Ends int }

// String is as people write it, or empty.
func (h Hours) String() string {
	if h.Ends == 0 {
		return ""
	}
	return clock(h.Starts) + "–" + clock(h.Ends)
}

func clock(minute int) string {
	at := time.Duration(minute%dayMinutes) * time.Minute
	return time.Time{}.Add(at).Format("15:04")
}

const dayMinutes = 24 * 60

// ParseHours reads two times of a day, or none; midnight ends a day. What is wrong is
// noted in c under starts and ends.
func ParseHours(c errs.Check, starts, ends string) (h Hours) {
	if starts == "" && ends == "" {
		return h
	}
	from, err := time.Parse("15:04", starts)
	c.That(err == nil, "starts", "error.field_time")
	to, again := time.Parse("15:04", ends)
	c.That(again == nil, "ends", "error.field_time")
	if err != nil || again != nil {
		return h
	}
	h = Hours{from.Hour()*60 + from.Minute(), to.Hour()*60 + to.Minute()}
	if h.Ends == 0 {
		h.Ends = dayMinutes
	}
	c.That(h.Starts < h.Ends, "ends", "intervention.ends_wrong")
	return h
}

// mostHundredths bounds quantities and amounts: ten millions.
const mostHundredths = 1_000_000_000

// ParseHundredths reads an amount with at most two decimals, as people write it in
// Italian or in English: "1.250,00", "1,250.00", "1250,5", "1250". What could mean two
// things ("1.250") is refused. Empty is 0.
func ParseHundredths(text string) (n int64, ok bool) {
	text = strings.NewReplacer(" ", "", "\u00a0", "", "€", "").Replace(text)
	if text == "" {
		return 0, true
	}
	whole, decimals := text, ""
	if at := strings.LastIndexAny(text, ".,"); at >= 0 {
		whole, decimals = text[:at], text[at+1:]
		if len(decimals) < 1 || len(decimals) > 2 {
			return 0, false
		}
		groups := strings.Split(whole, map[byte]string{'.': ",", ',': "."}[text[at]])
		if slices.ContainsFunc(groups[1:], func(g string) bool { return len(g) != 3 }) || len(groups) > 1 && len(groups[0]) > 3 {
			return 0, false
		}
		whole = strings.Join(groups, "")
	}
	digits := whole + (decimals + "00")[:2]
	if whole == "" || len(digits) > 10 || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil && n <= mostHundredths
}

// check reports what is wrong with what an intervention gives; outside is its provider
// in words, and had what it said before.
func (s *Support) check(ctx context.Context, c errs.Check, on db.Date, outside string, had Support) {
	if s.Code == "" {
		c.That(*s == Support{} && outside == "", "code", "intervention.code_missing")
		return
	}
	c.That(s.Code == had.Code || codelist.Valid(ctx, SupportList, s.Code, on), "code", "error.field_choice")
	c.That(s.Unit == "" || s.Unit == had.Unit || codelist.Valid(ctx, UnitList, s.Unit, on), "unit", "error.field_choice")
	c.That(s.Quantity == 0 || s.Unit != "", "unit", "intervention.unit_missing")
	c.That(s.Quantity >= 0 && s.Quantity <= mostHundredths, "quantity", "intervention.amount_wrong")
	c.That(s.Cost >= 0 && s.Cost <= mostHundredths, "cost", "intervention.amount_wrong")
	c.That(s.ProviderID == "" || outside == "", "outside", "intervention.provider_twice")
	c.That(errs.Fits(outside, lineText), "outside", "error.field_long")
	c.That((s.From == "") == (s.To == ""), "covers_to", "intervention.covers_half")
	c.That(s.From == "" || s.From.Within(on, 5, 1), "covers_from", "intervention.covers_far")
	c.That(s.To == "" || s.To.Within(on, 5, 1), "covers_to", "intervention.covers_far")
	c.That(s.From <= s.To || s.To == "", "covers_to", "intervention.covers_turned")
}
