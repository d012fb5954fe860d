// Package handover passes values from the goroutines that make them to those
// that take them.
//
// It is no buffer: it holds nothing, whoever has a value waits with it.
package handover

import (
	"context"
	"net"
	"sync"
)

// Point is where values are handed over. All its methods are safe for concurrent
// use.
type Point[T any] struct {
	values chan T
	closed chan struct{}
	once   *sync.Once
}

// New returns an open point.
func New[T any]() Point[T] {
	return Point[T]{make(chan T), make(chan struct{}), new(sync.Once)}
}

// Close ends the waits of both sides. Further calls do nothing.
func (p Point[T]) Close() { p.once.Do(func() { close(p.closed) }) }

// Closed reports whether Close was called.
func (p Point[T]) Closed() bool {
	select {
	case <-p.closed:
		return true
	default:
		return false
	}
}

// Done is closed by Close.
func (p Point[T]) Done() <-chan struct{} { return p.closed }

// Put reports whether somebody took the value.
func (p Point[T]) Put(v T) bool {
	select {
	case p.values <- v:
		return true
	case <-p.closed:
		return false
	}
}

// Get waits for a value. It returns net.ErrClosed after Close, and the cause of
// ctx when that ends.
func (p Point[T]) Get(ctx context.Context) (T, error) {
	var none T
	if p.Closed() {
		return none, net.ErrClosed
	}
	select {
	case v := <-p.values:
		return v, nil
	case <-p.closed:
		return none, net.ErrClosed
	case <-ctx.Done():
		return none, context.Cause(ctx)
	}
}
