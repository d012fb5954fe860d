//go:build unix

package program

import (
	"os"
	"os/exec"
	"os/user"
	"sync"
	"syscall"
)

// group is the process group that a program leads.
type group struct {
	mu   sync.Mutex
	pid  int
	over bool // the leader was waited for: its number may be somebody else's
}

func (g *group) start(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	g.pid = cmd.Process.Pid
	return nil
}

func (g *group) kill() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.over {
		// ESRCH says that it ended by itself.
		_ = syscall.Kill(-g.pid, syscall.SIGKILL)
	}
}

func (g *group) ended() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.over = true
}

// Status returns the exit status as a shell gives it: 128+n after signal n.
func Status(s *os.ProcessState) int {
	if w, ok := s.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return 128 + int(w.Signal())
	}
	return s.ExitCode()
}

func own(u *user.User) []string {
	env := []string{"HOME=" + Home(), "USER=" + u.Username, "LOGNAME=" + u.Username}
	if os.Getenv("PATH") == "" {
		env = append(env, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
	}
	return env
}
