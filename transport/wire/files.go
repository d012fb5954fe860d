package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// Limits of a conversation about files. Names and paths are UTF-8.
const (
	MaxPath     = 4096    // bytes of a path
	MaxFileName = 1024    // bytes of one name: 255 UTF-16 units are up to 765
	MaxEntries  = 256     // in one FileEntries
	MaxListed   = 100_000 // entries of one folder
	MaxAsked    = 64      // requests whose answer has not come to its end
	FileChunk   = 128 << 10
	FileWindow  = 4 << 20 // bytes that may be sent without FileGot: 80 MB/s over 50 ms
	SumSize     = 32      // of SHA-256
)

// FilesStart asks for a conversation about files. Requests follow, and are
// answered in their order, each with FileDone or FileFailed as the last word.
// Whoever begins one with the token of another, which is 16 random bytes,
// takes the other's place: that has been lost.
type FilesStart struct {
	Token []byte `cbor:"1,keyasint"`
}

// Validate checks the bounds.
func (s *FilesStart) Validate() error {
	if len(s.Token) != TokenSize {
		return fmt.Errorf("token of %d bytes", len(s.Token))
	}
	return nil
}

// FileLook asks what is at a path: FileFacts, or, of a folder and with List,
// FileEntries with all that is in it. A path is the endpoint's own; it begins in
// the user's home if it is not absolute or begins with ~, and is that if it is
// empty. On Windows / lists the drives.
type FileLook struct {
	Path string `cbor:"1,keyasint"`
	List bool   `cbor:"2,keyasint,omitempty"`
}

// Validate checks the bounds.
func (l *FileLook) Validate() error { return validPath(l.Path) }

// FileRead asks for a file's bytes: FileFacts, FileData, FileDone.
type FileRead struct {
	Path string `cbor:"1,keyasint"`
	// Offset is how many bytes the representative has already, and Sum their
	// SHA-256. If the file begins with others, or is shorter, it comes from its
	// beginning, as FileFacts.Offset says.
	Offset int64  `cbor:"2,keyasint,omitempty"`
	Sum    []byte `cbor:"3,keyasint,omitempty"`
}

// Validate checks the bounds.
func (r *FileRead) Validate() error {
	if r.Offset < 0 || r.Offset > 0 && len(r.Sum) == 0 {
		return fmt.Errorf("read from %d without a sum", r.Offset)
	}
	return errors.Join(validPath(r.Path), validSum(r.Sum))
}

// FileWrite announces a file's bytes. Unless it is Fresh FileFacts says what is
// there of them, in a file beside the target, and the representative goes on
// there; or it stops and begins afresh. FileData and FileEnd follow in any case,
// unless FileDone comes in place of FileFacts.
type FileWrite struct {
	Path  string `cbor:"1,keyasint"`
	Name  string `cbor:"2,keyasint"` // if Path is a folder
	Size  int64  `cbor:"3,keyasint"`
	Mode  uint32 `cbor:"4,keyasint,omitempty"` // permission bits as of Unix, 0 if not known
	Time  int64  `cbor:"5,keyasint,omitempty"` // of the last change, nanoseconds since 1970
	Force bool   `cbor:"6,keyasint,omitempty"` // replace a file that is there
	Fresh bool   `cbor:"7,keyasint,omitempty"` // from the beginning, without asking
	// Sum is given if the whole file was sent and the answer lost. Where it lies
	// with that sum it is done.
	Sum []byte `cbor:"8,keyasint,omitempty"`
}

// Validate checks the bounds.
func (w *FileWrite) Validate() error {
	if w.Size < 0 || w.Mode > 0o777 || len(w.Name) > MaxFileName {
		return fmt.Errorf("a file of %d bytes, mode %o, name of %d bytes", w.Size, w.Mode, len(w.Name))
	}
	return errors.Join(validPath(w.Path), validSum(w.Sum))
}

// FileMake makes a folder, unless there is one.
type FileMake struct {
	Path string `cbor:"1,keyasint"`
	Mode uint32 `cbor:"2,keyasint,omitempty"` // as of FileWrite
}

