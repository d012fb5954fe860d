package held

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"jump/transport"
	"jump/transport/lasting"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

// world is a table, and the tunnel to a site that opens streams.
type world struct {
	t        *testing.T
	table    *Table
	site     transport.Tunnel
	agent    transport.Tunnel
	disabled atomic.Bool
	running  atomic.Int32 // programs
	rights   wire.Rights  // of whoever opens
	by       string
	quiet    bool // the agent does not notice when a stream breaks
}

// quiet is a stream whose end the peer does not notice.
type quiet struct{ transport.Stream }

func (q quiet) Close() error { return q.SetDeadline(time.Now()) }

// bubble runs a test in simulated time.
func bubble(t *testing.T, test func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, rights: wire.RightExec, by: "eva"}
		w.table = New(Options{Serve: w.count, Disabled: w.disabled.Load, Log: slog.New(slog.DiscardHandler)})
		network := transporttest.NewNetwork()
		l, err := network.Listen(transporttest.Key("site"))
		if err != nil {
			t.Fatal(err)
		}
		if w.agent, err = network.Dialer(transporttest.Key("agent"), transporttest.ID("site")).Dial(t.Context()); err != nil {
			t.Fatal(err)
		}
		if w.site, err = l.Accept(t.Context()); err != nil {
			t.Fatal(err)
		}
		go func() {
			for {
				s, err := w.agent.Accept(t.Context())
				if err != nil {
					return
				}
				go w.hold(s)
			}
		}()
		test(w)
		w.table.Close()
		w.site.Close("over")
		w.agent.Close("over")
		l.Close()
	})
}

// hold is what the agent does with a stream.
func (w *world) hold(s transport.Stream) {
	_, body, err := wire.NewReader(s, wire.MaxControl).Next()
	var open wire.Open
	if err == nil {
		err = wire.Unmarshal(body, &open)
	}
	if err != nil {
		w.t.Error(err)
		return
	}
	w.table.Serve(w.agent.Context(), s, &open)
	if s.CloseWrite() == nil {
		io.Copy(io.Discard, s)
	}
	s.Close()
}

// count is a program that says one number a second, and ends after as many as
// it is told.
func (w *world) count(ctx context.Context, s transport.Stream, open *wire.Open) {
	w.running.Add(1)
	defer w.running.Add(-1)
	defer s.Close()
	wire.Send(s, wire.TypeOpened, wire.Opened{Rights: open.Rights & wire.RightExec})
	go io.Copy(io.Discard, s)
	var limit int
	fmt.Sscan(open.Exec.Args[0], &limit)
	for i := range limit {
		wire.Write(s, wire.TypeOutput, fmt.Appendln(nil, i))
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return
		}
	}
	wire.Send(s, wire.TypeExit, wire.Exit{Status: 7})
	s.CloseWrite()
}

// viewer is the representative's end.
type viewer struct {
	w      *world
	line   *lasting.Line
	token  []byte
	stream transport.Stream
	heard  chan string // all output, at the end
	lost   chan error
}

