package network

import (
	"context"
	"testing"
)

// TestWatch: the system lets itself be watched, and lets go again. That changes
// are told is seen by test/network.
func TestWatch(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	if err := Watch(ctx, func() {}); err != nil {
		t.Error(err)
	}
	cancel()
	Here() // whatever it says, it comes back
	if _, err := Proxies("support.example.com"); err != nil {
		t.Error(err)
	}
}
