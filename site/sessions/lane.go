package sessions

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"jump/transport/webtransport"
)

// lane is a carrier over WebTransport.
type lane struct {
	conn   *webtransport.Conn
	ctx    context.Context
	broken atomic.Bool
}

var _ carrier = (*lane)(nil)

// acceptLane gives a request its session. If it fails the request has been
// answered.
func acceptLane(ctx context.Context, w http.ResponseWriter, r *http.Request) (*lane, error) {
	conn, err := webtransport.Accept(w, r)
	if err != nil {
		return nil, err
	}
	l := &lane{conn: conn, ctx: ctx}
	context.AfterFunc(ctx, conn.Drop)
	return l, nil
}

func (l *lane) failed() bool { return l.broken.Load() }

func (l *lane) Read(p []byte) (int, error) {
	n, err := l.conn.Read(p)
	if err != nil {
		l.broken.Store(true)
		err = fmt.Errorf("read from the representative: %w", err)
	}
	return n, err
}

// Write sends p. A reader that takes nothing for stallTime is given up.
func (l *lane) Write(p []byte) (int, error) {
	if err := l.conn.Write(p, time.Now().Add(stallTime)); err != nil {
		l.broken.Store(true)
		return 0, fmt.Errorf("write to the representative: %w", err)
	}
	return len(p), nil
}

// ping asks for a sign of life now and then. That there is none QUIC finds out
// by itself; the channel's reader hears of it.
func (l *lane) ping() error {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for {
		select {
		case <-l.ctx.Done():
			return l.ctx.Err()
		case <-tick.C:
			_ = l.conn.Nudge() // of one that is gone Read tells
		}
	}
}

func (l *lane) close(status websocket.StatusCode, reason string) {
	l.conn.Close(uint16(status), reason)
}

func (l *lane) drop() { l.conn.Drop() }
