//go:build linux

package linux

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"sync"

	"jump/internal/testwait"
)

// syslog is the other end of a tree's /dev/log.
type syslog struct {
	tree *tree
	mu   sync.Mutex
	said bytes.Buffer
}

// syslog listens where programs of the tree look for the system's log. It reads
// all the time: who logs waits for it.
func (tr *tree) syslog() *syslog {
	tr.t.Helper()
	path := tr.path("dev/log")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err == nil {
		err = os.Chmod(path, 0o666)
	}
	if err != nil {
		tr.t.Fatal(err)
	}
	l := &syslog{tree: tr}
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.read(conn)
	}()
	tr.t.Cleanup(func() {
		conn.Close()
		<-done
	})
	return l
}

func (l *syslog) read(conn *net.UnixConn) {
	for b := make([]byte, 4096); ; {
		n, err := conn.Read(b)
		if err != nil {
			return
		}
		l.mu.Lock()
		l.said.Write(append(b[:n:n], '\n'))
		l.mu.Unlock()
	}
}

// says waits until jumpclient has logged text as an error.
func (l *syslog) says(text string) {
	l.tree.t.Helper()
	testwait.Eventually(l.tree.t, fmt.Sprintf("the system's log says %q", text), func() error {
		l.mu.Lock()
		defer l.mu.Unlock()
		for line := range bytes.Lines(l.said.Bytes()) {
			// 27 is the error of a daemon (RFC 5424, section 6.2.1).
			if bytes.HasPrefix(line, []byte("<27>")) && bytes.Contains(line, []byte(" jumpclient[")) && bytes.Contains(line, []byte(text)) {
				return nil
			}
		}
		return fmt.Errorf("it says %q", &l.said)
	})
}
