package app_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/cases"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/i18n"
	"tessuto/internal/platform/policy"
)

// signedCase finds, in the demo, a case whose plan somebody has signed.
func signedCase(t *testing.T, a *app.App) *cases.File {
	t.Helper()
	ctx := as(t, a, "assistente")
	list, _, err := a.Cases.Cases(ctx, false, 200)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		f, err := a.Cases.File(ctx, c.ID)
		if err == nil && f.Plan.Signed() && len(f.Plan.Signers()) > 0 && f.Programme == "reboot" {
			return f
		}
	}
	t.Fatal("nobody has signed a plan")
	return nil
}

// signer is who signed it, with a step of the plan.
func signer(t *testing.T, a *app.App) (person, step string) {
	t.Helper()
	f := signedCase(t, a)
	return f.Plan.Signers()[0], f.Plan.Objectives[0].Actions[0].Text
}

func handed(t *testing.T, a *app.App, person, lang string) *people.Handed {
	t.Helper()
	h, err := a.People.HandOver(as(t, a, "assistente"), person, lang, crypto.Sending{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// A person enters with the code of the sheet and the number that was said, reads
// their own file in their language, asks something, and leaves.
func TestOwnPage(t *testing.T) {
	eachDemo(t, func(t *testing.T, a *app.App) {
		person, step := signer(t, a)
		h := handed(t, a, person, "ar")
		d := newDevice(t, apptest.Serve(t, a))
		d.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		if status, at, _ := d.raw("/ar/me/file"); status != http.StatusSeeOther || at != "/ar/me" {
			t.Fatalf("nobody: %d %s", status, at)
		}
		if status, at, _ := d.raw("/ar/me/enter/" + h.Code); status != http.StatusSeeOther || at != "/ar/me" {
			t.Fatalf("the sheet: %d %s", status, at)
		}
		if _, _, body := d.raw("/ar/me"); !strings.Contains(body, h.Code) {
			t.Error("the code is not filled in")
		}
		send := func(path string, form url.Values) (int, string, string) {
			return d.post(path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
		}
		if status, _, _ := send("/ar/me", url.Values{"code": {h.Code}, "number": {"000000x"}}); status != http.StatusUnprocessableEntity {
			t.Errorf("a wrong number: %d", status)
		}
		number := strings.NewReplacer("0", "٠", "1", "١", "2", "٢", "3", "٣", "4", "٤", "5", "٥", "6", "٦", "7", "٧", "8", "٨", "9", "٩").Replace(h.Number)
		if status, at, body := send("/ar/me", url.Values{"code": {strings.ToLower(h.Code)}, "number": {number}}); status != http.StatusSeeOther || at != "/ar/me/file" {
			t.Fatalf("the number in Arabic figures: %d %s %s", status, at, body)
		}
		_, _, body := d.raw("/ar/me/file")
		for _, want := range []string{`lang="ar"`, `dir="rtl"`, "<title>معلومات</title>", "من يقرأ ملفي", html.EscapeString(step)} {
			if !strings.Contains(body, want) {
				t.Errorf("the file does not say %q", want)
			}
		}
		worker := policy.From(as(t, a, "assistente"))
		if !strings.Contains(body, worker.OrgName) || strings.Contains(body, worker.Name) {
			t.Errorf("readers are bodies (%s), and no names (%s):\n%s", worker.OrgName, worker.Name, body)
		}
		once := regexp.MustCompile(`name="_once" value="([^"]+)"`).FindStringSubmatch(body)[1]
		for range 2 {
			if status, _, body := send("/ar/me/requests", url.Values{"kind": {"access"}, "asked": {"أريد نسخة"}, "_once": {once}}); status != http.StatusSeeOther {
				t.Fatalf("asked: %d %s", status, body)
			}
		}
		f, err := a.People.Rights(as(t, a, "assistente"), person)
		if err != nil || len(f.Requests) == 0 || !f.Requests[0].ByPerson || f.Requests[0].Asked != "أريد نسخة" || len(f.Requests) > 1 && f.Requests[1].ByPerson {
			t.Errorf("%+v, %v", f.Requests, err)
		}
		if status, _, _ := d.raw("/people"); status != http.StatusSeeOther {
			t.Errorf("a person opens the register: %d", status)
		}
		send("/ar/me/leave", nil)
		if status, at, _ := d.raw("/ar/me/file"); status != http.StatusSeeOther || at != "/ar/me" {
			t.Errorf("after leaving: %d %s", status, at)
		}
	})
}

// A code ends after five wrong numbers, with a new one, by hand, and with time;
// a session ends after half an hour. Children have no page.
func TestOwnAccessEnds(t *testing.T) {
	eachDemo(t, func(t *testing.T, a *app.App) {
		person, _ := signer(t, a)
		worker := as(t, a, "assistente")
		enter := func(h *people.Handed) error {
			_, err := a.People.Enter(t.Context(), h.Code, h.Number)
			return err
		}
		refused := func(err error, what string) {
			t.Helper()
			if errs.CodeOf(err) != errs.Invalid {
				t.Errorf("%s: %v", what, err)
			}
		}
		first := handed(t, a, person, "it")
		if err := enter(first); err != nil {
			t.Fatal(err)
		}
		second := handed(t, a, person, "it")
		refused(enter(first), "the sheet before")
		for range 5 {
			_, err := a.People.Enter(t.Context(), second.Code, "12")
			refused(err, "a wrong number")
		}
		refused(enter(second), "the right number after five wrong ones")
		third := handed(t, a, person, "it")
		token, err := a.People.Enter(t.Context(), third.Code, third.Number)
		if err != nil {
			t.Fatal(err)
		}
		start := a.DB.Now()
		a.DB.Now = func() time.Time { return start.Add(31 * time.Minute) }
		if _, err := a.People.ByOwn(t.Context(), token); errs.CodeOf(err) != errs.SignIn {
			t.Errorf("after half an hour: %v", err)
		}
		if err := a.People.EndAccess(worker, person); err != nil {
			t.Fatal(err)
		}
		refused(enter(third), "a sheet that was ended")
		fourth := handed(t, a, person, "it")
		a.DB.Now = func() time.Time { return start.AddDate(0, 0, 91) }
		refused(enter(fourth), "after ninety days")
		a.DB.Now = func() time.Time { return start }
		child, _, err := a.People.Enrol(worker, people.Newcomers([]people.NewcomerForm{{GivenName: "Binta", BirthDate: start.AddDate(-10, 0, 0).Format("02/01/2006"),
			Relation: people.ReferencePerson}}, "Hendorsky"), crypto.Sending{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.People.HandOver(worker, child, "it", crypto.Sending{}); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("a page for a child: %v", err)
		}
	})
}

// The page is whole in each of its languages, and says nothing of whose it is in
// its title.
func TestOwnPageInEveryLanguage(t *testing.T) {
	t.Parallel()
	a := apptest.Demo(t, "sqlite")
	person, _ := signer(t, a)
	d := reader(t, a, person)
	for _, lang := range i18n.People {
		status, _, body := d.raw("/" + lang + "/me/file")
		for _, wrong := range pageFaults(body) {
			t.Errorf("%s: %s", lang, wrong)
		}
		if status != http.StatusOK || !strings.Contains(body, `lang="`+lang+`"`) || strings.Contains(body, "Tessuto</title>") {
			t.Errorf("%s: %d", lang, status)
		}
	}
}

// Who works on something very restricted of a person stands nowhere on their
// page: no body, no count, no gap (safeguards, 3 and 4).
func TestOwnPageHidesProtectedServices(t *testing.T) {
	eachDemo(t, func(t *testing.T, a *app.App) {
		person, _ := signer(t, a)
		f := signedCase(t, a)
		psychologist := policy.From(as(t, a, "psicologo"))
		if _, err := a.Cases.File(as(t, a, "psicologo"), f.ID); err != nil {
			t.Fatal(err)
		}
		d := reader(t, a, person)
		_, _, before := d.raw("/it/me/file")
		if !strings.Contains(before, html.EscapeString(psychologist.OrgName)) {
			t.Fatalf("the page does not say that %s reads:\n%s", psychologist.OrgName, before)
		}
		err := a.DB.Write(t.Context(), func(tx *db.Tx) error {
			return policy.Grant(t.Context(), tx, psychologist.Network, policy.Case, f.ID, policy.ToAccount(psychologist.AccountID),
				policy.Terms{Owner: psychologist.OrgID, Purpose: policy.CaseWork, Basis: policy.InstitutionalTask, Class: policy.VeryRestricted}, policy.Overview)
		})
		if err != nil {
			t.Fatal(err)
		}
		_, _, after := d.raw("/it/me/file")
		if strings.Contains(after, html.EscapeString(psychologist.OrgName)) {
			t.Error("the page names a body that works on something very restricted")
		}
		if worker := policy.From(as(t, a, "assistente")); !strings.Contains(after, html.EscapeString(worker.OrgName)) {
			t.Error("the others are gone too")
		}
	})
}

// reader is the phone of a person who has entered.
func reader(t *testing.T, a *app.App, person string) device {
	t.Helper()
	h := handed(t, a, person, "it")
	token, err := a.People.Enter(t.Context(), h.Code, h.Number)
	if err != nil {
		t.Fatal(err)
	}
	d := newDevice(t, apptest.Serve(t, a))
	base, err := url.Parse(d.base)
	if err != nil {
		t.Fatal(err)
	}
	d.Jar.SetCookies(base, []*http.Cookie{{Name: "tessuto_own", Value: token, Path: "/"}})
	return d
}
