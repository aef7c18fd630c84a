package network

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
)

// admin is the administrator of the first network.
func (o office) admin(t *testing.T) context.Context {
	t.Helper()
	a, err := o.auth.Actor(t.Context(), "admin@rete.example")
	if err != nil {
		t.Fatal(err)
	}
	return policy.With(t.Context(), a)
}

func (o office) today() db.Date { return db.DateOf(o.db.Now()) }

func TestTaxCode(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{"01232710374": true, "00488410010": true, "01232710375": false, "0123271037": false,
		"00000000000": false, "0123271037a": false, "": false} {
		if ValidTaxCode(code) != want {
			t.Errorf("%q: %v", code, !want)
		}
	}
	if got := freeCode("Società della Salute!", []string{"societa_della_salute"}); got != "societa_della_salute_2" {
		t.Error(got)
	}
}

func FuzzTaxCode(f *testing.F) {
	f.Add("01232710374")
	f.Fuzz(func(t *testing.T, code string) {
		if ValidTaxCode(code) && (len(code) != 11 || strings.Trim(code, "0123456789") != "") {
			t.Errorf("%q", code)
		}
	})
}

// The tree is as it was on a day; a place is never inside itself.
func TestTerritories(t *testing.T) {
	onOffice(t, func(t *testing.T, o office) {
		ctx := o.admin(t)
		add := func(name, kind, parent string) string {
			id, err := o.AddTerritory(ctx, Territory{Name: name, Kind: kind, ParentID: parent}, crypto.Sending{})
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		region := add("Toscana", "region", "")
		ambito := add("Ambito Nord", "social_district", region)
		town := add("Borgo", "municipality", ambito)
		change := func(id, name, parent string, on db.Date, version int) error {
			return o.ChangeTerritory(ctx, TerritoryChange{ID: id, Name: name, ParentID: parent, On: on, Version: version})
		}
		today := o.today()
		for what, err := range map[string]error{
			"under its child": change(ambito, "Ambito Nord", town, today, 1),
			"under itself":    change(ambito, "Ambito Nord", ambito, today, 1),
			"no name":         change(ambito, "", region, today, 1),
			"no day":          change(ambito, "Ambito Nord", region, "", 1),
			"no such parent":  change(ambito, "Ambito Nord", "none", today, 1),
		} {
			if errs.CodeOf(err) != errs.Invalid {
				t.Errorf("%s: %v", what, err)
			}
		}
		if err := change(town, "Borgo a Valle", region, today, 1); err != nil {
			t.Fatal(err)
		}
		if err := change(town, "Altro", region, today.AddDays(3), 1); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("an old version: %v", err)
		}
		if err := change(town, "Prima", region, today.AddDays(-9), 2); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("before the last change: %v", err)
		}
		for on, want := range map[db.Date][2]string{today.AddDays(-1): {"Borgo", ambito}, today: {"Borgo a Valle", region}} {
			p, err := o.Place(ctx, town, on)
			if err != nil || p.Name != want[0] || p.ParentID != want[1] {
				t.Errorf("%s: %q in %q, %v", on, p.Name, p.ParentID, err)
			}
		}
		if err := o.EndTerritory(ctx, region, today.AddDays(1), "", 1); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("with children: %v", err)
		}
		if err := o.EndTerritory(ctx, ambito, today.AddDays(1), region, 1); err != nil {
			t.Error(err)
		}
		if p, err := o.Place(ctx, ambito, today.AddDays(2)); err != nil || !p.Gone || p.Successor != "Toscana" {
			t.Errorf("after its end: %+v %v", p.Territory, err)
		}
		stranger, err := o.auth.Actor(t.Context(), "stranger@rete.example")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.Place(policy.With(t.Context(), stranger), town, ""); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("another network: %v", err)
		}
		desk := o.as(t, "desk", "/territories/new", nil)
		if desk.Code == http.StatusOK {
			t.Errorf("the desk changes the tree: %d", desk.Code)
		}
	})
}

