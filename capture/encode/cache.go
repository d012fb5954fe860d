package encode

import (
	"hash/maphash"
	"image"
	"time"
	"unsafe"

	"jump/capture/frame"
)

// cache knows what the viewer keeps: tiles that stood for a while and were then
// painted over, by the hash of their pixels. A window that comes back costs five
// bytes a tile. The oldest slot is used again first.
type cache struct {
	seed  maphash.Seed
	slots []uint64 // the hash of what is in a slot
	tiles map[uint64]int
	next  int
	row   [frame.TileSize]uint32
}

// DefaultSlots is how many tiles a viewer keeps for a display that is alone:
// 32 MiB. Several displays share the limit of the format.
const DefaultSlots = 2048

const (
	stood     = 150 * time.Millisecond // how long a tile must have stood to be kept
	muchBlock = 4                      // how many of its blocks must go to make room,
	manyBlock = 64                     // or how many of the display, as when a window moves
)

func newCache(slots int) cache {
	return cache{seed: maphash.MakeSeed(), slots: make([]uint64, 0, slots), tiles: make(map[uint64]int, slots)}
}

func (c *cache) forget() {
	c.slots, c.next = c.slots[:0], 0
	clear(c.tiles)
}

// slot returns where to keep a tile of that hash, and whether it is there
// already.
func (c *cache) slot(hash uint64) (slot int, known bool) {
	if at, known := c.tiles[hash]; known {
		return at, true
	}
	at := c.next
	c.next = (c.next + 1) % cap(c.slots)
	if at == len(c.slots) {
		c.slots = append(c.slots, hash)
	} else {
		delete(c.tiles, c.slots[at])
		c.slots[at] = hash
	}
	c.tiles[hash] = at
	return at, false
}

// hash is over the pixels of a tile as they were said, and its size. Its seed is
// secret, so nothing on the screen can be drawn to collide.
func (e *Encoder) hash(r image.Rectangle) uint64 {
	c := &e.cache
	var h maphash.Hash
	h.SetSeed(c.seed)
	h.WriteByte(byte(r.Dx()))
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := c.row[:r.Dx()]
		for x, p := range e.row(r, y)[:len(row)] {
			row[x] = p & rgb
		}
		h.Write(unsafe.Slice((*byte)(unsafe.Pointer(&row[0])), 4*len(row))) // the order of bytes is the same all the time
	}
	return h.Sum64()
}

// keep makes the viewer store the tiles that are about to be painted over, once
// a frame, before the copies by v are carried out.
func (e *Encoder) keep(v image.Point, now time.Duration) {
	if e.moves.kept || cap(e.cache.slots) == 0 {
		return
	}
	e.moves.kept = true
	many := len(e.moves.changed) >= manyBlock
	e.each(e.moves.changed, func(i, blocks int) {
		t := &e.tiles[i]
		if blocks < muchBlock && !many || t.unknown || !t.approx.Empty() || now-t.since < stood || e.film.covers(frame.Tile(e.size, i)) {
			return
		}
		hash := e.hash(frame.Tile(e.size, i))
		slot, known := e.cache.slot(hash)
		if !known {
			e.plain = frame.AppendStore(e.plain, i, slot)
		}
		if !e.holds(i) || !e.leaves(frame.Tile(e.size, i), v) {
			e.remember(i, slot, hash)
		}
	})
}

// each calls f for every tile that has blocks in a list, in the order of tiles,
// with their number.
func (e *Encoder) each(list []image.Rectangle, f func(i, blocks int)) {
	for len(list) > 0 {
		i, n := e.tileAt(list[0].Min), 1
		for n < len(list) && e.tileAt(list[n].Min) == i {
			n++
		}
		f(i, n)
		list = list[n:]
	}
}

func (e *Encoder) tileAt(p image.Point) int {
	return p.Y/frame.TileSize*e.cols + p.X/frame.TileSize
}

// back says a tile from the viewer's cache, if much of it changed and it is
// there.
func (e *Encoder) back(i int, box image.Rectangle) bool {
	r := frame.Tile(e.size, i)
	if len(e.cache.tiles) == 0 || 4*box.Dx()*box.Dy() < r.Dx()*r.Dy() {
		return false
	}
	slot, ok := e.cache.tiles[e.hash(r)]
	if ok {
		e.plain = frame.AppendCached(e.plain, i, slot)
		e.tiles[i].exact()
	}
	return ok
}
