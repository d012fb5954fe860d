package channel

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"jump/transport/wire"
)

// fileSilence is how long nothing may be heard while something is waited for.
// Whoever is at work at the other end says so every five seconds.
const fileSilence = 2 * silence

// fileLine is one connection of a conversation about files.
type fileLine struct {
	*carrier
	in      chan packet
	over    chan struct{} // closed when nothing more comes; fate says why
	fate    error
	closing chan struct{}
	once    sync.Once
	all     sync.WaitGroup

	writing atomic.Bool  // a file is under way to the endpoint
	waiting atomic.Bool  // for a message
	heard   atomic.Int64 // when one came last, nanoseconds since 1970
}

// packet is one message.
type packet struct {
	t    wire.Type
	body []byte
}

func newFileLine(c *carrier) *fileLine {
	l := &fileLine{carrier: c, in: make(chan packet, 8), over: make(chan struct{}), closing: make(chan struct{})}
	l.all.Go(l.listen)
	l.all.Go(l.watch)
	return l
}

// end ends the connection at once.
func (l *fileLine) end() {
	l.once.Do(func() { close(l.closing) })
	l.carrier.Close()
	l.all.Wait()
}

// stop tells the endpoint that there will be no more of the file under way.
func (l *fileLine) stop() {
	if !l.writing.Load() {
		return
	}
	late := time.AfterFunc(silence/3, func() { l.carrier.Close() })
	defer late.Stop()
	_ = wire.Send(l.carrier, wire.TypeFileEnd, &wire.FileEnd{Stop: true})
}

// listen reads messages ahead of whoever takes them.
func (l *fileLine) listen() {
	defer close(l.over)
	r := wire.NewReader(l.carrier, wire.MaxData)
	for {
		l.heard.Store(time.Now().UnixNano())
		l.waiting.Store(true)
		t, body, err := r.Next()
		l.waiting.Store(false)
		if err != nil {
			l.fate = err
			return
		}
		if t == wire.TypeOutput || t == wire.TypePong {
			continue // signs of life
		}
		select {
		case l.in <- packet{t, append([]byte(nil), body...)}:
		case <-l.closing:
			l.fate = context.Canceled
			return
		}
	}
}

// watch asks for a sign of life when there is none, and gives the connection up
// when there is none for long.
func (l *fileLine) watch() {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var asking atomic.Bool
	for {
		select {
		case <-l.over:
			return
		case <-tick.C:
		}
		quiet := time.Since(time.Unix(0, l.heard.Load()))
		switch {
		case !l.waiting.Load():
		case quiet > fileSilence:
			l.carrier.Close()
		case quiet > silence/2 && asking.CompareAndSwap(false, true):
			go func() { // it may have to wait behind what is being sent; Close ends it
				defer asking.Store(false)
				_ = wire.Write(l.carrier, wire.TypePing, make([]byte, 8))
			}()
		}
	}
}

// send sends one message.
func (l *fileLine) send(t wire.Type, v any) error {
	body, err := wire.Marshal(v)
	if err != nil {
		return err
	}
	return l.write(t, body)
}

func (l *fileLine) write(t wire.Type, body []byte) error {
	if err := wire.Write(l.carrier, t, body); err != nil {
		return l.lost(err)
	}
	return nil
}

// lost says that the connection is, unless the session was ended.
func (l *fileLine) lost(err error) error {
	select {
	case <-l.over: // it knows better
		err = l.fate
	default:
	}
	if fate := ended(err); fate != nil {
		return fate
	}
	return errLost{early(reason(err))}
}

// next waits for a message, or just looks.
func (l *fileLine) next(ctx context.Context, wait bool) (packet, error) {
	if !wait {
		select {
		case p := <-l.in:
			return p, nil
		default:
			return packet{}, nil
		}
	}
	select {
	case p := <-l.in:
		return p, nil
	case <-ctx.Done():
		return packet{}, ctx.Err()
	case <-l.over:
	}
	select {
	case p := <-l.in: // it had come before
		return p, nil
	default:
		return packet{}, l.lost(l.fate)
	}
}

// request sends a request and waits for its last word. Take gets what comes
// before; it may be nil.
func (l *fileLine) request(ctx context.Context, t wire.Type, v any, take func(wire.Type, []byte) error) (wire.FileFacts, error) {
	if err := l.send(t, v); err != nil {
		return wire.FileFacts{}, err
	}
	for {
		p, err := l.next(ctx, true)
		if err != nil {
			return wire.FileFacts{}, err
		}
		if facts, over, err := p.last(); over || err != nil {
			return facts, err
		}
		if take == nil {
			continue
		}
		if err := take(p.t, p.body); err != nil {
			return wire.FileFacts{}, err
		}
	}
}

// last reads the last word of a request. A no is a *wire.Refused.
func (p packet) last() (facts wire.FileFacts, over bool, err error) {
	switch p.t {
	case wire.TypeFileDone:
		err = wire.Unmarshal(p.body, &facts)
		return facts, true, err
	case wire.TypeFileFailed:
		no := new(wire.Refused)
		if err = wire.Unmarshal(p.body, no); err == nil {
			err = no
		}
		return facts, true, err
	case wire.TypeExit:
		var exit wire.Exit
		if err = wire.Unmarshal(p.body, &exit); err == nil {
			err = fmt.Errorf("the conversation ended: %w", &wire.Refused{Code: wire.CodeNobody, Text: exit.Text})
		}
		return facts, true, err
	}
	return facts, false, nil
}

// errProtocol says that the endpoint does not keep to the rules.
var errProtocol = errors.New("the client does not keep to the protocol of files")
