package network

import (
	"context"
	"net/http"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/ui"
	"tessuto/internal/platform/web"
)

// directoryRoutes lists the pages on the network itself: organisations,
// territories, agreements. All of it is about bodies and places.
func (m *Module) directoryRoutes() []web.Route {
	return append([]web.Route{
		{Method: "GET", Pattern: "/organisations", Permission: policy.OrganisationRead, Handler: m.getOrganisations},
		{Method: "GET", Pattern: "/organisations/new", Permission: policy.OrganisationManage, Handler: m.getNewOrganisation},
		{Method: "POST", Pattern: "/organisations", Permission: policy.OrganisationManage, Handler: m.postNewOrganisation},
		{Method: "GET", Pattern: "/organisations/{id}", Permission: policy.OrganisationRead, Handler: m.getOrganisation},
		{Method: "GET", Pattern: "/organisations/{id}/edit", Permission: policy.OrganisationManage, Handler: m.getEditOrganisation},
		{Method: "POST", Pattern: "/organisations/{id}/edit", Permission: policy.OrganisationManage, Handler: m.postOrganisation},
		{Method: "POST", Pattern: "/organisations/{id}/partnerships", Permission: policy.OrganisationManage, Handler: m.postPartnership},
		{Method: "POST", Pattern: "/organisations/{id}/partnerships/{entry}/end", Permission: policy.OrganisationManage, Handler: m.postPartnershipEnd},
	}, append(m.territoryRoutes(), m.agreementRoutes()...)...)
}

func (m *Module) getOrganisations(w http.ResponseWriter, r *http.Request) error {
	d, err := m.Directory(r.Context(), filterOf(r.URL.Query()))
	if err != nil {
		return err
	}
	if web.Fragment(r) {
		return web.Show(w, r, http.StatusOK, organisationList(d))
	}
	return web.Show(w, r, http.StatusOK, organisationsPage(d))
}

func (m *Module) getOrganisation(w http.ResponseWriter, r *http.Request) error {
	return m.showOrganisation(w, r, http.StatusOK, partnershipForm{})
}

// partnershipForm is what was written of a new partnership.
type partnershipForm struct {
	Partnership
	problems map[string]string
}

func (m *Module) showOrganisation(w http.ResponseWriter, r *http.Request, code int, p partnershipForm) error {
	f, err := m.OrganisationFile(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return web.Show(w, r, code, organisationPage(f, p))
}

// organisationForm is the form of a body, with what was written in it and what
// somebody else saved meanwhile.
type organisationForm struct {
	Organisation
	territories []Territory
	problems    map[string]string
	theirs      *Organisation
	place       string // of theirs
}

func (m *Module) getNewOrganisation(w http.ResponseWriter, r *http.Request) error {
	return m.showOrganisationForm(w, r, http.StatusOK, organisationForm{})
}

func (m *Module) getEditOrganisation(w http.ResponseWriter, r *http.Request) error {
	f, err := m.OrganisationFile(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return m.showOrganisationForm(w, r, http.StatusOK, organisationForm{Organisation: f.Organisation})
}

func (m *Module) showOrganisationForm(w http.ResponseWriter, r *http.Request, code int, v organisationForm) error {
	err := m.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		v.territories, err = m.sortedTerritories(r.Context(), tx, tx.Today())
		return err
	})
	if err != nil {
		return err
	}
	return web.Show(w, r, code, organisationEdit(v))
}

func readOrganisation(f *web.Form) Organisation {
	return Organisation{Name: f.Text("name"), Kind: f.Text("kind"), TerritoryID: f.Text("territory"), Assumed: f.Bool("assumed"),
		TaxCode: f.Text("tax_code"), IPACode: f.Text("ipa_code"), Address: f.Text("address"), Email: f.Text("email"),
		Phone: f.Text("phone"), Website: f.Text("website"), From: f.Date("from"), To: f.Date("to"),
		ApprovesAlone: f.Bool("approves_alone"), Version: f.Version()}
}

