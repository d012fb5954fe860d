package channel

import (
	"context"
	"errors"

	"jump/platform/files"
	"jump/transport/wire"
)

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
