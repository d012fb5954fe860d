package agent

import (
	"sync/atomic"
	"testing"
	"time"

	"jump/transport/wire"
)

// TestDisabled: whoever disables a client (requirement A7) ends what is open
// and refuses what begins, whatever the site thinks, and the site is told.
func TestDisabled(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var off atomic.Bool
		r := start(t, func(o *Options) {
			talking(o)
			o.Disabled = off.Load
		})
		p := r.welcomed(wire.Settings{})
		if p.hello.Status.Disabled {
			t.Error("disabled from the beginning")
		}
		held := wire.NewReader(p.open(exec(t, "hello")), wire.MaxData)
		expect(t, held, wire.TypeOpened, "")
		expect(t, held, wire.TypeOutput, "hello")

		off.Store(true)
		begin := time.Now()
		expect(t, held, wire.TypeOutput, "last words")
		if took := time.Since(begin); took > disabledEvery {
			t.Errorf("a conversation went on for %v", took)
		}
		if got := refusal(t, p.open(exec(t, "x"))); got.Code != wire.CodeDisabled {
			t.Errorf("refused with %+v", got)
		}
		var s wire.Status
		if p.read(wire.TypeStatus, &s); !s.Disabled {
			t.Errorf("told %+v", s)
		}

		off.Store(false)
		expect(t, wire.NewReader(p.open(exec(t, "again")), wire.MaxData), wire.TypeOpened, "")
		var again wire.Status
		if p.read(wire.TypeStatus, &again); again.Disabled {
			t.Errorf("told %+v", again)
		}
	})
}
