package frame

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"io"
)

// Statement is one statement of a frame, checked. Its slices refer to the
// frame's bytes.
type Statement struct {
	Op      Op
	Rect    image.Rectangle // what it touches; of Store and Cached the tile
	From    image.Point     // Copy: upper left corner of the source
	Colours []byte          // Fill: r g b; Palette: n × r g b
	Data    []byte          // Palette: indices; Plain: pixels; Gradient: residuals
	Tile    int             // Store, Cached, Part
	Slot    int             // Store, Cached, Part
	Codec   uint8           // Photo, Video
	Key     bool            // Video: a key frame
	Blob    []byte          // Photo, Video
}

// Codecs of Photo.
const (
	PhotoJPEG     = 1 // a whole JPEG
	PhotoAbridged = 2 // a JPEG without tables
	PhotoExact    = 3 // of package jump/capture/lossless
	PhotoANS      = 4 // of package jump/capture/ans: exact too
)

// Codecs of Video.
const (
	VideoVP8  = 1
	VideoVP9  = 2
	VideoH264 = 3 // ITU-T H.264 Annex B, with its parameter sets before every key frame
	VideoAV1  = 4
)

// Reader reads the statements of one frame and checks every limit on the way.
// The zero value is not usable.
type Reader struct {
	size  image.Point
	b     []byte
	blobs []byte
	ops   int
	paint int // pixels that may still be touched
}

// NewReader returns a Reader of the statements plain, unpacked, of a frame for
// a display of the given size, with the frame's blobs.
func NewReader(size image.Point, plain, blobs []byte) *Reader {
	return &Reader{size: size, b: plain, blobs: blobs, paint: MaxPaint * size.X * size.Y}
}

// Next returns the next statement, and io.EOF after the last one. After any
// other error the conversation is over: see the package comment.
func (r *Reader) Next() (Statement, error) {
	if len(r.b) == 0 {
		return Statement{}, r.end()
	}
	s := Statement{Op: Op(r.b[0])}
	r.b = r.b[1:]
	if err := r.read(&s); err != nil {
		return Statement{}, fmt.Errorf("statement %d (0x%02x): %w", r.ops, uint8(s.Op), err)
	}
	r.ops++
	r.paint -= s.Rect.Dx() * s.Rect.Dy()
	if r.ops > MaxOps || r.paint < 0 {
		return Statement{}, errors.New("frame with more statements or pixels than allowed")
	}
	return s, nil
}

func (r *Reader) end() error {
	if len(r.blobs) > 0 {
		return fmt.Errorf("%d bytes of blobs without a statement", len(r.blobs))
	}
	return io.EOF
}

func (r *Reader) read(s *Statement) error {
	if s.Op == OpStore || s.Op == OpCached {
		return r.readTile(s)
	}
	if s.Op < OpCopy || s.Op > OpPart {
		return errors.New("unknown")
	}
	if err := r.readRect(s); err != nil {
		return err
	}
	switch s.Op {
	case OpCopy:
		return r.readCopy(s)
	case OpFill:
		return r.take(3, &s.Colours)
	case OpPalette:
		return r.readPalette(s)
	case OpPlain, OpGradient:
		return r.take(3*s.Rect.Dx()*s.Rect.Dy(), &s.Data)
	case OpPart:
		return r.readPart(s)
	}
	return r.readBlob(s)
}

// take moves n bytes of the statements to into.
func (r *Reader) take(n int, into *[]byte) error {
	if n > len(r.b) {
		return fmt.Errorf("%d bytes where %d are needed", len(r.b), n)
	}
	*into, r.b = r.b[:n:n], r.b[n:]
	return nil
}

func (r *Reader) readRect(s *Statement) error {
	var b []byte
	if err := r.take(8, &b); err != nil {
		return err
	}
	at, size := point(b), point(b[4:])
	s.Rect = image.Rectangle{Min: at, Max: at.Add(size)}
	return r.inside(s.Rect)
}

func (r *Reader) inside(rect image.Rectangle) error {
	if rect.Empty() || !rect.In(image.Rectangle{Max: r.size}) {
		return fmt.Errorf("rectangle %v in a display of %v", rect, r.size)
	}
	return nil
}

