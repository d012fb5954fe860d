package agent

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"jump/transport"
	"jump/transport/wire"
)

// keeper is a tunnel that keeps itself.
type keeper struct {
	transport.Tunnel
	doubt chan struct{}
}

var _ transport.Keeper = keeper{}

func (k keeper) Keeps() (doubt <-chan struct{}, keeps bool) { return k.doubt, true }

// keepers dials such tunnels.
type keepers struct {
	transport.Dialer
	doubt chan struct{}
}

func (k keepers) Dial(ctx context.Context) (transport.Tunnel, error) {
	t, err := k.Dialer.Dial(ctx)
	if err != nil {
		return nil, err
	}
	return keeper{t, k.doubt}, nil
}

// TestKeeper: on a tunnel that keeps itself nothing is said while nothing happens;
// the site is asked when it has missed a sign of life, and in a conversation.
func TestKeeper(t *testing.T) {
	bubble(t, func(t *testing.T) {
		doubt := make(chan struct{}, 1)
		r := start(t, func(o *Options) {
			talking(o)
			o.Dialer = keepers{o.Dialer, doubt}
		})
		p := r.welcomed(wire.Settings{StatusEvery: 3600})
		said := make(chan wire.Type, 100)
		go func() { // ends with the tunnel
			for {
				kind, body, err := p.reader.Next()
				if err != nil {
					return
				}
				said <- kind
				if kind == wire.TypePing {
					wire.Write(p.control, wire.TypePong, body)
				}
			}
		}()
		hears := func(want ...wire.Type) {
			t.Helper()
			synctest.Wait()
			for _, kind := range want {
				select {
				case got := <-said:
					if got != kind {
						t.Errorf("type 0x%02x, not 0x%02x", uint8(got), uint8(kind))
					}
				default:
					t.Errorf("not a word, not 0x%02x", uint8(kind))
				}
			}
			if len(said) > 0 {
				t.Errorf("0x%02x besides", uint8(<-said))
			}
		}
		time.Sleep(50 * time.Minute)
		hears(wire.TypeKept)
		doubt <- struct{}{}
		hears(wire.TypePing)
		time.Sleep(time.Minute)
		hears()
		p.open(exec(t, "x"))
		hears(wire.TypePing)
		time.Sleep(2 * busyBeat)
		hears(wire.TypePing, wire.TypePing)
	})
}
