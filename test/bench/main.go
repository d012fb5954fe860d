// Command bench plays scenes on an X display while the product, or a VNC server,
// shows it to a viewer, and prints what that cost: bytes, processor time, delay
// and how good the picture was. `make bench-screen` runs it; README.md says how
// to read what it prints.
//
// It is not a test: nothing passes or fails (but with -soak), and on a busy
// machine figures are to be compared within one run only.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"jump/test/bench/internal/stage"
)

const defaultPeers = "jump,jump-exact,jump-video,x0vnc-tight,x0vnc-zrle,x11vnc-tight"

func main() {
	var o options
	flag.StringVar(&o.programs, "programs", "bin", "folder with jumpsite and jumpclient")
	flag.StringVar(&o.peers, "peers", defaultPeers, "who is measured: "+strings.Join(peerNames(), ", ")+"; with -browser: "+pageNames())
	flag.StringVar(&o.scenes, "scenes", strings.Join(stage.Names, ",")+",delay:idle,delay:echo,delay:page,delay:video", "scenes to play; delay:NAME takes times while NAME plays")
	flag.DurationVar(&o.length, "length", 6*time.Second, "of a scene, at most 12s")
	flag.IntVar(&o.samples, "samples", 30, "times taken a scene")
	flag.IntVar(&o.rounds, "rounds", 1, "how often everything is run, in turn")
	flag.Uint64Var(&o.seed, "seed", 1, "chooses the content")
	flag.StringVar(&o.line, "line", "", "a slower line: MBIT/s,MS each way, such as 10,20")
	browser := flag.Bool("browser", false, "measure the console and noVNC in a Chromium instead; smooth is a scene for it")
	long := flag.Duration("soak", 0, "play scenes in a random order for so long, to one viewer, and check picture and memory instead")
	flag.StringVar(&o.pictures, "pictures", "", "with -browser, a folder for a strip of pictures of each scene")
	file := flag.String("json", "", "write all figures to this file")
	flag.Parse()
	if *browser && o.peers == defaultPeers {
		o.peers = defaultPages
	}
	measure := func() error { return run(o, *file) }
	if *browser {
		measure = func() error { return browse(o) }
	}
	if *long > 0 {
		measure = func() error { return soak(o, *long) }
	}
	if err := measure(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	programs, peers, scenes, line, pictures string
	length                                  time.Duration
	samples, rounds                         int
	seed                                    uint64
}

func run(o options, file string) error {
	if o.length > stage.Longest {
		return fmt.Errorf("scenes show something again after %v", stage.Longest)
	}
	var all []Figures
	for round := range o.rounds {
		for _, name := range strings.Split(o.peers, ",") {
			got, err := measurePeer(o, name)
			for i := range got {
				got[i].Round = round
			}
			all = append(all, got...)
			if err != nil {
				fmt.Fprintf(os.Stderr, "bench: %s: %v\n", name, err)
			}
		}
	}
	if file != "" {
		text, err := json.MarshalIndent(all, "", " ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(file, text, 0o644); err != nil {
			return err
		}
	}
	printTable(os.Stdout, o, all)
	return nil
}
