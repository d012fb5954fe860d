package wire

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"slices"
	"testing"
)

var update = flag.Bool("update", false, "write the golden file again")

const goldenPath = "testdata/golden.json"

// golden is one line of the golden file, which the browser reads too.
type golden struct {
	Type  Type   `json:"type"`
	Name  string `json:"name"`
	Hex   string `json:"hex"`             // header and body
	CBOR  bool   `json:"cbor"`            // whether the body is a map of integer keys
	Value any    `json:"value,omitempty"` // by the names of Go's fields; byte strings in base64
}

// sample is one message of every shape: v is a pointer for CBOR bodies, a value
// with Append for drawn ones, and bytes for raw ones.
type sample struct {
	t    Type
	name string
	v    any
}

func bytesOf(n int, first byte) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = first + byte(i)
	}
	return b
}

var fullStatus = Status{
	Hostname: "büro-7", System: "linux", SystemName: "Debian GNU/Linux 12 (bookworm)", Arch: "amd64",
	ConsoleUser: "anna", IdleSeconds: -1, Domain: "example.org", Workgroup: "WORK", PrivateIP: "192.0.2.7",
	Uptime: 86400, CPUPermille: 125, MemoryTotal: 8 << 30, MemoryUsed: 3 << 30, DiskTotal: 1 << 40, DiskUsed: 5 << 37,
	Mode: ModeService, Disabled: true, Screen: true,
}

func controlSamples() []sample {
	return []sample{
		{TypeHello, "hello, first", &Hello{Protocol: 1, Version: "1.2.3", Capabilities: []Kind{KindScreen, KindShell, KindExec}, Status: fullStatus,
			Enrolment: &Enrolment{KeyID: bytesOf(8, 1), Signature: bytesOf(64, 100), Wishes: Wishes{Name: "Empfang", Group: "jumpgroup:front", Tag: "kasse", Comments: "am Fenster"}}}},
		{TypeHello, "hello, known", &Hello{Protocol: 1, Version: "1.2.3", Capabilities: []Kind{KindShell}, Join: &Join{Counter: 1 << 40, MAC: bytesOf(32, 7)}}},
		{TypeWelcome, "welcome", &Welcome{Protocol: 1, Version: "1.2.3", Name: "Empfang", Settings: Settings{StatusEvery: 60, ReconnectSpread: 30, OfflineLimit: 180},
			Join: &Join{Counter: 2, MAC: bytesOf(32, 9)}}},
		{TypeRefused, "refused", &Refused{Code: CodeKeyExpired, Text: "The deployment key has expired.", Hint: "Create a new installer.", RetryAfter: 3600, Final: true}},
		{TypeHello, "hello, renewed", &Hello{Protocol: 1, Version: "1.2.3", Capabilities: []Kind{KindShell},
			Renewal: &Renewal{Old: bytesOf(32, 3), Permit: Permit{Number: 1 << 33, MAC: bytesOf(32, 5)}, Signature: bytesOf(64, 90)}}},
		{TypeRefused, "refused, copied", &Refused{Code: CodeCopied, Text: "This client is a copy.", RetryAfter: 3600,
			Permit: &Permit{Number: 1 << 33, MAC: bytesOf(32, 5)}}},
		{TypeHello, "hello, passive", &Hello{Protocol: 1, Version: "1.2.3", Capabilities: []Kind{KindShell},
			Reach: &Reach{Allowed: true, Port: 5832, Addresses: []string{"192.0.2.7", "2001:db8::7"}}}},
		{TypeReach, "reach", &Reach{Allowed: true, Port: 5832, Addresses: []string{"192.0.2.7"}}},
		{TypeReach, "reach, forbidden", &Reach{}},
		{TypeSettings, "settings, passive", &Settings{Passive: true, CheckInEvery: 900}},
		{TypeKept, "kept", &Kept{Counter: 1 << 40}},
		{TypeStatus, "status", &fullStatus},
		{TypeStatus, "status, empty", &Status{}},
		{TypePing, "ping", []byte("12345678")},
		{TypePong, "pong", []byte("12345678")},
		{TypeRemoved, "removed", &Removed{Reason: "by admin"}},
		{TypeSettings, "settings", &Settings{OfflineNever: true}},
		{TypeGoodbye, "goodbye", &Goodbye{Code: CodeRestarting, RetryAfter: 5}},
	}
}

