package stamp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

// labels are one of each mode, and the longest there is.
func labels() []Label {
	longest := sample
	longest.Host = strings.Repeat("abcdefg.", 31) + "abcde"
	return []Label{{sample, ""}, {sample, "service"}, {sample, "user"}, {longest, "service"}}
}

func TestLabelText(t *testing.T) {
	for _, l := range labels() {
		if back, err := ParseLabel(l.String()); err != nil || back != l {
			t.Errorf("%v: %v, %v", l, back, err)
		}
	}
	for _, text := range []string{"", "-", sampleText + "-", sampleText + "-root", sampleText + "-user-user", sampleText + "--user", "-user"} {
		if l, err := ParseLabel(text); err == nil || l != (Label{}) {
			t.Errorf("%q: %v", text, l)
		}
	}
}

func TestLabelPrintsNoSecret(t *testing.T) {
	var log bytes.Buffer
	l := Label{sample, "user"}
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "label", l)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "label", &l)
	fmt.Fprintf(&log, "%v %+v %#v %s %q %d", l, l, l, &l, l, l)
	secret, err := json.Marshal(sample.Secret)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{sampleText, string(secret), "9 10 11"} {
		if strings.Contains(log.String(), s) {
			t.Errorf("%q is in %s", s, log.String())
		}
	}
}

// template is a .bin with a payload that looks like a place for a label.
func template() string {
	return "#!/bin/sh\n" + Placeholder() + "\nexit\n" + strings.Repeat("x", maxHeadSize) + "\n" + Placeholder() + "\n"
}

func TestWriteBin(t *testing.T) {
	for _, l := range labels() {
		var out bytes.Buffer
		size := int64(len(template()))
		if err := Write(&out, KindBin, iotest.HalfReader(strings.NewReader(template())), size, l); err != nil {
			t.Fatal(err)
		}
		if int64(out.Len()) != size || StampedSize(KindBin, size, l) != size {
			t.Errorf("%d bytes became %d", size, out.Len())
		}
		line := strings.Split(out.String(), "\n")[1]
		if !strings.HasPrefix(line, "label="+l.String()+" #") {
			t.Errorf("the head says %q", line)
		}
		if out.String()[len(line)+11:] != template()[len(line)+11:] {
			t.Error("something else changed")
		}
		if err := Write(io.Discard, KindBin, &out, size, l); !errors.Is(err, ErrNoPlace) {
			t.Errorf("a second stamp: %v", err)
		}
	}
}

func TestWriteExe(t *testing.T) {
	for _, l := range labels() {
		path, program := filepath.Join(t.TempDir(), "x.exe"), "MZ the program"
		var out bytes.Buffer
		if err := Write(&out, KindExe, strings.NewReader(program), int64(len(program)), l); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if size := StampedSize(KindExe, int64(len(program)), l); size != int64(out.Len()) {
			t.Errorf("size %d, told %d", out.Len(), size)
		}
		if got, found, err := OfExecutable(path); got != l || !found || err != nil {
			t.Errorf("%v, %v, %v", got, found, err)
		}
		if n, err := ProgramSize(bytes.NewReader(out.Bytes()), int64(out.Len())); n != int64(len(program)) || err != nil {
			t.Errorf("the program has %d bytes, %v", n, err)
		}
	}
}

func TestWriteUnchanged(t *testing.T) {
	for _, kind := range []Kind{KindNamed, KindPlain} {
		var out bytes.Buffer
		if err := Write(&out, kind, strings.NewReader("bytes"), 5, labels()[0]); err != nil || out.String() != "bytes" {
			t.Errorf("%s: %q, %v", kind, out.String(), err)
		}
	}
}

func TestWriteFails(t *testing.T) {
	l := labels()[0]
	for _, c := range []struct {
		name     string
		kind     Kind
		template io.Reader
		size     int64
		label    Label
		want     error
	}{
		{"no place", KindBin, strings.NewReader("#!/bin/sh\n"), 10, l, ErrNoPlace},
		{"place too late", KindBin, strings.NewReader(template()[600:]), int64(len(template()) - 600), l, ErrNoPlace},
		{"short bin", KindBin, strings.NewReader(template()), int64(len(template())) + 1, l, io.ErrUnexpectedEOF},
		{"short exe", KindExe, strings.NewReader("MZ"), 3, l, io.ErrUnexpectedEOF},
		{"unreadable", KindBin, iotest.ErrReader(io.ErrNoProgress), 3, l, io.ErrNoProgress},
		{"mode", KindExe, strings.NewReader("MZ"), 2, Label{sample, "user\nrm"}, errMode},
	} {
		if err := Write(io.Discard, c.kind, c.template, c.size, c.label); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if err := Write(io.Discard, KindExe, strings.NewReader("MZ"), 2, Label{}); err == nil {
		t.Error("no key, and it was written")
	}
}

func TestFileName(t *testing.T) {
	short, long := labels()[2], labels()[3]
	for _, c := range []struct {
		kind     Kind
		uid      string
		platform string
		label    Label
		want     string
	}{
		{KindBin, "abc", "linux-headless-x64", short, "bomgar-scc-abc.bin"},
		{KindExe, "abc", "win64-exe", short, "bomgar-scc-abc.exe"},
		{KindNamed, "abc", "win64-exe", short, "bomgar-scc-abc-" + sampleText + "-user.exe"},
		{KindNamed, "abc", "win64-exe", long, "bomgar-scc-abc.exe"},
		{KindNamed, "abc", "mac", short, "bomgar-scc-abc-" + sampleText + "-user.pkg"},
		{KindPlain, "abc", "mac", short, "bomgar-scc-abc-" + sampleText + "-user.pkg"},
		{KindPlain, "abc", "win64-msi", short, "bomgar-scc-win64.msi"},
		{KindPlain, "abc", "linux-deb-arm64", short, "bomgar-scc-linux-arm64.deb"},
		{KindBin, "../../a\r\n\"b;", "../$(x)", short, "bomgar-scc-ab.bin"},
		{KindBin, strings.Repeat("a", 999), "linux-x64", short, "bomgar-scc-" + strings.Repeat("a", maxUID) + ".bin"},
	} {
		if got := FileName(c.kind, c.uid, c.platform, c.label); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.kind, c.platform, got, c.want)
		}
	}
}

