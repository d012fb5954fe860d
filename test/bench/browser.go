package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"jump/test/bench/internal/chrome"
	"jump/test/bench/internal/novnc"
	"jump/test/bench/internal/ours"
	"jump/test/bench/internal/stage"
)

// noVNC is the one peer that has a page of its own.
const noVNC = "novnc"

// browse plays scenes to the console in a Chromium, and to noVNC on X0tigervnc,
// and prints how many different pictures a second the page shows and the time
// from a change on the display to its pixel in the page.
func browse(o options) error {
	fmt.Printf("%-6s %-10s %9s %9s %9s %9s %9s  in ms, from the display to the page\n", "page", "scene", "shown/s", "changes/s", "p50", "p90", "p99")
	for range o.rounds {
		for _, name := range strings.Split(o.peers, ",") {
			if err := browsePeer(o, name); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

func browsePeer(o options, name string) error {
	r := &rig{}
	defer r.close()
	show := r.showOurs
	switch name {
	case "jump":
	case noVNC:
		show = r.showNoVNC
	default:
		return fmt.Errorf("is not shown in a browser; jump and %s are", noVNC)
	}
	b, err := r.startBrowser(o, show)
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

// startBrowser opens what show says of a new display.
func (r *rig) startBrowser(o options, show func(o options, display string) (chrome.Options, error)) (*chrome.Browser, error) {
	display, err := r.startDisplay()
	if err != nil {
		return nil, err
	}
	if r.stage, err = stage.Open(display, o.seed); err != nil {
		return nil, err
	}
	r.later(r.stage.Close)
	page, err := show(o, display)
	if err != nil {
		return nil, err
	}
	page.Modules, page.Mark = "web/package.json", stage.MarkCentre()
	b, err := chrome.Open(page)
	if err != nil {
		return nil, err
	}
	r.later(func() { b.Close() })
	return b, nil
}

func (r *rig) showOurs(o options, display string) (chrome.Options, error) {
	port, _, err := ports()
	if err != nil {
		return chrome.Options{}, err
	}
	system, err := ours.Start(ours.Options{Programs: o.programs, Display: display, Port: port, Far: port})
	if err != nil {
		return chrome.Options{}, err
	}
	r.later(system.Close)
	return chrome.Options{URL: system.URL(), Name: ours.UserName, Password: ours.Password}, nil
}

func (r *rig) showNoVNC(_ options, display string) (chrome.Options, error) {
	port, _, err := ports()
	if err != nil {
		return chrome.Options{}, err
	}
	if err := r.startServer(kinds["x0vnc-tight"], display, port); err != nil {
		return chrome.Options{}, err
	}
	page, err := novnc.Serve(local(port))
	if err != nil {
		return chrome.Options{}, err
	}
	r.later(func() { page.Close() })
	return chrome.Options{URL: page.URL()}, nil
}

func (r *rig) browseScene(b *chrome.Browser, peer, name string, o options) error {
	play, err := r.stage.Prepare(name)
	if err != nil {
		return err
	}
	defer play.Clear()
	time.Sleep(time.Second) // the first picture
	rates, err := b.Watch(func() { play.Run(o.length) })
	if err != nil {
		return err
	}
	end := play.Loop()
	if err := film(b, o.pictures, peer+"-"+name); err != nil {
		end()
		return err
	}
	times, err := r.browseMarks(b, o.samples)
	line := ""
	if peer != noVNC {
		line, _ = b.Figures()
	}
	end()
	if err != nil {
		return err
	}
	slices.Sort(times)
	at := func(share float64) float64 { return times[min(len(times)-1, int(share*float64(len(times))))] }
	fmt.Printf("%-6s %-10s %9.0f %9.0f %9.1f %9.1f %9.1f\n", peer, name, rates.Pictures, rates.Changes, at(0.5), at(0.9), at(0.99))
	if line != "" {
		fmt.Fprintln(os.Stderr, "  the viewer says:", strings.Join(strings.Fields(line), " "))
	}
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

// browseMarks switches the mark and waits for it in the page; times are in ms.
func (r *rig) browseMarks(b *chrome.Browser, n int) (times []float64, err error) {
	r.stage.ShowMark(true)
	defer r.stage.ShowMark(false)
	r.stage.Mark(false)
	if _, err := b.Await(false, sampleTimeout); err != nil {
		return nil, err
	}
	for i := range n {
		pause(i)
		white := i%2 == 0
		began := r.stage.Mark(white)
		at, err := b.Await(white, sampleTimeout)
		if err != nil {
			return nil, err
		}
		times = append(times, max(0, float64(at.Sub(began).Microseconds())/1000))
	}
	return times, nil
}
