package main

import (
	"errors"
	"fmt"
	"image"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"time"

	"jump/test/bench/internal/ours"
	"jump/test/bench/internal/peer"
	"jump/test/bench/internal/stage"
	"jump/test/internal/usage"
)

const (
	holdEvery = 10              // scenes; in one of them the viewer stops reading
	holdFor   = time.Minute     // so long
	catchUp   = 5 * time.Second // and then shows the present within that
	settled   = 20 * time.Second
)

// endurance is one long session.
type endurance struct {
	*rig
	viewer *ours.Viewer
	random *rand.Rand
	names  []string
	began  time.Time
	agent  series // resident memory of the client
	heap   series // of the viewer's process, with its picture, cache and coding
	wrong  int    // scenes after which the picture was not exact
	scenes int
	holds  int
}

// soak plays scenes in a random order to one session. After each of them the
// viewer's picture must be the screen's, bit for bit; now and then the viewer
// stops reading for a minute. Memory must be flat on both sides.
func soak(o options, length time.Duration) error {
	r, err := newRig(o, "jump")
	if err != nil {
		return err
	}
	defer r.close()
	e := &endurance{rig: r, viewer: r.peer.(*ours.Viewer), random: rand.New(rand.NewPCG(o.seed, 1)), names: o.still(), began: time.Now()}
	for next := time.Minute; time.Since(e.began) < length; {
		if err := e.play(o); err != nil {
			return fmt.Errorf("seed %d, scene %d: %w", o.seed, e.scenes, err)
		}
		if now := time.Since(e.began); now >= next {
			e.say()
			next = now + time.Minute
		}
	}
	e.say()
	fmt.Printf("client %v\nviewer %v\n", &e.agent, &e.heap)
	return e.verdict()
}

func (e *endurance) say() {
	fmt.Printf("%6.0f s  %4d scenes, %d not exact, %d stops  client %5.1f MiB  viewer %5.1f MiB\n",
		time.Since(e.began).Seconds(), e.scenes, e.wrong, e.holds, e.agent.last(), e.heap.last())
}

// still returns the scenes without those that take times.
func (o options) still() []string {
	return slices.DeleteFunc(strings.Split(o.scenes, ","), func(name string) bool { return strings.Contains(name, ":") })
}

// verdict says what went wrong.
func (e *endurance) verdict() error {
	var errs []error
	if e.wrong > 0 {
		errs = append(errs, fmt.Errorf("%d of %d pictures were not exact at rest", e.wrong, e.scenes))
	}
	if e.agent.grows() {
		errs = append(errs, errors.New("the client's memory grows"))
	}
	if e.heap.grows() {
		errs = append(errs, errors.New("the viewer's memory grows"))
	}
	return errors.Join(errs...)
}

// play plays the next scene and looks at what is left of it.
func (e *endurance) play(o options) error {
	name := e.names[e.random.IntN(len(e.names))]
	e.stage.Reseed(e.random.Uint64N(1 << 20))
	play, err := e.stage.Prepare(name)
	if err != nil {
		return err
	}
	defer play.Clear()
	e.scenes++
	if e.scenes%holdEvery == 0 {
		end := play.Loop()
		err = e.hold(name)
		end()
	} else {
		play.Run(o.length/2 + time.Duration(e.random.Int64N(int64(o.length))))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := e.compare(name); err != nil {
		return err
	}
	e.sample()
	return nil
}

// hold stops reading for a while: meanwhile the client must not grow, and
// afterwards the viewer shows what is there now.
func (e *endurance) hold(name string) error {
	e.holds++
	before := mib(usage.Resident(e.process))
	goOn := e.viewer.Hold()
	most := before
	for end := time.Now().Add(holdFor); time.Now().Before(end); time.Sleep(time.Second) {
		most = max(most, mib(usage.Resident(e.process)))
	}
	white := !stage.MarkShown(e.viewer.Screen().Copy(), true) // what it does not show yet
	e.stage.ShowMark(true)
	defer e.stage.ShowMark(false)
	e.stage.Mark(white)
	goOn()
	began := time.Now()
	at, ok := e.viewer.Screen().Await(catchUp, func(m *image.RGBA) bool { return stage.MarkShown(m, white) })
	if !ok {
		return fmt.Errorf("after a stop of %v the present does not show within %v%s", holdFor, catchUp, e.ended())
	}
	fmt.Printf("         stop of %v in %s: client %.1f MiB before, at most %.1f; the present after %v\n",
		holdFor, name, before, most, at.Sub(began).Round(time.Millisecond))
	return nil
}

// ended returns words for a session that has ended, none for one that goes on.
func (e *endurance) ended() string {
	select {
	case <-e.viewer.Ended():
		return ": the session has ended"
	default:
		return ""
	}
}

// compare waits until the viewer shows the screen exactly.
func (e *endurance) compare(name string) error {
	for end := time.Now().Add(settled); ; {
		e.viewer.Screen().Rest(quiet, restMax)
		truth, err := e.stage.Picture()
		if err != nil {
			return err
		}
		if words := e.ended(); words != "" {
			return errors.New("no picture to compare" + words)
		}
		shown := e.viewer.Screen().Copy()
		wrong := differing(shown, truth)
		if wrong.Empty() {
			return nil
		}
		if time.Now().After(end) {
			e.wrong++
			fmt.Printf("         %s, scene %d: %v is not exact after %v: %.1f dB\n", name, e.scenes, wrong, settled, peer.PSNR(shown, truth))
			return nil
		}
	}
}

// differing returns the rectangle around all pixels that differ.
func differing(a, b *image.RGBA) (r image.Rectangle) {
	for i := 0; i < len(a.Pix); i += 4 {
		if [3]byte(a.Pix[i:]) != [3]byte(b.Pix[i:]) {
			x, y := i%a.Stride/4, i/a.Stride
			r = r.Union(image.Rect(x, y, x+1, y+1))
		}
	}
	return r
}

// sample notes the memory of both sides.
func (e *endurance) sample() {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	e.heap = append(e.heap, mib(int64(m.HeapAlloc)))
	e.agent = append(e.agent, mib(usage.Resident(e.process)))
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// series is memory in MiB, a sample a scene.
type series []float64

func (s series) last() float64 {
	if len(s) == 0 {
		return 0
	}
	return s[len(s)-1]
}

// quarter returns the median of one of four quarters.
func (s series) quarter(i int) float64 {
	part := slices.Sorted(slices.Values(s[i*len(s)/4 : (i+1)*len(s)/4]))
	if len(part) == 0 {
		return 0
	}
	return part[len(part)/2]
}

// grows compares the last quarter with the second: the first is for buffers to
// grow to what the largest scene needs.
func (s series) grows() bool { return s.quarter(3) > 1.1*s.quarter(1)+4 }

func (s series) String() string {
	if len(s) == 0 {
		return "no samples"
	}
	return fmt.Sprintf("first %.1f, at most %.1f, last %.1f MiB; medians of the quarters %.1f, %.1f, %.1f, %.1f",
		s[0], slices.Max(s), s.last(), s.quarter(0), s.quarter(1), s.quarter(2), s.quarter(3))
}