// Validate checks the bounds.
func (m *FileMake) Validate() error {
	if m.Mode > 0o777 {
		return fmt.Errorf("mode %o", m.Mode)
	}
	return validPath(m.Path)
}

// FileEnd ends what FileWrite began.
type FileEnd struct {
	Sum  []byte `cbor:"1,keyasint,omitempty"` // SHA-256 of the whole file
	Stop bool   `cbor:"2,keyasint,omitempty"` // there is no more, and what came is thrown away
}

// Validate checks the bounds.
func (e *FileEnd) Validate() error {
	if !e.Stop && len(e.Sum) == 0 {
		return errors.New("the end of a file without its sum")
	}
	return validSum(e.Sum)
}

// FileKind is what lies at a path. The numbers are part of the protocol.
type FileKind uint8

// The kinds. Only files and folders can be copied.
const (
	FileRegular FileKind = 1
	FileFolder  FileKind = 2
	FileLink    FileKind = 3 // in a list only; else it is what it leads to
	FileSpecial FileKind = 4 // a device, a pipe, a socket
)

// FileFacts is what there is to know of a file: the answer to FileLook, and how
// FileRead and FileWrite go on. As FileDone it ends a request.
type FileFacts struct {
	Path   string   `cbor:"1,keyasint,omitempty"` // whole; empty in a list
	Name   string   `cbor:"2,keyasint,omitempty"` // the last part of it
	Kind   FileKind `cbor:"3,keyasint,omitempty"`
	Size   int64    `cbor:"4,keyasint,omitempty"` // of a file, in bytes
	Mode   uint32   `cbor:"5,keyasint,omitempty"` // permission bits, 0 if the system has none
	Time   int64    `cbor:"6,keyasint,omitempty"` // as of FileWrite
	Offset int64    `cbor:"7,keyasint,omitempty"` // where data begins
	Sum    []byte   `cbor:"8,keyasint,omitempty"` // of what is there before Offset; of FileDone of the whole
	// Hidden is how many entries of a folder a list left out: those whose names
	// are no UTF-8, and those after MaxListed. In FileDone.
	Hidden int64 `cbor:"9,keyasint,omitempty"`
}

// Validate checks the bounds.
func (f *FileFacts) Validate() error {
	if f.Size < 0 || f.Offset < 0 || f.Hidden < 0 || f.Mode > 0o777 || len(f.Name) > MaxFileName || len(f.Path) > 2*MaxPath {
		return errors.New("facts of a file are out of bounds")
	}
	return validSum(f.Sum)
}

// FileEntries is a part of a folder.
type FileEntries struct {
	Entries []FileFacts `cbor:"1,keyasint"`
}

// Validate checks the bounds.
func (e *FileEntries) Validate() error {
	if len(e.Entries) > MaxEntries {
		return fmt.Errorf("%d entries at once", len(e.Entries))
	}
	for i := range e.Entries {
		if err := e.Entries[i].Validate(); err != nil {
			return err
		}
	}
	return nil
}

// FileGot is the body of TypeFileGot: so many bytes of the file being written
// are there, those before FileFacts.Offset included.
//
//	u64 bytes
type FileGot uint64

// Append appends the body.
func (g FileGot) Append(b []byte) []byte { return binary.BigEndian.AppendUint64(b, uint64(g)) }

// ParseFileGot reads a body of exactly 8 bytes.
func ParseFileGot(b []byte) (FileGot, error) {
	if len(b) != 8 {
		return 0, fmt.Errorf("got of %d bytes, not 8", len(b))
	}
	return FileGot(binary.BigEndian.Uint64(b)), nil
}

func validPath(p string) error {
	if len(p) > MaxPath || strings.ContainsRune(p, 0) {
		return fmt.Errorf("path of %d bytes, or with a zero byte", len(p))
	}
	return nil
}

func validSum(s []byte) error {
	if len(s) != 0 && len(s) != SumSize {
		return fmt.Errorf("sum of %d bytes", len(s))
	}
	return nil
}
