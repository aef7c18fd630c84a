package app_test

import (
	"html"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tessuto/internal/app"
	"tessuto/internal/app/apptest"
	"tessuto/internal/disclosure/disclosuretest"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/programme"
	"tessuto/packs"
)

// told is what the API says of the indicators of a programme.
type told struct {
	Items []programme.IndicatorItem
}

const allParts = "?by=sex,age,citizenship,territory,organisation,month"

// Somebody who may read figures and no record puts together everything that the
// API and the pages show of every programme of the demo. No hidden figure can be
// worked out: each small one can still be anything from 1 to one less than the
// threshold. What is hidden in one place is shown in no other.
func TestNothingHiddenCanBeWorkedOut(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			a := apptest.Demo(t, engine)
			base := apptest.Serve(t, a)
			as := func(who string) *client {
				token, err := a.IssueToken(t.Context(), apptest.Mail(who), "test", 30)
				if err != nil {
					t.Fatal(err)
				}
				return &client{t, base, token}
			}
			attacker, knows := as("regione"), as("capofila")
			small, beside, crossed, shares := 0, 0, 0, 0
			for _, code := range six {
				s := newSpy(attacker, knows, code)
				for i := range s.told.Items {
					s.learn(&s.told.Items[i])
				}
				s.publicly()
				s.relate()
				s.relateOthers()
				s.relateShares()
				s.work()
				small, beside, crossed, shares = small+len(s.small), beside+s.beside, crossed+s.crossed, shares+s.shares
			}
			t.Logf("%s: %d small figures hidden, %d with them, in %d tables of two dimensions among others", engine, small, beside, crossed)
			if small < 20 || beside < 5 || crossed < 3 || shares == 0 {
				t.Errorf("only %d small figures are hidden in the demo, and %d with them, in %d tables of two dimensions, beside %d ratios", small, beside, crossed, shares)
			}
		})
	}
}

// spy is the attacker of one programme, with the truth at hand to tell which of
// the hidden figures are small.
type spy struct {
	*client
	code        string
	k           int64
	told, truth told
	pack        *programme.Pack
	mind        disclosuretest.Attacker
	totals      map[string]disclosuretest.Var
	parts       map[string]map[string]disclosuretest.Var // of each indicator, by dimension and value
	small       map[string]disclosuretest.Var            // by name
	beside      int                                      // hidden, and not small
	crossed     int                                      // tables of two dimensions
	shares      int                                      // ratios of people
}

func newSpy(c, knows *client, code string) *spy {
	c.Helper()
	s := &spy{client: c, code: code, k: least[code], totals: map[string]disclosuretest.Var{}, small: map[string]disclosuretest.Var{}, parts: map[string]map[string]disclosuretest.Var{}}
	path := "/api/v1/programmes/" + code + "/indicators" + allParts
	c.get(path, &s.told)
	asOf := ""
	for _, i := range s.told.Items {
		asOf = max(asOf, i.AsOf)
	}
	if status := knows.get(path+"&as_of="+asOf, &s.truth); status != http.StatusOK || len(s.truth.Items) != len(s.told.Items) {
		c.Fatalf("%s as of %q: %d", code, asOf, status)
	}
	source, err := packs.FS.ReadFile(code + ".yaml")
	if err != nil {
		c.Fatal(err)
	}
	pack, problems := programme.ParsePack(source, app.Measures())
	if pack == nil {
		c.Fatalf("%s: %v", code, problems)
	}
	s.pack = pack
	return s
}

// figure adds one figure to what the spy knows.
func (s *spy) figure(name string, told *int64, truth int64) disclosuretest.Var {
	if told != nil {
		if *told != truth || truth > 0 && truth < s.k {
			s.Errorf("%s %s: %d is shown of %d", s.code, name, *told, truth)
		}
		return s.mind.Shown(*told)
	}
	v := s.mind.Hidden(1)
	if truth < s.k {
		s.small[name] = v
	} else {
		s.beside++
	}
	return v
}

