package frame_test

import (
	"encoding/binary"
	"image"
	"slices"
	"testing"

	"jump/capture/frame"
)

const epoch = 3

func rect(x, y, w, h int) image.Rectangle { return image.Rect(x, y, x+w, y+h) }

// one makes a case of one display of 150 by 100 pixels: three by two tiles, of
// which those at the edges are 22 wide and 36 high.
func one(t testing.TB, name string, coding, tolerance int, draw func(p *pen, emit func(flags uint8))) golden {
	g := golden{Name: name, Coding: coding, Epoch: epoch, Displays: []goldenDisplay{{0, 150, 100}}}
	p := newPen(t, 0, 150, 100, coding)
	draw(p, func(flags uint8) {
		g.Frames = append(g.Frames, p.frame(uint32(len(g.Frames)+1), epoch, flags))
		g.Exact = flags&frame.FlagExact != 0
	})
	g.Pictures = []goldenPicture{pictureOf(p, tolerance)}
	return g
}

const exact = frame.FlagExact

// drawings are the well-formed cases.
func drawings(t testing.TB) []golden {
	type emit = func(uint8)
	out := []golden{
		one(t, "nothing", none, 0, func(p *pen, e emit) { e(exact) }),
		one(t, "fill", none, 0, func(p *pen, e emit) {
			p.fill(rect(0, 0, 150, 100), 0x204060)
			p.fill(rect(149, 99, 1, 1), 0xFF8001)
			p.fill(rect(10, 20, 70, 5), 0xFFFFFF)
			e(exact)
		}),
		one(t, "palettes", none, 0, func(p *pen, e emit) { palettes(p); e(exact) }),
		one(t, "plain", none, 0, func(p *pen, e emit) {
			p.plainly(rect(3, 5, 31, 17), noise(1))
			p.plainly(rect(149, 0, 1, 40), noise(2))
			e(exact)
		}),
		one(t, "gradient", none, 0, func(p *pen, e emit) {
			p.gradient(rect(0, 0, 150, 60), slope)
			p.gradient(rect(7, 64, 33, 36), noise(3))
			p.gradient(rect(90, 90, 1, 1), noise(4))
			p.gradient(rect(100, 64, 1, 30), noise(5))
			e(exact)
		}),
		one(t, "copies", none, 0, func(p *pen, e emit) { copies(p); e(exact) }),
		one(t, "store and cached", none, 0, func(p *pen, e emit) { caches(p, e) }),
		one(t, "reset keeps the picture", deflate, 0, func(p *pen, e emit) { resets(p, e, deflate) }),
		one(t, "photo", none, 16, func(p *pen, e emit) {
			p.fill(rect(0, 0, 150, 100), 0x808080)
			p.photo(rect(0, 0, 128, 64), frame.PhotoJPEG, slope)
			e(0)
			p.photo(rect(64, 32, 86, 37), frame.PhotoAbridged, slope)
			p.fill(rect(5, 3, 4, 4), 0x00FF00)
			p.photo(rect(0, 70, 17, 30), frame.PhotoAbridged, slope)
			e(0)
		}),
		one(t, "photo refined", zstdc, 0, func(p *pen, e emit) {
			p.photo(rect(0, 0, 150, 100), frame.PhotoJPEG, slope)
			e(0)
			p.gradient(rect(0, 0, 150, 90), slope)
			p.plainly(rect(0, 90, 150, 10), noise(10))
			e(exact)
		}),
		one(t, "exact photographs", none, 0, func(p *pen, e emit) { exactly(p, frame.PhotoExact, slope); e(exact) }),
		one(t, "smaller exact photographs", none, 0, func(p *pen, e emit) {
			exactly(p, frame.PhotoANS, slope)
			e(exact)
			exactly(p, frame.PhotoANS, swing) // with the tables of before, but for some
			e(exact)
			p.begin(none)
			p.ans.Forget()
			exactly(p, frame.PhotoANS, slope)
			e(frame.FlagReset | exact)
		}),
		one(t, "parts of slots", none, 0, func(p *pen, e emit) { parts(p, e) }),
		twoDisplays(t), stale(t),
	}
	for i, coding := range []string{"none", "deflate", "zstd"} {
		out = append(out, one(t, "many frames, "+coding, i, 0, func(p *pen, e emit) { many(p, e) }))
	}
	return out
}

