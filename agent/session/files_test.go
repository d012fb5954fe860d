package session_test

import (
	"bytes"
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"

	"jump/agent/session"
	"jump/transport/wire"
)

func filesOpen() *wire.Open {
	return &wire.Open{Kind: wire.KindFiles, Rights: allRights, Files: &wire.FilesStart{Token: make([]byte, wire.TokenSize)}}
}

// filing begins a conversation about files.
func filing(t *testing.T) *peer {
	p := begin(t, &session.Host{Ceiling: wire.RightFiles, Files: true, Log: quiet}, filesOpen())
	if r := p.opened(); r != wire.RightFiles {
		t.Fatalf("rights %b", r)
	}
	return p
}

func sumOf(b []byte) []byte {
	s := sha256.Sum256(b)
	return s[:]
}

// data reads a file's bytes to the end of the request.
func (p *peer) data() (all []byte, done wire.FileFacts) {
	p.t.Helper()
	for {
		typ, body := p.next()
		switch typ {
		case wire.TypeFileData:
			all = append(all, body...)
			continue
		case wire.TypeFileDone:
			if err := wire.Unmarshal(body, &done); err != nil {
				p.t.Fatal(err)
			}
			return all, done
		}
		p.t.Fatalf("message 0x%02x %q", uint8(typ), body)
	}
}

func (p *peer) failed() wire.Code {
	p.t.Helper()
	var no wire.Refused
	p.expect(wire.TypeFileFailed, &no)
	if no.Text == "" {
		p.t.Error("no sentence")
	}
	return no.Code
}

// TestFilesRead: a file comes from where the representative is, if it begins
// with what that has; requests on their way are answered in their order.
func TestFilesRead(t *testing.T) {
	p, path := filing(t), filepath.Join(t.TempDir(), "a")
	want := bytes.Repeat([]byte("0123456789"), 50_000)
	if err := os.WriteFile(path, want, 0o640); err != nil {
		t.Fatal(err)
	}
	p.send(wire.TypeFileRead, &wire.FileRead{Path: path})
	p.send(wire.TypeFileRead, &wire.FileRead{Path: path, Offset: 400_000, Sum: sumOf(want[:400_000])})
	p.send(wire.TypeFileRead, &wire.FileRead{Path: path, Offset: 400_000, Sum: sumOf(nil)})
	p.send(wire.TypeFileRead, &wire.FileRead{Path: path + "b"})
	p.send(wire.TypeFileLook, &wire.FileLook{Path: filepath.Dir(path), List: true})
	for _, from := range []int64{0, 400_000, 0} {
		var facts wire.FileFacts
		p.expect(wire.TypeFileFacts, &facts)
		got, done := p.data()
		if facts.Offset != from || facts.Size != int64(len(want)) || !bytes.Equal(got, want[from:]) || !bytes.Equal(done.Sum, sumOf(want)) {
			t.Errorf("%d bytes from %d, %+v", len(got), facts.Offset, done)
		}
	}
	if c := p.failed(); c != wire.CodeNoFile {
		t.Errorf("refused with %s", c)
	}
	var list wire.FileEntries
	p.expect(wire.TypeFileEntries, &list)
	if len(list.Entries) != 1 || list.Entries[0].Name != "a" || list.Entries[0].Kind != wire.FileRegular {
		t.Errorf("%+v", list)
	}
	p.data()
}

// TestFilesWrite: a file that was cut goes on in another conversation; one that
// is there is done if that is asked again, and refused if it is asked anew,
// whatever data had been sent before the answer.
func TestFilesWrite(t *testing.T) {
	path, want := filepath.Join(t.TempDir(), "a"), bytes.Repeat([]byte("0123456789"), 10_000)
	w := wire.FileWrite{Path: path, Size: int64(len(want)), Mode: 0o600}
	p := filing(t)
	var facts wire.FileFacts
	p.send(wire.TypeFileWrite, &w)
	p.expect(wire.TypeFileFacts, &facts)
	p.write(wire.TypeFileData, want[:30_000])
	p.next()
	p.stream.Close()
	<-p.ended

	p = filing(t)
	p.send(wire.TypeFileWrite, &w)
	p.expect(wire.TypeFileFacts, &facts)
	if facts.Offset != 30_000 || !bytes.Equal(facts.Sum, sumOf(want[:30_000])) {
		t.Fatalf("%+v", facts)
	}
	p.write(wire.TypeFileData, want[30_000:])
	typ, body := p.next()
	if got, err := wire.ParseFileGot(body); typ != wire.TypeFileGot || err != nil || int(got) != len(want) {
		t.Errorf("0x%02x %d, %v", uint8(typ), got, err)
	}
	p.send(wire.TypeFileEnd, &wire.FileEnd{Sum: sumOf(want)})
	if _, done := p.data(); done.Path != path {
		t.Errorf("%+v", done)
	}
	again := w
	again.Sum = sumOf(want)
	p.send(wire.TypeFileWrite, &again)
	p.data()
	w.Fresh = true
	p.send(wire.TypeFileWrite, &w)
	p.write(wire.TypeFileData, want)
	p.send(wire.TypeFileEnd, &wire.FileEnd{Sum: sumOf(want)})
	if c := p.failed(); c != wire.CodeFileExists {
		t.Errorf("refused with %s", c)
	}
	w.Path += "2"
	p.send(wire.TypeFileWrite, &w)
	p.send(wire.TypeFileEnd, &wire.FileEnd{Stop: true})
	if c := p.failed(); c != wire.CodeFileStopped {
		t.Errorf("refused with %s", c)
	}
	w.Path, w.Size = w.Path+"3", 0
	p.send(wire.TypeFileWrite, &w)
	p.send(wire.TypeFileEnd, &wire.FileEnd{Sum: sumOf(want)})
	if c := p.failed(); c != wire.CodeFileDamaged {
		t.Errorf("refused with %s", c)
	}
	if left, _ := filepath.Glob(filepath.Dir(path) + "/.*"); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
}

// TestFilesOrder: what comes where it means nothing ends the conversation.
func TestFilesOrder(t *testing.T) {
	for name, send := range map[string]func(*peer, string){
		"data of nothing":    func(p *peer, _ string) { p.write(wire.TypeFileData, []byte("x")) },
		"the end of nothing": func(p *peer, _ string) { p.send(wire.TypeFileEnd, &wire.FileEnd{Stop: true}) },
		"two at once": func(p *peer, dir string) {
			for range 2 {
				p.send(wire.TypeFileWrite, &wire.FileWrite{Path: dir + "/a", Size: 1, Fresh: true})
			}
		},
		"no request": func(p *peer, _ string) { p.write(wire.TypeFileRead, []byte{1}) },
	} {
		t.Run(name, func(t *testing.T) {
			p := filing(t)
			send(p, t.TempDir())
			p.hang()
		})
	}
}
