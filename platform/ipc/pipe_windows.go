package ipc

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Pipe is one end of a private stream of bytes both ways: two pipes of Windows,
// so that each direction ends by itself.
type Pipe struct{ in, out *os.File }

// Read returns io.EOF when the other end has closed its direction, or is gone.
func (p *Pipe) Read(b []byte) (int, error) {
	n, err := p.in.Read(b)
	if errors.Is(err, windows.ERROR_BROKEN_PIPE) {
		err = io.EOF
	}
	return n, err
}

func (p *Pipe) Write(b []byte) (int, error) { return p.out.Write(b) }

// CloseWrite says that no more will be written.
func (p *Pipe) CloseWrite() error { return p.out.Close() }

// Close ends both directions; further calls do nothing.
func (p *Pipe) Close() error {
	_ = p.out.Close() // it may be closed already
	err := p.in.Close()
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	return err
}

// SetDeadline bounds reading and writing.
func (p *Pipe) SetDeadline(t time.Time) error {
	err := p.out.SetDeadline(t)
	if errors.Is(err, os.ErrClosed) { // after CloseWrite
		err = nil
	}
	return errors.Join(err, p.in.SetDeadline(t))
}

// Ends are the handles of a pipe's other end, for a process that inherits them.
type Ends struct{ In, Out windows.Handle }

// Close closes this process's copies.
func (e Ends) Close() {
	windows.CloseHandle(e.In)
	windows.CloseHandle(e.Out)
}

// Pipe returns the pipe that this process has inherited.
func (e Ends) Pipe() *Pipe {
	return &Pipe{os.NewFile(uintptr(e.In), "pipe"), os.NewFile(uintptr(e.Out), "pipe")}
}

// Pair returns the two ends of a private stream. Windows wants a name for it,
// which is random, gone from view before anybody else could use it, and open to
// the system alone.
func Pair() (*Pipe, Ends, error) {
	in, out, err := oneWay(windows.PIPE_ACCESS_INBOUND, windows.GENERIC_WRITE)
	if err != nil {
		return nil, Ends{}, err
	}
	to, from, err := oneWay(windows.PIPE_ACCESS_OUTBOUND, windows.GENERIC_READ)
	if err != nil {
		windows.CloseHandle(in)
		windows.CloseHandle(out)
		return nil, Ends{}, err
	}
	return &Pipe{os.NewFile(uintptr(in), "pipe"), os.NewFile(uintptr(to), "pipe")}, Ends{In: from, Out: out}, nil
}

const bufferSize = 64 << 10

// oneWay returns this process's end and the one to be inherited. The pipe has
// one instance, which is taken when its name is first seen.
func oneWay(mode, access uint32) (own, other windows.Handle, err error) {
	name, err := windows.UTF16PtrFromString(`\\.\pipe\jumpclient-` + strings.ToLower(rand.Text()))
	if err != nil {
		return 0, 0, err
	}
	private, err := windows.SecurityDescriptorFromString("D:P(A;;GA;;;SY)")
	if err != nil {
		return 0, 0, fmt.Errorf("make a pipe: %w", err)
	}
	sa := windows.SecurityAttributes{SecurityDescriptor: private}
	sa.Length = uint32(unsafe.Sizeof(sa))
	const flags = windows.FILE_FLAG_OVERLAPPED | windows.FILE_FLAG_FIRST_PIPE_INSTANCE
	own, err = windows.CreateNamedPipe(name, mode|flags, windows.PIPE_TYPE_BYTE|windows.PIPE_REJECT_REMOTE_CLIENTS,
		1, bufferSize, bufferSize, 0, &sa)
	if err != nil {
		return 0, 0, fmt.Errorf("make a pipe: %w", err)
	}
	inherit := windows.SecurityAttributes{InheritHandle: 1}
	inherit.Length = uint32(unsafe.Sizeof(inherit))
	other, err = windows.CreateFile(name, access, 0, &inherit, windows.OPEN_EXISTING, windows.FILE_FLAG_OVERLAPPED, 0)
	if err != nil {
		windows.CloseHandle(own)
		return 0, 0, fmt.Errorf("open a pipe: %w", err)
	}
	return own, other, nil
}
