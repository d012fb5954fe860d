package tunnel

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jump/site/bus"
	"jump/site/clients"
	"jump/site/store"
	"jump/transport"
	"jump/transport/wire"
)

func testLog(t *testing.T) *slog.Logger { return slog.New(slog.NewTextHandler(t.Output(), nil)) }

func TestStatus(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		events := s.bus.Subscribe(ctx)
		a, _ := s.connect("one")
		if e := <-events; e.Kind != bus.KindClient || e.Data.(clients.Client).State() != store.StateOnline {
			t.Fatalf("event %+v", e)
		}
		lie := `<img src=x onerror="alert(1)">`
		a.send(wire.TypeStatus, wire.Status{Hostname: lie, ConsoleUser: "anne", Disabled: true, CPUPermille: 10})
		if c := (<-events).Data.(clients.Client); c.Name != lie || c.State() != store.StateDisabled || c.Facts.ConsoleUser != "anne" {
			t.Errorf("event %+v", c)
		}
		_, _, err := s.clients.Open(t.Context(), a.id, execOpen())
		if code(err) != wire.CodeDisabled {
			t.Errorf("opened a disabled client: %v", err)
		}
	})
}

func TestBrokenStatus(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		a, _ := s.connect("one")
		a.send(wire.TypeStatus, map[int]any{11: 4000})
		<-a.tunnel.Context().Done()
		if cause := context.Cause(a.tunnel.Context()).Error(); !strings.Contains(cause, "4000 permille") {
			t.Errorf("closed because of %q", cause)
		}
		synctest.Wait()
		if c := s.get(a.id); c.State() != store.StateOffline {
			t.Errorf("%+v", c)
		}
	})
}

// TestUnknownMessages: what a later version sends is skipped, and pings are
// answered.
func TestUnknownMessages(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		a, _ := s.connect("one")
		for _, m := range [][]byte{wire.Append(nil, 0xee, []byte("later")), wire.Append(nil, wire.TypePing, []byte("12345678"))} {
			if _, err := a.control.Write(m); err != nil {
				t.Fatal(err)
			}
		}
		kind, body, err := a.reader.Next()
		if err != nil || kind != wire.TypePong || string(body) != "12345678" {
			t.Errorf("type 0x%02x, %q, %v", uint8(kind), body, err)
		}
	})
}

func execOpen() *wire.Open {
	return &wire.Open{Kind: wire.KindExec, Session: "s1", Representative: "admin", Rights: wire.RightExec | wire.RightView,
		Exec: &wire.ExecStart{Args: []string{"true"}}}
}

func code(err error) wire.Code {
	if r := (*wire.Refused)(nil); errors.As(err, &r) {
		return r.Code
	}
	return ""
}

// answer accepts the next conversation and answers its Open.
func (a *agent) answer(kind wire.Type, v any) (transport.Stream, wire.Open) {
	stream, err := a.tunnel.Accept(a.t.Context())
	if err != nil {
		a.t.Error(err)
		return nil, wire.Open{}
	}
	var open wire.Open
	_, body, err := wire.NewReader(stream, wire.MaxControl).Next()
	if err == nil {
		err = wire.Unmarshal(body, &open)
	}
	if err == nil {
		err = wire.Send(stream, kind, v)
	}
	if err != nil {
		a.t.Error(err)
	}
	return stream, open
}

func TestConversation(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		a, _ := s.connect("one")
		done := make(chan struct{})
		go func() {
			defer close(done)
			stream, open := a.answer(wire.TypeOpened, wire.Opened{Rights: ^wire.Rights(0)})
			if open.Representative != "admin" || open.Exec == nil || readAll(t, stream) != "in" {
				t.Errorf("open %+v", open)
			}
			stream.Write([]byte("out"))
			stream.CloseWrite()
		}()
		stream, opened, err := s.clients.Open(t.Context(), a.id, execOpen())
		if err != nil || opened.Rights != wire.RightExec|wire.RightView {
			t.Fatalf("opened %+v, %v", opened, err)
		}
		if c := s.get(a.id); c.Sessions != 1 || c.LastAccessedAt.IsZero() {
			t.Errorf("during a session: %+v", c)
		}
		stream.Write([]byte("in"))
		stream.CloseWrite()
		if got := readAll(t, stream); got != "out" {
			t.Errorf("read %q", got)
		}
		<-done
		stream.Close()
		stream.Close()
		if c := s.get(a.id); c.Sessions != 0 {
			t.Errorf("after the session: %+v", c)
		}
	})
}

