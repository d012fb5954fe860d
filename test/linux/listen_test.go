//go:build linux

package linux

import (
	"strings"
)

// listensOnNothing looks at all sockets on which anybody waits for strangers. A
// UDP socket that is bound is one of these for ss; the client's is connected to
// its site, or at least answers nobody else, and has no TCP beside it.
func (tr *tree) listensOnNothing() {
	tr.t.Helper()
	sockets := must(tr.t, "ss", "-H", "-l", "-n", "-t", "-x", "-p")
	for line := range strings.Lines(sockets) {
		if strings.Contains(line, `"jumpclient"`) {
			tr.t.Errorf("the client listens: %s", line)
		}
	}
}
