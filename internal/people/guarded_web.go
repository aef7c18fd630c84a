package people

import (
	"cmp"
	"net/http"
	"slices"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// guardedView is the form of a guarded record, with what was typed in it.
type guardedView struct {
	NewGuarded
	once       string
	colleagues map[string]string // names by account, without the actor's own
	problems   map[string]string
}

// byLabel are colleagues as answers, by name.
func byLabel(names map[string]string) (out []ui.Option) {
	for account, name := range names {
		out = append(out, ui.Option{Value: account, Label: name})
	}
	slices.SortFunc(out, func(a, b ui.Option) int { return cmp.Compare(a.Label, b.Label) })
	return out
}

func (m *Module) getGuarded(w http.ResponseWriter, r *http.Request) error {
	v := guardedView{once: db.NewID()}
	v.PersonID, v.Kind = r.PathValue("id"), ProtectedAddress
	return m.showGuarded(w, r, http.StatusOK, v)
}

func (m *Module) showGuarded(w http.ResponseWriter, r *http.Request, code int, v guardedView) error {
	ctx := r.Context()
	err := m.db.Read(ctx, func(tx *db.Tx) (err error) {
		v.colleagues, err = m.colleagues(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	delete(v.colleagues, policy.From(ctx).AccountID)
	return web.Show(w, r, code, guardedPage(v))
}

func (m *Module) postGuarded(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	n := NewGuarded{With: f.All("with"), Sent: f.Sent(), Guarded: Guarded{PersonID: r.PathValue("id"), Kind: GuardedKind(f.Text("kind")),
		Address: readAddress(f), Code: f.Text("code"), From: f.Date("from"), To: f.Date("to")}}
	if err = f.Problem.Err(); err == nil {
		err = m.AddGuarded(ctx, n)
	}
	if web.Fixable(err) {
		v := guardedView{NewGuarded: n, once: f.Once(), problems: web.Problems(ctx, err)}
		if WasSaved(err) {
			v.once = db.NewID()
		}
		return m.showGuarded(w, r, web.Status(err), v)
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/people/"+n.PersonID+"#guarded", "guarded.added")
}

func (m *Module) postGuardedEnd(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := m.EndGuarded(r.Context(), id, r.PathValue("entry")); err != nil {
		return err
	}
	return web.Go(w, r, "/people/"+id, "guarded.ended")
}
