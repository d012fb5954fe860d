package quic

import (
	"sync"

	"github.com/quic-go/quic-go"

	"jump/transport/limit"
)

// budget is how much of the shared one each connection of a listener has taken:
// a site with a hundred thousand agents cannot give each its largest window.
type budget struct {
	shared *limit.Budget

	mu    sync.Mutex
	grown map[*quic.Conn]uint64
}

func newBudget(shared *limit.Budget) *budget {
	return &budget{shared: shared, grown: map[*quic.Conn]uint64{}}
}

// grow is quic-go's question; nothing of conn may be called in here.
func (b *budget) grow(conn *quic.Conn, delta uint64) bool {
	if delta > maxWindow || !b.shared.Take(int64(delta)) {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.grown[conn] += delta
	return true
}

func (b *budget) release(conn *quic.Conn) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.shared.Give(int64(b.grown[conn]))
	delete(b.grown, conn)
}
