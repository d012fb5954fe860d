// Package frame is the picture format: the layout of the body of a
// wire.TypeFrame, its limits, and its golden bytes, which Go and the browser
// both read (testdata).
//
// It is not an encoder and not a decoder: capture/encode decides what to say
// and capture/decode draws it. This package only turns statements into bytes
// and hostile bytes into statements or errors.
//
// # Layout
//
// A frame changes the picture of one display. All integers are big endian.
//
//	u32 sequence    counts all frames of a conversation, from 1; acknowledged by wire.Ack
//	u32 epoch       of the wire.Displays in force; a frame of another epoch is dropped
//	u64 time        capture time, microseconds of the agent's monotonic clock
//	u8  display     its wire.Display.ID
//	u8  flags       bit 0 Exact: after this frame every pixel equals the screen
//	                bit 1 Reset: before this frame coding starts anew, the cache is empty and
//	                the tables of photographs of all codecs are forgotten; the picture stays
//	u16 reserved    0
//	u32 plain       length of the statements before compression, at most MaxPlain
//	u32 packed      length of the statements as sent
//	packed bytes    the statements, through the display's continuing coding (wire.Coding)
//	rest            the blobs, one after the other, as the statements call for them; nothing is left over
//
// Other flags and other values of reserved are malformed.
//
// With wire.CodingNone packed equals plain. With the other codings the bytes
// of all frames of a display since the last Displays or Reset, joined, are one
// stream, flushed to a byte boundary at the end of every frame: deflate by an
// empty stored block (Z_SYNC_FLUSH), zstd by the end of a block.
//
// # Statements
//
// They are carried out in order, each on the result of those before. x, y, w
// and h are u16 in pixels of the display; a rectangle has at least one pixel
// and lies inside the display.
//
//	0x01 Copy      x y w h, u16 fromX, u16 fromY    as memmove: overlapping is allowed
//	0x02 Fill      x y w h, r g b                   one colour
//	0x03 Palette   x y w h, u8 n (2..16), n × r g b, indices
//	                                                1 bit each for n = 2, 2 for n ≤ 4, else 4; most
//	                                                significant first; each row padded to a byte, whose
//	                                                padding is ignored; an index of n or more is malformed
//	0x04 Plain     x y w h, w*h × r g b
//	0x05 Gradient  x y w h, w*h × residual r g b    LOCO-I: each channel's difference, modulo 256, from the
//	                                                median edge predictor of left, above and above left,
//	                                                which are 0 outside the rectangle
//	0x06 Store     u16 tile, u16 slot               keep the tile, as it is now, in the slot
//	0x07 Cached    u16 tile, u16 slot               draw what the slot holds; it must have the tile's size
//	0x08 Photo     x y w h, u8 codec, u32 length    a blob: codec 1 is a JPEG of exactly w by h pixels,
//	                                                codec 2 the same without its tables (DQT, DHT), which are
//	                                                those of the last codec 1 blob of this display,
//	                                                codec 3 (format 2) is exact: see package jump/capture/lossless,
//	                                                codec 4 (format 3) is too: see package jump/capture/ans
//	0x09 Video     x y w h, u8 codec, u8 flags, u32 length
//	                                                a blob: one access unit for the inter-frame codec of
//	                                                this display (1 VP8, 2 VP9, 3 H.264 Annex B, 4 AV1);
//	                                                flags bit 0 key frame; scaled to w by h
//	0x0A Part      x y w h, u16 slot                (format 2) draw the part of what the slot holds that lies in
//	                                                its tile where the rectangle lies in its own: the rectangle
//	                                                is inside one tile, whose size the slot must have
//
// Tiles are squares of TileSize pixels, numbered from the top left in rows;
// those at the right and lower edge are smaller. Photo of codec 1 or 2 and Video
// leave the picture approximate; every other statement writes exact pixels.
//
// # Limits
//
// See the constants. Added up over a frame, the rectangles and tiles of all
// statements have at most MaxPaint times the display's pixels, so a small frame
// cannot keep a viewer busy for long. A reader that meets a statement it does not know, a
// rectangle outside the display, or a count over its limit must end the
// conversation: nothing in a frame can be skipped safely.
package frame

// Version is the newest picture format of this program. Its history:
//
//	1  2026-11  the first
//	2  2026-11  exact photographs (Photo, codec 3): two thirds of the bytes of Gradient;
//	            Part: what a window uncovers is drawn from the cache
//	3  2026-11  exact photographs (Photo, codec 4) in an eighth fewer bytes and a third of the time
const Version = 3

// Limits and sizes.
const (
	HeaderSize = 28       // bytes before the statements
	TileSize   = 64       // pixels
	Slots      = 8192     // of the cache, per display
	MaxPlain   = 32 << 20 // bytes of statements in a frame
	MaxOps     = 1 << 17  // statements in a frame
	MaxBlob    = 8 << 20  // bytes of one blob
	MaxPaint   = 16       // pixels touched by a frame, in pixels of the display

	// MaxCached bounds the pixels in the filled slots of all displays together.
	MaxCached = Slots * TileSize * TileSize
)

// Flags of a frame.
const (
	FlagExact = 1 << 0
	FlagReset = 1 << 1
)

// Op is the code of a statement.
type Op uint8

// The statements.
const (
	OpCopy     Op = 0x01
	OpFill     Op = 0x02
	OpPalette  Op = 0x03
	OpPlain    Op = 0x04
	OpGradient Op = 0x05
	OpStore    Op = 0x06
	OpCached   Op = 0x07
	OpPhoto    Op = 0x08
	OpVideo    Op = 0x09
	OpPart     Op = 0x0A
)
