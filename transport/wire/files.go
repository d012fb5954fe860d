package wire

import (
	"encoding/binary"
	"errors"
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
func (s *FilesStart) Validate() error { return bounds(len(s.Token) == TokenSize) }

// FileLook asks what is at a path: FileFacts, or, of a folder and with List,
// FileEntries with all that is in it. A path is the endpoint's own; it begins in
// the user's home if it is not absolute or begins with ~, and is that if it is
// empty. On Windows / lists the drives.
type FileLook struct {
	Path string `cbor:"1,keyasint"`
	List bool   `cbor:"2,keyasint,omitempty"`
}

// Validate checks the bounds.
func (l *FileLook) Validate() error { return bounds(isPath(l.Path)) }

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
	return bounds(r.Offset >= 0 && (r.Offset == 0 || len(r.Sum) > 0) && isPath(r.Path) && isSum(r.Sum))
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
	return bounds(w.Size >= 0 && w.Mode <= 0o777 && len(w.Name) <= MaxFileName && isPath(w.Path) && isSum(w.Sum))
}

// FileMake makes a folder, unless there is one.
type FileMake struct {
	Path string `cbor:"1,keyasint"`
	Mode uint32 `cbor:"2,keyasint,omitempty"` // as of FileWrite
}

// Validate checks the bounds.
func (m *FileMake) Validate() error { return bounds(m.Mode <= 0o777 && isPath(m.Path)) }

// FileEnd ends what FileWrite began.
type FileEnd struct {
	Sum  []byte `cbor:"1,keyasint,omitempty"` // SHA-256 of the whole file
	Stop bool   `cbor:"2,keyasint,omitempty"` // there is no more, and what came is thrown away
}

// Validate checks the bounds.
func (e *FileEnd) Validate() error { return bounds(isSum(e.Sum) && (e.Stop || len(e.Sum) > 0)) }

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
func (f *FileFacts) Validate() error { return bounds(f.within()) }

func (f *FileFacts) within() bool {
	return f.Size >= 0 && f.Offset >= 0 && f.Hidden >= 0 && f.Mode <= 0o777 && len(f.Name) <= MaxFileName && len(f.Path) <= 2*MaxPath && isSum(f.Sum)
}

// FileEntries is a part of a folder.
type FileEntries struct {
	Entries []FileFacts `cbor:"1,keyasint"`
}

// Validate checks the bounds.
func (e *FileEntries) Validate() error {
	ok := len(e.Entries) <= MaxEntries
	for i := range e.Entries {
		ok = ok && e.Entries[i].within()
	}
	return bounds(ok)
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
		return 0, errFileBounds
	}
	return FileGot(binary.BigEndian.Uint64(b)), nil
}

// errFileBounds is short of words: it says that a peer is broken, or hostile.
var errFileBounds = errors.New("a path, a sum, a size or a mode is out of bounds")

func bounds(ok bool) error {
	if ok {
		return nil
	}
	return errFileBounds
}

func isPath(p string) bool { return len(p) <= MaxPath && !strings.ContainsRune(p, 0) }
func isSum(s []byte) bool  { return len(s) == 0 || len(s) == SumSize }
