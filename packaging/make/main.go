// Command make writes the installer files into a folder (scripts/packages).
//
// It is a tool of those who build the product, and not part of it: what is made
// is decided in package packaging.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"

	"jump/internal/version"
	"jump/packaging"
)

func main() {
	o := packaging.Options{Say: func(s string) { fmt.Println(s) }}
	platforms := flag.String("platforms", "", "ids with commas between; default: all")
	runs := flag.String("for", "", "only what runs on a system and processor, such as linux/amd64")
	index := flag.Bool("index", false, "write packages.json again, for files that were signed, and nothing else")
	epoch := flag.Int64("time", 0, "the time of everything in the files, in seconds since 1970")
	flag.StringVar(&o.Out, "out", "bin/packages", "the folder for the files")
	flag.StringVar(&o.Clients, "clients", "", "a folder of compiled clients, used and filled up; see docs/RELEASING.md")
	flag.StringVar(&o.MacTeam, "mac-team", "", "the Apple developer team that signs the client for macOS")
	flag.StringVar(&o.Version, "version", version.Number, "the version of the clients")
	flag.Parse()
	o.Time = time.Unix(*epoch, 0).UTC()
	if *platforms != "" {
		o.Platforms = strings.Split(*platforms, ",")
	}
	if *runs != "" {
		o.Platforms = packaging.Platforms(*runs)
	}
	if err := run(o, *index); err != nil {
		fmt.Fprintf(os.Stderr, "packages: %v\n", err)
		os.Exit(1)
	}
}

func run(o packaging.Options, index bool) error {
	if index {
		return packaging.Reindex(o.Out)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	return packaging.Make(ctx, o)
}
