package sessions

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"jump/site/audit"
	"jump/transport/wire"
)

// script is a conversation about files, as it passes.
type script struct {
	t testing.TB
	l *ledger
	// size is into how many bytes at a time it is cut.
	size int
	err  error
	said []string
}

func newScript(t testing.TB, size int) *script {
	s := &script{t: t, size: size}
	s.l = &ledger{record: func(a audit.Action, details string) error {
		s.said = append(s.said, fmt.Sprintf("%s %s", a, details))
		return nil
	}}
	return s
}

func (s *script) pass(d Direction, b []byte) *script {
	for part := range slices.Chunk(b, s.size) {
		if s.err == nil {
			s.err = s.l.read(d, part)
		}
	}
	return s
}

func (s *script) says(d Direction, t wire.Type, v any) *script {
	body, raw := v.([]byte)
	if !raw {
		var err error
		if body, err = wire.Marshal(v); err != nil {
			s.t.Fatal(err)
		}
	}
	return s.pass(d, wire.Append(nil, t, body))
}

const from, to = DirectionFromClient, DirectionFromRepresentative

// TestLedger: what was copied is written down, however the bytes were cut, and
// with two requests on their way at once.
func TestLedger(t *testing.T) {
	for _, size := range []int{1, 3, 100, 1 << 20} {
		s := newScript(t, size)
		s.says(to, wire.TypeFileLook, &wire.FileLook{Path: "/etc"}).says(to, wire.TypeFileRead, &wire.FileRead{Path: "notes"})
		s.says(from, wire.TypeFileDone, &wire.FileFacts{Path: "/etc"})
		s.says(from, wire.TypeFileFacts, &wire.FileFacts{Path: "/home/anna/notes"}).says(from, wire.TypeFileData, make([]byte, 1000)).says(from, wire.TypeFileData, []byte{})
		s.says(to, wire.TypeFileWrite, &wire.FileWrite{Path: "/a"}).says(to, wire.TypeFileData, make([]byte, 77))
		s.says(from, wire.TypePong, make([]byte, 8)).says(from, wire.TypeFileDone, &wire.FileFacts{Path: "/home/anna/notes"})
		s.says(from, wire.TypeFileGot, wire.FileGot(77).Append(nil)).says(from, wire.TypeFileFailed, &wire.Refused{Code: wire.CodeDiskFull, Text: "Full."})
		s.says(to, wire.TypeFileMake, &wire.FileMake{Path: "/b"}).says(from, wire.TypeFileDone, &wire.FileFacts{Path: "/b"})
		s.says(to, wire.TypeFileWrite, &wire.FileWrite{Path: "/c"}).says(to, wire.TypeFileData, make([]byte, 5))
		if err := errors.Join(s.err, s.l.close()); err != nil {
			t.Fatal(err)
		}
		want := []string{`file_get "notes", which is "/home/anna/notes", 1000 bytes`, `file_put "/a", 77 bytes, not done: disk_full`,
			`folder_make "/b"`, `file_put "/c", 5 bytes, broken off`}
		if !slices.Equal(s.said, want) {
			t.Errorf("in pieces of %d: %q", size, s.said)
		}
	}
}

// TestLedgerRefuses: what cannot be written down does not pass.
func TestLedgerRefuses(t *testing.T) {
	full := newScript(t, 100)
	full.l.record = func(audit.Action, string) error { return errors.New("the disk is full") }
	many := newScript(t, 100)
	for range wire.MaxAsked + 1 {
		many.says(to, wire.TypeFileLook, &wire.FileLook{})
	}
	for name, s := range map[string]*script{
		"an answer to nothing":    newScript(t, 100).says(from, wire.TypeFileDone, &wire.FileFacts{}),
		"data of nothing":         newScript(t, 100).says(from, wire.TypeFileData, []byte("x")),
		"a path that is none":     newScript(t, 100).says(to, wire.TypeFileRead, []byte{0xa1, 1, 1}),
		"facts that are none":     newScript(t, 100).says(to, wire.TypeFileLook, &wire.FileLook{}).says(from, wire.TypeFileFacts, []byte{1}),
		"a body beyond its limit": newScript(t, 100).pass(to, wire.AppendHeader(nil, wire.TypeFileRead, wire.MaxControl+1)).pass(to, []byte{0}),
		"too many requests":       many,
		"nowhere to write":        full.says(to, wire.TypeFileMake, &wire.FileMake{Path: "/b"}).says(from, wire.TypeFileDone, &wire.FileFacts{Path: "/b"}),
	} {
		if s.err == nil {
			t.Errorf("%s: passed", name)
		}
	}
}

// FuzzLedger: whatever passes, nothing is kept beyond the limits.
func FuzzLedger(f *testing.F) {
	read, _ := wire.Marshal(&wire.FileRead{Path: "/etc/hosts"})
	done, _ := wire.Marshal(&wire.FileFacts{Path: "/etc/hosts"})
	f.Add(wire.Append(nil, wire.TypeFileRead, read), wire.Append(wire.Append(nil, wire.TypeFileData, []byte("x")), wire.TypeFileDone, done))
	f.Add(wire.AppendHeader(nil, wire.TypeFileData, wire.MaxFrame), []byte{0x3b, 0, 0, 0})
	f.Fuzz(func(t *testing.T, asks, answers []byte) {
		s := newScript(t, 7)
		s.pass(to, asks).pass(from, answers)
		if len(s.l.open) > wire.MaxAsked || cap(s.l.says[0].body) > 2*wire.MaxControl || cap(s.l.says[1].body) > 2*wire.MaxControl {
			t.Errorf("%d requests are kept", len(s.l.open))
		}
	})
}
