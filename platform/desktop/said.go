package desktop

import (
	"bufio"
	"io"
	"strings"
)

// Bounds on what a program in another session may say: it runs with the rights
// of a user, and fills the log of a service.
const (
	maxSaidLine = 1 << 10 // bytes; what a line has more is dropped
	maxSaid     = 200     // lines
)

// relay calls said for every line of r, within the bounds, until r ends. What is
// beyond them is read and dropped, so that the program never waits.
func relay(r io.Reader, said func(line string)) {
	b := bufio.NewReaderSize(r, maxSaidLine)
	for range maxSaid {
		line, more, err := b.ReadLine()
		if err != nil {
			return
		}
		if text := strings.ToValidUTF8(string(line), "?"); text != "" {
			said(text)
		}
		for more && err == nil {
			_, more, err = b.ReadLine()
		}
	}
	_, _ = io.Copy(io.Discard, b)
}