func exactly(p *pen, codec uint8, f func(x, y int) uint32) {
	p.exactly(codec, rect(0, 0, 150, 60), f)
	p.exactly(codec, rect(7, 64, 33, 36), noise(3))
	p.exactly(codec, rect(90, 90, 1, 1), noise(4))
	p.exactly(codec, rect(100, 64, 1, 30), noise(5))
	p.exactly(codec, rect(110, 62, 40, 38), func(x, y int) uint32 { return f(x, y) + noise(9)(x, y)&0x030303 })
	p.exactly(codec, rect(50, 80, 9, 1), f)
}

// swing has long jumps among small differences.
func swing(x, y int) uint32 {
	v := slope(x, y)
	if (x*y)%41 == 40 {
		v ^= 0x80C0FF
	}
	return v
}

func palettes(p *pen) {
	colours := []uint32{0, 0xFFFFFF, 0xFF0000, 0x00FF00, 0x0000FF, 0xFFFF00, 0x00FFFF, 0xFF00FF,
		0x800000, 0x008000, 0x000080, 0x808000, 0x008080, 0x800080, 0x808080, 0xC0C0C0}
	for i, n := range []int{2, 3, 4, 5, 16} {
		p.palette(rect(3+i*29, 2, 8+i, 40), colours[:n], func(x, y int) int { return (x*7 + y*3 + x*y) % n })
	}
	for w := 1; w <= 9; w++ {
		p.palette(rect(w*12, 50, w, 3), colours[:2], func(x, y int) int { return (x + y) % 2 })
		p.palette(rect(w*12, 60, w, 3), colours[:4], func(x, y int) int { return (x + y) % 4 })
		p.palette(rect(w*12, 70, w, 3), colours[:7], func(x, y int) int { return (x + y) % 7 })
	}
}

// dots covers the display with sixteen colours at random.
func dots(p *pen, seed uint32) {
	var colours []uint32
	for i := range uint32(16) {
		colours = append(colours, i*0x0F1D33)
	}
	f := noise(seed)
	p.palette(rect(0, 0, p.size.X, p.size.Y), colours, func(x, y int) int { return int(f(x, y) >> 5 & 15) })
}

func copies(p *pen) {
	dots(p, 6)
	for _, d := range []image.Point{{-9, 0}, {9, 0}, {0, -9}, {0, 9}, {-5, -7}, {5, 7}, {5, -7}, {-5, 7}, {0, 0}, {60, 1}} {
		r := rect(20, 20, 61, 43)
		p.copy(r.Add(d), r.Min)
	}
	p.copy(rect(149, 99, 1, 1), image.Pt(0, 0))
}

func caches(p *pen, emit func(uint8)) {
	dots(p, 7)
	for tile := range frame.Tiles(p.size) {
		p.store(tile, 1000+tile)
	}
	emit(exact)
	p.fill(rect(0, 0, 150, 100), 0x112233)
	emit(exact)
	p.cached(1, 1000) // 64 by 64 into another of that size
	p.cached(2, 1002)
	p.cached(3, 1004) // 64 by 36
	p.cached(5, 1005)
	p.store(5, frame.Slots-1)
	p.store(1, 1004) // a slot may change its size
	p.cached(0, 1004)
	emit(exact)
}