func conversationSamples() []sample {
	shell := &ShellStart{Columns: 80, Rows: 24, Term: "xterm-256color"}
	exec := &ExecStart{Args: []string{"echo", "a b", "ü"}, Dir: "/var"}
	screen := &ScreenStart{Format: 1, Codings: []Coding{CodingZstd, CodingDeflate}, Codecs: CodecJPEG | CodecVP9, Window: 4, Options: ScreenOptions{Quality: 75}}
	open := func(k Kind) *Open {
		return &Open{Kind: k, Session: "s-1", Representative: "Jürgen", Rights: RightView | RightControl | RightShell | RightExec}
	}
	os, oe, oc := open(KindScreen), open(KindExec), open(KindShell)
	os.Screen, oe.Exec, oc.Shell = screen, exec, shell
	resume := &Resume{Token: bytesOf(TokenSize, 40), Received: 1 << 34}
	again := open(KindShell)
	again.Resume = resume
	return []sample{
		{TypeOpen, "open screen", os}, {TypeOpen, "open exec", oe}, {TypeOpen, "open shell", oc},
		{TypeOpened, "opened", &Opened{Rights: RightView}},
		{TypeFindings, "findings", &Findings{All: []Finding{{Check: "udp", Level: FindingNote, Text: "Nothing answers over UDP.", Hint: "Let UDP out."},
			{Check: "tcp", Level: FindingOK, Text: "The site answers over TCP."}}}},
		{TypeShellStart, "shell start", shell},
		{TypeExecStart, "exec start", exec},
		{TypeShellStart, "shell start, lasting", &ShellStart{Columns: 80, Rows: 24, Term: "xterm", Lasting: true}},
		{TypeExecStart, "exec start, lasting", &ExecStart{Args: []string{"make"}, Lasting: true}},
		{TypeOpened, "opened, lasting", &Opened{Rights: RightShell, Token: bytesOf(TokenSize, 40), Received: 1 << 33}},
		{TypeResume, "resume", resume}, {TypeOpen, "open again", again},
		{TypeReceived, "received", Received(1 << 33)},
		{TypeRelease, "release", &Release{Session: "s-1"}},
		{TypeInput, "input", []byte("ls\n")}, {TypeInput, "end of input", []byte{}},
		{TypeOutput, "output", []byte("\x1b[1mx\x1b[0m\xff")},
		{TypeErrors, "errors", []byte("no such file\n")},
		{TypeResize, "resize", Size{132, 50}},
		{TypeExit, "exit", &Exit{Status: 137}}, {TypeExit, "no exit", &Exit{Status: -1, Text: "not found"}},
		{TypeScreenStart, "screen start", screen},
		{TypeScreenStart, "screen start, lossless", &ScreenStart{Format: 1}},
	}
}

