package main

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"os"
	"slices"
	"strings"
	"time"

	"jump/test/bench/internal/peer"
	"jump/test/bench/internal/stage"
	"jump/test/internal/usage"
)

// Figures are what one scene cost one peer.
type Figures struct {
	Peer    string  `json:"peer"`
	Scene   string  `json:"scene"`
	Round   int     `json:"round"`
	Steps   int     `json:"steps"`
	KB      float64 `json:"kb"`       // with what came after the end, until rest
	Moving  float64 `json:"psnr_end"` // dB, 150 ms after the last step
	Rest    float64 `json:"psnr_rest"`
	RestMS  float64 `json:"rest_ms"` // from the last step to the last change
	CPU     float64 `json:"cpu"`     // ms of the server's processor time a second, with the programs it started
	Updates int64   `json:"updates"`
	MiB     float64 `json:"mib"` // resident memory of the server
	P50     float64 `json:"p50,omitempty"`
	P90     float64 `json:"p90,omitempty"` // ms
	P99     float64 `json:"p99,omitempty"`
	Lost    int     `json:"lost,omitempty"` // samples that never showed
}

const (
	quiet   = 900 * time.Millisecond // no change for that long is rest
	restMax = 10 * time.Second
)

// measurePeer plays all scenes to one peer.
func measurePeer(o options, name string) ([]Figures, error) {
	r, err := newRig(o, name)
	if err != nil {
		return nil, err
	}
	defer r.close()
	r.peer.Screen().Rest(quiet, restMax)
	var all []Figures
	var errs []error
	for _, scene := range strings.Split(o.scenes, ",") {
		f := Figures{Peer: name, Scene: scene}
		play := r.scene
		if base, ok := strings.CutPrefix(scene, "delay:"); ok {
			scene, play = base, r.delay
		}
		if err := play(&f, scene, o); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", f.Scene, err))
			continue
		}
		fmt.Fprintf(os.Stderr, "%-13s %-12s %9.0f kB %6.0f ms/s  %4.1f %4.1f dB  rest %5.0f ms  p50 %6.1f p90 %6.1f ms\n",
			f.Peer, f.Scene, f.KB, f.CPU, f.Moving, f.Rest, f.RestMS, f.P50, f.P90)
		all = append(all, f)
	}
	return all, errors.Join(errs...)
}

// scene plays one and takes what it cost.
func (r *rig) scene(f *Figures, name string, o options) error {
	play, err := r.stage.Prepare(name)
	if err != nil {
		return err
	}
	defer play.Clear()
	time.Sleep(400 * time.Millisecond)
	r.peer.Screen().Rest(quiet, restMax)
	bytesBefore, updates, cpu, began := r.peer.Bytes(), r.peer.Updates(), usage.Family(r.process), time.Now()
	f.Steps = play.Run(o.length)
	end := time.Now()
	f.CPU = float64((usage.Family(r.process) - cpu).Milliseconds()) / end.Sub(began).Seconds()
	f.MiB = float64(usage.Resident(r.process)) / (1 << 20)
	time.Sleep(150 * time.Millisecond)
	moving := r.peer.Screen().Copy()
	if last := r.peer.Screen().Rest(quiet, restMax); last.After(end) {
		f.RestMS = float64(last.Sub(end).Microseconds()) / 1000
	}
	f.KB, f.Updates = float64(r.peer.Bytes()-bytesBefore)/1000, r.peer.Updates()-updates
	truth, err := r.stage.Picture()
	if err != nil {
		return err
	}
	f.Moving, f.Rest = peer.PSNR(moving, truth), peer.PSNR(r.peer.Screen().Copy(), truth)
	return nil
}

// delay takes times from a change on the display to its picture.
func (r *rig) delay(f *Figures, name string, o options) error {
	play, err := r.stage.Prepare(name)
	if err != nil {
		return err
	}
	defer play.Clear()
	var times []time.Duration
	before := r.peer.Bytes()
	if name == "echo" {
		r.peer.Screen().Rest(quiet, restMax)
		times = r.echoes(o.samples)
	} else {
		end := play.Loop()
		times = r.marks(o.samples)
		end()
	}
	f.KB, f.Steps, f.Lost = float64(r.peer.Bytes()-before)/1000, o.samples, o.samples-len(times)
	if len(times) == 0 {
		return errors.New("nothing was seen")
	}
	slices.Sort(times)
	at := func(share float64) float64 {
		return float64(times[min(len(times)-1, int(share*float64(len(times))))].Microseconds()) / 1000
	}
	f.P50, f.P90, f.P99 = at(0.5), at(0.9), at(0.99)
	return nil
}

const sampleTimeout = 10 * time.Second

// pause is between two samples, never the same, so that they fall into all
// phases of what else happens.
func pause(i int) { time.Sleep(time.Duration(90+i*37%110) * time.Millisecond) }

// marks switches the mark and waits for it.
func (r *rig) marks(n int) (times []time.Duration) {
	r.stage.ShowMark(true)
	defer r.stage.ShowMark(false)
	r.stage.Mark(false)
	time.Sleep(time.Second)
	for i := range n {
		white := i%2 == 0
		began := r.stage.Mark(white)
		if at, ok := r.peer.Screen().Await(sampleTimeout, func(m *image.RGBA) bool { return stage.MarkShown(m, white) }); ok {
			times = append(times, max(0, at.Sub(began)))
		}
		pause(i)
	}
	return times
}

// echoes types characters into a terminal, through the peer, and waits for them.
func (r *rig) echoes(n int) (times []time.Duration) {
	window := image.Rect(60, 40, 1100, 800)
	for i := range n {
		before := r.peer.Screen().Copy()
		began := time.Now()
		key := uint32('a' + i%26)
		if errors.Join(r.peer.Key(key, true), r.peer.Key(key, false)) != nil {
			return times
		}
		if at, ok := r.peer.Screen().Await(sampleTimeout, func(m *image.RGBA) bool { return !same(m, before, window) }); ok {
			times = append(times, at.Sub(began))
		}
		pause(i)
	}
	return times
}

func same(a, b *image.RGBA, r image.Rectangle) bool {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		from, to := a.PixOffset(r.Min.X, y), a.PixOffset(r.Max.X, y)
		if !bytes.Equal(a.Pix[from:to], b.Pix[from:to]) {
			return false
		}
	}
	return true
}
