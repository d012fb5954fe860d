package commands

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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

// upAll copies to the client.
func (n *copier) upAll(ctx context.Context) error {
	if len(n.sources) > 1 {
		if _, err := n.farFolder(ctx); err != nil {
			return err
		}
	}
	for _, source := range n.sources {
		path, err := filepath.Abs(source)
		if err == nil {
			err = n.upOne(ctx, path)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// farFolder returns the client's folder that is the target.
func (n *copier) farFolder(ctx context.Context) (wire.FileFacts, error) {
	facts, err := n.far.Look(ctx, n.target)
	if err == nil && facts.Kind != wire.FileFolder {
		err = &failure{fmt.Sprintf("%s is no folder", facts.Path), "Several files need one to go into.", string(wire.CodeNoFolder), exitError}
	}
	return facts, err
}

func (n *copier) upOne(ctx context.Context, path string) error {
	info, err := files.Look(path)
	switch {
	case err != nil:
		return n.failed(path, err)
	case info.Kind != files.KindFolder || !n.recursive:
		return n.upFile(ctx, path, n.target, info.Name)
	}
	target, facts := n.target, wire.FileFacts{}
	facts, err = n.far.Look(ctx, n.target)
	no, isNo := errors.AsType[*wire.Refused](err)
	switch {
	case err == nil && facts.Kind == wire.FileFolder:
		target = below(facts.Path, info.Name)
	case isNo && no.Code == wire.CodeNoFile, err == nil: // or Make says that it is no folder
	default:
		return n.failed(path, err)
	}
	return n.upFolder(ctx, path, target, info.Mode)
}

// below returns the path of a name in a folder of the client; Windows takes
// both separators.
func below(folder, name string) string {
	if strings.HasSuffix(folder, "/") || strings.HasSuffix(folder, `\`) {
		return folder + name
	}
	return folder + "/" + name
}

func (n *copier) upFolder(ctx context.Context, path, target string, mode uint32) error {
	if err := n.far.Make(ctx, target, mode); err != nil {
		return n.failed(path, err)
	}
	n.done.Folders++
	var list []files.Info
	hidden, err := files.List(path, 1000, func(some []files.Info) error {
		list = append(list, some...)
		return ctx.Err()
	})
	if err != nil {
		return n.failed(path, err)
	}
	n.unlisted(path, hidden)
	slices.SortFunc(list, func(a, b files.Info) int { return strings.Compare(a.Name, b.Name) })
	for _, i := range list {
		if err := n.upEntry(ctx, i, filepath.Join(path, i.Name), below(target, i.Name)); err != nil {
			return err
		}
	}
	return nil
}

func (n *copier) upEntry(ctx context.Context, i files.Info, path, target string) error {
	switch i.Kind {
	case files.KindFolder:
		return n.upFolder(ctx, path, target, i.Mode)
	case files.KindRegular:
		return n.upFile(ctx, path, target, "")
	}
	n.skip(path, whatItIs(wire.FileKind(i.Kind)))
	return nil
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

func (n *copier) upFile(ctx context.Context, path, target, name string) error {
	src, err := files.Open(path)
	if err != nil {
		return n.failed(path, err)
	}
	defer src.Close()
	_, err = n.far.Put(ctx, src, wire.FileWrite{Path: target, Name: name, Force: n.force}, n.meter.of(src.Name))
	return n.finished(path, src.Size, err)
}

func (n *copier) finished(path string, size int64, err error) error {
	if err == nil {
		n.done.Files++
		n.done.Bytes += size
	}
	return n.failed(path, err)
}

// downAll copies from the client.
func (n *copier) downAll(ctx context.Context) error {
	target, err := filepath.Abs(n.target)
	if err != nil {
		return err
	}
	if last := n.target[max(len(n.target)-1, 0):]; last != "" && os.IsPathSeparator(last[0]) {
		target += string(filepath.Separator)
	}
	if info, err := files.Look(target); len(n.sources) > 1 && (err != nil || info.Kind != files.KindFolder) {
		return &failure{fmt.Sprintf("%s is no folder", n.target), "Several files need one to go into.", string(wire.CodeNoFolder), exitError}
	}
	for _, source := range n.sources {
		if err := n.downOne(ctx, source, target); err != nil {
			return err
		}
	}
	return nil
}

func (n *copier) downOne(ctx context.Context, source, target string) error {
	facts, err := n.far.Look(ctx, source)
	switch {
	case err != nil:
		return n.failed(source, err)
	case facts.Kind != wire.FileFolder:
		return n.downFile(ctx, &facts, source, target, facts.Name)
	case !n.recursive:
		return n.failed(source, &files.Error{Code: string(wire.CodeFileFolder), Text: facts.Path + " is a folder."})
	}
	if fi, err := os.Stat(target); err == nil && fi.IsDir() {
		if !files.Single(facts.Name) {
			return n.failed(source, noName(facts.Name))
		}
		target = filepath.Join(target, facts.Name)
	}
	return n.downFolder(ctx, facts.Path, target, facts.Mode)
}

func noName(name string) error {
	return &files.Error{Code: string(wire.CodeFileName), Text: fmt.Sprintf("%q is no name of a file here.", name)}
}

func (n *copier) downFolder(ctx context.Context, path, target string, mode uint32) error {
	if _, err := files.Make(target, mode); err != nil {
		return n.failed(path, err)
	}
	n.done.Folders++
	list, hidden, err := n.far.List(ctx, path)
	if err != nil {
		return n.failed(path, err)
	}
	n.unlisted(path, hidden)
	slices.SortFunc(list, func(a, b wire.FileFacts) int { return strings.Compare(a.Name, b.Name) })
	for _, f := range list {
		if err := n.downEntry(ctx, &f, below(path, f.Name), target); err != nil {
			return err
		}
	}
	return nil
}

// downEntry copies what another computer says is in a folder. Its name is taken
// for nothing but a name.
func (n *copier) downEntry(ctx context.Context, f *wire.FileFacts, path, folder string) error {
	switch {
	case f.Kind != wire.FileRegular && f.Kind != wire.FileFolder:
		n.skip(path, whatItIs(f.Kind))
		return nil
	case !files.Single(f.Name) || len(path) > wire.MaxPath:
		return n.failed(path, noName(f.Name))
	case f.Kind == wire.FileFolder:
		return n.downFolder(ctx, path, filepath.Join(folder, f.Name), f.Mode)
	}
	return n.downFile(ctx, f, path, filepath.Join(folder, f.Name), "")
}

// downFile copies a file to a target, or under a name into the folder that it is.
func (n *copier) downFile(ctx context.Context, f *wire.FileFacts, path, target, name string) error {
	part, err := files.Create(files.Target{Path: target, Name: name, Size: f.Size, Mode: f.Mode, Time: f.Time, Force: n.force})
	if err != nil {
		return n.failed(path, err)
	}
	defer part.Close()
	err = n.far.Get(ctx, path, part, n.meter.of(f.Name))
	if no, ok := errors.AsType[*wire.Refused](err); ok && part.Offset == 0 && no != nil {
		part.Discard() // nothing came, and nothing will
	}
	return n.finished(path, part.Size, err)
}
