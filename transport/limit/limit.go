// Package limit is what all transports of one site share: how many handshakes a
// second begin, and how much memory flow-control windows may take.
//
// It is not about rights and knows no peers but where they come from: which
// tunnel is welcome is decided by messages (site/tunnel), long after these
// limits.
package limit

import "sync/atomic"

// Defaults of a site (docs/PROTOCOL.md section 3).
const (
	DefaultAdmit  = 300       // handshakes a second
	DefaultBudget = 512 << 20 // bytes of windows
)

// Budget is a number of bytes that many take from. It is safe for concurrent
// use.
type Budget struct{ left atomic.Int64 }

// NewBudget returns a budget of so many bytes.
func NewBudget(bytes int64) *Budget {
	b := &Budget{}
	b.left.Store(bytes)
	return b
}

// Take takes n bytes, if there are as many.
func (b *Budget) Take(n int64) bool {
	if b.left.Add(-n) >= 0 {
		return true
	}
	b.left.Add(n)
	return false
}

// Give gives n bytes back that were taken.
func (b *Budget) Give(n int64) { b.left.Add(n) }

// Left returns how many bytes are left.
func (b *Budget) Left() int64 { return max(0, b.left.Load()) }
