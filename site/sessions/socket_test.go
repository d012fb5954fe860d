package sessions

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
)

// sockets returns both ends of a WebSocket in memory, and the representative's
// connection below it.
func sockets(t *testing.T) (site *socket, viewer *websocket.Conn, below net.Conn) {
	t.Helper()
	here, there := net.Pipe()
	accepted := make(chan *websocket.Conn, 1)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			t.Error(err)
		}
		accepted <- c
	})}
	l := &oneListener{conns: make(chan net.Conn, 1)}
	l.conns <- there
	go server.Serve(l)
	client := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return here, nil }}}
	viewer, _, err := websocket.Dial(t.Context(), "ws://site", &websocket.DialOptions{HTTPClient: client})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	conn := <-accepted
	t.Cleanup(func() {
		cancel()
		viewer.CloseNow()
		conn.CloseNow()
		server.Close()
	})
	return &socket{conn: conn, ctx: ctx}, viewer, here
}

// oneListener accepts what is in conns, and waits then until it is closed.
type oneListener struct {
	conns chan net.Conn
	once  sync.Once
}

func (l *oneListener) Accept() (net.Conn, error) {
	c, ok := <-l.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}

func (l *oneListener) Close() error {
	l.once.Do(func() { close(l.conns) })
	return nil
}

func (l *oneListener) Addr() net.Addr { return &net.TCPAddr{} }

// TestPing: only silence ends a channel, and not that the site itself reads
// nothing meanwhile, or writes for long.
func TestPing(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(site *socket, viewer *websocket.Conn, below net.Conn)
		ends bool
	}{
		"the agent takes no input": {func(_ *socket, viewer *websocket.Conn, _ net.Conn) {
			go io.Copy(io.Discard, websocket.NetConn(viewer.CloseRead(context.Background()), viewer, websocket.MessageBinary))
		}, false},
		"the representative is slow": {func(site *socket, viewer *websocket.Conn, _ net.Conn) {
			viewer.SetReadLimit(-1)
			go io.Copy(io.Discard, site)
			go site.Write(make([]byte, 1<<20))
			go func() {
				for {
					time.Sleep(stallTime / 2)
					kind, r, err := viewer.Reader(context.Background())
					if err != nil || kind != websocket.MessageBinary {
						return
					}
					io.Copy(io.Discard, r)
				}
			}()
		}, false},
		"the representative is silent": {func(site *socket, _ *websocket.Conn, below net.Conn) {
			go io.Copy(io.Discard, site)
			go io.Copy(io.Discard, below) // pings are received, and never answered
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				site, viewer, below := sockets(t)
				c.do(site, viewer, below)
				ended := make(chan error, 1)
				go func() { ended <- site.ping() }()
				time.Sleep(2*pingEvery + stallTime + time.Second)
				select {
				case err := <-ended:
					if !c.ends {
						t.Errorf("given up: %v", err)
					}
				default:
					if c.ends {
						t.Error("not given up")
					}
				}
			})
		})
	}
}
