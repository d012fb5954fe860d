package stamp

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Kind is how an installer file carries a label.
type Kind string

// The kinds.
const (
	// KindBin is a shell script with a program behind it. Its head has one line
	// that is kept free for the label, see Placeholder.
	KindBin Kind = "bin"
	// KindExe is a program with a trailer, which goes behind its last byte.
	KindExe Kind = "exe"
	// KindNamed is a file that may not be changed, because it is signed. Its
	// name carries the label.
	KindNamed Kind = "named"
	// KindPlain is a file that carries no label: its user is told the key.
	KindPlain Kind = "plain"
)

// KindOf returns how the files of a kind in packages.json carry their label.
func KindOf(packageKind string) Kind {
	switch packageKind {
	case "bin":
		return KindBin
	case "exe":
		return KindExe
	case "exe-signed", "pkg":
		return KindNamed
	}
	return KindPlain
}

// maxHeadSize bounds, in bytes, where the line for the label stands in a .bin.
const maxHeadSize = 32 << 10

const labelVariable = "label="

// ErrNoPlace says that a file has no line for a label, or that it is taken.
var ErrNoPlace = errors.New("the installer file has no free place for a label")

// Placeholder is the line, without its end, that the head of a .bin keeps free
// for its label: a shell's assignment of nothing, and a comment as wide as the
// longest label. Filling it in changes no offset.
func Placeholder() string { return headLine("") }

// headLine is an assignment to the shell's variable "label", which is safe
// without quotes: a label has no characters but a-z, 2-7 and the dash.
func headLine(label string) string {
	return labelVariable + label + " " + strings.Repeat("#", labelWidth+1-len(label))
}

// StampedSize returns how long a template of that size is once it is stamped,
// in bytes.
func StampedSize(kind Kind, size int64, l Label) int64 {
	if kind == KindExe {
		return size + int64(len(trailer(l)))
	}
	return size
}

// Write copies a template of exactly size bytes to w and stamps it with l on
// its way. It reads no more than 32 KiB ahead and unpacks nothing. The error
// wraps ErrNoPlace if the template is no .bin or is stamped already, and
// io.ErrUnexpectedEOF if it is shorter than size.
func Write(w io.Writer, kind Kind, template io.Reader, size int64, l Label) error {
	if err := l.check(); err != nil {
		return fmt.Errorf("stamp an installer: %w", err)
	}
	template = io.LimitReader(template, size)
	if kind == KindBin {
		var err error
		if template, err = fillIn(template, l); err != nil {
			return fmt.Errorf("stamp an installer: %w", err)
		}
	}
	n, err := io.Copy(w, template)
	if err == nil && n < size {
		err = io.ErrUnexpectedEOF
	}
	if err == nil && kind == KindExe {
		_, err = w.Write(trailer(l))
	}
	if err != nil {
		return fmt.Errorf("write a stamped installer: %w", err)
	}
	return nil
}

// fillIn returns the .bin with l in the line that is free for it.
func fillIn(template io.Reader, l Label) (io.Reader, error) {
	head := make([]byte, maxHeadSize)
	n, err := io.ReadFull(template, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	before, after, found := bytes.Cut(head[:n], []byte("\n"+Placeholder()+"\n"))
	if !found {
		return nil, ErrNoPlace
	}
	line := strings.NewReader("\n" + headLine(l.String()) + "\n")
	return io.MultiReader(bytes.NewReader(before), line, bytes.NewReader(after), template), nil
}
