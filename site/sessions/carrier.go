package sessions

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/coder/websocket"

	"jump/transport/webtransport"
)

// carrier is the representative's end of a channel, whatever carries it. One
// goroutine may read while another writes; all else may be called at any time.
type carrier interface {
	io.ReadWriter // an error of Read says goodOrder, or is a loss
	// failed reports whether the representative's side came to an end.
	failed() bool
	// ping returns when there is no sign of life any more, or the context of the
	// carrier ends.
	ping() error
	// close says how the channel ends, and waits a little for the other side.
	close(status websocket.StatusCode, reason string)
	// drop ends it without a word.
	drop()
}

// accept upgrades a request to what it asks for. If that fails the request has
// been answered. The end of ctx ends the carrier.
func accept(ctx context.Context, w http.ResponseWriter, r *http.Request) (carrier, error) {
	if webtransport.Asked(r) {
		return acceptLane(ctx, w, r)
	}
	return acceptSocket(ctx, w, r)
}

// goodOrder reports whether a representative's side that ended with err did so on
// purpose, having received all there was.
func goodOrder(err error) bool {
	status := websocket.CloseStatus(err)
	var closed *webtransport.CloseError
	if errors.As(err, &closed) {
		status = websocket.StatusCode(closed.Code)
	}
	return status == websocket.StatusNormalClosure || status == websocket.StatusGoingAway
}
