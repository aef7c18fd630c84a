package programme

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tessuto/internal/platform/db"
	"tessuto/internal/platform/db/dbtest"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/packs"
)

// What is exported loads again to the same programme, and says the same again.
func TestPacksGoRound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for _, code := range packs.Codes {
			src, err := h.ExportPack(h.as(policy.Regional, "it"), code)
			if err != nil {
				t.Fatal(err)
			}
			want, _ := ParsePack(packSource(t, code), testMeasures)
			got, problems := ParsePack(src, testMeasures)
			if got == nil {
				t.Fatalf("%s: %v\n%s", code, problems, src)
			}
			if lines := DiffPacks(want, got); len(lines) > 0 {
				t.Errorf("%s is another: %v", code, lines)
			}
			again, err := got.YAML()
			if err != nil || string(again) != string(src) {
				t.Errorf("%s: the export of the export differs (%v)", code, err)
			}
			v, err := h.PreviewPack(h.as(policy.Admin, "it"), src)
			if err != nil || v.New || len(v.Lines) != 0 {
				t.Errorf("%s: loading it again would do %v (%v)", code, v.Lines, err)
			}
		}
	})
}

func changed(t *testing.T, code string, pairs ...string) []byte {
	t.Helper()
	src := string(packSource(t, code))
	for i := 0; i < len(pairs); i += 2 {
		next := strings.Replace(src, pairs[i], pairs[i+1], 1)
		if next == src {
			t.Fatalf("%s has no %q", code, pairs[i])
		}
		src = next
	}
	return []byte(src)
}

// A changed pack says what it would do before it does it, and what would lose its
// figures; then it does that and nothing else.
func TestPackIsPreviewedAndPut(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.post("cases.plan_signed", "weita", "3.2", "3.2")
		src := changed(t, "weita", "target: 14", "target: 20", "code: unisi_dispoc", "code: unisi_altro",
			"measure: cases.plan_signed", "measure: cases.household_in_charge", "confidentiality: C3", "confidentiality: C4",
			"bodies:\n", "bodies:\n  - {code: tavolo_nuovo, kind: coordination_table, title: {it: Tavolo nuovo, en: New table}}\n")
		admin := h.as(policy.Admin, "it")
		v, err := h.PreviewPack(admin, src)
		if err != nil || v.New {
			t.Fatal(v, err)
		}
		want := []PackChangeLine{
			{Change: Changed, Part: "programme", Code: "class", From: "C3", To: "C4"},
			{Change: Added, Part: "organisation", Code: "unisi_altro", Name: v.Pack.Organisations[1].Name, To: "partner"},
			{Change: Changed, Part: "indicator", Code: "3.2", Name: "Famiglie accompagnate verso l'autonomia", From: "14", To: "20", Loses: true},
			{Change: Added, Part: "body", Code: "tavolo_nuovo", Name: "Tavolo nuovo"},
			{Change: Removed, Part: "organisation", Code: "unisi_dispoc", Name: v.Pack.Organisations[1].Name, From: "partner"},
		}
		if !reflect.DeepEqual(v.Lines, want) {
			t.Fatalf("it would do\n%v\nwant\n%v", v.Lines, want)
		}
		if p, _ := h.Programme(h.as(policy.Regional, "it"), "weita"); p.Indicator("3.2").Target != 14 {
			t.Error("the preview did it")
		}
		if err := h.LoadPack(admin, src, "another"); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("loaded over what nobody has seen: %v", err)
		}
		for _, role := range []policy.Role{policy.ProgrammeLead, policy.Regional} {
			if err := h.LoadPack(h.as(role, "it"), src, v.Seen); errs.CodeOf(err) != errs.Forbidden {
				t.Errorf("%s: %v", role, err)
			}
		}
		broken := changed(t, "weita", "target: 14", "target: many")
		if bad, err := h.PreviewPack(admin, broken); err != nil || len(bad.Problems) == 0 || bad.Lines != nil {
			t.Errorf("a broken pack: %+v %v", bad, err)
		}
		if err := h.LoadPack(admin, broken, v.Seen); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("a broken pack is loaded: %v", err)
		}
		var made []string // of the whole pack: who is told knows what is there
		h.OnLoad = append(h.OnLoad, func(_ context.Context, _ *db.Tx, _ string, p *Pack) error {
			for _, b := range p.Bodies {
				made = append(made, b.Code)
			}
			return nil
		})
		if err := h.LoadPack(admin, src, v.Seen); err != nil {
			t.Fatal(err)
		}
		if len(made) < 2 || !slices.Contains(made, "tavolo_nuovo") {
			t.Errorf("areas above are told of the bodies %v", made)
		}
		p, err := h.Programme(h.as(policy.Regional, "it"), "weita")
		if err != nil || p.Indicator("3.2").Target != 20 || p.Confidentiality != "C4" {
			t.Errorf("it was not done: %v", err)
		}
		if err := h.LoadPack(admin, src, v.Seen); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("done twice: %v", err)
		}
	})
}

// The page says what a file would do, keeps it for the answer, and names the line
// of what is wrong.
func TestPackPage(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		send := func(src []byte) (int, string) {
			var body bytes.Buffer
			form := multipart.NewWriter(&body)
			part, err := form.CreateFormFile("file", "weita.yaml")
			if err != nil {
				t.Fatal(err)
			}
			part.Write(src)
			form.Close()
			r := httptest.NewRequestWithContext(h.as(policy.Admin, "it"), http.MethodPost, "/packs/preview", &body)
			r.Header.Set("Content-Type", form.FormDataContentType())
			w := httptest.NewRecorder()
			h.mux.ServeHTTP(w, r)
			return w.Code, w.Body.String()
		}
		src := changed(t, "weita", "target: 14", "target: 20")
		code, page := send(src)
		if code != http.StatusOK {
			t.Fatalf("%d %s", code, page)
		}
		wants(t, page, "Cambia una cosa", "Indicatore 3.2", ">14<", ">20<", `name="seen"`)
		if code, page = send(changed(t, "weita", "target: 14", "target: many")); code != http.StatusUnprocessableEntity || !strings.Contains(page, "indicators[10].target") || strings.Contains(page, `name="seen"`) {
			t.Errorf("a broken file: %d %s", code, page)
		}
		v, err := h.PreviewPack(h.as(policy.Admin, "it"), src)
		if err != nil {
			t.Fatal(err)
		}
		answer := url.Values{"pack": {"\r\n" + strings.ReplaceAll(string(src), "\n", "\r\n")}, "seen": {v.Seen}} // as a browser sends a text
		r := httptest.NewRequestWithContext(h.as(policy.Admin, "it"), http.MethodPost, "/packs", strings.NewReader(answer.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		h.mux.ServeHTTP(w, r)
		if p, err := h.Programme(h.as(policy.Regional, "it"), "weita"); w.Code != http.StatusSeeOther || err != nil || p.Indicator("3.2").Target != 20 {
			t.Errorf("the pack is not loaded: %d %v", w.Code, err)
		}
		wants(t, h.page(policy.Regional, "it", "/programmes/weita/pack.yaml", nil), "code: weita", "target: 20")
	})
}
