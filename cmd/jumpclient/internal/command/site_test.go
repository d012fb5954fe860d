package command

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"jump/installer/stamp"
	"jump/transport"
	"jump/transport/quic"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

// site is a small real site over UDP on the loopback: it takes agents that show
// its key, and keeps nothing.
type site struct {
	pc       net.PacketConn
	listener transport.Listener
	stamp    stamp.Key
	stop     context.CancelFunc
	all      sync.WaitGroup

	mu     sync.Mutex
	mode   string           // welcome, refuse or remove
	known  map[wire.ID]int  // the number of each
	gone   int              // clients that said that they were uninstalled
	wishes wire.Wishes      // of the last enrolment
	tunnel transport.Tunnel // the last
}

func newSite() (*site, error) {
	pc, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	l, err := quic.Listen(pc, transporttest.Key("site"))
	if err != nil {
		return nil, errors.Join(err, pc.Close())
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &site{pc: pc, listener: l, stop: cancel, mode: "welcome", known: map[wire.ID]int{}}
	s.all.Go(func() { s.accept(ctx) })
	return s, nil
}

func (s *site) close() {
	s.stop()
	s.listener.Close()
	s.all.Wait()
	s.pc.Close()
}

// key returns the site's deployment key, always the same.
func (s *site) key(host string) stamp.Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stamp == (stamp.Key{}) {
		k, err := stamp.New(transporttest.ID("site"), host, uint16(s.pc.LocalAddr().(*net.UDPAddr).Port))
		if err != nil {
			panic(err)
		}
		s.stamp = k
	}
	return s.stamp
}

func newOtherKey() string {
	k, err := stamp.New(transporttest.ID("other site"), "localhost", 1)
	if err != nil {
		panic(err)
	}
	return k.String()
}

func (s *site) answer(mode string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mode = mode
}

func (s *site) last() wire.Wishes {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wishes
}

func (s *site) accept(ctx context.Context) {
	for {
		t, err := s.listener.Accept(ctx)
		if err != nil {
			return
		}
		s.all.Go(func() {
			defer t.Close("over")
			s.serve(ctx, t)
		})
	}
}

// serve answers the Hello and then reads until the agent or the site ends.
func (s *site) serve(ctx context.Context, t transport.Tunnel) {
	control, err := t.Accept(ctx)
	if err != nil {
		return
	}
	defer context.AfterFunc(ctx, func() { t.Close("site stops") })()
	r := wire.NewReader(control, wire.MaxControl)
	var hello wire.Hello
	if _, body, err := r.Next(); err != nil || wire.Unmarshal(body, &hello) != nil {
		return
	}
	kind, answer := s.admit(t.Peer(), &hello)
	s.mu.Lock()
	s.tunnel = t
	s.mu.Unlock()
	if wire.Send(control, kind, answer) != nil {
		return
	}
	for err == nil {
		var got wire.Type
		var body []byte
		if got, body, err = r.Next(); got == wire.TypeGoodbye {
			s.farewell(body)
			return
		}
	}
}

func (s *site) farewell(body []byte) {
	var bye wire.Goodbye
	if wire.Unmarshal(body, &bye) != nil || bye.Code != wire.CodeUninstalled {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone++
}

// uninstalled returns how many clients said so.
func (s *site) uninstalled() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gone
}

func (s *site) admit(p transport.Peer, h *wire.Hello) (wire.Type, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := wire.IDOf(p.Key)
	switch {
	case s.mode == "remove":
		return wire.TypeRemoved, wire.Removed{Reason: "The computer was sold."}
	case s.mode == "refuse":
		return wire.TypeRefused, wire.Refused{Code: wire.CodeKeyExpired, Text: "The deployment key has expired.", Hint: "Ask for a new one.", Final: true}
	}
	if h.Enrolment == nil && s.known[id] == 0 {
		return wire.TypeRefused, wire.Refused{Code: wire.CodeNotEnrolled, Text: "The site does not know this client."}
	}
	if e := h.Enrolment; e != nil {
		public := s.stamp.Signer().Public().(ed25519.PublicKey)
		if !ed25519.Verify(public, wire.EnrolmentText(e.KeyID, id, p.Binding), e.Signature) {
			return wire.TypeRefused, wire.Refused{Code: wire.CodeKeyUnknown, Text: "The site does not know this deployment key.", Final: true}
		}
		s.wishes = e.Wishes
	}
	if s.known[id] == 0 {
		s.known[id] = len(s.known) + 1
	}
	return wire.TypeWelcome, wire.Welcome{Protocol: 1, Version: "test", Name: fmt.Sprintf("client %d", s.known[id])}
}

// exec runs a program on the last agent's computer and returns what it wrote,
// its status, or the refusal.
func (s *site) exec(args []string) (string, error) {
	s.mu.Lock()
	t := s.tunnel
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	stream, err := t.Open(ctx)
	if err != nil {
		return "", err
	}
	defer stream.Close()
	stream.SetDeadline(time.Now().Add(20 * time.Second))
	open := wire.Open{Kind: wire.KindExec, Session: "s", Representative: "ada", Rights: wire.RightExec, Exec: &wire.ExecStart{Args: args}}
	if err := wire.Send(stream, wire.TypeOpen, open); err != nil {
		return "", err
	}
	var out strings.Builder
	for r := wire.NewReader(stream, wire.MaxData); ; {
		kind, body, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return out.String(), nil
		case err != nil:
			return out.String(), err
		case kind == wire.TypeOutput:
			out.Write(body)
		case kind == wire.TypeExit:
			var e wire.Exit
			err = wire.Unmarshal(body, &e)
			fmt.Fprintf(&out, "status %d\n", e.Status)
			return out.String(), err // what comes after the last message may be the stream's end or its reset
		case kind == wire.TypeRefused:
			var no wire.Refused
			err = wire.Unmarshal(body, &no)
			fmt.Fprintf(&out, "refused: %s\n", no.Text)
			stream.CloseWrite()
		}
		if err != nil {
			return "", err
		}
	}
}
