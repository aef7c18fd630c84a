package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/policy"
)

// client calls the API in somebody's name.
type client struct {
	*testing.T
	base, token string
}

// get reads an answer into out and returns its status.
func (c *client) get(path string, out any) int {
	c.Helper()
	r, err := http.NewRequestWithContext(c.Context(), "GET", c.base+path, nil)
	if err != nil {
		c.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		c.Fatal(err)
	}
	defer res.Body.Close()
	if out != nil && res.StatusCode == http.StatusOK {
		if err := json.NewDecoder(res.Body).Decode(out); err != nil {
			c.Fatal(err)
		}
	}
	return res.StatusCode
}

type programmes struct {
	Items []struct{ Code string }
	Total int
}

type figures struct {
	Items []struct {
		Code      string
		Unit      string
		Actual    *int64
		Fed       bool
		Hidden    bool
		Declared  bool
		Untold    bool
		Numerator *struct{ Count *int64 }
		Breakdown map[string][]struct{ Count *int64 }
		Target    *int64
	}
}

type records struct {
	Items []struct {
		Subject  string
		Quantity int64
	}
	Next string
}

var six = []string{"reboot", "intarsi", "becomer", "labimpact", "fasi", "weita"}

// least is the smallest number of people that who has no right to a programme is
// told; pointing are the units that point at a family.
var (
	least    = map[string]int64{"reboot": 5, "intarsi": 5, "becomer": 10, "labimpact": 3, "fasi": 5, "weita": 5}
	pointing = map[string]bool{"persons": true, "households": true, "citizens": true}
)

// Every figure opens the exact records behind it, for who may read them; who
// may not reads the figure, or that it is hidden, and no record.
func TestFigureIsItsRecords(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			base := apptest.Serve(t, a)
			for _, account := range app.DemoAccounts() {
				who, _, _ := strings.Cut(account.Email, "@")
				token, err := a.IssueToken(t.Context(), account.Email, "test", 30)
				if err != nil {
					t.Fatal(err)
				}
				c := &client{t, base, token}
				if !policy.From(as(t, a, who)).May(policy.ProgrammeRead) {
					c.nothing()
					continue
				}
				compared := 0
				for _, code := range c.six() {
					full := who == "capofila" || who == "valutatore" && code == "reboot"
					compared += c.programme(code, full)
				}
				if compared < 40 {
					t.Errorf("%s: %d figures compared, want at least 40", who, compared)
				}
			}
		})
	}
}

// nothing: who reads no programmes reads no figure and no record either.
func (c *client) nothing() {
	c.Helper()
	for _, path := range []string{"/api/v1/programmes", "/api/v1/programmes/reboot/indicators", "/api/v1/programmes/reboot/indicators/2-persone/records"} {
		if status := c.get(path, nil); status != http.StatusNotFound {
			c.Errorf("%s: %d, want 404", path, status)
		}
	}
}

func (c *client) six() (codes []string) {
	c.Helper()
	var list programmes
	if status := c.get("/api/v1/programmes", &list); status != http.StatusOK {
		c.Fatalf("programmes: %d", status)
	}
	for _, p := range list.Items {
		codes = append(codes, p.Code)
	}
	if fmt.Sprint(codes) != fmt.Sprint(six) || list.Total != 6 {
		c.Fatalf("programmes are %v", codes)
	}
	return codes
}

func (c *client) programme(code string, full bool) (compared int) {
	c.Helper()
	var list figures
	c.get("/api/v1/programmes/"+code+"/indicators?by=sex,age,citizenship,territory,organisation,profession,activity,mode,month", &list)
	moving := 0
	for _, f := range list.Items {
		where := code + " " + f.Code
		switch {
		case f.Declared:
			c.behindNothing(code, f.Code, full)
			continue
		case !f.Fed && f.Actual != nil:
			c.Errorf("%s: a figure that nobody feeds says %d", where, *f.Actual)
		case !f.Fed:
			continue
		case f.Untold: // for whoever reads full figures too
			c.closed(code, f.Code)
			continue
		case full && (f.Hidden || f.Actual == nil):
			c.Errorf("%s: hidden from who may read the records", where)
			continue
		}
		compared++
		if !full {
			c.closed(code, f.Code)
			if f.Actual != nil && pointing[f.Unit] && *f.Actual > 0 && *f.Actual < least[code] {
				c.Errorf("%s: %d %s for who has no right to the programme", where, *f.Actual, f.Unit)
			}
			continue
		}
		if *f.Actual > 0 {
			moving++
		}
		want := f.Actual
		if f.Unit == "ratio" { // its records are those of its numerator
			want = f.Numerator.Count
		}
		if got := c.behind(code, f.Code, f.Unit); got != *want {
			c.Errorf("%s: %d records behind %d %s", where, got, *want, f.Unit)
		}
		c.parts(where, *f.Actual, f.Breakdown)
	}
	if full && moving < 3 {
		c.Errorf("%s: only %d figures have anything behind them in the demo", code, moving)
	}
	return compared
}

// parts add up to the figure, whatever it is broken down by.
func (c *client) parts(where string, actual int64, breakdown map[string][]struct{ Count *int64 }) {
	c.Helper()
	for by, parts := range breakdown {
		var sum int64
		for _, p := range parts {
			sum += *p.Count
		}
		if sum != actual {
			c.Errorf("%s by %s adds up to %d, the figure is %d", where, by, sum, actual)
		}
	}
}

// behindNothing: no record stands behind a value that somebody declared.
func (c *client) behindNothing(code, indicator string, full bool) {
	c.Helper()
	if !full {
		c.closed(code, indicator)
	} else if n := c.behind(code, indicator, ""); n != 0 {
		c.Errorf("%s %s: %d records behind a declared value", code, indicator, n)
	}
}

// behind pages through the records and counts them, or adds up minutes.
func (c *client) behind(code, indicator, unit string) (n int64) {
	c.Helper()
	path := "/api/v1/programmes/" + code + "/indicators/" + url.PathEscape(indicator) + "/records?limit=7"
	for next := ""; ; {
		var page records
		if status := c.get(path+"&cursor="+url.QueryEscape(next), &page); status != http.StatusOK {
			c.Fatalf("%s %s records: %d", code, indicator, status)
		}
		for _, r := range page.Items {
			if unit == "minutes" {
				n += r.Quantity
			} else {
				n++
			}
			if strings.Count(r.Subject, "-") > 2 {
				c.Errorf("%s %s: a raw id leaves: %s", code, indicator, r.Subject)
			}
		}
		if next = page.Next; next == "" {
			return n
		}
	}
}

func (c *client) closed(code, indicator string) {
	c.Helper()
	path := "/api/v1/programmes/" + code + "/indicators/" + url.PathEscape(indicator) + "/records"
	if status := c.get(path, nil); status != http.StatusNotFound {
		c.Errorf("%s %s records: %d, want 404", code, indicator, status)
	}
}
