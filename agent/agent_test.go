package agent

import (
	"context"
	"crypto/ed25519"
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jump/agent/config"
	"jump/transport"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

func withKey(o *Options) {
	o.Enrolment = &Enrolment{KeyID: [8]byte{1, 2, 3}, Signer: transporttest.Key("deployment"), Wishes: wire.Wishes{Tag: "t"}}
}

func TestRegister(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, func(o *Options) {
			withKey(o)
			o.Capabilities = []wire.Kind{wire.KindExec, wire.KindShell}
		})
		p := r.welcomed(wire.Settings{})
		h := p.hello
		if h.Protocol != wire.Version || h.Version != "1.2.3" || h.Status.Hostname != "pc" || h.Join != nil || !reflect.DeepEqual(h.Capabilities, r.options.Capabilities) {
			t.Errorf("hello %+v", h)
		}
		checkEnrolment(t, p)
		synctest.Wait()
		if got := r.learned(); !got.Enrolled || got.Name != "the pc" || got.Join.Counter != 5 {
			t.Errorf("learned %+v", got)
		}
		if got := r.reports(); len(got) != 1 || !got[0].Online || got[0].Name != "the pc" {
			t.Errorf("reported %+v", got)
		}
	})
}

func checkEnrolment(t *testing.T, p *peer) {
	t.Helper()
	e := p.hello.Enrolment
	if e == nil {
		t.Fatal("no enrolment")
	}
	text := wire.EnrolmentText(e.KeyID, wire.IDOf(p.Peer().Key), p.Peer().Binding)
	public := transporttest.Key("deployment").Public().(ed25519.PublicKey)
	if !ed25519.Verify(public, text, e.Signature) || e.Wishes.Tag != "t" {
		t.Errorf("enrolment %+v does not fit this tunnel", e)
	}
}

// TestLostWelcome: until a Welcome arrives the agent enrols with every
// connection, and from then on with none.
func TestLostWelcome(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, withKey)
		for range 3 {
			p := r.next()
			checkEnrolment(t, p)
			p.Close("crash before Welcome")
		}
		synctest.Wait()
		if r.learned().Enrolled {
			t.Error("enrolled without a Welcome")
		}
		p := r.welcomed(wire.Settings{})
		synctest.Wait()
		p.Close("crash")
		p = r.welcomed(wire.Settings{})
		if p.hello.Enrolment != nil || p.hello.Join == nil || p.hello.Join.Counter != 5 {
			t.Errorf("second hello %+v", p.hello)
		}
	})
}

// TestFirstWords: how each answer to Hello ends.
func TestFirstWords(t *testing.T) {
	refused := func(code wire.Code, final bool) []byte {
		return message(t, wire.TypeRefused, wire.Refused{Code: code, Text: "No.", Hint: "Ask.", Final: final})
	}
	for _, c := range []struct {
		name     string
		enrolled bool
		answer   []byte
		reason   Reason
		final    bool
		says     string
	}{
		{"final", true, refused(wire.CodeDenied, true), ReasonRefused, true, "No. Ask."},
		{"not final", false, refused(wire.CodeOverloaded, false), 0, false, "No. Ask."},
		{"expired key", false, refused(wire.CodeKeyExpired, false), ReasonRefused, true, "No. Ask."},
		{"used-up key", false, refused(wire.CodeKeyUsedUp, false), ReasonRefused, true, "No."},
		{"unknown key", false, refused(wire.CodeKeyUnknown, true), ReasonRefused, true, "No."},
		{"no key", false, refused(wire.CodeNotEnrolled, false), ReasonRefused, true, "No."},
		{"forgotten", true, refused(wire.CodeNotEnrolled, true), 0, false, "No."},
		{"removed", true, message(t, wire.TypeRemoved, wire.Removed{Reason: "Sold."}), ReasonRemoved, true, "Sold."},
		{"removed without a word", true, message(t, wire.TypeRemoved, wire.Removed{}), ReasonRemoved, true, "removed"},
		{"refused as removed", true, refused(wire.CodeRemoved, true), ReasonRemoved, true, "No."},
		{"goodbye", true, message(t, wire.TypeGoodbye, wire.Goodbye{Code: wire.CodeRestarting}), 0, false, "goodbye"},
		{"closed", true, nil, 0, false, "register"},
		{"no message", true, []byte("HTTP/1.1 400 Bad Request\r\n\r\n"), 0, false, "broke the protocol"},
		{"no CBOR", true, wire.Append(nil, wire.TypeWelcome, []byte("hello")), 0, false, "broke the protocol"},
		{"bad welcome", true, message(t, wire.TypeWelcome, wire.Welcome{Protocol: 99}), 0, false, "protocol 99"},
		{"bad refusal", true, wire.Append(nil, wire.TypeRefused, []byte{0xff}), 0, false, "broke the protocol"},
		{"bad removal", true, wire.Append(nil, wire.TypeRemoved, []byte{0xff}), 0, false, "broke the protocol"},
		{"bad goodbye", true, wire.Append(nil, wire.TypeGoodbye, []byte{0xff}), 0, false, "broke the protocol"},
		{"oversize", true, wire.AppendHeader(nil, wire.TypeWelcome, wire.MaxControl+1), 0, false, "longer than its limit"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := start(t, func(o *Options) { o.Learned.Enrolled = c.enrolled })
				p := r.next()
				p.raw(c.answer)
				p.control.CloseWrite()
				if c.final {
					got := r.result()
					if got.reason != c.reason || got.err == nil || !strings.Contains(got.err.Error(), c.says) {
						t.Errorf("ended with %v, %v; want %v, %q", got.reason, got.err, c.reason, c.says)
					}
					return
				}
				p.gone()
				r.welcomed(wire.Settings{})
				if got := r.reports(); len(got) == 0 || got[0].Err == nil || !strings.Contains(got[0].Err.Error(), c.says) {
					t.Errorf("reported %+v, want %q", got, c.says)
				}
			})
		})
	}
}

