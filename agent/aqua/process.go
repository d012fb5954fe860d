//go:build unix

package aqua

import (
	"net"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"jump/agent/seat"
)

// process is the agent's end of a seat.
type process struct {
	*net.UnixConn
	left   chan struct{} // closed when the user has lost the screen
	closed chan struct{} // closed by Close
	once   sync.Once
	done   chan struct{} // closed when the process is gone
}

var _ seat.Seat = (*process)(nil)

// Left implements seat.Seat. For programs the loss of the screen comes early: a
// user who is switched away is not logged out. It is the safe side.
func (s *process) Left() <-chan struct{} { return s.left }

// Close ends the seat, and returns when its process is gone.
func (s *process) Close() error {
	s.once.Do(func() { close(s.closed) })
	err := s.UnixConn.Close()
	<-s.done
	return err
}

// stay watches the console's owner until the seat is closed, and then the end of
// the process.
func (s *process) stay(cmd *exec.Cmd, d Desk, uid uint32) {
	defer close(s.done)
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // how it ended is said in the conversation
		close(ended)
	}()
	tick := time.NewTicker(d.Look)
	defer tick.Stop()
	for open := true; open; {
		select {
		case <-s.closed:
			open = false
		case <-tick.C:
			if now, err := d.owner(); err == nil && now != uid {
				close(s.left)
				<-s.closed
				open = false
			}
		}
	}
	late := time.AfterFunc(hangUp, func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	defer late.Stop()
	<-ended
}
