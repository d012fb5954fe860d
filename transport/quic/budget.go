package quic

import (
	"sync"

	"github.com/quic-go/quic-go"
)

// budget is what the windows of all connections of a listener may grow by: a
// site with a hundred thousand agents cannot give each its largest.
type budget struct {
	mu    sync.Mutex
	left  uint64
	grown map[*quic.Conn]uint64
}

func newBudget(bytes uint64) *budget {
	return &budget{left: bytes, grown: map[*quic.Conn]uint64{}}
}

// grow is quic-go's question; nothing of conn may be called in here.
func (b *budget) grow(conn *quic.Conn, delta uint64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if delta > b.left {
		return false
	}
	b.left -= delta
	b.grown[conn] += delta
	return true
}

func (b *budget) release(conn *quic.Conn) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left += b.grown[conn]
	delete(b.grown, conn)
}
