package commands

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"jump/cmd/jump/internal/channel"
	"jump/platform/files"
	"jump/transport/wire"
)

// copier carries a copyJob out.
type copier struct {
	*copyJob
	app   *app
	far   *channel.Files
	meter meter
	done  copied
	first error // that kept a file from being copied
}

// copied is what came of a copyJob.
type copied struct {
	Files   int       `json:"files"`
	Folders int       `json:"folders"`
	Bytes   int64     `json:"bytes"`
	Skipped []notCopy `json:"skipped"`
	Failed  []notCopy `json:"failed"`
}

// notCopy is a file that was not copied.
type notCopy struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
	Code   string `json:"code,omitempty"`
}

func (n *copier) run(ctx context.Context) error {
	if n.up {
		return n.upAll(ctx)
	}
	return n.downAll(ctx)
}

// failed notes that something was not copied, and returns what ends the whole:
// an answer about one file does not.
func (n *copier) failed(path string, err error) error {
	no, isNo := errors.AsType[*wire.Refused](err)
	ours, isOurs := errors.AsType[*files.Error](err)
	var f *failure
	switch {
	case err == nil:
		return nil
	case isNo && no.Code != wire.CodeNobody && !channel.Passing(no.Code) && no.Code != wire.CodeDenied:
		f = &failure{strings.TrimSuffix(no.Text, "."), n.hint(no.Hint, no.Code), string(no.Code), exitError}
	case isOurs:
		f = &failure{ours.Error(), n.hint(ours.Hint, wire.Code(ours.Code)), ours.Code, exitError}
	default:
		return err
	}
	n.first = cmp.Or(n.first, error(f))
	n.done.Failed = append(n.done.Failed, notCopy{path, f.Message, f.Code})
	if isOurs && f.Code == files.CodeDiskFull || isNo && f.Code == files.CodeDiskFull {
		return f
	}
	n.note("not copied: %s", f.Message)
	return nil
}

// hint says what to do in the words of this command.
func (n *copier) hint(hint string, code wire.Code) string {
	switch code {
	case wire.CodeFileExists:
		return "To replace it: --force"
	case wire.CodeFileFolder:
		return "To copy a folder with all that is in it: -r"
	}
	return hint
}

// skip notes that something is never copied.
func (n *copier) skip(path, reason string) {
	n.done.Skipped = append(n.done.Skipped, notCopy{Path: path, Reason: reason})
	n.note("left out: %s: %s", path, reason)
}

// note writes a line, where there is more than one thing to copy.
func (n *copier) note(format string, args ...any) {
	n.meter.clear()
	if !n.quiet && !n.app.json && n.recursive {
		fmt.Fprintf(n.app.err, "%s\n", plain(fmt.Sprintf(format, args...)))
	}
}

// report says what came of it.
func (n *copier) report(err error) error {
	if n.app.json && (err == nil || len(n.done.Failed) > 0) {
		n.done.Skipped, n.done.Failed = append([]notCopy{}, n.done.Skipped...), append([]notCopy{}, n.done.Failed...)
		err = errors.Join(err, n.app.printJSON(n.done))
	}
	failed := len(n.done.Failed)
	switch {
	case err != nil || failed == 0:
		return err
	case failed == 1 && n.done.Files == 0:
		return n.first
	}
	return &failure{fmt.Sprintf("%d of %d files and folders were not copied; the first: %s", failed, failed+n.done.Files+n.done.Folders, n.first), "", "not_all_copied", exitError}
}

// below returns the path of a name in a folder of the client; Windows takes
// both separators.
func below(folder, name string) string {
	if strings.HasSuffix(folder, "/") || strings.HasSuffix(folder, `\`) {
		return folder + name
	}
	return folder + "/" + name
}

func whatItIs(k wire.FileKind) string {
	if k == wire.FileLink {
		return "a link"
	}
	return "a device, a pipe or a socket"
}

func (n *copier) unlisted(path string, hidden int64) {
	if hidden > 0 {
		n.done.Failed = append(n.done.Failed, notCopy{path, fmt.Sprintf("%d entries", hidden), "not_listed"})
		n.first = cmp.Or(n.first, error(&failure{fmt.Sprintf("%d entries of %s have names that are no text, or are more than %d", hidden, path, files.MaxListed), "", "not_listed", exitError}))
		n.note("not copied: %s", n.first)
	}
}

func (n *copier) finished(path string, size int64, err error) error {
	if err == nil {
		n.done.Files++
		n.done.Bytes += size
	}
	return n.failed(path, err)
}
