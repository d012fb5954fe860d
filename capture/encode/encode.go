// Package encode turns the pixels of a display into frames (package
// jump/capture/frame): it compares them with what the viewer already has, and
// says only the difference, in the form that costs least.
//
// It is not a capture back end and knows no operating system, it sends nothing
// and it has no clock: pixels, numbers and times come from outside, so the same
// calls always give the same bytes.
//
// A frame is made in four steps. The damage is compared block by block with
// what was said (diff.go). What merely moved becomes copies (move.go). What
// remains is classified tile by tile, by its colours (classify.go):
//
//	one colour              Fill
//	2 to 16                 Palette
//	more, drawn             Plain: the same glyph has the same bytes, which the coding finds
//	more, like a photograph Photo: runs of tiles as one JPEG (photo.go), approximate, where lossy is
//	                        allowed; else without loss (exact.go), for viewers of format 1 Gradient
//
// And all statements go through one continuing coding (pack.go). Tiles that
// are approximate are said again, exactly, when they have rested.
package encode

import (
	"image"
	"slices"
	"time"

	"jump/capture"
	"jump/capture/frame"
	"jump/transport/wire"
)

// A frame ends when its statements or its photographs reach pieceSize; what
// remains goes into the next. With what one more tile or run can add, that is
// below every limit of the format and below wire.MaxFrame.
const pieceSize = 2 << 20

// pageSize is how long statements may become before they are packed: pieceSize
// of them would be as much memory, and gone from the processor's cache.
const pageSize = 64 << 10

// Config says for whom a display is encoded.
type Config struct {
	Display wire.Display
	Epoch   uint32 // of the wire.Displays in force
	Coding  wire.Coding
	Format  uint8       // newest picture format that the viewer knows
	Codecs  wire.Codecs // that the viewer can decode
	Quality uint8       // of the first pass of photographs, 1 to 100, see jpeg.MaxQuality; 0: lossless only
	Video   Video       // says films, for whom Codecs has one of its; nil: none is found. The Encoder closes it
	Slots   int         // tiles that the viewer keeps; at most frame.Slots for all displays together
}

// Encoder holds what the viewer has of one display. It is not safe for
// concurrent use.
type Encoder struct {
	cfg   Config
	size  image.Point
	cols  int      // tiles in a row
	have  []uint32 // what was said last, rows of size.X words
	tiles []tile
	said  bool // the last frame was exact
	reset bool // the next frame starts coding and cache anew

	pack    packer
	colours colours
	photos  photos
	exacts  exacts
	moves   moves
	cache   cache
	under   under
	film    film
	films   bool              // are looked for
	found   []bool            // tiles that findFilm has seen
	piece   int               // bytes of a frame after which no photograph begins
	beside  int               // the same if something else is said
	turn    int               // tile that is paid first
	gentle  int               // bytes of the next refinement where photographs take turns
	boxes   []image.Rectangle // what differs of the tile at hand, a box a block

	plain  []byte // the frame at hand: statements that are not packed yet,
	packed int    // and the length of those that are, in body
	blobs  []byte
	body   []byte
}

// tile is what is known of one square of frame.TileSize.
type tile struct {
	dirty    uint16          // damaged blocks of blockSize, not yet compared; bit 0 upper left, in rows
	unknown  bool            // the viewer's pixels are not in have
	approx   image.Rectangle // where the viewer's pixels are only like those in have
	owed     bool            // approx was not even said approximately
	changed  time.Duration   // when approx last grew
	since    time.Duration   // when anything of it last changed
	restless time.Duration   // how long it rests before it is refined, if longer than Rest
	gently   bool            // and then little by little
	lively   lively
}

// New returns an Encoder for a display that is black at the viewer's.
func New(cfg Config) (*Encoder, error) {
	p, err := newPacker(cfg.Coding)
	if err != nil {
		return nil, err
	}
	size := image.Pt(int(cfg.Display.Width), int(cfg.Display.Height))
	return &Encoder{
		cfg: cfg, size: size, pack: p, piece: pieceSize, beside: pieceSize, cache: newCache(min(cfg.Slots, frame.Slots)),
		cols:  (size.X + frame.TileSize - 1) / frame.TileSize,
		have:  make([]uint32, size.X*size.Y),
		tiles: make([]tile, frame.Tiles(size)), films: true,
	}, nil
}

// Close frees what the coding holds, and ends the Video.
func (e *Encoder) Close() {
	e.pack.close()
	if e.cfg.Video != nil {
		e.cfg.Video.Close()
	}
}

