package network

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// actor returns who an account works as now.
func (o office) actor(t *testing.T, session string) policy.Actor {
	t.Helper()
	actor, _, err := o.auth.BySession(t.Context(), session)
	if err != nil && errs.CodeOf(err) != errs.SignIn {
		t.Fatal(err)
	}
	return actor
}

func (o office) session(t *testing.T, name string) string {
	t.Helper()
	session, err := o.auth.SignIn(t.Context(), name+"@rete.example", staffPassword)
	if err != nil {
		t.Fatal(err)
	}
	return session
}

// placesOf returns the addresses of the memberships that the page of an account
// leads to.
func (o office) placesOf(t *testing.T, who string) []string {
	t.Helper()
	page := o.as(t, "admin", "/accounts/"+o.ids[who], nil).Body.String()
	var out []string
	for _, m := range regexp.MustCompile(`href="(/accounts/[\w-]+/places/[\w-]{36})"`).FindAllStringSubmatch(page, -1) {
		out = append(out, m[1])
	}
	return out
}

func (o office) day(days int) string { return string(db.DateOf(o.db.Now()).AddDays(days)) }

func says(t *testing.T, page, key string) bool {
	return strings.Contains(html.UnescapeString(page), i18n.T(i18n.With(t.Context(), "it"), key))
}

// A role that changes is another at the next request; what was stays written.
func TestRoleChange(t *testing.T) {
	onOffice(t, func(t *testing.T, o office) {
		session := o.session(t, "desk")
		at := o.placesOf(t, "desk")[0]
		change := url.Values{"role": {"programme_lead"}, "profession": {"coordinator"}, "programmes": {" reboot  weita"}, "_version": {"1"}}
		if w := o.as(t, "admin", at, change); w.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if a := o.actor(t, session); a.Role != policy.ProgrammeLead || a.Programmes != "reboot weita" {
			t.Errorf("the session still works as %+v", a)
		}
		if w := o.as(t, "admin", at, change); w.Code != http.StatusConflict || !says(t, w.Body.String(), "error.version") {
			t.Errorf("a change of what somebody changed: %d", w.Code)
		}
		page := o.as(t, "admin", "/accounts/"+o.ids["desk"], nil).Body.String()
		if !says(t, page, "place.state.over") || !says(t, page, "place.state.now") || !says(t, page, "role.desk_operator") {
			t.Error("the page does not tell what was and what is")
		}
		// Programmes change in place: nothing begins anew.
		at = o.placesOf(t, "desk")[0]
		o.as(t, "admin", at, url.Values{"role": {"programme_lead"}, "programmes": {"fasi"}, "_version": {"1"}})
		if a := o.actor(t, session); a.Programmes != "fasi" || len(o.placesOf(t, "desk")) != 1 {
			t.Errorf("%+v", a)
		}
		for field, value := range map[string]string{"role": "queen", "profession": "wizard", "programmes": "NOT A CODE"} {
			form := url.Values{"role": {"programme_lead"}, "_version": {"2"}}
			form.Set(field, value)
			if w := o.as(t, "admin", at, form); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `id="f-`+field+`-error"`) {
				t.Errorf("%s %s: %d", field, value, w.Code)
			}
		}
	})
}

// What ends today ends at once, and can be taken back today, not tomorrow.
func TestEndAPlace(t *testing.T) {
	onOffice(t, func(t *testing.T, o office) {
		now := o.db.Now()
		o.db.Now = func() time.Time { return now }
		session := o.session(t, "desk")
		at := o.placesOf(t, "desk")[0]
		end := func(to, version string) int {
			return o.as(t, "admin", at+"/end", url.Values{"to": {to}, "_version": {version}}).Code
		}
		for _, bad := range []string{"", "domani", o.day(-1), o.day(5000)} {
			if got := end(bad, "1"); got != http.StatusUnprocessableEntity {
				t.Errorf("ends on %q: %d", bad, got)
			}
		}
		if end(o.day(0), "1") != http.StatusSeeOther || o.actor(t, session).SignedIn() {
			t.Error("what ended today goes on")
		}
		page := o.as(t, "admin", "/accounts/"+o.ids["desk"], nil).Body.String()
		if !says(t, page, "place.none_now.hint") || !says(t, page, "account.state.no_place") || !strings.Contains(page, at+"/resume") {
			t.Error("the page does not say that the account has no place, or offers nothing")
		}
		if _, err := o.auth.SignIn(t.Context(), "desk@rete.example", staffPassword); err == nil || !strings.Contains(err.Error(), "signin.no_place") {
			t.Errorf("signs in without a place: %v", err)
		}
		if got := end(o.day(0), "2"); got != http.StatusUnprocessableEntity {
			t.Errorf("ends twice: %d", got)
		}
		if w := o.as(t, "admin", at+"/resume", url.Values{"_version": {"2"}}); w.Code != http.StatusSeeOther || !o.actor(t, session).SignedIn() {
			t.Errorf("the end is not taken back: %d", w.Code)
		}
		if end(o.day(3), "3") != http.StatusSeeOther || !o.actor(t, session).SignedIn() {
			t.Error("what ends in three days is over")
		}
		if w := o.as(t, "admin", at+"/resume", url.Values{"_version": {"4"}}); w.Code != http.StatusSeeOther {
			t.Errorf("an end to come is not taken back: %d", w.Code)
		}
		end(o.day(0), "5")
		now = now.AddDate(0, 0, 1)
		if w := o.as(t, "admin", at+"/resume", url.Values{"_version": {"6"}}); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("an end of yesterday is taken back: %d", w.Code)
		}
	})
}

