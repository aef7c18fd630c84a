package governance

import (
	"context"
	"net/http"
	"strings"

	"tessuto/internal/attendance"
	"tessuto/internal/ledger"
	"tessuto/internal/network"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// presenceView is a sheet being filled, and a guest being added to it.
type presenceView struct {
	*MeetingFile
	marks     map[string]attendance.Mark // as they are chosen, by field
	reason    string
	version   int
	theirs    bool // somebody else saved meanwhile
	guest     NewGuest
	operators []network.Operator
	problems  map[string]string
	guestly   bool // the problems are of the guest's form
}

// A mark is one choice in a form: not there, or there and how.
func markValue(mk attendance.Mark) string {
	if mk.State == attendance.Present {
		return string(mk.State) + " " + string(mk.Mode)
	}
	return string(mk.State)
}

func markOf(value string, minutes int) attendance.Mark {
	state, mode, _ := strings.Cut(value, " ")
	return attendance.Mark{State: attendance.State(state), Mode: ledger.Mode(mode), Minutes: minutes}
}

// markOptions are what can be marked of somebody.
func markOptions(ctx context.Context) (out []ui.Option) {
	for _, mode := range Modes {
		out = append(out, ui.Option{Value: string(attendance.Present) + " " + string(mode), Label: i18n.T(ctx, "attendance.present."+string(mode))})
	}
	for _, s := range attendance.States[1:] {
		out = append(out, ui.Option{Value: string(s), Label: i18n.T(ctx, "attendance.state."+string(s))})
	}
	return out
}

// suggested is what a row shows at first: its mark or, before anybody has marked
// it, that it was there, all the time.
func (f *MeetingFile) suggested(r Row) attendance.Mark {
	if r.State != "" {
		return r.Mark
	}
	return attendance.Mark{State: attendance.Present, Mode: f.Session.Mode, Minutes: f.Session.Minutes()}
}

func (m *Module) getPresence(w http.ResponseWriter, r *http.Request) error {
	return m.showPresence(w, r, http.StatusOK, presenceView{})
}

func (m *Module) postPresence(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	marks := map[string]attendance.Mark{}
	for name := range f.Values {
		if strings.HasPrefix(name, "p_") && !strings.HasSuffix(name, ".minutes") {
			marks[name] = markOf(f.Text(name), f.Int(name+".minutes"))
		}
	}
	id := r.PathValue("id")
	if err = f.Problem.Err(); err == nil {
		err = m.SavePresence(r.Context(), id, marks, f.Text("reason"), f.Version())
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/meetings/"+id, "attendance.saved")
	}
	v := presenceView{marks: marks, reason: f.Text("reason"), version: f.Version(), problems: web.Problems(r.Context(), err)}
	v.theirs = errs.TheirsOf[[]attendance.Line](err) != nil
	return m.showPresence(w, r, web.Status(err), v)
}

func (m *Module) postGuest(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	n := NewGuest{AccountID: f.Text("account"), Name: f.Text("name"), From: f.Text("from"), Mode: ledger.Mode(f.Text("mode")), Reason: f.Text("reason"), Sent: f.Sent()}
	err = m.AddGuest(r.Context(), id, n)
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/meetings/"+id+"/presence", "attendance.guest_added")
	}
	return m.showPresence(w, r, web.Status(err), presenceView{guest: n, guestly: true, problems: web.Problems(r.Context(), err)})
}

func (m *Module) showPresence(w http.ResponseWriter, r *http.Request, code int, v presenceView) (err error) {
	if v.MeetingFile, err = m.workable(r); err != nil {
		return err
	}
	switch {
	case v.off():
		return errs.New(errs.Conflict, "meeting.cancelled_already")
	case !v.begun(v.Now):
		return errs.New(errs.Conflict, "meeting.not_yet")
	}
	if v.marks == nil {
		v.marks = map[string]attendance.Mark{}
	}
	for _, row := range v.Rows {
		if field := attendance.Field(row.Subject); v.marks[field].State == "" {
			v.marks[field] = v.suggested(row)
		}
	}
	if v.version == 0 || v.theirs { // sending again replaces what they saved, knowingly
		v.version = v.Session.Version
	}
	if v.guest.Sent.Key == "" {
		v.guest.Sent.Key = db.NewID()
	}
	if v.guest.Mode == "" {
		v.guest.Mode = v.Session.Mode
	}
	if v.operators, err = m.Operators(r.Context()); err != nil {
		return err
	}
	return web.Show(w, r, code, presencePage(v))
}
