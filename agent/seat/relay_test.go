package seat_test

import (
	"context"
	"testing"

	"jump/agent/seat"
	"jump/agent/session"
	"jump/platform/program"
	"jump/platform/terminal"
	"jump/transport"
	"jump/transport/wire"
)

func programs() *session.Host {
	return &session.Host{Ceiling: allRights, Log: quiet, Terminal: terminal.Start, Program: program.Start}
}

// TestProgram: input, output and status pass.
func TestProgram(t *testing.T) {
	d := &desk{t: t, serve: honest(programs())}
	v := begin(t, &seat.Proxy{Desk: d, Ceiling: allRights, Log: quiet}, execOpen("go", "env", "GOROOT"))
	var o wire.Opened
	v.expect(wire.TypeOpened, &o)
	said := 0
	for {
		typ, body := v.next()
		if typ == wire.TypeOutput {
			said += len(body)
		}
		if typ != wire.TypeExit {
			continue
		}
		var exit wire.Exit
		v.read(body, &exit)
		if exit.Status != 0 || said == 0 {
			t.Errorf("%+v after %d bytes", exit, said)
		}
		break
	}
	if len(d.kinds) != 1 || d.kinds[0] != wire.KindExec {
		t.Errorf("asked for %v", d.kinds)
	}
}

// TestStays: a program stays with its user when the screen passes to another,
// and ends when that user logs out.
func TestStays(t *testing.T) {
	d := &desk{t: t, serve: func(ctx context.Context, pipe transport.Stream) {
		_, _, _ = wire.NewReader(pipe, wire.MaxControl).Next()
		yes(pipe)
		<-ctx.Done()
	}}
	v := begin(t, &seat.Proxy{Desk: d, Ceiling: allRights, Log: quiet}, execOpen("sleep", "1000"))
	var o wire.Opened
	v.expect(wire.TypeOpened, &o)
	d.last().end()
	var exit wire.Exit
	v.expect(wire.TypeExit, &exit)
	if exit.Status != -1 || exit.Text == "" {
		t.Errorf("%+v", exit)
	}
}

// TestRefused: what is not allowed never reaches the desk; what the desk or the
// seat refuses reaches the viewer.
func TestRefused(t *testing.T) {
	no := func(_ context.Context, pipe transport.Stream) {
		_, _, _ = wire.NewReader(pipe, wire.MaxControl).Next()
		_ = wire.Send(pipe, wire.TypeRefused, &wire.Refused{Code: wire.CodeProgramFailed, Text: "No."})
	}
	for name, c := range map[string]struct {
		proxy seat.Proxy
		serve func(context.Context, transport.Stream)
		want  wire.Code
		asks  int
	}{
		"ceiling": {seat.Proxy{Ceiling: wire.RightView}, no, wire.CodeDenied, 0},
		"desk":    {seat.Proxy{Ceiling: allRights}, nil, wire.CodeNoScreen, 1},
		"seat":    {seat.Proxy{Ceiling: allRights}, no, wire.CodeProgramFailed, 1},
		"garbage": {seat.Proxy{Ceiling: allRights}, func(_ context.Context, pipe transport.Stream) { _, _ = pipe.Write(make([]byte, 64)) }, wire.CodeInternal, 1},
	} {
		t.Run(name, func(t *testing.T) {
			d := &desk{t: t, serve: c.serve}
			c.proxy.Desk, c.proxy.Log = d, quiet
			v := begin(t, &c.proxy, execOpen("id"))
			var r wire.Refused
			v.expect(wire.TypeRefused, &r)
			if r.Code != c.want || r.Text == "" || len(d.kinds) != c.asks {
				t.Errorf("%+v after %d questions", r, len(d.kinds))
			}
		})
	}
}
