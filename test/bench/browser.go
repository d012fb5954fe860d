package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"jump/test/bench/internal/chrome"
	"jump/test/bench/internal/stage"
	"jump/test/internal/usage"
)

// browse plays scenes to pages in a Chromium, each peer in turn, and prints how
// many different pictures a second a page shows, the time from a change on the
// display until the viewer has drawn it and until the browser shows it, and what
// the site had to do for it.
func browse(o options) error {
	fmt.Printf("%-12s %-10s %9s %9s %9s %9s %9s %9s  in ms, from the display to the page; site: in ms a second\n",
		"page", "scene", "shown/s", "canvas", "p50", "p90", "p99", "site")
	for range o.rounds {
		for _, name := range strings.Split(o.peers, ",") {
			if err := browsePeer(o, name); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

// browsePeer plays all scenes to one page, on a display and in a browser of its
// own.
func browsePeer(o options, name string) error {
	kind, ok := pages[name]
	if !ok {
		return fmt.Errorf("is not shown in a browser; there are %s", pageNames())
	}
	r := &rig{}
	defer r.close()
	display, err := r.startDisplay()
	if err != nil {
		return err
	}
	if r.stage, err = stage.Open(display, o.seed); err != nil {
		return err
	}
	r.later(r.stage.Close)
	b, err := r.startBrowser(o, kind, display)
	if err != nil {
		return err
	}
	for _, scene := range strings.Split(o.scenes, ",") {
		if err := r.browseScene(b, name, scene, o); err != nil {
			return fmt.Errorf("%s: %w", scene, err)
		}
	}
	return nil
}

func (r *rig) browseScene(b *chrome.Browser, peer, name string, o options) error {
	play, err := r.stage.Prepare(name)
	if err != nil {
		return err
	}
	defer play.Clear()
	time.Sleep(time.Second) // the first picture
	before := usage.CPU(r.process)
	shown, err := b.Watch(func() { play.Run(o.length) })
	site := usage.CPU(r.process) - before
	if err != nil {
		return err
	}
	if pages[peer].alone {
		fmt.Printf("%-12s %-10s %9.1f\n", peer, name, shown)
		return nil
	}
	end := play.Loop()
	defer end()
	if err := film(b, o.pictures, peer+"-"+name); err != nil {
		return err
	}
	switched, times, err := r.browseMarks(b, o.samples)
	if err != nil {
		return err
	}
	canvas := "-"
	if drawn, err := b.Drawn(); err != nil {
		return err
	} else if drawn != nil {
		canvas = fmt.Sprintf("%.1f", share(untilDrawn(switched, drawn), 0.5))
	}
	fmt.Printf("%-12s %-10s %9.1f %9s %9.1f %9.1f %9.1f %9.1f\n", peer, name,
		shown, canvas, share(times, 0.5), share(times, 0.9), share(times, 0.99), float64(site.Milliseconds())/o.length.Seconds())
	return sayFigures(b, pages[peer])
}

// sayFigures prints the viewer's own line, and makes sure that it comes over what
// is measured.
func sayFigures(b *chrome.Browser, kind page) error {
	if kind.over == "" {
		return nil
	}
	line, err := b.Figures()
	if err != nil {
		return err
	}
	line = strings.Join(strings.Fields(line), " ")
	if !strings.Contains(line, kind.over) {
		return fmt.Errorf("it does not come over %s: %s", kind.over, line)
	}
	fmt.Fprintln(os.Stderr, "  the viewer says:", line)
	return nil
}

// strip is how many pictures of a scene are kept.
const strip = 8

// film saves what the page shows, one picture after the other, for people to look
// at.
func film(b *chrome.Browser, folder, name string) error {
	if folder == "" {
		return nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for i := range strip {
		if err := b.Picture(filepath.Join(folder, fmt.Sprintf("%s-%d.png", name, i+1))); err != nil {
			return err
		}
	}
	return nil
}

// share returns the time that is not exceeded by that share of all.
func share(times []float64, of float64) float64 {
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	return times[min(len(times)-1, int(of*float64(len(times))))]
}

// switched is when the mark became light or dark on the client's display.
type switched struct {
	at    time.Time
	light bool
}

// untilDrawn returns how long each took to be drawn on the canvas, in ms.
func untilDrawn(marks []switched, drawn []chrome.Drawn) (times []float64) {
	for _, m := range marks {
		at := float64(m.at.UnixMicro()) / 1000
		i := slices.IndexFunc(drawn, func(d chrome.Drawn) bool { return d.At >= at && d.Light == m.light })
		if i >= 0 {
			times = append(times, drawn[i].At-at)
		}
	}
	return times
}

// browseMarks switches the mark and waits for it in the page; times are in ms.
func (r *rig) browseMarks(b *chrome.Browser, n int) (marks []switched, times []float64, err error) {
	r.stage.ShowMark(true)
	defer r.stage.ShowMark(false)
	r.stage.Mark(false)
	if _, err := b.Await(false, sampleTimeout); err != nil {
		return nil, nil, err
	}
	for i := range n {
		pause(i)
		m := switched{light: i%2 == 0}
		m.at = r.stage.Mark(m.light)
		at, err := b.Await(m.light, sampleTimeout)
		if err != nil {
			return nil, nil, err
		}
		marks, times = append(marks, m), append(times, max(0, float64(at.Sub(m.at).Microseconds())/1000))
	}
	return marks, times, nil
}