// learn adds an indicator of people with its parts, and holds the page against it.
func (s *spy) learn(i *programme.IndicatorItem) {
	truth := &s.truth.Items[slices.IndexFunc(s.truth.Items, func(o programme.IndicatorItem) bool { return o.Code == i.Code })]
	if !i.Fed || s.untold(i, truth) {
		return
	}
	s.parts[i.Code] = map[string]disclosuretest.Var{}
	if !pointing[i.Unit] {
		s.learnOther(i)
		return
	}
	total := s.figure(i.Code, i.Actual, *truth.Actual)
	s.totals[i.Code] = total
	page := s.page("/programmes/" + s.code + "/indicators/" + i.Code)
	part := map[string]disclosuretest.Var{}
	for by, parts := range i.Breakdown {
		if len(parts) == 0 {
			continue
		}
		counts := map[string]int64{}
		for _, p := range truth.Breakdown[by] {
			counts[p.Value] = *p.Count
		}
		vars := make([]disclosuretest.Var, len(parts))
		for n, p := range parts {
			name := i.Code + " " + by + " " + p.Value
			if p.Count != nil && *p.Count == 0 && p.Hidden {
				s.Errorf("%s is both hidden and shown", name)
			}
			vars[n] = s.figure(name, p.Count, counts[p.Value])
			part[by+" "+p.Value] = vars[n]
			s.parts[i.Code][by+" "+p.Value] = vars[n]
			s.onPage(page, name, p)
		}
		s.mind.Sum(total, vars...)
	}
	s.tables(i, truth, part)
}

// untold tells whether a figure is of what is very restricted: then who may read all
// figures is told no more than the attacker.
func (s *spy) untold(i, truth *programme.IndicatorItem) bool {
	if !i.Untold {
		return false
	}
	if (i.Actual == nil) != (truth.Actual == nil) || i.Actual != nil && *i.Actual != *truth.Actual {
		s.Errorf("%s %s: who may read all is told otherwise than the attacker", s.code, i.Code)
	}
	return true
}

// tables adds the tables of two dimensions, whose sums are the breakdowns.
func (s *spy) tables(i, truth *programme.IndicatorItem, part map[string]disclosuretest.Var) {
	for n, t := range i.Cross {
		real := truth.Cross[n]
		counts := map[string]int64{}
		fewIn := map[string]bool{}
		for r, row := range real.Row {
			fewIn[t.Rows+row.Value] = *row.Count < s.k
			for c, col := range real.Column {
				fewIn[t.Columns+col.Value] = *col.Count < s.k
				counts[row.Value+"/"+col.Value] = *real.Counts[r][c]
			}
		}
		down := map[string][]disclosuretest.Var{}
		for r, row := range t.Row {
			var line []disclosuretest.Var
			for c, col := range t.Column {
				name := i.Code + " " + row.Value + "/" + col.Value
				n := counts[row.Value+"/"+col.Value]
				v := disclosuretest.Var(0)
				if t.Counts[r][c] == nil && n == 0 && (fewIn[t.Rows+row.Value] || fewIn[t.Columns+col.Value]) {
					v = s.mind.Hidden(0) // of a small sum the zeros are hidden too
				} else if v = s.figure(name, t.Counts[r][c], n); t.Counts[r][c] == nil && (fewIn[t.Rows+row.Value] || fewIn[t.Columns+col.Value]) {
					v = s.mind.Loosen(v)
				}
				line, down[col.Value] = append(line, v), append(down[col.Value], v)
			}
			s.mind.Sum(part[apiName(t.Rows)+" "+row.Value], line...)
		}
		for value, column := range down {
			s.mind.Sum(part[apiName(t.Columns)+" "+value], column...)
		}
		s.crossed++
	}
}

func apiName(dimension string) string {
	if dimension == "age_class" {
		return "age"
	}
	return dimension
}

var (
	pageRow = regexp.MustCompile(`(?s)<th scope="row"><bdi>([^<]*)</bdi></th>\s*<td class="num">(.*?)</td>`)
	tag     = regexp.MustCompile(`<[^>]*>`)
)

