package ours

import (
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"time"

	"jump/capture/frame"
)

// films decodes the client's films as a browser would, by a program of its own
// for each stream: ffmpeg. It takes part in what is measured at the viewer's end
// only.
type films struct {
	program *exec.Cmd
	in, out *os.File
	size    image.Point
	picture []byte
}

// end follows a unit in Annex B (an access unit delimiter, ITU-T H.264
// 7.3.2.4): without it the program waits for the next unit to know that one is
// whole.
var end = []byte{0, 0, 0, 1, 9, 0xF0}

// decodeWithin is how long a picture may take.
const decodeWithin = 10 * time.Second

// draw is a decode.Films for the one display of the stage.
func (f *films) draw(_ uint8, u frame.Unit, to *image.RGBA) error {
	if u.Codec != frame.VideoH264 {
		return fmt.Errorf("video of codec %d", u.Codec)
	}
	if u.Key {
		f.close()
		if err := f.begin(to.Rect.Size()); err != nil {
			return fmt.Errorf("decode films: %w", err)
		}
	}
	if f.program == nil || f.size != to.Rect.Size() {
		return errors.New("a film that has not begun")
	}
	if err := f.decode(u.Data); err != nil {
		return fmt.Errorf("decode a picture of a film: %w", err)
	}
	for y := range f.size.Y {
		copy(to.Pix[y*to.Stride:], f.picture[4*y*f.size.X:4*(y+1)*f.size.X])
	}
	return nil
}

func (f *films) begin(size image.Point) error {
	f.size, f.picture = size, make([]byte, 4*size.X*size.Y)
	theirIn, in, err := os.Pipe()
	if err != nil {
		return err
	}
	defer theirIn.Close()
	out, theirOut, err := os.Pipe()
	if err != nil {
		return err
	}
	defer theirOut.Close()
	f.in, f.out = in, out
	c := exec.Command("ffmpeg", "-v", "error", "-probesize", "32", "-flags", "low_delay", "-threads", "1", "-f", "h264", "-i", "pipe:0",
		"-vsync", "passthrough", "-flush_packets", "1", "-f", "rawvideo", "-pix_fmt", "rgba", "pipe:1")
	c.Stdin, c.Stdout, c.Stderr = theirIn, theirOut, os.Stderr
	f.program = c
	return c.Start()
}

func (f *films) decode(unit []byte) error {
	until := time.Now().Add(decodeWithin)
	if err := errors.Join(f.in.SetWriteDeadline(until), f.out.SetReadDeadline(until)); err != nil {
		return err
	}
	if _, err := f.in.Write(append(unit[:len(unit):len(unit)], end...)); err != nil {
		return err
	}
	_, err := io.ReadFull(f.out, f.picture)
	return err
}

// close ends the stream at hand.
func (f *films) close() {
	if f.program == nil {
		return
	}
	f.in.Close()
	f.out.Close()
	stop(f.program)
	f.program = nil
}

func stop(c *exec.Cmd) {
	if c.Process != nil {
		c.Process.Kill()
		c.Wait()
	}
}
