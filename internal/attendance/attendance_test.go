package attendance_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"tessuto/internal/attendance"
	"tessuto/internal/ledger"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

var measures = ledger.Catalogue{{Code: "try.presence", Subject: ledger.Operator}, {Code: "try.minutes", Subject: ledger.Operator, Minutes: true}}

// room is a session on a database, with a clock that the test sets.
type room struct {
	*testing.T
	*attendance.Module
	d   *db.DB
	l   *ledger.Ledger
	key *crypto.Key
	ctx context.Context
	s   attendance.Session
	now time.Time
}

var begins = time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC) // ten in Rome

func each(t *testing.T, fn func(r *room)) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := t.TempDir()
		master, err := crypto.LoadMaster(filepath.Join(dir, "master"), true)
		if err != nil {
			t.Fatal(err)
		}
		keys, err := crypto.OpenKeystore(t.Context(), "file:"+filepath.Join(dir, "keys.db"), master)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { keys.Close() })
		key, err := keys.CreateOne(t.Context(), "net", "table")
		if err != nil {
			t.Fatal(err)
		}
		l := ledger.New(d, measures)
		r := &room{T: t, Module: attendance.New(l), d: d, l: l, key: key, now: begins.Add(3 * time.Hour),
			ctx: policy.With(t.Context(), policy.Actor{AccountID: "clerk", Network: "net"}),
			s: attendance.Session{ID: "s", Owner: attendance.Owner{Kind: "meeting", ID: "m"}, StartsAt: begins, EndsAt: begins.Add(2 * time.Hour),
				Mode: ledger.InPerson, Place: "Sala"}}
		d.Now = func() time.Time { return r.now }
		r.must(r.write(func(tx *db.Tx) error { return r.Open(r.ctx, tx, "net", r.key, r.s) }))
		fn(r)
	})
}

func (r *room) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

func (r *room) write(fn func(tx *db.Tx) error) error { return r.d.Write(r.ctx, fn) }

func operator(id string, mk attendance.Mark) attendance.Line {
	return attendance.Line{Subject: attendance.Subject{Kind: attendance.Operator, ID: id, OrgID: "org-" + id, Profession: "educator"}, Mark: mk}
}

func there(minutes int) attendance.Mark {
	return attendance.Mark{State: attendance.Present, Mode: ledger.InPerson, Minutes: minutes}
}

var away = attendance.Mark{State: attendance.Absent, Mode: ledger.Remote, Minutes: 9} // what makes no sense is left out

func (r *room) save(version int, reason string, counts *attendance.Counting, lines ...attendance.Line) error {
	s := r.s
	s.Version = version
	return r.write(func(tx *db.Tx) error { return r.Save(r.ctx, tx, "net", r.key, s, lines, reason, counts) })
}

func (r *room) sheet() (s attendance.Session, lines []attendance.Line) {
	r.Helper()
	r.must(r.d.Read(r.ctx, func(tx *db.Tx) (err error) {
		if s, err = r.Session(r.ctx, tx, "net", r.s.Owner, r.key); err != nil {
			return err
		}
		lines, err = r.Sheet(r.ctx, tx, "net", r.key, s.ID)
		return err
	}))
	return s, lines
}

func (r *room) count(measure string, unit ledger.Unit, asOf db.Date) (n int64) {
	r.Helper()
	r.must(r.d.Read(r.ctx, func(tx *db.Tx) (err error) {
		n, err = r.l.Count(r.ctx, tx, ledger.Question{Network: "net", Programme: "p", Measure: measure, Unit: unit, AsOf: asOf})
		return err
	}))
	return n
}

var counting = attendance.Counting{Presence: "try.presence", Minutes: "try.minutes", Place: ledger.Place{Programme: "p", Activity: "1"}}

// A sheet is saved once however often it is sent, keeps who was there as they
// were, and opens its names with the key alone.
func TestSheet(t *testing.T) {
	each(t, func(r *room) {
		guest := attendance.Line{Subject: attendance.Subject{Kind: attendance.Guest, ID: "g", Name: "Vurgalip", From: "Questura"}, Mark: there(60)}
		for range 2 {
			r.must(r.save(1, "", nil, operator("a", there(120)), operator("b", away), guest))
		}
		s, lines := r.sheet()
		if s.Version != 2 || len(lines) != 3 || attendance.PresentAt(lines) != 2 || s.Place != "Sala" || s.Minutes() != 120 || s.Date() != "2026-03-12" {
			r.Errorf("%+v %+v", s, lines)
		}
		for _, l := range lines {
			if len(l.History) != 1 || l.History[0].By != "clerk" || l.Corrected() || l.State == attendance.Absent && (l.Mode != "" || l.Minutes != 0) ||
				l.Kind == attendance.Guest && (l.Name != "Vurgalip" || l.From != "Questura") {
				r.Errorf("%+v", l)
			}
		}
		r.must(r.d.Read(r.ctx, func(tx *db.Tx) error {
			bare, err := r.Sheet(r.ctx, tx, "net", nil, "s")
			for _, l := range bare {
				if l.Name != "" {
					r.Errorf("a name without a key: %+v", l)
				}
			}
			if err != nil {
				return err
			}
			of, err := r.Owners(r.ctx, tx, "net", "meeting", []string{lines[0].ID})
			if err != nil || of[lines[0].ID] != "m" {
				r.Errorf("%v %v", of, err)
			}
			if of, err := r.Owners(r.ctx, tx, "other", "meeting", []string{lines[0].ID}); err != nil || len(of) != 0 {
				r.Errorf("from another network: %v %v", of, err)
			}
			return nil
		}))
		if n := r.count("try.presence", ledger.Operators, ""); n != 0 {
			r.Errorf("a sheet that does not count says %d", n)
		}
	})
}

