package governance_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/db"
)

// ask sends a request as somebody.
func (b *bench) ask(who, method, path string, form url.Values) *httptest.ResponseRecorder {
	b.Helper()
	token, err := b.IssueToken(b.Context(), apptest.Mail(who), "test", 30)
	b.must(err)
	r := httptest.NewRequestWithContext(b.Context(), method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	b.Handler().ServeHTTP(w, r)
	return w
}

// Pages, calendar and API say to who knows of a meeting only when it is, and to
// nobody else that it is.
func TestPagesSayNoMore(t *testing.T) {
	each(t, func(b *bench) {
		id := b.convened()
		b.must(b.Governance.SaveMinutes(b.as(chair), id, "Parole riservate", nil, 1))
		words := []string{"Parole riservate", "Ottavia Lenzi", "Sala", "Prova"}
		for _, path := range []string{"/meetings/" + id, "/meetings/" + id + "/calendar", "/bodies/" + b.body, "/api/v1/programmes/fasi/meetings", "/api/v1/programmes/fasi/bodies"} {
			w := b.ask("pistoia.assistente", http.MethodGet, path, nil)
			if w.Code != http.StatusOK {
				b.Errorf("%s: %d", path, w.Code)
			}
			for _, word := range words {
				if strings.Contains(w.Body.String(), word) {
					b.Errorf("%s says %q to who does not sit in the body", path, word)
				}
			}
			if w := b.ask("grosseto.assistente", http.MethodGet, path, nil); w.Code == http.StatusOK && (strings.Contains(w.Body.String(), id) || strings.Contains(w.Body.String(), b.body)) {
				b.Errorf("%s: %d for another programme", path, w.Code)
			}
			if w := b.ask("regione", http.MethodGet, path, nil); w.Code != http.StatusNotFound {
				b.Errorf("%s: %d for the region", path, w.Code)
			}
		}
		for _, path := range []string{"/meetings/" + id + "/presence", "/meetings/" + id + "/minutes", "/meetings/" + id + "/change", "/bodies/" + b.body + "/meetings/new", "/bodies/" + b.body + "/members"} {
			if w := b.ask("pistoia.assistente", http.MethodGet, path, nil); w.Code != http.StatusNotFound {
				b.Errorf("%s: %d for who does not sit in the body", path, w.Code)
			}
		}
		calendar := b.ask(chair, http.MethodGet, "/meetings/"+id+"/calendar", nil).Body.String()
		if !strings.Contains(calendar, "SUMMARY:Cabina di regia\r\nLOCATION:Sala\r\n") || strings.Contains(calendar, "Lenzi") {
			b.Errorf("%s", calendar)
		}
		var list struct {
			Items []struct{ ID, State, Date string }
			Total int
		}
		b.must(json.Unmarshal(b.ask("capofila", http.MethodGet, "/api/v1/programmes/fasi/meetings", nil).Body.Bytes(), &list))
		held := 0
		for _, i := range list.Items {
			if i.State == "held" && i.Date > string(db.DateOf(b.now)) {
				b.Errorf("held and to come: %+v", i)
			}
			if i.State == "held" {
				held++
			}
		}
		if list.Total != len(list.Items) || held != 5 {
			b.Errorf("%d meetings, %d held", list.Total, held)
		}
	})
}

// A form that cannot be taken comes back with what was typed and what is wrong.
func TestFormsComeBack(t *testing.T) {
	each(t, func(b *bench) {
		id := b.convened()
		for _, c := range []struct {
			who, path string
			form      url.Values
			status    int
			has       string
		}{
			{chair, "/bodies/" + b.body + "/meetings", url.Values{"on": {"2026-02-31"}, "starts": {"9"}, "agenda": {"Restano qui"}}, 422, "Restano qui"},
			{chair, "/meetings/" + id, url.Values{"on": {"2026-03-01"}, "starts": {"10:00"}, "ends": {"09:00"}, "mode": {"in_person"}, "place": {"Sala"}, "_version": {"1"}}, 422, "f-ends-error"},
			{chair, "/meetings/" + id + "/cancel", url.Values{"reason": {"none"}, "note": {"Resta qui"}}, 422, "Resta qui"},
			{chair, "/meetings/" + id + "/guests", url.Values{"mode": {"in_person"}, "from": {"Resta qui"}}, 422, "Resta qui"},
			{chair, "/meetings/" + id + "/minutes", url.Values{"text": {"Resta qui"}, "do": {"confirm"}, "_version": {"1"}}, 422, "Resta qui"},
			{chair, "/meetings/" + id + "/minutes", url.Values{"text": {"Resta qui"}, "do": {"save"}, "_version": {"9"}}, 409, "Resta qui"},
			{chair, "/meetings/" + id + "/presence", url.Values{"p_operator_" + b.account("emt"): {"present in_person"}, "p_operator_" + b.account("emt") + ".minutes": {"9999"}, "_version": {"1"}}, 422, "9999"},
			{"capofila", "/bodies/" + b.body + "/members", url.Values{"task": {"member"}, "from": {"2026-01-01"}, "name": {"Resta qui"}, "account": {b.account("collega")}}, 422, "Resta qui"},
			{"capofila", "/programmes/fasi/bodies", url.Values{"title": {"Resta qui"}, "kind": {"register"}}, 422, "Resta qui"},
		} {
			w := b.ask(c.who, http.MethodPost, c.path, c.form)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.has) {
				b.Errorf("POST %s %v: %d, want %d with %q", c.path, c.form, w.Code, c.status, c.has)
			}
		}
	})
}
