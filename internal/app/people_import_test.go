package app_test

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/people"
	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/table"
)

// arrivals is a table as an office sends it: other titles, Windows letters, Italian
// dates, a person who is there already, one twice, and some that cannot be read.
func arrivals(t *testing.T, there people.Person) string {
	t.Helper()
	text := "Cognome della persona;Nome;Nata/o il;Genere;Nazionalità;CF;Cellulare;Lingue parlate\n" +
		"Vurgalip;Zelmìra;12/03/1990;donna;Senegal;;320 1112223;wolof, francese\n" +
		"Hendorsky;Bòris;5.7.1984;M;Ucraina;;;ucraino\n" +
		there.FamilyName + ";" + there.GivenName + ";" + there.BirthDate + ";;;;;\n" +
		"VURGALIP;zelmìra;12/03/1990;;;;3201112223;\n" +
		"Senzadata;Ugo;31/02/1990;;;;;\n" +
		"Senzacodice;Ada;1990;;;RSSMRA85T10A562X;;\n" +
		"=1+1;Formula;1991;;Paese che non c'è;;;\n" +
		"Ostrow;Milena;1977;F;Polonia;;;\n"
	out, err := charmap.Windows1252.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// bornOf is somebody of the demo whom an account sees, born on a known day.
func bornOf(t *testing.T, a *app.App, who string) people.Person {
	t.Helper()
	list, _, _, err := a.People.List(as(t, a, who), "", 100)
	for _, p := range list {
		if p.Birth.Precision == people.ByDay {
			return p
		}
	}
	t.Fatal("nobody is born on a known day", err)
	return people.Person{}
}

func (c teller) registered(t *testing.T) int {
	t.Helper()
	_, _, total, err := c.People.List(as(t, c.App, c.who), "", 1)
	if err != nil {
		t.Fatal(err)
	}
	return total
}

var filePath = regexp.MustCompile(`/files/[0-9a-f-]{36}`)

// People come in from a table all together, after a look that says of each row what
// would become of it; for a day they can be taken out again.
func TestImportPeople(t *testing.T) {
	eachDemo(t, func(t *testing.T, a *app.App) {
		c := tellerOf(t, a, "assistente")
		for _, who := range []string{"sportello", "psicologo", "admin", "mediatore"} {
			tellerOf(t, a, who).get(t, "/people/import", 404)
		}
		before := c.registered(t)
		at := c.upload(t, "/people/import", "arrivi.csv", arrivals(t, bornOf(t, a, "assistente")), 303).Header().Get("Location")
		if page := c.get(t, at, 200); !strings.Contains(page, "Controlla le righe") || strings.Contains(page, at+"/run") || !strings.Contains(page, `<option value="0">Cognome della persona (Vurgalip)`) || !strings.Contains(page, "Gli indirizzi protetti non stanno in una tabella") {
			t.Errorf("before it was looked at: %s", page)
		}
		c.post(t, at+"/run", url.Values{}, 409)
		columns := url.Values{"family_name": {"0"}, "given_name": {"1"}, "birth_date": {"2"}, "sex": {"3"}, "citizenship": {"4"}, "tax_code": {"5"}, "phone": {"6"}, "languages": {"7"}}
		c.post(t, at, columns, 303)
		page := c.work(t, at, "Che cosa succederebbe")
		for _, want := range []string{"Importa 3 righe", "Dice lo stesso della riga 2", "Questa data non si capisce", "non è un codice fiscale", "Cittadinanza: Scelga", "È già in anagrafica: nome e data di nascita"} {
			if !strings.Contains(page, want) {
				t.Errorf("the look does not say %q", want)
			}
		}
		if c.registered(t) != before {
			t.Error("looking wrote something")
		}
		c.reportSays(t, page)
		for _, other := range []string{"collega", "sportello", "dpo"} {
			tellerOf(t, a, other).get(t, at, 404)
			tellerOf(t, a, other).post(t, at+"/run", url.Values{}, 404)
			tellerOf(t, a, other).post(t, at+"/undo", url.Values{}, 404)
		}
		for range 2 { // pressed twice
			c.post(t, at+"/run", url.Values{}, 303)
		}
		page = c.work(t, at, "Importazione finita")
		if got := c.registered(t); got != before+3 || !strings.Contains(page, "Si può annullare fino al") {
			t.Errorf("%d people, want %d: %s", got, before+3, page)
		}
		list := c.get(t, "/people?q=Vurgalip", 200)
		if strings.Count(list, "Zelmìra Vurgalip") != 1 || !strings.Contains(list, "Senegal") || strings.Contains(tellerOf(t, a, "bergamo.assistente").get(t, "/people?q=Vurgalip", 200), "Zelmìra") {
			t.Errorf("who came in: %s", list)
		}
		c.undone(t, at, before)
		c.remembers(t, columns)
	})
}

// reportSays reads the file that tells of every row.
func (c teller) reportSays(t *testing.T, page string) {
	t.Helper()
	report, err := table.Read(".csv", []byte(c.get(t, filePath.FindString(page), 200)))
	if err != nil || len(report.Rows) != 8 || report.Rows[6].Cells[0] != "Rifiutata" || report.Rows[0].Cells[0] != "Nuova" || report.Rows[2].Cells[0] != "Già presente" {
		t.Errorf("the report: %v %v", report, err)
	}
	if raw := c.get(t, filePath.FindString(page), 200); !strings.Contains(raw, "'=1+1") {
		t.Error("a formula leaves")
	}
	tellerOf(t, c.App, "collega").get(t, filePath.FindString(page), 404)
}

// sought is who is found first by a name.
func (c teller) sought(t *testing.T, name string) people.Person {
	t.Helper()
	found, err := c.People.Search(as(t, c.App, c.who), name)
	if err != nil || len(found.Hits) == 0 {
		t.Fatalf("%s is not found: %v", name, err)
	}
	return found.Hits[0].Person
}

// undone takes the import out again: who was worked with since stays.
func (c teller) undone(t *testing.T, at string, before int) {
	t.Helper()
	ctx := as(t, c.App, c.who)
	p, gone := c.sought(t, "Milena Ostrow"), c.sought(t, "Zelmìra Vurgalip")
	p.Phone = "320 9998887"
	if err := c.People.SavePerson(ctx, p, people.Reaches); err != nil {
		t.Fatal(err)
	}
	c.post(t, at+"/undo", url.Values{}, 303)
	page := c.work(t, at, "Importazione annullata")
	if !strings.Contains(page, "Resta una persona") || strings.Contains(page, at+"/undo") || c.registered(t) != before+1 {
		t.Errorf("%d people, want %d: %s", c.registered(t), before+1, page)
	}
	if found, err := c.People.Search(ctx, "Zelmìra Vurgalip"); err != nil || len(found.Hits) > 0 && found.Hits[0].ID == gone.ID {
		t.Errorf("she is found: %v", err)
	}
	if _, err := c.Keys.GetOne(t.Context(), policy.From(ctx).Network, gone.ID); err != crypto.ErrDestroyed {
		t.Errorf("her key is there: %v", err)
	}
	c.get(t, "/people/"+gone.ID, 404)
	acts := tellerOf(t, c.App, "dpo")
	if strings.Count(acts.get(t, "/audit?act=import", 200), "Ha importato una tabella") < 2 || strings.Count(acts.get(t, "/audit?act=import.undo", 200), "Ha annullato un") < 2 {
		t.Error("the import or its undoing is not in the audit")
	}
	if r, err := c.Verify(t.Context()); err != nil || len(r.Problems) > 0 {
		t.Errorf("verify: %v %v", r.Problems, err)
	}
}

// remembers uploads again: a title that nobody could guess is known by now, to the
// same organisation.
func (c teller) remembers(t *testing.T, columns url.Values) {
	t.Helper()
	const titles = "Cognome della persona;Nome\nQuentrec;Ida\n"
	at := c.upload(t, "/people/import", "b.csv", titles, 303).Header().Get("Location")
	if page := c.get(t, at, 200); !strings.Contains(page, `<option value="0" selected>Cognome della persona (Quentrec)`) {
		t.Error("the column is forgotten")
	}
	if page := c.get(t, "/people/import", 200); !strings.Contains(page, "Importazione annullata") || !strings.Contains(page, "da finire") {
		t.Error("the first page does not lead to what was imported")
	}
	other := tellerOf(t, c.App, "bergamo.assistente")
	there := other.upload(t, "/people/import", "b.csv", titles, 303).Header().Get("Location")
	if page := other.get(t, there, 200); strings.Contains(page, `<option value="0" selected>`) {
		t.Error("another organisation knows the column")
	}
	c.post(t, at+"/drop", url.Values{}, 303)
	c.get(t, at, 404)
}

// When the register has changed since the look, nothing comes in; nor when a day has
// passed does anything go out again.
func TestImportPeopleIsWhole(t *testing.T) {
	eachDemo(t, func(t *testing.T, a *app.App) {
		c := tellerOf(t, a, "assistente")
		rows := "Cognome;Nome;Data di nascita\nQuentrec;Ida;1970-01-05\nQuentrec;Olmo;1972-02-06\n"
		at := c.upload(t, "/people/import", "a.csv", rows, 303).Header().Get("Location")
		c.post(t, at, url.Values{"family_name": {"0"}, "given_name": {"1"}, "birth_date": {"2"}}, 303)
		c.work(t, at, "Importa 2 righe")
		n := people.Newcomer{Relation: people.ReferencePerson}
		n.GivenName, n.FamilyName = "Olmo", "Quentrec"
		n.BirthDate, n.Birth, _ = people.ParseBirth("06/02/1972")
		if _, _, err := a.People.Enrol(as(t, a, "assistente"), []people.Newcomer{n}, crypto.Sending{}); err != nil {
			t.Fatal(err)
		}
		before, rowsBefore := c.registered(t), personRows(t, a)
		c.post(t, at+"/run", url.Values{}, 303)
		page := c.stopped(t, at)
		if !strings.Contains(page, "Intanto l&#39;anagrafica è cambiata") || c.registered(t) != before || personRows(t, a) != rowsBefore {
			t.Errorf("%d people and %d rows, want %d and %d: %s", c.registered(t), personRows(t, a), before, rowsBefore, page)
		}
		c.post(t, at, url.Values{"family_name": {"0"}, "given_name": {"1"}, "birth_date": {"2"}}, 303)
		c.work(t, at, "Importa 1 riga")
		c.post(t, at+"/run", url.Values{}, 303)
		c.work(t, at, "Importazione finita")
		if c.registered(t) != before+1 {
			t.Errorf("%d people, want %d", c.registered(t), before+1)
		}
		real := a.DB.Now
		a.DB.Now = func() time.Time { return real().Add(25 * time.Hour) }
		c.post(t, at+"/undo", url.Values{}, 409)
		if page := c.get(t, at, 200); strings.Contains(page, at+"/undo") {
			t.Error("it is offered too late")
		}
	})
}

var cancelPath = regexp.MustCompile(`/jobs/[0-9a-f-]{36}/cancel`)

// While a table comes in nobody sees any of it, and when it is stopped half-way
// nothing stays.
func TestImportPeopleStopped(t *testing.T) {
	const rows = 2500 // a job hears within a second or two that it is cancelled
	eachDemo(t, func(t *testing.T, a *app.App) {
		c, content := tellerOf(t, a, "assistente"), "Cognome;Nome;Data di nascita\n"
		for i := range rows {
			content += fmt.Sprintf("Quentrec%c%c%c;Ida%c;19%02d-05-%02d\n", 'a'+i/676, 'a'+i/26%26, 'a'+i%26, 'a'+i%20, 20+i%60, 1+i%28)
		}
		at := c.upload(t, "/people/import", "a.csv", content, 303).Header().Get("Location")
		c.post(t, at, url.Values{"family_name": {"0"}, "given_name": {"1"}, "birth_date": {"2"}}, 303)
		c.work(t, at, "Importa 2500 righe")
		before, rowsBefore := c.registered(t), personRows(t, a)
		c.post(t, at+"/run", url.Values{}, 303)
		cancel := cancelPath.FindString(c.get(t, at, 200))
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); a.Jobs.Work(ctx, 1) }()
		for late := time.Now().Add(time.Minute); personRows(t, a) == rowsBefore; {
			if time.Now().After(late) {
				t.Fatal("nothing was begun")
			}
		}
		found, err := a.People.Search(as(t, a, "assistente"), "Quentrecaaa Idaa")
		c.post(t, cancel, url.Values{}, 303) // long before the last of its rows
		if err != nil || len(found.Hits) > 0 || found.Elsewhere || c.registered(t) != before {
			t.Errorf("half of the table is seen: %+v %v", found, err)
		}
		stop()
		<-ended
		if page := c.stopped(t, at); !strings.Contains(page, "Non è stato scritto nulla") || personRows(t, a) != rowsBefore || c.registered(t) != before {
			t.Errorf("%d people and %d rows, want %d and %d", c.registered(t), personRows(t, a), before, rowsBefore)
		}
		c.post(t, at+"/run", url.Values{}, 303)
		c.work(t, at, "Importazione finita")
		if c.registered(t) != before+rows {
			t.Errorf("tried again: %d people, want %d", c.registered(t), before+rows)
		}
	})
}

