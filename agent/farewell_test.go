package agent

import (
	"context"
	"testing"
	"time"

	"jump/agent/config"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

// leave says farewell to the site of r, which must have no agent running.
func leave(r *running) <-chan error {
	done := make(chan error, 1)
	go func() {
		done <- Farewell(r.t.Context(), Options{
			Dialer: r.net.Dialer(transporttest.Key("agent"), transporttest.ID("site")), Key: transporttest.Key("agent"),
			Status:    func(context.Context) wire.Status { return wire.Status{Hostname: "pc"} },
			Learned:   config.Learned{Enrolled: true, Join: &wire.Join{Counter: 7}},
			Enrolment: &Enrolment{Signer: transporttest.Key("deployment")},
		})
	}()
	return done
}

func quiet(t *testing.T) *running {
	return &running{t: t, net: transporttest.NewNetwork()}
}

func TestFarewell(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := quiet(t)
		r.listen()
		done := leave(r)
		p := r.welcomed(wire.Settings{})
		if p.hello.Enrolment != nil || p.hello.Join == nil || p.hello.Status.Hostname != "pc" {
			t.Errorf("hello %+v", p.hello)
		}
		var bye wire.Goodbye
		p.read(wire.TypeGoodbye, &bye)
		if bye.Code != wire.CodeUninstalled {
			t.Errorf("goodbye %+v", bye)
		}
		p.Close("noted")
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// TestFarewellUnknown: nothing has to be told to a site that does not know the
// agent.
func TestFarewellUnknown(t *testing.T) {
	for name, answer := range map[string]func(p *peer){
		"removed":      func(p *peer) { p.send(wire.TypeRemoved, wire.Removed{}) },
		"not enrolled": func(p *peer) { p.send(wire.TypeRefused, wire.Refused{Code: wire.CodeNotEnrolled, Text: "x"}) },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := quiet(t)
				r.listen()
				done := leave(r)
				answer(r.next())
				if err := <-done; err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestFarewellUnheard: whatever the site does, an uninstallation goes on after
// ten seconds.
func TestFarewellUnheard(t *testing.T) {
	for name, answer := range map[string]func(r *running){
		"away":                  nil,
		"no welcome":            func(r *running) { r.next() },
		"does not read Goodbye": func(r *running) { r.welcomed(wire.Settings{}) },
		"breaks the protocol":   func(r *running) { r.next().raw([]byte("nonsense")) },
		"refuses for some while": func(r *running) {
			r.next().send(wire.TypeRefused, wire.Refused{Code: wire.CodeInternal, Text: "x"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := quiet(t)
				if answer != nil {
					r.listen()
				}
				begin, done := time.Now(), leave(r)
				if answer != nil {
					answer(r)
				}
				if err := <-done; err == nil {
					t.Error("it counts as told")
				}
				if took := time.Since(begin); took > farewellTimeout {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}
