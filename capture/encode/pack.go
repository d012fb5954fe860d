package encode

import (
	"fmt"
	"io"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"

	"jump/transport/wire"
)

// window is how far back zstd may refer, as wire.CodingZstd says.
const window = 1 << 20

// packer is the continuing coding of one display. A frame's statements are
// written to it piece by piece.
type packer interface {
	begin(b []byte) // a frame: what is written becomes bytes that are appended to b
	write(plain []byte) error
	end() ([]byte, error) // the frame's bytes, flushed
	reset()               // begin a new stream
	close()
}

func newPacker(c wire.Coding) (packer, error) {
	switch c {
	case wire.CodingNone:
		return &unpacked{}, nil
	case wire.CodingDeflate:
		p := &stream{}
		w, err := flate.NewWriter(&p.out, flate.BestSpeed)
		p.w = w
		return p, err
	case wire.CodingZstd:
		p := &stream{}
		w, err := zstd.NewWriter(&p.out, zstd.WithEncoderLevel(zstd.SpeedBetterCompression), zstd.WithEncoderConcurrency(1),
			zstd.WithWindowSize(window), zstd.WithAllLitEntropyCompression(true), zstd.WithEncoderCRC(false), zstd.WithLowerEncoderMem(true))
		p.w = w
		return p, err
	}
	return nil, fmt.Errorf("coding %d is unknown", c)
}

// Codings are those that New takes.
var Codings = []wire.Coding{wire.CodingZstd, wire.CodingDeflate, wire.CodingNone}

type unpacked struct{ out sink }

func (u *unpacked) begin(b []byte) { u.out.b = b }
func (u *unpacked) write(plain []byte) error {
	_, err := u.out.Write(plain)
	return err
}
func (u *unpacked) end() ([]byte, error) { return u.out.take(), nil }
func (u *unpacked) reset()               {}
func (u *unpacked) close()               { u.out.b = nil }

// stream packs with a compressor that writes to out.
type stream struct {
	out     sink
	written int // since begin
	w       interface {
		io.WriteCloser
		Flush() error
		Reset(io.Writer)
	}
}

// sink appends what is written to b.
type sink struct{ b []byte }

func (s *sink) Write(p []byte) (int, error) {
	s.b = append(s.b, p...)
	return len(p), nil
}

// take returns the bytes and keeps none.
func (s *sink) take() []byte {
	b := s.b
	s.b = nil
	return b
}

func (s *stream) begin(b []byte) { s.out.b, s.written = b, 0 }

func (s *stream) write(plain []byte) error {
	s.written += len(plain)
	if _, err := s.w.Write(plain); err != nil {
		return fmt.Errorf("pack %d bytes: %w", len(plain), err)
	}
	return nil
}

func (s *stream) end() ([]byte, error) {
	if s.written == 0 { // to flush would say that
		return s.out.take(), nil
	}
	if err := s.w.Flush(); err != nil {
		return nil, fmt.Errorf("flush what was packed: %w", err)
	}
	return s.out.take(), nil
}

func (s *stream) reset() { s.w.Reset(&s.out) }

func (s *stream) close() {
	s.w.Close()
	s.out.b = nil
}