// The people whom one may see go out as a file behind a link that ends, with few
// columns, and why stands in the audit.
func TestExportPeople(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			c, total := tellerOf(t, a, "assistente"), 0
			tellerOf(t, a, "sportello").get(t, "/people/export", 404)
			total = c.registered(t)
			c.post(t, "/people/export", url.Values{"format": {"csv"}}, 422)
			at := c.post(t, "/people/export", url.Values{"format": {"csv"}, "purpose": {"work"}}, 303).Header().Get("Location")
			page := c.work(t, at, "La tabella è pronta")
			file := filePath.FindString(page)
			got, err := table.Read(".csv", []byte(c.get(t, file, 200)))
			if err != nil || len(got.Rows) != total || strings.Join(got.Titles, "|") != "Cognome|Nome|Data di nascita|Sesso|Cittadinanza|Lingue" {
				t.Errorf("%d rows of %d, %v, %v", len(got.Rows), total, got.Titles, err)
			}
			for _, who := range []string{"collega", "dpo", "sportello"} {
				tellerOf(t, a, who).get(t, file, 404)
			}
			if page := tellerOf(t, a, "dpo").get(t, "/audit?act=export", 200); strings.Count(page, "Ha esportato una tabella") < 2 {
				t.Error("the export is not in the audit")
			}
			real := a.DB.Now
			a.DB.Now = func() time.Time { return real().Add(25 * time.Hour) }
			c.get(t, file, 404)
		})
	}
}
