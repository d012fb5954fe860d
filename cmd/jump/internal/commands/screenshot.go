package commands

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"os"
	"time"

	"github.com/spf13/cobra"

	"jump/cmd/jump/internal/channel"
	"jump/platform/tty"
	"jump/transport/wire"
)

// shot is what screenshot was asked for.
type shot struct {
	file    string
	display int // -1: the primary one
	timeout time.Duration
}

func (a *app) screenshot() *cobra.Command {
	var s shot
	cmd := &cobra.Command{
		Use:   "screenshot CLIENT -o FILE.png",
		Short: "Save a picture of a client's screen",
		Long: `screenshot waits until the picture equals the screen, pixel by pixel, and writes it
as a PNG. The pointer is not in it.`,
		Args:              usage(cobra.ExactArgs(1)),
		ValidArgsFunction: a.completeClient,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.takeShot(cmd, args[0], s) },
	}
	f := cmd.Flags()
	f.StringVarP(&s.file, "output", "o", "", "`file` to write, or - for standard output")
	f.IntVar(&s.display, "display", -1, "`number` of the display (default: the primary one)")
	f.DurationVar(&s.timeout, "timeout", 30*time.Second, "how long to wait for an exact picture")
	return a.jsonFlag(cmd)
}

func (a *app) takeShot(cmd *cobra.Command, client string, s shot) error {
	if s.file == "" {
		return misuse(cmd, errors.New("-o FILE.png is missing"))
	}
	if s.file == "-" && tty.Is(a.out) {
		return misuse(cmd, errors.New("a picture is not written to a terminal"))
	}
	var picture []byte
	var display wire.Display
	err := a.watchScreen(cmd.Context(), client, 0, s.timeout, func(screen *channel.Screen) (done bool, err error) {
		display, err = screen.Display(s.display)
		if err != nil || !screen.Pictures().Exact(display.ID) {
			return false, err
		}
		var b bytes.Buffer
		err = png.Encode(&b, screen.Pictures().Image(display.ID))
		picture = b.Bytes()
		return true, err
	})
	switch {
	case err != nil:
		return err
	case picture == nil:
		return &failure{fmt.Sprintf("the picture was not exact within %v", s.timeout), "Try a longer --timeout.", string(wire.CodeTooSlow), exitError}
	}
	return a.saveShot(s, display, picture)
}

func (a *app) saveShot(s shot, d wire.Display, picture []byte) error {
	if s.file == "-" {
		if _, err := a.out.Write(picture); err != nil {
			return fmt.Errorf("write the picture: %w", err)
		}
		return nil
	}
	if err := os.WriteFile(s.file, picture, 0o644); err != nil {
		return fmt.Errorf("write the picture: %w", err)
	}
	if !a.json {
		return nil
	}
	return a.printJSON(struct {
		File    string `json:"file"`
		Display uint8  `json:"display"`
		Width   uint16 `json:"width"`
		Height  uint16 `json:"height"`
		Bytes   int    `json:"bytes"`
	}{s.file, d.ID, d.Width, d.Height, len(picture)})
}

// watchScreen looks at a client's screen and calls drawn after every frame,
// until that is done, or limit is over (0: none), which is no error.
func (a *app) watchScreen(ctx context.Context, client string, quality uint8, limit time.Duration, drawn func(*channel.Screen) (done bool, err error)) error {
	c := conversation{client: client, kind: wire.KindScreen, first: wire.TypeScreenStart,
		start: channel.ScreenStart(quality), limit: wire.MaxFrame, viewOnly: true}
	return a.converse(ctx, c, func(ch *channel.Channel) error {
		over := make(chan struct{})
		if limit > 0 {
			timer := time.AfterFunc(limit, func() { close(over); ch.Close() })
			defer timer.Stop()
		}
		screen := ch.Screen(a.notice)
		defer screen.Close()
		for {
			err := screen.Next()
			if ended(over) {
				return nil
			}
			if err != nil {
				return err
			}
			if done, err := drawn(screen); done || err != nil {
				return err
			}
		}
	})
}

func ended(over <-chan struct{}) bool {
	select {
	case <-over:
		return true
	default:
		return false
	}
}

func (a *app) notice(n wire.Notice) {
	w := bufio.NewWriter(a.err)
	fmt.Fprintf(w, "jump: %s [%s]\n", plain(n.Text), plain(string(n.Code)))
	w.Flush()
}