// Whoever saved in between is not overwritten: their lines come back.
func TestConflict(t *testing.T) {
	each(t, func(r *room) {
		r.must(r.save(1, "", nil, operator("a", there(120))))
		err := r.save(1, "", nil, operator("a", away))
		theirs := errs.TheirsOf[[]attendance.Line](err)
		if errs.CodeOf(err) != errs.Conflict || theirs == nil || (*theirs)[0].Mark != there(120) {
			r.Errorf("%v %v", err, theirs)
		}
		if _, lines := r.sheet(); lines[0].Mark != there(120) {
			r.Errorf("%+v", lines)
		}
		s := r.s
		s.Version = 1
		if err := r.write(func(tx *db.Tx) error { return r.Change(r.ctx, tx, "net", r.key, s) }); errs.CodeOf(err) != errs.Conflict {
			r.Errorf("moved from an old version: %v", err)
		}
	})
}

// A correction has a reason; the history keeps what was marked before, and the
// figure as of the day before stays as it was.
func TestCorrection(t *testing.T) {
	each(t, func(r *room) {
		r.must(r.save(1, "", nil, operator("a", there(120)), operator("b", there(90)), operator("c", away)))
		s, lines := r.sheet()
		r.must(r.write(func(tx *db.Tx) error { return r.Count(r.ctx, tx, "net", s, lines, counting) }))
		if p, m := r.count("try.presence", ledger.Operators, ""), r.count("try.minutes", ledger.Minutes, ""); p != 2 || m != 210 {
			r.Errorf("%d operators, %d minutes", p, m)
		}
		yesterday := db.DateOf(r.now)
		r.now = r.now.AddDate(0, 0, 1)
		if err := r.save(2, "", &counting, operator("b", away)); errs.FieldsOf(err)["reason"] == "" {
			r.Errorf("without a reason: %v", err)
		}
		r.must(r.save(2, "Era in ferie", &counting, operator("b", away), operator("c", there(30)), operator("a", there(120))))
		for asOf, want := range map[db.Date][2]int64{yesterday: {2, 210}, "": {2, 150}} {
			if p, m := r.count("try.presence", ledger.Operators, asOf), r.count("try.minutes", ledger.Minutes, asOf); p != want[0] || m != want[1] {
				r.Errorf("as of %q: %d operators, %d minutes, want %v", asOf, p, m, want)
			}
		}
		s, lines = r.sheet()
		if s.Version != 3 || lines[0].Corrected() || !lines[1].Corrected() || len(lines[1].History) != 2 ||
			lines[1].History[0].Mark != there(90) || lines[1].History[1].Reason != "Era in ferie" {
			r.Errorf("%d %+v", s.Version, lines)
		}
		r.must(r.d.Read(r.ctx, func(tx *db.Tx) error {
			standing, err := ledger.AllStanding(r.ctx, tx, "net")
			want := map[ledger.Fact]bool{}
			for _, f := range counting.Facts(s, lines) {
				want[f] = true
			}
			for _, f := range standing {
				if !want[f.Fact] {
					r.Errorf("no line stands behind %+v", f.Fact)
				}
			}
			if len(standing) != len(want) || len(want) != 4 {
				r.Errorf("%d facts stand, %d lines say", len(standing), len(want))
			}
			return err
		}))
	})
}

func TestLinesAreChecked(t *testing.T) {
	each(t, func(r *room) {
		for name, mk := range map[string]attendance.Mark{"no state": {}, "unknown": {State: "late"}, "no mode": {State: attendance.Present},
			"too long": there(1441), "negative": there(-1)} {
			if err := r.save(1, "", nil, operator("a", mk)); errs.CodeOf(err) != errs.Invalid {
				r.Errorf("%s: %v", name, err)
			}
		}
		if _, lines := r.sheet(); len(lines) != 0 {
			r.Errorf("%+v", lines)
		}
	})
}

func TestSessionCheck(t *testing.T) {
	t.Parallel()
	good := attendance.Session{StartsAt: begins, EndsAt: begins.Add(time.Hour), Mode: ledger.InPerson, Place: "Sala"}
	for field, spoil := range map[string]func(s *attendance.Session){
		"": func(*attendance.Session) {},
		"on": func(s *attendance.Session) {
			s.StartsAt, s.EndsAt = begins.AddDate(-7, 0, 0), begins.AddDate(-7, 0, 0).Add(time.Hour)
		},
		"ends":  func(s *attendance.Session) { s.EndsAt = begins },
		"ends ": func(s *attendance.Session) { s.EndsAt = begins.AddDate(0, 0, 1) },
		"mode":  func(s *attendance.Session) { s.Mode = "mixed" },
		"place": func(s *attendance.Session) { s.Place = "" },
	} {
		s := good
		spoil(&s)
		err := s.Check("2026-03-12")
		if field == "" {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		if field == "ends " {
			field = "ends"
		}
		if errs.FieldsOf(err)[field] == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	good.Mode, good.Place = ledger.Remote, ""
	if err := good.Check("2026-03-12"); err != nil {
		t.Errorf("online without a place: %v", err)
	}
}
