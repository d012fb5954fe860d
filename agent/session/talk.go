package session

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"jump/transport"
	"jump/transport/wire"
)

// lingers is how long a conversation that is over waits for its peer to have
// read the last message.
const lingers = 5 * time.Second

// maxPings bounds the pings that wait for their answer. A peer that sends more
// without reading the answers waits itself.
const maxPings = 8

// errLeft ends a conversation whose peer said that it is done.
var errLeft = errors.New("the representative left")

// talk is the stream of a conversation and what runs on it. Messages may be
// sent from any goroutine; one goroutine receives.
type talk struct {
	ctx    context.Context // ends with the conversation; its cause says why
	cancel context.CancelCauseFunc
	stream transport.Stream
	tasks  sync.WaitGroup
	pings  chan [8]byte
	opened chan struct{} // closed when the answer was sent

	mu  sync.Mutex // held while writing
	buf []byte
}

func newTalk(ctx context.Context, s transport.Stream) *talk {
	t := &talk{stream: s, pings: make(chan [8]byte, maxPings), opened: make(chan struct{})}
	t.ctx, t.cancel = context.WithCancelCause(ctx)
	// Whoever is blocked on the stream learns of the end by its closing.
	t.run(func() error {
		<-t.ctx.Done()
		s.Close()
		return nil
	})
	t.run(t.pong)
	return t
}

// run starts a task of the conversation; its error ends all others.
func (t *talk) run(task func() error) {
	t.tasks.Go(func() {
		if err := task(); err != nil {
			t.cancel(err)
		}
	})
}

// close ends the conversation and waits for its tasks.
func (t *talk) close() {
	t.cancel(errLeft)
	t.tasks.Wait()
}

// open sends the yes. Nothing else is sent before.
func (t *talk) open(rights wire.Rights) error {
	defer close(t.opened)
	return t.send(wire.TypeOpened, &wire.Opened{Rights: rights})
}

// refuse sends the no and ends.
func (t *talk) refuse(r *wire.Refused) {
	if t.send(wire.TypeRefused, r) != nil {
		return
	}
	t.run(func() error {
		return t.receive(wire.MaxData, func(wire.Type, []byte) error { return nil })
	})
	t.finish()
}

// finish lets the peer read what was sent last: it says that no more comes and
// waits a while for the peer's own end, which the receiving task meets.
func (t *talk) finish() {
	t.mu.Lock()
	err := t.stream.CloseWrite()
	t.mu.Unlock()
	if err != nil {
		return
	}
	select {
	case <-t.ctx.Done():
	case <-time.After(lingers):
	}
}

// write sends a message with a raw body, of one or several parts.
func (t *talk) write(typ wire.Type, parts ...[]byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	if n > wire.MaxFrame {
		return fmt.Errorf("message of %d bytes: %w", n, wire.ErrTooLong)
	}
	t.buf = wire.AppendHeader(t.buf[:0], typ, n)
	for _, p := range parts {
		t.buf = append(t.buf, p...)
	}
	_, err := t.stream.Write(t.buf)
	return err
}

// send sends a message with a CBOR body.
func (t *talk) send(typ wire.Type, v any) error {
	body, err := wire.Marshal(v)
	if err != nil {
		return err
	}
	return t.write(typ, body)
}

// receive reads messages of at most limit bytes and gives them to take, until
// that, the stream or the conversation ends. Pings it answers itself.
func (t *talk) receive(limit int, take func(typ wire.Type, body []byte) error) error {
	r := wire.NewReader(t.stream, limit)
	for {
		typ, body, err := r.Next()
		if err == nil && typ == wire.TypePing {
			err = t.ping(body)
		} else if err == nil {
			err = take(typ, body)
		}
		if err != nil {
			return t.reason(err)
		}
	}
}

// reason returns why the conversation ended, if it did before err.
func (t *talk) reason(err error) error {
	if cause := context.Cause(t.ctx); cause != nil {
		return cause
	}
	return err
}

func (t *talk) ping(body []byte) error {
	if len(body) != 8 {
		return fmt.Errorf("ping of %d bytes, not 8", len(body))
	}
	select {
	case t.pings <- [8]byte(body):
		return nil
	case <-t.ctx.Done():
		return context.Cause(t.ctx)
	}
}

// pong answers pings: beside the reader, which a slow viewer must not hold up.
func (t *talk) pong() error {
	for {
		select {
		case p := <-t.pings:
			if err := t.write(wire.TypePong, p[:]); err != nil {
				return err
			}
		case <-t.ctx.Done():
			return nil
		}
	}
}

// patience is how long something may block the receiving task before it looks
// whether there is still a peer.
const patience = 5 * time.Second

// patiently calls f, which may block for long. Meanwhile nothing is received,
// so it asks by empty messages, which mean nothing, whether the peer is there.
func (t *talk) patiently(f func()) {
	var over atomic.Bool
	var ask func()
	ask = func() {
		if over.Load() {
			return
		}
		if err := t.write(wire.TypeOutput); err != nil {
			t.cancel(err)
			return
		}
		time.AfterFunc(patience, ask)
	}
	first := time.AfterFunc(patience, ask)
	f()
	over.Store(true)
	first.Stop()
}