// A body is changed by who may, checked, and never over what somebody else wrote.
func TestOrganisationPages(t *testing.T) {
	onOffice(t, func(t *testing.T, o office) {
		form := url.Values{"name": {"Cooperativa Prova"}, "kind": {"cooperative"}, "tax_code": {"01232710374"}, "website": {"https://prova.example"}}
		w := o.as(t, "admin", "/organisations", form)
		if w.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		path := w.Header().Get("Location")
		if page := o.as(t, "desk", path, nil); page.Code != http.StatusOK || !strings.Contains(page.Body.String(), "01232710374") {
			t.Errorf("the desk reads the directory: %d", page.Code)
		}
		for field, value := range map[string]string{"tax_code": "01232710375", "website": "prova", "email": "x", "kind": "ministry", "name": "", "ipa_code": "a b"} {
			bad := url.Values{"name": {"Altra"}, "kind": {"school"}}
			bad.Set(field, value)
			if w := o.as(t, "admin", "/organisations", bad); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `href="#f-`+field+`"`) {
				t.Errorf("%s %q: %d", field, value, w.Code)
			}
		}
		if w := o.as(t, "admin", "/organisations", url.Values{"name": {"Doppia"}, "kind": {"school"}, "tax_code": {"01232710374"}}); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("a tax code twice: %d", w.Code)
		}
		form.Set("_version", "1")
		form.Set("name", "Cooperativa Nuova")
		if w := o.as(t, "admin", path+"/edit", form); w.Code != http.StatusSeeOther {
			t.Fatalf("%d", w.Code)
		}
		form.Set("name", "Cooperativa Mia")
		w = o.as(t, "admin", path+"/edit", form)
		if body := w.Body.String(); w.Code != http.StatusConflict || !strings.Contains(body, "Cooperativa Nuova") || !strings.Contains(body, `value="Cooperativa Mia"`) {
			t.Errorf("a conflict: %d", w.Code)
		}
		for _, who := range []string{"desk", "stranger"} {
			if w := o.as(t, who, path+"/edit", form); w.Code == http.StatusSeeOther {
				t.Errorf("%s changes an organisation", who)
			}
		}
		if w := o.as(t, "stranger", path, nil); w.Code != http.StatusNotFound {
			t.Errorf("another network: %d", w.Code)
		}
		list := o.as(t, "desk", "/organisations?q=nuova&kind=cooperative", nil).Body.String()
		if !strings.Contains(list, "Cooperativa Nuova") || strings.Contains(list, ">Comune di Prova<") || strings.Contains(list, "Consorzio Altrove") {
			t.Error("the filter")
		}
	})
}

// An agreement goes from draft to its end, and stands where its days say.
func TestAgreementStates(t *testing.T) {
	onOffice(t, func(t *testing.T, o office) {
		ctx := o.admin(t)
		other, err := o.AddOrganisation(ctx, Organisation{Name: "Cooperativa", Kind: "cooperative"}, crypto.Sending{})
		if err != nil {
			t.Fatal(err)
		}
		today := o.today()
		a := Agreement{Kind: "convention", Title: "Convenzione", Class: policy.Personal, From: today, To: today.AddDays(59),
			Purposes: []policy.Purpose{policy.CaseWork}, Sections: policy.CaseSections, Parties: []Party{{OrgID: o.org, Role: PartyLead}, {OrgID: other, Role: PartyMember}}}
		alone := a
		alone.Parties = a.Parties[:1]
		if _, err := o.AddAgreement(ctx, alone, crypto.Sending{}); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("with itself: %v", err)
		}
		id, err := o.AddAgreement(ctx, a, crypto.Sending{})
		if err != nil {
			t.Fatal(err)
		}
		state := func(want AgreementState, on db.Date) {
			t.Helper()
			s, err := o.Agreement(ctx, id)
			if got := s.State(on); err != nil || got != want {
				t.Errorf("%s on %s, want %s, %v", got, on, want, err)
			}
		}
		state(Draft, today)
		if err := o.RenewAgreement(ctx, id, today.AddDays(90), 1); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("a draft renewed: %v", err)
		}
		if err := o.SignAgreement(ctx, id, today.AddDays(1), "", 1); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("signed tomorrow: %v", err)
		}
		if err := o.SignAgreement(ctx, id, today, "PG 1", 1); err != nil {
			t.Fatal(err)
		}
		state(ToCome, today.AddDays(-1))
		state(Expiring, today)
		state(Expiring, today.AddDays(59))
		state(Expired, today.AddDays(60))
		a.ID, a.Version = id, 2
		if err := o.SaveAgreement(ctx, a); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("what is signed was changed: %v", err)
		}
		if err := o.RenewAgreement(ctx, id, today.AddDays(400), 1); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("an old version: %v", err)
		}
		if err := o.RenewAgreement(ctx, id, today.AddDays(400), 2); err != nil {
			t.Fatal(err)
		}
		state(InForce, today)
		if err := o.EndAgreement(ctx, id, today, "", 3); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("without a reason: %v", err)
		}
		if err := o.EndAgreement(ctx, id, today, "Fine del servizio", 3); err != nil {
			t.Fatal(err)
		}
		state(Ended, today)
		for path, want := range map[string]int{"/agreements": http.StatusOK, "/agreements/" + id: http.StatusOK, "/agreements/none": http.StatusNotFound} {
			if w := o.as(t, "admin", path, nil); w.Code != want {
				t.Errorf("%s: %d", path, w.Code)
			}
		}
		if w := o.as(t, "desk", "/agreements/"+id, nil); w.Code == http.StatusOK {
			t.Error("the desk reads agreements")
		}
	})
}