func (w *world) open(o *wire.Open) (transport.Stream, wire.Type, []byte) {
	w.t.Helper()
	s, err := w.site.Open(w.t.Context())
	if err == nil {
		err = wire.Send(s, wire.TypeOpen, o)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	typ, body, err := wire.NewReader(s, wire.MaxControl).Next()
	if err != nil {
		w.t.Fatal(err)
	}
	return s, typ, body
}

// begin begins a program that counts.
func (w *world) begin(limit int) *viewer {
	w.t.Helper()
	s, typ, body := w.open(&wire.Open{Kind: wire.KindExec, Session: "one", Representative: w.by, Rights: w.rights,
		Exec: &wire.ExecStart{Args: []string{fmt.Sprint(limit)}, Lasting: true}})
	var opened wire.Opened
	if err := wire.Unmarshal(body, &opened); typ != wire.TypeOpened || err != nil || len(opened.Token) != wire.TokenSize {
		w.t.Fatalf("0x%02x %+v, %v", uint8(typ), opened, err)
	}
	v := &viewer{w: w, line: lasting.New(lasting.Options{Limit: wire.MaxData}), token: opened.Token, heard: make(chan string, 1)}
	v.carry(s, 0)
	go v.listen()
	return v
}

func (v *viewer) carry(s transport.Stream, received uint64) {
	if v.w.quiet {
		s = quiet{s}
	}
	v.stream, v.lost = s, make(chan error, 1)
	go func(lost chan error) { lost <- v.line.Carry(s, received) }(v.lost)
}

// listen collects the output until the end.
func (v *viewer) listen() {
	var all strings.Builder
	for r := wire.NewReader(v.line, wire.MaxData); ; {
		typ, body, err := r.Next()
		if err != nil || typ == wire.TypeExit {
			if err == nil {
				all.WriteString("exit")
			}
			v.heard <- all.String()
			return
		}
		all.Write(body)
	}
}

// lose breaks the stream.
func (v *viewer) lose() {
	v.stream.Close()
	<-v.lost
	synctest.Wait()
}

// again goes on, and returns the code of a refusal.
func (v *viewer) again(session string) wire.Code {
	v.w.t.Helper()
	s, typ, body := v.w.open(&wire.Open{Kind: wire.KindExec, Session: session, Representative: v.w.by, Rights: v.w.rights,
		Resume: &wire.Resume{Token: v.token, Received: v.line.Received()}})
	if typ == wire.TypeRefused {
		var refused wire.Refused
		if err := wire.Unmarshal(body, &refused); err != nil || refused.Text == "" {
			v.w.t.Errorf("%+v, %v", refused, err)
		}
		s.Close()
		return refused.Code
	}
	var opened wire.Opened
	if err := wire.Unmarshal(body, &opened); typ != wire.TypeOpened || err != nil {
		v.w.t.Fatalf("0x%02x, %v", uint8(typ), err)
	}
	v.carry(s, opened.Received)
	return ""
}

func counted(limit int) string {
	var want strings.Builder
	for i := range limit {
		fmt.Fprintln(&want, i)
	}
	return want.String() + "exit"
}

// TestGoesOn: the same program, and every line of its output once, over three
// losses, also of what was said while nobody listened, and of the last word.
func TestGoesOn(t *testing.T) {
	bubble(t, func(w *world) {
		v := w.begin(1000)
		for range 3 {
			time.Sleep(90*time.Second + time.Second/2)
			v.lose()
			time.Sleep(4 * time.Minute)
			if code := v.again("two"); code != "" {
				t.Fatal(code)
			}
		}
		if got := <-v.heard; got != counted(1000) {
			t.Errorf("heard %q", got)
		}
		<-v.lost
		synctest.Wait()
		if n := w.running.Load(); n != 0 || w.table.Waiting() {
			t.Errorf("%d programs run", n)
		}
	})
}

// TestLastWords: a program that ended while nobody listened is heard to its end,
// and then it is over.
func TestLastWords(t *testing.T) {
	bubble(t, func(w *world) {
		v := w.begin(10)
		time.Sleep(time.Second / 2)
		v.lose()
		time.Sleep(time.Minute)
		if n := w.running.Load(); n != 0 {
			t.Errorf("%d programs run", n)
		}
		if code := v.again("two"); code != "" {
			t.Fatal(code)
		}
		if got := <-v.heard; got != counted(10) {
			t.Errorf("heard %q", got)
		}
		if err := <-v.lost; err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if len(w.table.all) > 0 {
			t.Error("it is still held")
		}
	})
}

// TestTaken: who comes back before the loss was noticed takes over.
func TestTaken(t *testing.T) {
	bubble(t, func(w *world) {
		w.quiet = true
		v := w.begin(100)
		time.Sleep(3 * time.Second / 2)
		v.lose()
		if n := w.table.waitingLocked(); n > 0 {
			t.Error("the loss was noticed")
		}
		w.quiet = false
		if code := v.again("two"); code != "" {
			t.Fatal(code)
		}
		if got := <-v.heard; got != counted(100) {
			t.Errorf("heard %q", got)
		}
	})
}

// TestEnds: what ends a conversation that waits, and when.
func TestEnds(t *testing.T) {
	for name, c := range map[string]struct {
		happen func(w *world, v *viewer)
		within time.Duration
	}{
		"nobody comes back": {func(*world, *viewer) {}, Time},
		"disabled":          {func(w *world, _ *viewer) { w.disabled.Store(true) }, disabledEvery},
		"session over":      {func(w *world, _ *viewer) { w.table.Release("one") }, 0},
		"agent ends":        {func(w *world, _ *viewer) { w.table.Close() }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(w *world) {
				v := w.begin(1000)
				time.Sleep(time.Second / 2)
				w.table.Release("another")
				v.lose()
				start := time.Now()
				c.happen(w, v)
				for w.running.Load() > 0 && time.Since(start) < time.Hour {
					time.Sleep(time.Millisecond)
				}
				if took := time.Since(start); took > c.within+time.Millisecond {
					t.Errorf("ended after %v", took)
				}
				synctest.Wait()
				if len(w.table.all) > 0 {
					t.Error("it is still held")
				}
				v.line.End()
			})
		})
	}
}

