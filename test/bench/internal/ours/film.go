package ours

import (
	"encoding/binary"
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
	codec   uint8
	size    image.Point
	units   uint64 // given to the program
	picture []byte
}

// fourCCs are the codecs' names in IVF.
var fourCCs = map[uint8]string{frame.VideoH264: "H264", frame.VideoVP8: "VP80"}

// decodeWithin is how long a picture may take.
const decodeWithin = 10 * time.Second

// draw is a decode.Films for the one display of the stage.
func (f *films) draw(_ uint8, u frame.Unit, to *image.RGBA) error {
	if u.Key {
		f.close()
		if err := f.begin(u.Codec, to.Rect.Size()); err != nil {
			return fmt.Errorf("decode films: %w", err)
		}
	}
	if f.program == nil || f.codec != u.Codec || f.size != to.Rect.Size() {
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

func (f *films) begin(codec uint8, size image.Point) error {
	if fourCCs[codec] == "" {
		return fmt.Errorf("video of codec %d", codec)
	}
	f.codec, f.size, f.units, f.picture = codec, size, 0, make([]byte, 4*size.X*size.Y)
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
	// One thread at either end, or a picture comes only with the next one's unit.
	c := exec.Command("ffmpeg", "-v", "error", "-probesize", "32", "-flags", "low_delay", "-threads", "1", "-f", "ivf", "-i", "pipe:0",
		"-vsync", "passthrough", "-threads", "1", "-flush_packets", "1", "-f", "rawvideo", "-pix_fmt", "rgba", "pipe:1")
	c.Stdin, c.Stdout, c.Stderr = theirIn, theirOut, os.Stderr
	f.program = c
	return c.Start()
}

func (f *films) decode(unit []byte) error {
	until := time.Now().Add(decodeWithin)
	if err := errors.Join(f.in.SetWriteDeadline(until), f.out.SetReadDeadline(until)); err != nil {
		return err
	}
	if _, err := f.in.Write(f.contain(unit)); err != nil {
		return err
	}
	_, err := io.ReadFull(f.out, f.picture)
	return err
}

// contain puts a unit into an IVF stream: a header of 32 bytes before the first
// one, and 12 bytes with its length and its number before each. So the program
// need not wait for the next unit to know that one is whole.
func (f *films) contain(unit []byte) (b []byte) {
	le := binary.LittleEndian
	if f.units == 0 {
		b = le.AppendUint16(append(b, "DKIF\x00\x00"...), 32)
		b = le.AppendUint16(append(b, fourCCs[f.codec]...), uint16(f.size.X))
		b = le.AppendUint16(b, uint16(f.size.Y))
		b = le.AppendUint32(le.AppendUint32(b, 30), 1) // units of time in a second
		b = append(b, make([]byte, 8)...)
	}
	b = le.AppendUint64(le.AppendUint32(b, uint32(len(unit))), f.units)
	f.units++
	return append(b, unit...)
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
