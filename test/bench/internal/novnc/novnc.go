// Package novnc serves noVNC's page for one VNC server, as an installation of
// noVNC with websockify would, on a port of this machine.
//
// It is not a part of the product, which the page is measured beside, and it
// carries nothing of noVNC: that is fetched by `scripts/setup bench`.
package novnc

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/coder/websocket"
)

// Folder is where the setup puts noVNC, seen from the project's own.
const Folder = ".tools/novnc/node_modules/@novnc/novnc"

//go:embed page.html
var page []byte

// Server is a page for one VNC server.
type Server struct {
	http *http.Server
	near net.Listener
	to   string
}

// Serve begins to serve the page for the VNC server at that address.
func Serve(to string) (*Server, error) {
	if _, err := os.Stat(filepath.Join(Folder, "core", "rfb.js")); err != nil {
		return nil, fmt.Errorf("noVNC is missing (see `scripts/setup bench`): %w", err)
	}
	near, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Server{near: near, to: to}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(page)
	})
	mux.HandleFunc("GET /vnc", s.relay)
	mux.Handle("GET /", http.FileServer(http.Dir(Folder)))
	s.http = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.http.Serve(near) }()
	return s, nil
}

// URL is the page's.
func (s *Server) URL() string { return "http://" + s.near.Addr().String() + "/" }

// Close ends the page and its connections.
func (s *Server) Close() error { return s.http.Close() }

// relay copies between the page's WebSocket and the VNC server.
func (s *Server) relay(w http.ResponseWriter, r *http.Request) {
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"binary"}})
	if err != nil {
		return
	}
	ws.SetReadLimit(-1)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	page := websocket.NetConn(ctx, ws, websocket.MessageBinary)
	defer page.Close()
	server, err := net.Dial("tcp", s.to)
	if err != nil {
		return
	}
	ended := make(chan error, 2)
	between := func(to, from net.Conn) {
		_, err := io.Copy(to, from)
		ended <- errors.Join(err, to.Close())
	}
	go between(server, page)
	go between(page, server)
	<-ended
	server.Close()
}
