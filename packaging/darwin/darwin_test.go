package darwin

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"crypto/sha1"
	"debug/macho"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

var sample = Package{Version: "1.2.3", Time: time.Unix(1767225600, 0), Program: []byte("the program")}

func made(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	if _, err := sample.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// unxar reads what archive writes, and checks all that a reader could.
func unxar(t *testing.T, b []byte) map[string][]byte {
	t.Helper()
	if string(b[:4]) != "xar!" || binary.BigEndian.Uint16(b[4:]) != xarHeaderSize || binary.BigEndian.Uint16(b[6:]) != 1 {
		t.Fatalf("header % x", b[:xarHeaderSize])
	}
	packed, size := binary.BigEndian.Uint64(b[8:]), binary.BigEndian.Uint64(b[16:])
	toc, heap := b[xarHeaderSize:xarHeaderSize+packed], b[xarHeaderSize+packed:]
	if sum := sha1.Sum(toc); !bytes.Equal(sum[:], heap[:sha1.Size]) {
		t.Error("the checksum of the table is wrong")
	}
	z, err := zlib.NewReader(bytes.NewReader(toc))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil || uint64(len(text)) != size {
		t.Fatalf("%d bytes of table, %v", len(text), err)
	}
	var table xarTable
	if err := xml.Unmarshal(text, &table); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	collect(t, "", table.Files, heap, files)
	return files
}

func collect(t *testing.T, dir string, entries []*xarEntry, heap []byte, files map[string][]byte) {
	t.Helper()
	for _, e := range entries {
		if e.Type == "directory" {
			collect(t, dir+e.Name+"/", e.Files, heap, files)
			continue
		}
		body := heap[e.Data.Offset : e.Data.Offset+e.Data.Length]
		if sum := fmt.Sprintf("%x", sha1.Sum(body)); e.Data.Archived.Sum != sum || e.Data.Extracted.Sum != sum || e.Data.Size != len(body) {
			t.Errorf("%s: %+v", e.Name, e.Data)
		}
		files[dir+e.Name] = body
	}
}

func TestPackage(t *testing.T) {
	files := unxar(t, made(t))
	if got := slices.Sorted(maps.Keys(files)); !slices.Equal(got, []string{"Distribution", "jumpclient.pkg/PackageInfo", "jumpclient.pkg/Scripts"}) {
		t.Fatalf("%q", got)
	}
	for name, want := range map[string][]string{
		"Distribution": {
			`<installer-gui-script minSpecVersion="2">`, `hostArchitectures="x86_64,arm64"`, `<os-version min="12.0">`,
			`<line choice="jump.client">`, `<pkg-ref id="jump.client" version="1.2.3" auth="Root">#jumpclient.pkg</pkg-ref>`,
		},
		"jumpclient.pkg/PackageInfo": {
			`<pkg-info format-version="2" identifier="jump.client" version="1.2.3" auth="root" relocatable="false">`,
			`<postinstall file="./postinstall">`,
		},
	} {
		for _, s := range want {
			if !strings.Contains(string(files[name]), s) {
				t.Errorf("%s lacks %s:\n%s", name, s, files[name])
			}
		}
	}
}

// TestScripts reads the cpio archive by its format's definition.
func TestScripts(t *testing.T) {
	z, err := gzip.NewReader(bytes.NewReader(unxar(t, made(t))["jumpclient.pkg/Scripts"]))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	octal := func(s []byte) int {
		n, err := strconv.ParseInt(string(s), 8, 64)
		if err != nil {
			t.Fatal(err)
		}
		return int(n)
	}
	var got []string
	for len(b) > 0 {
		if string(b[:6]) != "070707" {
			t.Fatalf("magic %q", b[:6])
		}
		mode, nameSize, size := octal(b[18:24]), octal(b[59:65]), octal(b[65:76])
		got = append(got, fmt.Sprintf("%o %s %d %d", mode, b[76:76+nameSize-1], size, octal(b[48:59])))
		b = b[76+nameSize+size:]
	}
	want := []string{
		"40755 . 0 1767225600", fmt.Sprintf("100755 ./postinstall %d 1767225600", len(postinstall)),
		"100755 ./jumpclient 11 1767225600", "0 TRAILER!!! 0 0",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestForeignReader: libarchive, which is macOS's tar too, reads both archives.
func TestForeignReader(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.pkg")
	if err := os.WriteFile(path, made(t), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, archive := range []string{"x.pkg", "jumpclient.pkg/Scripts"} {
		cmd := exec.CommandContext(t.Context(), "bsdtar", "-xf", archive)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", archive, err, out)
		}
	}
	if b, err := os.ReadFile(filepath.Join(dir, "jumpclient")); err != nil || string(b) != "the program" {
		t.Errorf("%q, %v", b, err)
	}
}

func TestReproducible(t *testing.T) {
	if !bytes.Equal(made(t), made(t)) {
		t.Error("they differ")
	}
}

// thin is the shortest program that Mach-O allows: a header, and no commands.
func thin(cpu macho.Cpu, body string) []byte {
	b := binary.LittleEndian.AppendUint32(nil, macho.Magic64)
	for _, n := range []uint32{uint32(cpu), 3, uint32(macho.TypeExec), 0, 0, 0, 0} {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	return append(b, body...)
}

func TestUniversal(t *testing.T) {
	intel, apple := thin(macho.CpuAmd64, strings.Repeat("i", 20000)), thin(macho.CpuArm64, "a")
	b, err := Universal(intel, apple)
	if err != nil {
		t.Fatal(err)
	}
	f, err := macho.NewFatFile(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		cpu  macho.Cpu
		body []byte
	}{{macho.CpuAmd64, intel}, {macho.CpuArm64, apple}} {
		a := f.Arches[i]
		if a.Cpu != want.cpu || a.Align != fatAlign || a.Offset%(1<<fatAlign) != 0 || !bytes.Equal(b[a.Offset:a.Offset+a.Size], want.body) {
			t.Errorf("%+v", a.FatArchHeader)
		}
	}
	for _, bad := range [][2][]byte{{apple, intel}, {intel, []byte("ELF")}, {nil, apple}} {
		if _, err := Universal(bad[0], bad[1]); err == nil {
			t.Errorf("%.4q and %.4q became one", bad[0], bad[1])
		}
	}
}