func (r *Reader) readCopy(s *Statement) error {
	var b []byte
	if err := r.take(4, &b); err != nil {
		return err
	}
	s.From = point(b)
	return r.inside(image.Rectangle{Min: s.From, Max: s.From.Add(s.Rect.Size())})
}

func (r *Reader) readPalette(s *Statement) error {
	var b []byte
	if err := r.take(1, &b); err != nil {
		return err
	}
	n := int(b[0])
	if n < 2 || n > 16 {
		return fmt.Errorf("palette of %d colours", n)
	}
	if err := r.take(3*n, &s.Colours); err != nil {
		return err
	}
	return r.take(s.Rect.Dy()*RowBytes(s.Rect.Dx(), n), &s.Data)
}

func (r *Reader) readTile(s *Statement) error {
	var b []byte
	if err := r.take(4, &b); err != nil {
		return err
	}
	s.Tile, s.Slot = int(binary.BigEndian.Uint16(b)), int(binary.BigEndian.Uint16(b[2:]))
	if s.Tile >= Tiles(r.size) || s.Slot >= Slots {
		return fmt.Errorf("tile %d, slot %d in a display of %v", s.Tile, s.Slot, r.size)
	}
	s.Rect = Tile(r.size, s.Tile)
	return nil
}

func (r *Reader) readPart(s *Statement) error {
	var b []byte
	if err := r.take(2, &b); err != nil {
		return err
	}
	s.Tile, s.Slot = TileAt(r.size, s.Rect.Min), int(binary.BigEndian.Uint16(b))
	if s.Slot >= Slots || !s.Rect.In(Tile(r.size, s.Tile)) {
		return fmt.Errorf("part %v, slot %d in a display of %v", s.Rect, s.Slot, r.size)
	}
	return nil
}

func (r *Reader) readBlob(s *Statement) error {
	var b []byte
	head := 5
	if s.Op == OpVideo {
		head = 6
	}
	if err := r.take(head, &b); err != nil {
		return err
	}
	s.Codec = b[0]
	if err := s.checkCodec(b); err != nil {
		return err
	}
	n := binary.BigEndian.Uint32(b[head-4:])
	if n > MaxBlob || int(n) > len(r.blobs) {
		return fmt.Errorf("blob of %d bytes in %d", n, len(r.blobs))
	}
	s.Blob, r.blobs = r.blobs[:n:n], r.blobs[n:]
	return nil
}

func (s *Statement) checkCodec(head []byte) error {
	last := uint8(PhotoANS)
	if s.Op == OpVideo {
		last = VideoAV1
		s.Key = head[1] == 1
		if head[1] > 1 {
			return errors.New("unknown flags")
		}
	}
	if s.Codec < 1 || s.Codec > last {
		return fmt.Errorf("unknown codec %d", s.Codec)
	}
	return nil
}

func point(b []byte) image.Point {
	return image.Pt(int(binary.BigEndian.Uint16(b)), int(binary.BigEndian.Uint16(b[2:])))
}

// IndexBits returns how many bits an index into a palette of n colours has.
func IndexBits(n int) int {
	switch {
	case n <= 2:
		return 1
	case n <= 4:
		return 2
	}
	return 4
}

// RowBytes returns the length of a row of w indices into n colours.
func RowBytes(w, n int) int { return (w*IndexBits(n) + 7) / 8 }

// Tiles returns how many tiles a display has.
func Tiles(size image.Point) int { return across(size.X) * across(size.Y) }

// Tile returns the rectangle of a tile, which must be one of Tiles.
func Tile(size image.Point, tile int) image.Rectangle {
	at := image.Pt(tile%across(size.X), tile/across(size.X)).Mul(TileSize)
	return image.Rectangle{Min: at, Max: at.Add(image.Pt(TileSize, TileSize))}.Intersect(image.Rectangle{Max: size})
}

// TileAt returns the number of the tile that has the pixel p of the display.
func TileAt(size, p image.Point) int { return p.Y/TileSize*across(size.X) + p.X/TileSize }

func across(pixels int) int { return (pixels + TileSize - 1) / TileSize }