// page reads the rows of the tables of a page: what each says beside its name.
func (s *spy) page(path string) map[string][]string {
	s.Helper()
	r, err := http.NewRequestWithContext(s.Context(), "GET", s.base+path, nil)
	if err != nil {
		s.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		s.Fatalf("%s: %d, %v", path, res.StatusCode, err)
	}
	rows := map[string][]string{}
	for _, row := range pageRow.FindAllStringSubmatch(string(body), -1) {
		name := html.UnescapeString(row[1])
		rows[name] = append(rows[name], strings.TrimSpace(tag.ReplaceAllString(row[2], "")))
	}
	return rows
}

// onPage fails when the page tells a part otherwise than the API.
func (s *spy) onPage(page map[string][]string, name string, p programme.IndicatorPart) {
	want := "nascosto"
	if p.Count != nil {
		want = strconv.FormatInt(*p.Count, 10)
	}
	if cells := page[p.Label]; !slices.ContainsFunc(cells, func(cell string) bool { return strings.EqualFold(cell, want) }) {
		s.Errorf("%s %s: the page says %q of %s, want %s", s.code, name, cells, p.Label, want)
	}
}

// learnOther adds a figure that is not of people, with its parts: beside people, it
// says how many they are at the most.
func (s *spy) learnOther(i *programme.IndicatorItem) {
	if i.Actual == nil {
		return
	}
	s.totals[i.Code] = s.mind.Shown(*i.Actual)
	for by, parts := range i.Breakdown {
		for _, p := range parts {
			if p.Count != nil {
				s.parts[i.Code][by+" "+p.Value] = s.mind.Shown(*p.Count)
			}
		}
	}
}

// work tries to narrow every small figure.
func (s *spy) work() {
	for name, v := range s.small {
		low, high, err := s.mind.Interval(v)
		if err != nil || low > 1 || high < float64(s.k-1) {
			s.Errorf("%s %s can be worked out: it is between %v and %v (%v)", s.code, name, low, high, err)
		}
	}
}

var publicRow = regexp.MustCompile(`(?s)<span lang="it" dir="auto">([^<]*)</span>\s*</th><td[^>]*><bdi>[^<]*</bdi></td>\s*<td[^>]*><bdi>([^<]*)</bdi>`)

// publicly reads the page that everybody may read: it shows nothing that is hidden
// from the attacker, and nothing that its own threshold hides.
func (s *spy) publicly() {
	s.Helper()
	res, err := http.Get(s.base + "/it/programmes/" + s.code)
	if err != nil {
		s.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	rows := publicRow.FindAllStringSubmatch(string(body), -1)
	if err != nil || res.StatusCode != http.StatusOK || len(rows) != len(s.told.Items) {
		s.Fatalf("%s: %d figures of %d on the public page (%d, %v)", s.code, len(rows), len(s.told.Items), res.StatusCode, err)
	}
	for n, row := range rows {
		i := &s.told.Items[n]
		if html.UnescapeString(row[1]) != i.Title {
			s.Fatalf("%s: %q stands where %q should", s.code, row[1], i.Title)
		}
		shown, err := strconv.ParseInt(strings.NewReplacer(".", "", "%", "").Replace(row[2]), 10, 64)
		if i.Unit == "ratio" && err == nil && !strings.HasSuffix(row[2], "%") {
			s.Errorf("%s %s: %q does not say that it is per cent", s.code, i.Code, row[2])
		}
		if err != nil || !pointing[i.Unit] && i.Unit != "ratio" {
			continue
		}
		if i.Actual == nil || *i.Actual != shown {
			s.Errorf("%s %s: %d is public, and inside it is hidden or another", s.code, i.Code, shown)
		}
		if pointing[i.Unit] && shown > 0 && shown < max(5, s.k) {
			s.Errorf("%s %s: %d is public, under the threshold of public pages", s.code, i.Code, shown)
		}
	}
}
