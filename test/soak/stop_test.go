package soak

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/db/dbtest"
)

// slow is a request whose form is half sent.
type slow struct {
	net.Conn
	rest string
}

func begin(t *testing.T, base, path string, form url.Values) slow {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	body := form.Encode()
	_, err = fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
		path, len(body), body[:len(body)/2])
	if err != nil {
		t.Fatal(err)
	}
	return slow{c, body[len(body)/2:]}
}

// end sends the rest and returns the status of the answer.
func (s slow) end() (int, error) {
	if _, err := s.Write([]byte(s.rest)); err != nil {
		return 0, err
	}
	res, err := http.ReadResponse(bufio.NewReader(s), nil)
	if err != nil {
		return 0, err
	}
	res.Body.Close()
	return res.StatusCode, nil
}

// Told to stop, the program says so to who asks whether it is ready, ends what
// is under way, seals the audit, and ends well.
func TestStopsInOrder(t *testing.T) {
	t.Parallel()
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			store := apptest.DemoStore(t, engine)
			w := worldOf(t, store)
			p := serve(t, store, "--drain", "1s")
			if _, err := newClient(w, p.base).send(t.Context(), &sending{kind: aContact, key: "one", mark: "one"}); err != nil {
				t.Fatal(err)
			}
			under := begin(t, p.base, "/sign-in", url.Values{"email": {"nobody@ente.example"}, "password": {strings.Repeat("x", 40)}})
			time.Sleep(100 * time.Millisecond) // until its head has arrived
			begun := time.Now()
			if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			time.Sleep(200 * time.Millisecond)
			if code := p.status("/readyz"); code != http.StatusServiceUnavailable {
				t.Errorf("while it drains /readyz answers %d", code)
			}
			if code := p.status("/it/"); code != http.StatusOK {
				t.Errorf("while it drains a page answers %d", code)
			}
			time.Sleep(1500 * time.Millisecond)
			if code := p.status("/it/"); code != 0 {
				t.Errorf("after it has drained a page answers %d", code)
			}
			if code, err := under.end(); err != nil || code < 400 || code >= 500 {
				t.Errorf("the request under way: %d %v", code, err)
			}
			err := <-p.ended
			p.ended = nil
			if took := time.Since(begun); err != nil || took > 15*time.Second {
				t.Errorf("ended after %s: %v\n%s", took, err, p.said)
			}
			s := &soak{T: t, store: store}
			s.verify()
			if n := s.unsealed(); n != 0 {
				t.Errorf("%d audit rows were left unsealed", n)
			}
		})
	}
}

// Who asks twice does not wait.
func TestSecondSignalEndsAtOnce(t *testing.T) {
	t.Parallel()
	store := apptest.DemoStore(t, "sqlite")
	p := serve(t, store)
	begin(t, p.base, "/sign-in", url.Values{"email": {"nobody@ente.example"}, "password": {"x"}})
	time.Sleep(100 * time.Millisecond)
	begun := time.Now()
	for range 2 {
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		time.Sleep(500 * time.Millisecond)
	}
	<-p.ended
	p.ended = nil
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("ended after %s", took)
	}
}
