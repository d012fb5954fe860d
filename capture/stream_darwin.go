package capture

import (
	"errors"
	"fmt"
	"image"
	"math"
	"sync"
	"time"
	"unsafe"

	"github.com/ebitengine/purego/objc"
	"github.com/go-vgo/robotgo/darwin"
)

// streaming is the desk of CGDisplayStream: the window server calls for every
// frame that differs, with the parts of the display that were drawn or moved,
// and hands the picture out as memory. It takes one block and nothing else of
// Objective-C. It has never been run on a Mac.
type streaming struct{ pictures quartzCamera }

var _ desk = (*streaming)(nil)

func openStreams() (Source, error) {
	if err := loadQuartz(); err != nil {
		return nil, fmt.Errorf("stream the displays: %w", err)
	}
	s, err := newMirrored(&streaming{})
	if err != nil {
		return nil, fmt.Errorf("stream the displays: %w", err)
	}
	return s, nil
}

// displays are in points, as input is; streams are asked for in that size.
func (s *streaming) displays() []Display { return s.pictures.displays() }

var errRearranged = errors.New("the monitors are others now")

// activeDisplays returns the numbers of the displays, in the order of
// displays().
func activeDisplays() []uint32 {
	var list [16]uint32
	var n uint32
	if quartz.activeDisplays(uint32(len(list)), &list[0], &n) != 0 {
		return nil
	}
	return list[:min(int(n), len(list))]
}

// firstFrame is how long a stream may take for its first picture, which is
// whole.
const firstFrame = 3 * time.Second

func (s *streaming) mirror(d Display) (mirror, change, error) {
	active := activeDisplays()
	if int(d.ID) >= len(active) {
		return nil, change{}, errRearranged
	}
	m := &streamed{display: d, number: active[d.ID], wake: make(chan struct{}, 1), stopped: make(chan struct{})}
	if err := m.start(); err != nil {
		m.close()
		return nil, change{}, err
	}
	for end := time.Now().Add(firstFrame); !m.held(); {
		if err := m.wait(time.Until(end)); err != nil || time.Now().After(end) {
			m.close()
			return nil, change{}, fmt.Errorf("no picture of %s in %v: %w", d.Name, firstFrame, errors.Join(err, errors.ErrUnsupported))
		}
	}
	a := arrow()
	m.at = image.Pt(darwin.Location())
	return m, change{shape: &a, pointed: true, pointer: m.at, visible: true}, nil
}

// streamed is the mirror of one display.
type streamed struct {
	display       Display
	number        uint32 // CGDirectDisplayID
	stream, queue uintptr
	block         objc.Block
	wake          chan struct{} // one slot: there is news
	stopped       chan struct{} // closed by the last call of frame
	at            image.Point
	stirred       time.Time // when the pointer moved last

	mu      sync.Mutex
	surface uintptr // the newest picture, retained; 0: none yet
	news    change
	over    bool
}

// Values of CGDisplayStream.h: CGDisplayStreamFrameStatus and
// CGDisplayStreamUpdateRectType; of CVPixelBuffer.h: 'BGRA'.
const (
	frameComplete = 0
	frameStopped  = 3
	rectsMoved    = 1
	rectsDirty    = 2 // drawn and moved
	pixelsBGRA    = 'B'<<24 | 'G'<<16 | 'R'<<8 | 'A'
)

func (m *streamed) start() error {
	label := []byte("jump.capture\x00")
	m.queue = quartz.queueCreate(&label[0], 0) // serial
	properties := quartz.dictionary(0, &quartz.showCursor, &quartz.no, 1, quartz.keyCalls, quartz.valueCalls)
	if m.queue == 0 || properties == 0 {
		return errors.New("make a queue and a dictionary")
	}
	defer quartz.release(properties)
	m.block = objc.NewBlock(m.frame)
	size := m.display.Bounds.Size()
	m.stream = quartz.streamCreate(m.number, uint64(size.X), uint64(size.Y), pixelsBGRA, properties, m.queue, uintptr(m.block))
	if m.stream == 0 {
		return fmt.Errorf("make a stream of %s", m.display.Name)
	}
	if e := quartz.streamStart(m.stream); e != 0 {
		quartz.release(m.stream)
		m.stream = 0
		return fmt.Errorf("start a stream of %s: CGError %d", m.display.Name, e)
	}
	return nil
}

// frame is CGDisplayStreamFrameAvailableHandler. It runs on the queue, one call
// after the other. A surface belongs to the stream again when it returns, unless
// it is retained and its use count raised.
func (m *streamed) frame(_ objc.Block, status int32, _ uint64, surface, update uintptr) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case status == frameStopped && !m.over:
		m.over = true
		close(m.stopped)
	case status == frameComplete && surface != 0 && !m.over:
		m.hold(surface)
		m.note(update)
	default:
		return
	}
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

