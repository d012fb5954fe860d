// Package launchd has macOS start a program and keep it running: its jobs, of
// the system or of one user (launchd.plist(5), launchctl(1)).
//
// It is not platform/service, whose services belong to a computer and are known
// by a directory; a job here may be a user's. It asks launchctl and reads none of
// its output. None of it was run on a Mac.
package launchd

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"jump/internal/atomicfile"
)

// Job says what to run. Strings are data: whatever is in them, launchd reads
// them back as they are.
type Job struct {
	Label   string // names the job, and its file
	Program string // absolute path
	Args    []string
	// UID is the user in whose login sessions the job runs, 0 for the system's
	// own, which run as root from the start of the computer.
	UID uint32
	// Agents is the folder of the user's jobs; "" for the system's.
	Agents string
}

// systemFolder holds the jobs of the system.
const systemFolder = "/Library/LaunchDaemons"

// AgentsFolder returns where the jobs of a user are, given its home.
func AgentsFolder(home string) string { return filepath.Join(home, "Library", "LaunchAgents") }

// File is where launchd finds the job.
func (j Job) File() string {
	folder := systemFolder
	if j.Agents != "" {
		folder = j.Agents
	}
	return filepath.Join(folder, j.Label+".plist")
}

// domain is where the job runs, as launchctl calls it.
func (j Job) domain() string {
	if j.Agents == "" {
		return "system"
	}
	return "gui/" + strconv.FormatUint(uint64(j.UID), 10)
}

// Load writes the job's file and starts the job. A user who is not logged in
// has it started by the next login.
func (j Job) Load(ctx context.Context) error {
	if err := atomicfile.Write(j.File(), j.Plist(), 0o644); err != nil {
		return fmt.Errorf("write a job of launchd: %w", err)
	}
	err := launchctl(ctx, "bootstrap", j.domain(), j.File())
	if err != nil && j.Agents != "" && launchctl(ctx, "print", j.domain()) != nil {
		return nil // nobody is logged in
	}
	return err
}

// Unload stops the job and removes its file. A job that is not there is fine.
func (j Job) Unload(ctx context.Context) error {
	target := j.domain() + "/" + j.Label
	if launchctl(ctx, "print", target) == nil {
		if err := launchctl(ctx, "bootout", target); err != nil {
			return err
		}
	}
	if err := os.Remove(j.File()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove a job of launchd: %w", err)
	}
	return nil
}

func launchctl(ctx context.Context, args ...string) error {
	out, err := exec.CommandContext(ctx, "launchctl", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("launchctl %s: %w: %s", args[0], err, strings.TrimSpace(string(out)))
	}
	return nil
}

// Plist returns the job's file. The job runs from login or boot on, and again
// after it failed; an end in good order is one.
func (j Job) Plist() []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header + `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>Label</key>
	<string>` + escape(j.Label) + `</string>
	<key>ProgramArguments</key>
	<array>
`)
	for _, word := range append([]string{j.Program}, j.Args...) {
		b.WriteString("\t\t<string>" + escape(word) + "</string>\n")
	}
	b.WriteString(`	</array>
	<key>RunAtLoad</key>
	<true/>
	<key>KeepAlive</key>
	<dict>
		<key>SuccessfulExit</key>
		<false/>
	</dict>
	<key>ThrottleInterval</key>
	<integer>30</integer>
	<key>ProcessType</key>
	<string>Interactive</string>
`)
	if j.Agents != "" {
		b.WriteString("\t<key>LimitLoadToSessionType</key>\n\t<string>Aqua</string>\n")
	}
	b.WriteString("</dict>\n</plist>\n")
	return b.Bytes()
}

func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // into memory
	return b.String()
}
