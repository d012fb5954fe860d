// Package sysinfo is what this machine says of itself: its name and system, who
// is at it, how busy it is.
//
// It is not an inventory and it keeps no history. It starts no program, sends
// no packet, and is cheap enough to be asked every five seconds.
package sysinfo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"strings"

	"github.com/shirou/gopsutil/v4/disk"
	"github.com/shirou/gopsutil/v4/host"
	"github.com/shirou/gopsutil/v4/mem"

	"jump/platform/desktop"
)

// Facts are as in wire.Status. Texts have at most MaxText characters; what
// cannot be found out is empty.
type Facts struct {
	Hostname    string
	System      string // "linux", "windows", "darwin"
	SystemName  string // "Debian GNU/Linux 12 (bookworm)"
	Arch        string // "amd64", "arm64"
	ConsoleUser string // at the screen; empty: nobody
	IdleSeconds int64  // since the last input at the screen; -1: unknown
	Domain      string
	Workgroup   string
	PrivateIP   string // which this machine uses towards the world
	Uptime      int64  // seconds since boot
	CPUPermille int    // load of all processors since the last Read, at first since boot
	MemoryTotal uint64 // bytes
	MemoryUsed  uint64 // bytes
	DiskTotal   uint64 // bytes, of the system disk
	DiskUsed    uint64 // bytes
	Screen      bool   // there is a display now
}

// MaxText bounds each text, in characters (wire.MaxFact).
const MaxText = 256

// Read returns the facts of now. Together with an error it returns those that
// could be found out. It may be called from any goroutine.
func Read(ctx context.Context) (Facts, error) {
	f := Facts{System: runtime.GOOS, Arch: runtime.GOARCH, IdleSeconds: -1, PrivateIP: privateIP()}
	f.Screen = desktop.Present(ctx)
	err := errors.Join(f.names(), f.load(ctx))
	f.local(ctx)
	for _, s := range []*string{&f.Hostname, &f.SystemName, &f.ConsoleUser, &f.Domain, &f.Workgroup} {
		*s = clean(*s)
	}
	if err != nil {
		return f, fmt.Errorf("read the facts of this machine: %w", err)
	}
	return f, nil
}

// names splits a host name that has its domain with it.
func (f *Facts) names() error {
	name, err := os.Hostname()
	f.Hostname, f.Domain, _ = strings.Cut(name, ".")
	return err
}

func (f *Facts) load(ctx context.Context) error {
	var errs []error
	note := func(what string, err error) bool {
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", what, err))
		}
		return err == nil
	}
	if up, err := host.UptimeWithContext(ctx); note("uptime", err) {
		f.Uptime = int64(up)
	}
	if m, err := mem.VirtualMemoryWithContext(ctx); note("memory", err) {
		f.MemoryTotal, f.MemoryUsed = m.Total, m.Used
	}
	if d, err := disk.UsageWithContext(ctx, systemDisk()); note("disk", err) {
		f.DiskTotal, f.DiskUsed = d.Total, d.Used
	}
	if c, err := meter.read(ctx); note("processors", err) {
		f.CPUPermille = c
	}
	return errors.Join(errs...)
}

// privateIP asks the routing table for the source address towards the world.
// Connecting a UDP socket sends nothing; the addresses are for documentation
// only (RFC 5737, RFC 3849).
func privateIP() string {
	for _, way := range [][2]string{{"udp4", "192.0.2.1:9"}, {"udp6", "[2001:db8::1]:9"}} {
		c, err := net.Dial(way[0], way[1])
		if err != nil {
			continue
		}
		a, ok := c.LocalAddr().(*net.UDPAddr)
		_ = c.Close()
		if ok {
			return a.IP.String()
		}
	}
	return ""
}

// clean makes a text what may be sent: valid, on one line, and short.
func clean(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
	if r := []rune(s); len(r) > MaxText {
		return string(r[:MaxText])
	}
	return s
}