func (m *streamed) hold(surface uintptr) {
	if surface != 0 {
		quartz.retain(surface)
		quartz.surfaceUse(surface)
	}
	if m.surface != 0 {
		quartz.surfaceUnuse(m.surface)
		quartz.release(m.surface)
	}
	m.surface = surface
}

// note adds what an update tells. So many updates that nobody has asked for
// become one that names all.
func (m *streamed) note(update uintptr) {
	whole := image.Rectangle{Max: m.display.Bounds.Size()}
	drawn := rectsOf(update, rectsDirty)
	if update == 0 || len(m.news.damage)+len(drawn) > 2*maxDamage {
		m.news.damage, m.news.moves = []image.Rectangle{whole}, nil
		return
	}
	m.news.damage = append(m.news.damage, drawn...)
	var dx, dy float64
	if quartz.updateDelta(update, &dx, &dy); dx == 0 && dy == 0 {
		return
	}
	for _, r := range rectsOf(update, rectsMoved) {
		m.news.moves = append(m.news.moves, Move{r, image.Pt(int(dx), int(dy))})
	}
}

// rectsOf reads rectangles of an update, which owns them.
func rectsOf(update uintptr, kind int32) []image.Rectangle {
	var n uint64
	if update == 0 {
		return nil
	}
	first := quartz.updateRects(update, kind, &n)
	if first == nil || n > 1<<16 {
		return nil
	}
	list := make([]image.Rectangle, n)
	for i, r := range unsafe.Slice((*[4]float64)(first), n) { // CGRect: x, y, width, height
		list[i] = image.Rect(int(math.Floor(r[0])), int(math.Floor(r[1])), int(math.Ceil(r[0]+r[2])), int(math.Ceil(r[1]+r[3])))
	}
	return list
}

func (m *streamed) held() bool { m.mu.Lock(); defer m.mu.Unlock(); return m.surface != 0 }

var errStopped = errors.New("the stream of the display was stopped")

// wait waits for news, or for the time to be over.
func (m *streamed) wait(d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-m.wake:
	case <-m.stopped:
		return errStopped
	case <-timer.C:
	}
	return nil
}

// How often the pointer is looked for, of which no stream tells.
const (
	pointerQuick = time.Second / 60
	pointerIdle  = 100 * time.Millisecond
)

func (m *streamed) next() (change, error) {
	if active := activeDisplays(); int(m.display.ID) >= len(active) || active[m.display.ID] != m.number ||
		(&quartzCamera{}).bounds(int(m.display.ID)) != m.display.Bounds {
		return change{}, errRearranged
	}
	for begin := time.Now(); time.Since(begin) < beat; {
		look := pointerIdle
		if time.Since(m.stirred) < time.Second {
			look = pointerQuick
		}
		if err := m.wait(look); err != nil {
			return change{}, err
		}
		if c := m.take(); !c.empty() {
			return c, nil
		}
	}
	return change{}, nil
}

func (m *streamed) take() change {
	m.mu.Lock()
	c := m.news
	m.news = change{}
	m.mu.Unlock()
	if at := image.Pt(darwin.Location()); at != m.at {
		m.at, m.stirred = at, time.Now()
		c.pointed, c.pointer, c.visible = true, at, true
	}
	return c
}

// read copies out of the newest picture.
func (m *streamed) read(parts []image.Rectangle, words []uint32) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	const readOnly = 1 // kIOSurfaceLockReadOnly
	if m.surface == 0 {
		return errors.New("no picture is held")
	}
	if e := quartz.surfaceLock(m.surface, readOnly, nil); e != 0 {
		return fmt.Errorf("lock a picture: kern_return_t %d", e)
	}
	defer quartz.surfaceUnlock(m.surface, readOnly, nil)
	size := m.display.Bounds.Size()
	s := shot{width: size.X, height: size.Y, stride: int(quartz.surfaceRowBytes(m.surface) / 4)}
	base := quartz.surfaceBase(m.surface)
	if base == nil || quartz.surfaceWidth(m.surface) != uint64(size.X) || quartz.surfaceHeight(m.surface) != uint64(size.Y) || s.stride < size.X {
		return errRearranged
	}
	s.words = unsafe.Slice((*uint32)(base), s.stride*(size.Y-1)+size.X)
	for _, r := range parts {
		turn(0).draw(words, s, r)
	}
	return nil
}

// close stops the stream and waits for its last call, after which nothing of it
// is used any more.
func (m *streamed) close() {
	if m.stream != 0 {
		if quartz.streamStop(m.stream) == 0 {
			select {
			case <-m.stopped:
			case <-time.After(time.Second):
			}
		}
		quartz.release(m.stream)
	}
	m.mu.Lock()
	m.over = true
	m.hold(0)
	m.mu.Unlock()
	if m.block != 0 {
		m.block.Release()
	}
	if m.queue != 0 {
		quartz.queueRelease(m.queue)
	}
}