func (m *Module) postNewOrganisation(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	o := readOrganisation(f)
	id := ""
	if err = f.Problem.Err(); err == nil {
		id, err = m.AddOrganisation(r.Context(), o, f.Sent())
	}
	if web.Fixable(err) {
		return m.showOrganisationForm(w, r, web.Status(err), organisationForm{Organisation: o, problems: web.Problems(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/organisations/"+id, "organisation.added")
}

func (m *Module) postOrganisation(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	o := readOrganisation(f)
	o.ID = r.PathValue("id")
	if err = f.Problem.Err(); err == nil {
		err = m.SaveOrganisation(r.Context(), o)
	}
	if web.Fixable(err) {
		v := organisationForm{Organisation: o, problems: web.Problems(r.Context(), err)}
		if errs.CodeOf(err) == errs.Conflict {
			theirs, again := m.OrganisationFile(r.Context(), o.ID)
			if again != nil {
				return again
			}
			// Sending the form again replaces what they saved, knowingly.
			v.theirs, v.place, v.Version = &theirs.Organisation, theirs.Place, theirs.Version
		}
		return m.showOrganisationForm(w, r, web.Status(err), v)
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/organisations/"+o.ID, "organisation.saved")
}

func (m *Module) postPartnership(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	p := Partnership{OrgID: r.PathValue("id"), Programme: f.Text("programme"), Role: f.Text("role"), Functions: f.All("functions"), From: f.Date("from")}
	if err = f.Problem.Err(); err == nil {
		err = m.AddPartnership(r.Context(), p, f.Sent())
	}
	if web.Fixable(err) {
		return m.showOrganisation(w, r, web.Status(err), partnershipForm{p, web.Problems(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/organisations/"+p.OrgID, "partnership.added")
}

func (m *Module) postPartnershipEnd(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(w, r)
	if err != nil {
		return err
	}
	id, on := r.PathValue("id"), f.Date("on")
	if err = f.Problem.Err(); err == nil {
		err = m.EndPartnership(r.Context(), id, r.PathValue("entry"), on)
	}
	if web.Fixable(err) {
		return m.showOrganisation(w, r, web.Status(err), partnershipForm{problems: map[string]string{"": firstProblem(r.Context(), err)}})
	}
	if err != nil {
		return err
	}
	return web.Go(w, r, "/organisations/"+id, "partnership.ended")
}

// firstProblem is one sentence about what is wrong, for a form of one field.
func firstProblem(ctx context.Context, err error) string {
	for _, text := range web.Problems(ctx, err) {
		return text
	}
	return ""
}

func kindWord(ctx context.Context, kind string) string {
	return i18n.T(ctx, "organisation.kind."+kind)
}

func orgKindOptions(ctx context.Context, first string) []ui.Option {
	return append([]ui.Option{{Label: i18n.T(ctx, first)}}, ui.Options(ctx, "organisation.kind.", OrganisationKinds)...)
}

func territoryOptions(ctx context.Context, first string, list []Territory, but string) []ui.Option {
	out := []ui.Option{{Label: i18n.T(ctx, first)}}
	for _, t := range list {
		if t.ID != but {
			out = append(out, ui.Option{Value: t.ID, Label: t.Name + " (" + i18n.T(ctx, "territory.kind."+t.Kind) + ")"})
		}
	}
	return out
}

func titleOptions(ctx context.Context, first string, list []Title) []ui.Option {
	var out []ui.Option
	if first != "" {
		out = append(out, ui.Option{Label: i18n.T(ctx, first)})
	}
	for _, t := range list {
		out = append(out, ui.Option{Value: t.Code, Label: t.Name})
	}
	return out
}

// dayWord is a day as it is read, or nothing.
func dayWord(ctx context.Context, d db.Date) string {
	if d == "" {
		return ""
	}
	return i18n.Date(ctx, d.Time())
}

// heads are the titles of the columns of a table.
func heads(ctx context.Context, keys ...string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		if k != "" {
			out[i] = i18n.T(ctx, k)
		}
	}
	return out
}

// rows are the lines of a list, one for each of some things.
func rows[T any](list []T, row func(T) []ui.Cell) [][]ui.Cell {
	out := make([][]ui.Cell, len(list))
	for i, x := range list {
		out[i] = row(x)
	}
	return out
}
