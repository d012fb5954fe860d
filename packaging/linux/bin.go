package linux

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"jump/installer/stamp"
)

//go:embed head.sh
var head string

// headSize is the length of the head of every .bin, in bytes. It is fixed, so
// that nothing in the head depends on how long its own numbers are.
const headSize = 8 << 10

// Bin describes a self-extracting installer.
type Bin struct {
	Arch     Arch
	Headless bool   // for headless Linux (requirement C1)
	Program  []byte // jumpclient, static
}

// WriteTo writes the installer: a script of 8 KiB for any POSIX shell, and the
// program behind it, compressed by gzip. The script has a free place for a
// label (stamp.Write); without one the installer has to be told its key.
func (b Bin) WriteTo(w io.Writer) (int64, error) {
	payload, err := compress(b.Program)
	if err != nil {
		return 0, fmt.Errorf("make a .bin: %w", err)
	}
	script, err := b.head(len(payload))
	if err != nil {
		return 0, fmt.Errorf("make a .bin: %w", err)
	}
	return io.Copy(w, io.MultiReader(strings.NewReader(script), bytes.NewReader(payload)))
}

func (b Bin) head(payload int) (string, error) {
	m, err := b.Arch.machine()
	if err != nil {
		return "", err
	}
	flags := ""
	if b.Headless {
		flags = " --headless"
	}
	script := strings.NewReplacer(
		"@LABEL@", stamp.Placeholder(),
		"@MACHINES@", m.uname,
		"@ARCH@", string(b.Arch),
		"@FLAGS@", flags,
		"@SIZE@", strconv.Itoa(headSize+payload),
		"@OFFSET@", strconv.Itoa(headSize+1), // tail counts from 1
	).Replace(head)
	if len(script) >= headSize {
		return "", errors.New("its head is too long")
	}
	return script + strings.Repeat("#", headSize-1-len(script)) + "\n", nil
}

// compress leaves time and name out, so that the same program gives the same
// bytes.
func compress(program []byte) ([]byte, error) {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(program); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
