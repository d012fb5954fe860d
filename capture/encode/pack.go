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

// packer is the continuing coding of one display.
type packer interface {
	// pack appends what plain becomes to b, flushed.
	pack(b, plain []byte) ([]byte, error)
	reset() // begin a new stream
	close()
}

func newPacker(c wire.Coding) (packer, error) {
	switch c {
	case wire.CodingNone:
		return unpacked{}, nil
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

type unpacked struct{}

func (unpacked) pack(b, plain []byte) ([]byte, error) { return append(b, plain...), nil }
func (unpacked) reset()                               {}
func (unpacked) close()                               {}

// stream packs with a compressor that writes to out.
type stream struct {
	out sink
	w   interface {
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

func (s *stream) pack(b, plain []byte) ([]byte, error) {
	if len(plain) == 0 {
		return b, nil
	}
	s.out.b = b
	_, err := s.w.Write(plain)
	if err == nil {
		err = s.w.Flush()
	}
	b, s.out.b = s.out.b, nil
	if err != nil {
		return nil, fmt.Errorf("pack %d bytes: %w", len(plain), err)
	}
	return b, nil
}

func (s *stream) reset() { s.w.Reset(&s.out) }

func (s *stream) close() {
	s.w.Close()
	s.out.b = nil
}
