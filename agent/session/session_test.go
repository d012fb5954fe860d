package session_test

import (
	"slices"
	"strings"
	"testing"

	"jump/agent/session"
	"jump/capture/capturetest"
	"jump/transport/wire"
)

func TestGrant(t *testing.T) {
	all := func(h *session.Host) {}
	for name, c := range map[string]struct {
		change func(h *session.Host)
		open   *wire.Open
		want   wire.Code
	}{
		"no right":           {all, &wire.Open{Kind: wire.KindExec, Rights: wire.RightShell, Exec: &wire.ExecStart{Args: []string{"id"}}}, wire.CodeDenied},
		"ceiling":            {func(h *session.Host) { h.Ceiling = wire.RightView }, execOpen("true"), wire.CodeDenied},
		"kind of the future": {all, &wire.Open{Kind: 77, Rights: ^wire.Rights(0)}, wire.CodeUnsupported},
		"no parameters":      {all, &wire.Open{Kind: wire.KindShell, Rights: allRights}, wire.CodeMalformed},
		"no terminals":       {func(h *session.Host) { h.Terminal = nil }, shellOpen(), wire.CodeUnsupported},
		"no program":         {all, execOpen("no-such-program-anywhere"), wire.CodeProgramFailed},
		"a long name":        {all, execOpen(strings.Repeat("no-such-program", 1000)), wire.CodeProgramFailed},
		"zero ceiling":       {func(h *session.Host) { h.Ceiling = 0 }, shellOpen(), wire.CodeDenied},
	} {
		t.Run(name, func(t *testing.T) {
			h := host(capturetest.NewScreen(), &device{})
			c.change(h)
			if r := begin(t, h, c.open).refused(); r.Code != c.want || r.Text == "" {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestCapabilities(t *testing.T) {
	h := host(capturetest.NewScreen(), &device{})
	if got := h.Capabilities(); !slices.Equal(got, []wire.Kind{wire.KindScreen, wire.KindShell, wire.KindExec, wire.KindFiles}) {
		t.Errorf("%v", got)
	}
	h.Ceiling, h.Program, h.Files = allRights&^wire.RightShell, nil, false
	if got := h.Capabilities(); !slices.Equal(got, []wire.Kind{wire.KindScreen}) {
		t.Errorf("%v", got)
	}
}