// SetPiece bounds the photographs of a frame, in bytes: none is begun when there
// are as many as a frame may have of them alone, or beside something else. What
// is left over is owed, see Owes. With 0 they wait. Without SetPiece, frames are
// as large as the format allows.
func (e *Encoder) SetPiece(alone, beside int) {
	e.piece, e.beside = min(alone, pieceSize), min(beside, pieceSize)
}

// Owes reports whether photographs are left over for the next Encode.
func (e *Encoder) Owes() bool {
	return slices.ContainsFunc(e.tiles, func(t tile) bool { return t.owed })
}

// SetQuality changes the quality of the photographs to come.
func (e *Encoder) SetQuality(q uint8) { e.cfg.Quality = q }

// SetFilms says how many bytes a second films may take that are said by Video,
// if there is one; 0: they are photographs. At first there is no bound.
func (e *Encoder) SetFilms(rate int) {
	if e.films = rate > 0; e.films && e.cfg.Video != nil {
		e.cfg.Video.Fit(rate)
	}
}

// Refresh makes the next frames say the whole picture again, whatever the
// viewer has.
func (e *Encoder) Refresh() {
	e.reset, e.said = true, false
	if e.film = (film{}); e.cfg.Video != nil {
		e.cfg.Video.Cut()
	}
	for i := range e.tiles {
		e.tiles[i].unknown = true
	}
	e.Damage(image.Rectangle{Max: e.size})
}

// Encode says what differs between px, the whole display, and what was said,
// as far as Damage named it and one frame holds it. It returns the body of the
// frame, valid until the next call, or nil if there is nothing to say. Call it
// again, with newer pixels, while Pending is not empty, and with any, even
// none, while only Owes or FilmAt says so. now is the time since any fixed point.
func (e *Encoder) Encode(px capture.Pixels, sequence uint32, now time.Duration) ([]byte, error) {
	e.begin()
	e.sayFilm(now)
	e.takeFilm(px, now)
	area := e.findChanged(px)
	e.move(area, px, now)
	for i := 0; i < len(e.tiles) && !e.full(); i++ {
		if e.tiles[i].dirty != 0 {
			e.say(i, e.take(i, px), now)
			if err := e.page(); err != nil {
				return nil, err
			}
		}
	}
	e.watchFilm(now)
	e.putFilm()
	e.exacts.end(e)
	if err := e.pay(now); err != nil {
		return nil, err
	}
	return e.end(sequence, now)
}

func (e *Encoder) begin() {
	e.plain, e.packed, e.blobs = e.plain[:0], 0, e.blobs[:0]
	if e.reset {
		e.pack.reset()
		e.photos.forget()
		e.exacts.ans.Forget()
		e.cache.forget()
	}
	e.pack.begin(append(e.body[:0], blank[:]...))
}

// blank is where a frame's header is written when all of it is known.
var blank [frame.HeaderSize]byte

// length is that of the statements of the frame at hand.
func (e *Encoder) length() int { return e.packed + len(e.plain) }

func (e *Encoder) full() bool { return e.length() >= pieceSize || len(e.blobs) >= pieceSize }

// page packs the statements at hand if they fill a page.
func (e *Encoder) page() error {
	if len(e.plain) < pageSize {
		return nil
	}
	return e.turnPage()
}

func (e *Encoder) turnPage() error {
	e.packed += len(e.plain)
	err := e.pack.write(e.plain)
	e.plain = e.plain[:0]
	return err
}

// exact reports whether all that was damaged was said, and exactly.
func (e *Encoder) exact() bool {
	if e.film.playing {
		return false
	}
	for i := range e.tiles {
		if t := &e.tiles[i]; t.dirty != 0 || !t.approx.Empty() {
			return false
		}
	}
	return true
}

// end makes a frame of what was said. Nothing is worth a frame only when it
// completes the picture, or when a film begins to hide what changes in it.
func (e *Encoder) end(sequence uint32, now time.Duration) ([]byte, error) {
	exact := e.exact()
	hidden := e.film.playing && e.said // what changes is silent until a unit is there
	if e.length() == 0 && !e.reset && !hidden && (!exact || e.said) {
		return nil, nil
	}
	if err := e.turnPage(); err != nil {
		return nil, err
	}
	b, err := e.pack.end()
	if err != nil {
		return nil, err
	}
	h := frame.Header{Sequence: sequence, Epoch: e.cfg.Epoch, Time: uint64(now.Microseconds()), Display: e.cfg.Display.ID,
		Plain: uint32(e.packed), Packed: uint32(len(b) - frame.HeaderSize)}
	if exact {
		h.Flags |= frame.FlagExact
	}
	if e.reset {
		h.Flags |= frame.FlagReset
	}
	h.Append(b[:0])
	e.body, e.said, e.reset = append(b, e.blobs...), exact, false
	return e.body, nil
}
