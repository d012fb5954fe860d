package simulation

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"jump/transport"
)

var (
	replay  = flag.Uint64("seed", 0, "live through the world of this seed only")
	verbose = flag.Bool("story", false, "tell what happens while it does")
)

// exchange writes a text and reads as much back.
func exchange(s transport.Stream, text string, got []byte) error {
	if _, err := s.Write([]byte(text)); err != nil {
		return err
	}
	if err := s.CloseWrite(); err != nil {
		return err
	}
	_, err := io.ReadFull(s, got)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("cut short: %w", err)
	}
	return err
}

// rest waits in simulated time.
func rest(d time.Duration) { time.Sleep(d) }

// sum is what all worlds of a test have lived through.
type sum struct{ seconds, starts, sessions atomic.Int64 }

// live lives through one seed's world, and returns what happened in it.
func live(t *testing.T, seed uint64, p plan, lived *sum) (story []string) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, seed, p)
		begin := time.Now()
		w.live(p)
		lived.seconds.Add(int64(time.Since(begin)/time.Second) * int64(p.agents))
		w.end()
		lived.starts.Add(int64(w.restarts))
		lived.sessions.Add(int64(w.sessions))
		if w.wrong != "" {
			name, _, _ := strings.Cut(t.Name(), "/")
			t.Errorf("%s\nseed %d: go test ./test/simulation -run %s -seed %d\n%s", w.wrong, seed, name, seed, strings.Join(w.story[max(0, len(w.story)-60):], "\n"))
		}
		story = w.story
	})
	return story
}

// TestReplay: what a seed does to a world it does again in the same order. When,
// is the same to some milliseconds only, since goroutines take turns as they
// like.
func TestReplay(t *testing.T) {
	p := plan{agents: 5, hours: 6, apart: 2 * time.Minute, days: 180}
	var lived sum
	first := done(live(t, 1, p, &lived))
	again := done(live(t, 1, p, &lived))
	if len(first) < 100 {
		t.Errorf("only %d things happened", len(first))
	}
	for i := range min(len(first), len(again)) {
		if first[i] != again[i] {
			t.Fatalf("the first difference, at line %d:\n%s\n%s", i, first[i], again[i])
		}
	}
	if len(first) != len(again) {
		t.Errorf("%d and %d things happened", len(first), len(again))
	}
}

// done returns what was done in a story, without when it was and what came of
// it.
func done(story []string) (out []string) {
	for _, line := range story {
		what, _, _ := strings.Cut(strings.TrimLeft(line[strings.IndexByte(line, ' '):], " "), ": ")
		if !strings.HasPrefix(what, "the site was killed") {
			out = append(out, what)
		}
	}
	return out
}

// TestMain lets memory grow for speed: all of it is gone with the test.
func TestMain(m *testing.M) {
	flag.Parse()
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// worlds lives through so many seeds of a plan, with JUMP_SOAK=1 ten times as
// many that nobody has seen before.
func worlds(t *testing.T, seeds uint64, p plan) {
	first := uint64(1)
	switch {
	case *replay != 0:
		first, seeds = *replay, 1
	case os.Getenv("JUMP_SOAK") != "":
		first, seeds = uint64(time.Now().UnixNano())>>20, 10*seeds
	}
	var lived sum
	t.Run("", func(t *testing.T) {
		for seed := first; seed < first+seeds; seed++ {
			t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
				t.Parallel()
				live(t, seed, p, &lived)
			})
		}
	})
	t.Logf("%d hours of agents, %d starts of theirs, %d sessions", lived.seconds.Load()/3600, lived.starts.Load(), lived.sessions.Load())
}

// TestWorlds: 10,000 hours of agents, in which no disk is copied.
func TestWorlds(t *testing.T) {
	worlds(t, 11, plan{agents: 40, hours: 23, apart: 6 * time.Minute, days: 180})
}

// TestCrashes is for those that start again and again: a client is never taken
// for its own copy.
func TestCrashes(t *testing.T) {
	worlds(t, 4, plan{agents: 4, hours: 4, apart: 40 * time.Second, days: 180})
}

// TestRestarts is nothing but that: so many times a client is killed or its
// computer loses its power, wherever it is, and no site ever takes one for a copy
// of itself. 500 times, with JUMP_SOAK=1 10,000 times.
func TestRestarts(t *testing.T) {
	times := 500
	if os.Getenv("JUMP_SOAK") != "" {
		times = 10_000
	}
	synctest.Test(t, func(t *testing.T) {
		p := plan{agents: 4, days: 180}
		w := newWorld(t, 1, p)
		kinds := []func(*world){(*world).killed, (*world).powerCut, (*world).midWrite}
		for i := 0; i < times && !w.failed(); i++ {
			rest(w.within(0, 30*time.Second))
			kinds[w.rand.IntN(len(kinds))](w)
			if i%100 == 99 {
				w.calm(p)
			}
		}
		w.end()
		if w.wrong != "" || w.restarts < times {
			t.Errorf("%s; %d restarts", w.wrong, w.restarts)
		}
		t.Logf("%d restarts", w.restarts)
	})
}

// TestCopies: disks are copied and put back; every copy is found, and each
// computer is a client of its own in the end.
func TestCopies(t *testing.T) {
	worlds(t, 4, plan{agents: 4, hours: 6, apart: 3 * time.Minute, days: 180, clones: true})
}
