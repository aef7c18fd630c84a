// Package soak kills the real program again and again while people write, and
// holds what it kept against what it had said was kept.
package soak

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"tessuto/internal/platform/config"
)

// binary is the program, compiled once.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "tessuto-soak")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "tessuto")
	out, err := exec.Command("go", "build", "-buildvcs=false", "-o", path, "../../cmd/tessuto").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, out)
	}
	return path, err
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := binary(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// program is `tessuto serve` in a process of its own.
type program struct {
	*testing.T
	cmd   *exec.Cmd
	base  string
	said  *bytes.Buffer // on standard error
	ended chan error
}

// serve starts the program on a free port and waits until it is ready.
func serve(t *testing.T, s config.Store, flags ...string) *program {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	args := append([]string{"serve", "--data", s.Data, "--db", s.DB, "--keystore", s.Keystore, "--listen", "127.0.0.1:0"}, flags...)
	p := &program{T: t, cmd: exec.Command(path, args...), said: new(bytes.Buffer), ended: make(chan error, 1)}
	p.cmd.Stderr = p.said
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := p.cmd.StdoutPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, address, ok := strings.Cut(lines.Text(), "Tessuto: "); ok {
			p.base = address
			break
		}
	}
	go func() {
		_, _ = io.Copy(io.Discard, out)
		p.ended <- p.cmd.Wait()
	}()
	if p.base == "" {
		t.Fatalf("the program did not start: %v\n%s", <-p.ended, p.said)
	}
	if code := p.status("/readyz"); code != http.StatusOK {
		t.Fatalf("/readyz answers %d", code)
	}
	return p
}

// status asks on a connection of its own; 0 when nobody answers.
func (p *program) status(path string) int {
	ctx, cancel := context.WithTimeout(p.Context(), 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.base+path, nil)
	if err != nil {
		p.Fatal(err)
	}
	r.Close = true
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0
	}
	res.Body.Close()
	return res.StatusCode
}

// kill ends the process as a power cut would, for the process; it may be gone.
func (p *program) kill() {
	if p.ended == nil {
		return
	}
	_ = p.cmd.Process.Kill()
	<-p.ended
	p.ended = nil
}