func message(t *testing.T, kind wire.Type, v any) []byte {
	t.Helper()
	body, err := wire.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return wire.Append(nil, kind, body)
}

// TestSilentSite: one that accepts and never answers does not hold the agent.
func TestSilentSite(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, nil)
		if took, _ := r.next().gone(); took > welcomeTimeout {
			t.Errorf("waited %v for a Welcome", took)
		}
		r.welcomed(wire.Settings{})
	})
}

func TestWrongPeer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := startAway(t)
		l, err := r.net.Listen(transporttest.Key("impostor"))
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		if got := r.reports(); len(got) < 2 || !errors.Is(got[len(got)-1].Err, transport.ErrWrongPeer) {
			t.Errorf("reported %+v", got)
		}
		l.Close()
		r.welcomed(wire.Settings{}) // and the right one is still found
	})
}

// TestStop: an orderly end says goodbye, and does not take longer than it must.
func TestStop(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, nil)
		p := r.welcomed(wire.Settings{})
		synctest.Wait()
		begin := time.Now()
		r.stop()
		var bye wire.Goodbye
		p.read(wire.TypeGoodbye, &bye)
		p.Close("bye")
		if got := r.result(); got.reason != ReasonStopped || got.err != nil || bye.Code != wire.CodeRestarting {
			t.Errorf("ended with %+v after %+v", got, bye)
		}
		if took := time.Since(begin); took > time.Second {
			t.Errorf("took %v", took)
		}
	})
}

// TestStopAnywhere stops at once, whatever the agent waits for.
func TestStopAnywhere(t *testing.T) {
	for name, until := range map[string]func(t *testing.T) *running{
		"dialling": startAway,
		"between two tries": func(t *testing.T) *running {
			r := startAway(t)
			time.Sleep(3 * time.Hour)
			return r
		},
		"waiting for welcome": func(t *testing.T) *running {
			r := start(t, nil)
			r.next()
			return r
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := until(t)
				synctest.Wait()
				begin := time.Now()
				r.stop()
				if got := r.result(); got.reason != ReasonStopped || got.err != nil {
					t.Errorf("ended with %+v", got)
				}
				if took := time.Since(begin); took > 0 {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}

// TestKeepFails: a full disk does not make a computer unreachable.
func TestKeepFails(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, func(o *Options) {
			o.Keep = func(config.Learned) error { return errors.New("no space left on device") }
		})
		p := r.welcomed(wire.Settings{})
		p.answer()
		time.Sleep(time.Hour)
		if err := p.Context().Err(); err != nil {
			t.Error(context.Cause(p.Context()))
		}
	})
}
