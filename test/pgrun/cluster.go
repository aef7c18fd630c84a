package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// startWithin is how long a cluster may take to accept connections.
	startWithin = 60 * time.Second
	// stopWithin is how long it may take to stop before it is killed.
	stopWithin = 10 * time.Second
	// superuser owns the cluster.
	superuser = "postgres"
)

// cluster is a PostgreSQL server of ours: its folder, its port, its process.
type cluster struct {
	bin      string
	dir      string
	port     int
	durable  bool // waits for the disk
	password string
	owner    *syscall.Credential // nil: the one who runs us
	server   *exec.Cmd
	ended    chan error
}

// startCluster makes a cluster and waits until it accepts connections. It
// leaves nothing behind when it fails.
func startCluster(durable bool) (_ *cluster, err error) {
	c := &cluster{password: rand.Text(), durable: durable}
	if c.bin, err = findBin(); err != nil {
		return nil, err
	}
	if c.owner, err = clusterOwner(); err != nil {
		return nil, err
	}
	if c.dir, err = c.makeDir(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			c.stop()
		}
	}()
	if err = c.init(); err != nil {
		return nil, err
	}
	// Somebody can take the free port between our look and the server's: then
	// the server ends at once, and another port is tried.
	for try := 0; ; try++ {
		if err = c.start(); err == nil || try == 2 {
			return c, err
		}
	}
}

// findBin returns the folder of initdb and postgres: the first in PATH, or the
// newest of Debian's.
func findBin() (string, error) {
	if p, err := exec.LookPath("initdb"); err == nil {
		if p, err = filepath.EvalSymlinks(p); err == nil {
			return filepath.Dir(p), nil
		}
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errors.New("no initdb in PATH nor in /usr/lib/postgresql: install PostgreSQL's server (`make deps`)")
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		return n
	}
	newest := slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(newest), nil
}

// clusterOwner answers who runs the server. PostgreSQL refuses to run as root,
// so root lends it the account that its package made.
func clusterOwner() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("root cannot run PostgreSQL, and there is no account postgres: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// makeDir makes the folder of the cluster. Its path is kept short, because the
// socket in it must fit in 107 bytes.
func (c *cluster) makeDir() (string, error) {
	base := os.TempDir()
	if len(base) > 60 {
		base = "/tmp"
	}
	dir, err := os.MkdirTemp(base, "tessuto-pg-")
	if err != nil || c.owner == nil {
		return dir, err
	}
	return dir, os.Chown(dir, int(c.owner.Uid), int(c.owner.Gid))
}

// command prepares one of PostgreSQL's programs, run by the owner in the
// cluster's folder and away from our terminal's signals.
func (c *cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(c.bin, name), args...)
	cmd.Dir = c.dir
	// A PGDATA or PGPORT of the caller's must not lead these programs elsewhere.
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + c.dir, "LC_ALL=C.UTF-8"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.owner, Setpgid: true}
	return cmd
}

func (c *cluster) data() string { return filepath.Join(c.dir, "data") }
func (c *cluster) log() string  { return filepath.Join(c.dir, "server.log") }

// init makes the cluster's files. The order of text is that of a language when
// the server can do it: in the order of bytes, a test that forgets to sort the
// way SQLite does would pass by luck.
func (c *cluster) init() error {
	secret := filepath.Join(c.dir, "password")
	if err := os.WriteFile(secret, []byte(c.password), 0o644); err != nil {
		return err
	}
	defer os.Remove(secret)
	common := []string{"-D", c.data(), "-U", superuser, "-E", "UTF8", "-A", "scram-sha-256", "--pwfile", secret, "--no-sync"}
	var out []byte
	var err error
	for _, locale := range [][]string{
		{"--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"},
		{"--locale=en_US.UTF-8"},
		{"--locale=C.UTF-8"},
		{"--locale=C"},
	} {
		if out, err = c.command("initdb", append(common, locale...)...).CombinedOutput(); err == nil {
			return nil
		}
		if err := os.RemoveAll(c.data()); err != nil {
			return err
		}
	}
	return fmt.Errorf("initdb: %w\n%s", err, out)
}

// start runs the server on a free port and waits for it.
func (c *cluster) start() error {
	var err error
	if c.port, err = freePort(); err != nil {
		return err
	}
	log, err := os.OpenFile(c.log(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	args := []string{"-D", c.data(), "-k", c.dir, "-h", "127.0.0.1", "-p", strconv.Itoa(c.port),
		"-c", "max_connections=200", "-c", "max_wal_size=2GB"}
	if !c.durable {
		// Tests may lose this data when the machine falls; they never want to wait
		// for the disk. What decides the answers of SQL keeps its default.
		args = append(args, "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")
	}
	cmd := c.command("postgres", args...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr.Pdeathsig = syscall.SIGINT // even a killed pgrun leaves no server
	if err := cmd.Start(); err != nil {
		return err
	}
	c.server, c.ended = cmd, make(chan error, 1)
	go func() { c.ended <- cmd.Wait() }()
	return c.wait()
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// wait returns when the server says in its pid file that it is ready.
func (c *cluster) wait() error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(startWithin)
	for {
		select {
		case <-tick.C:
			pid, err := os.ReadFile(filepath.Join(c.data(), "postmaster.pid"))
			if lines := strings.Split(string(pid), "\n"); err == nil && len(lines) > 7 && strings.TrimSpace(lines[7]) == "ready" {
				return nil
			}
		case err := <-c.ended:
			c.server = nil
			return fmt.Errorf("the server ended while it started: %v\n%s", err, c.logTail())
		case <-late:
			return fmt.Errorf("the server was not ready within %s\n%s", startWithin, c.logTail())
		}
	}
}

// env tells the command where the cluster is.
func (c *cluster) env() []string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(superuser, c.password),
		Host:     net.JoinHostPort("127.0.0.1", strconv.Itoa(c.port)),
		Path:     "/postgres",
		RawQuery: "sslmode=disable",
	}
	return []string{
		envURL + "=" + u.String(),
		"PGHOST=127.0.0.1", "PGPORT=" + strconv.Itoa(c.port), "PGDATABASE=postgres",
		"PGUSER=" + superuser, "PGPASSWORD=" + c.password, "PGSSLMODE=disable",
	}
}

// down says so when the server ended by itself: tests that ran without it must
// not pass.
func (c *cluster) down() error {
	select {
	case err := <-c.ended:
		c.server = nil
		return fmt.Errorf("the server ended before the command did: %v\n%s", err, c.logTail())
	default:
		return nil
	}
}

// stop ends the server, in ever ruder ways, and removes the cluster.
func (c *cluster) stop() {
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL} {
		if c.server == nil {
			break
		}
		_ = c.server.Process.Signal(s)
		select {
		case <-c.ended:
			c.server = nil
		case <-time.After(stopWithin):
		}
	}
	if err := os.RemoveAll(c.dir); err != nil {
		fmt.Fprintln(os.Stderr, "pgrun: the cluster's folder stays behind:", err)
	}
}

// logTail returns the end of the server's log.
func (c *cluster) logTail() string {
	b, err := os.ReadFile(c.log())
	if err != nil {
		return err.Error()
	}
	const most = 4 << 10
	return string(b[max(0, len(b)-most):])
}
