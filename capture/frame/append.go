package frame

import (
	"encoding/binary"
	"image"
)

// The functions of this file append one statement to b and return it, without
// checking what only a mistake of the caller could get wrong. Pixels are words
// 0xXXRRGGBB whose upper eight bits do not matter.

// AppendCopy appends a Copy of r's size from the point from to r.
func AppendCopy(b []byte, r image.Rectangle, from image.Point) []byte {
	return appendPoint(appendRect(b, OpCopy, r), from)
}

// AppendFill appends a Fill.
func AppendFill(b []byte, r image.Rectangle, colour uint32) []byte {
	return appendRGB(appendRect(b, OpFill, r), colour)
}

// AppendPalette appends a Palette of 2 to 16 colours; indices has one byte for
// each pixel of r, in rows.
func AppendPalette(b []byte, r image.Rectangle, colours []uint32, indices []byte) []byte {
	b = append(appendRect(b, OpPalette, r), byte(len(colours)))
	for _, c := range colours {
		b = appendRGB(b, c)
	}
	bits := IndexBits(len(colours))
	for w := r.Dx(); len(indices) > 0; indices = indices[w:] {
		b = appendIndices(b, indices[:w], bits)
	}
	return b
}

func appendIndices(b, row []byte, bits int) []byte {
	per := 8 / bits
	for ; len(row) >= per; row = row[per:] {
		var v byte
		for _, i := range row[:per] {
			v = v<<bits | i
		}
		b = append(b, v)
	}
	if len(row) == 0 {
		return b
	}
	var v byte
	for _, i := range row {
		v = v<<bits | i
	}
	return append(b, v<<(bits*(per-len(row))))
}

// AppendPlain appends a Plain with the pixels of r: words begins at r.Min and
// has rows of stride words.
func AppendPlain(b []byte, r image.Rectangle, words []uint32, stride int) []byte {
	b = appendRect(b, OpPlain, r)
	for y := range r.Dy() {
		for _, p := range words[y*stride:][:r.Dx()] {
			b = append(b, byte(p>>16), byte(p>>8), byte(p))
		}
	}
	return b
}

// AppendGradient appends a Gradient with the pixels of r: words begins at
// r.Min and has rows of stride words.
func AppendGradient(b []byte, r image.Rectangle, words []uint32, stride int) []byte {
	b = appendRect(b, OpGradient, r)
	var above []uint32
	for y := range r.Dy() {
		row := words[y*stride:][:r.Dx()]
		b = appendResiduals(b, row, above)
		above = row
	}
	return b
}

// appendResiduals appends what the predictor misses in one row; above is nil
// in the first.
func appendResiduals(b []byte, row, above []uint32) []byte {
	var left, up, upLeft uint32
	for x, p := range row {
		if above != nil {
			upLeft, up = up, above[x]
		}
		b = append(b,
			byte(p>>16)-Median(byte(left>>16), byte(up>>16), byte(upLeft>>16)),
			byte(p>>8)-Median(byte(left>>8), byte(up>>8), byte(upLeft>>8)),
			byte(p)-Median(byte(left), byte(up), byte(upLeft)))
		left = p
	}
	return b
}

// Median is the median edge predictor of LOCO-I (JPEG-LS, ITU-T T.87 A.4.1).
func Median(left, up, upLeft byte) byte {
	low, high := min(left, up), max(left, up)
	switch {
	case upLeft >= high:
		return low
	case upLeft <= low:
		return high
	}
	return left + up - upLeft
}

// AppendStore appends a Store.
func AppendStore(b []byte, tile, slot int) []byte { return appendSlot(b, OpStore, tile, slot) }

// AppendCached appends a Cached.
func AppendCached(b []byte, tile, slot int) []byte { return appendSlot(b, OpCached, tile, slot) }

// AppendPart appends a Part; r is inside one tile.
func AppendPart(b []byte, r image.Rectangle, slot int) []byte {
	return binary.BigEndian.AppendUint16(appendRect(b, OpPart, r), uint16(slot))
}

// AppendPhoto appends a Photo whose blob, of length bytes, the caller adds to
// the frame's blobs.
func AppendPhoto(b []byte, r image.Rectangle, codec uint8, length int) []byte {
	b = append(appendRect(b, OpPhoto, r), codec)
	return binary.BigEndian.AppendUint32(b, uint32(length))
}

// Unit is an access unit: what a video encoder made of one picture. Without Data
// its stream has broken off.
type Unit struct {
	Codec uint8 // one of Video
	Key   bool  // a stream begins
	Data  []byte
}

// AppendVideo appends a Video whose blob, the unit's data, the caller adds to
// the frame's blobs.
func AppendVideo(b []byte, r image.Rectangle, u Unit) []byte {
	b = append(appendRect(b, OpVideo, r), u.Codec, 0)
	if u.Key {
		b[len(b)-1] = 1
	}
	return binary.BigEndian.AppendUint32(b, uint32(len(u.Data)))
}

func appendRect(b []byte, op Op, r image.Rectangle) []byte {
	b = appendPoint(append(b, byte(op)), r.Min)
	return appendPoint(b, r.Size())
}

func appendPoint(b []byte, p image.Point) []byte {
	return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, uint16(p.X)), uint16(p.Y))
}

func appendRGB(b []byte, c uint32) []byte { return append(b, byte(c>>16), byte(c>>8), byte(c)) }

func appendSlot(b []byte, op Op, tile, slot int) []byte {
	b = binary.BigEndian.AppendUint16(append(b, byte(op)), uint16(tile))
	return binary.BigEndian.AppendUint16(b, uint16(slot))
}
