package program

import (
	"io"
	"os"
	"sync/atomic"
	"time"
)

// pipe carries one output of a program to a writer, however slow that is. Once
// the program has ended, only a silence of Grace ends it before the pipe's end:
// what was left in the background may hold the other end open for ever.
type pipe struct {
	r, w *os.File
	over atomic.Bool // the program has ended
	done chan struct{}
}

// newPipe puts the writing end into output.
func newPipe(output *io.Writer) (*pipe, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	*output = w
	return &pipe{r: r, w: w, done: make(chan struct{})}, nil
}

// close undoes newPipe; it may be nil.
func (p *pipe) close() error {
	if p == nil {
		return nil
	}
	p.w.Close()
	return p.r.Close()
}

// carry begins once the program has its copy of the writing end.
func (p *pipe) carry(to io.Writer) {
	p.w.Close()
	if to == nil {
		to = io.Discard
	}
	go func() {
		defer close(p.done)
		defer p.r.Close()
		p.copy(to)
	}()
}

func (p *pipe) copy(to io.Writer) {
	buf := make([]byte, 32<<10)
	for {
		if p.over.Load() {
			p.limit()
		}
		n, err := p.r.Read(buf)
		if n > 0 {
			if _, failed := to.Write(buf[:n]); failed != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// limit bounds the silence from now on. A system whose pipes know no deadline
// (Windows) bounds what is left altogether.
func (p *pipe) limit() {
	if p.r.SetReadDeadline(time.Now().Add(Grace)) != nil {
		time.AfterFunc(Grace, func() { p.r.Close() })
	}
}

// ended says that the program has.
func (p *pipe) ended() {
	p.over.Store(true)
	p.limit()
}
