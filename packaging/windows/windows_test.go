package windows

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var sample = MSI{Version: "1.2.3-rc.1", Time: time.Unix(1767225600, 0), Program: []byte("MZ the program")}

func made(t *testing.T, m MSI) []byte {
	t.Helper()
	b, err := m.Bytes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// msiinfo asks msitools about an MSI.
func msiinfo(t *testing.T, msi []byte, words ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.msi")
	if err := os.WriteFile(path, msi, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "msiinfo", append([]string{words[0], path}, words[1:]...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

func TestMSI(t *testing.T) {
	msi := made(t, sample)
	properties := msiinfo(t, msi, "export", "Property")
	for _, want := range []string{"ProductVersion\t1.2.3\r\n", "ProductName\tJump Client\r\n", "MsiHiddenProperties\tKEY_INFO", "ALLUSERS\t1\r\n"} {
		if !strings.Contains(properties, want) {
			t.Errorf("%q is not in\n%s", want, properties)
		}
	}
	if summary := msiinfo(t, msi, "suminfo"); !strings.Contains(summary, "Template: x64;1033") || !strings.Contains(summary, "2026") {
		t.Errorf("summary: %s", summary)
	}
}

// TestReproducible: the same program makes the same MSI, another one a product
// that Windows Installer tells apart.
func TestReproducible(t *testing.T) {
	a := made(t, sample)
	if !bytes.Equal(a, made(t, sample)) {
		t.Error("they differ")
	}
	other := sample
	other.Program = []byte("MZ another program")
	code := func(msi []byte) string {
		_, rest, _ := strings.Cut(msiinfo(t, msi, "export", "Property"), "ProductCode\t")
		line, _, _ := strings.Cut(rest, "\r\n")
		return line
	}
	if x, y := code(a), code(made(t, other)); x == y || !guid.MatchString(x) {
		t.Errorf("product codes %s and %s", x, y)
	}
}

// TestIcon: one picture, all of it there.
func TestIcon(t *testing.T) {
	b := icon()
	if want := 6 + 16 + 40 + 32*32*4 + 32*4; len(b) != want || !bytes.HasPrefix(b, []byte{0, 0, 1, 0, 1, 0, 32, 32}) {
		t.Errorf("%d bytes, want %d", len(b), want)
	}
}