// TestGoodOrder: an end in good order is the end of the program, at once.
func TestGoodOrder(t *testing.T) {
	bubble(t, func(w *world) {
		v := w.begin(1000)
		time.Sleep(time.Second / 2)
		v.stream.CloseWrite()
		v.lose()
		if n := w.running.Load(); n != 0 {
			t.Error("the program runs on")
		}
		v.line.End()
	})
}

// TestRefused: nobody else goes on with a conversation, nor after nonsense; and
// none of that harms it.
func TestRefused(t *testing.T) {
	bubble(t, func(w *world) {
		v := w.begin(100)
		time.Sleep(3 * time.Second / 2)
		v.lose()
		open := func(change func(*wire.Open)) wire.Code {
			o := &wire.Open{Kind: wire.KindExec, Session: "two", Representative: w.by, Rights: w.rights,
				Resume: &wire.Resume{Token: append([]byte(nil), v.token...), Received: v.line.Received()}}
			change(o)
			s, typ, body := w.open(o)
			defer s.Close()
			var refused wire.Refused
			if err := wire.Unmarshal(body, &refused); typ != wire.TypeRefused || err != nil {
				t.Errorf("0x%02x, %v", uint8(typ), err)
			}
			return refused.Code
		}
		for name, c := range map[string]struct {
			change func(*wire.Open)
			want   wire.Code
		}{
			"wrong token":    {func(o *wire.Open) { o.Resume.Token[15] ^= 1 }, wire.CodeOver},
			"somebody else":  {func(o *wire.Open) { o.Representative = "adam" }, wire.CodeOver},
			"another kind":   {func(o *wire.Open) { o.Kind = wire.KindShell }, wire.CodeOver},
			"no right":       {func(o *wire.Open) { o.Rights = wire.RightView }, wire.CodeDenied},
			"from elsewhere": {func(o *wire.Open) { o.Resume.Received++ }, wire.CodeMalformed},
			"from beyond":    {func(o *wire.Open) { o.Resume.Received = 1 << 63 }, wire.CodeMalformed},
		} {
			if got := open(c.change); got != c.want {
				t.Errorf("%s: refused with %q, want %q", name, got, c.want)
			}
		}
		if code := v.again("two"); code != "" {
			t.Fatal(code)
		}
		if got := <-v.heard; got != counted(100) {
			t.Errorf("heard %q", got)
		}
	})
}

// TestMax: no more than Max conversations wait; the one that has waited longest
// gives way.
func TestMax(t *testing.T) {
	bubble(t, func(w *world) {
		var all []*viewer
		for range Max + 1 {
			v := w.begin(1000)
			time.Sleep(time.Second / 2)
			v.lose()
			all = append(all, v)
		}
		if n := w.running.Load(); n != Max {
			t.Errorf("%d run", n)
		}
		if code := all[0].again("two"); code != wire.CodeOver {
			t.Errorf("the first: %q", code)
		}
		if code := all[Max].again("two"); code != "" {
			t.Errorf("the last: %q", code)
		}
		for _, v := range all {
			v.line.End()
		}
	})
}

// TestNo: a refusal passes through, and nothing is held.
func TestNo(t *testing.T) {
	bubble(t, func(w *world) {
		w.table.Options.Serve = func(_ context.Context, s transport.Stream, _ *wire.Open) {
			wire.Send(s, wire.TypeRefused, &wire.Refused{Code: wire.CodeDenied, Text: "No."})
			s.Close()
		}
		exec := &wire.ExecStart{Args: []string{"x"}, Lasting: true}
		s, typ, _ := w.open(&wire.Open{Kind: wire.KindExec, Session: "one", Exec: exec})
		if typ != wire.TypeRefused {
			t.Errorf("0x%02x", uint8(typ))
		}
		if _, err := s.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Errorf("then %v", err)
		}
		s.Close()
		synctest.Wait()
		if len(w.table.all) > 0 {
			t.Error("it is held")
		}
	})
}
