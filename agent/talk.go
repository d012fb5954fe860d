package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"jump/transport"
	"jump/transport/wire"
)

// Times of one conversation.
const (
	openTimeout   = 10 * time.Second // from the stream to its Open
	finishTimeout = 5 * time.Second  // for the site to take in the last words
	restAfter     = time.Minute      // the last of all until Options.Rest
)

// talks are the conversations of one link.
type talks struct {
	link *link
	ctx  context.Context // of every conversation
	end  context.CancelCauseFunc
	free chan struct{} // has a token for each that is held
	rest *time.Timer   // restAfter the last one's end

	mu      sync.Mutex
	stopped bool
	all     sync.WaitGroup // refused ones as well
}

func newTalks(l *link, life context.Context) *talks {
	t := &talks{link: l, free: make(chan struct{}, MaxConversations)}
	t.ctx, t.end = context.WithCancelCause(life)
	t.rest = time.AfterFunc(restAfter, func() {
		if rest := l.agent.Rest; rest != nil && len(t.free) == 0 {
			rest()
		}
	})
	return t
}

// accept takes streams in until the tunnel ends or stop is called, and returns
// when all conversations have ended.
func (t *talks) accept(life context.Context) {
	defer t.rest.Stop()
	defer t.all.Wait()
	defer t.end(nil)
	for {
		s, err := t.link.tunnel.Accept(life)
		if err != nil {
			return
		}
		if !t.begin(func() { t.hold(s) }) {
			s.Close()
		}
	}
}

// begin runs hold in a goroutine of its own, unless it is too late.
func (t *talks) begin(hold func()) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.stopped {
		t.all.Go(hold)
	}
	return !t.stopped
}

// stop lets no further conversation begin, asks all to end, and waits for them
// a while. It returns how many do not.
func (t *talks) stop(patience time.Duration) int {
	t.mu.Lock()
	t.stopped = true
	t.mu.Unlock()
	t.end(errStopping)
	within(patience, t.all.Wait)
	return len(t.free)
}

// within reports whether wait returns in time. If it does not, the goroutine
// that waits is left to end with it.
func within(d time.Duration, wait func()) bool {
	done := make(chan struct{})
	go func() {
		wait()
		close(done)
	}()
	late := time.NewTimer(d)
	defer late.Stop()
	select {
	case <-done:
		return true
	case <-late.C:
		return false
	}
}

// hold holds one conversation from its first message to its end.
func (t *talks) hold(s transport.Stream) {
	select {
	case t.free <- struct{}{}:
		defer t.rest.Reset(restAfter)
		defer func() { <-t.free }()
	default:
		t.refuse(s, &wire.Refused{Code: wire.CodeOverloaded, RetryAfter: 10,
			Text: fmt.Sprintf("This computer holds %d conversations already.", MaxConversations)})
		return
	}
	open, err := readOpen(t.ctx, s)
	if err == nil && !slices.Contains(t.link.agent.Capabilities, open.Kind) {
		err = &wire.Refused{Code: wire.CodeUnsupported, Text: "This client cannot hold that conversation.",
			Hint: fmt.Sprintf("It knows nothing of %v.", open.Kind)}
	}
	if err == nil {
		err = t.link.agent.disabled()
	}
	if err != nil {
		t.refuse(s, err)
		return
	}
	t.serve(s, open)
}

func (t *talks) serve(s transport.Stream, open *wire.Open) {
	ctx, cancel := context.WithCancel(t.ctx)
	var watch sync.WaitGroup
	watch.Go(func() { t.link.agent.untilDisabled(ctx, cancel) })
	defer watch.Wait()
	defer cancel()
	t.link.pulse.begin()
	defer t.link.pulse.end()
	if open.Kind == wire.KindDoctor {
		t.examine(ctx, s)
	} else {
		t.link.agent.held.Serve(ctx, s, open)
	}
	finish(s)
	s.Close()
}

// readOpen reads what the site wants. The error is a *wire.Refused if the site
// can be told so.
func readOpen(ctx context.Context, s transport.Stream) (*wire.Open, error) {
	defer context.AfterFunc(ctx, func() { s.Close() })()
	if err := s.SetDeadline(time.Now().Add(openTimeout)); err != nil {
		return nil, err
	}
	kind, body, err := wire.NewReader(s, wire.MaxControl).Next()
	if err == nil && kind != wire.TypeOpen {
		err = fmt.Errorf("type 0x%02x in place of Open", uint8(kind))
	}
	var open wire.Open
	if err == nil {
		err = wire.Unmarshal(body, &open)
	}
	if err != nil {
		return nil, &wire.Refused{Code: wire.CodeMalformed, Text: "The client does not understand the site.", Hint: clip(err.Error(), 256)}
	}
	return &open, s.SetDeadline(time.Time{})
}

// refuse tells the site why not, if that is possible still.
func (t *talks) refuse(s transport.Stream, err error) {
	t.link.agent.Log.Warn("conversation refused", "error", err)
	var r *wire.Refused
	if errors.As(err, &r) && s.SetDeadline(time.Now().Add(finishTimeout)) == nil && wire.Send(s, wire.TypeRefused, r) == nil {
		finish(s)
	}
	s.Close()
}

// finish says that nothing more will be written, and gives the peer time to do
// the same before it is cut short.
func finish(s transport.Stream) {
	if s.CloseWrite() == nil && s.SetDeadline(time.Now().Add(finishTimeout)) == nil {
		io.Copy(io.Discard, s)
	}
}

// release ends the conversations that were held beyond their streams. Like
// others, one that hangs is left behind.
func (a *agent) release() {
	if !within(hangTimeout, a.held.Close) {
		a.Log.Error("a conversation that was held hangs and is left behind")
	}
}

// clip cuts a text to n bytes at most, and to valid UTF-8.
func clip(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return strings.ToValidUTF8(s, "")
}