func TestOpenRefused(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		a, _ := s.connect("one")
		for name, c := range map[string]struct {
			kind   wire.Type
			answer any
			want   wire.Code
		}{
			"agent says no": {wire.TypeRefused, wire.Refused{Code: wire.CodeNoScreen, Text: "No."}, wire.CodeNoScreen},
			"nonsense":      {wire.TypeStatus, wire.Status{}, wire.CodeMalformed},
			"bad Opened":    {wire.TypeOpened, "yes", wire.CodeMalformed},
		} {
			go a.answer(c.kind, c.answer)
			if _, _, err := s.clients.Open(t.Context(), a.id, execOpen()); code(err) != c.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		if c := s.get(a.id); c.Sessions != 0 || !c.LastAccessedAt.IsZero() {
			t.Errorf("after refusals: %+v", c)
		}
		odd := execOpen()
		odd.Kind = 77
		if _, _, err := s.clients.Open(t.Context(), a.id, odd); code(err) != wire.CodeUnsupported {
			t.Errorf("unknown kind: %v", err)
		}
	})
}

// TestOpenUnanswered: M15 when the agent is alive but does not answer, M14 when
// its tunnel breaks, M8 afterwards, M7 for a client that never was.
func TestOpenUnanswered(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		a, _ := s.connect("one")
		go func() { // answers pings, and nothing else
			for {
				kind, body, err := a.reader.Next()
				if err != nil {
					return
				}
				if kind == wire.TypePing {
					wire.Write(a.control, wire.TypePong, body)
				}
			}
		}()
		began := time.Now()
		if _, _, err := s.clients.Open(t.Context(), a.id, execOpen()); code(err) != wire.CodeTimeout || time.Since(began) != 15*time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, _, err := s.clients.Open(gone, a.id, execOpen()); !errors.Is(err, context.Canceled) {
			t.Errorf("given up by the caller: %v", err)
		}
		time.AfterFunc(time.Second, func() { a.tunnel.Close("crash") })
		if _, _, err := s.clients.Open(t.Context(), a.id, execOpen()); code(err) != wire.CodeNotConnected {
			t.Errorf("tunnel broke: %v", err)
		}
		synctest.Wait()
		if _, _, err := s.clients.Open(t.Context(), a.id, execOpen()); code(err) != wire.CodeClientOffline {
			t.Errorf("offline: %v", err)
		}
		if _, _, err := s.clients.Open(t.Context(), wire.ID{1}, execOpen()); code(err) != wire.CodeClientGone {
			t.Errorf("unknown: %v", err)
		}
	})
}

// TestSilence: six seconds without a sign end a tunnel with a session, and only
// such a tunnel.
func TestSilence(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		a, _ := s.connect("one")
		time.Sleep(20 * time.Second)
		if a.tunnel.Context().Err() != nil {
			t.Fatal("closed without a session")
		}
		go a.answer(wire.TypeOpened, wire.Opened{})
		stream, _, err := s.clients.Open(t.Context(), a.id, execOpen())
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Close()
		for range 10 { // 20 seconds in which it answers
			kind, body, err := a.reader.Next()
			if err != nil || kind != wire.TypePing {
				t.Fatal(kind, err)
			}
			wire.Write(a.control, wire.TypePong, body)
		}
		time.Sleep(pingEvery * 2 / 3) // its last word comes between two beats
		wire.Write(a.control, wire.TypePing, make([]byte, pingSize))
		synctest.Wait()
		last := time.Now()
		s.network.Cut()
		if n, err := stream.Read(make([]byte, 1)); !errors.Is(err, transport.ErrClosed) {
			t.Errorf("read %d, %v", n, err)
		}
		if took := time.Since(last); took != silenceTimeout {
			t.Errorf("known to be broken after %v", took)
		}
	})
}

