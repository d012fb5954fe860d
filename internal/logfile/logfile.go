// Package logfile is a log on disk that never grows beyond a bound.
//
// It is not a format (that is log/slog's), and it does not read.
package logfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
)

// Bounds of a log: the file being written and two before it, path.1 and path.2.
const (
	maxSize = 5 << 20 // bytes a file
	older   = 2
)

// File is an open log. It is safe for concurrent use.
type File struct {
	path string
	most int64

	mu   sync.Mutex
	f    *os.File
	size int64
}

// Open appends to the log at path, made for its owner alone where it is missing.
func Open(path string) (*File, error) { return open(path, maxSize) }

func open(path string, most int64) (*File, error) {
	l := &File{path: path, most: most}
	if err := l.open(); err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	return l, nil
}

func (l *File) open() error {
	f, err := os.OpenFile(l.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	l.f, l.size = f, info.Size()
	return nil
}

// Write writes one entry, which is never split over two files.
func (l *File) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.size > 0 && l.size+int64(len(p)) > l.most {
		if err := l.turn(); err != nil {
			return 0, fmt.Errorf("turn the log over: %w", err)
		}
	}
	n, err := l.f.Write(p)
	l.size += int64(n)
	return n, err
}

// turn begins a new file. The oldest is lost.
func (l *File) turn() error {
	err := l.f.Close()
	for n := older; n > 0; n-- {
		moved := os.Rename(l.name(n-1), l.name(n))
		if moved != nil && !errors.Is(moved, fs.ErrNotExist) {
			err = errors.Join(err, moved)
		}
	}
	return errors.Join(err, l.open())
}

func (l *File) name(n int) string {
	if n == 0 {
		return l.path
	}
	return fmt.Sprintf("%s.%d", l.path, n)
}

// Close closes the log. Nothing is written after it.
func (l *File) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.f.Close()
}
