package channel

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"jump/platform/files"
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

// get fetches a file, from where part ends.
func (l *fileLine) get(ctx context.Context, path string, part *files.Part, progress func(there, of int64)) error {
	begun := false
	r := &wire.FileRead{Path: path, Offset: part.Offset}
	if r.Offset > 0 {
		r.Sum = part.Sum()
	}
	done, err := l.request(ctx, wire.TypeFileRead, r, func(t wire.Type, body []byte) error {
		switch {
		case t == wire.TypeFileFacts && !begun:
			begun = true
			return begin(part, body)
		case t == wire.TypeFileData && begun:
			_, err := part.Write(body)
			progress(part.Offset, part.Size)
			return err
		}
		return errProtocol
	})
	if err != nil {
		return err
	}
	return part.Finish(done.Sum)
}

// begin fits a part to the file that comes.
func begin(part *files.Part, body []byte) error {
	var facts wire.FileFacts
	if err := wire.Unmarshal(body, &facts); err != nil {
		return err
	}
	part.Size, part.Mode, part.Time = facts.Size, facts.Mode, facts.Time
	switch facts.Offset {
	case part.Offset:
		return nil
	case 0:
		return part.Restart()
	}
	return errProtocol
}

// put sends a file, from where the endpoint's part of it ends.
func (l *fileLine) put(ctx context.Context, src *files.Source, w *wire.FileWrite, progress func(there, of int64)) (wire.FileFacts, error) {
	l.writing.Store(true)
	done, err := l.upload(ctx, src, w, progress)
	if ctx.Err() == nil {
		l.writing.Store(false)
	}
	return done, err
}

func (l *fileLine) upload(ctx context.Context, src *files.Source, w *wire.FileWrite, progress func(there, of int64)) (wire.FileFacts, error) {
	sum := files.NewSum()
	off, done, err := l.announce(ctx, src, w, sum)
	if done != nil || err != nil {
		return value(done), err
	}
	u := &upload{line: l, src: src, sum: sum, sent: off, got: off, progress: progress}
	if err := u.data(ctx); err != nil {
		return wire.FileFacts{}, err
	}
	w.Sum = sum.Sum(nil)
	if err := l.send(wire.TypeFileEnd, &wire.FileEnd{Sum: w.Sum}); err != nil {
		return wire.FileFacts{}, err
	}
	for {
		if done, err := u.answer(ctx, true); done != nil || err != nil {
			return value(done), err
		}
	}
}

func value(f *wire.FileFacts) wire.FileFacts {
	if f == nil {
		return wire.FileFacts{}
	}
	return *f
}

// announce announces a file, and returns where its data begins; or the last
// word, if it is there already.
func (l *fileLine) announce(ctx context.Context, src *files.Source, w *wire.FileWrite, sum *files.Sum) (off int64, done *wire.FileFacts, err error) {
	if err := l.send(wire.TypeFileWrite, w); err != nil || w.Fresh {
		return 0, nil, err
	}
	p, err := l.next(ctx, true)
	if err != nil {
		return 0, nil, err
	}
	if facts, over, err := p.last(); over || err != nil {
		return 0, &facts, l.skip(err)
	}
	var facts wire.FileFacts
	if err := wire.Unmarshal(p.body, &facts); err != nil || p.t != wire.TypeFileFacts {
		return 0, nil, errors.Join(errProtocol, err)
	}
	switch begins, err := src.Begins(facts.Offset, facts.Sum, sum); {
	case err != nil:
		return 0, nil, l.giveUp(ctx, err)
	case begins:
		return facts.Offset, nil, nil
	}
	// Something else was copied there, and not to its end.
	if err := l.giveUp(ctx, nil); err != nil {
		return 0, nil, err
	}
	w.Fresh = true
	return 0, nil, l.send(wire.TypeFileWrite, w)
}

// skip ends a write that the endpoint refused. It waits for that.
func (l *fileLine) skip(no error) error {
	var refused *wire.Refused
	if errors.As(no, &refused) {
		if err := l.send(wire.TypeFileEnd, &wire.FileEnd{Stop: true}); err != nil {
			return err
		}
	}
	return no
}

// giveUp ends a write of our own accord, and returns why.
func (l *fileLine) giveUp(ctx context.Context, why error) error {
	if err := l.send(wire.TypeFileEnd, &wire.FileEnd{Stop: true}); err != nil {
		return err
	}
	for {
		p, err := l.next(ctx, true)
		if err != nil {
			return err
		}
		if _, over, err := p.last(); over || err != nil {
			return why
		}
	}
}

// upload is a file under way.
type upload struct {
	line      *fileLine
	src       *files.Source
	sum       *files.Sum // of what was sent
	sent, got int64
	progress  func(there, of int64)
}

// data sends what is left, as far as the endpoint's answers let it.
func (u *upload) data(ctx context.Context) error {
	buf := make([]byte, wire.FileChunk)
	for u.sent < u.src.Size {
		full := u.sent-u.got > wire.FileWindow-wire.FileChunk
		if _, err := u.answer(ctx, full); err != nil {
			return err
		}
		if full {
			continue
		}
		n, err := u.src.ReadAt(buf, u.sent)
		if err != nil {
			return u.line.giveUp(ctx, err)
		}
		u.sum.Write(buf[:n])
		if err := u.line.write(wire.TypeFileData, buf[:n]); err != nil {
			return err
		}
		u.sent += int64(n)
	}
	return nil
}

// answer takes an answer in, if there is one or it is to wait for it.
func (u *upload) answer(ctx context.Context, wait bool) (*wire.FileFacts, error) {
	p, err := u.line.next(ctx, wait)
	if err != nil {
		return nil, err
	}
	if facts, over, err := p.last(); over || err != nil {
		return &facts, u.refused(err)
	}
	if p.t == wire.TypeFileGot {
		got, err := wire.ParseFileGot(p.body)
		if err != nil || int64(got) < u.got || int64(got) > u.sent {
			return nil, errors.Join(errProtocol, err)
		}
		u.got = int64(got)
		u.progress(u.got, u.src.Size)
	}
	return nil, ctx.Err()
}

// refused ends a write that failed at the endpoint before its end was sent.
func (u *upload) refused(no error) error {
	if u.sent < u.src.Size {
		return u.line.skip(no)
	}
	return no
}
