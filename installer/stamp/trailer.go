package stamp

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// A trailer stands at the very end of a stamped program:
//
//	+------------------+----------+---------------------+--------------------+
//	| label, as String | length   | SHA-256 of label,   | "jump label 1 end" |
//	| 102-514 bytes    | 4, big e.| its first 8 bytes   | 16 bytes           |
//	+------------------+----------+---------------------+--------------------+
const (
	trailerMagic   = "jump label 1 end"
	trailerSumSize = 8
	trailerEndSize = 4 + trailerSumSize + len(trailerMagic)
)

var errTrailer = errors.New("the label at the end of the program is garbled")

func trailer(l Label) []byte {
	text := []byte(l.String())
	sum := sha256.Sum256(text)
	b := binary.BigEndian.AppendUint32(bytes.Clone(text), uint32(len(text)))
	return append(append(b, sum[:trailerSumSize]...), trailerMagic...)
}

// OfExecutable returns the label that the program at path was stamped with: its
// trailer, or else what stands in its file name. false: it has none. An error
// says that there is one which cannot be read, in one sentence without the key.
func OfExecutable(path string) (Label, bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return Label{}, false, fmt.Errorf("look for a label: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Label{}, false, fmt.Errorf("look for a label: %w", err)
	}
	text, err := readTrailer(f, info.Size())
	if err != nil {
		return Label{}, false, err
	}
	if text == nil {
		return OfName(path)
	}
	l, err := ParseLabel(string(text))
	return l, err == nil, err
}

// ProgramSize returns the length of a program without its trailer, in bytes;
// size is the length of the file. Whoever copies a stamped program to where
// others may read it copies no more, because the trailer holds a secret.
func ProgramSize(r io.ReaderAt, size int64) (int64, error) {
	text, err := readTrailer(r, size)
	if err != nil {
		return 0, err
	}
	if text == nil {
		return size, nil
	}
	return size - int64(len(text)+trailerEndSize), nil
}

// readTrailer returns the text of the label at the end of a file, nil if there
// is none. It reads no more than the longest trailer.
func readTrailer(r io.ReaderAt, size int64) ([]byte, error) {
	tail := make([]byte, min(size, int64(labelWidth+trailerEndSize)))
	if n, err := r.ReadAt(tail, size-int64(len(tail))); n < len(tail) {
		return nil, fmt.Errorf("look for a label: %w", err)
	}
	rest, found := bytes.CutSuffix(tail, []byte(trailerMagic))
	if !found {
		return nil, nil
	}
	if len(rest) < 4+trailerSumSize {
		return nil, errTrailer
	}
	rest, sum := cutEnd(rest, trailerSumSize)
	rest, length := cutEnd(rest, 4)
	n := binary.BigEndian.Uint32(length)
	if int64(n) > int64(len(rest)) {
		return nil, errTrailer
	}
	_, text := cutEnd(rest, int(n))
	if want := sha256.Sum256(text); !bytes.Equal(sum, want[:trailerSumSize]) {
		return nil, errTrailer
	}
	return text, nil
}

// cutEnd cuts the last n bytes off.
func cutEnd(b []byte, n int) (rest, last []byte) { return b[:len(b)-n], b[len(b)-n:] }