func screenSamples() []sample {
	return []sample{
		{TypeDisplays, "displays", &Displays{Format: 1, Coding: CodingZstd, Epoch: 3, Displays: []Display{
			{ID: 0, Width: 1920, Height: 1080, Primary: true, Name: "HDMI-1"},
			{ID: 1, X: -1280, Y: 56, Width: 1280, Height: 1024, Scale: 150}}}},
		{TypeFrame, "frame, empty", bytesOf(28, 0)},
		{TypeCursor, "cursor", Cursor{2, 1, 1, 0, []byte{255, 0, 0, 255, 0, 0, 255, 128}}},
		{TypeCursor, "cursor, hidden", Cursor{}},
		{TypeCursorAt, "cursor at", CursorAt{-5, 1079}},
		{TypeNotice, "notice", &Notice{Code: CodeScreenLost, Text: "The screen went away."}},
		{TypeAck, "ack", Ack{70000, 1500}},
		{TypePointer, "pointer", Pointer{-1, 700, ButtonLeft | ButtonForward}},
		{TypeWheel, "wheel", Wheel{-120, 15}},
		{TypeKey, "key down", Key{true, 0x0100_20AC, 8}}, {TypeKey, "key up", Key{false, 0xFF0D, 40}},
		{TypeText, "text", []byte("Grüße, 日本")},
		{TypeRefresh, "refresh", []byte{}}, {TypeAttention, "attention", []byte{}},
		{TypeLogOut, "log out", []byte{}},
		{TypeOptions, "options", &ScreenOptions{Quality: 40, ViewOnly: true, Paused: true}},
		{TypeReleaseAll, "release all", []byte{}},
	}
}

func fileSamples() []sample {
	start, sum := &FilesStart{Token: bytesOf(TokenSize, 60)}, bytesOf(SumSize, 150)
	open := &Open{Kind: KindFiles, Session: "s-1", Representative: "Jürgen", Rights: RightFiles, Files: start}
	facts := FileFacts{Path: `C:\Users\anna\Bericht.txt`, Name: "Bericht.txt", Kind: FileRegular, Size: 5 << 32, Mode: 0o640, Time: 1_790_000_000_123_456_789, Offset: 1 << 33, Sum: sum}
	return []sample{
		{TypeFilesStart, "files start", start}, {TypeOpen, "open files", open},
		{TypeFileLook, "file look", &FileLook{Path: "~/Büro"}}, {TypeFileLook, "file list", &FileLook{List: true}},
		{TypeFileRead, "file read", &FileRead{Path: "/etc/hosts"}},
		{TypeFileRead, "file read, on", &FileRead{Path: "/etc/hosts", Offset: 1 << 33, Sum: sum}},
		{TypeFileWrite, "file write", &FileWrite{Path: "/tmp", Name: "a.txt", Size: 5 << 32, Mode: 0o644, Time: 1_790_000_000_123_456_789, Force: true}},
		{TypeFileWrite, "file write, fresh", &FileWrite{Path: "/tmp/a.txt", Fresh: true}},
		{TypeFileWrite, "file write, again", &FileWrite{Path: "/tmp/a.txt", Size: 7, Sum: sum}},
		{TypeFileMake, "file make", &FileMake{Path: "/tmp/new", Mode: 0o755}},
		{TypeFileData, "file data", []byte("\x00\xffdata")},
		{TypeFileEnd, "file end", &FileEnd{Sum: sum}}, {TypeFileEnd, "file stop", &FileEnd{Stop: true}},
		{TypeFileFacts, "file facts", &facts},
		{TypeFileEntries, "file entries", &FileEntries{Entries: []FileFacts{{Name: "a", Kind: FileFolder, Mode: 0o755}, {Name: "b", Kind: FileLink}, {Name: "c", Kind: FileSpecial, Time: -1}}}},
		{TypeFileGot, "file got", FileGot(1 << 33)},
		{TypeFileDone, "file done", &FileFacts{Path: "/tmp/a.txt", Name: "a.txt", Kind: FileRegular, Size: 7, Sum: sum}},
		{TypeFileDone, "file done, hidden", &FileFacts{Hidden: 3}},
		{TypeFileFailed, "file failed", &Refused{Code: CodeDiskFull, Text: "The disk is full.", Hint: "Make room."}},
	}
}

func samples() []sample {
	return slices.Concat(controlSamples(), conversationSamples(), screenSamples(), fileSamples())
}

type appender interface{ Append([]byte) []byte }

// drawn are the types with an Append method and a parser.
type drawn interface {
	Size | Received | FileGot | Cursor | CursorAt | Ack | Pointer | Wheel | Key
	appender
}

