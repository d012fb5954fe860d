package tls

import (
	"context"
	"net"
	"sync"
)

// queue hands values from those that make them to those that take them. It
// holds none: whoever puts waits, in its own goroutine.
type queue[T any] struct {
	values chan T
	closed chan struct{}
	once   *sync.Once
}

func newQueue[T any]() queue[T] {
	return queue[T]{make(chan T), make(chan struct{}), new(sync.Once)}
}

func (q queue[T]) close() { q.once.Do(func() { close(q.closed) }) }

func (q queue[T]) isClosed() bool {
	select {
	case <-q.closed:
		return true
	default:
		return false
	}
}

// put reports whether somebody took the value.
func (q queue[T]) put(v T) bool {
	select {
	case q.values <- v:
		return true
	case <-q.closed:
		return false
	}
}

// get returns an error that is net.ErrClosed after close.
func (q queue[T]) get(ctx context.Context) (T, error) {
	var none T
	if q.isClosed() {
		return none, net.ErrClosed
	}
	select {
	case v := <-q.values:
		return v, nil
	case <-q.closed:
		return none, net.ErrClosed
	case <-ctx.Done():
		return none, context.Cause(ctx)
	}
}
