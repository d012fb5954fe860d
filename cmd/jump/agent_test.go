package main

import (
	"image"
	"io"

	"jump/capture/frame"
	"jump/transport"
	"jump/transport/wire"
)

// serve is what the test's client does in a conversation.
func serve(s transport.Stream, open *wire.Open) {
	defer s.CloseWrite()
	in := wire.NewReader(s, wire.MaxData)
	if open.Exec != nil && open.Exec.Args[0] == "refuse" || open.Screen != nil && open.Screen.Codecs != 0 {
		_ = wire.Send(s, wire.TypeRefused, &wire.Refused{Code: wire.CodeUnsupported, Text: "Not today."})
		_, _, _ = in.Next() // until the other side leaves
		return
	}
	_ = wire.Send(s, wire.TypeOpened, &wire.Opened{Rights: open.Rights})
	switch {
	case open.Exec != nil:
		program(s, in, open.Exec.Args[0])
	case open.Shell != nil:
		echo(s, in)
		_ = wire.Send(s, wire.TypeExit, wire.Exit{Status: 7})
	case open.Screen != nil:
		screen(s, in)
	}
	_, _, _ = in.Next() // until the other side leaves
}

// program knows cat, fail, missing and crash.
func program(s transport.Stream, in *wire.Reader, name string) {
	switch name {
	case "cat":
		echo(s, in)
		_ = wire.Send(s, wire.TypeExit, wire.Exit{})
	case "fail":
		if !ping(s, in) {
			return // jump fails, for nothing more is said
		}
		_ = wire.Write(s, wire.TypeOutput, []byte("out\n"))
		_ = wire.Write(s, wire.TypeErrors, []byte("err\n"))
		_ = wire.Send(s, wire.TypeExit, wire.Exit{Status: 42})
	case "missing":
		_ = wire.Send(s, wire.TypeExit, wire.Exit{Status: 127, Text: "missing: not found"})
	case "crash":
		s.Close()
	}
}

// ping reports whether the other side answers a ping.
func ping(s io.Writer, in *wire.Reader) bool {
	_ = wire.Write(s, wire.TypePing, []byte("12345678"))
	for {
		t, body, err := in.Next()
		if err != nil || t == wire.TypePong {
			return err == nil && string(body) == "12345678"
		}
	}
}

// echo sends all input back until its end.
func echo(s io.Writer, in *wire.Reader) {
	for {
		t, body, err := in.Next()
		if err != nil || t == wire.TypeInput && len(body) == 0 {
			return
		}
		if t == wire.TypeInput {
			_ = wire.Write(s, wire.TypeOutput, body)
		}
	}
}

// screen shows two displays: the first is red, then approximately green, then
// exactly blue, one after the other as they are acknowledged; the second is
// white.
func screen(s io.Writer, in *wire.Reader) {
	sizes := []image.Point{{4, 3}, {2, 2}}
	_ = wire.Send(s, wire.TypeDisplays, wire.Displays{Format: frame.Version, Coding: wire.CodingNone, Epoch: 1, Displays: []wire.Display{
		{ID: 0, Width: 4, Height: 3, Primary: true}, {ID: 1, X: 4, Width: 2, Height: 2}}})
	_ = wire.Send(s, wire.TypeNotice, wire.Notice{Code: wire.CodeScreenLost, Text: "The screen is being reopened."})
	for i, f := range []struct {
		display, flags uint8
		colour         uint32
	}{{0, 0, 0xff0000}, {1, frame.FlagExact, 0xffffff}, {0, 0, 0xff0000}, {0, 0, 0x00ff00}, {0, frame.FlagExact, 0x0000ff}} {
		plain := frame.AppendFill(nil, image.Rectangle{Max: sizes[f.display]}, f.colour)
		h := frame.Header{Sequence: uint32(i + 1), Epoch: 1, Display: f.display, Flags: f.flags, Plain: uint32(len(plain)), Packed: uint32(len(plain))}
		_ = wire.Write(s, wire.TypeFrame, append(h.Append(nil), plain...))
		t, body, err := in.Next()
		if ack, e := wire.ParseAck(body); err != nil || e != nil || t != wire.TypeAck || ack.Sequence != h.Sequence {
			return // the viewer is told nothing more, and fails
		}
	}
}
