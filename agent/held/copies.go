package held

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"

	"jump/transport"
	"jump/transport/wire"
)

// copying names a conversation about files, which is not held: its
// representative begins it again and goes on in the middle of a file. But the
// one that was lost has to be over before, or two would write the same file.
type copying struct {
	representative string
	token          string
}

// turn is the newest conversation of one copying.
type turn struct {
	session string
	cancel  context.CancelFunc
	over    chan struct{} // closed when nothing of it is left
	until   time.Time     // that it is sought, if it was lost; else zero
}

// alone serves a conversation about files, in place of the one before it.
func (t *Table) alone(ctx context.Context, s transport.Stream, open *wire.Open) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	key := copying{open.Representative, string(open.Files.Token)}
	mine := &turn{session: open.Session, cancel: cancel, over: make(chan struct{})}
	if !t.follow(ctx, key, mine) {
		s.Close()
		return
	}
	ends := &ending{Stream: s}
	defer func() { t.parted(key, mine, ends.good.Load()) }()
	t.Options.Serve(ctx, ends, open)
}

// follow takes the place of the conversation before, once that is over. It
// reports whether it did.
func (t *Table) follow(ctx context.Context, key copying, mine *turn) bool {
	for {
		before := t.enterCopy(key, mine)
		if before == nil {
			return true
		}
		before.cancel()
		select {
		case <-before.over:
		case <-ctx.Done():
			return false
		}
	}
}

// enterCopy returns the conversation that is in the way, or nil.
func (t *Table) enterCopy(key copying, mine *turn) *turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	if before := t.copies[key]; before != nil && before.until.IsZero() {
		return before
	}
	t.copies[key] = mine
	return nil
}

// parted says that a conversation is over: it is sought for a while if it ended
// in no good order.
func (t *Table) parted(key copying, mine *turn, good bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if mine.until = time.Now().Add(Time); good {
		delete(t.copies, key)
	}
	close(mine.over)
}

// soughtLocked reports whether a representative may come back for files, and
// forgets those who did not.
func (t *Table) soughtLocked() (sought bool) {
	for key, c := range t.copies {
		switch {
		case c.until.IsZero():
		case time.Now().After(c.until):
			delete(t.copies, key)
		default:
			sought = true
		}
	}
	return sought
}

// forgetLocked forgets what was lost in a session that is over, and ends what
// runs.
func (t *Table) forgetLocked(session string) {
	for key, c := range t.copies {
		switch {
		case c.session != session:
		case c.until.IsZero():
			c.cancel()
		default:
			delete(t.copies, key)
		}
	}
}

// ending is a stream that knows whether its peer ended it in good order.
type ending struct {
	transport.Stream
	good atomic.Bool
}

func (e *ending) Read(p []byte) (int, error) {
	n, err := e.Stream.Read(p)
	if errors.Is(err, io.EOF) {
		e.good.Store(true)
	}
	return n, err
}
