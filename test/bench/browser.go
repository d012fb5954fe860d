package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"jump/test/bench/internal/chrome"
	"jump/test/bench/internal/link"
	"jump/test/bench/internal/ours"
	"jump/test/bench/internal/stage"
	"jump/test/internal/usage"
)

// browse plays scenes to the console in a Chromium, and prints how many
// different pictures a second it shows, the time from a change on the display to
// its pixel in the page, and what the site had to do for it. Whatever carries the
// viewer is measured in turn.
func browse(o options) error {
	r := &rig{}
	defer r.close()
	system, url, err := r.startBrowsed(o)
	if err != nil {
		return err
	}
	fmt.Printf("%-12s %-10s %9s %9s %9s %9s %9s %9s  in ms, from the display to the page; site: in ms a second\n", "over", "scene", "shown/s", "changes/s", "p50", "p90", "p99", "site")
	for range o.rounds {
		for _, over := range strings.Split(o.over, ",") {
			if err := r.browseOver(o, system, url, over); err != nil {
				return fmt.Errorf("over %s: %w", over, err)
			}
		}
	}
	return nil
}

// startBrowsed starts the display and the product, and returns the address by
// which both the browser and the client reach the site.
func (r *rig) startBrowsed(o options) (*ours.System, string, error) {
	display, err := r.startDisplay()
	if err != nil {
		return nil, "", err
	}
	if r.stage, err = stage.Open(display, o.seed); err != nil {
		return nil, "", err
	}
	r.later(r.stage.Close)
	near, far, err := ports()
	if err != nil {
		return nil, "", err
	}
	if o.line == "" {
		far = near
	} else if err := r.relayBoth(o.line, near, far); err != nil {
		return nil, "", err
	}
	system, err := ours.Start(ours.Options{Programs: o.programs, Display: display, Port: near, Far: far})
	if err != nil {
		return nil, "", err
	}
	r.later(system.Close)
	return system, "https://" + local(far), nil
}

// relayBoth puts a line before the site, for TCP and UDP.
func (r *rig) relayBoth(text string, near, far int) error {
	line, err := parseLine(text)
	if err != nil {
		return err
	}
	for _, relay := range []func(from, to string, l link.Line) (*link.Relay, error){link.TCP, link.UDP} {
		running, err := relay(local(far), local(near), *line)
		if err != nil {
			return err
		}
		r.later(func() { running.Close() })
	}
	return nil
}

// browseOver measures all scenes in a browser of its own.
func (r *rig) browseOver(o options, system *ours.System, url, over string) error {
	b, err := chrome.Open(chrome.Options{
		Modules: "web/package.json", URL: url, Name: ours.UserName, Password: ours.Password,
		Mark: stage.MarkCentre(), WebTransport: over == "WebTransport",
	})
	if err != nil {
		return err
	}
	defer b.Close()
	for _, name := range strings.Split(o.scenes, ",") {
		if err := r.browseScene(b, system, name, over, o); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func (r *rig) browseScene(b *chrome.Browser, system *ours.System, name, over string, o options) error {
	play, err := r.stage.Prepare(name)
	if err != nil {
		return err
	}
	defer play.Clear()
	time.Sleep(time.Second) // the first picture
	before := usage.CPU(system.SiteProcess())
	rates, err := b.Watch(func() { play.Run(o.length) })
	site := usage.CPU(system.SiteProcess()) - before
	if err != nil {
		return err
	}
	end := play.Loop()
	times, err := r.browseMarks(b, o.samples)
	line, _ := b.Figures()
	end()
	if err != nil {
		return err
	}
	slices.Sort(times)
	at := func(share float64) float64 { return times[min(len(times)-1, int(share*float64(len(times))))] }
	perSecond := float64(site.Milliseconds()) / o.length.Seconds()
	fmt.Printf("%-12s %-10s %9.0f %9.0f %9.1f %9.1f %9.1f %9.1f\n", over, name, rates.Pictures, rates.Changes, at(0.5), at(0.9), at(0.99), perSecond)
	if !strings.Contains(line, over) {
		return fmt.Errorf("it does not come over %s: %s", over, strings.Join(strings.Fields(line), " "))
	}
	fmt.Fprintln(os.Stderr, "  the viewer says:", strings.Join(strings.Fields(line), " "))
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
