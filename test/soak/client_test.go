package soak

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// What clients send, in turn.
const (
	aContact = iota
	anIntervention
	aPerson
	kinds
)

// sending is one create: what was sent under its key, and what was answered.
// Answer stays empty until the program has acknowledged it.
type sending struct {
	kind      int
	key, mark string // the mark is in the words, and nowhere else
	answer    string
}

// world is what the clients know of the network before they begin.
type world struct {
	desk, file, today    string
	deskToken, caseToken string
}

// client sends over connections of its own.
type client struct {
	world
	base string
	http http.Client
}

func newClient(w world, base string) *client {
	return &client{world: w, base: base, http: http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// write sends one create after the other until the program is gone, and returns
// the journal: acknowledged ones, and the last, which may not be.
func (c *client) write(ctx context.Context, first int) (journal []*sending) {
	defer c.http.CloseIdleConnections()
	for n := first; ctx.Err() == nil; n++ {
		key := uuid.NewString()
		s := &sending{kind: n % kinds, key: key, mark: "segno" + strings.ReplaceAll(key, "-", "")}
		journal = append(journal, s)
		answer, err := c.send(ctx, s)
		if err != nil {
			return journal
		}
		s.answer = answer
	}
	return journal
}

// send returns what the program says the create has become: a path or an id.
func (c *client) send(ctx context.Context, s *sending) (string, error) {
	switch s.kind {
	case aContact:
		return c.post(ctx, "/desk", c.deskToken, url.Values{"_once": {s.key}, "save": {"anonymous"}, "desk": {c.desk}, "on": {c.today},
			"channel": {"phone"}, "minutes": {"10"}, "outcome": {"informed"}, "requests": {"housing"}, "asked": {s.mark}})
	case anIntervention:
		return c.post(ctx, c.file+"/interventions", c.caseToken, url.Values{"_once": {s.key}, "on": {c.today}, "mode": {"in_person"},
			"minutes": {"30"}, "place": {"-"}, "note": {s.mark}})
	}
	return c.person(ctx, s)
}

func (c *client) post(ctx context.Context, path, token string, form url.Values) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, _, err := c.do(r, token)
	if err != nil {
		return "", err
	}
	if res.StatusCode != http.StatusSeeOther {
		return "", fmt.Errorf("%s: %d", path, res.StatusCode)
	}
	return res.Header.Get("Location"), nil
}

func (c *client) person(ctx context.Context, s *sending) (string, error) {
	body := fmt.Sprintf(`{"given_name": %q, "sex": "F", "confirm_new": true}`, s.mark)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/api/v1/people", strings.NewReader(body))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", s.key)
	res, text, err := c.do(r, c.deskToken)
	if err != nil {
		return "", err
	}
	if res.StatusCode != http.StatusCreated {
		return "", fmt.Errorf("people: %d %s", res.StatusCode, text)
	}
	var made struct{ ID string }
	if err := json.Unmarshal([]byte(text), &made); err != nil || made.ID == "" {
		return "", fmt.Errorf("people: %w %s", err, text)
	}
	return made.ID, nil
}

// get returns a page.
func (c *client) get(ctx context.Context, path, token string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return "", err
	}
	res, text, err := c.do(r, token)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %d", path, res.StatusCode)
	}
	return text, err
}

func (c *client) do(r *http.Request, token string) (*http.Response, string, error) {
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := c.http.Do(r)
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return res, string(text), err
}

// together lets n clients write until they stop, and returns their journals.
func together(n int, write func(i int) []*sending) (all []*sending) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			journal := write(i)
			mu.Lock()
			defer mu.Unlock()
			all = append(all, journal...)
		})
	}
	wg.Wait()
	return all
}
