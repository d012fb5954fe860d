// Package windows makes the MSI of the Jump Client (requirements B4, B10). The
// .exe needs no making: it is the client itself.
//
// What the MSI does is in jumpclient.wxs and tables, not here; this package
// only has msitools build it, and makes the same bytes of the same program.
package windows

import (
	"context"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// sources are jumpclient.wxs, and in tables what wixl has no words for.
//
//go:embed *
var sources embed.FS

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
	tables, err := fs.Glob(os.DirFS(dir), "tables/*.idt")
	if err != nil {
		return nil, err
	}
	for _, table := range tables {
		if err := run(ctx, dir, "msibuild", "jumpclient.msi", "-i", table); err != nil {
			return nil, err
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "jumpclient.msi"))
	if err != nil {
		return nil, err
	}
	retime(b, begin, time.Now(), m.Time)
	texts, err := texts(dir)
	if err != nil {
		return nil, err
	}
	steady(b, texts, m.seed())
	return b, nil
}

// texts returns all that the MSI is made of but the program.
func texts(dir string) ([]byte, error) {
	var all []byte
	for _, pattern := range []string{"*.wxs", "tables/*.idt"} {
		files, err := fs.Glob(os.DirFS(dir), pattern)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			b, err := os.ReadFile(filepath.Join(dir, file))
			if err != nil {
				return nil, err
			}
			all = append(all, b...)
		}
	}
	return all, nil
}

// lay puts everything into dir that the MSI is made of.
func (m MSI) lay(dir string) error {
	if err := os.CopyFS(dir, sources); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "jump.ico"), icon(), 0o600); err != nil {
		return err
	}
	program := filepath.Join(dir, "jumpclient.exe")
	if err := os.WriteFile(program, m.Program, 0o600); err != nil {
		return err
	}
	return os.Chtimes(program, m.Time, m.Time)
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
