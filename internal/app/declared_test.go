package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
	"tessuto/internal/programme"
)

// A value that no record can give is declared with day and evidence by who
// coordinates the programme, is marked so wherever it is read, and is corrected
// without what was known before being lost.
func TestDeclaredValue(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			lead, today := as(t, a, "capofila"), db.DateOf(a.DB.Now())
			figure := func(asOf db.Date) *programme.Figure {
				all, err := a.Programmes.Figures(lead, "labimpact", programme.View{AsOf: asOf})
				if err != nil {
					t.Fatal(err)
				}
				return &all[len(all)-1]
			}
			said := func() programme.Declaration {
				all, err := a.Programmes.Declarations(lead, "labimpact", "ambiti")
				if err != nil || len(all) == 0 {
					t.Fatal(all, err)
				}
				return all[0]
			}
			if f := figure(""); f.Said == nil || f.Said.Value != 35 || f.State() != programme.Reached || f.Said.Author == "" {
				t.Errorf("the demo says %+v", f.Said)
			}
			if f := figure(today.AddDays(-100)); f.Said == nil || f.Said.Value != 34 {
				t.Errorf("as known before the correction: %+v", f.Said)
			}
			if f := figure(today.AddDays(-130)); f.Said != nil || f.State() != programme.Unsaid || !f.Actual.Hidden() {
				t.Errorf("as known before anything was declared: %+v %+v", f.Said, f.Actual)
			}
			mended := programme.Declaration{Indicator: "ambiti", Value: 33, On: today, Evidence: "Prova <b>ORCID</b>", Corrects: said().Corrects}
			if err := a.Programmes.Declare(lead, "labimpact", mended); errs.CodeOf(err) != errs.Conflict {
				t.Errorf("what was corrected was corrected again: %v", err)
			}
			mended.Corrects = said().ID
			if err := a.Programmes.Declare(lead, "labimpact", mended); err != nil {
				t.Fatal(err)
			}
			if f := figure(""); f.Said.Value != 33 || f.State() != programme.Underway {
				t.Errorf("after the correction: %+v", f.Said)
			}
			refusedValues(t, func(code string, d programme.Declaration) error { return a.Programmes.Declare(lead, code, d) }, mended)
			declaredPages(t, apptest.Serve(t, a), func(who string) string {
				token, err := a.IssueToken(t.Context(), apptest.Mail(who), "test", 30)
				if err != nil {
					t.Fatal(err)
				}
				return token
			})
			for _, who := range []string{"valutatore", "regione", "sportello", "admin"} {
				if err := a.Programmes.Declare(as(t, a, who), "labimpact", mended); errs.CodeOf(err) != errs.Forbidden {
					t.Errorf("%s declared a value: %v", who, err)
				}
			}
		})
	}
}

func refusedValues(t *testing.T, declare func(string, programme.Declaration) error, good programme.Declaration) {
	t.Helper()
	good.Corrects = ""
	for what, c := range map[string]struct {
		code string
		mend func(*programme.Declaration)
		want errs.Code
	}{
		"less than nothing":             {"labimpact", func(d *programme.Declaration) { d.Value = -1 }, errs.Invalid},
		"tomorrow":                      {"labimpact", func(d *programme.Declaration) { d.On = d.On.AddDays(1) }, errs.Invalid},
		"no day":                        {"labimpact", func(d *programme.Declaration) { d.On = "" }, errs.Invalid},
		"no evidence":                   {"labimpact", func(d *programme.Declaration) { d.Evidence = "" }, errs.Invalid},
		"a novel":                       {"labimpact", func(d *programme.Declaration) { d.Evidence = strings.Repeat("a", 1001) }, errs.Invalid},
		"a figure that is counted":      {"reboot", func(d *programme.Declaration) { d.Indicator = "2-persone" }, errs.NotFound},
		"no such figure":                {"labimpact", func(d *programme.Declaration) { d.Indicator = "x" }, errs.NotFound},
		"the correction of what is not": {"labimpact", func(d *programme.Declaration) { d.Corrects = db.NewID() }, errs.NotFound},
	} {
		d := good
		c.mend(&d)
		if err := declare(c.code, d); errs.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %s", what, err, c.want)
		}
	}
}

// declaredPages looks at what the API says to who coordinates and to who reads
// figures only.
func declaredPages(t *testing.T, base string, token func(who string) string) {
	t.Helper()
	for _, who := range []string{"capofila", "regione"} {
		c := &client{t, base, token(who)}
		var list struct {
			Items []struct {
				Code        string
				Declared    bool
				Actual      *int64
				Fed         bool
				State       string
				Declaration *struct{ On, Author, Evidence string }
			}
		}
		c.get("/api/v1/programmes/labimpact/indicators", &list)
		for _, i := range list.Items {
			if i.Declared != (i.Code == "ambiti") || i.Declared != (i.Declaration != nil) {
				t.Errorf("%s: %+v", who, i)
			}
			if i.Declared && (*i.Actual != 33 || i.Fed || i.State != "underway" || i.Declaration.Author == "" || i.Declaration.Evidence != "Prova <b>ORCID</b>") {
				t.Errorf("%s: %+v", who, i)
			}
		}
		if status := c.get("/api/v1/programmes/labimpact/indicators/"+url.PathEscape("ambiti")+"/records", nil); who == "regione" && status != http.StatusNotFound {
			t.Errorf("records of what nobody counted: %d", status)
		}
	}
}
