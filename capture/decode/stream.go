package decode

import (
	"bytes"
	"fmt"
	"io"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"

	"jump/transport/wire"
)

// maxTail is how much of a frame's packed bytes may remain when its statements
// are there: the marks of a block's end, which the next frame consumes. More is
// hostile, for it would pile up.
const maxTail = 64

// stream undoes the continuing coding of one display.
type stream interface {
	// unpack returns the n bytes that packed stands for, in buf if it fits.
	unpack(buf, packed []byte, n int) ([]byte, error)
	reset() // begin a new stream
	close()
}

func newStream(c wire.Coding) (stream, error) {
	switch c {
	case wire.CodingNone:
		return plain{}, nil
	case wire.CodingDeflate:
		s := &inflater{}
		s.reset()
		return s, nil
	case wire.CodingZstd:
		return newUnzstd()
	}
	return nil, fmt.Errorf("coding %d is unknown", c)
}

type plain struct{}

func (plain) unpack(buf, packed []byte, n int) ([]byte, error) {
	if len(packed) != n {
		return nil, fmt.Errorf("%d bytes of statements sent as %d without a coding", n, len(packed))
	}
	return append(buf[:0], packed...), nil
}
func (plain) reset() {}
func (plain) close() {}

// inflater feeds a bytes.Buffer, from which flate takes byte by byte and no
// more than it needs, so nothing waits for the frame after this one.
type inflater struct {
	in bytes.Buffer
	r  io.ReadCloser
}

func (s *inflater) unpack(buf, packed []byte, n int) ([]byte, error) {
	return unpack(&s.in, s.r, buf, packed, n)
}

func (s *inflater) reset() {
	s.in.Reset()
	if s.r == nil {
		s.r = flate.NewReader(&s.in)
		return
	}
	// Resetting without a dictionary cannot fail.
	_ = s.r.(flate.Resetter).Reset(&s.in, nil)
}

func (s *inflater) close() { s.r.Close() }

// unzstd hides the methods of its buffer, or zstd would take it for a whole
// file.
type unzstd struct {
	in bytes.Buffer
	r  *zstd.Decoder
}

type onlyReader struct{ io.Reader }

func newUnzstd() (*unzstd, error) {
	r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(1<<20), zstd.IgnoreChecksum(true))
	if err != nil {
		return nil, fmt.Errorf("prepare zstd: %w", err)
	}
	s := &unzstd{r: r}
	s.reset()
	return s, nil
}

func (s *unzstd) unpack(buf, packed []byte, n int) ([]byte, error) {
	return unpack(&s.in, s.r, buf, packed, n)
}

func (s *unzstd) reset() {
	s.in.Reset()
	// Only a closed decoder refuses a reader.
	_ = s.r.Reset(onlyReader{&s.in})
}

func (s *unzstd) close() { s.r.Close() }

// unpack reads exactly n bytes, which frame.Parse has bounded.
func unpack(in *bytes.Buffer, r io.Reader, buf, packed []byte, n int) ([]byte, error) {
	in.Write(packed)
	if cap(buf) < n {
		buf = make([]byte, n)
	}
	buf = buf[:n]
	if _, err := io.ReadFull(r, buf); err != nil {
		return nil, fmt.Errorf("unpack %d bytes: %w", n, err)
	}
	if in.Len() > maxTail {
		return nil, fmt.Errorf("%d packed bytes after the statements", in.Len())
	}
	return buf, nil
}