func write(t testing.TB, s sample) golden {
	t.Helper()
	g := golden{Type: s.t, Name: s.name, Value: s.v}
	var body []byte
	switch v := s.v.(type) {
	case []byte:
		body = v
		g.Value = nil
	case appender:
		body = v.Append(nil)
	default:
		b, err := Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		body, g.CBOR = b, true
	}
	g.Hex = hex.EncodeToString(Append(nil, s.t, body))
	return g
}

func TestGolden(t *testing.T) {
	var made []golden
	for _, s := range samples() {
		made = append(made, write(t, s))
	}
	b, err := json.MarshalIndent(made, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	b = append(b, '\n')
	if *update {
		if err := os.WriteFile(goldenPath, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(goldenPath)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(kept, b) {
		t.Errorf("messages are no longer what they were when %s was written: a released byte never changes its meaning", goldenPath)
	}
}

// TestRoundTrip: every message reads back as what was written.
func TestRoundTrip(t *testing.T) {
	for _, s := range samples() {
		t.Run(s.name, func(t *testing.T) {
			raw, err := hex.DecodeString(write(t, s).Hex)
			if err != nil {
				t.Fatal(err)
			}
			typ, body, err := NewReader(bytes.NewReader(raw), MaxFrame).Next()
			if err != nil || typ != s.t {
				t.Fatalf("type %x, %v", typ, err)
			}
			got, err := parse(s.v, body)
			if err != nil || !reflect.DeepEqual(got, s.v) {
				t.Errorf("got %+v, %v\nwant %+v", got, err, s.v)
			}
		})
	}
}

// parse reads a body as a value of like's type.
func parse(like any, body []byte) (any, error) {
	switch like.(type) {
	case []byte:
		return append([]byte{}, body...), nil
	case Size:
		return value(ParseSize)(body)
	case Received:
		return value(ParseReceived)(body)
	case FileGot:
		return value(ParseFileGot)(body)
	case Cursor:
		c, err := ParseCursor(body)
		if len(c.Pixels) == 0 {
			c.Pixels = nil
		}
		return c, err
	case CursorAt:
		return value(ParseCursorAt)(body)
	case Ack:
		return value(ParseAck)(body)
	case Pointer:
		return value(ParsePointer)(body)
	case Wheel:
		return value(ParseWheel)(body)
	case Key:
		return value(ParseKey)(body)
	}
	v := reflect.New(reflect.TypeOf(like).Elem()).Interface()
	return v, Unmarshal(body, v)
}

func value[T drawn](f func([]byte) (T, error)) func([]byte) (any, error) {
	return func(b []byte) (any, error) { return f(b) }
}

// TestTypesAreCovered: a new message needs a line in the golden file.
func TestTypesAreCovered(t *testing.T) {
	seen := map[Type]bool{}
	for _, s := range samples() {
		seen[s.t] = true
	}
	for _, r := range [][2]Type{{TypeHello, TypeReach}, {TypeOpen, TypeRelease}, {TypeShellStart, TypeExit},
		{TypeScreenStart, TypeNotice}, {TypeAck, TypeReleaseAll}, {TypeFilesStart, TypeFileEnd}, {TypeFileFacts, TypeFileFailed}} {
		for typ := r[0]; typ <= r[1]; typ++ {
			if !seen[typ] {
				t.Errorf("type 0x%02x has no golden message", uint8(typ))
			}
		}
	}
}

func TestEnrolmentText(t *testing.T) {
	key := ed25519.NewKeyFromSeed(bytesOf(32, 0)).Public().(ed25519.PublicKey)
	got := EnrolmentText(bytesOf(8, 1), IDOf(key), bytesOf(32, 50))
	if len(got) != 17+8+32+32 || !bytes.HasPrefix(got, []byte("jump enrolment 1\x00\x01\x02")) {
		t.Errorf("%d bytes: %x", len(got), got)
	}
}
