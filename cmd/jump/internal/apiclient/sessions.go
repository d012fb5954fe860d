package apiclient

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/coder/websocket"

	"jump/transport/wire"
)

// Subprotocol is the WebSocket subprotocol of a session's channels.
const Subprotocol = "jump.1"

// Session is a support session with one client.
type Session struct {
	ID         string   `json:"id"`
	ClientID   string   `json:"client_id"`
	ClientName string   `json:"client_name"`
	Channels   []string `json:"channels"`
	Rights     []string `json:"rights"`
}

// StartSession begins a session with a client. Whoever starts it ends it.
func (s *Site) StartSession(ctx context.Context, clientID string, viewOnly bool) (Session, error) {
	in := struct {
		ClientID string `json:"client_id"`
		ViewOnly bool   `json:"view_only,omitempty"`
	}{clientID, viewOnly}
	var out Session
	err := s.call(ctx, http.MethodPost, "sessions", nil, in, &out)
	return out, err
}

// EndSession ends a session and all its channels.
func (s *Site) EndSession(ctx context.Context, id string) error {
	return s.call(ctx, http.MethodDelete, "sessions/"+url.PathEscape(id), nil, nil, nil)
}

// DialChannel opens a channel of a session. The connection lives until it is
// closed; ctx bounds the dialling only.
func (s *Site) DialChannel(ctx context.Context, session string, kind wire.Kind) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	u := s.base.JoinPath("api", "v1", "sessions", url.PathEscape(session), kind.String())
	conn, resp, err := websocket.Dial(ctx, u.String(), &websocket.DialOptions{
		HTTPClient:   s.http,
		HTTPHeader:   s.header(),
		Subprotocols: []string{Subprotocol},
	})
	switch {
	case err != nil && resp != nil && resp.StatusCode != http.StatusSwitchingProtocols:
		return nil, readProblem(resp)
	case err != nil:
		return nil, fmt.Errorf("open the %v channel: %w", kind, err)
	case conn.Subprotocol() != Subprotocol:
		conn.CloseNow()
		return nil, fmt.Errorf("open the %v channel: the site does not speak %s", kind, Subprotocol)
	}
	return conn, nil
}
