package network

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"tessuto/internal/platform/crypto"
	"tessuto/internal/platform/policy"
)

// send uploads a document as one of the staff.
func (o office) send(t *testing.T, who, path, name, content string) *httptest.ResponseRecorder {
	t.Helper()
	body := new(bytes.Buffer)
	m := multipart.NewWriter(body)
	w, err := m.CreateFormFile("document", name)
	if err == nil {
		_, err = w.Write([]byte(content))
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", path, body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return o.ask(t, who, r)
}

var filePath = regexp.MustCompile(`/files/[0-9a-f-]{36}`)

// The paper of an agreement is read by whoever reads the agreements of the
// network, changed by whoever manages them, and is not there for another network.
func TestAgreementDocuments(t *testing.T) {
	onOffice(t, func(t *testing.T, o office) {
		ctx := o.admin(t)
		o.found(t, "rete", "Comune di Prova", map[string]policy.Role{"dpo": policy.DPO})
		o.found(t, "altra", "Consorzio Altrove", map[string]policy.Role{"chief": policy.Admin})
		other, err := o.AddOrganisation(ctx, Organisation{Name: "Cooperativa", Kind: "cooperative"}, crypto.Sending{})
		if err != nil {
			t.Fatal(err)
		}
		id, err := o.AddAgreement(ctx, Agreement{Kind: "convention", Title: "Convenzione", Class: policy.Personal, From: o.today(),
			Parties: []Party{{OrgID: o.org, Role: PartyLead}, {OrgID: other, Role: PartyMember}}}, crypto.Sending{})
		if err != nil {
			t.Fatal(err)
		}
		at := "/agreements/" + id
		paper := "%PDF-1.7\nConvenzione firmata\n%%EOF\n"
		for name, content := range map[string]string{"nota.txt": "solo testo", "finta.pdf": "solo testo", "vuota.pdf": ""} {
			if w := o.send(t, "admin", at+"/documents", name, content); w.Code != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d", name, w.Code)
			}
		}
		for _, who := range []string{"desk", "dpo", "stranger", "chief"} {
			if w := o.send(t, who, at+"/documents", "firmata.pdf", paper); w.Code == http.StatusSeeOther {
				t.Errorf("%s adds a document", who)
			}
		}
		if page := o.as(t, "admin", at, nil).Body.String(); filePath.MatchString(page) {
			t.Fatal("what was refused is there")
		}
		if w := o.send(t, "admin", at+"/documents", "firmata.pdf", paper); w.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		page := o.as(t, "dpo", at, nil).Body.String()
		file := filePath.FindString(page)
		if file == "" || !strings.Contains(page, "firmata.pdf") || strings.Contains(page, "/remove") {
			t.Fatalf("the page: %s", page)
		}
		for who, want := range map[string]int{"admin": 200, "dpo": 200, "desk": 404, "stranger": 404, "chief": 404} {
			w := o.as(t, who, file, nil)
			if w.Code != want || (want == 200) != (w.Body.String() == paper) {
				t.Errorf("%s reads the paper: %d, want %d", who, w.Code, want)
			}
		}
		remove := at + "/documents/" + strings.TrimPrefix(file, "/files/") + "/remove"
		for who, want := range map[string]int{"chief": 404, "dpo": 404} {
			if w := o.as(t, who, remove, map[string][]string{}); w.Code != want {
				t.Errorf("%s removes it: %d", who, w.Code)
			}
		}
		if w := o.as(t, "admin", strings.Replace(remove, id, "none", 1), map[string][]string{}); w.Code != 404 {
			t.Errorf("by another agreement: %d", w.Code)
		}
		if w := o.as(t, "admin", remove, map[string][]string{}); w.Code != http.StatusSeeOther {
			t.Fatalf("%d", w.Code)
		}
		if w := o.as(t, "admin", file, nil); w.Code != 404 {
			t.Errorf("removed: %d", w.Code)
		}
	})
}
