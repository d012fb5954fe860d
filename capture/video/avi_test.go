package video

import (
	"bytes"
	"encoding/binary"
	"testing"
	"testing/iotest"

	"jump/capture/frame"
)

// chunk is one of an AVI file.
func chunk(name string, size int, body string) string {
	return string(binary.LittleEndian.AppendUint32([]byte(name), uint32(size))) + body
}

var (
	aviHead = "RIFF\xff\xff\xff\xffAVI " + chunk("LIST", 6, "hdrlxx") + chunk("JUNK", 3, "abc\x00") + chunk("LIST", 0, "movi")
	aviFile = aviHead + chunk("00dc", 3, "one\x00") + chunk("00dc", 4, "four")
)

func TestContainer(t *testing.T) {
	c := newContainer(iotest.OneByteReader(bytes.NewReader([]byte(aviFile))))
	for _, want := range []string{"one", "four"} {
		if got, err := c.next(); err != nil || string(got) != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
	if got, err := c.next(); err == nil {
		t.Errorf("a picture after the end: %q", got)
	}
}

// TestContainerRefuses: what is no picture is never waited for, kept or passed on.
func TestContainerRefuses(t *testing.T) {
	endless := aviHead
	for range skipMost {
		endless += chunk("JUNK", 2, "ab")
	}
	for name, file := range map[string]string{
		"an empty picture":       aviHead + chunk("00dc", 0, "") + chunk("00dc", 2, "ab"),
		"a picture too large":    aviHead + chunk("00dc", frame.MaxBlob+1, "x"),
		"a picture cut short":    aviHead + chunk("00dc", 9, "x"),
		"a large chunk":          aviHead + chunk("JUNK", 1<<31, "x"),
		"chunks without end":     endless + chunk("00dc", 2, "ab"),
		"an end within the name": "RI",
		"a list without a type":  chunk("LIST", 4, "mo"),
	} {
		if got, err := newContainer(bytes.NewReader([]byte(file))).next(); err == nil {
			t.Errorf("%s: taken as %q", name, got)
		}
	}
}

// FuzzContainer: units are whole, in their order, and no longer than the file.
func FuzzContainer(f *testing.F) {
	f.Add([]byte(aviFile))
	f.Add([]byte(aviHead + chunk("00dc", frame.MaxBlob, "x")))
	f.Add([]byte(chunk("LIST", 1<<31, "movi") + chunk("00dc", 1, "xy")))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, rest := newContainer(bytes.NewReader(b)), b
		for {
			unit, err := c.next()
			if err != nil {
				return
			}
			at := bytes.Index(rest, unit)
			if len(unit) == 0 || at < 0 {
				t.Fatalf("%d bytes that are not in the file, or not in that order", len(unit))
			}
			rest = rest[at+len(unit):]
		}
	})
}
