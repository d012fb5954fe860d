package wire

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
)

func TestReaderLimits(t *testing.T) {
	for _, c := range []struct {
		name string
		in   string // hex
		want error
	}{
		{"nothing", "", io.EOF},
		{"half a header", "0100", io.ErrUnexpectedEOF},
		{"half a body", "0100000500", io.ErrUnexpectedEOF},
		{"no body", "01000005", io.ErrUnexpectedEOF},
		{"too long", "01000009", ErrTooLong},
		{"longest", "42ffffff", ErrTooLong},
		{"fits", "010000080102030405060708", nil},
	} {
		in, err := hex.DecodeString(c.in)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := NewReader(bytes.NewReader(in), 8).Next(); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func TestReaderReusesItsBuffer(t *testing.T) {
	var in []byte
	for range 100 {
		in = Append(in, TypeOutput, make([]byte, 1000))
	}
	r := NewReader(bytes.NewReader(in), MaxData)
	if _, _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(50, func() { r.Next() }); n > 0 {
		t.Errorf("%v allocations a message", n)
	}
}

func TestWriteRefusesTooMuch(t *testing.T) {
	if err := Write(io.Discard, TypeFrame, make([]byte, MaxFrame+1)); !errors.Is(err, ErrTooLong) {
		t.Errorf("Write: %v", err)
	}
	if err := Send(io.Discard, TypeNotice, &Notice{Text: strings.Repeat("x", MaxControl)}); !errors.Is(err, ErrTooLong) {
		t.Errorf("Send: %v", err)
	}
}

// encoded writes any CBOR, also what Marshal never writes.
func encoded(t *testing.T, v any) []byte {
	t.Helper()
	b, err := cbor.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestUnmarshalIsStrict(t *testing.T) {
	deep := []byte("\xa1\x05" + strings.Repeat("\x81", 20) + "\x01")
	for _, c := range []struct {
		name string
		body []byte
		v    any
	}{
		{"empty", nil, &Status{}},
		{"not a map", []byte{0x01}, &Status{}},
		{"twice the same key", []byte{0xa2, 0x01, 0x61, 'a', 0x01, 0x61, 'b'}, &Status{}},
		{"indefinite map", []byte{0xbf, 0x01, 0x61, 'a', 0xff}, &Status{}},
		{"tag", []byte{0xc1, 0xa0}, &Status{}},
		{"not UTF-8", []byte{0xa1, 0x01, 0x61, 0xff}, &Status{}},
		{"more after the end", []byte{0xa0, 0xa0}, &Status{}},
		{"too deep", deep, &Status{}},
		{"too long", make([]byte, MaxControl+1), &Status{}},
		{"long hostname", encoded(t, map[int]any{1: strings.Repeat("a", MaxFact+1)}), &Status{}},
		{"load", encoded(t, map[int]any{11: 1001}), &Status{}},
		{"protocol 0", encoded(t, map[int]any{1: 0}), &Hello{}},
		{"protocol of the future", encoded(t, map[int]any{1: Version + 1}), &Welcome{}},
		{"short signature", encoded(t, map[int]any{1: bytesOf(8, 0), 2: bytesOf(63, 0)}), &Enrolment{}},
		{"open without parameters", encoded(t, map[int]any{1: KindScreen}), &Open{}},
		{"open with others", encoded(t, map[int]any{1: KindShell, 7: map[int]any{1: []string{"ls"}}}), &Open{}},
		{"no argument", encoded(t, map[int]any{1: []string{}}), &ExecStart{}},
		{"zero byte", encoded(t, map[int]any{1: []string{"a\x00b"}}), &ExecStart{}},
		{"long arguments", encoded(t, map[int]any{1: []string{strings.Repeat("a", 32<<10)}, 2: "d"}), &ExecStart{}},
		{"terminal of nothing", encoded(t, map[int]any{1: 0, 2: 24}), &ShellStart{}},
		{"terminal type", encoded(t, map[int]any{1: 80, 2: 24, 3: "../x"}), &ShellStart{}},
		{"quality", encoded(t, map[int]any{1: 101}), &ScreenOptions{}},
		{"window", encoded(t, map[int]any{1: 1, 4: 17}), &ScreenStart{}},
		{"no display", encoded(t, map[int]any{4: []any{}}), &Displays{}},
		{"display without width", encoded(t, map[int]any{4: []any{map[int]any{1: 0, 5: 9}}}), &Displays{}},
		{"displays over all bounds", displays(t, 16, MaxSide, MaxSide), &Displays{}},
		{"long reason", encoded(t, map[int]any{1: strings.Repeat("a", MaxSentence+1)}), &Removed{}},
		{"long code", encoded(t, map[int]any{1: strings.Repeat("a", 65)}), &Goodbye{}},
		{"long end", encoded(t, map[int]any{2: strings.Repeat("a", MaxSentence+1)}), &Exit{}},
		{"long join state", encoded(t, map[int]any{1: 1, 6: map[int]any{2: bytesOf(65, 0)}}), &Hello{}},
		{"files without a token", encoded(t, map[int]any{1: bytesOf(15, 0)}), &FilesStart{}},
		{"open without files", encoded(t, map[int]any{1: KindFiles}), &Open{}},
		{"long path", encoded(t, map[int]any{1: strings.Repeat("a", MaxPath+1)}), &FileLook{}},
		{"zero byte in a path", encoded(t, map[int]any{1: "a\x00b"}), &FileMake{}},
		{"read before the beginning", encoded(t, map[int]any{1: "a", 2: -1}), &FileRead{}},
		{"read on without a sum", encoded(t, map[int]any{1: "a", 2: 1}), &FileRead{}},
		{"short sum", encoded(t, map[int]any{1: "a", 2: 1, 3: bytesOf(31, 0)}), &FileRead{}},
		{"file of less than nothing", encoded(t, map[int]any{1: "a", 3: -1}), &FileWrite{}},
		{"setuid", encoded(t, map[int]any{1: "a", 4: 0o4755}), &FileWrite{}},
		{"long file name", encoded(t, map[int]any{1: "a", 2: strings.Repeat("a", MaxFileName+1)}), &FileWrite{}},
		{"sticky folder", encoded(t, map[int]any{1: "a", 2: 0o1777}), &FileMake{}},
		{"end without a sum", encoded(t, map[int]any{}), &FileEnd{}},
		{"facts of less than nothing", encoded(t, map[int]any{4: -1}), &FileFacts{}},
		{"long entry", encoded(t, map[int]any{1: []any{map[int]any{2: strings.Repeat("a", MaxFileName+1)}}}), &FileEntries{}},
		{"too many entries", encoded(t, map[int]any{1: make([]struct{}, MaxEntries+1)}), &FileEntries{}},
		{"seventeen displays", displays(t, 17, 1, 1), &Displays{}},
	} {
		if err := Unmarshal(c.body, c.v); err == nil {
			t.Errorf("%s: accepted as %+v", c.name, c.v)
		}
	}
}

func displays(t *testing.T, n, w, h int) []byte {
	var all []any
	for i := range n {
		all = append(all, map[int]any{1: i, 4: w, 5: h})
	}
	return encoded(t, map[int]any{4: all})
}

// TestUnknownIsIgnored: what a newer version adds does not hurt an older one.
func TestUnknownIsIgnored(t *testing.T) {
	var s ShellStart
	if err := Unmarshal(encoded(t, map[int]any{1: 80, 2: 24, 3: "vt100", 99: "new"}), &s); err != nil || s.Columns != 80 {
		t.Errorf("%+v, %v", s, err)
	}
	var o Open
	if err := Unmarshal(encoded(t, map[int]any{1: 77, 40: []int{1}}), &o); err != nil {
		t.Errorf("a kind of the future is for the agent to refuse: %v", err)
	}
}

func TestDrawnBodies(t *testing.T) {
	bad := map[string]func([]byte) error{
		"size":     func(b []byte) error { _, err := ParseSize(b); return err },
		"cursor":   func(b []byte) error { _, err := ParseCursor(b); return err },
		"position": func(b []byte) error { _, err := ParseCursorAt(b); return err },
		"ack":      func(b []byte) error { _, err := ParseAck(b); return err },
		"pointer":  func(b []byte) error { _, err := ParsePointer(b); return err },
		"wheel":    func(b []byte) error { _, err := ParseWheel(b); return err },
		"key":      func(b []byte) error { _, err := ParseKey(b); return err },
	}
	for name, parse := range bad {
		for n := range 13 {
			b := bytes.Repeat([]byte{0xFF}, n)
			if n == map[string]int{"position": 8, "ack": 8, "pointer": 10, "wheel": 4}[name] {
				continue // all values are in range
			}
			if err := parse(b); err == nil {
				t.Errorf("%s of %d bytes accepted", name, n)
			}
		}
	}
	large := binary.BigEndian.AppendUint64(nil, (MaxCursor+1)<<48)
	if _, err := ParseCursor(large); err == nil {
		t.Error("cursor over its limit accepted")
	}
}

func TestKindsAndRights(t *testing.T) {
	for _, k := range []Kind{KindScreen, KindShell, KindExec} {
		if got, err := ParseKind(k.String()); err != nil || got != k {
			t.Errorf("%v: %v, %v", k, got, err)
		}
		if Rights(0).Has(k.Needs()) || !k.Needs().Has(k.Needs()) {
			t.Errorf("%v needs %b", k, k.Needs())
		}
	}
	if _, err := ParseKind("kind-9"); err == nil {
		t.Error("unknown kind accepted")
	}
	if (RightView | RightControl | RightShell | RightExec).Has(Kind(9).Needs()) {
		t.Error("all rights allow a kind of the future")
	}
}

func TestSettings(t *testing.T) {
	for _, c := range []struct {
		s             Settings
		every, spread time.Duration
	}{
		{Settings{}, time.Minute, 30 * time.Second},
		{Settings{StatusEvery: 1, ReconnectSpread: 1}, 5 * time.Second, time.Second},
		{Settings{StatusEvery: 1 << 31, ReconnectSpread: 1 << 31}, time.Hour, time.Hour},
	} {
		if got := c.s.StatusInterval(); got != c.every {
			t.Errorf("status every %v, want %v", got, c.every)
		}
		if got := c.s.Spread(); got != c.spread {
			t.Errorf("spread of %v, want %v", got, c.spread)
		}
	}
}

func TestParseID(t *testing.T) {
	id := IDOf(bytesOf(32, 3))
	if got, err := ParseID(id.String()); err != nil || got != id || got.IsZero() {
		t.Errorf("%v, %v", got, err)
	}
	s := id.String()
	for _, bad := range []string{"", s[:51], s + "a", strings.ToUpper(s), s[:51] + "b", "1" + s[1:]} {
		if _, err := ParseID(bad); err == nil {
			t.Errorf("%q accepted", bad)
		}
	}
}

func FuzzReader(f *testing.F) {
	for _, s := range samples() {
		raw, _ := hex.DecodeString(write(f, s).Hex)
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		const limit = 1 << 12
		r := NewReader(bytes.NewReader(b), limit)
		var again []byte
		for {
			typ, body, err := r.Next()
			if err != nil {
				break
			}
			if len(body) > limit {
				t.Fatalf("%d bytes", len(body))
			}
			again = Append(again, typ, body)
		}
		if !bytes.HasPrefix(b, again) {
			t.Fatal("messages read are not those written")
		}
	})
}

// FuzzBody gives hostile bodies to every parser: none may panic, and what is
// accepted can be written and read again.
func FuzzBody(f *testing.F) {
	for i, s := range samples() {
		raw, _ := hex.DecodeString(write(f, s).Hex)
		f.Add(uint8(i), raw[HeaderSize:])
	}
	all := samples()
	f.Fuzz(func(t *testing.T, i uint8, body []byte) {
		s := all[int(i)%len(all)]
		v, err := parse(s.v, body)
		if err != nil {
			return
		}
		again, err := hex.DecodeString(write(t, sample{s.t, s.name, v}).Hex)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parse(s.v, again[HeaderSize:]); err != nil {
			t.Fatalf("%x was accepted and written as %x: %v", body, again, err)
		}
	})
}
