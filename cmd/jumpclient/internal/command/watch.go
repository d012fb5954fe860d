package command

import (
	"context"

	"jump/platform/network"
	"jump/transport/proxy"
	"jump/transport/proxy/pac"
)

// watch lets the outlet know of changes of the network, and keep until then what
// it learns of proxies. The channel that it returns holds a token after each.
func (o *outlet) watch(ctx context.Context) (hurry <-chan struct{}) {
	o.scripts, o.refused = new(pac.Answers), new(proxy.Refusals)
	a, b := make(chan struct{}, 1), make(chan struct{}, 1)
	err := network.Watch(ctx, func() {
		o.scripts.Forget()
		o.refused.Forget()
		for _, c := range []chan struct{}{a, b} {
			select {
			case c <- struct{}{}:
			default: // the one before was not taken yet
			}
		}
	})
	if err != nil {
		o.log.Warn("changes of the network are seen late", "error", err)
	}
	o.changes = a
	return b
}
