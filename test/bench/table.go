package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// row is the median of one peer's figures for one scene.
type row struct {
	kb, cpu, moving, rest, restMS, p50, p90, mib float64
}

func medians(all []Figures, peer, scene string) (row, bool) {
	var some []Figures
	for _, f := range all {
		if f.Peer == peer && f.Scene == scene {
			some = append(some, f)
		}
	}
	if len(some) == 0 {
		return row{}, false
	}
	of := func(field func(Figures) float64) float64 {
		var v []float64
		for _, f := range some {
			v = append(v, field(f))
		}
		slices.Sort(v)
		return v[len(v)/2]
	}
	return row{
		kb: of(func(f Figures) float64 { return f.KB }), cpu: of(func(f Figures) float64 { return f.CPU }),
		moving: of(func(f Figures) float64 { return f.Moving }), rest: of(func(f Figures) float64 { return f.Rest }),
		restMS: of(func(f Figures) float64 { return f.RestMS }), mib: of(func(f Figures) float64 { return f.MiB }),
		p50: of(func(f Figures) float64 { return f.P50 }), p90: of(func(f Figures) float64 { return f.P90 }),
	}, true
}

// comparisons are which of ours stands against which of theirs.
var comparisons = []struct {
	ours   string
	theirs []string
}{
	{"jump-exact", []string{"x0vnc-zrle", "x11vnc-zrle"}},
	{"jump", []string{"x0vnc-tight", "x11vnc-tight"}},
	{"jump-video", []string{"x0vnc-tight", "x11vnc-tight"}},
}

// printTable prints, for every scene, theirs divided by ours: above 1 we are
// better.
func printTable(w io.Writer, o options, all []Figures) {
	for _, c := range comparisons {
		for _, scene := range strings.Split(o.scenes, ",") {
			us, ok := medians(all, c.ours, scene)
			if !ok {
				continue
			}
			for _, name := range c.theirs {
				if them, ok := medians(all, name, scene); ok {
					fmt.Fprintln(w, compare(scene, c.ours, name, us, them))
				}
			}
		}
	}
}

func compare(scene, ours, theirs string, us, them row) string {
	if strings.HasPrefix(scene, "delay:") {
		return fmt.Sprintf("%-12s %-11s / %-12s p50 %7.1f / %6.1f ms = %5.1f   p90 %7.1f / %6.1f ms = %5.1f", scene, theirs, ours,
			them.p50, us.p50, ratio(them.p50, us.p50), them.p90, us.p90, ratio(them.p90, us.p90))
	}
	return fmt.Sprintf("%-12s %-11s / %-12s %8.0f / %7.0f kB = %5.1f   cpu %4.0f / %4.0f ms/s = %4.1f   %4.1f / %4.1f dB moving, %4.1f / %4.1f at rest",
		scene, theirs, ours, them.kb, us.kb, ratio(them.kb, us.kb), them.cpu, us.cpu, ratio(them.cpu, us.cpu), them.moving, us.moving, them.rest, us.rest)
}

func ratio(them, us float64) float64 { return them / max(us, 0.05) }
