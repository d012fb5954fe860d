package commands

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"time"

	"github.com/spf13/cobra"

	"jump/cmd/jump/internal/channel"
)

// watching is what watch was asked for.
type watching struct {
	probe   string // "X,Y"; empty: no pixel
	display int
	quality uint8
	length  time.Duration
}

func (a *app) watch() *cobra.Command {
	var w watching
	cmd := &cobra.Command{
		Use:   "watch CLIENT [--probe X,Y] --for 20s [--json]",
		Short: "Decode a client's screen and measure",
		Long: `watch decodes a client's screen for a while, shows nothing of it, and says how many
frames and bytes came. With --probe it writes a line whenever that pixel, counted from
the upper left of the display, has another colour, and one for the colour at first.

With --json every line is an object: {"t_ns","rgb"} for the pixel, where t_ns is the
time at which the frame was decoded, in nanoseconds since 1970 (UTC), and rgb is
"#rrggbb"; and {"frames","bytes","seconds","width","height"} at last, where bytes are
those of all messages of the channel.`,
		Args:              usage(cobra.ExactArgs(1)),
		ValidArgsFunction: a.completeClient,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.runWatch(cmd, args[0], w) },
	}
	f := cmd.Flags()
	f.StringVar(&w.probe, "probe", "", "pixel `X,Y` to report")
	f.IntVar(&w.display, "display", -1, "`number` of the display (default: the primary one)")
	f.Uint8Var(&w.quality, "quality", 0, "of the first pass of photographs, 1 to 100; 0: exact pixels only")
	f.DurationVar(&w.length, "for", 0, "how long; 0: until Ctrl-C")
	return a.jsonFlag(cmd)
}

func (a *app) runWatch(cmd *cobra.Command, client string, w watching) error {
	p := &probe{app: a}
	if w.probe != "" {
		if _, err := fmt.Sscanf(w.probe, "%d,%d", &p.at.X, &p.at.Y); err != nil || w.probe != fmt.Sprintf("%d,%d", p.at.X, p.at.Y) {
			return misuse(cmd, fmt.Errorf("--probe %q is not X,Y", w.probe))
		}
		p.wanted = true
	}
	if w.quality > 100 {
		return misuse(cmd, errors.New("--quality is 1 to 100"))
	}
	if w.length < 0 {
		return misuse(cmd, errors.New("--for is negative"))
	}
	var sum summary
	err := a.watchScreen(cmd.Context(), client, w.quality, w.length, func(s *channel.Screen) (bool, error) {
		now := time.Now()
		d, err := s.Display(w.display)
		if err != nil {
			return false, err
		}
		sum.screen, sum.Width, sum.Height = s, int(d.Width), int(d.Height)
		return false, p.look(s, d.ID, image.Pt(sum.Width, sum.Height), now)
	})
	interrupted := errors.Is(err, context.Canceled)
	if interrupted && w.length == 0 {
		err = nil // Ctrl-C is how such a watch ends
	}
	if err == nil || interrupted {
		err = errors.Join(err, a.printSummary(sum))
	}
	return err
}

// probe reports a pixel.
type probe struct {
	*app
	at     image.Point
	wanted bool
	seen   bool   // a colour was reported
	last   uint32 // it
}

func (p *probe) look(s *channel.Screen, display uint8, size image.Point, now time.Time) error {
	if !p.wanted {
		return nil
	}
	if !p.at.In(image.Rectangle{Max: size}) {
		return fmt.Errorf("pixel %d,%d is outside the display of %d by %d", p.at.X, p.at.Y, size.X, size.Y)
	}
	colour := s.Pictures().At(display, p.at.X, p.at.Y)
	if p.seen && colour == p.last {
		return nil
	}
	p.seen, p.last = true, colour
	text := fmt.Sprintf("#%06x", colour)
	if p.json {
		return p.line(struct {
			Time int64  `json:"t_ns"`
			RGB  string `json:"rgb"`
		}{now.UnixNano(), text})
	}
	_, err := fmt.Fprintf(p.out, "%s %s\n", now.Format("15:04:05.000000"), text)
	return err
}

// summary is the last line of a watch.
type summary struct {
	Frames  int     `json:"frames"`
	Bytes   int64   `json:"bytes"`
	Seconds float64 `json:"seconds"`
	Width   int     `json:"width"`
	Height  int     `json:"height"`

	screen *channel.Screen // nil if nothing came
}

func (a *app) printSummary(s summary) error {
	if s.screen != nil {
		s.Frames, s.Bytes, s.Seconds = s.screen.Frames(), s.screen.Bytes(), s.screen.Age().Seconds()
	}
	if a.json {
		return a.line(s)
	}
	_, err := fmt.Fprintf(a.out, "%d frames, %d bytes in %.1f s; the display has %d by %d pixels\n", s.Frames, s.Bytes, s.Seconds, s.Width, s.Height)
	return err
}

// line writes one value as one line of JSON.
func (a *app) line(v any) error {
	if err := json.NewEncoder(a.out).Encode(v); err != nil {
		return fmt.Errorf("write a line: %w", err)
	}
	return nil
}
