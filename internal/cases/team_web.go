package cases

import (
	"net/http"

	"tessuto/internal/network"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

type teamView struct {
	*File
	candidates []network.Operator
	account    string
	mandate    string
	protect    bool // to protect a minor, without waiting for an agreement
	reason     string
	problems   map[string]string
}

func (m *Module) getTeam(w http.ResponseWriter, r *http.Request) error {
	v, err := m.teamView(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, teamPage(v))
}

func (m *Module) teamView(r *http.Request) (v teamView, err error) {
	if v.File, err = m.workable(r, policy.Overview); err != nil {
		return v, err
	}
	v.candidates, err = m.Candidates(r.Context(), v.File)
	return v, err
}

// protectValue is the box as it was ticked.
func (v teamView) protectValue() []string {
	if v.protect {
		return []string{"1"}
	}
	return nil
}

func (m *Module) postTeam(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	account, mandate := f.Text("account"), Mandate(f.Text("mandate"))
	if f.Bool("protect") {
		err = m.AddToProtect(r.Context(), id, account, mandate, f.Text("reason"), f.Sent())
	} else {
		err = m.AddToTeam(r.Context(), id, account, mandate, f.Sent())
	}
	if !web.Fixable(err) {
		if err != nil {
			return err
		}
		return web.Go(w, r, "/cases/"+id+"/team", "team.added")
	}
	v, again := m.teamView(r)
	if again != nil {
		return again
	}
	v.account, v.mandate, v.problems = account, string(mandate), web.Problems(r.Context(), err)
	v.protect, v.reason = f.Bool("protect"), f.Text("reason")
	return web.Show(w, r, web.Status(err), teamPage(v))
}

func (m *Module) postTeamEnd(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := m.EndMandate(r.Context(), id, r.PathValue("member")); err != nil {
		return err
	}
	return web.GoUndo(w, r, "/cases/"+id+"/team", "team.ended", "/cases/"+id+"/team/"+r.PathValue("member")+"/return")
}

func (m *Module) postTeamReturn(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := m.ReturnMandate(r.Context(), id, r.PathValue("member")); err != nil {
		return err
	}
	return web.Go(w, r, "/cases/"+id+"/team", "team.returned")
}