func TestAddAPlace(t *testing.T) {
	onOffice(t, func(t *testing.T, o office) {
		form := func(changes ...string) url.Values {
			f := url.Values{"org": {o.org}, "role": {"trainer"}, "from": {o.day(0)}}
			for i := 0; i+1 < len(changes); i += 2 {
				f.Set(changes[i], changes[i+1])
			}
			return f
		}
		to := "/accounts/" + o.ids["desk"] + "/places"
		for _, c := range []struct {
			field, key string
			form       url.Values
		}{
			{"org", "error.field_required", form("org", "")},
			{"role", "error.field_choice", form("role", "")},
			{"from", "place.from.far", form("from", "")},
			{"from", "place.from.far", form("from", o.day(800))},
			{"from", "error.field_date", form("from", "ieri")},
			{"to", "place.to.before", form("from", o.day(10), "to", o.day(5))},
			{"to", "place.to.past", form("from", o.day(-10), "to", o.day(-5))},
			{"programmes", "account.programmes.role", form("programmes", "reboot")},
			{"from", "place.overlap", form("role", "desk_operator")},
			{"from", "place.overlap", form("role", "desk_operator", "from", o.day(-20))},
		} {
			w := o.as(t, "admin", to, c.form)
			if page := w.Body.String(); w.Code != http.StatusUnprocessableEntity || !strings.Contains(page, `id="f-`+c.field+`-error"`) || !says(t, page, c.key) {
				t.Errorf("%v: %d, want %s", c.form, w.Code, c.key)
			}
		}
		if w := o.as(t, "admin", to, form("org", o.elsewhere(t))); w.Code != http.StatusNotFound {
			t.Errorf("an organisation of another network: %d", w.Code)
		}
		for _, good := range []url.Values{form(), form("role", "educator", "to", o.day(9)), form("role", "desk_operator", "from", o.day(-9), "to", o.day(0))} {
			w := o.as(t, "admin", to, good)
			if want := good.Get("role") != "desk_operator"; (w.Code == http.StatusSeeOther) != want {
				t.Errorf("%v: %d", good, w.Code)
			}
		}
		if n := len(o.placesOf(t, "desk")); n != 3 {
			t.Errorf("%d places", n)
		}
	})
}