func TestOfName(t *testing.T) {
	for _, c := range []struct {
		path string
		mode string // "-" if there is no label
	}{
		{"/tmp/bomgar-scc-abc-" + sampleText + ".exe", ""},
		{"bomgar-scc-abc-" + sampleText + "-user.exe", "user"},
		{`C:\Users\Ada Lovelace\Downloads\bomgar-scc-abc-` + sampleText + "-service (1).exe", "service"},
		{"BOMGAR-SCC-ABC-" + strings.ToUpper(sampleText) + "-USER.EXE", "user"},
		{"Copy of bomgar-scc-abc-" + sampleText, ""},
		{sampleText, ""},
		{sampleText + "-username.exe", ""},
		{"-" + sampleText + "-", ""},
		{sampleText + "(1).exe", ""},
		{sampleText + "_user.exe", ""},
		{"setup.exe", "-"},
		{"", "-"},
		{sampleText + "/setup.exe", "-"},
		{strings.Repeat(sampleText+"/", 1000), "-"},
	} {
		l, found, err := OfName(c.path)
		if err != nil || found != (c.mode != "-") || found && (l != Label{sample, c.mode}) {
			t.Errorf("%q: %v, %v, %v", c.path, l, found, err)
		}
	}
	garbled := "bomgar-scc-abc-" + sampleText[:50] + sampleText[51:] + ".exe"
	if _, found, err := OfName(garbled); found || err == nil || strings.Contains(err.Error(), sampleText[:20]) {
		t.Errorf("a letter is missing: %v, %v", found, err)
	}
}

func TestOfExecutable(t *testing.T) {
	dir := t.TempDir()
	end := string(trailer(labels()[1]))
	for _, c := range []struct {
		name, file, content string
		found               bool
		want                string
	}{
		{"nothing", "a.exe", "MZ", false, ""},
		{"empty", "b.exe", "", false, ""},
		{"only a trailer", "c.exe", end, true, ""},
		{"trailer before name", "bomgar-scc-abc-" + sampleText + "-user.exe", "MZ" + end, true, ""},
		{"magic alone", "d.exe", trailerMagic, false, "garbled"},
		{"length too long", "e.exe", "\xff\xff\xff\xff" + end[len(end)-24:], false, "garbled"},
		{"cut at the front", "f.exe", end[1:], false, "garbled"},
		{"changed", "g.exe", "MZ" + flip(end[:1]) + end[1:], false, "garbled"},
		{"something behind", "h.exe", "MZ" + end + "\n", false, ""},
	} {
		path := filepath.Join(dir, c.file)
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		l, found, err := OfExecutable(path)
		if found != c.found || (err != nil) != (c.want != "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %v, %v", c.name, l, found, err)
		}
		if found && l != labels()[1] {
			t.Errorf("%s: %v", c.name, l)
		}
	}
	if _, _, err := OfExecutable(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func FuzzTrailer(f *testing.F) {
	for _, l := range labels() {
		f.Add(append([]byte("MZ"), trailer(l)...))
	}
	f.Add([]byte(trailerMagic))
	f.Add([]byte("\xff\xff\xff\xff12345678" + trailerMagic))
	f.Add(bytes.Repeat([]byte("a"), 1000))
	f.Fuzz(func(t *testing.T, b []byte) {
		text, err := readTrailer(bytes.NewReader(b), int64(len(b)))
		if err != nil || text == nil {
			return
		}
		if len(text) > labelWidth {
			t.Errorf("%d bytes of text", len(text))
		}
		if l, err := ParseLabel(string(text)); err == nil && !bytes.HasSuffix(b, trailer(l)) {
			t.Error("one label, two trailers")
		}
	})
}

func FuzzOfName(f *testing.F) {
	for _, l := range labels() {
		f.Add(FileName(KindNamed, "abc", "mac", l))
		f.Add(l.String() + " (1).exe")
	}
	f.Add(strings.Repeat("a", 5000))
	f.Add(`a\b/c`)
	f.Fuzz(func(t *testing.T, name string) {
		l, found, err := OfName(name)
		if found && (err != nil || !strings.Contains(strings.ToLower(name), l.Key.String())) {
			t.Errorf("%q: %v, %v", name, l, err)
		}
		if !found && l != (Label{}) {
			t.Errorf("%q: %v", name, l)
		}
	})
}

func FuzzFileName(f *testing.F) {
	f.Add("named", "abc", "win64-exe")
	f.Add("plain", "../", "mac")
	f.Fuzz(func(t *testing.T, kind, uid, platform string) {
		name := FileName(Kind(kind), uid, platform, Label{sample, "user"})
		if len(name) > maxNameSize || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") != "" || strings.Contains(name, "..") {
			t.Errorf("%q", name)
		}
	})
}
