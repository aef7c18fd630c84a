package app_test

import (
	"context"
	"errors"
	"net/url"
	"path"
	"strings"
	"testing"
	"time"

	"tessuto/internal/app"
	"tessuto/internal/people"
	"tessuto/internal/platform/exchange"
)

// A program that is killed while a table comes in, and never begins it again, leaves
// people behind whom nobody sees: after a day they are taken away with their keys, and
// the table can be looked at anew. What still waits to be worked is left alone.
func TestKilledImportIsSwept(t *testing.T) {
	eachDemo(t, func(t *testing.T, a *app.App) {
		c, before := tellerOf(t, a, "assistente"), personRows(t, a)
		const rows = "Cognome;Nome;Data di nascita\nQuentrec;Ida;1970-01-05\nQuentrec;Olmo;1972-02-06\n"
		columns := url.Values{"family_name": {"0"}, "given_name": {"1"}, "birth_date": {"2"}}
		at := c.upload(t, "/people/import", "a.csv", rows, 303).Header().Get("Location")
		c.post(t, at, columns, 303)
		c.work(t, at, "Importa 2 righe")

		// What is killed neither shows what it wrote nor takes it away.
		imp, whole := a.People.PersonImport(), *a.People.PersonImport().Whole
		killed := errors.New("killed")
		take, tries := whole.Take, 0
		stage := whole.Stage
		whole.Stage = func(ctx context.Context, id string, rows []*exchange.Row) error {
			return errors.Join(stage(ctx, id, rows), killed)
		}
		whole.Take = func(ctx context.Context, id string, step func(int)) (int, error) {
			if tries++; tries > 1 {
				return 0, killed
			}
			return take(ctx, id, step)
		}
		imp.Whole = &whole
		a.Exchange.AddImport(imp)
		c.post(t, at+"/run", url.Values{}, 303)
		if _, err := a.Jobs.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		a.Exchange.AddImport(a.People.PersonImport())
		if n := personRows(t, a); n != before+2 {
			t.Fatalf("%d people were left behind, want 2", n-before)
		}
		sweep := func(want int, what string) {
			t.Helper()
			if err := a.Exchange.SweepImports(t.Context()); err != nil || personRows(t, a) != before+want {
				t.Errorf("%s: %d people are there, want %d: %v", what, personRows(t, a)-before, want, err)
			}
		}
		sweep(2, "on the same day")
		real := a.DB.Now
		a.DB.Now = func() time.Time { return real().Add(25 * time.Hour) }
		sweep(2, "while the job waits for its next try")
		c.post(t, "/jobs/"+jobOf(t, c, at)+"/cancel", url.Values{}, 303)
		sweep(0, "a day later")
		sweep(0, "twice")
		if r, err := a.Verify(t.Context()); err != nil || len(r.Problems) > 0 {
			t.Errorf("verify: %v %v", r.Problems, err)
		}
		c.post(t, at, columns, 303)
		c.work(t, at, "Importa 2 righe")
		c.post(t, at+"/run", url.Values{}, 303)
		c.work(t, at, "Importazione finita")
		sweep(2, "what came in stays")

		left := c.upload(t, "/people/import", "b.csv", strings.ReplaceAll(rows, "1970", "1971"), 303).Header().Get("Location")
		a.DB.Now = func() time.Time { return real().Add(10 * 24 * time.Hour) }
		sweep(2, "a table that nobody began")
		c.get(t, left, 404)
	})
}

// An address is found by what its columns are called, and its town is the comune of
// that name; a town that is none stays as it was written.
func TestImportAddresses(t *testing.T) {
	eachDemo(t, func(t *testing.T, a *app.App) {
		c := tellerOf(t, a, "assistente")
		const rows = "Cognome;Nome;Data di nascita;Indirizzo;CAP;Comune\n" +
			"Quentrec;Ida;1970-01-05;Via Lame 12;40122;bologna\nQuentrec;Olmo;1972-02-06;Rue de Lyon 3;69001;Lione\n"
		at := c.upload(t, "/people/import", "a.csv", rows, 303).Header().Get("Location")
		if page := c.get(t, at, 200); !strings.Contains(page, `<option value="3" selected>Indirizzo (Via Lame 12)`) {
			t.Error("the column of the address is not found")
		}
		c.post(t, at, url.Values{"family_name": {"0"}, "given_name": {"1"}, "birth_date": {"2"}, "street": {"3"}, "post_code": {"4"}, "town": {"5"}}, 303)
		c.work(t, at, "Importa 2 righe")
		c.post(t, at+"/run", url.Values{}, 303)
		c.work(t, at, "Importazione finita")
		for name, want := range map[string]people.Address{
			"Ida Quentrec":  {Street: "Via Lame 12", PostCode: "40122", Town: "Bologna (BO)", Comune: "A944"},
			"Olmo Quentrec": {Street: "Rue de Lyon 3", PostCode: "69001", Town: "Lione"},
		} {
			if p := c.sought(t, name); p.Address != want {
				t.Errorf("%s lives at %+v", name, p.Address)
			}
		}
	})
}

// jobOf is the job that the page of an import offers to stop.
func jobOf(t *testing.T, c teller, at string) string {
	t.Helper()
	return path.Base(path.Dir(cancelPath.FindString(c.get(t, at, 200))))
}