func parts(p *pen, emit func(uint8)) {
	dots(p, 11)
	p.store(1, 3)
	p.store(2, 4)
	p.store(5, 5)
	p.fill(rect(0, 0, 150, 100), 0x445566)
	p.part(rect(64, 0, 64, 64), 3)
	p.part(rect(3, 40, 61, 1), 3) // of another tile of that size
	p.part(rect(149, 63, 1, 1), 4)
	p.part(rect(130, 0, 9, 50), 4)
	p.part(rect(128, 99, 22, 1), 5)
	emit(exact)
}

func resets(p *pen, emit func(uint8), coding int) {
	p.plainly(rect(0, 0, 100, 50), noise(8))
	p.store(0, 1)
	emit(exact)
	p.begin(coding)
	p.copy(rect(50, 40, 100, 50), image.Pt(0, 0))
	p.store(0, 2)
	p.cached(1, 2)
	emit(frame.FlagReset | exact)
	p.fill(rect(1, 1, 2, 2), 0xABCDEF)
	emit(exact)
}

// many draws twenty frames that a continuing coding can make short.
func many(p *pen, emit func(uint8)) {
	for i := range 20 {
		r := rect(i*6, i*3, 33, 21)
		p.plainly(r, noise(uint32(i%3)))
		if i%4 == 0 {
			p.gradient(r.Add(image.Pt(0, 20)), slope)
		}
		if i%5 == 0 {
			emit(0) // and then one without statements
		}
		emit(exact)
	}
}

func twoDisplays(t testing.TB) golden {
	g := golden{Name: "two displays", Coding: deflate, Epoch: epoch, Exact: true,
		Displays: []goldenDisplay{{1, 70, 64}, {9, 64, 70}}}
	a, b := newPen(t, 1, 70, 64, deflate), newPen(t, 9, 64, 70, deflate)
	for i := range 4 {
		p := []*pen{a, b}[i%2]
		p.plainly(rect(i, 2*i, 30, 30), noise(uint32(i)))
		if i < 2 {
			p.store(0, 4)
		} else {
			p.cached(0, 4) // each display has a cache of its own
		}
		g.Frames = append(g.Frames, p.frame(uint32(i+1), epoch, exact))
	}
	g.Pictures = []goldenPicture{pictureOf(a, 0), pictureOf(b, 0)}
	return g
}

// stale has a frame of an older epoch between two others: it is dropped, its
// coding is not that of the others, and it is no error.
func stale(t testing.TB) golden {
	old := newPen(t, 0, 150, 100, zstdc)
	old.fill(rect(0, 0, 150, 100), 0xFF0000)
	late := old.frame(2, epoch-1, exact)
	return one(t, "stale epoch", zstdc, 0, func(p *pen, e func(uint8)) {
		p.plainly(rect(0, 0, 20, 20), noise(1))
		e(exact)
		p.plainly(rect(10, 10, 20, 20), noise(1))
		e(exact)
	}).insert(1, late)
}

func (g golden) insert(at int, f []byte) golden {
	g.Frames = slices.Insert(g.Frames, at, f)
	return g
}

