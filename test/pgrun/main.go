// Command pgrun runs another command beside a throw-away PostgreSQL cluster,
// and removes the cluster when that command ends:
//
//	go run ./test/pgrun -- go test ./...
//	go run ./test/pgrun -- psql
//
//	go run ./test/pgrun -durable -- go test -bench . ./...
//
// The command finds the cluster in TESSUTO_TEST_PG (a superuser's address) and
// in libpq's own variables. When TESSUTO_TEST_PG is already set, that cluster is
// used instead and none is started: so the same tests run on any version.
// With -durable the cluster waits for the disk, as one in earnest does; without it
// all that is temporary is in memory, where there is enough.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
)

// envURL names the variable in which tests look for a cluster.
const envURL = "TESSUTO_TEST_PG"

// envShared names the variable in which they look for a folder where the first test
// that makes something big leaves it for those of all other packages.
const envShared = "TESSUTO_TEST_SHARED"

func main() {
	// The cluster asks the kernel to stop it when the thread that started it
	// dies (see cluster.start), so that thread must live as long as we do.
	runtime.LockOSThread()
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "pgrun:", err)
	}
	os.Exit(code)
}

// run returns the exit code for the process; an error is what to say about it.
func run(args []string) (int, error) {
	durable := len(args) > 0 && args[0] == "-durable"
	if durable {
		args = args[1:]
	}
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		return 2, errors.New("usage: pgrun [-durable] -- command [argument ...]")
	}
	if os.Getenv(envURL) != "" {
		return execute(args, nil, nil)
	}
	// Signals are caught before the cluster exists, so that none can leave one.
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	if !durable {
		undo, err := inMemory()
		if err != nil {
			return 1, err
		}
		defer undo()
	}
	c, err := startCluster(durable)
	if err != nil {
		return 1, err
	}
	defer c.stop()
	env := c.env()
	if args[0] == "go" { // one build of everything: a shell may see several
		shared, err := os.MkdirTemp("", "tessuto-shared-")
		if err != nil {
			return 1, err
		}
		defer os.RemoveAll(shared)
		env = append(env, envShared+"="+shared)
	}
	code, err := execute(args, env, signals)
	if down := c.down(); down != nil {
		return max(code, 1), down
	}
	return code, err
}

// execute runs the command with our standard streams, passes signals on to it,
// and returns its exit code (128 and the number when a signal ended it).
func execute(args, env []string, signals <-chan os.Signal) (int, error) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), env...)
	if err := cmd.Start(); err != nil {
		return 127, err
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	for {
		select {
		case s := <-signals:
			_ = cmd.Process.Signal(s) // it may have ended a moment ago
		case err := <-done:
			return exitCode(err)
		}
	}
}

func exitCode(err error) (int, error) {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0, nil
	case !errors.As(err, &exit):
		return 1, err
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal()), nil
	}
	return exit.ExitCode(), nil
}
