package app_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
)

// strangers work in the network and have nothing to do with the family whose
// records the matrix asks for.
var strangers = []string{"partner", "admin", "regione", "valutatore", "capofila", "dpo", "formatore", "emt",
	"bergamo.sportello", "bergamo.assistente", "bergamo.mediatrice", "ravenna.psicologa"}

// family is one record of each kind, and the name that must never leave.
type family struct {
	ids  map[policy.Kind]string
	name string
}

// Somebody else's record is not found: every route that names a record, for
// every method and everybody who has nothing to do with it.
func TestStrangersFindNothing(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			base := apptest.Serve(t, a)
			f := familyOf(t, a)
			asked := 0
			for _, who := range append(strangers, "") {
				token := ""
				if who != "" {
					var err error
					if token, err = a.Auth.IssueToken(t.Context(), apptest.Mail(who), "test"); err != nil {
						t.Fatal(err)
					}
				}
				for _, rt := range a.Routes() {
					id := f.ids[rt.Record]
					if id == "" || !strings.Contains(rt.Pattern, "{id}") {
						continue
					}
					asked++
					path := strings.NewReplacer("{id}", id, "{member}", id, "{entry}", id).Replace(rt.Pattern)
					f.unseen(t, who, rt.Method, base+path, token)
				}
			}
			t.Logf("%d requests: routes that name a record x %d strangers", asked, len(strangers)+1)
			if asked < 300 {
				t.Errorf("only %d requests: is the registry whole?", asked)
			}
		})
	}
}

func (f family) unseen(t *testing.T, who, method, url, token string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := http.StatusUnauthorized
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+token)
		want = http.StatusNotFound
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	toSignIn := who == "" && res.StatusCode == http.StatusSeeOther && strings.HasPrefix(res.Header.Get("Location"), "/sign-in")
	if res.StatusCode != want && !toSignIn {
		t.Errorf("%q %s %s: %d, want %d", who, method, url, res.StatusCode, want)
	}
	if strings.Contains(string(body), f.name) {
		t.Errorf("%q %s %s: the answer names the family", who, method, url)
	}
}

// familyOf finds a family of RE.BOOT with a case and an appointment.
func familyOf(t *testing.T, a *app.App) family {
	t.Helper()
	ctx := as(t, a, "assistente")
	list, _, err := a.Cases.Cases(ctx, false, 200)
	if err != nil {
		t.Fatal(err)
	}
	appointments, err := a.Access.Appointments(ctx, "2000-01-01")
	if err != nil {
		t.Fatal(err)
	}
	contacts, _, err := a.Access.Contacts(as(t, a, "sportello"), "", 200)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		person := c.Household.Reference()
		f := family{name: person.Name(), ids: map[policy.Kind]string{policy.Case: c.ID, policy.Household: c.HouseholdID, policy.Person: person.ID}}
		for _, ap := range appointments {
			if ap.PersonID == person.ID {
				f.ids[policy.Appointment] = ap.ID
			}
		}
		for _, ct := range contacts {
			if ct.PersonID == person.ID {
				f.ids[policy.Contact] = ct.ID
			}
		}
		if len(f.ids) == 5 {
			return f
		}
	}
	t.Fatal("the demo has no family with a record of every kind")
	return family{}
}

func as(t *testing.T, a *app.App, who string) context.Context {
	t.Helper()
	actor, err := a.Auth.Actor(t.Context(), apptest.Mail(who))
	if err != nil {
		t.Fatal(err)
	}
	return policy.With(t.Context(), actor)
}