// TestReplace: a new tunnel of the same agent takes the place of one whose
// network is gone, and the client is online all the time.
func TestReplace(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		old, w := s.connect("one")
		synctest.Wait()
		events := s.bus.Subscribe(ctx)
		fresh := s.dial("one")
		h := fresh.hello("")
		h.Join = w.Join
		fresh.welcome(h)
		<-old.tunnel.Context().Done()
		synctest.Wait()
		if c := s.get(fresh.id); c.State() != store.StateOnline || c.Connection != 2 {
			t.Errorf("%+v", c)
		}
		for len(events) > 0 {
			if c, ok := (<-events).Data.(clients.Client); !ok || c.State() != store.StateOnline {
				t.Errorf("flapped: %+v", c)
			}
		}
		if fresh.tunnel.Context().Err() != nil {
			t.Error("the new tunnel was closed as well")
		}
	})
}

func TestRemove(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		a, _ := s.connect("one")
		if err := s.clients.Remove(t.Context(), a.id, "no longer needed"); err != nil {
			t.Fatal(err)
		}
		var removed wire.Removed
		a.next(wire.TypeRemoved, &removed)
		if removed.Reason != "no longer needed" {
			t.Errorf("%+v", removed)
		}
		<-a.tunnel.Context().Done() // though the agent does not close it
		if err := s.clients.Remove(t.Context(), a.id, "again"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("removed twice: %v", err)
		}
		// A copy of the agent that was away meanwhile, or one that enrols again.
		late := s.dial("one")
		late.send(wire.TypeHello, late.hello(""))
		late.next(wire.TypeRemoved, &removed)
		if _, _, err := s.clients.Open(t.Context(), a.id, execOpen()); code(err) != wire.CodeClientGone {
			t.Errorf("opened a removed client: %v", err)
		}
	})
}

func TestUninstalled(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		a, _ := s.connect("one")
		a.send(wire.TypeGoodbye, wire.Goodbye{Code: wire.CodeUninstalled})
		<-a.tunnel.Context().Done()
		synctest.Wait()
		if c := s.get(a.id); c.State() != store.StateUninstalled || c.Name != "pc" {
			t.Errorf("%+v", c)
		}
		if _, _, err := s.clients.Open(t.Context(), a.id, execOpen()); code(err) != wire.CodeUninstalled {
			t.Errorf("opened an uninstalled client: %v", err)
		}
	})
}

func TestAnnounce(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		a, _ := s.connect("one")
		synctest.Wait()
		s.server.Announce(wire.Settings{StatusEvery: 7})
		var got wire.Settings
		if a.next(wire.TypeSettings, &got); got.StatusEvery != 7 {
			t.Errorf("%+v", got)
		}
		if _, w := s.connect("two"); w.Settings.StatusEvery != 7 {
			t.Errorf("%+v", w)
		}
	})
}

// TestStop: agents hear when to come back, and the stop does not wait for those
// that do not listen.
func TestStop(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		polite, _ := s.connect("polite")
		deaf, _ := s.connect("deaf")
		mute := s.dial("mute")
		synctest.Wait()
		go func() {
			var bye wire.Goodbye
			polite.next(wire.TypeGoodbye, &bye)
			if bye.Code != wire.CodeRestarting || bye.RetryAfter < 1 || bye.RetryAfter > 31 {
				t.Errorf("%+v", bye)
			}
			polite.tunnel.Close("goodbye")
		}()
		began := time.Now()
		s.stop()
		if took := time.Since(began); took > stopTimeout {
			t.Errorf("took %v", took)
		}
		for _, a := range []*agent{polite, deaf, mute} {
			<-a.tunnel.Context().Done()
		}
		if n, err := s.store.Counts(t.Context(), nil); err != nil || n != (store.Counts{Total: 2, Offline: 2}) {
			t.Errorf("%+v, %v", n, err)
		}
	})
}

// TestDeaf: an agent that takes in nothing any more is given up, and until then
// does not hold up a stop, even where the site is in the middle of a message.
func TestDeaf(t *testing.T) {
	for name, stop := range map[string]bool{"given up": false, "at a stop": true} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, s *site) {
				a, _ := s.connect("deaf")
				const window = 64 << 10 // of a stream, in memory
				ping := wire.Append(nil, wire.TypePing, []byte("12345678"))
				for range window/len(ping) + 3 { // their answers do not fit
					time.Sleep(time.Second / messageRate)
					if _, err := a.control.Write(ping); err != nil {
						t.Fatal(err)
					}
				}
				synctest.Wait()
				before := time.Now()
				if stop {
					s.stop()
				} else {
					<-a.tunnel.Context().Done()
				}
				if took := time.Since(before); took > 30*time.Second {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}