// malformed are frames that must be refused. Each is the last of its case.
func malformed(t testing.TB) []golden {
	var out []golden
	add := func(name, reason string, coding int, first, body []byte) {
		g := golden{Name: "malformed: " + name, Coding: coding, Epoch: epoch,
			Displays: []goldenDisplay{{0, 150, 100}}, Frames: [][]byte{body}, Error: reason}
		if first != nil {
			g.Frames = [][]byte{first, body}
		}
		out = append(out, g)
	}
	raw := func(plain, blobs []byte) []byte {
		h := frame.Header{Sequence: 1, Epoch: epoch, Plain: uint32(len(plain)), Packed: uint32(len(plain))}
		return append(append(h.Append(nil), plain...), blobs...)
	}
	for _, c := range brokenStatements() {
		add(c.name, c.reason, none, nil, raw(c.plain, c.blobs))
	}
	good := raw(frame.AppendFill(nil, rect(0, 0, 9, 9), 1), nil)
	patched := func(at int, v ...byte) []byte { b := slices.Clone(good); copy(b[at:], v); return b }
	add("empty body", "shorter than its header", none, nil, []byte{})
	add("short header", "shorter than its header", none, nil, good[:27])
	add("unknown display", "display 4 is unknown", none, nil, patched(16, 4))
	add("unknown flags", "unknown flags", none, nil, patched(17, 4))
	add("reserved", "unknown flags", none, nil, patched(19, 1))
	add("plain over its limit", "too many statements", none, nil, patched(20, 2, 0, 0, 1))
	add("packed over the body", "too few bytes", none, nil, patched(24, 0, 1, 0, 0))
	add("plain is not packed", "lengths differ", none, nil, patched(20, 0, 0, 0, 11))
	add("deflate garbage", "not deflate", deflate, nil, squeezed([]byte{0xFF, 0xFF, 0xFF, 0xFF}, 12))
	add("deflate ends early", "too few bytes", deflate, nil, squeezed([]byte{0, 0, 0, 0xFF, 0xFF}, 12))
	add("zstd garbage", "not zstd", zstdc, nil, squeezed([]byte("nonsense"), 12))
	add("more than the statements", "trailing bytes", deflate, nil, squeezed(make([]byte, 400), 0))
	p := newPen(t, 0, 150, 100, none)
	p.store(0, 1)
	first := p.frame(1, epoch, 0)
	add("cached after reset", "empty slot", none, first, resetting(raw(frame.AppendCached(nil, 0, 1), nil)))
	add("part of another size", "size of the slot", none, first, raw(frame.AppendPart(nil, rect(129, 65, 3, 3), 1), nil))
	add("part from an empty slot", "empty slot", none, first, raw(frame.AppendPart(nil, rect(1, 1, 3, 3), 2), nil))
	add("cached of another size", "size of the slot", none, first, raw(frame.AppendCached(nil, 5, 1), nil))
	return out
}

func squeezed(packed []byte, plain uint32) []byte {
	h := frame.Header{Sequence: 1, Epoch: epoch, Plain: plain, Packed: uint32(len(packed))}
	return append(h.Append(nil), packed...)
}

func resetting(b []byte) []byte { b[17] = frame.FlagReset; return b }

type broken struct {
	name, reason string
	plain, blobs []byte
}

