package video

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"jump/capture/frame"
)

// container takes access units out of what the program writes: an AVI file, the
// one container of ffmpeg in which every packet comes whole, after its length,
// and is not held back for the one after. All integers are little endian.
//
//	"RIFF" u32 size, unknown in a pipe   "AVI "
//	"LIST" u32 size  type ...            skipped, but for the type "movi", whose chunks follow as they come
//	"00dc" u32 size  unit                a byte more if the size is odd
//	other  u32 size  ...                 skipped
//
// A unit has at most frame.MaxBlob bytes, anything else skipChunk, and before the
// first unit and between two there are skipMost chunks at most.
type container struct {
	r *bufio.Reader
}

const (
	skipChunk = 64 << 10
	skipMost  = 32
	aviStart  = 12 // bytes: a RIFF's head, with its type
)

func newContainer(r io.Reader) container { return container{bufio.NewReaderSize(r, 32<<10)} }

// next returns the next unit, in memory of its own.
func (c container) next() ([]byte, error) {
	for range skipMost {
		var head [8]byte
		if _, err := io.ReadFull(c.r, head[:]); err != nil {
			return nil, fmt.Errorf("read from the encoder: %w", err)
		}
		unit, err := c.chunk(string(head[:4]), binary.LittleEndian.Uint32(head[4:]))
		if unit != nil || err != nil {
			return unit, err
		}
	}
	return nil, errors.New("the encoder writes no pictures")
}

// chunk reads one whose name and size were read; it returns nothing if it is no
// unit.
func (c container) chunk(name string, size uint32) ([]byte, error) {
	switch name {
	case "RIFF":
		size = aviStart - 8
	case "LIST":
		kind, err := c.r.Peek(4)
		if err != nil {
			return nil, fmt.Errorf("read from the encoder: %w", err)
		}
		if string(kind) == "movi" {
			size = 4
		}
	case "00dc":
		return c.unit(size)
	}
	if size > skipChunk {
		return nil, fmt.Errorf("the encoder writes %d bytes that are no picture", size)
	}
	_, err := c.r.Discard(int(size + size&1))
	return nil, err
}

func (c container) unit(size uint32) ([]byte, error) {
	if size == 0 || size > frame.MaxBlob {
		return nil, fmt.Errorf("the encoder writes a picture of %d bytes", size)
	}
	b := make([]byte, size+size&1)
	if _, err := io.ReadFull(c.r, b); err != nil {
		return nil, fmt.Errorf("read a picture from the encoder: %w", err)
	}
	return b[:size], nil
}
