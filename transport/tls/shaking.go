package tls

import (
	"container/list"
	"net"
	"sync"
)

// shaking is the connections whose handshake is not complete, but for those of
// tunnels that were admitted. When there are too many the oldest has to go: who
// is slow on purpose keeps nobody out.
type shaking struct {
	most int

	mu    sync.Mutex
	order *list.List // of net.Conn, the oldest first
}

func newShaking(most int) *shaking { return &shaking{most: most, order: list.New()} }

// enter adds a connection, and returns how to take it out again.
func (s *shaking) enter(c net.Conn) (leave func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.order.Len() >= s.most {
		oldest := s.order.Front()
		s.order.Remove(oldest)
		oldest.Value.(net.Conn).Close() // which ends its handshake
	}
	at := s.order.PushBack(c)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.order.Remove(at) // nothing, if it had to go
	}
}
