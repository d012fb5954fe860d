package video

import (
	"errors"
	"fmt"
	"image"
	"os"
	"os/exec"
	"time"
	"unsafe"

	"jump/platform/child"
)

// stream is one run of the program: pictures go in, and for each comes one unit.
type stream struct {
	size  image.Point
	in    chan []uint32
	free  []uint32 // memory of a picture; with whoever has the turn
	over  chan struct{}
	units int // that came; of run's goroutine
}

// How long a picture may take. The first one has to wait for the program's
// start.
const (
	firstWithin = 5 * time.Second
	eachWithin  = time.Second
)

func newStream(size image.Point) *stream {
	return &stream{size: size, in: make(chan []uint32, 1), over: make(chan struct{}), free: make([]uint32, size.X*size.Y)}
}

// put hands a picture over. There must be none in the making.
func (s *stream) put(words []uint32, stride int) {
	for y := range s.size.Y {
		copy(s.free[y*s.size.X:][:s.size.X], words[y*stride:])
	}
	s.in <- s.free
}

func (s *stream) stop() { close(s.over) }

// run keeps the program until stop is called or something goes wrong, and tells
// what became of each picture; an error is the last it tells.
func (s *stream) run(program string, args []string, tell func([]byte, error)) {
	p, err := launch(program, args)
	if err != nil {
		tell(nil, err)
		return
	}
	defer p.end()
	within := firstWithin
	for {
		select {
		case <-s.over:
			return
		case words := <-s.in:
			unit, err := p.encode(words, within)
			s.units++
			tell(unit, err)
			if err != nil {
				return
			}
		}
		within = eachWithin
	}
}

// process is the program and the near ends of its pipes.
type process struct {
	*child.Process
	in, out *os.File
	units   container
}

// launch starts the program with nothing of this one's environment: neither a
// path nor a variable decides what it loads, reads or writes.
func launch(program string, args []string) (*process, error) {
	theirIn, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer theirIn.Close()
	out, theirOut, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, in.Close())
	}
	defer theirOut.Close()
	cmd := exec.Command(program, args...)
	cmd.Env, cmd.Dir, cmd.Stdin, cmd.Stdout = []string{"LC_ALL=C"}, "/", theirIn, theirOut
	p := &process{in: in, out: out, units: newContainer(out)}
	if p.Process, err = child.Start(cmd); err != nil {
		return nil, errors.Join(err, in.Close(), out.Close())
	}
	return p, nil
}

// end kills the program: nothing it may still do is wanted.
func (p *process) end() {
	p.in.Close()
	p.out.Close()
	p.Stop(0) //nolint:errcheck // it is gone, or nobody's
}

// encode gives the program one picture and waits for its unit.
func (p *process) encode(words []uint32, within time.Duration) ([]byte, error) {
	until := time.Now().Add(within)
	if err := errors.Join(p.in.SetWriteDeadline(until), p.out.SetReadDeadline(until)); err != nil {
		return nil, err
	}
	if _, err := p.in.Write(bytesOf(words)); err != nil {
		return nil, fmt.Errorf("give a picture to the encoder: %w", err)
	}
	return p.units.next()
}

// bytesOf returns the memory of words, as the pixel format says it lies there.
func bytesOf(words []uint32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), 4*len(words))
}