// elsewhere is the organisation of the other network.
func (o office) elsewhere(t *testing.T) (org string) {
	t.Helper()
	err := o.db.Read(t.Context(), func(tx *db.Tx) error {
		id, err := o.NetworkID(t.Context(), tx, "altra")
		if err != nil {
			return err
		}
		all, err := o.Organisations(policy.With(t.Context(), policy.Actor{Network: id}), tx)
		org = all[0].ID
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return org
}

// Nobody acts on their own account, and an account of another network does not
// exist, whatever is asked of it.
func TestWhoseAccount(t *testing.T) {
	onOffice(t, func(t *testing.T, o office) {
		places := map[string]string{}
		err := o.db.Read(t.Context(), func(tx *db.Tx) error {
			for who, id := range o.ids {
				all, err := o.auth.Places(t.Context(), tx, id)
				if err != nil {
					return err
				}
				places[who] = all[0].ID
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		before := o.actor(t, o.session(t, "admin"))
		asked := 0
		for _, rt := range o.Routes() {
			if !strings.HasPrefix(rt.Pattern, "/accounts/{id}/") {
				continue
			}
			for who, want := range map[string]int{"admin": http.StatusForbidden, "stranger": http.StatusNotFound} {
				path := strings.NewReplacer("{id}", o.ids[who], "{place}", places[who]).Replace(rt.Pattern)
				var form url.Values
				if rt.Method == "POST" {
					form = url.Values{"_version": {"1"}, "role": {"dpo"}, "org": {o.org}, "from": {o.day(0)}, "to": {o.day(0)}}
				}
				w := o.as(t, "admin", path, form)
				if asked++; w.Code != want || strings.Contains(w.Body.String(), "Persona stranger") {
					t.Errorf("%s %s of %s: %d, want %d", rt.Method, path, who, w.Code, want)
				}
			}
			// A membership of one is not reached through another.
			if path := strings.NewReplacer("{id}", o.ids["desk"], "{place}", places["stranger"]).Replace(rt.Pattern); strings.Contains(rt.Pattern, "{place}") {
				var form url.Values
				if rt.Method == "POST" {
					form = url.Values{"_version": {"1"}, "role": {"dpo"}, "to": {o.day(0)}}
				}
				if w := o.as(t, "admin", path, form); w.Code != http.StatusNotFound {
					t.Errorf("%s: %d", path, w.Code)
				}
			}
		}
		if after := o.actor(t, o.session(t, "admin")); after != before || asked < 20 {
			t.Errorf("the administrator changed: %+v; %d asked", after, asked)
		}
	})
}

// The last who manages accounts stays, also when two act at once: the second
// acts as somebody who was closed meanwhile.
func TestTheLastAdministratorStays(t *testing.T) {
	onOffice(t, func(t *testing.T, o office) {
		org := o.found(t, "rete", "Comune di Prova", map[string]policy.Role{"second": policy.Admin})
		first, second := o.actor(t, o.session(t, "admin")), o.actor(t, o.session(t, "second"))
		if err := o.SetActive(policy.With(t.Context(), first), second.AccountID, false); err != nil {
			t.Fatal(err)
		}
		late := policy.With(t.Context(), second)
		last := func(err error) bool {
			return errs.CodeOf(err) == errs.Forbidden && strings.Contains(err.Error(), "account.last_admin")
		}
		if err := o.SetActive(late, first.AccountID, false); !last(err) {
			t.Errorf("the last one was closed: %v", err)
		}
		if err := o.EndPlace(late, first.AccountID, first.MembershipID, 1, db.Date(o.day(0))); !last(err) {
			t.Errorf("the work of the last one was ended: %v", err)
		}
		if err := o.EndPlace(late, first.AccountID, first.MembershipID, 1, db.Date(o.day(30))); !last(err) {
			t.Errorf("or later: %v", err)
		}
		if err := o.ChangePlace(late, first.AccountID, PlaceChange{ID: first.MembershipID, Version: 1, Role: policy.DPO}); !last(err) {
			t.Errorf("or changed: %v", err)
		}
		// An invitation that was not taken up manages nothing yet.
		l, err := o.Hire(policy.With(t.Context(), first), NewOperator{Name: "Terza", Email: "terza@rete.example", OrgID: org, Role: policy.Admin})
		if err != nil {
			t.Fatal(err)
		}
		if err := o.SetActive(late, first.AccountID, false); !last(err) {
			t.Errorf("the last one who can sign in was closed: %v", err)
		}
		hash, err := o.auth.HashPassword(staffPassword, "", "")
		if err != nil {
			t.Fatal(err)
		}
		err = o.db.Write(t.Context(), func(tx *db.Tx) error {
			_, err := o.auth.UseLink(t.Context(), tx, l.Token, hash, false)
			return err
		})
		if err == nil {
			err = o.SetActive(late, first.AccountID, false)
		}
		if err != nil {
			t.Errorf("another can manage accounts, and nobody may be closed: %v", err)
		}
	})
}

// Colleagues are listed once, with the work that they do now.
func TestOperatorsOnce(t *testing.T) {
	onOffice(t, func(t *testing.T, o office) {
		admin := o.actor(t, o.session(t, "admin"))
		ctx := policy.With(t.Context(), admin)
		today := db.Date(o.day(0))
		for _, role := range []policy.Role{policy.Educator, policy.Mediator} {
			if err := o.AddPlace(ctx, o.ids["desk"], NewPlace{OrgID: o.org, Role: role, From: today}); err != nil {
				t.Fatal(err)
			}
		}
		at := o.placesOf(t, "desk")[0]
		if err := o.EndPlace(ctx, o.ids["desk"], at[strings.LastIndex(at, "/")+1:], 1, today); err != nil {
			t.Fatal(err)
		}
		err := o.db.Read(ctx, func(tx *db.Tx) error {
			for _, c := range []struct {
				roles  []policy.Role
				n      int
				role   policy.Role
				active bool
			}{
				{nil, 2, policy.Educator, true}, {[]policy.Role{policy.Mediator}, 1, policy.Mediator, true},
				{[]policy.Role{policy.DeskOperator}, 1, policy.DeskOperator, false}, {[]policy.Role{policy.DPO}, 0, "", false},
			} {
				all, err := o.Operators(ctx, tx, c.roles...)
				if err != nil {
					return err
				}
				one, err := o.Operator(ctx, tx, o.ids["desk"], c.roles...)
				if len(all) != c.n || one.Role != c.role || one.Active != c.active || (err == nil) != (c.role != "") {
					t.Errorf("%v: %d listed, %+v, %v", c.roles, len(all), one, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
