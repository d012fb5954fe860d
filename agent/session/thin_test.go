package session_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jump/capture/capturetest"
	"jump/transport/wire"
)

// thin is a viewer at the end of a line of bytes a second and a round trip.
type thin struct {
	*peer
	rate float64
	trip time.Duration
	mu   sync.Mutex // held while drawing and looking
}

// follow draws frames when they have come and acknowledges them, until ctx ends.
// Changed is called after each.
func (v *thin) follow(ctx context.Context, changed func()) {
	type arrival struct {
		body []byte
		at   time.Time
	}
	way := make(chan arrival, 100)
	go func() {
		defer close(way)
		var busy time.Time
		for {
			typ, body, err := v.reader.Next()
			if err != nil {
				return
			}
			if typ == wire.TypeFrame {
				if now := time.Now(); busy.Before(now) {
					busy = now
				}
				busy = busy.Add(time.Duration(float64(len(body)) / v.rate * float64(time.Second)))
				way <- arrival{bytes.Clone(body), busy.Add(v.trip / 2)}
			}
		}
	}()
	for a := range way {
		time.Sleep(time.Until(a.at))
		if ctx.Err() != nil {
			continue
		}
		v.mu.Lock()
		err := v.seen.Frame(a.body)
		v.mu.Unlock()
		if err != nil {
			v.t.Error(err)
			continue
		}
		ack := wire.Ack{Sequence: v.seen.Last().Sequence}.Append(nil)
		time.AfterFunc(v.trip/2, func() { wire.Write(v.stream, wire.TypeAck, ack) })
		changed()
	}
}

// TestScreenThinLine: while a film plays that the line cannot take, what is
// typed shows within 30 ms beyond the round trip; and at rest the picture becomes exact.
func TestScreenThinLine(t *testing.T) {
	for _, mbit := range []float64{1, 10} {
		for _, trip := range []time.Duration{20 * time.Millisecond, 100 * time.Millisecond} {
			t.Run(fmt.Sprintf("%g Mbit, %v", mbit, trip), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := capturetest.NewScreen(image.Rect(0, 0, 640, 480))
					open := screenOpen(allRights, wire.ScreenOptions{Quality: 75})
					open.Screen.Window = 12
					v := &thin{peer: begin(t, host(s, &device{}), open), rate: mbit * 125e3, trip: trip}
					v.opened()
					for v.watch() != wire.TypeDisplays {
					}
					times := v.typed(s, 20)
					slices.Sort(times)
					// The key's way to the agent is the other half.
					if p50 := times[len(times)/2] + trip/2; p50 > trip+30*time.Millisecond {
						t.Errorf("a key shows after %v", p50)
					}
				})
			})
		}
	}
}

// typed plays a film, takes times from a change elsewhere to its picture, and
// waits until all is exact.
func (v *thin) typed(s *capturetest.Screen, n int) (times []time.Duration) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	drawn := make(chan struct{}, 1)
	go v.follow(ctx, func() {
		select {
		case drawn <- struct{}{}:
		default:
		}
	})
	over := v.film(s)
	for k := range n {
		time.Sleep(time.Duration(150+37*k%100) * time.Millisecond)
		colour := uint32(0x010101 * (k + 1))
		began := time.Now()
		s.Fill(image.Rect(500, 400, 510, 410), colour)
		for v.at(505, 405) != colour {
			<-drawn
		}
		times = append(times, time.Since(began))
	}
	over()
	for began := time.Now(); !v.exactly(s); {
		<-drawn
		if time.Since(began) > 20*time.Second {
			v.t.Fatal("not exact")
		}
	}
	return times
}

// film draws a part of the screen anew 25 times a second, until the function
// that it returns is called.
func (v *thin) film(s *capturetest.Screen) (over func()) {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := 1; ctx.Err() == nil; i++ {
			s.Draw(image.Rect(0, 0, 400, 300), func(x, y int) uint32 {
				return photo(x+131*i, y*(1+i%7))&0xFFFFE0 + photo(x^i, y)&31*0x010101
			})
			time.Sleep(40 * time.Millisecond)
		}
	}()
	return func() { stop(); <-done }
}

func (v *thin) at(x, y int) uint32 {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.seen.At(v.layout.Displays[0].ID, x, y)
}

func (v *thin) exactly(s *capturetest.Screen) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.shows(s)
}
