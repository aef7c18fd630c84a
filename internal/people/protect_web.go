package people

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/web"
)

func (m *Module) postShowTo(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id, with := r.PathValue("id"), f.All("with")
	err = m.ShowTo(r.Context(), id, with)
	if web.Fixable(err) {
		return m.showPerson(w, r, web.Status(err), personView{with: with, problems: web.Problems(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/people/"+id+"#protected", "protect.shown")
}

func (m *Module) postReopen(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := m.Reopen(r.Context(), id); err != nil {
		return err
	}
	return web.Go(w, r, "/people/"+id, "protect.reopened")
}

// otherColleagues are who works in the actor's body and may open persons, by
// account, without the named.
func (m *Module) otherColleagues(ctx context.Context, named []string) (out map[string]string, err error) {
	err = m.db.Read(ctx, func(tx *db.Tx) error {
		out, err = m.colleagues(ctx, tx)
		return err
	})
	maps.DeleteFunc(out, func(_, name string) bool { return slices.Contains(named, name) })
	return out, err
}