func brokenStatements() []broken {
	all := rect(0, 0, 150, 100)
	fill := frame.AppendFill(nil, rect(1, 1, 2, 2), 1)
	wide := frame.AppendPalette(nil, rect(0, 0, 8, 1), []uint32{1, 2, 3}, []byte{0, 1, 2, 3, 0, 0, 0, 0})
	palette := func(n byte) []byte {
		b := frame.AppendPalette(nil, rect(0, 0, 8, 1), []uint32{1, 2}, make([]byte, 8))
		b[9] = n
		return append(b, make([]byte, 64)...)
	}
	var flood []byte
	for range frame.MaxPaint + 1 {
		flood = frame.AppendFill(flood, all, 7)
	}
	return []broken{
		{"unknown statement", "unknown", []byte{0x7F, 0, 0}, nil},
		{"statement zero", "unknown", []byte{0}, nil},
		{"cut rectangle", "too few bytes", fill[:5], nil},
		{"cut fill", "too few bytes", fill[:len(fill)-1], nil},
		{"no width", "rectangle", frame.AppendFill(nil, rect(3, 3, 0, 5), 1), nil},
		{"no height", "rectangle", frame.AppendFill(nil, rect(3, 3, 5, 0), 1), nil},
		{"one pixel too far right", "rectangle", frame.AppendFill(nil, rect(100, 0, 51, 10), 1), nil},
		{"one pixel too low", "rectangle", frame.AppendFill(nil, rect(0, 100, 1, 1), 1), nil},
		{"largest rectangle", "rectangle", frame.AppendFill(nil, rect(65535, 65535, 65535, 65535), 1), nil},
		{"copy from outside", "rectangle", frame.AppendCopy(nil, rect(0, 0, 20, 20), image.Pt(131, 0)), nil},
		{"copy cut", "too few bytes", frame.AppendCopy(nil, rect(0, 0, 20, 20), image.Pt(1, 0))[:12], nil},
		{"palette of none", "palette", palette(0), nil},
		{"palette of one", "palette", palette(1), nil},
		{"palette of seventeen", "palette", palette(17), nil},
		{"palette index", "index", wide, nil},
		{"palette cut", "too few bytes", wide[:len(wide)-1], nil},
		{"plain cut", "too few bytes", frame.AppendPlain(nil, rect(0, 0, 3, 3), make([]uint32, 9), 3)[:30], nil},
		{"gradient cut", "too few bytes", frame.AppendGradient(nil, rect(0, 0, 3, 3), make([]uint32, 9), 3)[:30], nil},
		{"store of no tile", "tile", frame.AppendStore(nil, 6, 0), nil},
		{"store in no slot", "slot", frame.AppendStore(nil, 0, frame.Slots), nil},
		{"cached from an empty slot", "empty slot", frame.AppendCached(nil, 0, 9), nil},
		{"part of two tiles", "part", frame.AppendPart(nil, rect(60, 1, 5, 5), 0), nil},
		{"part in no slot", "slot", frame.AppendPart(nil, rect(0, 0, 5, 5), frame.Slots), nil},
		{"part cut", "too few bytes", frame.AppendPart(nil, rect(0, 0, 5, 5), 0)[:10], nil},
		{"exact photo of no predictor", "predictor", frame.AppendPhoto(nil, all, frame.PhotoExact, 2), []byte{2, 0}},
		{"exact photo too short", "length", frame.AppendPhoto(nil, all, frame.PhotoExact, 9), make([]byte, 9)},
		{"exact photo too long", "length", frame.AppendPhoto(nil, rect(0, 0, 2, 2), frame.PhotoExact, 99), make([]byte, 99)},
		{"smaller exact photo with unknown flags", "flags", frame.AppendPhoto(nil, all, frame.PhotoANS, 20), append([]byte{16}, make([]byte, 19)...)},
		{"smaller exact photo with a broken table", "tables", frame.AppendPhoto(nil, all, frame.PhotoANS, 20), append([]byte{0, 0xFF}, make([]byte, 18)...)},
		{"smaller exact photo too short", "length", frame.AppendPhoto(nil, all, frame.PhotoANS, 8), make([]byte, 8)},
		{"smaller exact photo with a state too small", "length", frame.AppendPhoto(nil, all, frame.PhotoANS, 16), make([]byte, 16)},
		{"smaller exact photo too long", "length", frame.AppendPhoto(nil, rect(0, 0, 2, 2), frame.PhotoANS, 18), []byte{4: 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 17: 0}},
		{"photo of no codec", "codec", frame.AppendPhoto(nil, all, 5, 1), []byte{0}},
		{"photo without its blob", "blob", frame.AppendPhoto(nil, all, 1, 10), make([]byte, 9)},
		{"photo over its limit", "blob", frame.AppendPhoto(nil, all, 1, frame.MaxBlob+1), make([]byte, 9)},
		{"photo that is none", "JPEG", frame.AppendPhoto(nil, all, 1, 9), make([]byte, 9)},
		{"photo of another size", "size", frame.AppendPhoto(nil, rect(0, 0, 9, 9), 1, len(tiny)), tiny},
		{"photo without tables before", "tables", frame.AppendPhoto(nil, rect(0, 0, 8, 8), 2, len(tiny)), tiny},
		{"blob without a statement", "left over", fill, []byte{1}},
		{"painting without end", "pixels", flood, nil},
		{"video of no codec", "codec", append(binary.BigEndian.AppendUint64([]byte{9}, 0x0000000000080008), 5, 0, 0, 0, 0, 0), nil},
	}
}
