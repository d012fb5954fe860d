package agent

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"jump/transport"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

// talker holds conversations that say their first argument and end when their
// context does, or when the site closes.
func talker(ctx context.Context, s transport.Stream, open *wire.Open) {
	wire.Send(s, wire.TypeOpened, wire.Opened{Rights: open.Rights})
	wire.Write(s, wire.TypeOutput, []byte(open.Exec.Args[0]))
	over := make(chan struct{})
	go func() {
		io.Copy(io.Discard, s)
		close(over)
	}()
	select {
	case <-ctx.Done():
		wire.Write(s, wire.TypeOutput, []byte("last words"))
		s.SetDeadline(time.Now())
		<-over
		s.SetDeadline(time.Time{})
	case <-over:
	}
}

func talking(o *Options) { o.Serve = talker }

// expect reads one message.
func expect(t *testing.T, r *wire.Reader, want wire.Type, text string) {
	t.Helper()
	kind, body, err := r.Next()
	if err != nil || kind != want || text != "" && string(body) != text {
		t.Fatalf("read 0x%02x %q, %v; want 0x%02x %q", uint8(kind), body, err, uint8(want), text)
	}
}

func TestConversation(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, talking)
		p := r.welcomed(wire.Settings{})
		p.answer()
		s := p.open(exec(t, "hello"))
		in := wire.NewReader(s, wire.MaxData)
		expect(t, in, wire.TypeOpened, "")
		expect(t, in, wire.TypeOutput, "hello")
		time.Sleep(10 * time.Hour)
		s.CloseWrite()
		if _, _, err := in.Next(); !errors.Is(err, io.EOF) {
			t.Errorf("end of the conversation: %v", err)
		}
		if p.Context().Err() != nil {
			t.Error(context.Cause(p.Context()))
		}
	})
}

// TestRest: an agent rests once it has held nothing for a minute, and again after
// each time it has.
func TestRest(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var rests atomic.Int32
		r := start(t, func(o *Options) { o.Serve, o.Rest = talker, func() { rests.Add(1) } })
		p := r.welcomed(wire.Settings{})
		p.answer()
		after := func(d time.Duration, want int32) {
			t.Helper()
			time.Sleep(d)
			if n := rests.Load(); n != want {
				t.Errorf("rested %d times, want %d", n, want)
			}
		}
		after(59*time.Second, 0)
		after(time.Hour, 1)
		one, two := p.open(exec(t, "one")), p.open(exec(t, "two"))
		after(time.Hour, 1)
		for _, s := range []transport.Stream{one, two} {
			s.CloseWrite()
			io.Copy(io.Discard, s)
			after(50*time.Second, 1)
		}
		after(time.Hour, 2)
	})
}

// TestLastWords: what Serve wrote before it returned arrives, however slowly
// the site reads, and then the stream ends.
func TestLastWords(t *testing.T) {
	bubble(t, func(t *testing.T) {
		text := strings.Repeat("x", 60<<10)
		r := start(t, func(o *Options) {
			o.Serve = func(_ context.Context, s transport.Stream, _ *wire.Open) { io.WriteString(s, text) }
		})
		p := r.welcomed(wire.Settings{})
		s := p.open(exec(t, "x"))
		time.Sleep(3 * time.Second)
		if got, err := io.ReadAll(s); err != nil || string(got) != text {
			t.Errorf("%d bytes, %v", len(got), err)
		}
	})
}

// TestRefusedConversations: what cannot be held is refused in words, and the
// tunnel lives on.
func TestRefusedConversations(t *testing.T) {
	unknown, err := wire.Marshal(wire.Open{Kind: 99})
	if err != nil {
		t.Fatal(err)
	}
	shell, err := wire.Marshal(wire.Open{Kind: wire.KindShell, Shell: &wire.ShellStart{Columns: 80, Rows: 24}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		first []byte
		code  wire.Code
	}{
		{"unknown kind", wire.Append(nil, wire.TypeOpen, unknown), wire.CodeUnsupported},
		{"kind without capability", wire.Append(nil, wire.TypeOpen, shell), wire.CodeUnsupported},
		{"no Open", wire.Append(nil, wire.TypePing, make([]byte, 8)), wire.CodeMalformed},
		{"no CBOR", wire.Append(nil, wire.TypeOpen, []byte("\xff\xff\x00umlaut \xe4")), wire.CodeMalformed},
		{"oversize", wire.AppendHeader(nil, wire.TypeOpen, wire.MaxFrame), wire.CodeMalformed},
		{"half, and nothing more", exec(t, "x")[:9], wire.CodeMalformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := start(t, talking)
				p := r.welcomed(wire.Settings{})
				p.answer()
				if got := refusal(t, p.open(c.first)); got.Code != c.code || got.Text == "" {
					t.Errorf("refused with %+v, want %q", got, c.code)
				}
				expect(t, wire.NewReader(p.open(exec(t, "x")), wire.MaxData), wire.TypeOpened, "")
			})
		})
	}
}

