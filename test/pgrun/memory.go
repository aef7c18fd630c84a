package main

import (
	"os"
	"syscall"
)

const (
	// memoryDir is where Linux keeps files in memory.
	memoryDir = "/dev/shm"
	// enough is how many bytes must be free there: all tests beside each other take
	// less than half of it.
	enough = 8 << 30
	// noExec is ST_NOEXEC of statvfs(3): tests run programs that they built.
	noExec = 0x8
)

// inMemory lets everything temporary be in memory, where there is enough of it, so
// that tests do not wait for the disk. It returns what undoes that. What Go builds
// stays where it was.
func inMemory() (undo func(), err error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(memoryDir, &fs); err != nil || fs.Bavail*uint64(fs.Bsize) < enough || fs.Flags&noExec != 0 {
		return func() {}, nil
	}
	dir, err := os.MkdirTemp(memoryDir, "tessuto-")
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]string{"GOTMPDIR": os.TempDir(), "TMPDIR": dir} {
		if err := os.Setenv(name, value); err != nil {
			return nil, err
		}
	}
	return func() { os.RemoveAll(dir) }, os.Chmod(dir, 0o755) // the cluster has an owner of its own
}
