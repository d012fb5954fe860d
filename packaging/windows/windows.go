// Package windows makes the MSI of the Jump Client (requirements B4, B10). The
// .exe needs no making: it is the client itself.
//
// What the MSI does is in jumpclient.wxs and tables.sql, not here; this package
// only has msitools build it, and makes the same bytes of the same program.
package windows

import (
	"context"
	"crypto/sha256"
	_ "embed" // the sources
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// What the MSI is made of, but for the program and the icon.
var (
	//go:embed jumpclient.wxs
	source []byte
	//go:embed tables.sql
	tables string
)

// MSI describes an installer for 64-bit Windows on Intel's processors.
type MSI struct {
	Version string    // as in semver.org
	Time    time.Time // of everything inside
	Program []byte    // jumpclient.exe
}

// Bytes returns the MSI. It needs wixl and msibuild, of Debian's packages wixl
// and msitools.
func (m MSI) Bytes(ctx context.Context) ([]byte, error) {
	dir, err := os.MkdirTemp("", "jump-msi-")
	if err != nil {
		return nil, fmt.Errorf("make an .msi: %w", err)
	}
	defer os.RemoveAll(dir)
	b, err := m.build(ctx, dir)
	if err != nil {
		return nil, fmt.Errorf("make an .msi: %w", err)
	}
	return b, nil
}

func (m MSI) build(ctx context.Context, dir string) ([]byte, error) {
	if err := m.lay(dir); err != nil {
		return nil, err
	}
	begin := time.Now()
	if err := run(ctx, dir, "wixl", "-a", "x64", "-D", "Version="+productVersion(m.Version),
		"-D", "Source=jumpclient.exe", "-D", "Icon=jump.ico", "-o", "jumpclient.msi", "jumpclient.wxs"); err != nil {
		return nil, err
	}
	if err := run(ctx, dir, "msibuild", append([]string{"jumpclient.msi"}, queries()...)...); err != nil {
		return nil, err
	}
	b, err := os.ReadFile(filepath.Join(dir, "jumpclient.msi"))
	if err != nil {
		return nil, err
	}
	retime(b, begin, time.Now(), m.Time)
	steady(b, source, m.seed())
	return b, nil
}

// queries are the statements of tables.sql as msibuild takes them.
func queries() []string {
	var args []string
	for line := range strings.Lines(tables) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "--") {
			args = append(args, "-q", line)
		}
	}
	return args
}

// lay puts everything into dir that the MSI is made of.
func (m MSI) lay(dir string) error {
	for name, content := range map[string][]byte{"jumpclient.wxs": source, "jump.ico": icon(), "jumpclient.exe": m.Program} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return err
		}
		if err := os.Chtimes(path, m.Time, m.Time); err != nil {
			return err
		}
	}
	return nil
}

// seed tells MSIs apart: another version or another program is another product
// to Windows Installer.
func (m MSI) seed() []byte {
	h := sha256.New()
	fmt.Fprintf(h, "jump msi %s\n", m.Version)
	h.Write(m.Program)
	return h.Sum(nil)
}

func run(ctx context.Context, dir, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w", program, errors.Join(err, errors.New(string(out))))
	}
	return nil
}

// productVersion is what Windows Installer compares: three numbers.
func productVersion(semver string) string {
	release, _, _ := strings.Cut(semver, "+")
	release, _, _ = strings.Cut(release, "-")
	return release
}