// TestTooManyConversations: the 33rd is refused, and welcome when one ends.
func TestTooManyConversations(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, talking)
		p := r.welcomed(wire.Settings{})
		p.answer()
		var all []transport.Stream
		for range MaxConversations {
			s := p.open(exec(t, "x"))
			expect(t, wire.NewReader(s, wire.MaxData), wire.TypeOpened, "")
			all = append(all, s)
		}
		for range 3 {
			if got := refusal(t, p.open(exec(t, "x"))); got.Code != wire.CodeOverloaded {
				t.Errorf("refused with %+v", got)
			}
		}
		all[7].Close()
		synctest.Wait()
		expect(t, wire.NewReader(p.open(exec(t, "x")), wire.MaxData), wire.TypeOpened, "")
	})
}

// TestSilence: while somebody waits, a silent tunnel is known as broken after
// 6 seconds; while nobody does, the transport's timeout is enough.
func TestSilence(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, talking)
		p := r.welcomed(wire.Settings{})
		p.answer()
		time.Sleep(time.Hour)
		p.open(exec(t, "x"))
		time.Sleep(time.Hour)
		r.net.Cut()
		time.Sleep(silenceTimeout - busyBeat - time.Second)
		if got := r.reports(); len(got) != 1 {
			t.Errorf("reported %+v", got)
		}
		time.Sleep(busyBeat + time.Second)
		synctest.Wait()
		if got := r.reports(); len(got) != 2 || !strings.Contains(got[1].Err.Error(), "nothing heard for 6 seconds") {
			t.Errorf("reported %+v", got)
		}
	})
	bubble(t, func(t *testing.T) {
		r := start(t, nil)
		r.welcomed(wire.Settings{}).answer()
		synctest.Wait()
		r.net.Cut()
		time.Sleep(transporttest.IdleTimeout - time.Second)
		if got := r.reports(); len(got) != 1 {
			t.Errorf("an idle tunnel: reported %+v", got)
		}
	})
}

// TestSilentSiteWithConversation: packets that get through do not count, words
// on the control stream do.
func TestSilentSiteWithConversation(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, talking)
		p := r.welcomed(wire.Settings{})
		time.Sleep(time.Hour)
		p.open(exec(t, "x"))
		took, cause := p.gone()
		if took != silenceTimeout || !strings.Contains(cause, "nothing heard") {
			t.Errorf("given up after %v: %s", took, cause)
		}
	})
}

// TestDrain: stopping ends conversations first, in their own way.
func TestDrain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, talking)
		p := r.welcomed(wire.Settings{})
		s := p.open(exec(t, "x"))
		in := wire.NewReader(s, wire.MaxData)
		expect(t, in, wire.TypeOpened, "")
		expect(t, in, wire.TypeOutput, "x")
		half := p.open(exec(t, "x")[:5])
		synctest.Wait()
		r.stop()
		expect(t, in, wire.TypeOutput, "last words")
		s.Close()
		p.read(wire.TypeGoodbye, nil)
		p.Close("bye")
		if got := r.result(); got.reason != ReasonStopped {
			t.Errorf("ended with %+v", got)
		}
		if _, err := half.Read(make([]byte, 1)); err == nil {
			t.Error("a half-begun conversation outlives the agent")
		}
	})
}

// TestNoConversationWhileStopping: what comes too late is closed.
func TestNoConversationWhileStopping(t *testing.T) {
	bubble(t, func(t *testing.T) {
		leave := make(chan struct{})
		r := start(t, func(o *Options) {
			o.Serve = func(context.Context, transport.Stream, *wire.Open) { <-leave }
		})
		p := r.welcomed(wire.Settings{})
		p.open(exec(t, "x"))
		synctest.Wait()
		r.stop()
		synctest.Wait()
		if _, err := p.open(exec(t, "x")).Read(make([]byte, 1)); err == nil || errors.Is(err, io.EOF) {
			t.Errorf("a late conversation: %v", err)
		}
		close(leave)
		r.result()
	})
}

// TestHungConversation: one that ignores everything keeps the agent neither
// from reconnecting nor from stopping.
func TestHungConversation(t *testing.T) {
	bubble(t, func(t *testing.T) {
		hang := make(chan struct{})
		defer close(hang)
		r := start(t, func(o *Options) {
			o.Serve = func(context.Context, transport.Stream, *wire.Open) { <-hang }
		})
		p := r.welcomed(wire.Settings{})
		p.open(exec(t, "x"))
		synctest.Wait()
		p.Close("lost")
		begin := time.Now()
		p = r.welcomed(wire.Settings{})
		if took := time.Since(begin); took > hangTimeout+2*time.Second {
			t.Errorf("came back after %v", took)
		}
		p.open(exec(t, "x"))
		synctest.Wait()
		begin = time.Now()
		r.stop()
		if got := r.result(); got.reason != ReasonStopped {
			t.Errorf("ended with %+v", got)
		}
		if took := time.Since(begin); took > drainTimeout+lingerTimeout+hangTimeout {
			t.Errorf("stopped after %v", took)
		}
	})
}

// TestSiteDoesNotRead: a control stream that nobody reads ends the tunnel.
func TestSiteDoesNotRead(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, nil)
		p := r.welcomed(wire.Settings{})
		go func() {
			ping := wire.Append(nil, wire.TypePing, make([]byte, pingSize))
			for err := error(nil); err == nil; {
				_, err = p.control.Write(ping)
			}
		}()
		if took, cause := p.gone(); took > time.Minute || !strings.Contains(cause, "does not read") {
			t.Errorf("ended after %v: %s", took, cause)
		}
	})
}
