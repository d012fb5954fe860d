package main

import (
	"slices"
	"strings"

	"jump/test/bench/internal/chrome"
	"jump/test/bench/internal/link"
	"jump/test/bench/internal/novnc"
	"jump/test/bench/internal/ours"
	"jump/test/bench/internal/stage"
)

// page is something to open in a browser.
type page struct {
	over  string // what carries the product's viewer; "": it is not that
	alone bool   // it shows no display, but what it draws itself
}

var pages = map[string]page{
	"jump":        {over: "WebTransport"},
	"jump-socket": {over: "WebSocket"},
	"novnc":       {},
	"alone":       {alone: true},
}

// defaultPages are measured unless others are wished for.
const defaultPages = "jump,jump-socket,novnc"

func pageNames() string {
	var names []string
	for name := range pages {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// startBrowser shows a display in a browser.
func (r *rig) startBrowser(o options, kind page, display string) (*chrome.Browser, error) {
	near, far, err := ports()
	if err != nil {
		return nil, err
	}
	if o.line == "" {
		far = near
	} else if err := r.relayBoth(o.line, near, far); err != nil {
		return nil, err
	}
	show := r.showOurs
	switch {
	case kind.alone:
		show = r.showAlone
	case kind.over == "":
		show = r.showNoVNC
	}
	opened, err := show(o, kind, display, near, far)
	if err != nil {
		return nil, err
	}
	opened.Modules, opened.Mark = "web/package.json", stage.MarkCentre()
	if opened.Display, _, err = r.startXvfb(chrome.Size); err != nil {
		return nil, err
	}
	b, err := chrome.Open(opened)
	if err != nil {
		return nil, err
	}
	r.later(func() { b.Close() })
	return b, nil
}

// relayBoth puts a line before a port, for TCP and UDP.
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

// showOurs starts the product, whose browser and client reach the site by the
// same way.
func (r *rig) showOurs(o options, kind page, display string, near, far int) (chrome.Options, error) {
	system, err := ours.Start(ours.Options{Programs: o.programs, Display: display, Port: near, Far: far})
	if err != nil {
		return chrome.Options{}, err
	}
	r.later(system.Close)
	r.process = system.SiteProcess()
	return chrome.Options{
		URL: "https://" + local(far), Name: ours.UserName, Password: ours.Password, WebTransport: kind.over == "WebTransport",
	}, nil
}

func (r *rig) showNoVNC(_ options, _ page, display string, near, far int) (chrome.Options, error) {
	if err := r.startServer(kinds["x0vnc-tight"], display, near); err != nil {
		return chrome.Options{}, err
	}
	served, err := novnc.Serve(local(far))
	if err != nil {
		return chrome.Options{}, err
	}
	r.later(func() { served.Close() })
	return chrome.Options{URL: served.URL()}, nil
}

func (r *rig) showAlone(options, page, string, int, int) (chrome.Options, error) {
	return chrome.Options{URL: chrome.Alone}, nil
}
