package governance

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tessuto/internal/attendance"
	"tessuto/internal/platform/db"
	"tessuto/internal/programme"
)

// What is composed as its rule says, seat by seat.
func TestCompositionOfSeats(t *testing.T) {
	t.Parallel()
	seats := []Seat{{Key: "1", Number: 1, OrgID: "a"}, {Key: "2", Number: 2}, {Key: "3"}}
	in := func(seat, org, from, to string) Member {
		return Member{Seat: seat, OrgID: org, From: db.Date(from), To: db.Date(to)}
	}
	full := []Member{in("1", "a", "2026-01-01", ""), in("2", "b", "2026-01-01", ""), in("2", "", "2026-01-01", ""), in("3", "c", "2026-01-01", "")}
	for name, c := range map[string]struct {
		members       []Member
		missing, over [3]int
	}{
		"all":                       {full, [3]int{}, [3]int{}},
		"nobody":                    {nil, [3]int{1, 2, 1}, [3]int{}},
		"of another organisation":   {append([]Member{in("1", "b", "2026-01-01", "")}, full[1:]...), [3]int{1, 0, 0}, [3]int{}},
		"left today":                {append([]Member{in("1", "a", "2026-01-01", "2026-03-12")}, full[1:]...), [3]int{1, 0, 0}, [3]int{}},
		"leaves tomorrow":           {append([]Member{in("1", "a", "2026-01-01", "2026-03-13")}, full[1:]...), [3]int{}, [3]int{}},
		"begins tomorrow":           {append([]Member{in("1", "a", "2026-03-13", "")}, full[1:]...), [3]int{1, 0, 0}, [3]int{}},
		"two where one sits":        {append([]Member{in("1", "a", "2026-01-01", "")}, full...), [3]int{}, [3]int{1, 0, 0}},
		"many where no number says": {append([]Member{in("3", "d", "2026-01-01", "")}, full...), [3]int{}, [3]int{}},
		"without a seat":            {append([]Member{in("", "a", "2026-01-01", "")}, full...), [3]int{}, [3]int{}},
	} {
		got := composition(seats, c.members, "2026-03-12")
		for i, s := range got {
			if s.Missing != c.missing[i] || s.Over != c.over[i] {
				t.Errorf("%s: seat %s lacks %d and has %d too many, want %d and %d", name, s.Key, s.Missing, s.Over, c.missing[i], c.over[i])
			}
		}
		if composed(got) != (c.missing == [3]int{} && c.over == [3]int{}) {
			t.Errorf("%s: composed %v", name, composed(got))
		}
	}
}

// What makes a meeting count, and what keeps it from counting.
func TestConfirmable(t *testing.T) {
	t.Parallel()
	begins := time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)
	session := attendance.Session{StartsAt: begins, EndsAt: begins.Add(time.Hour)}
	marked := func(states ...attendance.State) (out []attendance.Line) {
		for _, s := range states {
			out = append(out, attendance.Line{Mark: attendance.Mark{State: s}})
		}
		return out
	}
	two := marked(attendance.Present, attendance.Present)
	for name, c := range map[string]struct {
		state State
		lines []attendance.Line
		text  string
		now   time.Time
		want  string
	}{
		"two were there":      {Convened, two, "x", begins, ""},
		"confirmed already":   {Held, two, "x", begins, ""},
		"one was there":       {Convened, marked(attendance.Present, attendance.Absent, attendance.Excused, ""), "x", begins, "meeting.too_few"},
		"nobody was marked":   {Convened, nil, "x", begins, "meeting.too_few"},
		"nothing was written": {Convened, two, "", begins, "error.form_invalid"},
		"it is to come":       {Convened, two, "x", begins.Add(-time.Minute), "meeting.not_yet"},
		"it was cancelled":    {Cancelled, two, "x", begins, "meeting.cancelled_already"},
	} {
		mt := Meeting{State: c.state, Session: session}
		err := mt.confirmable(c.lines, c.text, c.now)
		if key := keyOf(err); key != c.want {
			t.Errorf("%s: %q, want %q", name, key, c.want)
		}
	}
}

func keyOf(err error) string {
	if err == nil {
		return ""
	}
	_, key, _ := strings.Cut(err.Error(), ": ")
	key, _, _ = strings.Cut(key, " ")
	return key
}

// A calendar reads one line as one line, whatever a name holds.
func TestCalendarText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"Cabina di regia": "Cabina di regia", "a;b,c\\d": "a\\;b\\,c\\\\d", "one\r\nEND:VEVENT": "one\\nEND:VEVENT"} {
		if got := calendarText(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for _, line := range strings.Split("SUMMARY:"+calendarText(strings.Repeat("àèìòù ", 60)), "\r\n") {
		if len(line) > 75 || !strings.HasPrefix(line, "SUMMARY:") && !strings.HasPrefix(line, " ") {
			t.Errorf("%d bytes: %q", len(line), line)
		}
	}
}

// A seat that moves or has another name keeps who has it; one that another
// organisation sends is new.
func TestSeatsOfARuleThatChanges(t *testing.T) {
	seat := func(key, title, org string) Seat { return Seat{Key: key, Title: programme.Text{It: title}, OrgID: org} }
	was := []Seat{seat("1", "Capo", "a"), seat("2", "Esperto", ""), seat("3", "Referente", "b")}
	for name, c := range map[string]struct{ now, want []Seat }{
		"the same":             {was, was},
		"one comes first":      {append([]Seat{seat("1", "Segretario", "")}, was...), append([]Seat{seat("4", "Segretario", "")}, was...)},
		"one has another name": {[]Seat{was[0], seat("2", "Consulente", ""), was[2]}, []Seat{was[0], seat("2", "Consulente", ""), was[2]}},
		"another sends it":     {[]Seat{was[0], was[1], seat("3", "Referente", "c")}, []Seat{was[0], was[1], seat("4", "Referente", "c")}},
		"one goes":             {[]Seat{was[0], seat("2", "Referente", "b")}, []Seat{was[0], was[2]}},
	} {
		if got := keepSeats(was, c.now); !slices.Equal(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
