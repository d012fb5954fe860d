package files

import (
	"bytes"
	"crypto/sha256"
	"io"
	"os"
)

// maxKernel bounds what is read of a file whose size is not known, as the
// kernel's own are, in bytes.
const maxKernel = 16 << 20

// Source is a file to be read: the bytes that it had when it was opened, be it
// that it grows.
type Source struct {
	Info
	r io.ReaderAt
	f *os.File
}

// Open opens a regular file.
func Open(path string) (*Source, error) {
	whole, err := Resolve(path)
	if err != nil {
		return nil, err
	}
	fi, err := os.Stat(whole)
	switch {
	case err != nil:
		return nil, explain(whole, err)
	case fi.IsDir():
		return nil, isFolder(whole)
	case !fi.Mode().IsRegular():
		return nil, special(whole) // opening it can do something by itself
	}
	f, err := os.OpenFile(whole, os.O_RDONLY|dontWait, 0)
	if err != nil {
		return nil, explain(whole, err)
	}
	if !same(f, fi) {
		f.Close()
		return nil, special(whole)
	}
	s := &Source{Info: facts(whole, fi), r: f, f: f}
	if s.Size == 0 {
		err = s.keep()
	}
	return s, err
}

// keep takes in a file of the kernel's, which has no size and another content
// at every reading.
func (s *Source) keep() error {
	b, err := io.ReadAll(io.LimitReader(s.f, maxKernel))
	if err != nil {
		s.f.Close()
		return explain(s.Path, err)
	}
	s.r, s.Size = bytes.NewReader(b), int64(len(b))
	return nil
}

// ReadAt reads as many bytes as p has, or up to the end. An end before Size is
// an *Error.
func (s *Source) ReadAt(p []byte, off int64) (int, error) {
	p = p[:min(int64(len(p)), max(s.Size-off, 0))]
	n, err := s.r.ReadAt(p, off)
	switch {
	case n == len(p):
		return n, nil
	case err == io.EOF:
		return n, &Error{"file_changed", show(s.Path) + " became shorter while it was read.", "Copy it again."}
	}
	return n, explain(s.Path, err)
}

// Begins reports whether the file begins with n bytes of that SHA-256, and
// leaves those in h if so.
func (s *Source) Begins(n int64, sum []byte, h *Sum) (bool, error) {
	if n > s.Size {
		return false, nil
	}
	h.Reset()
	if _, err := io.Copy(h, io.NewSectionReader(s, 0, n)); err != nil {
		return false, err
	}
	if bytes.Equal(h.Sum(nil), sum) {
		return true, nil
	}
	h.Reset()
	return false, nil
}

// Close closes the file.
func (s *Source) Close() error { return s.f.Close() }

// Is reports whether the regular file at a path has that size and SHA-256.
func Is(path string, size int64, sum []byte) bool {
	s, err := Open(path)
	if err != nil {
		return false
	}
	defer s.Close()
	is, err := s.Begins(size, sum, NewSum())
	return err == nil && is && s.Size == size
}

// NewSum returns an empty Sum.
func NewSum() *Sum { return &Sum{sha256.New()} }
