package commands

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"jump/platform/files"
	"jump/transport/wire"
)

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
